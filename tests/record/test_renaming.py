"""Renames wait for whoever looks at the file for a moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyvid.record import renaming
from storyvid.record.run_folder import write_text


def refuse(monkeypatch: pytest.MonkeyPatch, times: int, error: type[OSError] = PermissionError) -> list[Path]:
    """Make the first renames fail; returns what was tried."""
    tried: list[Path] = []
    replace = Path.replace

    def busy(self: Path, target: Path) -> Path:
        tried.append(self)
        if len(tried) <= times:
            raise error("in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", busy)
    return tried


def test_a_refusal_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = refuse(monkeypatch, 3)
    (tmp_path / "a").write_text("new", encoding="utf-8")
    (tmp_path / "b").write_text("old", encoding="utf-8")
    renaming.rename(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text(encoding="utf-8") == "new"
    assert len(tried) == 4


def test_a_lasting_refusal_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renaming, "PATIENCE_S", 0.1)
    refuse(monkeypatch, 1000)
    (tmp_path / "a").touch()
    with pytest.raises(PermissionError):
        renaming.rename(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").exists()


def test_another_failure_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = refuse(monkeypatch, 1000, OSError)
    with pytest.raises(OSError, match="in use"):
        renaming.rename(tmp_path / "a", tmp_path / "b")
    assert len(tried) == 1


def test_records_are_written_through_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, 2)
    write_text(tmp_path / "manifest.json", "{}")
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]
