"""The store: a client of a database that is whole and current, or of a server; the project's experiment in it."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.errors import Problem, StoryvidError
from storyvid.record.database import (
    BUSY_TIMEOUT_S,
    back_up_before_upgrade,
    copy_database,
    database_of,
    database_uri,
    lock,
    needs_upgrade,
)
from storyvid.record.mlflow.film import RECORD

if TYPE_CHECKING:
    from mlflow import MlflowClient

MOST_RUNS = 50_000  # that MLflow gives at once; a film has one for each take of each shot


def connect(uri: str) -> MlflowClient:
    """A client of a store that exists."""
    return import_mlflow().MlflowClient(tracking_uri=uri, registry_uri=uri)


def import_mlflow() -> Any:
    """MLflow, with its telemetry and chatter off."""
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

    return mlflow


def load(uri: str) -> None:
    """Import MLflow and what `connect` needs for an address."""
    import_mlflow()
    if database_of(uri) is not None:
        importlib.import_module("mlflow.store.tracking.sqlalchemy_store")  # `connect` would load it at once


def open_store(uri: str) -> MlflowClient:
    """A client of a database that is whole and current, or of a server that answers.

    MLflow creates and upgrades its tables without a lock and step by step: two processes on a fresh file, or a kill in
    between, break it for good. So it works on a draft, with a lock held, and the draft is copied back in one transaction.

    Args:
        uri: ``sqlite:///`` with an absolute path, or a server's address.

    Raises:
        StoryvidError: A newer MLflow wrote the database.
        filelock.Timeout: Another process holds the lock for too long.
    """
    load(uri)  # before the lock: it takes seconds
    database = database_of(uri)
    if database is not None:
        database.parent.mkdir(parents=True, exist_ok=True)
        with lock(database):
            _remove_drafts(database)
            if needs_upgrade(database):
                back_up_before_upgrade(database)
                _bring_up_to_date(database)
    client = connect(uri)
    client.search_experiments(max_results=1)
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


def forget_film(client: MlflowClient, experiment_id: str, name: str, artifacts: Path) -> int:
    """Delete what an earlier try recorded of a film, its files included, so that recording it anew counts it once.

    Args:
        client: Of the store.
        experiment_id: The project's.
        name: The film's name in the queue.
        artifacts: Folder of the project's files, where they are on this computer.

    Returns:
        How many runs there were.
    """
    runs = client.search_runs([experiment_id], f"tags.`{RECORD}` = '{name}'", max_results=MOST_RUNS)
    for run in runs:
        client.delete_run(run.info.run_id)
        if re.fullmatch("[0-9a-f]{32}", run.info.run_id):
            shutil.rmtree(artifacts / run.info.run_id, ignore_errors=True)
    return len(runs)


def _find_or_create(client: MlflowClient, project: str, location: str | None) -> str:
    found = client.get_experiment_by_name(project)
    if found is None:
        return str(client.create_experiment(project, artifact_location=location))
    if found.lifecycle_stage == "deleted":  # deleted in the UI, which keeps it for a while
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _bring_up_to_date(database: Path) -> None:
    """Let MLflow create or upgrade a copy, which then takes the database's place.

    Raises:
        StoryvidError: Another program wrote to the database before the copy could take its place.
    """
    draft = database.with_name(f"{database.name}.new-{os.getpid()}")
    with closing(sqlite3.connect(database, timeout=BUSY_TIMEOUT_S)) as reader:
        with closing(sqlite3.connect(database, timeout=BUSY_TIMEOUT_S)) as holder:
            holder.execute("begin immediate")  # an older MLflow, which knows of no lock, must not write meanwhile
            before = _version(reader)
            copy_database(reader, draft)
            _upgrade(draft)
            _add_default_experiment(draft, database.with_name("artifacts"))
        _refuse_changes(reader, before, database)  # SQLite can't copy over what the holder holds, so it had to let go
        if reader.execute("pragma journal_mode").fetchall() != [("wal",)]:
            reader.execute("pragma journal_mode=wal")  # readers (the UI, and the next line) don't wait for the writer
            before = _version(reader)  # counted anew
        with closing(sqlite3.connect(draft)) as made:
            copy_database(made, database, lambda: _refuse_changes(reader, before, database))
    _remove_drafts(database)


def _version(reader: sqlite3.Connection) -> int:
    """A number that changes when another connection has written to the database."""
    [(version,)] = reader.execute("pragma data_version").fetchall()
    return int(version)


def _refuse_changes(reader: sqlite3.Connection, before: int, database: Path) -> None:
    if _version(reader) != before:
        what = "another program wrote to it while it was brought up to date for the installed MLflow; nothing was changed"
        raise StoryvidError(Problem(str(database), what, "end the program that uses it, an older MLflow, and try again"))


def _upgrade(database: Path) -> None:
    """``mlflow db upgrade``, in this process."""
    from mlflow.db import commands

    commands.main(["upgrade", database_uri(database)], standalone_mode=False)


def _add_default_experiment(database: Path, artifacts: Path) -> None:
    """MLflow's experiment 0, with a location whose quotes and colons are encoded: it writes its statement as plain text.

    Left to itself, MLflow takes the current folder, and fails where that is called "it's".
    """
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    SqlAlchemyStore(database_uri(database), artifacts.absolute().as_uri())._dispose_engine()


def _remove_drafts(database: Path) -> None:
    """Drafts of this process and of those that were killed; with the lock held there are no others."""
    for draft in database.parent.glob(f"{database.name}.new-*"):
        with suppress(OSError):  # on Windows MLflow still holds it open; the next run removes it
            draft.unlink()
