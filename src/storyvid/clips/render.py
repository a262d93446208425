"""One shot, chunk by chunk, into one file, in constant memory.

Each chunk starts from the last frames kept of the one before; those repeat and are dropped once, and tell how the model's
colours have gone astray. Among the surplus frames before a join a sharp one is handed over, since a blurred one makes the
next chunk softer.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from storyvid import video
from storyvid.backends.base import Backend, ChunkRecord, ChunkRequest, Clip, LatentBackend, Progress, ShotRequest
from storyvid.clips.chunks import KeptChunk, KeptChunks, KeptLatents
from storyvid.clips.record import frame_path, preview_path
from storyvid.continuity.handoff import choose_handoff
from storyvid.continuity.match import Colours
from storyvid.continuity.seams import Seams
from storyvid.errors import RenderError
from storyvid.record.peaks import PEAKS, PeakMemory, card_peaks

if TYPE_CHECKING:
    from storyvid.backends.base import Frame, Frames


def render_shot(
    backend: Backend,
    shot: ShotRequest,
    first_frames: Frames | None,
    path: Path,
    progress: Progress,
    handoff: Sequence[int],
    kept: KeptChunks | None = None,
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
        kept: Finished chunks and latents of an earlier try, and where they are kept until the clip is whole.

    Raises:
        RenderError: The backend broke its contract, or a frame to hand over does not exist.
    """
    started = time.perf_counter()
    peak = PeakMemory()
    chunks = _Chunks(backend, shot, progress, kept, peak)
    frames = chunks.frames(first_frames)
    wanted = {number: frame_path(path.parent, number) for number in (*handoff, *_last_frames(shot, backend.limits.overlap_frames))}
    pictures = {shot.programme_start + shot.programme_frames // 2: preview_path(path.parent)}
    # Closed at once when the clip can't be written or Ctrl-C comes, not when the error has been told: a backend may hold threads.
    with peak, closing(frames):
        backend.begin_shot(shot, first_frames)
        writing_started = time.perf_counter()
        num_frames = video.write_clip(path, _keep(_keep(frames, wanted), pictures), shot.fps)
        video_s = time.perf_counter() - writing_started - chunks.rendered_s
    if handoff and max(handoff) >= num_frames:
        raise RenderError(f'shot "{shot.shot.id}": frame {max(handoff)} is to be handed over, but its clip has {num_frames} frames')
    return Clip(
        path=path,
        num_frames=num_frames,
        fps=shot.fps,
        height=shot.height,
        width=shot.width,
        chunks=tuple(chunks.records),
        seconds=time.perf_counter() - started + chunks.earlier_s,
        peak_ram_gb=max(peak.ram_gb, chunks.earlier_ram_gb),
        peak_vram_gb=chunks.peak("peak_vram_gb"),
        metadata={"model": facts} if (facts := backend.facts()) else {},
        peak_vram_allocated_gb=chunks.peak("peak_vram_allocated_gb"),
        peak_device_gb=peak.device_gb,
        video_s=video_s,
    )


def _last_frames(shot: ShotRequest, overlap: int) -> range:
    """Clip frames that a next shot would start from: the last of programme time."""
    end = shot.programme_start + (shot.programme_frames or shot.num_frames)
    return range(max(0, end - overlap), end)


class _Chunks:
    """The chunks of a shot in order, found or rendered, as the frames of its clip.

    Attributes:
        records: One for each finished chunk.
        earlier_s: What the chunks that were found took when they were rendered, seconds.
        earlier_ram_gb: Peak memory of that time, GiB.
    """

    def __init__(self, backend: Backend, shot: ShotRequest, progress: Progress, kept: KeptChunks | None, peak: PeakMemory) -> None:
        self.records: list[ChunkRecord] = []
        self.earlier_s = self.earlier_ram_gb = 0.0
        self._backend, self._shot, self._progress, self._kept, self._peak = backend, shot, progress, kept, peak
        self._handed_over: Frames | None = None
        self._seams: Seams | None = None
        self._done = self._in_clip = 0

    def frames(self, first_frames: Frames | None) -> Generator[Frame, None, None]:
        """The frames of the clip; a record is added when a chunk has ended."""
        self._handed_over = first_frames
        self._seams = _seams_of(self._shot, first_frames)
        for chunk in self._shot.chunks:
            request = replace(chunk, start_frame=self._in_clip - chunk.dropped_frames)
            is_last = chunk is self._shot.chunks[-1]
            found = None if is_last or self._kept is None else self._kept.find(request, self._handed_over)
            frames = self._rendered(request, keep=not is_last) if found is None else self._found(found)
            yield from frames if self._seams is None else self._seen(frames, self._seams, chunk.index)
            self._done += chunk.num_frames
            self._in_clip += self.records[-1].kept_frames

    def _seen(self, frames: Iterable[Frame], seams: Seams, chunk: int) -> Iterator[Frame]:
        for frame in frames:
            seams.add(frame, chunk)
            yield frame

    def _found(self, chunk: KeptChunk) -> Iterator[Frame]:
        tail: deque[Frame] = deque(maxlen=self._backend.limits.overlap_frames)
        with closing(chunk.frames()) as frames:
            for frame in frames:
                tail.append(frame)
                yield frame
        self._handed_over = np.stack(list(tail))
        self.records.append(chunk.record)
        self.earlier_s += chunk.record.seconds
        self.earlier_ram_gb = max(self.earlier_ram_gb, chunk.peak_ram_gb)
        self._progress(self._done + chunk.record.num_frames, self._total)

    def _rendered(self, chunk: ChunkRequest, *, keep: bool) -> Iterator[Frame]:
        first_frames = self._handed_over
        progress = _scaled(self._progress, chunk, self._done, self._total)
        run = _ChunkRun(self._backend, self._shot, chunk, first_frames, progress=progress, kept=self._kept)
        cut = _Cut(self._backend.limits.overlap_frames, chunk.surplus_frames)
        colours = Colours(self._shot.colour_match, first_frames, chunk.dropped_frames)
        frames = cut.keep(colours.matched(iter(run)))
        num_frames = 0
        with self._kept.writing(chunk.index) if keep and self._kept else nullcontext() as file:
            for frame in frames:
                num_frames += 1
                if file is not None:
                    file.add(frame)
                yield frame
        record = run.record(num_frames, self._in_clip + num_frames - 1 if chunk.surplus_frames else None)
        seen = {} if self._seams is None else self._seams.metrics(chunk.index)
        record = replace(record, facts={**record.facts, **colours.facts}, metrics={**seen, **colours.metrics})
        if file is not None and self._kept is not None:
            self._kept.keep(record, first_frames, self._peak.ram_gb)
        if keep:
            self._handed_over = cut.handed_over()
        self.records.append(record)

    @property
    def rendered_s(self) -> float:
        """What the model took for the chunks that were rendered now, seconds."""
        return sum(record.seconds for record in self.records) - self.earlier_s

    def peak(self, name: str) -> float:
        """The largest of the chunks' peaks, GiB; 0.0 where none was measured."""
        return max((float(record.facts.get(name, 0.0)) for record in self.records), default=0.0)

    @property
    def _total(self) -> int:
        return sum(chunk.num_frames for chunk in self._shot.chunks)


def _seams_of(shot: ShotRequest, first_frames: Frames | None) -> Seams | None:
    """What measures the joins of a shot; None for one that has none."""
    goes_on = shot.opening == "frame"
    return Seams(first_frames if goes_on else None) if goes_on or len(shot.chunks) > 1 else None


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
        """The frames up to the one handed over: the last, or the best of the surplus and the one before it."""
        for frame in frames if not self._surplus else self._up_to_the_best(frames):
            self._last.append(frame)
            yield frame

    def handed_over(self) -> Frames:
        """(overlap, height, width, 3): the last frames kept."""
        return np.stack(list(self._last))

    def _up_to_the_best(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        window: deque[Frame] = deque(maxlen=self._surplus + 1)
        for frame in frames:
            if len(window) == window.maxlen:
                yield window[0]
            window.append(frame)
        candidates = list(window)
        yield from candidates[: choose_handoff(candidates) + 1]


class _ChunkRun:
    """The frames of one model call, counted, checked and hashed on their way."""

    def __init__(
        self,
        backend: Backend,
        shot: ShotRequest,
        chunk: ChunkRequest,
        first_frames: Frames | None,
        *,
        progress: Progress,
        kept: KeptChunks | None,
    ) -> None:
        self._backend, self._first_frames, self._progress, self._kept = backend, first_frames, progress, kept
        self._shot, self._chunk = shot, chunk
        self._hasher = video.FrameHasher()
        self._seconds = 0.0
        self._facts: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Frame]:
        wanted = (self._shot.height, self._shot.width, 3)
        count = 0
        started = time.perf_counter()
        for frame in self._generated():
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

    def _generated(self) -> Iterator[Frame]:
        """The frames of the call; of one that was stopped while it decoded, from the latents that are kept."""
        backend, asked = self._backend, (self._shot, self._chunk, self._first_frames)
        if not isinstance(backend, LatentBackend):
            yield from backend.generate_chunk(*asked, self._progress)
            self._facts = card_peaks()
            return
        latents = self._kept.find_latents(self._chunk, self._first_frames) if self._kept else None
        if latents is None:
            arrays = backend.denoise_chunk(*asked, self._progress)
            latents = KeptLatents(arrays, card_peaks() | backend.chunk_facts())
            if self._kept:
                self._kept.keep_latents(self._chunk.index, latents, self._first_frames)
        yield from backend.decode_chunk(*asked, latents.arrays)
        self._facts = _merged(latents.facts, card_peaks() | backend.chunk_facts())

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
            facts=self._facts,
        )


def _merged(denoised: Mapping[str, Any], decoded: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of both halves of a call. Where both tell of one thing, denoising is right, and the larger peak."""
    peaks = {key: max(denoised[key], decoded[key]) for key in PEAKS if key in denoised and key in decoded}
    stages = {**decoded.get("stages", {}), **denoised.get("stages", {})}
    before = denoised.get("rungs", [])
    rungs = [*before, *(rung for rung in decoded.get("rungs", []) if rung not in before)]
    both = {"stages": stages, "rungs": rungs}
    return {**decoded, **denoised, **peaks, **{name: value for name, value in both.items() if value}}


def _scaled(progress: Progress, chunk: ChunkRequest, done: int, total: int) -> Progress:
    """Progress of one chunk, in steps, told as progress of the shot, in whole parts of a frame."""

    def tell(step: int, steps: int) -> None:
        parts = steps // gcd(steps, chunk.num_frames)  # of a frame, so that every step is a whole number of them
        progress(done * parts + step * chunk.num_frames * parts // steps, total * parts)

    return tell


def _keep(frames: Iterable[Frame], wanted: Mapping[int, Path]) -> Iterator[Frame]:
    """Pass frames on, writing the wanted ones losslessly on the way."""
    for number, frame in enumerate(frames):
        if number in wanted:
            video.write_image(wanted[number], frame)
        yield frame
