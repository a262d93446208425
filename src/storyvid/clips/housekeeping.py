"""Making room in the clip store: what may go, and how it goes.

A clip that a run refers to is never removed, nor is anything that a process works on or may just have made. All that is
chosen is first renamed, so that nobody finds half a clip, and then deleted.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from storyvid.clips.files import File
from storyvid.clips.inventory import Inventory, Stored, measure, named_since
from storyvid.clips.store import release
from storyvid.errors import Problem, StoryvidError
from storyvid.record.disk import disk_problem
from storyvid.record.owner import temporary_name
from storyvid.record.renaming import discard, rename

TOGETHER = 64  # folders that are locked at a time, each with an open file; the manifests are looked at again for each lot


@dataclass(frozen=True)
class Criteria:
    """What may go. Each one narrows the others.

    Attributes:
        older_s: Only what was last written more than so many seconds ago.
        size: Only so much, the oldest first, that clips and work together are at most so many bytes.
        unreferenced: Clips that no run refers to; `older_s` and `size` mean these, too. Encoded prompts, which belong to none,
            go with it and with `older_s`.
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
        freed: Bytes that the disk got back, of leftovers and encoded prompts, too.
        in_use: What has come into use since it was chosen, and stays.
        problems: What the system refused.
        prompts: Encoded prompts that are gone.
    """

    removed: tuple[Stored, ...]
    freed: int
    in_use: tuple[Stored, ...]
    problems: tuple[Problem, ...]
    prompts: tuple[File, ...] = ()


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


def choose_prompts(inventory: Inventory, criteria: Criteria, now: float) -> tuple[File, ...]:
    """Encoded prompts and keyframes that may go by the criteria; a size is of clips. A render makes again what it lacks.

    Args:
        inventory: What is there.
        criteria: What was asked.
        now: Seconds since 1970.
    """
    if criteria.size is not None or (criteria.older_s is None and not criteria.unreferenced):
        return ()
    return tuple(
        file
        for file in inventory.prompts
        if (criteria.older_s is None or now - file.modified > criteria.older_s) and not inventory.is_new(file.modified)
    )


def _until_at_most(candidates: Iterable[Stored], excess: int) -> Iterator[Stored]:
    for stored in candidates:
        if excess <= 0:
            return
        excess -= stored.size
        yield stored


def remove(inventory: Inventory, chosen: Sequence[Stored], prompts: Sequence[File] = ()) -> Removal:
    """Remove clips, work and what dead processes left.

    Everything is renamed before anything is deleted: deleting takes long, and a render that starts meanwhile should find a
    clip or not find it. What a stop in between leaves is a temporary of a dead process, for the next render or clean.

    Args:
        inventory: Taken a moment ago.
        chosen: From `choose`.
        prompts: From `choose_prompts`.
    """
    aside: dict[Stored, Path] = {}
    in_use: list[Stored] = []
    problems: list[Problem] = []
    for first in range(0, len(chosen), TOGETHER):
        try:
            outcome = _set_aside(inventory, chosen[first : first + TOGETHER])
        except StoryvidError as error:
            problems += error.problems
            break
        aside |= {stored: path for stored, path in outcome.items() if isinstance(path, Path)}
        in_use += (stored for stored, path in outcome.items() if path is None)
        problems += (problem for problem in outcome.values() if isinstance(problem, Problem))
    freed = 0
    for path in (*aside.values(), *(leftover.path for leftover in inventory.leftovers), *(file.path for file in prompts)):
        freed += _delete(path)
        if path.exists():
            fix = "close what has a file of it open; the next clean removes it"
            problems.append(Problem(str(path), "it could not be deleted whole", fix, "disk"))
    gone = tuple(file for file in prompts if not file.path.exists())
    return Removal(tuple(aside), freed, tuple(in_use), tuple(problems), gone)


def _set_aside(inventory: Inventory, chosen: Sequence[Stored]) -> dict[Stored, Path | Problem | None]:
    """Rename folders, so that nobody finds them any more.

    Returns:
        Each with its new name, with what the system refused, or with None when it is not as it was chosen: rendered, reused,
        named by a run that appeared meanwhile, or gone.

    Raises:
        StoryvidError: A manifest can't be read, so that it is not known what may go.
    """
    with _locked(chosen) as stay:
        named = named_since(inventory)
        stay |= {stored: None for stored in chosen if stored.whole and stored.key in named}
        return {stored: stay[stored] if stored in stay else _rename(stored) for stored in chosen}


@contextmanager
def _locked(chosen: Iterable[Stored]) -> Iterator[dict[Stored, Problem | None]]:
    """Hold the locks of a few; gives those that can't be locked, with what the system refused, or None: in use."""
    locks: dict[str, FileLock] = {}
    stay: dict[Stored, Problem | None] = {}
    try:
        for stored in chosen:
            try:
                lock = stored.lock()
                if lock.lock_file not in locks:  # a clip and its work have one
                    lock.acquire(blocking=False)
                    locks[lock.lock_file] = lock
            except Timeout:
                stay[stored] = None
            except OSError as error:
                stay[stored] = disk_problem(error, stored.path)
        yield stay
    finally:
        for lock in locks.values():
            release(lock)


def _rename(stored: Stored) -> Path | Problem | None:
    try:
        if measure(stored.key, stored.path, whole=stored.whole) != stored:
            return None
        aside = stored.path.parents[1] / temporary_name()
        rename(stored.path, aside)
        return aside
    except FileNotFoundError:
        return None
    except OSError as error:
        return disk_problem(error, stored.path)


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
