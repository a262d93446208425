"""One shot, chunk by chunk, into one file, in constant memory.

Each chunk starts from the last frames kept of the one before; those repeat and are dropped once. Among the surplus
frames before a join the sharpest is handed over, since a blurred one makes the next chunk softer.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from storyvid import video
from storyvid.backends.base import Backend, ChunkRecord, ChunkRequest, Clip, Progress, ShotRequest
from storyvid.clips.store import frame_path, preview_path
from storyvid.continuity import sharpest
from storyvid.errors import RenderError
from storyvid.record.peaks import PeakMemory

if TYPE_CHECKING:
    from storyvid.backends.base import Frame, Frames


def render_shot(
    backend: Backend, shot: ShotRequest, first_frames: Frames | None, path: Path, progress: Progress, handoff: Sequence[int]
) -> Clip:
    """Render every chunk of a shot into one visually lossless MP4.

    Args:
        backend: Loaded and prepared.
        shot: What to render.
        first_frames: (n, height, width, 3) that the first chunk starts from, or None.
        path: The MP4 to write.
        progress: Called with (frames done, frames in all).
        handoff: Clip frames to keep losslessly beside the file. The last frames of programme time are kept as well, so that
            a next shot may come to continue from this one later, and the middle frame as its preview.

    Raises:
        RenderError: The backend broke its contract, or a frame to hand over does not exist.
    """
    started = time.perf_counter()
    chunks: list[ChunkRecord] = []
    frames = _kept_frames(backend, shot, first_frames, progress, chunks)
    wanted = {number: frame_path(path.parent, number) for number in (*handoff, *_last_frames(shot, backend.limits.overlap_frames))}
    pictures = {shot.programme_start + shot.programme_frames // 2: preview_path(path.parent)}
    # Closed at once when the clip can't be written or Ctrl-C comes, not when the error has been told: a backend may hold threads.
    with PeakMemory() as peak, closing(frames):
        num_frames = video.write_clip(path, _keep(_keep(frames, wanted), pictures), shot.fps)
    if handoff and max(handoff) >= num_frames:
        raise RenderError(f'shot "{shot.shot.id}": frame {max(handoff)} is to be handed over, but its clip has {num_frames} frames')
    return Clip(
        path=path,
        num_frames=num_frames,
        fps=shot.fps,
        height=shot.height,
        width=shot.width,
        chunks=tuple(chunks),
        seconds=time.perf_counter() - started,
        peak_ram_gb=peak.ram_gb,
        peak_vram_gb=peak.vram_gb,
    )


def _last_frames(shot: ShotRequest, overlap: int) -> range:
    """Clip frames that a next shot would start from: the last of programme time."""
    end = shot.programme_start + (shot.programme_frames or shot.num_frames)
    return range(max(0, end - overlap), end)


def _kept_frames(
    backend: Backend, shot: ShotRequest, first_frames: Frames | None, progress: Progress, records: list[ChunkRecord]
) -> Generator[Frame, None, None]:
    """The frames of the clip; appends one record for each finished chunk."""
    conditioning = first_frames
    total = sum(chunk.num_frames for chunk in shot.chunks)
    done = kept_so_far = 0
    for chunk in shot.chunks:
        request = replace(chunk, start_frame=kept_so_far - chunk.dropped_frames)
        run = _ChunkRun(backend, shot, request, conditioning, progress=_offset(progress, done, total))
        cut = _Cut(backend.limits.overlap_frames, chunk.surplus_frames)
        kept = 0
        for frame in cut.keep(islice(run, chunk.dropped_frames, None)):
            kept += 1
            yield frame
        done += chunk.num_frames
        kept_so_far += kept
        if chunk is not shot.chunks[-1]:
            conditioning = cut.handed_over()
        records.append(run.record(kept, kept_so_far - 1 if chunk.surplus_frames else None))


class _Cut:
    """The end of one chunk: which frames are kept, and which the next chunk starts from. Holds only those in doubt.

    Args:
        overlap: Frames handed over.
        surplus: Frames at the end that may be thrown away.
    """

    def __init__(self, overlap: int, surplus: int) -> None:
        self._overlap, self._surplus = overlap, surplus
        self._last: deque[Frame] = deque(maxlen=overlap)

    def keep(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The frames up to the one handed over: the last, or the sharpest of the surplus and the one before it."""
        for frame in frames if not self._surplus else self._up_to_the_sharpest(frames):
            self._last.append(frame)
            yield frame

    def handed_over(self) -> Frames:
        """(overlap, height, width, 3): the last frames kept."""
        return np.stack(list(self._last))

    def _up_to_the_sharpest(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        window: deque[Frame] = deque(maxlen=self._surplus + 1)
        for frame in frames:
            if len(window) == window.maxlen:
                yield window[0]
            window.append(frame)
        candidates = list(window)
        yield from candidates[: sharpest(candidates) + 1]


class _ChunkRun:
    """The frames of one model call, counted, checked and hashed on their way."""

    def __init__(
        self, backend: Backend, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, *, progress: Progress
    ) -> None:
        self._backend, self._first_frames, self._progress = backend, first_frames, progress
        self._shot, self._chunk = shot, chunk
        self._hasher = video.FrameHasher()
        self._seconds = 0.0

    def __iter__(self) -> Iterator[Frame]:
        wanted = (self._shot.height, self._shot.width, 3)
        count = 0
        started = time.perf_counter()
        for frame in self._backend.generate_chunk(self._shot, self._chunk, self._first_frames, self._progress):
            if frame.shape != wanted or frame.dtype != np.uint8:
                raise RenderError(f'shot "{self._shot.shot.id}": the backend gave {frame.shape} {frame.dtype}, not {wanted} uint8')
            self._hasher.update(frame)
            count += 1
            self._seconds += time.perf_counter() - started
            yield frame
            started = time.perf_counter()
        if count != self._chunk.num_frames:
            where = f'shot "{self._shot.shot.id}", chunk {self._chunk.index + 1}'
            raise RenderError(f"{where}: the backend gave {count} frames, not {self._chunk.num_frames}")

    def record(self, kept: int, handoff_frame: int | None) -> ChunkRecord:
        """What happened, once all frames have passed."""
        return ChunkRecord(
            index=self._chunk.index,
            chunk_seed=self._chunk.seed,
            num_frames=self._chunk.num_frames,
            kept_frames=kept,
            dropped_frames=self._chunk.dropped_frames,
            frames_sha256=self._hasher.hexdigest(),
            seconds=self._seconds,
            prompt=self._chunk.prompt,
            handoff_frame=handoff_frame,
        )


def _offset(progress: Progress, done: int, total: int) -> Progress:
    """Progress of one chunk told as progress of the shot, in frames."""

    def tell(step: int, steps: int) -> None:
        progress(done + step, max(total, done + steps))

    return tell


def _keep(frames: Iterable[Frame], wanted: Mapping[int, Path]) -> Iterator[Frame]:
    """Pass frames on, writing the wanted ones losslessly on the way."""
    for number, frame in enumerate(frames):
        if number in wanted:
            video.write_image(wanted[number], frame)
        yield frame
