"""Runs that were killed: cleared up when their process is dead, left alone when it may live."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from storyvid.record import leftovers
from storyvid.record import owner as owners
from storyvid.record.leftovers import clear_dead_runs
from storyvid.record.owner import describe_owner


@pytest.fixture(scope="module")
def dead() -> dict[str, Any]:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return describe_owner() | {"pid": process.pid}


def make_run(root: Path, owner: dict[str, Any] | None, status: str = "running") -> Path:
    """A run folder as a kill during assembly leaves it."""
    (root / "metadata" / "shots").mkdir(parents=True)
    (root / "assembled").mkdir()
    (root / ".tmp-cards-x1").mkdir()
    (root / ".tmp-cards-x1" / "S01.mp4").write_bytes(b"card")
    (root / "assembled" / ".tmp-77-film.mp4").write_bytes(b"half")
    (root / "metadata" / "shots" / "S01.json").write_text("{}", encoding="utf-8")
    manifest = {"status": status, "exit_code": None, "title": "Märchen"} | ({"owner": owner} if owner else {})
    (root / "metadata" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return root


def manifest_of(root: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((root / "metadata" / "manifest.json").read_text(encoding="utf-8"))
    return content


def temporaries(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob(".tmp-*"))


@pytest.mark.parametrize("place", ["2026-01-02_03-04-05", "sweeps/2026-01-02_03-04-05/0"])
def test_a_dead_run_is_stopped_and_keeps_what_is_finished(tmp_path: Path, dead: dict[str, Any], place: str) -> None:
    root = make_run(tmp_path / place, dead)
    clear_dead_runs(tmp_path)
    assert temporaries(root) == []
    assert manifest_of(root) == {"status": "stopped", "exit_code": 130, "title": "Märchen", "owner": dead}
    assert (root / "metadata" / "shots" / "S01.json").exists()


@pytest.mark.parametrize("case", ["alive", "elsewhere", "unknown"])
def test_other_runs_are_left_alone(tmp_path: Path, dead: dict[str, Any], case: str) -> None:
    owner = {"alive": describe_owner(), "elsewhere": dead | {"host": "another"}, "unknown": None}[case]
    root = make_run(tmp_path / "run", owner)
    before = manifest_of(root)
    clear_dead_runs(tmp_path)
    assert manifest_of(root) == before
    assert temporaries(root) == [".tmp-77-film.mp4", ".tmp-cards-x1"]


def test_a_run_that_was_killed_at_its_last_word_keeps_its_status(tmp_path: Path, dead: dict[str, Any]) -> None:
    root = make_run(tmp_path / "run", dead, "done")
    before = manifest_of(root)
    clear_dead_runs(tmp_path)
    assert manifest_of(root) == before
    assert temporaries(root) == []


def test_what_a_run_left_before_its_first_manifest_is_removed(tmp_path: Path, dead: dict[str, Any]) -> None:
    (tmp_path / "run" / "metadata").mkdir(parents=True)
    mine = owners.temporary_name()
    for name in (mine, mine.replace(f"-{describe_owner()['pid']}-", f"-{dead['pid']}-")):
        (tmp_path / "run" / "metadata" / name).write_text("half", encoding="utf-8")
    clear_dead_runs(tmp_path)
    assert temporaries(tmp_path) == [mine]


@pytest.mark.parametrize("content", ["{", "[]", "null", '{"status": "running", "owner": 3}', "{}", "[" * 100_000])
def test_a_manifest_that_cannot_be_read_is_passed_over(tmp_path: Path, dead: dict[str, Any], content: str) -> None:
    broken = make_run(tmp_path / "a", dead)
    (broken / "metadata" / "manifest.json").write_text(content, encoding="utf-8")
    after = make_run(tmp_path / "b", dead)
    clear_dead_runs(tmp_path)
    assert (broken / "metadata" / "manifest.json").read_text(encoding="utf-8") == content
    assert manifest_of(after)["status"] == "stopped"


def test_trouble_stops_nothing(tmp_path: Path, dead: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_run(tmp_path / "a", dead)

    def refuse(*args: object) -> None:
        raise PermissionError("open elsewhere")

    monkeypatch.setattr(leftovers, "write_json", refuse)
    clear_dead_runs(tmp_path)
    clear_dead_runs(tmp_path / "missing")
    assert manifest_of(root)["status"] == "running"
