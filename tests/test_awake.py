"""Windows is kept awake while a film is rendered, and not any longer."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from storyvid import awake, run
from storyvid.awake import kept_awake
from storyvid.record.tracker import NoTracker
from tests.films import film, storyboard

STAY, AS_BEFORE = 0x80000001, 0x80000000


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What Windows was told."""
    told: list[int] = []

    def tell(state: Any) -> int:
        told.append(state.value)
        return 1

    monkeypatch.setattr(
        awake.ctypes, "windll", SimpleNamespace(kernel32=SimpleNamespace(SetThreadExecutionState=tell)), raising=False
    )
    return told


def test_windows_stays_awake_and_may_sleep_again(said: list[int]) -> None:
    with kept_awake():
        assert said == [STAY]
    assert said == [STAY, AS_BEFORE]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_it_may_sleep_after_a_failure(said: list[int], error: type[BaseException]) -> None:
    with pytest.raises(error), kept_awake():
        raise error
    assert said == [STAY, AS_BEFORE]


def test_elsewhere_nothing_is_done(said: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(awake.ctypes, "windll")
    with kept_awake():
        pass
    assert said == []


def test_a_film_is_rendered_awake(said: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    during: list[list[int]] = []
    monkeypatch.setattr(run, "_make", lambda *things: during.append(list(said)) or "done")
    prepared = film(storyboard({}), f"paths.outputs={tmp_path.as_posix()}", folder=tmp_path)
    assert run.render_film(prepared, tmp_path / "run", NoTracker()) == 0
    assert (during, said) == ([[STAY]], [STAY, AS_BEFORE])
