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
from storyvid.record.mlflow import Recording, Store, open_store
from storyvid.record.owner import describe_owner
from storyvid.record.run_folder import RunFolder
from storyvid.record.tracking_queue import FilmFile, Queue

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


def queue_film(mlruns: Path, /, *messages: Mapping[str, Any], **opening: Any) -> Path:
    """Put a film into the queue of a folder, and give its file.

    Args:
        mlruns: Folder of the queue.
        messages: A second after `START_MS` comes the first, then one each second.
        opening: More of ``start_film``; ``owner`` is this process, ``run`` a folder ``run`` beside ``mlruns``.
    """
    film = FilmFile(Queue(mlruns).folder)
    more = {"owner": describe_owner(), "run": str(mlruns.parent / "run"), **opening}
    for number, message in enumerate(messages, 1):
        film.append({"time_ms": START_MS + 1000 * number, **message, **(more if message["do"] == "start_film" else {})})
    return film.path


def record_film(mlruns: Path, /, *messages: Mapping[str, Any], **opening: Any) -> list[dict[str, Any]]:
    """Queue a film, record it as far as it goes, and give what was answered, if anything was; arguments as of `queue_film`."""
    run = RunFolder(mlruns.parent / "run")
    run.make()
    run.manifest.write_text("{}", encoding="utf-8")
    run.tracking.unlink(missing_ok=True)
    queue_film(mlruns, *messages, **opening)
    Recording(Store(Queue(mlruns))).go_on()
    return [json.loads(run.tracking.read_text(encoding="utf-8"))] if run.tracking.exists() else []
