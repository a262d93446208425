from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import psutil
import pytest

from storyvid.record import recording
from storyvid.record import tracker as tracking
from storyvid.record.database import database_path, list_projects, schema_revision
from storyvid.record.recording import record_now, start_recording
from storyvid.record.tracker import FilmRecord, NoTracker, QueueTracker, open_tracker
from storyvid.record.tracking_queue import FilmFile, Queue, note_trouble, recording_lock, troubles, waiting_films

FILM = FilmRecord(project="harbour", name="harbour 1", choices=MappingProxyType({"fps": Fraction(24), "seed": 1}), sweep_id="s1")
ANSWER = {"run_id": "r", "experiment_id": "1", "link": "http://x", "warnings": ["a word"]}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Recording processes that only sleep."""
    real, processes = subprocess.Popen, []

    def start(command: list[str], **settings: Any) -> subprocess.Popen[bytes]:
        processes.append(real([command[0], "-c", "import time; time.sleep(60)"], **settings))
        return processes[-1]

    monkeypatch.setattr(recording.subprocess, "Popen", start)
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def messages(mlruns: Path) -> list[list[dict[str, Any]]]:
    films = waiting_films(Queue(mlruns).folder)
    return [[json.loads(line) for line in film.read_text(encoding="utf-8").splitlines()] for film in films]


def tracker_in(mlruns: Path, wait_s: float = 0) -> QueueTracker:
    tracker = open_tracker("mlflow", None, wait_s, mlruns)
    assert isinstance(tracker, QueueTracker)
    return tracker


def test_a_film_is_written_down_whole_and_recorded_when_the_program_ends(tmp_path: Path, started: list[Any]) -> None:
    tracker = tracker_in(tmp_path)
    tracker.start_film(FILM, tmp_path / "run")
    tracker.log_shot({"id": "S01", "seconds": np.float32(0.5)}, tmp_path / "preview.png")
    result = tracker.finish("FINISHED", {"seconds": 1.0})
    assert result == tracking.TrackingResult(link="http://127.0.0.1:5000")
    [[opening, shot, ending]] = messages(tmp_path)
    assert opening["film"]["choices"] == {"fps": "24", "seed": 1}
    assert opening["run"] == str(tmp_path / "run")
    assert (shot["shot"]["seconds"], shot["middle_frame"]) == (0.5, str(tmp_path / "preview.png"))
    assert (ending["status"], ending["metrics"]) == ("FINISHED", {"seconds": 1.0})
    assert not started, "the render still goes on, for all the tracker knows"
    tracker.close()
    tracker.close()
    assert len(started) == 1


def test_the_shots_of_a_long_render_are_recorded_meanwhile(
    tmp_path: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker = tracker_in(tmp_path)
    tracker.start_film(FILM)
    tracker.log_shot({"id": "S01"}, None)
    assert not started
    monkeypatch.setattr(tracking, "LIVE_AFTER_S", 0.0)
    tracker.log_shot({"id": "S02"}, None)
    assert len(started) == 1


def test_nothing_is_started_where_there_is_nothing_to_record(tmp_path: Path, started: list[Any]) -> None:
    tracker_in(tmp_path).close()
    assert start_recording(Queue(tmp_path)) is None
    assert not started


def test_while_one_process_records_no_other_is_started(tmp_path: Path, started: list[Any]) -> None:
    tracker = tracker_in(tmp_path)
    tracker.start_film(FILM)
    with recording_lock(Queue(tmp_path).folder) as ours:
        assert ours
        tracker.close()
    assert not started


def test_after_a_start_the_next_comes_ten_minutes_later(
    tmp_path: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(tracking.time, "monotonic", lambda: now[0])
    tracker = tracker_in(tmp_path)
    tracker.start_film(FILM)
    for moment in (1599.0, 1600.0, 1601.0, 2199.0, 2200.0):
        now[0] = moment
        tracker.log_shot({"id": "S01"}, None)
    assert len(started) == 2


def test_the_wait_ends_when_the_film_is_recorded(tmp_path: Path, started: list[Any]) -> None:
    tracker = tracker_in(tmp_path, wait_s=60)
    tracker.start_film(FILM, tmp_path)
    assert len(started) == 1, "it loads MLflow beside the render"
    [film] = waiting_films(Queue(tmp_path).folder)
    answer = tmp_path / "metadata" / "tracking.json"
    answer.parent.mkdir()
    answer.write_text(json.dumps(ANSWER), encoding="utf-8")
    threading.Timer(0.3, film.unlink).start()
    result = tracker.finish("FINISHED", {})
    assert (result.run_id, result.link, result.warnings) == ("r", "http://x", ("a word",))


def test_what_failed_at_the_beginning_is_tried_again_at_the_end(tmp_path: Path, started: list[Any]) -> None:
    tracker = tracker_in(tmp_path, wait_s=60)
    tracker.start_film(FILM, tmp_path)
    [film] = waiting_films(Queue(tmp_path).folder)
    note_trouble(film, "locked a while ago")
    threading.Timer(0.3, lambda: note_trouble(film, "still locked")).start()
    [warning] = tracker.finish("FINISHED", {}).warnings
    assert warning.startswith("still locked; it is recorded later")


def test_the_wait_ends_at_its_limit_and_with_ctrl_c_at_once(
    tmp_path: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking, "QUIET_S", 0.0)
    told: list[str] = []
    sink = tracking.logger.add(told.append, format="{message}")
    tracker = tracker_in(tmp_path, wait_s=0.4)
    tracker.start_film(FILM, tmp_path)
    began = time.monotonic()
    [warning] = tracker.finish("FINISHED", {}).warnings
    assert 0.4 <= time.monotonic() - began < 5
    assert "has not taken everything after 0.4 s; it is recorded later" in warning
    tracker = tracker_in(tmp_path, wait_s=3600)
    tracker.start_film(FILM, tmp_path)
    began = time.monotonic()
    assert tracker.finish("KILLED", {}).warnings == ()
    assert time.monotonic() - began < 5
    tracking.logger.remove(sink)
    assert [line.startswith("waiting for the tracking") for line in told] == [True]


def test_a_process_that_dies_is_one_warning_with_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen
    monkeypatch.setattr(
        recording.subprocess,
        "Popen",
        lambda command, **settings: real([command[0], "-c", "raise SystemExit('no more')"], **settings),
    )
    tracker = tracker_in(tmp_path, wait_s=60)
    tracker.start_film(FILM, tmp_path)
    [warning] = tracker.finish("FINISHED", {}).warnings
    assert "ended too soon: no more; it is recorded later" in warning
    assert len(waiting_films(Queue(tmp_path).folder)) == 1


@pytest.mark.parametrize("wait_s", [0, 1])
def test_a_process_that_cannot_start_is_told_and_leaves_the_film_in_the_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wait_s: float
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    tracker = tracker_in(tmp_path, wait_s)
    tracker.start_film(FILM, tmp_path)
    warnings = tracker.finish("FINISHED", {}).warnings
    assert any("recording in MLflow could not start" in warning for warning in warnings) == bool(wait_s)
    tracker.close()
    assert "storyvid: warning: recording in MLflow could not start; the film waits" in capsys.readouterr().err
    assert len(waiting_films(Queue(tmp_path).folder)) == 1


def test_a_folder_that_cannot_be_made_is_a_warning_of_every_film(tmp_path: Path) -> None:
    (tmp_path / "mlruns").write_text("in the way", encoding="utf-8")
    tracker = open_tracker("mlflow", None, 0, tmp_path / "mlruns")
    assert isinstance(tracker, NoTracker)
    for _ in range(2):
        assert "nothing is tracked: " in tracker.finish("FINISHED", {}).warnings[0]


def test_what_a_full_disk_does_not_take_is_written_later(
    tmp_path: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(film: FilmFile, message: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(film.path))

    tracker = tracker_in(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(FilmFile, "append", full)
        tracker.start_film(FILM)
        tracker.log_shot({"id": "S01"}, None)
        [warning] = tracker.finish("FINISHED", {}).warnings
        assert "what MLflow is told can't be written" in warning
    tracker.close()
    assert [message["do"] for message in messages(tmp_path)[0]] == ["start_film", "log_shot", "finish"]
    assert capsys.readouterr().err == ""
    again = tracker_in(tmp_path / "full")
    monkeypatch.setattr(FilmFile, "append", full)
    again.start_film(FILM)
    again.close()
    assert "storyvid: warning: what MLflow is told can't be written" in capsys.readouterr().err


def test_a_film_that_is_not_finished_is_killed(tmp_path: Path, started: list[Any]) -> None:
    tracker = tracker_in(tmp_path)
    tracker.start_film(FILM)
    tracker.close()
    assert messages(tmp_path)[0][-1]["status"] == "KILLED"
    assert len(started) == 1


def test_what_cannot_be_written_is_a_warning_and_the_rest_is_kept(tmp_path: Path, started: list[Any]) -> None:
    tracker = tracker_in(tmp_path)
    tracker.start_film(FILM)
    tracker.log_shot({("a", "b"): 1}, None)
    [warning] = tracker.finish("FINISHED", {}).warnings
    assert "a record could not be kept for MLflow (log_shot)" in warning
    assert [message["do"] for message in messages(tmp_path)[0]] == ["start_film", "finish"]
    tracker.start_film(FILM)
    assert tracker.finish("FINISHED", {}).warnings == ()
    tracker.close()


def test_what_failed_before_is_told_once_and_tried_again(tmp_path: Path, started: list[Any]) -> None:
    tracker = tracker_in(tmp_path)
    tracker.start_film(FILM)
    tracker.finish("FINISHED", {})
    [film] = waiting_films(Queue(tmp_path).folder)
    note_trouble(film, "the server is down")
    later = tracker_in(tmp_path)
    later.start_film(FILM)
    [warning] = later.finish("FINISHED", {}).warnings
    assert "1 film could not be recorded before: the server is down" in warning
    later.start_film(FILM)
    assert later.finish("FINISHED", {}).warnings == ()
    later.close()
    assert troubles(Queue(tmp_path).folder) == {}
    assert film in waiting_films(Queue(tmp_path).folder)
    tracker.close()


def test_a_recording_that_died_is_told_by_the_next_film(tmp_path: Path, started: list[Any]) -> None:
    tracker = tracker_in(tmp_path)
    tracker.start_film(FILM)
    tracker.finish("FINISHED", {})
    (Queue(tmp_path).folder / "recorder.log").write_text("no memory\n", encoding="utf-8")
    later = tracker_in(tmp_path)
    later.start_film(FILM)
    [warning] = later.finish("FINISHED", {}).warnings
    assert warning.startswith("1 film could not be recorded before: no memory. They are tried again when this command ends")
    for one in (tracker, later):
        one.close()


def test_no_tracker_records_nothing(tmp_path: Path) -> None:
    tracker = open_tracker("none", None, 60, tmp_path / "mlruns")
    tracker.start_film(FILM)
    tracker.log_shot({}, None)
    assert tracker.finish("FINISHED", {}) == tracking.TrackingResult()
    assert not (tmp_path / "mlruns").exists()


def test_the_link_leads_to_the_sweep_once_mlflow_knows_the_project(tmp_path: Path, started: list[Any]) -> None:
    with closing(sqlite3.connect(database_path(tmp_path))) as database:
        database.execute("create table experiments (experiment_id integer, name text)")
        database.execute("insert into experiments values (7, 'harbour')")
        database.commit()
    tracker = tracker_in(tmp_path)
    tracker.start_film(FILM)
    link = tracker.finish("FINISHED", {}).link
    assert link is not None
    assert link.startswith("http://127.0.0.1:5000/#/experiments/7/runs?workflowType=machine_learning&compareRunsMode=CHART")
    server = open_tracker("mlflow", "http://films.example:5000", 0, tmp_path)
    server.start_film(FILM)
    assert server.finish("FINISHED", {}).link == "http://films.example:5000"
    for one in (tracker, server):
        one.close()


def test_the_tracker_imports_no_mlflow() -> None:
    code = "import sys, storyvid.record.tracker, storyvid.record.mlflow; print('mlflow' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"


def test_a_missing_database_has_no_projects_and_no_revision(tmp_path: Path) -> None:
    assert list_projects(tmp_path / "mlflow.db") == []
    assert schema_revision(tmp_path / "mlflow.db") is None
    assert not (tmp_path / "mlflow.db").exists()


def test_setting_the_clock_back_makes_no_film_end_before_it_began(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = tracking._Clock()
    began = clock.time_ms()
    assert abs(began - time.time() * 1000) < 1000
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now - 10**15)
    assert began <= clock.time_ms() < began + 10_000


def wait_until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_a_recording_outlives_its_program_and_one_that_is_killed_is_done_by_the_next(fresh: Path, tmp_path: Path) -> None:
    mlruns = tmp_path / "mlruns"
    mlruns.mkdir()
    shutil.copy(database_path(fresh), database_path(mlruns))
    queue, code = (
        Queue(mlruns).folder,
        "import sys, pathlib; from tests.record.test_tracker import *; program(pathlib.Path(sys.argv[1]))",
    )
    subprocess.run([sys.executable, "-c", code, str(mlruns)], check=True, cwd=Path(__file__).parents[2])
    assert len(waiting_films(queue)) == 1, "the program did not wait"
    wait_until((queue / "recorder.lock").exists)
    [recorder] = [process for process in psutil.process_iter() if str(mlruns) in recorder_words(process)]
    recorder.send_signal(signal.SIGKILL)
    psutil.wait_procs([recorder], timeout=30)
    assert len(waiting_films(queue)) == 1
    assert record_now(Queue(mlruns), lambda line: None) == 1
    assert (waiting_films(queue), troubles(queue)) == ([], {})
    assert [(project.name, project.films) for project in list_projects(database_path(mlruns))] == [("harbour", 1)]


def program(mlruns: Path) -> None:
    """Tracks a film and ends."""
    tracker = tracker_in(mlruns)
    tracker.start_film(FILM)
    tracker.finish("FINISHED", {})


def recorder_words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
