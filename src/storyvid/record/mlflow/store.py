"""The store: a client of a database that is whole and current, or of a server; the project's experiment in it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.record.database import back_up_before_upgrade, copy_database, database_of, database_uri, lock
from storyvid.record.owner import is_dead

if TYPE_CHECKING:
    from mlflow import MlflowClient


def connect(uri: str) -> MlflowClient:
    """A client, with MLflow's telemetry and chatter off. Imports MLflow."""
    for name, value in {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",  # its own 7 retries of 120 s would take a quarter of an hour
        "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    }.items():
        os.environ.setdefault(name, value)
    import mlflow

    return mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)


def open_store(uri: str) -> MlflowClient:
    """A client of a database that is whole and current, or of a server.

    MLflow creates its tables without a lock: two processes on a fresh file break it for good. So a new database is made
    under another name and copied in one transaction, with a lock held; one of an older MLflow is copied first.

    Args:
        uri: ``sqlite:///`` with an absolute path, or a server's address.

    Raises:
        StoryvidError: A newer MLflow wrote the database.
        filelock.Timeout: Another process holds the lock for too long.
    """
    database = database_of(uri)
    if database is None:
        return connect(uri)
    database.parent.mkdir(parents=True, exist_ok=True)
    with lock(database):
        if not database.exists():
            _create_database(database)
        back_up_before_upgrade(database)
        client = connect(uri)
        client.search_experiments(max_results=1)  # opens, and upgrades, while the lock is held
    return client


def open_experiment(client: MlflowClient, uri: str, mlruns: Path, project: str) -> tuple[str, list[str]]:
    """The experiment of a project, made when missing.

    Returns:
        (experiment id, warnings).
    """
    database = database_of(uri)
    if database is None:
        return _find_or_create(client, project, None), []
    location = (mlruns / "artifacts" / project).as_uri()
    with lock(database):
        experiment_id = _find_or_create(client, project, location)
    found = client.get_experiment(experiment_id).artifact_location
    if found == location:
        return experiment_id, []
    return experiment_id, [f"MLflow keeps the files of project {project} in {found}, where they were first put, not in {location}"]


def close_dead_runs(client: MlflowClient, owner: Mapping[str, Any]) -> int:
    """Mark runs of this host as KILLED when the process that opened them is gone; nobody else would.

    Args:
        client: Of the store.
        owner: From `storyvid.record.owner.describe_owner`.

    Returns:
        How many were marked.
    """
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    host = str(owner["host"]).replace("'", "")
    chosen = f"attributes.status = 'RUNNING' and tags.`storyvid.host` = '{host}'"
    dead = [run for run in client.search_runs(experiments, chosen) if _was_left_behind(run.data.tags)]
    for run in dead:
        client.set_terminated(run.info.run_id, "KILLED")
    return len(dead)


def _find_or_create(client: MlflowClient, project: str, location: str | None) -> str:
    found = client.get_experiment_by_name(project)
    if found is None:
        return str(client.create_experiment(project, artifact_location=location))
    if found.lifecycle_stage == "deleted":  # deleted in the UI, which keeps it for a while
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _create_database(database: Path) -> None:
    for left in database.parent.glob(f"{database.name}.new-*"):
        _remove(left)
    draft = database.with_name(f"{database.name}.new-{os.getpid()}")
    client = connect(database_uri(draft))
    client.search_experiments(max_results=1)
    source = sqlite3.connect(draft)
    try:
        copy_database(source, database)
    finally:
        source.close()
    _remove(draft)
    connection = sqlite3.connect(database)
    try:
        connection.execute("pragma journal_mode=wal")  # readers (the UI) don't wait for the writer
    finally:
        connection.close()


def _remove(path: Path) -> None:
    with suppress(OSError):  # on Windows MLflow still holds it open; the next creation removes it
        path.unlink()


def _was_left_behind(tags: Mapping[str, str]) -> bool:
    return is_dead({part: tags.get(f"storyvid.{part}") for part in ("host", "pid", "process_start")})
