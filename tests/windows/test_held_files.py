"""Files that another program holds open: Windows then refuses to replace, rename and remove them (error 32)."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

from storyvid.clips.store import ClipStore, link_or_copy
from storyvid.record import renaming
from storyvid.record.disk import disk_problem
from storyvid.record.run_folder import RunFolder, write_json
from storyvid.record.tracker import NoTracker
from storyvid.run import DONE, PARTIAL, render_film
from tests.films import film, storyboard

SMALL = ("resolution.height=64", "resolution.width=96", "upscale=none")


def in_use(path: Any) -> PermissionError:
    """What Windows says; elsewhere the number that only Windows has is put on it."""
    error: Any = PermissionError(
        errno.EACCES, "The process cannot access the file because it is being used by another process", str(path)
    )
    error.winerror = 32
    assert isinstance(error, PermissionError)
    return error


class Held:
    """Makes a call fail while another program holds the file.

    Args:
        monkeypatch: pytest's.
        name: Of the method of Path.
        times: How often it is refused.
        which: Only paths of which this is true are held.
    """

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, name: str, times: int, which: Callable[[Path], bool] = lambda path: True
    ) -> None:
        self.refusals = 0
        allowed = getattr(Path, name)

        def call(path: Path, *others: Any, **settings: Any) -> Any:
            if which(path) and self.refusals < times:
                self.refusals += 1
                raise in_use(path)
            return allowed(path, *others, **settings)

        monkeypatch.setattr(Path, name, call)


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(renaming, "PATIENCE_S", 0.3)
    monkeypatch.setattr(renaming, "PAUSE_S", 0.01)
    return


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    """What is logged as a warning or an error."""
    said: list[str] = []
    sink = logger.add(lambda message: said.append(message.record["message"]), level="WARNING")
    yield said
    logger.remove(sink)


def test_a_record_is_written_once_the_scanner_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch, "replace", 5)
    write_json(tmp_path / "manifest.json", {"a": 1})
    assert held.refusals == 5
    assert os.listdir(tmp_path) == ["manifest.json"]  # noqa: PTH208 - Path's own methods are played with


def test_a_record_held_for_ever_is_told_with_its_name_and_the_old_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_json(tmp_path / "manifest.json", {"a": 1})
    Held(monkeypatch, "replace", 10**6)
    Held(monkeypatch, "unlink", 10**6)
    with pytest.raises(PermissionError) as caught:
        write_json(tmp_path / "manifest.json", {"a": 2})
    assert str(disk_problem(caught.value, tmp_path)).endswith(
        ": another program has it open\n"
        "  Fix: close what has it open (a player, a virus scanner, OneDrive), and run the same command again"
    )
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8")) == {"a": 1}


def test_a_film_that_cannot_get_its_name_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warnings: list[str]
) -> None:
    Held(monkeypatch, "replace", 10**6, lambda path: path.name.endswith("film.mp4"))
    Held(monkeypatch, "unlink", 10**6)
    assert render(tmp_path / "outputs", "a") == PARTIAL
    assert any("film.mp4: another program has it open" in warning for warning in warnings)


def test_a_folder_that_may_not_be_renamed_has_two_reasons() -> None:
    error: Any = in_use("clip")
    error.winerror = 5
    problem = disk_problem(error, Path("clips"))
    assert problem.what == "nothing may be written there, or another program has it open"
    assert "close what has it open" in problem.fix
    assert "check the permissions" in problem.fix


def test_without_hard_links_a_clip_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"clip")
    Held(monkeypatch, "hardlink_to", 10**6)
    held = Held(monkeypatch, "replace", 2)
    link_or_copy(tmp_path / "clip.mp4", tmp_path / "run" / "S01.mp4")
    assert held.refusals == 2
    assert (tmp_path / "run" / "S01.mp4").read_bytes() == b"clip"
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["S01.mp4"]


def render(outputs: Path, name: str) -> int:
    """Render a small film; its run folder is ``name``."""
    board = storyboard({"duration": 0.5}, {"duration": 0.5, "prompt": "A gull in a cave."})
    prepared = film(board, *SMALL, f"paths.outputs={outputs}", "tracking=none", folder=outputs.parent)
    (outputs / "test" / name).mkdir(parents=True)
    return render_film(prepared, outputs / "test" / name, NoTracker())


def test_a_film_is_made_though_every_rename_is_refused_at_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused: set[str] = set()

    def at_first(path: Path) -> bool:
        new = str(path) not in refused
        refused.add(str(path))
        return new

    held = Held(monkeypatch, "replace", 10**6, at_first)
    assert render(tmp_path / "outputs", "a") == DONE
    assert held.refusals > 10
    assert not list(tmp_path.rglob(".tmp-*"))


def test_clips_held_for_ever_are_used_in_their_workplaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = tmp_path / "outputs"
    with monkeypatch.context() as scanner:
        Held(scanner, "replace", 10**6, lambda path: path.is_dir())
        assert render(outputs, "a") == DONE
    log = RunFolder(outputs / "test" / "a").log.read_text(encoding="utf-8")
    assert "is whole, but can't be given its name" in log
    assert "close what has it open" in log
    assert len(list((outputs / ".clips").glob("work/*/clip.mp4"))) == 2
    assert render(outputs, "b") == DONE
    assert len(list((outputs / ".clips").glob("??/*/clip.mp4"))) == 2


def test_a_damaged_clip_that_is_held_open_stays_until_it_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = tmp_path / "outputs"
    assert render(outputs, "a") == DONE
    clips = sorted((outputs / ".clips").glob("??/*/clip.mp4"))
    assert len(clips) == 2
    clips[0].write_bytes(b"damaged")
    with monkeypatch.context() as player:
        Held(player, "replace", 10**6, lambda path: path == clips[0].parent)
        assert render(outputs, "b") == DONE
    assert all(path.exists() for path in clips)
    assert render(outputs, "c") == DONE
    assert ClipStore(outputs / ".clips").find(clips[0].parent.name) is not None


def test_what_cannot_be_removed_does_not_fail_a_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Held(monkeypatch, "unlink", 10**6)
    monkeypatch.setattr("shutil.rmtree", lambda path, ignore_errors=False, **settings: None)
    assert render(tmp_path / "outputs", "a") == DONE
