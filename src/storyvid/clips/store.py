"""The clip store: finished shots, found by the fingerprint of what they were made from.

A clip is a folder ``<first two digits>/<fingerprint>/`` holding ``clip.mp4``, ``clip.json``, ``preview.png`` and the frames
it hands over or may come to hand over. Until it is whole it is made in ``work/<fingerprint>/``, by the one process that
holds ``work/<fingerprint>.lock``, and then renamed: a folder that has its name is complete. Its files are hashed again before
they are used, so a damaged one is noticed.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from loguru import logger

from storyvid.backends.base import Clip
from storyvid.clips.record import (
    CLIP,
    DAMAGE,
    MadeFor,
    check_files,
    clip_from,
    frame_path,
    kept_frames,
    read_record,
    write_record,
)
from storyvid.record.disk import disk_problem
from storyvid.record.owner import TEMPORARY, is_left_behind, temporary_name
from storyvid.record.renaming import discard, rename

if TYPE_CHECKING:
    from storyvid.backends.base import Frames

KEY = re.compile("[0-9a-f]{64}")
WORK = "work"
SOON_S = 1.0  # clearing up holds a lock for a moment
POLL_S = 0.25
Make = Callable[[Path, Sequence[int]], Clip]


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name; a copy where the file system has no hard links or refuses one.

    Raises:
        OSError: Neither works.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        temporary = target.with_name(temporary_name())
        try:
            shutil.copyfile(source, temporary)
            rename(temporary, target)
        finally:
            discard(temporary)


class ClipStore:
    """Clips by fingerprint, below one folder.

    Args:
        root: Usually ``outputs/.clips``; made when the first clip is stored.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, key: str) -> Path:
        """Where a clip lies when it is whole."""
        return self.root / key[:2] / key

    def workplace(self, key: str) -> Path:
        """Where a clip lies while it is made."""
        return self.root / WORK / key

    def records(self) -> Iterator[dict[str, Any]]:
        """What was written of every clip, oldest first; damaged records are passed over."""
        found = []
        for path in self.root.glob("[0-9a-f][0-9a-f]/*/clip.json"):
            with suppress(*DAMAGE):
                found.append((path.stat().st_mtime_ns, path.parent.name, read_record(path.parent)))
        yield from (record for _, _, record in sorted(found, key=lambda item: item[:2]))

    def recorded(self, key: str, handoff: Iterable[int] = ()) -> dict[str, Any] | None:
        """What was written of a clip, if its file seems to be there: a look that costs nothing, for plans.

        Args:
            key: Fingerprint.
            handoff: Clip frames that must be kept beside it.
        """
        for folder in (self.folder(key), self.workplace(key)):  # a whole one may wait in its workplace for its name
            with suppress(*DAMAGE):
                record = read_record(folder)
                if (folder / CLIP).stat().st_size == record["bytes"] and kept_frames(record).keys() >= set(handoff):
                    return record
        return None

    def find(self, key: str, handoff: Sequence[int] = ()) -> Clip | None:
        """The stored clip, or None when there is none that can be used.

        Args:
            key: Fingerprint.
            handoff: Clip frames that must be kept beside it.
        """
        folder = self.folder(key)
        if not folder.exists():
            return None
        try:
            record = read_record(folder)
            if not kept_frames(record).keys() >= set(handoff):
                return None
            check_files(folder, record, handoff)
            if record["key"] != key:
                raise ValueError("it is another clip's")
            return clip_from(folder, record)
        except DAMAGE as error:
            logger.warning(f"Stored clip {key[:12]} is damaged ({error}) and is rendered again")
            return None

    @contextmanager
    def rendering(self, key: str, what: str, is_stopped: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """Be the only one who renders a clip; waits, as long as it takes, while another process does.

        Args:
            key: Fingerprint.
            what: The clip, for the message that tells of the wait.
            is_stopped: Ends the wait. Ctrl-C does so by itself, but only in the main thread.

        Raises:
            KeyboardInterrupt: The wait was ended.
        """
        lock = self.lock(key)
        try:
            lock.acquire(timeout=SOON_S)
        except Timeout:
            logger.info("{} is being rendered by another storyvid; waiting for its clip. Ctrl-C ends the wait.", what)
            _wait_for(lock, is_stopped)
        try:
            yield
        finally:
            release(lock)

    def lock(self, key: str) -> FileLock:
        """Held by whoever renders, names or removes a clip; the system lets go of it when a process dies. See `release`."""
        (self.root / WORK).mkdir(parents=True, exist_ok=True)
        return FileLock(self.root / WORK / f"{key}.lock")

    def add(self, key: str, inputs: Mapping[str, Any], handoff: Sequence[int], made_for: MadeFor, make: Make) -> Clip:
        """Render and keep a clip. The caller is `rendering` it.

        Where it can't be given its name (a virus scanner, a full disk), it is used in its workplace all the same.

        Frames that the stored clip already keeps for others are kept again, so that two films which need different
        frames of one clip don't take turns in rendering it.

        Args:
            key: Fingerprint.
            inputs: What the fingerprint was computed from, kept for the record.
            handoff: Clip frames that must be kept beside it.
            made_for: The shot.
            make: Writes the MP4 at the path it is given, and beside it at least the frames it is given. Whole chunks and
                latents that it finds there are of this clip.
        """
        workplace = self.workplace(key)
        if (named := self._name_whole(key, handoff)) is not None:
            return named
        wanted = tuple(sorted({*handoff, *self._recorded_handoff(key)}))
        clear_half_written(workplace)
        workplace.mkdir(parents=True, exist_ok=True)
        try:
            clip = make(workplace / CLIP, wanted)
            write_record(workplace, key, clip, inputs, wanted, made_for)
        except BaseException:
            clear_half_written(workplace)
            raise
        try:
            return self._put(key, workplace, clip)
        except OSError as error:
            told = f"Clip {key[:12]} is whole, but can't be given its name. It is used as {workplace}, and a later run names it."
            logger.warning("{} {}", told, disk_problem(error, self.root))
            return replace(clip, path=workplace / CLIP)  # hours of work, perhaps

    def _name_whole(self, key: str, handoff: Sequence[int]) -> Clip | None:
        """The clip that an earlier process made whole and could not name, or None."""
        workplace = self.workplace(key)
        try:
            record = read_record(workplace)
            check_files(workplace, record, kept_frames(record))
            clip = clip_from(workplace, record)
            if record["key"] != key or not kept_frames(record).keys() >= set(handoff):
                return None
        except PermissionError:  # open elsewhere: whether it is whole can't be told
            raise
        except DAMAGE:
            return None
        return self._put(key, workplace, clip)

    def _recorded_handoff(self, key: str) -> set[int]:
        """Frames that the clip under this name keeps, whatever else is wrong with it."""
        try:
            return set(kept_frames(read_record(self.folder(key))))
        except DAMAGE:
            return set()

    def _put(self, key: str, workplace: Path, clip: Clip) -> Clip:
        """Rename a workplace. What has the name already is damaged or lacks a frame, and is removed."""
        folder, aside = self.folder(key), self.root / temporary_name()
        folder.parent.mkdir(parents=True, exist_ok=True)
        _keep_only_the_clip(workplace)
        _settle(workplace)
        if folder.exists():
            rename(folder, aside)
        try:
            rename(workplace, folder)
        except BaseException:
            if aside.exists():
                rename(aside, folder)
            raise
        shutil.rmtree(aside, ignore_errors=True)
        return replace(clip, path=folder / CLIP)

    def remove_leftovers(self) -> int:
        """Clear up after processes that died: a clip that was whole gets its name, half-written files are deleted.

        Whole chunks and latents stay, for the render that goes on from them.

        Returns:
            How many of them left something.
        """
        dead = [path for path in sorted(self.root.glob(f"{TEMPORARY}*")) if is_left_behind(path)]
        for path in dead:
            shutil.rmtree(path, ignore_errors=True)
        keys = {path.stem for path in (self.root / WORK).glob("*") if KEY.fullmatch(path.stem)}
        return len(dead) + sum(self._clear_up(key) for key in sorted(keys))

    def _clear_up(self, key: str) -> bool:
        """Tidy one workplace that nobody works in; False where somebody does."""
        lock = self.lock(key)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        try:
            if self._name_whole(key, ()) is None:
                clear_half_written(self.workplace(key))
        except OSError as error:
            problem = disk_problem(error, self.root)
            logger.warning("{} could not be cleared up, and is left to a later run. {}", self.workplace(key), problem)
        finally:
            release(lock)
        return True


def _wait_for(lock: FileLock, is_stopped: Callable[[], bool]) -> None:
    try:
        lock.acquire(poll_interval=POLL_S, cancel_check=is_stopped)
    except Timeout:
        raise KeyboardInterrupt from None


def release(lock: FileLock) -> None:
    """Let go of a clip's lock, and leave no file."""
    if sys.platform != "win32":  # removed while it is held: filelock tries again when it has locked a file without a name
        discard(Path(lock.lock_file))
    lock.release()


def clear_half_written(workplace: Path) -> None:
    """Remove from a workplace what no later render can go on from, and the workplace when nothing is left."""
    from storyvid.clips.chunks import kept_files

    kept = kept_files(workplace)
    for path in sorted(workplace.glob("*")):
        if path not in kept:
            discard(path)
    with suppress(OSError):  # it holds chunks, or is not there
        workplace.rmdir()


def handed_over(clip: Clip, frames: Sequence[int]) -> Frames:
    """The frames another shot starts from, exactly as rendered: uint8 (len(frames), height, width, 3) RGB.

    Raises:
        RenderError: A frame was not kept.
    """
    import numpy as np

    from storyvid.video import read_image

    return np.stack([read_image(frame_path(clip.path.parent, n)) for n in frames])


def _keep_only_the_clip(workplace: Path) -> None:
    """Chunks and latents have done their work."""
    from storyvid.clips.chunks import CHUNK

    for path in sorted(workplace.glob(f"{CHUNK}*")):
        discard(path)


def _settle(folder: Path) -> None:
    """Have the disk write a folder's files before the folder is named: else a power cut could leave the name and lose them."""
    for path in [*sorted(folder.iterdir()), *([folder] if sys.platform != "win32" else [])]:
        descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)  # Windows asks for the right to write
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
