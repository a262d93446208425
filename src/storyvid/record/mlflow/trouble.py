"""What keeps MLflow from recording, in plain words with the way out; its own errors quote SQL."""

from __future__ import annotations

from collections.abc import Mapping

import filelock

from storyvid.errors import StoryvidError

LONGEST = 240  # characters of what is quoted of MLflow

# Words in an error, its causes included -> what that means and what to do.
DATABASE: Mapping[str, str] = {
    "database is locked": "another program keeps the database locked; close what has it open",
    "disk is full": "the disk is full; free some space",
    "No space left": "the disk is full; free some space",
    "disk I/O error": "the disk can't be written or read; check the free space and the disk",
    "readonly database": "the database may not be written; check the permissions of the file and its folder",
    "unable to open database": "the database can't be opened; check the permissions of its folder",
    "not a database": "the file is no database, or damaged; move it away to begin anew, or put back a copy (mlflow.db.backup-…)",
    "malformed": "the database is damaged; move it away to begin anew, or put back a copy (mlflow.db.backup-…)",
    "Permission denied": "the folder may not be written; check its permissions",
    "Not a directory": "a file is in the way of the folder; move it away",
    "File exists": "a file is in the way of the folder; move it away",
    "Read-only file system": "the folder may not be written",
}
SERVER: Mapping[str, str] = {
    "Connection refused": "no server answers there; start it, or use tracking=none",
    "actively refused": "no server answers there; start it, or use tracking=none",
    "Name or service not known": "there is no such host; check tracking.uri",
    "Failed to resolve": "there is no such host; check tracking.uri",
    "timed out": "the server does not answer in time; look after it, or use tracking=none",
}


def in_plain_words(error: BaseException, uri: str) -> str:
    """One line: what is wrong and what to do, else MLflow's own words and the way round.

    Args:
        error: What MLflow, SQLite or the system raised.
        uri: MLflow's address.
    """
    if isinstance(error, StoryvidError):
        return " ".join(str(error).split())
    if isinstance(error, filelock.Timeout):
        return f"another run holds {error.lock_file} for too long; wait for it to end, or end it"
    said = " ".join(str(cause) for cause in _causes(error))
    known = DATABASE if uri.startswith("sqlite:///") else SERVER
    meant = next((meaning for words, meaning in known.items() if words.casefold() in said.casefold()), None)
    return meant or f"{_one_line(error)}. Use tracking=none to go without"


def _causes(error: BaseException | None) -> list[BaseException]:
    causes: list[BaseException] = []
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return causes


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST]
