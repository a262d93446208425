"""The tracking database as a file: where it lies, what is in it, and a copy before a newer MLflow changes it.

Everything here works without importing MLflow (2 s), so that ``ui`` can answer at once.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote, unquote

from filelock import FileLock

from storyvid.errors import Problem, StoryvidError
from storyvid.record.renaming import discard, rename

LOCAL_SERVER = "http://127.0.0.1:5000"
SQLITE = "sqlite:///"
LOCK_TIMEOUT_S = 300
BUSY_TIMEOUT_S = 20  # MLflow's own


@dataclass(frozen=True)
class Project:
    """One MLflow experiment that holds films.

    Attributes:
        experiment_id: MLflow's id of it.
        name: The project's name.
        films: Number of top-level runs, deleted ones aside.
    """

    experiment_id: str
    name: str
    films: int


def database_path(mlruns: Path) -> Path:
    """The SQLite file below ``mlruns``."""
    return mlruns / "mlflow.db"


def database_uri(database: Path) -> str:
    """MLflow's address of a SQLite file, on Windows too (``sqlite:///C:/...``)."""
    path = database.absolute().as_posix()
    return SQLITE + (path.replace("%", "%25").replace("?", "%3F") if _addresses_are_quoted() else path)


def database_of(uri: str) -> Path | None:
    """The SQLite file that a tracking address names, or None for a server."""
    if not uri.startswith(SQLITE):
        return None
    path = uri.removeprefix(SQLITE).partition("?")[0]
    return Path(unquote(path) if _addresses_are_quoted() else path).absolute()


def runs_link(experiment_id: str, sweep_id: str | None = None, base: str = LOCAL_SERVER) -> str:
    """The page that shows a project's films.

    MLflow opens an experiment on its traces and hides the runs; ``workflowType`` leads to the runs. A sweep opens on the
    charts of its films alone, a project on the table with the shots below each film.

    Args:
        experiment_id: MLflow's id of the project.
        sweep_id: Show only the films of this sweep.
        base: Address of the MLflow server.
    """
    link = f"{base.rstrip('/')}/#/experiments/{experiment_id}/runs?workflowType=machine_learning"
    if sweep_id is None:
        return link
    chosen = f"tags.`storyvid.sweep_id` = '{sweep_id}' and tags.`storyvid.kind` = 'film'"
    return f"{link}&compareRunsMode=CHART&searchFilter={quote(chosen, safe='')}"


def lock(database: Path) -> FileLock:
    """Held by whoever creates or upgrades the database; waits `LOCK_TIMEOUT_S` at most."""
    return FileLock(f"{database}.lock", timeout=LOCK_TIMEOUT_S)


def list_projects(database: Path) -> list[Project]:
    """The projects that hold at least one film, newest film first. Empty where the database is missing or has no tables.

    Raises:
        StoryvidError: The file is no database, or can't be read.
    """
    query = """
        select e.experiment_id, e.name, count(*) from experiments e join runs r on r.experiment_id = e.experiment_id
        join tags t on t.run_uuid = r.run_uuid and t.key = 'storyvid.kind' and t.value = 'film'
        where e.lifecycle_stage = 'active' and r.lifecycle_stage = 'active'
        group by e.experiment_id, e.name order by max(r.start_time) desc, e.name"""
    if not database.is_file():
        return []
    try:
        with _connect(database) as connection:
            rows = connection.execute(query).fetchall() if _has_table(connection, "experiments") else []
    except sqlite3.Error as error:
        fix = "move it away to start a new one, or put back a copy (mlflow.db.backup-…)"
        raise StoryvidError(Problem(str(database), f"the tracking database can't be read: {error}", fix)) from error
    return [Project(str(number), name, films) for number, name, films in rows]


def experiment_id(database: Path, project: str) -> str | None:
    """MLflow's id of a project; None where it has none yet, or the database can't be asked right now."""
    if not database.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", timeout=0.1, uri=True)) as connection:
            row = connection.execute("select experiment_id from experiments where name = ?", (project,)).fetchone()
    except sqlite3.Error:
        return None
    return None if row is None else str(row[0])


def schema_revision(database: Path) -> str | None:
    """The revision of MLflow's tables that a database holds; None for a missing or empty one."""
    if not database.is_file():
        return None
    with _connect(database) as connection:
        if not _has_table(connection, "alembic_version"):
            return None
        row = connection.execute("select version_num from alembic_version").fetchone()
        return None if row is None else str(row[0])


def known_revisions() -> tuple[str | None, frozenset[str]]:
    """The newest revision of the installed MLflow and all that it can open.

    Read from the text of its migration files, because importing them would import MLflow.

    Returns:
        (newest or None when it can't be told, every revision).
    """
    found = importlib.util.find_spec("mlflow")
    if found is None or found.origin is None:
        return None, frozenset()
    revisions: set[str] = set()
    older: set[str] = set()
    for file in sorted((Path(found.origin).parent / "store" / "db_migrations" / "versions").glob("*.py")):
        text = file.read_text(encoding="utf-8")
        revisions |= set(re.findall(r"^revision(?:: str)? = [\"'](\w+)[\"']", text, re.MULTILINE))
        for line in re.findall(r"^down_revision.*$", text, re.MULTILINE):
            older |= set(re.findall(r"[\"'](\w+)[\"']", line))
    newest = revisions - older
    return (newest.pop() if len(newest) == 1 else None), frozenset(revisions)


def needs_upgrade(database: Path) -> bool:
    """Whether a database is missing, empty, or was written by another MLflow than the installed one."""
    revision, newest = schema_revision(database), known_revisions()[0]
    return revision is None or newest not in (None, revision)


def back_up_before_upgrade(database: Path) -> Path | None:
    """Copy a database that an older MLflow wrote; MLflow changes it on opening, and the older one can't go back.

    Call it with the lock of the folder held.

    Returns:
        The copy, or None when nothing is going to change.

    Raises:
        StoryvidError: A newer MLflow wrote the database, so the installed one can't open it.
    """
    revision = schema_revision(database)
    newest, known = known_revisions()
    if revision is None or newest is None or revision == newest:
        return None
    if revision not in known:
        what = f"was written by a newer MLflow than the installed one (its tables are {revision}, those known end at {newest})"
        raise StoryvidError(Problem(str(database), what, "python -m pip install -U mlflow"))
    temporary = database.with_name(f"{database.name}.new-backup")
    try:
        with _connect(database) as source:
            copy_database(source, temporary)
        return _keep_backup(temporary, database.with_name(f"{database.name}.backup-{revision}"))
    finally:
        discard(temporary)


def _keep_backup(made: Path, name: Path) -> Path:
    """Give a copy its name, with a number when there is another copy of that name; no copy is ever replaced."""
    for number in count(1):
        path = name if number == 1 else name.with_name(f"{name.name}-{number}")
        if not path.exists():
            rename(made, path)
            return path
        if path.read_bytes() == made.read_bytes():
            return path
    raise AssertionError("numbers never end")


def copy_database(source: sqlite3.Connection, target: Path, check: Callable[[], None] | None = None) -> None:
    """Copy a whole database in one transaction: the target has all of it or nothing, also after a crash.

    Args:
        source: Open.
        target: SQLite file, replaced; made when missing.
        check: Called page by page while nobody else may write to the target; what it raises leaves the target as it was.

    Raises:
        sqlite3.OperationalError: Another program keeps one of them locked, or the disk is full.
    """
    limit = time.monotonic() + BUSY_TIMEOUT_S

    def give_up(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > limit:  # Python would try for ever
            raise sqlite3.OperationalError("database is locked")
        if status == sqlite3.SQLITE_OK and check is not None:
            check()

    connection = sqlite3.connect(target, timeout=0)  # backup waits by itself
    try:
        source.backup(connection, pages=-1 if check is None else 1, progress=give_up)
    finally:
        connection.close()


def _addresses_are_quoted() -> bool:
    # SQLAlchemy 2.1 began to decode %xx in the file's path (its issue 11234).
    major, minor = importlib.metadata.version("sqlalchemy").split(".")[:2]
    return (int(major), int(minor[:1])) >= (2, 1)


@contextmanager
def _connect(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database, timeout=BUSY_TIMEOUT_S)
    try:
        yield connection
    finally:
        connection.close()


def _has_table(connection: sqlite3.Connection, name: str) -> bool:
    return connection.execute("select 1 from sqlite_master where type = 'table' and name = ?", (name,)).fetchone() is not None
