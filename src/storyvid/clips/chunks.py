"""The finished chunks and saved latents of a clip that is not whole yet, so that a stop in its last chunk costs one chunk.

They lie in the clip's workplace under ``chunk-NNN.mkv`` (lossless frames) with ``chunk-NNN.json``, which is written last,
and ``chunk-NNN.latents.safetensors``. Each names the frames that the chunk started from: on a graphics card a chunk that has
to be rendered again may differ by a hair, and then what was made from it is made again, too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loguru import logger

from storyvid.backends.base import ChunkRecord, ChunkRequest
from storyvid.clips.record import DAMAGE, file_sha256
from storyvid.record.run_folder import write_json
from storyvid.video import LosslessWriter, frames_sha256, read_lossless, temporary_beside, write_lossless

if TYPE_CHECKING:
    from storyvid.backends.base import Frame, Frames, Latents

CHUNK = "chunk-"
LATENTS = ".latents.safetensors"


@dataclass(frozen=True)
class KeptChunk:
    """A chunk that was finished before.

    Attributes:
        record: What happened in its call of the model.
        path: Its kept frames.
        peak_ram_gb: Peak resident memory up to its end, GiB.
    """

    record: ChunkRecord
    path: Path
    peak_ram_gb: float

    def frames(self) -> Generator[Frame, None, None]:
        """The frames that the clip keeps of it, as rendered."""
        return read_lossless(self.path)


@dataclass(frozen=True)
class KeptLatents:
    """What one call denoised, before it is decoded.

    Attributes:
        arrays: By name, as the backend's ``decode_chunk`` wants them.
        facts: What the backend told of denoising them.
    """

    arrays: Latents
    facts: Mapping[str, Any]


class KeptChunks:
    """What is kept of one clip's chunks.

    Args:
        folder: The clip's workplace; its owner holds the clip's lock.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, chunk: ChunkRequest, first_frames: Frames | None) -> KeptChunk | None:
        """A finished chunk, or None when it must be rendered.

        Args:
            chunk: As it would be asked of the backend.
            first_frames: What it would start from.
        """
        path = self._path(chunk.index, ".mkv")
        if not self._path(chunk.index, ".json").exists():
            return None
        try:
            values = json.loads(self._path(chunk.index, ".json").read_text(encoding="utf-8"))
            if values["first_frames"] != _hash_of(first_frames):
                return None
            if file_sha256(path) != values["sha256"]:
                raise ValueError(f"{path.name} is not what was written")
            return KeptChunk(ChunkRecord(**values["record"]), path, values["peak_ram_gb"])
        except DAMAGE as error:
            logger.warning(f"The kept chunk {chunk.index + 1} is damaged ({error}) and is rendered again")
            return None

    @contextmanager
    def writing(self, index: int) -> Iterator[LosslessWriter]:
        """Write a chunk's frames; it counts as kept only after `keep`."""
        self._path(index, ".json").unlink(missing_ok=True)
        with write_lossless(self._path(index, ".mkv")) as writer:
            yield writer

    def keep(self, record: ChunkRecord, first_frames: Frames | None, peak_ram_gb: float) -> None:
        """Say that the chunk which was written last is whole."""
        values = {
            "record": asdict(record),
            "first_frames": _hash_of(first_frames),
            "sha256": file_sha256(self._path(record.index, ".mkv")),
            "peak_ram_gb": peak_ram_gb,
        }
        write_json(self._path(record.index, ".json"), values)

    def find_latents(self, chunk: ChunkRequest, first_frames: Frames | None) -> KeptLatents | None:
        """Latents that were denoised before a stop, or None."""
        path = self._path(chunk.index, LATENTS)
        if not path.exists():
            return None
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as file:
                said = file.metadata() or {}
                if said.get("first_frames", "") != (_hash_of(first_frames) or ""):
                    return None
                latents = {name: file.get_tensor(name) for name in file.offset_keys()}
            if said.get("sha256") != _hash_of_latents(latents):
                raise ValueError("they are not what was written")
            return KeptLatents(latents, dict(json.loads(said.get("facts", "{}"))))
        except (OSError, ValueError, SafetensorError) as error:
            logger.warning(f"The latents kept of chunk {chunk.index + 1} are damaged ({error}) and are made again")
            return None

    def keep_latents(self, index: int, latents: KeptLatents, first_frames: Frames | None) -> None:
        """Keep latents until the clip is whole.

        Args:
            index: Of the chunk.
            latents: And what is known of their making.
            first_frames: What they were denoised from.
        """
        from safetensors.numpy import save

        with temporary_beside(self._path(index, LATENTS)) as temporary:
            said = {
                "first_frames": _hash_of(first_frames) or "",
                "sha256": _hash_of_latents(latents.arrays),
                "facts": json.dumps(latents.facts),
            }
            temporary.write_bytes(save(dict(latents.arrays), metadata=said))  # `save_file` lets nobody else read it

    def _path(self, index: int, suffix: str) -> Path:
        return self._folder / f"{CHUNK}{index:03d}{suffix}"


def kept_files(folder: Path) -> set[Path]:
    """Files of a workplace that a later render can go on from: whole chunks and latents."""
    records = {path for path in folder.glob(f"{CHUNK}*.json") if path.with_suffix(".mkv").exists()}
    return {*records, *(path.with_suffix(".mkv") for path in records), *folder.glob(f"{CHUNK}*{LATENTS}")}


def _hash_of(first_frames: Frames | None) -> str | None:
    return None if first_frames is None else frames_sha256(first_frames)


def _hash_of_latents(latents: Latents) -> str:
    """SHA-256 over names and bytes: safetensors itself checks only its header."""
    import numpy as np

    digest = hashlib.sha256()
    for name in sorted(latents):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(latents[name]).tobytes())
    return digest.hexdigest()
