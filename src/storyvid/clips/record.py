"""``clip.json``: what a stored clip is, what it was made from, and the hashes that its files must have."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from storyvid.backends.base import ChunkRecord, Clip
from storyvid.clips.fingerprint import as_recorded, canonical_json

CLIP, RECORD, PREVIEW, FRAME = "clip.mp4", "clip.json", "preview.png", "frame-"
DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError)  # what reading a clip's folder may raise


@dataclass(frozen=True)
class MadeFor:
    """The shot that a clip was first rendered for; the same clip may serve others.

    Attributes:
        project: Folder below outputs/.
        shot: Id.
        take: From 1.
        programme_frames: Clip frames of programme time.
        asked_frames: Clip frames wanted, handles included.
        source: Id of the shot it continues from.
        source_frame: Frame of that shot's clip.
    """

    project: str
    shot: str
    take: int
    programme_frames: int
    asked_frames: int
    source: str | None = None
    source_frame: int | None = None


def frame_path(folder: Path, clip_frame: int) -> Path:
    """Where a handed-over frame is kept beside its clip."""
    return folder / f"{FRAME}{clip_frame:06d}.png"


def preview_path(folder: Path) -> Path:
    """Where a clip's middle frame is kept beside it, for trackers and pages."""
    return folder / PREVIEW


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hexadecimal digits.

    Raises:
        OSError: The file can't be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_record(folder: Path) -> dict[str, Any]:
    """What was written of a clip.

    Raises:
        OSError: There is no record, or it can't be read.
        ValueError: It is not what was written, or was written by a storyvid that kept other things.
    """
    record: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    if record.pop("seal") != _seal(record):
        raise ValueError(f"{RECORD} is not what was written")
    return record


def sealed(record: Mapping[str, Any]) -> str:
    """A record as it is written, with a hash of itself: one wrong digit in it could give a clip to the wrong shot."""
    return json.dumps({**record, "seal": _seal(record)}, indent=1, ensure_ascii=False)


def _seal(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(record).encode()).hexdigest()


def kept_frames(record: Mapping[str, Any]) -> dict[int, str]:
    """Frames kept beside a clip, by number: SHA-256 of the raw RGB frame."""
    return {int(number): str(hashes["frames_sha256"]) for number, hashes in record["handoff"].items()}


def check_files(folder: Path, record: Mapping[str, Any], frames: Iterable[int]) -> None:
    """Compare a clip, and frames kept beside it, with its record.

    Raises:
        OSError: One is missing.
        ValueError: One is not what was written.
    """
    kept = {frame_path(folder, n): record["handoff"][str(n)]["sha256"] for n in frames}
    for path, sha256 in {folder / CLIP: record["sha256"], **kept}.items():
        if file_sha256(path) != sha256:
            raise ValueError(f"{path.name} is not what was written")


def write_record(folder: Path, key: str, clip: Clip, inputs: Mapping[str, Any], wanted: Sequence[int], made_for: MadeFor) -> None:
    """Write ``clip.json``, with the hashes of the clip and of every frame kept beside it.

    Raises:
        FileNotFoundError: A wanted frame was not kept.
    """
    kept = {int(path.stem.removeprefix(FRAME)) for path in folder.glob(f"{FRAME}*.png")}
    path = folder / CLIP
    record = {
        "key": key,
        "sha256": file_sha256(path),
        "bytes": path.stat().st_size,
        "handoff": {str(n): _frame_hashes(frame_path(folder, n)) for n in sorted(kept.union(wanted))},
        "clip": _clip_values(clip),
        "inputs": dict(inputs),
        "made_for": asdict(made_for),
    }
    (folder / RECORD).write_text(sealed(as_recorded(record)), encoding="utf-8", newline="\n")


def clip_from(folder: Path, record: Mapping[str, Any]) -> Clip:
    """The clip that a record tells of."""
    values = record["clip"]
    chunks = tuple(ChunkRecord(**chunk) for chunk in values["chunks"])
    return Clip(**{**values, "path": folder / CLIP, "fps": Fraction(values["fps"]), "chunks": chunks})


def _frame_hashes(path: Path) -> dict[str, str]:
    """Of the file, to notice damage; of its pixels, since those are what a later shot starts from."""
    from storyvid.video import frames_sha256, read_image

    return {"sha256": file_sha256(path), "frames_sha256": frames_sha256([read_image(path)])}


def _clip_values(clip: Clip) -> dict[str, Any]:
    values = asdict(clip) | {"fps": str(clip.fps), "metadata": dict(clip.metadata)}
    del values["path"]
    return values
