"""The small videos of the page, cut to programme time as the film shows it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image

from storyvid.ahead import ahead
from storyvid.assembly.film import Fitter, nearest_even, repeat_to_rate
from storyvid.assembly.timeline import Timeline
from storyvid.errors import Problem, RenderError
from storyvid.progress import FilmProgress
from storyvid.record.compare.read import Comparison, Excerpt
from storyvid.record.compare.recorded import MAX_SIDE
from storyvid.video import RgbReader, YuvFrame, encode_preview
from storyvid.video.probe import opened

SHORT_SIDE = 360  # pixels
READ_AHEAD = 6
POSTER_QUALITY = 80  # JPEG, 0 to 100


@dataclass(frozen=True)
class Preview:
    """A take as the page shows it.

    Attributes:
        video: MP4.
        poster: JPEG of its middle frame.
        num_frames: Frames.
        fps: Frames per second, exact.
        height: Pixels.
        width: Pixels.
    """

    video: bytes
    poster: bytes
    num_frames: int
    fps: Fraction
    height: int
    width: int


Previews = Mapping[tuple[Any, ...], Preview]


def make_previews(comparison: Comparison) -> Previews:
    """The small video of every clip, by the excerpt's key; clips that several takes share are made once.

    Raises:
        RenderError: A clip can't be read, or is shorter than its record says.
    """
    excerpts = comparison.excerpts
    previews = {}
    with FilmProgress(sum(excerpt.segment.num_frames for _, excerpt in excerpts.values()), 0) as progress:
        for index, (key, (words, excerpt)) in enumerate(excerpts.items()):
            progress.shot_started(words, index, len(excerpts), excerpt.segment.num_frames)
            previews[key] = make_preview(excerpt, progress.advance)
            progress.shot_finished(words, reused=False)
    return previews


def make_preview(excerpt: Excerpt, progress: Callable[[int], None] = lambda done: None) -> Preview:
    """One small video.

    Args:
        excerpt: The clip and its part.
        progress: Called with the number of frames done.

    Raises:
        RenderError: The clip can't be read, is shorter than its record says, or has frames too large to be a clip of a run.
    """
    _check_size(excerpt.segment.path)
    height, width = preview_size(excerpt.height, excerpt.width)
    count = excerpt.segment.num_frames
    posters: list[bytes] = []

    def watched(frames: Iterator[YuvFrame]) -> Iterator[YuvFrame]:
        for number, frame in enumerate(frames):
            if number == count // 2:
                posters.append(_jpeg(frame))
            yield frame
            progress(number + 1)

    with closing(ahead(_fitted(excerpt, height, width), READ_AHEAD)) as frames:
        video = encode_preview(watched(frames), height, width, excerpt.fps)
    return Preview(video, posters[0], count, excerpt.fps, height, width)


def _check_size(path: Path) -> None:
    """Refuse a clip before it is decoded: a small file may hold frames that fill the memory."""
    with opened(path) as container:
        context = container.streams.video[0].codec_context
        if max(context.height, context.width) > MAX_SIDE:
            what = f"its frames have {context.width}x{context.height} pixels; a side may have {MAX_SIDE}"
            raise RenderError(Problem(str(path), what, "render the clip again", "size"))


def _fitted(excerpt: Excerpt, height: int, width: int) -> Generator[YuvFrame, None, None]:
    """The excerpt's frames at the film's rate and in its shape."""
    fitter = Fitter(Timeline((excerpt.segment,), excerpt.fps, height, width, excerpt.fit), "yuv420p")
    with closing(repeat_to_rate(excerpt.segment, excerpt.fps, 0, 0)) as frames:
        yield from map(fitter, frames)


def preview_size(height: int, width: int) -> tuple[int, int]:
    """Height and width of a small video of the film's shape, never larger than the film.

    Args:
        height: Of the film, pixels.
        width: Of the film, pixels.
    """
    scale = min(Fraction(1), Fraction(SHORT_SIDE, min(height, width)))
    return nearest_even(height * scale), nearest_even(width * scale)


def base64_text(data: bytes) -> str:
    """Bytes as a page can carry them."""
    return base64.b64encode(data).decode("ascii")


def _jpeg(frame: YuvFrame) -> bytes:
    file = io.BytesIO()
    Image.fromarray(RgbReader()(frame)).save(file, "JPEG", quality=POSTER_QUALITY)
    return file.getvalue()
