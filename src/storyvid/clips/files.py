"""The files of an outputs folder, as the disk tells of them, and what of it can't be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from storyvid.errors import Problem


@dataclass(frozen=True)
class File:
    """A file as the disk tells of it; ``identity`` is the same for every name of one file."""

    path: Path
    size: int
    links: int
    identity: tuple[int, int] | Path
    modified: float


def files_below(folder: Path, unreadable: list[Problem]) -> Iterator[File]:
    """Every file below a folder, and nothing where there is no folder."""
    for parent, _, names in os.walk(folder, onerror=partial(_note, unreadable)):
        yield from _files_in(Path(parent), names, unreadable)


def files_beside(store: Path, unreadable: list[Problem]) -> tuple[list[File], list[File]]:
    """Every file of an outputs folder but for those of its clip store, and those below the folders that links lead to.

    A render follows links, so what it made there needs its clips. Each folder counts once, by its own name if it has one
    below the outputs folder: links may lead around in circles.
    """
    found: tuple[list[File], list[File]] = [], []
    tops, seen = [store.parent], set[Any]()
    _is_new(store, seen)
    for top in tops:
        for parent, subfolders, names in os.walk(top, onerror=partial(_note, unreadable)):
            if not _is_new(Path(parent), seen):
                subfolders.clear()
                continue
            tops += (Path(parent) / name for name in subfolders if (Path(parent) / name).is_symlink())
            found[top != store.parent].extend(_files_in(Path(parent), names, unreadable))
    return found


def _is_new(folder: Path, seen: set[Any]) -> bool:
    """Whether a folder has not been seen, under whatever name; from now on it has."""
    try:
        identity = _identity(folder.resolve(), folder.stat())
    except OSError:  # it is gone, or whoever looks into it is told
        return True
    is_new = identity not in seen
    seen.add(identity)
    return is_new


def _files_in(parent: Path, names: Iterable[str], unreadable: list[Problem]) -> Iterator[File]:
    for path in (parent / name for name in names):
        with suppress(FileNotFoundError):  # a temporary, renamed at this moment
            known = path.lstat()
            yield File(path, known.st_size, known.st_nlink, _identity(path, known), known.st_mtime)
            if stat.S_ISLNK(known.st_mode):
                _check_link(path, unreadable)


def _check_link(path: Path, unreadable: list[Problem]) -> None:
    """A link that leads nowhere may be that of a folder with runs, on a drive that is not plugged in."""
    try:
        path.stat()
    except OSError as error:
        unreadable.append(not_readable(path, error))


def _identity(path: Path, known: os.stat_result) -> tuple[int, int] | Path:
    return (known.st_dev, known.st_ino) if known.st_ino else path


def _note(unreadable: list[Problem], error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        unreadable.append(not_readable(Path(error.filename), error))


def not_readable(path: Path, error: Exception) -> Problem:
    """That a file or folder can't be read, so that nothing may go; FileNotFoundError: a link that leads nowhere."""
    unknown = "so it is not known which clips it needs"
    if isinstance(error, FileNotFoundError):
        fix = "bring back what it leads to (a drive that is not plugged in?), or delete the link"
        return Problem(str(path), f"is a link that leads nowhere, {unknown}", fix, "unreadable")
    said = error.strerror if isinstance(error, OSError) and error.strerror else error
    fix = "make it readable, or delete its run folder if you don't need that film"
    return Problem(str(path), f"can't be read ({said}), {unknown}", fix, "unreadable")
