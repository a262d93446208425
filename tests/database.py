"""A tracking database made once for all tests of a run: loading MLflow and laying its tables out takes many seconds."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from storyvid.record.database import database_path, database_uri
from storyvid.record.mlflow import Recording, open_store
from storyvid.record.owner import describe_owner
from storyvid.record.tracking_queue import FilmFile, queue_of

START_MS = 1_800_000_000_000


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new database; copy it before writing into it. Under ``-n`` all workers share it."""
    base = tmp_path_factory.getbasetemp()
    mlruns = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "fresh" / "mlruns"
    with FileLock(mlruns.parent.with_suffix(".lock")):
        if not mlruns.exists():
            open_store(database_uri(database_path(mlruns)))
    return mlruns


def record_film(mlruns: Path, *messages: Mapping[str, Any], owner: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Queue a film, record it as far as it goes, and give what was answered, if anything was.

    Args:
        mlruns: Folder of the database and the queue.
        messages: ``start_film`` is told where to; a second later than `START_MS` comes the first, then one each second.
        owner: The render; None = this process.
    """
    answer = mlruns.parent / "tracking.json"
    answer.unlink(missing_ok=True)
    uri = database_uri(database_path(mlruns))
    where = {"uri": uri, "mlruns": str(mlruns), "owner": dict(owner or describe_owner()), "answer": str(answer)}
    film = FilmFile(queue_of(mlruns))
    for number, message in enumerate(messages, 1):
        film.append({"time_ms": START_MS + 1000 * number, **message, **(where if message["do"] == "start_film" else {})})
    recording = Recording(queue_of(mlruns))
    if recording.go_on():  # whether its render lives is looked at when no more comes
        recording.go_on()
    return [json.loads(answer.read_text(encoding="utf-8"))] if answer.exists() else []
