"""A tracking process that gets no processor to load MLflow with is begun anew, once the render waits for it."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import storyvid
from storyvid.record import tracking_process
from storyvid.record.database import database_path, database_uri, list_projects
from storyvid.record.tracker import FilmRecord, ProcessTracker
from storyvid.record.tracking_process import TrackingProcess

LINES = [b'{"do": "open"}\n', b'{"do": "start_film"}\n', b'{"do": "finish"}\n']

# Says that it loads, and then waits, works, or answers with the lines that it has got; one that begins at once only answers.
PLAY = """
import json, sys, time
def tell(**what):
    print(json.dumps(what), flush=True)
def answer(waits_for):
    got = []
    for line in sys.stdin:
        got.append(json.loads(line)["do"])
        if got[-1] == waits_for:
            tell(got=got, at_once="--at-once" in sys.argv)
if "--at-once" in sys.argv:
    answer("finish")
else:
    tell(state="loading")
    {part}
"""

# Loads as it does for MLflow, though nothing, and leaves a file when it may record.
ORPHAN = """
import pathlib, sys, time
import storyvid.record.mlflow.__main__ as process
process.load = lambda uri: time.sleep(1)
def serve(messages, reply, background, load):
    load("sqlite:///")
    pathlib.Path(sys.argv[1]).write_text(str([message["do"] for message in messages]), encoding="utf-8")
    reply({"number": 1})
process.serve = serve
process.main()
"""


def play(monkeypatch: pytest.MonkeyPatch, part: str) -> TrackingProcess:
    """A tracking process whose first try plays a part."""
    real = subprocess.Popen

    def start(command: list[str], **settings: object) -> subprocess.Popen[bytes]:
        return real([command[0], "-c", PLAY.replace("{part}", part), *command[4:]], **settings)

    monkeypatch.setattr(subprocess, "Popen", start)
    return TrackingProcess()


def wait(process: TrackingProcess, seconds: float) -> tracking_process.Reply | None:
    """The next reply, waited for as a render does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            return process.replies.get(timeout=0.05)
        except queue.Empty:
            process.hurry()
    raise TimeoutError


def test_one_that_gets_no_processor_is_replaced_and_its_successor_gets_every_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_process, "STARVED_S", 0.3)
    process = play(monkeypatch, "time.sleep(60)")
    first = process._running.process
    for line in LINES:
        process.send(line)
    assert wait(process, 30) == {"got": ["open", "start_film", "finish"], "at_once": True}
    assert first.wait(timeout=10) != 0
    process.send(LINES[-1])
    assert wait(process, 30) == {"got": ["open", "start_film", "finish", "finish"], "at_once": True}
    process.close()
    assert process.replies.get(timeout=30) is None
    assert process.replies.empty()


def test_one_that_makes_headway_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_process, "STARVED_S", 0.3)
    monkeypatch.setattr(tracking_process, "STARVED_SHARE", 0.02)  # the test machine may be busy
    process = play(monkeypatch, "while time.process_time() < 0.6: pass\n    tell(state='loaded'); answer('record')")
    for line in LINES:
        process.send(line)
    assert wait(process, 60) == {"got": ["open", "start_film", "finish", "record"], "at_once": False}
    process.close()


def test_one_that_has_loaded_may_record_and_is_never_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_process, "STARVED_S", 0.1)
    process = play(monkeypatch, "tell(state='loaded'); answer('record'); time.sleep(60)")
    process.send(LINES[0])
    assert wait(process, 30) == {"got": ["open", "record"], "at_once": False}
    assert process._kept == []
    with pytest.raises(TimeoutError):
        wait(process, 0.6)
    assert process._running.process.poll() is None
    process._running.process.kill()


def test_one_that_cannot_be_replaced_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tracking_process, "STARVED_S", 0.1)
    process = play(monkeypatch, "time.sleep(1.5); tell(state='loaded'); answer('record')")
    process.send(LINES[0])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert wait(process, 30) == {"got": ["open", "record"], "at_once": False}
    process.close()


def test_one_whose_render_is_killed_while_it_loads_records_what_it_has_got(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(storyvid.__file__).parents[1])}
    command = [sys.executable, "-c", ORPHAN, str(tmp_path / "recorded")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.close()
    process.stdin.write(b"".join(LINES[:2]))
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    assert (tmp_path / "recorded").read_text(encoding="utf-8") == "['open', 'start_film']"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a priority can be raised again, and nothing is begun anew")
def test_a_film_whose_tracking_was_begun_anew_is_tracked_once(fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_process, "STARVED_S", 0.0)
    monkeypatch.setattr(tracking_process, "STARVED_SHARE", 1e9)
    database = database_path(tmp_path)
    shutil.copy(database_path(fresh), database)
    tracker = ProcessTracker(database_uri(database), tmp_path, 300)
    first = tracker._process._running.process
    tracker.start_film(FilmRecord("harbour", "film", {}))
    deadline = time.monotonic() + 60
    while not tracker._process._loads:  # what is waited for before it loads, loads at once
        assert time.monotonic() < deadline, "it never said that it loads"
        time.sleep(0.02)
    result = tracker.finish("FINISHED", [], {})
    tracker.close()
    assert result.warnings == ()
    assert first.wait(timeout=30) == -signal.SIGKILL
    assert [(project.name, project.films) for project in list_projects(database)] == [("harbour", 1)]
