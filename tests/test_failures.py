"""What goes wrong while a film is made: what is told, what is kept, and that the same command then finishes it."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from storyvid import run as run_module
from storyvid.assembly import deliver
from storyvid.backends.base import close_backends
from storyvid.clips import shots as shots_module
from storyvid.clips import store as store_module
from storyvid.clips.record import file_sha256
from storyvid.commands import render as render_command
from storyvid.logs import run_log
from storyvid.record import disk, run_folder
from storyvid.record.disk import disk_problem, require_room
from storyvid.record.tracker import NoTracker, TrackingResult
from storyvid.run import render_film
from tests.films import film, storyboard

SMALL = ("resolution.height=72", "resolution.width=128", "upscale=none", "tracking=none")
SHOTS = ({"duration": 0.5}, {"duration": 0.5, "prompt": "An old man walks in a cave.", "continuity": "continue"})


@pytest.fixture(autouse=True)
def _fresh_backend():
    close_backends()
    yield
    close_backends()


def render(tmp_path: Path, name: str, tracker: NoTracker | None = None) -> tuple[int, dict[str, Any]]:
    prepared = film(storyboard(*SHOTS), *SMALL, f"paths.outputs={tmp_path.as_posix()}", folder=tmp_path)
    code = render_film(prepared, tmp_path / "test" / name, tracker or NoTracker())
    return code, manifest_of(tmp_path, name)


def manifest_of(tmp_path: Path, name: str) -> dict[str, Any]:
    path = tmp_path / "test" / name / "metadata" / "manifest.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def whole_clips(tmp_path: Path) -> int:
    """How many clips the store holds; none of them is damaged."""
    records = list((tmp_path / ".clips").glob("??/*/clip.json"))
    for path in records:
        assert json.loads(path.read_text(encoding="utf-8"))["sha256"] == file_sha256(path.with_name("clip.mp4"))
    return len(records)


def said(tmp_path: Path, name: str) -> str:
    return (tmp_path / "test" / name / "metadata" / "run.log").read_text(encoding="utf-8")


def full(*args: object, **kwargs: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def full_for(name: str, do: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse only files of a name."""

    def write(*args: Any, **kwargs: Any) -> Any:
        return full() if any(isinstance(arg, Path) and arg.name == name for arg in args) else do(*args, **kwargs)

    return write


# Where the disk is full -> exit code, clips kept.
FULL: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], int, int]] = {
    "before the first shot": (lambda m: m.setattr(disk.shutil, "disk_usage", lambda _: SimpleNamespace(free=0)), 1, 0),
    "the store's new folder": (lambda m: m.setattr(store_module.Path, "mkdir", full_in_store(Path.mkdir)), 1, 0),
    "the clip's record": (lambda m: m.setattr(store_module, "write_record", full), 1, 0),
    "the clip's name": (lambda m: m.setattr(store_module, "rename", full), 0, 0),  # used in its workplace
    "the run folder's link": (lambda m: m.setattr(run_module, "link_or_copy", full), 1, 2),
    "one shot's record": (lambda m: m.setattr(run_module, "write_json", full_for("S01.json", run_module.write_json)), 2, 2),
    "the film": (lambda m: m.setattr(deliver, "assemble", full), 2, 2),
    "the cards": (lambda m: m.setattr(deliver.tempfile, "TemporaryDirectory", full), 2, 2),
}


def full_in_store(mkdir: Callable[..., None]) -> Callable[..., None]:
    def make(path: Path, *args: Any, **kwargs: Any) -> None:
        if path.parent.name == "work":
            full()
        mkdir(path, *args, **kwargs)

    return make


@pytest.mark.parametrize("place", list(FULL))
def test_a_full_disk_is_told_and_the_same_command_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    fill, expected, kept = FULL[place]
    fill(monkeypatch)
    code, manifest = render(tmp_path, "full")
    assert (code, manifest["exit_code"]) == (expected, expected)
    assert whole_clips(tmp_path) == kept
    told = said(tmp_path, "full")
    assert "the disk is full" in told
    assert "Fix: free some space there, or set STORYVID_ROOT to a disk that has more" in told
    assert str(tmp_path) in told
    monkeypatch.undo()
    code, manifest = render(tmp_path, "again")
    assert (code, manifest["status"]) == (0, "done")
    found = 2 if place == "the clip's name" else kept
    assert [shot["reused"] for shot in manifest["shots"]] == [number < found for number in range(2)]
    assert not list(tmp_path.rglob(".tmp-*"))
    assert not list((tmp_path / ".clips" / "work").glob("*"))


def test_a_manifest_that_cannot_be_written_meanwhile_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, calls = run_module.write_manifest, []

    def fill_up(folder: Any, content: dict[str, Any]) -> Path:
        calls.append(content["status"])
        return full() if len(calls) in (2, 3) else write(folder, content)

    monkeypatch.setattr(run_module, "write_manifest", fill_up)
    code, manifest = render(tmp_path, "full")
    assert (code, manifest["status"], len(manifest["shots"])) == (0, "done", 2)
    assert said(tmp_path, "full").count("ERROR") == 1


def test_a_log_that_cannot_be_written_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("the device that is always full is Linux's")
    with run_log(Path("/dev/full")):
        for number in range(3):
            run_module.logger.info(f"line {number}")
    told = capsys.readouterr().err
    assert told.count("/dev/full can't be written any more: No space left on device") == 1
    assert "Traceback" not in told


def test_the_exit_code_of_a_run_whose_end_was_not_written(tmp_path: Path) -> None:
    for name, shots, expected in (("a", [{"status": "done"}], 2), ("b", [], 1)):
        run_folder.write_json(tmp_path / name / "metadata" / "manifest.json", {"exit_code": None, "shots": shots})
        assert render_command._exit_code(tmp_path / name) == expected
    assert render_command._exit_code(tmp_path / "none") == 1


@pytest.mark.parametrize(("number", "words"), [(errno.EACCES, "nothing may be written there"), (errno.EXDEV, "cross")])
def test_other_refusals_name_the_folder(tmp_path: Path, number: int, words: str) -> None:
    problem = disk_problem(OSError(number, "cross"), tmp_path)
    assert (problem.where, problem.what) == (str(tmp_path), words)
    assert disk_problem(OSError(number, "x", "film.mp4"), tmp_path).where == "film.mp4"


def test_room_is_asked_for_before_a_shot_is_rendered(tmp_path: Path) -> None:
    require_room(tmp_path, 1)
    with pytest.raises(shots_module.RenderError, match="are needed"):
        require_room(tmp_path, 10**18)


class StoppedWhileWaiting(NoTracker):
    """Ctrl-C while the end of a run waits for the tracking."""

    def finish(self, status: Any, metrics: Any) -> TrackingResult:
        raise KeyboardInterrupt


def interrupt(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_during_the_assembly_keeps_the_clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "assemble", interrupt)
    with pytest.raises(KeyboardInterrupt):
        render(tmp_path, "stopped", StoppedWhileWaiting())  # and a second time, by somebody impatient
    manifest = manifest_of(tmp_path, "stopped")
    assert (manifest["status"], manifest["exit_code"], len(manifest["shots"])) == ("stopped", 130, 2)
    monkeypatch.undo()
    code, manifest = render(tmp_path, "again")
    assert (code, [shot["reused"] for shot in manifest["shots"]]) == (0, [True, True])


def test_ctrl_c_while_tracking_is_waited_for_leaves_a_whole_film(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        render(tmp_path, "done", StoppedWhileWaiting())
    assert manifest_of(tmp_path, "done")["status"] == "done"
    assert (tmp_path / "test" / "done" / "assembled" / "film.mp4").is_file()


def test_a_run_that_is_stopped_before_it_began_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYVID_ROOT", str(tmp_path))
    monkeypatch.setattr("storyvid.cli.launch.launch", interrupt)
    (tmp_path / "my.json").write_text(json.dumps({"shots": [{"prompt": "A red ball in a cave."}]}), encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        render_command.run([f"storyboard={(tmp_path / 'my.json').as_posix()}", *SMALL])
    assert [path for path in (tmp_path / "outputs").rglob("*") if path.is_file()] == []
    assert list((tmp_path / "outputs").glob("*/*")) == []


def test_a_clock_that_is_set_back_makes_no_duration_negative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [2e9]

    def backwards() -> float:
        now[0] -= 3600
        return now[0]

    monkeypatch.setattr("time.time", backwards)
    _, manifest = render(tmp_path, "run")
    assert min(manifest["seconds"].values()) >= 0
    shot = json.loads((tmp_path / "test" / "run" / manifest["shots"][0]["record"]).read_text(encoding="utf-8"))
    assert 0 < shot["seconds"] < 60
