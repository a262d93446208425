"""The clip store: finished shots, found by the fingerprint of what they were made from.

A clip is a folder ``<first two digits>/<fingerprint>/`` holding ``clip.mp4``, ``clip.json``, ``preview.png`` and the frames
it hands over.
It is made under a temporary name and renamed whole, so a folder that exists is complete; its file is hashed again
before it is used, so a damaged one is noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from filelock import FileLock
from loguru import logger

from storyvid.backends.base import ChunkRecord, Clip

if TYPE_CHECKING:
    from storyvid.backends.base import Frames

TEMPORARY = ".tmp-"


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
        temporary = target.with_name(f"{TEMPORARY}{os.getpid()}-{target.name}")
        shutil.copyfile(source, temporary)
        temporary.replace(target)


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
        try:
            record = json.loads((folder / "clip.json").read_text(encoding="utf-8"))
            if file_sha256(folder / "clip.mp4") != record["sha256"]:
                logger.warning(f"Stored clip {key[:12]} is damaged (its hash differs) and is rendered again")
                return None
            if any(file_sha256(frame_path(folder, n)) != record["handoff_sha256"].get(str(n)) for n in handoff):
                return None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError) as error:
            logger.warning(f"Stored clip {key[:12]} can't be read ({error}) and is rendered again")
            return None
        return _clip_from(record["clip"], folder / "clip.mp4")

    def add(self, key: str, inputs: Mapping[str, Any], handoff: Sequence[int], make: Callable[[Path], Clip]) -> Clip:
        """Render and keep a clip.

        Args:
            key: Fingerprint.
            inputs: What the fingerprint was computed from, kept for the record.
            handoff: Clip frames that ``make`` leaves beside the file.
            make: Writes the MP4 at the path it is given.
        """
        with self._temporary() as workplace:
            clip = make(workplace / "clip.mp4")
            record = {
                "sha256": file_sha256(workplace / "clip.mp4"),
                "handoff_sha256": {str(n): file_sha256(frame_path(workplace, n)) for n in sorted(set(handoff))},
                "clip": _clip_record(clip),
                "inputs": dict(inputs),
            }
            (workplace / "clip.json").write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8")
            folder = self._folder(key)
            folder.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(str(self.root / ".lock"), timeout=60):
                if folder.exists():  # damaged, lacking a handoff frame, or made meanwhile by another process
                    folder.rename(workplace.with_name(workplace.name + ".old"))
                workplace.rename(folder)
        return replace(clip, path=folder / "clip.mp4")

    def handed_over(self, key: str, frames: Sequence[int]) -> Frames:
        """The frames another shot starts from, exactly as rendered: uint8 (len(frames), height, width, 3) RGB.

        Raises:
            OSError: A frame was not kept.
        """
        import numpy as np

        from storyvid.video import read_image

        return np.stack([read_image(frame_path(self._folder(key), n)) for n in frames])

    def remove_leftovers(self) -> int:
        """Delete what processes that died left half made; returns how many folders that were."""
        leftovers = [path for path in self.root.glob(f"{TEMPORARY}*") if not _owner_lives(path)]
        for path in leftovers:
            shutil.rmtree(path, ignore_errors=True)
        return len(leftovers)

    def _folder(self, key: str) -> Path:
        return self.root / key[:2] / key

    @contextmanager
    def _temporary(self) -> Iterator[Path]:
        path = self.root / f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}"
        path.mkdir(parents=True)
        try:
            yield path
        finally:
            for leftover in (path, path.with_name(path.name + ".old")):
                shutil.rmtree(leftover, ignore_errors=True)


def frame_path(folder: Path, clip_frame: int) -> Path:
    """Where a handed-over frame is kept beside its clip."""
    return folder / f"frame-{clip_frame:06d}.png"


def preview_path(folder: Path) -> Path:
    """Where a clip's middle frame is kept beside it, for trackers and pages."""
    return folder / "preview.png"


def _owner_lives(path: Path) -> bool:
    pid = path.name.removeprefix(TEMPORARY).split("-")[0]
    return pid.isdigit() and psutil.pid_exists(int(pid))


def _clip_record(clip: Clip) -> dict[str, Any]:
    record = asdict(clip) | {"fps": str(clip.fps), "metadata": dict(clip.metadata)}
    del record["path"]
    return record


def _clip_from(record: Mapping[str, Any], path: Path) -> Clip:
    chunks = tuple(ChunkRecord(**chunk) for chunk in record["chunks"])
    return Clip(**{**record, "path": path, "fps": Fraction(record["fps"]), "chunks": chunks})
