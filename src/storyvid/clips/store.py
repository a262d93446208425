"""The clip store: finished shots, found by the fingerprint of what they were made from.

A clip is a folder ``<first two digits>/<fingerprint>/`` holding ``clip.mp4``, ``clip.json``, ``preview.png`` and the frames
it hands over or may come to hand over. It is made under a temporary name and renamed whole, so a folder that exists is
complete; its file is hashed again before it is used, so a damaged one is noticed.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock
from loguru import logger

from storyvid.backends.base import ChunkRecord, Clip
from storyvid.record.disk import disk_problem
from storyvid.record.owner import TEMPORARY, is_left_behind, temporary_name
from storyvid.record.renaming import discard, rename

if TYPE_CHECKING:
    from storyvid.backends.base import Frames

FRAME = "frame-"
KEY = re.compile("[0-9a-f]{64}")
DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError)  # what reading a clip's folder may raise
Make = Callable[[Path, Sequence[int]], Clip]


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hexadecimal digits.

    Raises:
        OSError: The file can't be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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

    def find(self, key: str, handoff: Sequence[int] = ()) -> Clip | None:
        """The stored clip, or None when there is none that can be used.

        Args:
            key: Fingerprint.
            handoff: Clip frames that must be kept beside it.
        """
        folder = self._folder(key)
        if not folder.exists():
            return None
        try:
            record = _read_record(folder)
            kept = {int(n) for n in record["handoff_sha256"]}
            if not kept.issuperset(handoff):
                return None
            _check_files(folder, record, handoff)
            return _clip_from(record["clip"], folder / "clip.mp4")
        except DAMAGE as error:
            logger.warning(f"Stored clip {key[:12]} is damaged ({error}) and is rendered again")
            return None

    def add(self, key: str, inputs: Mapping[str, Any], handoff: Sequence[int], make: Make) -> Clip:
        """Render and keep a clip, unless another process has kept a whole one by the time it is rendered.

        Where it can't be given its name (a virus scanner, a full disk), it is used under its temporary one all the same.

        Frames that the stored clip already keeps for others are kept again, so that two films which need different
        frames of one clip don't take turns in rendering it.

        Args:
            key: Fingerprint.
            inputs: What the fingerprint was computed from, kept for the record.
            handoff: Clip frames that must be kept beside it.
            make: Writes the MP4 at the path it is given, and beside it at least the frames it is given.
        """
        wanted = tuple(sorted({*handoff, *self._recorded_handoff(key)}))
        workplace = self.root / temporary_name()
        workplace.mkdir(parents=True)
        try:
            clip = make(workplace / "clip.mp4", wanted)
            _write_record(workplace, key, clip, inputs, wanted)
        except BaseException:
            shutil.rmtree(workplace, ignore_errors=True)
            raise
        try:
            return self._name(key, handoff, workplace, clip)
        except OSError as error:
            told = f"Clip {key[:12]} is whole, but can't be given its name. It is used as {workplace}, and a later run names it."
            logger.warning("{} {}", told, disk_problem(error, self.root))
            return replace(clip, path=workplace / "clip.mp4")  # hours of work, perhaps

    def _recorded_handoff(self, key: str) -> set[int]:
        """Frames that the clip under this name keeps, whatever else is wrong with it."""
        try:
            return {int(number) for number in _read_record(self._folder(key))["handoff_sha256"]}
        except DAMAGE:
            return set()

    def _name(self, key: str, handoff: Sequence[int], workplace: Path, clip: Clip) -> Clip:
        """Give a whole clip its name, unless there is one that will do; what is not needed then is removed.

        Raises:
            OSError: The name is refused; the clip stays in its workplace.
        """
        with self._lock():
            kept = self.find(key, handoff) or self._put(key, workplace, clip)
        shutil.rmtree(workplace, ignore_errors=True)
        return kept

    def _put(self, key: str, workplace: Path, clip: Clip) -> Clip:
        """Rename a workplace. What has the name already is damaged or lacks a frame, and is removed."""
        folder, aside = self._folder(key), self.root / temporary_name()
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            rename(folder, aside)
        try:
            rename(workplace, folder)
        except BaseException:
            if aside.exists():
                rename(aside, folder)
            raise
        shutil.rmtree(aside, ignore_errors=True)
        return replace(clip, path=folder / "clip.mp4")

    def remove_leftovers(self) -> int:
        """Clear up after processes of this host that died: a clip that was whole gets its name, the rest is deleted.

        Returns:
            How many folders they left.
        """
        leftovers = sorted(path for path in self.root.glob(f"{TEMPORARY}*") if is_left_behind(path))
        for path in leftovers:
            try:
                self._adopt(path)
            except OSError as error:
                logger.warning("{} could not be cleared up, and is left to a later run. {}", path, disk_problem(error, self.root))
        return len(leftovers)

    def _adopt(self, workplace: Path) -> None:
        """Name the clip of a dead process, or remove what is none.

        Raises:
            OSError: It can't be read, or is whole and its name is refused: it stays.
        """
        try:
            record = _read_record(workplace)
            frames = [int(n) for n in record["handoff_sha256"]]
            _check_files(workplace, record, frames)
            clip = _clip_from(record["clip"], workplace / "clip.mp4")
            key = KEY.fullmatch(record["key"])
        except PermissionError:  # open elsewhere: whether it is whole can't be told
            raise
        except DAMAGE:
            key = None
        if key is None:
            shutil.rmtree(workplace, ignore_errors=True)
        else:
            self._name(key[0], frames, workplace, clip)

    def _lock(self) -> FileLock:
        """Held by whoever gives a clip its name; the same clip may be finished by two processes at once."""
        return FileLock(str(self.root / ".lock"), timeout=60)

    def _folder(self, key: str) -> Path:
        return self.root / key[:2] / key


def frame_path(folder: Path, clip_frame: int) -> Path:
    """Where a handed-over frame is kept beside its clip."""
    return folder / f"{FRAME}{clip_frame:06d}.png"


def handed_over(clip: Clip, frames: Sequence[int]) -> Frames:
    """The frames another shot starts from, exactly as rendered: uint8 (len(frames), height, width, 3) RGB.

    Raises:
        RenderError: A frame was not kept.
    """
    import numpy as np

    from storyvid.video import read_image

    return np.stack([read_image(frame_path(clip.path.parent, n)) for n in frames])


def preview_path(folder: Path) -> Path:
    """Where a clip's middle frame is kept beside it, for trackers and pages."""
    return folder / "preview.png"


def _read_record(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "clip.json").read_text(encoding="utf-8"))
    return record


def _check_files(folder: Path, record: Mapping[str, Any], frames: Sequence[int]) -> None:
    """Compare a clip, and frames kept beside it, with its record.

    Raises:
        OSError: One is missing.
        ValueError: One is not what was written.
    """
    kept = {frame_path(folder, n): record["handoff_sha256"][str(n)] for n in frames}
    for path, sha256 in {folder / "clip.mp4": record["sha256"], **kept}.items():
        if file_sha256(path) != sha256:
            raise ValueError(f"{path.name} is not what was written")


def _write_record(folder: Path, key: str, clip: Clip, inputs: Mapping[str, Any], wanted: Sequence[int]) -> None:
    """Write ``clip.json``, with the hashes of the clip and of every frame kept beside it.

    Raises:
        FileNotFoundError: A wanted frame was not kept.
    """
    kept = {int(path.stem.removeprefix(FRAME)) for path in folder.glob(f"{FRAME}*.png")}
    record = {
        "key": key,
        "sha256": file_sha256(folder / "clip.mp4"),
        "handoff_sha256": {str(n): file_sha256(frame_path(folder, n)) for n in sorted(kept.union(wanted))},
        "clip": _clip_record(clip),
        "inputs": dict(inputs),
    }
    (folder / "clip.json").write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8", newline="\n")


def _clip_record(clip: Clip) -> dict[str, Any]:
    record = asdict(clip) | {"fps": str(clip.fps), "metadata": dict(clip.metadata)}
    del record["path"]
    return record


def _clip_from(record: Mapping[str, Any], path: Path) -> Clip:
    chunks = tuple(ChunkRecord(**chunk) for chunk in record["chunks"])
    return Clip(**{**record, "path": path, "fps": Fraction(record["fps"]), "chunks": chunks})
