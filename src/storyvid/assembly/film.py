"""Clips become the film: one decode, one encode, a handful of frames in memory.

A reader thread decodes, fits and mixes frames while the encoder works on earlier ones.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Literal

from storyvid.ahead import ahead
from storyvid.assembly.timeline import Segment, Timeline, check_timeline
from storyvid.assembly.transitions import fade, fade_brightness, mix, mix_pix_fmt
from storyvid.errors import Problem, RenderError
from storyvid.video import FilmFormat, FilterGraph, YuvFrame, halve_chroma, read_yuv_frames, write_film

READ_AHEAD = 6


@dataclass(frozen=True)
class FilmInfo:
    """The film as written.

    Attributes:
        path: MP4.
        num_frames: Frames.
        fps: Frames per second, exact.
        height: Pixels.
        width: Pixels.
        duration: Seconds, exact.
        codec: h264 or h265.
        size_bytes: Length of the file.
    """

    path: Path
    num_frames: int
    fps: Fraction
    height: int
    width: int
    duration: Fraction
    codec: str
    size_bytes: int


def assemble(
    timeline: Timeline,
    path: Path,
    *,
    codec: Literal["h264", "h265"],
    crf: int,
    preset: str,
    tags: Mapping[str, str],
    audio: Literal["none", "silence", "tone"] = "none",
    progress: Callable[[int, int], None] = lambda done, total: None,
    watch: Callable[[int, YuvFrame], None] = lambda number, frame: None,
) -> FilmInfo:
    """Write the film, exactly ``timeline.num_frames`` long. It appears under its name only when whole.

    Args:
        timeline: Shots, transitions, size and rate.
        path: MP4 to write; an existing one is replaced.
        codec: h264 or h265.
        crf: Constant rate factor, 0 (lossless) to 51.
        preset: x264's or x265's preset, for example medium.
        tags: Metadata of the file: title, comment, storyvid_recipe …
        audio: Placeholder sound of exactly the film's length.
        progress: Called with (frames done, frames in all).
        watch: Called with the number (from 0) and the picture of every frame, before it is encoded.

    Raises:
        RenderError: The timeline is impossible, a clip is missing or runs dry, or the encoder refuses.
    """
    check_timeline(timeline)
    total = timeline.num_frames
    film = FilmFormat(timeline.height, timeline.width, timeline.fps, codec, crf, preset, audio, tags)
    with closing(ahead(film_frames(timeline), READ_AHEAD)) as frames:
        count = write_film(path, _watched(frames, total, watch), film, lambda done: progress(done, total))
    return FilmInfo(path, count, timeline.fps, timeline.height, timeline.width, count / timeline.fps, codec, path.stat().st_size)


def _watched(frames: Iterator[YuvFrame], total: int, watch: Callable[[int, YuvFrame], None]) -> Iterator[YuvFrame]:
    """The frames, shown and counted; refused before the file gets its name when their number is wrong."""
    count = 0
    for count, frame in enumerate(frames, 1):
        watch(count - 1, frame)
        yield frame
    if count != total:
        raise RenderError(Problem("film", f"{count} frames were assembled, {total} were planned", "report this", "film-length"))


def film_frames(timeline: Timeline) -> Generator[YuvFrame, None, None]:
    """Every frame of the film, yuv420p of its size, transitions and fades included.

    Args:
        timeline: As checked by `check_timeline`.

    Raises:
        RenderError: A clip can't be read or runs dry.
    """
    with ExitStack() as opened:
        shot = _Shot(timeline, 0, opened)
        for index, segment in enumerate(timeline.segments):
            yield from shot.body()
            if index + 1 == len(timeline.segments):
                return
            following = _Shot(timeline, index + 1, opened)
            if segment.mixes:
                pix_fmt, count = mix_pix_fmt(segment.transition), segment.transition_frames
                outgoing, incoming = shot.take(count, pix_fmt), following.take(count, pix_fmt)
                yield from mix(segment.transition, outgoing, incoming, count, timeline.fps)
            shot.close()
            shot = following


class _Shot:
    """One shot's frames at the delivery rate and size, taken in order: head handle, programme, tail handle."""

    def __init__(self, timeline: Timeline, index: int, opened: ExitStack) -> None:
        self._timeline, self._index, self._segment = timeline, index, timeline.segments[index]
        self._frames = repeat_to_rate(self._segment, timeline.fps, timeline.head_handle(index), timeline.tail_handle(index))
        self._fitters: dict[str, Fitter] = {}
        opened.callback(self.close)

    def take(self, count: int, pix_fmt: str) -> Iterator[YuvFrame]:
        """The next ``count`` frames in a pixel format."""
        fitter = self._fitters.setdefault(pix_fmt, Fitter(self._timeline, pix_fmt))
        return map(fitter, islice(self._frames, count))

    def body(self) -> Iterator[YuvFrame]:
        """The programme frames that no transition covers, with their fades."""
        first = self._timeline.head_handle(self._index)
        last = self._segment.num_frames - self._timeline.tail_handle(self._index)
        fades = self._timeline.fade_in(self._index), self._timeline.fade_out(self._index)
        for position, frame in enumerate(self.take(last - first, "yuv420p"), first):
            yield fade(frame, fade_brightness(position, self._segment.num_frames, *fades))

    def close(self) -> None:
        """Let go of the clip and of the pictures that fitting it holds: many shots must not need more memory than few."""
        self._frames.close()
        self._fitters.clear()


def repeat_to_rate(segment: Segment, fps: Fraction, head: int, tail: int) -> Generator[YuvFrame, None, None]:
    """The clip's frames at the delivery rate: repeated or left out where the rates differ.

    Args:
        segment: The shot.
        fps: Delivery rate.
        head: Delivery frames before programme time.
        tail: Delivery frames after it.

    Raises:
        RenderError: The clip has fewer frames than the timeline was told.
    """
    first = segment.clip_frame(-head, fps)
    with closing(read_yuv_frames(segment.path, first, threads=1)) as clip:
        at, frame = first - 1, None
        for position in range(-head, segment.num_frames + tail):
            wanted = segment.clip_frame(position, fps)
            while at < wanted:
                frame, at = next(clip, None), at + 1
                if frame is None:
                    raise RenderError(_runs_dry(segment, at, wanted))
            assert frame is not None
            yield frame


def _runs_dry(segment: Segment, held: int, wanted: int) -> Problem:
    what = f"the clip ends after {held} frames; frame {wanted} is needed ({segment.clip_frames} were recorded)"
    return Problem(f'shot "{segment.shot_id}", {segment.path}', what, "render the shot again", "clip-runs-dry")


class Fitter:
    """Brings a clip's frames to the film's size and a pixel format: crop or pad, then Lanczos.

    Args:
        timeline: Size, rate and fit of the film.
        pix_fmt: yuv420p to encode, yuv444p or gbrp to mix.
    """

    def __init__(self, timeline: Timeline, pix_fmt: str) -> None:
        self._timeline, self._pix_fmt = timeline, pix_fmt
        self._graph: FilterGraph | None = None
        self._count = 0
        self._last: tuple[YuvFrame, YuvFrame] | None = None

    def __call__(self, frame: YuvFrame) -> YuvFrame:
        """The fitted frame; a repeated frame is fitted once."""
        if self._last and self._last[0] is frame:
            return self._last[1]
        fitted = halve_chroma(frame) if self._has_the_size(frame) and self._pix_fmt == "yuv420p" else self._filtered(frame)
        self._last = frame, fitted
        return fitted

    def _has_the_size(self, frame: YuvFrame) -> bool:
        """Whether it is a clip's 4:4:4 picture that needs neither scaling nor cropping, and so no filter."""
        return (frame.height, frame.width, frame.format.name) == (self._timeline.height, self._timeline.width, "yuv444p")

    def _filtered(self, frame: YuvFrame) -> YuvFrame:
        if self._graph is None:
            steps = fit_steps(frame.height, frame.width, self._timeline, self._pix_fmt)
            self._graph = FilterGraph([frame], self._timeline.fps, steps)
        self._graph.push([frame], self._count)
        (fitted,) = self._graph.pull()
        self._count += 1
        return fitted


def fit_steps(height: int, width: int, timeline: Timeline, pix_fmt: str) -> list[tuple[str, str]]:
    """The filters that bring a clip's picture to the film's, centred.

    The cropped part or the picture inside the padding has the film's shape to the nearest even pixel.

    Args:
        height: Of the clip, pixels.
        width: Of the clip, pixels.
        timeline: Size and fit of the film.
        pix_fmt: Pixel format of the result.
    """
    ratio = Fraction(timeline.width, timeline.height)
    inner_height, inner_width = timeline.height, timeline.width
    steps: list[tuple[str, str]] = []
    if timeline.fit == "crop":
        crop_height = min(height, nearest_even(width / ratio))
        crop_width = min(width, nearest_even(height * ratio))
        if (crop_height, crop_width) != (height, width):
            x, y = (width - crop_width) // 2, (height - crop_height) // 2
            steps.append(("crop", f"{crop_width}:{crop_height}:{x}:{y}:exact=1"))
        height, width = crop_height, crop_width
    else:
        scale = min(Fraction(timeline.height, height), Fraction(timeline.width, width))
        inner_height = min(timeline.height, nearest_even(height * scale))
        inner_width = min(timeline.width, nearest_even(width * scale))
    # A picture that keeps its size only has its chroma halved: the mean of four, at half the cost of Lanczos.
    kernel = "area" if (height, width) == (inner_height, inner_width) else "lanczos"
    colour = "out_range=pc" if pix_fmt == "gbrp" else "out_color_matrix=bt709:out_range=tv"
    steps.append(("scale", f"{inner_width}:{inner_height}:flags={kernel}:{colour}"))
    steps.append(("format", pix_fmt))
    if (inner_height, inner_width) != (timeline.height, timeline.width):
        # Padded after chroma was halved, so the picture begins on an even pixel.
        x, y = (timeline.width - inner_width) // 4 * 2, (timeline.height - inner_height) // 4 * 2
        steps.append(("pad", f"{timeline.width}:{timeline.height}:{x}:{y}:color=black"))
    return steps


def nearest_even(length: Fraction) -> int:
    """The even whole number nearest to a length in pixels, at least 2."""
    return max(2, round(length / 2) * 2)
