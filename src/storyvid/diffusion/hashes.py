"""SHA-256 of weights, each file read once: tens of gigabytes are not read again for every shot, job and command."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event

BLOCK = 2**22  # bytes read at once
READERS = 4  # files read at once: a processor without instructions for SHA-256 takes longer to hash them than a disk to read them
WORTH_TELLING = 2 * 10**9  # bytes, about ten seconds of reading
WORTH_KEEPING = 10**8  # bytes, about half a second
NOTES = ".weights.json"  # below the outputs folder; a model's own folder is never written to

_known: dict[str, str] = {}  # "path|size|mtime_ns" -> SHA-256
_read_here: set[str] = set()  # those of them that this process has read
_written: dict[Path, int] = {}  # outputs folder -> how many of them were written there


def file_sha256(path: Path, stopped: Event | None = None) -> str:
    """SHA-256 of a file, taken from memory while its size and time are what they were.

    Args:
        path: A file that can be read.
        stopped: Once set, reading ends.

    Raises:
        OSError: It can't; InterruptedError: it was stopped.
    """
    key = _key(path)
    if key not in _known:
        _known[key] = _read(path, stopped)
        _read_here.add(key)
    return _known[key]


def folder_sha256(folder: Path, without: Collection[str] = ()) -> str:
    """SHA-256 over the names and contents of the files that a model is loaded from; where the folder lies does not count.

    Args:
        folder: A diffusers folder.
        without: Parts whose weights come from elsewhere: theirs don't count.

    Raises:
        OSError: A file can't be read.
    """
    files = counted_files(folder, without)
    unread = _unread(files)
    if unread > WORTH_TELLING:
        print(f"Reading {folder} once ({unread / 1e9:.0f} GB), so that its clips are known again", file=sys.stderr, flush=True)
    whole = hashlib.sha256()
    with _reading(files, READERS) as digests:
        for path, digest in zip(files, digests, strict=True):
            whole.update(f"{path.relative_to(folder).as_posix()}\0{digest}\n".encode())
    return whole.hexdigest()


def read_beside(files: Sequence[Path], work: Callable[[], object]) -> None:
    """Read files whose hashes are not known, while something is done that takes one core. Does neither where little is unread.

    Args:
        files: Of weights.
        work: Done in this thread, so that Ctrl-C ends it.

    Raises:
        OSError: A file can't be read.
    """
    unread = _unread(files)
    if unread < WORTH_KEEPING:
        return
    told = "so that its clips are known again, while torch and diffusers are loaded"
    print(f"Reading the model's files once ({unread / 1e9:.1f} GB), {told}", file=sys.stderr, flush=True)
    with _reading(files, max(1, min(READERS, (os.cpu_count() or 2) - 1))) as digests:
        work()
        deque(digests, maxlen=0)


@contextmanager
def _reading(files: Sequence[Path], readers: int) -> Iterator[Iterator[str]]:
    """The hashes of several files, read at once. Ctrl-C need not wait until files of gigabytes are read."""
    stopped = Event()
    with ThreadPoolExecutor(readers, thread_name_prefix="weights") as pool:
        try:
            yield pool.map(partial(file_sha256, stopped=stopped), files)
        finally:
            stopped.set()


def _unread(files: Sequence[Path]) -> int:
    """Bytes of files whose hashes are not known."""
    return sum(path.stat().st_size for path in files if _key(path) not in _known)


def counted_files(folder: Path, without: Collection[str] = ()) -> list[Path]:
    """The files that `folder_sha256` reads.

    Args:
        folder: A diffusers folder.
        without: Parts whose weights come from elsewhere: theirs don't count.
    """
    return [path for path in loaded_files(folder) if path.parent.name not in without or ".safetensors" not in path.name]


def loaded_files(folder: Path) -> list[Path]:
    """The model's index and the files of its components, sorted by name. Pictures, notes and hidden files are no part of it.

    Args:
        folder: A diffusers folder.
    """
    components = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    files = [path for component in components for path in component.iterdir() if path.is_file() and _counts(path)]
    index = [folder / "model_index.json"] if (folder / "model_index.json").is_file() else []
    return sorted([*index, *files], key=lambda path: path.relative_to(folder).as_posix())


def _counts(path: Path) -> bool:
    return not path.name.startswith(".") and path.suffix in (".json", ".safetensors", ".model", ".txt")


def remember(outputs: Path) -> None:
    """Learn the hashes that earlier commands found.

    Args:
        outputs: The outputs folder; it need not exist.
    """
    for folder in (_of_plans(), outputs):
        _remember(folder)


def _remember(outputs: Path) -> None:
    with suppress(OSError, ValueError):
        notes = json.loads((outputs / NOTES).read_text(encoding="utf-8"))
        if isinstance(notes, dict):
            _known.update((key, value) for key, value in notes.items() if isinstance(value, str) and len(value) == 64)


def keep(outputs: Path) -> None:
    """Write down the hashes for later commands. That it can't be done harms nothing: files are read again.

    Args:
        outputs: The outputs folder.
    """
    if not _known or _written.get(outputs) == len(_known):
        return
    with suppress(OSError):
        temporary = outputs / f"{NOTES}.{os.getpid()}.part"
        temporary.write_text(json.dumps(_known, indent=0, sort_keys=True), encoding="utf-8", newline="\n")
        temporary.replace(outputs / NOTES)
        _written[outputs] = len(_known)


def keep_of_plan() -> None:
    """Write down, for the next command, what took long to read: beside the hub's cache, since a plan makes no outputs folder."""
    if sum(int(key.split("|")[-2]) for key in _read_here) < WORTH_KEEPING:
        return
    with suppress(OSError):
        _of_plans().mkdir(parents=True, exist_ok=True)
    keep(_of_plans())
    _read_here.clear()


def _of_plans() -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HOME) / "storyvid"


def _key(path: Path) -> str:
    state = path.stat()
    return f"{path.absolute().as_posix()}|{state.st_size}|{state.st_mtime_ns}"


def _read(path: Path, stopped: Event | None) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if stopped is not None and stopped.is_set():
                raise InterruptedError(f"{path} was not read to its end")
            digest.update(block)
    return digest.hexdigest()
