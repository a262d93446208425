"""What an outputs folder holds: clips and the runs that refer to them, work that was cut short, and what dead processes left."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from storyvid.clips.files import File, files_below, files_beside, not_readable
from storyvid.clips.record import CLIP, RECORD
from storyvid.clips.store import KEY, WORK, release
from storyvid.errors import Problem, StoryvidError
from storyvid.record.owner import TEMPORARY, is_dead, is_left_behind

STORE = ".clips"
EMBEDDINGS = ".embeddings"  # prompts as text encoders read them and painted keyframes, a file each; made again when one is missing
REPRODUCTIONS = ".reproduce"  # holds a clip store for each film that is rendered again to compare it
MANIFEST = ("metadata", "manifest.json")
REPRODUCTION = re.compile("[0-9a-f]{16}")
KEY_IN_JSON = re.compile('"([0-9a-f]{64})"')
COARSEST_CLOCK_S = 2.0  # FAT keeps the time of a file in steps of two seconds


@dataclass(frozen=True)
class Stored:
    """A folder of the clip store, or the whole store of a film that ``reproduce`` renders.

    Attributes:
        key: Fingerprint; of a reproduction the folder's name.
        path: The folder.
        whole: It holds a clip; False: work that was cut short, or goes on.
        modified: When it was last written, seconds since 1970.
        size: Bytes of its files.
        shared: Bytes of them that have a second name elsewhere, usually in a run folder: removing the folder frees none of these.
    """

    key: str
    path: Path
    whole: bool
    modified: float
    size: int
    shared: int

    @property
    def is_reproduction(self) -> bool:
        """Whether it is the store of a film that ``reproduce`` renders."""
        return self.path.parent.name == REPRODUCTIONS

    def lock(self) -> FileLock:
        """Held by whoever works on it; see `storyvid.clips.store.release`."""
        folder = self.path.parent if self.is_reproduction else self.path.parents[1] / WORK
        folder.mkdir(parents=True, exist_ok=True)
        return FileLock(folder / f"{self.key}.lock")


@dataclass(frozen=True)
class Run:
    """A run folder, or a job's folder of a sweep.

    Attributes:
        folder: The folder.
        project: Its folder below outputs/.
        keys: Fingerprints that its manifest names.
        size: Bytes of its files, without those that the clip store holds, too.
        going_on_since: When it began, seconds since 1970, if its process may still live; None = it has ended.
        host: The computer that it was begun on; "" = not recorded.
    """

    folder: Path
    project: str
    keys: frozenset[str]
    size: int
    going_on_since: float | None = None
    host: str = ""


@dataclass(frozen=True)
class Leftover:
    """A temporary file or folder of a process that has ended; its size in bytes."""

    path: Path
    size: int


@dataclass(frozen=True)
class Inventory:
    """An outputs folder at one moment.

    Attributes:
        outputs: The folder.
        size: Bytes of all files in it; one with several names counts once.
        stored: Clips and work, in no order.
        runs: Every run, whatever its status.
        leftovers: Temporaries of dead processes.
        prompts: Files of encoded prompts.
        locked: Fingerprints that a process works on right now.
        unreadable: Manifests and folders that can't be read: the clips that these need are not known.
        manifests: The files of the runs' manifests, as they were just before they were read.
    """

    outputs: Path
    size: int = 0
    stored: tuple[Stored, ...] = ()
    runs: tuple[Run, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    prompts: tuple[File, ...] = ()
    locked: frozenset[str] = frozenset()
    unreadable: tuple[Problem, ...] = ()
    manifests: frozenset[File] = frozenset()

    @cached_property
    def referenced(self) -> frozenset[str]:
        """Fingerprints that a run names."""
        return frozenset[str]().union(*(run.keys for run in self.runs))

    @cached_property
    def going_on(self) -> tuple[Run, ...]:
        """Runs whose process may still live."""
        return tuple(run for run in self.runs if run.going_on_since is not None)

    def must_stay(self, stored: Stored) -> bool:
        """Whether a folder may not be removed, whatever is asked: a run refers to it, or a process may need it."""
        is_needed = stored.key in self.locked or (stored.whole and stored.key in self.referenced)
        return is_needed or self.is_new(stored.modified)

    def is_new(self, modified: float) -> bool:
        """Whether a film that is being rendered may have made something.

        Args:
            modified: When that was last written, seconds since 1970.
        """
        return modified >= self._first_start - COARSEST_CLOCK_S

    @cached_property
    def _first_start(self) -> float:
        return min((run.going_on_since for run in self.runs if run.going_on_since is not None), default=math.inf)


def take_inventory(outputs: Path) -> Inventory:
    """Look at everything below an outputs folder; nothing is changed. Folders that links lead to may hold runs, and only that.

    Args:
        outputs: An existing folder.
    """
    unreadable: list[Problem] = []
    # Clips before runs: a clip that is finished in between would else be seen without the run that it belongs to.
    stored = (*_stored(outputs / STORE), *_reproductions(outputs / REPRODUCTIONS))
    locked = frozenset((*_locked(outputs / STORE / WORK), *_locked(outputs / REPRODUCTIONS)))
    store = list(files_below(outputs / STORE, unreadable))
    others, linked = files_beside(outputs / STORE, unreadable)
    runs = tuple(_runs(outputs, (*others, *linked), {file.identity for file in store}, unreadable))
    left = _leftovers(outputs, [*store, *others])
    return Inventory(
        outputs=outputs,
        size=sum({file.identity: file.size for file in (*store, *others)}.values()),
        stored=stored,
        runs=runs,
        leftovers=tuple(Leftover(path, size) for path, size in sorted(left.items())),
        prompts=tuple(file for file in others if file.path.parent == outputs / EMBEDDINGS and file.path not in left),
        locked=locked,
        unreadable=tuple(dict.fromkeys(unreadable)),
        manifests=frozenset(file for file in (*others, *linked) if _is_manifest(file)),
    )


def named_since(inventory: Inventory) -> frozenset[str]:
    """Fingerprints in manifests that were written since the inventory was taken.

    Raises:
        StoryvidError: A manifest or a folder can't be read.
    """
    unreadable: list[Problem] = []
    others, linked = files_beside(inventory.outputs / STORE, unreadable)
    new = (file.path for file in (*others, *linked) if _is_manifest(file) and file not in inventory.manifests)
    named = [read[1] for path in new if (read := _try_manifest(path, unreadable)) is not None]
    if unreadable:
        raise StoryvidError(dict.fromkeys(unreadable))
    return frozenset[str]().union(*named)


def measure(key: str, folder: Path, *, whole: bool) -> Stored:
    """A folder of a clip store as it is now.

    Raises:
        OSError: It is gone.
    """
    modified, files = folder.stat().st_mtime, list(files_below(folder, []))
    return Stored(
        key=key,
        path=folder,
        whole=whole,
        modified=max((file.modified for file in files), default=modified),
        size=sum(file.size for file in files),
        shared=sum(file.size for file in files if file.links > 1),
    )


def _stored(root: Path) -> Iterator[Stored]:
    for folder in root.glob("*/*"):
        is_work = folder.parent.name == WORK
        if KEY.fullmatch(folder.name) and (is_work or folder.parent.name == folder.name[:2]) and not folder.is_symlink():
            whole = not is_work or all((folder / name).is_file() for name in (CLIP, RECORD))  # one that could not get its name
            with suppress(OSError):  # renamed or removed at this moment
                yield measure(folder.name, folder, whole=whole)


def _reproductions(root: Path) -> Iterator[Stored]:
    for folder in root.glob("*"):
        if REPRODUCTION.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
            with suppress(OSError):
                yield measure(folder.name, folder, whole=False)


def _runs(outputs: Path, files: Iterable[File], in_store: set[Any], unreadable: list[Problem]) -> Iterator[Run]:
    """Every run below the outputs folder, however deep: what a person has moved to a folder of its own still needs its clips."""
    found: dict[Path, list[File]] = {}
    for file in files:
        found.setdefault(file.path.parent, []).append(file)
    roots = {folder.parent for folder in found if any(_is_manifest(file) for file in found[folder])}
    own: dict[Path, list[File]] = {root: [] for root in roots}
    for folder, inside in found.items():
        root = next((parent for parent in (folder, *folder.parents) if parent in roots), None)
        if root is not None:
            own[root] += inside
    for root in sorted(roots):
        read = _try_manifest(root.joinpath(*MANIFEST), unreadable)
        if read is None:
            continue
        values, keys = read
        size = sum(file.size for file in own[root] if file.identity not in in_store)
        since = _beginning(root, own[root]) if _is_going_on(values) else None
        yield Run(root, (*root.relative_to(outputs).parts, ".")[0], keys, size, since, _host(values))


def _is_manifest(file: File) -> bool:
    return file.path.parts[-2:] == MANIFEST


def _try_manifest(path: Path, unreadable: list[Problem]) -> tuple[Mapping[str, Any], frozenset[str]] | None:
    """A manifest as `_read_manifest` gives it; None where it can't be read, or was deleted at this moment."""
    try:
        return _read_manifest(path)
    except (OSError, ValueError, RecursionError) as error:
        if not isinstance(error, FileNotFoundError) or path.is_symlink():
            unreadable.append(not_readable(path, error))
    return None


def _read_manifest(path: Path) -> tuple[Mapping[str, Any], frozenset[str]]:
    """A manifest and every fingerprint in it, wherever in it that stands: formats to come name more than those of today.

    Raises:
        OSError: It can't be read.
        ValueError: It is no manifest.
    """
    text = path.read_text(encoding="utf-8")
    values = json.loads(text)
    if not isinstance(values, dict) or not isinstance(values.get("shots"), list):
        raise ValueError("it has no list of shots")
    return values, frozenset(KEY_IN_JSON.findall(text))


def _is_going_on(manifest: Mapping[str, Any]) -> bool:
    owner = manifest.get("owner")
    return manifest.get("status") == "running" and not is_dead(owner if isinstance(owner, dict) else {})


def _host(manifest: Mapping[str, Any]) -> str:
    owner = manifest.get("owner")
    host = owner.get("host") if isinstance(owner, dict) else None
    return host.partition(" ")[0] if isinstance(host, str) else ""  # what counts its processes stands behind it


def _beginning(root: Path, files: Iterable[File]) -> float:
    """When a run began, by its first record: on a shared drive, clips have their times from the same clock."""
    return min(file.modified for file in files if root / MANIFEST[0] in file.path.parents)


def _leftovers(outputs: Path, files: Iterable[File]) -> dict[Path, int]:
    """Temporaries of dead processes, with the bytes that removing them frees. Those in work don't count: it goes whole or stays."""
    dead = {path: 0 for path in (outputs / STORE).glob(f"{TEMPORARY}*") if is_left_behind(path)}  # it may be empty
    work = (outputs / STORE / WORK, outputs / REPRODUCTIONS)
    for file in files:
        if TEMPORARY in str(file.path):
            parents = file.path.parents[: file.path.parents.index(outputs)]
            path = next((path for path in (file.path, *parents) if path.name.startswith(TEMPORARY) and is_left_behind(path)), None)
            if path is not None and not any(folder in parents for folder in work):
                dead[path] = dead.get(path, 0) + (file.size if file.links == 1 else 0)
    return dead


def _locked(folder: Path) -> Iterator[str]:
    for path in folder.glob("*.lock"):
        if _is_held(path):
            yield path.stem


def _is_held(path: Path) -> bool:
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except (Timeout, OSError):  # where it can't be told, it may be
        return True
    release(lock)
    return False
