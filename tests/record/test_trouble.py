"""MLflow's troubles in plain words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import filelock
import pytest

from storyvid.errors import Problem, StoryvidError
from storyvid.record import mlflow as recording
from storyvid.record.mlflow.trouble import LONGEST, in_plain_words
from storyvid.record.tracking_queue import FilmFile, Queue, troubles

DATABASE = "sqlite:////films/mlruns/mlflow.db"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (sqlite3.OperationalError("database is locked"), "another program keeps the database locked"),
        (sqlite3.OperationalError("database or disk is full"), "the disk is full; free some space"),
        (OSError(28, "No space left on device"), "the disk is full; free some space"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "the database may not be written"),
        (sqlite3.DatabaseError("database disk image is malformed"), "put back a copy (mlflow.db.backup-…)"),
        (PermissionError(13, "Permission denied", "mlruns"), "the folder may not be written"),
        (filelock.Timeout("mlflow.db.lock"), "another run holds mlflow.db.lock for too long"),
        (
            StoryvidError(Problem("a.db", "was written by a newer MLflow", "upgrade")),
            "a.db: was written by a newer MLflow Fix: upgrade",
        ),
    ],
)
def test_what_is_wrong_and_what_to_do(error: Exception, said: str) -> None:
    assert said in in_plain_words(error, DATABASE)


def test_a_cause_counts_too_and_a_circle_of_causes_ends() -> None:
    outer, inner = ValueError("(pysqlite) [SQL: insert …]"), sqlite3.OperationalError("database is locked")
    outer.__cause__, inner.__context__ = inner, outer
    assert in_plain_words(outer, DATABASE).startswith("another program")


def test_anything_else_is_quoted_shortly() -> None:
    told = in_plain_words(ValueError("a\nb" * 500), DATABASE)
    assert told.startswith("ValueError: a ba b")
    assert told.endswith("Use tracking=none to go without")
    assert len(told) < LONGEST + 50


def test_a_server_that_is_down_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    film = FilmFile(Queue(tmp_path, "http://127.0.0.1:9").folder)
    film.append({"do": "start_film", "film": {"name": "harbour 1", "project": "harbour"}, "owner": {}, "time_ms": 1})
    film.append({"do": "finish", "status": "FINISHED", "metrics": {}, "time_ms": 2})
    assert not recording.Recording(recording.Store(Queue(tmp_path, "http://127.0.0.1:9"))).go_on()
    said = "has not taken harbour 1: no server answers there; start it, or use tracking=none"
    assert troubles(film.path.parent) == {film.path: f"MLflow at http://127.0.0.1:9 {said}"}
