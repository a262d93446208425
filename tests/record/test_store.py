"""The tracking database as real ones turn up: made by several at once, older, newer, damaged, locked, out of reach."""

from __future__ import annotations

import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storyvid.record import database as databases
from storyvid.record import mlflow as recording
from storyvid.record.database import (
    back_up_before_upgrade,
    copy_database,
    database_path,
    database_uri,
    known_revisions,
    needs_upgrade,
    schema_revision,
)
from storyvid.record.mlflow import store
from tests.database import record_film

OLDER = "451aebb31d03"  # MLflow 1.0: its runs have no name column yet, and tables that newer ones have are missing
FILM = {
    "project": "harbour",
    "name": "harbour 1",
    "choices": {},
    "summary": "",
    "sweep_id": None,
    "git_commit": None,
    "model_revision": None,
    "tags": {},
}


def make_older(database: Path, revision: str) -> None:
    """A database as an earlier MLflow left it, by MLflow's own migrations, with one experiment and one run."""
    from alembic import command
    from mlflow.store.db.utils import InitialBase, _get_alembic_config, create_sqlalchemy_engine_with_retry

    engine = create_sqlalchemy_engine_with_retry(database_uri(database))
    InitialBase.metadata.create_all(engine)
    config = _get_alembic_config(str(engine.url))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("insert into experiments values (1, 'old', 'file:///old', 'active')")
        connection.execute(
            "insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,"
            " source_version, lifecycle_stage, artifact_uri, experiment_id)"
            " values ('a1', '', 'LOCAL', '', '', 'me', 'FINISHED', 1, 2, '', 'active', 'file:///old/a1', 1)"
        )


def track(mlruns: Path) -> dict[str, Any]:
    """Record a film without shots; gives what is answered."""
    ending = {"do": "finish", "status": "FINISHED", "metrics": {}}
    [answer] = record_film(mlruns, {"do": "start_film", "film": FILM}, ending)
    return answer


@pytest.fixture(scope="module")
def made_older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = database_path(tmp_path_factory.mktemp("older"))
    make_older(database, OLDER)
    return database


@pytest.fixture
def older(made_older: Path, tmp_path: Path) -> Path:
    shutil.copy(made_older, database_path(tmp_path))
    return tmp_path


@pytest.fixture
def mlruns(fresh: Path, tmp_path: Path) -> Path:
    shutil.copy(database_path(fresh), database_path(tmp_path))
    return tmp_path


def test_an_older_database_is_copied_and_then_brought_up_to_date(older: Path) -> None:
    database = database_path(older)
    assert needs_upgrade(database)
    assert track(older)["warnings"] == []
    assert schema_revision(database) == known_revisions()[0]
    copy = database.with_name(f"mlflow.db.backup-{OLDER}")
    assert schema_revision(copy) == OLDER
    client = recording.connect(database_uri(database))
    assert client.get_run("a1").info.status == "FINISHED"
    assert {experiment.name for experiment in client.search_experiments()} == {"Default", "old", "harbour"}
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("select run_uuid from runs").fetchall() == [("a1",)]
    assert list(older.glob("*.new-*")) == []


def test_an_upgrade_that_is_cut_short_changes_nothing(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = database_path(older)

    def break_down(draft: Path) -> None:
        with closing(sqlite3.connect(draft)) as connection, connection:
            connection.execute("drop table runs")
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "_upgrade", break_down)
    before = database.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        recording.open_store(database_uri(database))
    assert database.read_bytes() == before


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_what_an_older_mlflow_writes_during_an_upgrade_is_not_lost(
    older: Path, monkeypatch: pytest.MonkeyPatch, journal: str
) -> None:
    """It knows of no lock but SQLite's, which is free for a moment before the draft takes the database's place."""
    database = database_path(older)

    def write(status: str) -> None:
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("update runs set status = ?", [status])

    def write_first(source: sqlite3.Connection, target: Path, *check: Any) -> None:
        if target == database:
            write("FAILED")
        copy_database(source, target, *check)

    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"pragma journal_mode={journal}")
    monkeypatch.setattr(store, "_upgrade", lambda draft: None)
    monkeypatch.setattr(store, "_add_default_experiment", lambda draft, artifacts: None)
    monkeypatch.setattr(store, "copy_database", write_first)
    [warning] = track(older)["warnings"]
    assert "another program wrote to it while it was brought up to date" in warning
    assert schema_revision(database) == OLDER
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("select status from runs").fetchall() == [("FAILED",)]


def test_drafts_of_processes_that_were_killed_are_removed(mlruns: Path) -> None:
    for name in ("mlflow.db.new-123", "mlflow.db.new-123-journal", "mlflow.db.new-backup"):
        (mlruns / name).write_bytes(b"half")
    recording.open_store(database_uri(database_path(mlruns)))
    assert list(mlruns.glob("*.new-*")) == []


def test_no_copy_is_ever_replaced(older: Path) -> None:
    database = database_path(older)
    first = back_up_before_upgrade(database)
    assert back_up_before_upgrade(database) == first
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("update runs set status = 'FAILED'")
    second = back_up_before_upgrade(database)
    assert first is not None
    assert second is not None
    assert second.name == f"{first.name}-2"


def test_a_newer_database_is_refused_in_plain_words_and_left_alone(mlruns: Path) -> None:
    with closing(sqlite3.connect(database_path(mlruns))) as connection, connection:
        connection.execute("update alembic_version set version_num = 'ffff00000000'")
    [warning] = track(mlruns)["warnings"]
    assert "was written by a newer MLflow than the installed one" in warning
    assert "Fix: python -m pip install -U mlflow" in warning
    assert "StoryvidError" not in warning
    assert schema_revision(database_path(mlruns)) == "ffff00000000"
    assert list(mlruns.glob("*.backup-*")) == []


def test_eight_at_once_make_one_whole_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In threads, each with a lock of its own as a process has; `tests/stress/parallel.py` has the processes."""
    upgrades: list[Path] = []
    monkeypatch.setattr(store, "_upgrade", lambda draft, upgrade=store._upgrade: (upgrades.append(draft), upgrade(draft)))
    uri = database_uri(database_path(tmp_path / "mlruns"))
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(recording.open_store, [uri] * 8))) == 8
    assert len(upgrades) == 1
    with closing(sqlite3.connect(database_path(tmp_path / "mlruns"))) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert list(tmp_path.rglob("*.new-*")) == []


def test_a_folder_with_an_apostrophe_holds_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow writes the current folder into a statement without quoting it: C:\\Users\\O'Brien could not be tracked."""
    mlruns = tmp_path / "it's" / "mlruns"
    mlruns.mkdir(parents=True)
    monkeypatch.chdir(mlruns.parent)
    assert track(mlruns)["warnings"] == []
    with closing(sqlite3.connect(database_path(mlruns))) as connection:
        [(default,)] = connection.execute("select artifact_location from experiments where experiment_id = 0")
    assert default == (mlruns / "artifacts" / "0").as_uri()


@pytest.mark.parametrize("content", [b"this is no database" * 500, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_database_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    database_path(tmp_path).write_bytes(content)
    [warning] = track(tmp_path)["warnings"]
    assert "the file is no database, or damaged; move it away" in warning
    assert database_path(tmp_path).read_bytes() == content


def test_a_locked_database_is_given_up_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "BUSY_TIMEOUT_S", 0.3)
    monkeypatch.setattr(store, "BUSY_TIMEOUT_S", 0.3)
    database = database_path(tmp_path)
    with closing(sqlite3.connect(database, isolation_level=None)) as other, closing(sqlite3.connect(":memory:")) as source:
        other.execute("begin immediate")
        started = time.monotonic()
        [warning] = track(tmp_path)["warnings"]
        assert "another program keeps the database locked; close what has it open" in warning
        source.execute("create table t (x)")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            copy_database(source, database)
        assert time.monotonic() - started < 10
