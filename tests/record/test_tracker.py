from __future__ import annotations

import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from storyvid.record import tracker as tracking
from storyvid.record.database import database_path, database_uri, list_projects, schema_revision
from storyvid.record.tracker import FilmRecord, NoTracker, ProcessTracker, open_tracker

FILM = FilmRecord(project="harbour", name="harbour 1", choices=MappingProxyType({"fps": Fraction(24), "seed": 1}), sweep_id="s1")


def fake_process(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Replace the MLflow process by a few lines of Python."""
    real = subprocess.Popen

    def start(command: list[str], **settings: object) -> subprocess.Popen[bytes]:
        return real([command[0], "-c", code], **settings)

    monkeypatch.setattr(subprocess, "Popen", start)


def test_two_films_at_once_on_a_fresh_folder_are_all_kept(tmp_path: Path) -> None:
    mlruns = tmp_path / "mlruns"
    trackers = [open_tracker("mlflow", None, 400, mlruns) for _ in range(2)]
    started = time.monotonic()
    for tracker in trackers:
        tracker.start_film(FILM)
        for number in range(30):
            tracker.log_shot({"id": f"S{number:02}", "prompt": "x" * 5000, "seconds": np.float32(0.5)}, None)
    assert time.monotonic() - started < 1  # nothing above may wait for MLflow
    results = [tracker.finish("FINISHED", [], {"seconds": 1.0}) for tracker in trackers]
    for tracker in trackers:
        tracker.close()
    assert [result.warnings for result in results] == [()] * 2
    assert len({result.run_id for result in results}) == 2
    [project] = list_projects(database_path(mlruns))
    assert (project.name, project.films) == ("harbour", 2)
    link = f"http://127.0.0.1:5000/#/experiments/{project.experiment_id}/runs?workflowType=machine_learning"
    assert results[0].link is not None
    assert results[0].link.startswith(link + "&compareRunsMode=CHART&searchFilter=")


def test_no_tracker_records_nothing(tmp_path: Path) -> None:
    tracker = open_tracker("none", None, 60, tmp_path / "mlruns")
    tracker.start_film(FILM)
    tracker.log_shot({}, None)
    assert tracker.finish("FINISHED", [], {}) == tracking.TrackingResult()
    assert not (tmp_path / "mlruns").exists()


def test_a_slow_store_costs_no_more_than_the_limit_and_answers_the_right_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_process(
        monkeypatch,
        "import json, sys, time\n"
        "for line in sys.stdin:\n"
        "    m = json.loads(line)\n"
        "    if m['do'] == 'finish':\n"
        "        time.sleep(1.0 if m['number'] == 1 else 0)\n"
        "        reply = dict(number=m['number'], run_id=str(m['number']), experiment_id='1', warnings=[])\n"
        "        print(json.dumps(reply), flush=True)\n",
    )
    tracker = open_tracker("mlflow", None, 0.3, tmp_path)
    assert isinstance(tracker, ProcessTracker)
    started = time.monotonic()
    [warning] = tracker.finish("FINISHED", [], {}).warnings
    assert time.monotonic() - started < 0.9
    assert "0.3 s" in warning
    tracker._timeout_s = 10
    assert tracker.finish("FINISHED", [], {}).run_id == "2"
    tracker.close()


def test_a_process_that_dies_is_one_warning_with_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_process(monkeypatch, "raise SystemExit('No module named mlflow')")
    tracker = open_tracker("mlflow", None, 60, tmp_path)
    tracker.start_film(FILM)
    for _ in range(2):
        [warning] = tracker.finish("FINISHED", [], {}).warnings
        assert "No module named mlflow" in warning
    tracker.close()
    tracker.close()


def test_a_reply_that_is_cut_short_is_no_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_process(monkeypatch, "import sys; sys.stdout.write('{\"number\": 1, \"run'); sys.stdout.flush(); sys.exit('killed')")
    tracker = open_tracker("mlflow", None, 60, tmp_path)
    started = time.monotonic()
    [warning] = tracker.finish("FINISHED", [], {}).warnings
    assert "tracking stopped: its process ended with code 1: killed" in warning
    assert time.monotonic() - started < 30
    tracker.close()


def test_a_process_that_cannot_start_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    tracker = open_tracker("mlflow", None, 60, tmp_path)
    assert isinstance(tracker, NoTracker)
    assert "could not start" in tracker.finish("FINISHED", [], {}).warnings[0]


def test_a_record_that_is_no_json_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_process(monkeypatch, "raise SystemExit(3)")
    tracker = open_tracker("mlflow", None, 60, tmp_path)
    tracker.log_shot({("a", "b"): 1}, None)
    warnings = tracker.finish("FINISHED", [], {}).warnings
    assert "log_shot" in warnings[0]
    tracker.close()


def test_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert tracking._full_uri(None, tmp_path / "m") == database_uri(tmp_path / "m" / "mlflow.db")
    assert tracking._full_uri("sqlite:///runs.db", tmp_path) == database_uri(tmp_path / "runs.db")
    assert tracking._full_uri("https://host:5000", tmp_path) == "https://host:5000"


def test_the_tracker_imports_no_mlflow() -> None:
    code = "import sys, storyvid.record.tracker, storyvid.record.mlflow; print('mlflow' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"


def test_a_missing_database_has_no_projects_and_no_revision(tmp_path: Path) -> None:
    assert list_projects(tmp_path / "mlflow.db") == []
    assert schema_revision(tmp_path / "mlflow.db") is None
    assert not (tmp_path / "mlflow.db").exists()


SLOW = (
    "import json, sys, time\n"
    "for line in sys.stdin:\n"
    "    m = json.loads(line)\n"
    "    if m['do'] == 'finish':\n"
    "        time.sleep(60)\n"
)


def test_after_ctrl_c_and_after_a_film_that_was_too_slow_the_wait_is_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_process(monkeypatch, SLOW)
    monkeypatch.setattr(tracking, "IMPATIENT_S", 0.1)
    first, second = (open_tracker("mlflow", None, limit, tmp_path) for limit in (50, 0.4))
    started = time.monotonic()
    assert "after 0.1 s; it goes on in the background" in first.finish("KILLED", [], {}).warnings[0]
    assert "after 0.4 s" in second.finish("FINISHED", [], {}).warnings[0]
    assert "after 0.1 s" in second.finish("FINISHED", [], {}).warnings[0]
    assert time.monotonic() - started < 5
    for tracker in (first, second):
        tracker._process._running.process.kill()


def test_a_long_wait_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    fake_process(monkeypatch, SLOW)
    monkeypatch.setattr(tracking, "QUIET_S", 0.0)
    tracker = open_tracker("mlflow", None, 0.5, tmp_path)
    told: list[str] = []
    sink = tracking.logger.add(told.append, format="{message}")
    tracker.finish("FINISHED", [], {})
    tracking.logger.remove(sink)
    assert [line.startswith("waiting for the tracking") for line in told] == [True]
    tracker._process._running.process.kill()


def test_setting_the_clock_back_makes_no_film_end_before_it_began(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = tracking._Clock()
    began = clock.time_ms()
    assert abs(began - time.time() * 1000) < 1000
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now - 10**15)
    assert began <= clock.time_ms() < began + 10_000
