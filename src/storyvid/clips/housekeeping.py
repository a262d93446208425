"""Making room in the clip store: what may go, and how it goes.

A clip that a run refers to is never removed, nor is anything that a process works on or may just have made. All that is
chosen is first renamed, so that nobody finds half a clip, and then deleted.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import Timeout

from storyvid.clips.inventory import Inventory, Leftover, Stored, measure
from storyvid.clips.store import release
from storyvid.errors import Problem
from storyvid.record.disk import disk_problem
from storyvid.record.owner import temporary_name
from storyvid.record.renaming import discard, rename


@dataclass(frozen=True)
class Criteria:
    """What may go. Each one narrows the others.

    Attributes:
        older_s: Only what was last written more than so many seconds ago.
        size: Only so much, the oldest first, that clips and work together are at most so many bytes.
        unreferenced: Clips that no run refers to; `older_s` and `size` mean these, too.
        unfinished: Work that was cut short.
    """

    older_s: float | None = None
    size: int | None = None
    unreferenced: bool = False
    unfinished: bool = False

    @property
    def clips(self) -> bool:
        """Whether clips may go at all."""
        return self.unreferenced or self.older_s is not None or self.size is not None

    def __bool__(self) -> bool:
        return self.clips or self.unfinished


@dataclass(frozen=True)
class Removal:
    """What was removed.

    Attributes:
        removed: Clips and work that are gone.
        freed: Bytes that the disk got back, of leftovers, too.
        in_use: What has come into use since it was chosen, and stays.
        problems: What the system refused.
    """

    removed: tuple[Stored, ...]
    freed: int
    in_use: tuple[Stored, ...]
    problems: tuple[Problem, ...]


def choose(inventory: Inventory, criteria: Criteria, now: float) -> tuple[Stored, ...]:
    """What may go by the criteria, oldest first.

    Args:
        inventory: What is there.
        criteria: What was asked.
        now: Seconds since 1970.
    """
    asked = [stored for stored in inventory.stored if (criteria.clips if stored.whole else criteria.unfinished)]
    aged = [stored for stored in asked if criteria.older_s is None or now - stored.modified > criteria.older_s]
    free = sorted((stored for stored in aged if not inventory.must_stay(stored)), key=lambda one: (one.modified, one.path))
    if criteria.size is None:
        return tuple(free)
    return tuple(_until_at_most(free, sum(stored.size for stored in inventory.stored) - criteria.size))


def _until_at_most(candidates: Iterable[Stored], excess: int) -> Iterator[Stored]:
    for stored in candidates:
        if excess <= 0:
            return
        excess -= stored.size
        yield stored


def remove(chosen: Sequence[Stored], leftovers: Sequence[Leftover]) -> Removal:
    """Remove clips, work and what dead processes left.

    Everything is renamed before anything is deleted: deleting takes long, and a render that starts meanwhile should find a
    clip or not find it. What a stop in between leaves is a temporary of a dead process, for the next render or clean.

    Args:
        chosen: From `choose`, a moment ago.
        leftovers: Of the same inventory.
    """
    aside: dict[Stored, Path] = {}
    in_use, problems = [], []
    for stored in chosen:
        try:
            path = _set_aside(stored)
        except OSError as error:
            problems.append(disk_problem(error, stored.path))
            continue
        if path is None:
            in_use.append(stored)
        else:
            aside[stored] = path
    freed = 0
    for path in (*aside.values(), *(leftover.path for leftover in leftovers)):
        freed += _delete(path)
        if path.exists():
            fix = "close what has a file of it open; the next clean removes it"
            problems.append(Problem(str(path), "it could not be deleted whole", fix, "disk"))
    return Removal(tuple(aside), freed, tuple(in_use), tuple(problems))


def _set_aside(stored: Stored) -> Path | None:
    """Rename a folder, so that nobody finds it any more; None when it is not as it was chosen: rendered, reused or gone.

    Raises:
        OSError: The system refuses.
    """
    lock = stored.lock()
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return None
    try:
        if measure(stored.key, stored.path, whole=stored.whole) != stored:
            return None
        aside = stored.path.parents[1] / temporary_name()
        rename(stored.path, aside)
        return aside
    except FileNotFoundError:
        return None
    finally:
        release(lock)


def _delete(path: Path) -> int:
    """Delete a file or folder, as far as the system lets it go; gives the bytes that the disk got back."""
    if path.is_symlink() or not path.is_dir():
        try:
            known = path.lstat()
        except FileNotFoundError:
            return 0
        discard(path)
        return 0 if path.exists() or known.st_nlink > 1 else known.st_size
    before = measure("", path, whole=False)
    shutil.rmtree(path, ignore_errors=True)
    if not path.exists():
        return before.size - before.shared
    left = measure("", path, whole=False)
    return before.size - before.shared - (left.size - left.shared)
