"""Frames out of a video file, counted and never by rounded timestamps."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import cast

from av.video.reformatter import VideoReformatter

from storyvid.video.frame import EXACT, Frame, YuvFrame, assume_bt709
from storyvid.video.probe import opened


def read_yuv_frames(path: Path, start: int = 0, stop: int | None = None, *, threads: int = 0) -> Generator[YuvFrame, None, None]:
    """Frames ``start`` to ``stop`` as decoded.

    Decodes from the beginning: the position is then a count, never a rounded timestamp.

    Args:
        path: Video file.
        start: First frame wanted, counted from 0.
        stop: Frame after the last one wanted; None = to the end.
        threads: Threads of the decoder; 0 = FFmpeg's choice.

    Raises:
        RenderError: The file can't be read. Fewer frames than asked for are not an error here.
    """
    with opened(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        stream.thread_count = threads
        for position, frame in enumerate(container.decode(stream)):
            if stop is not None and position >= stop:
                return
            if position >= start:
                yield frame


def read_frames(path: Path, start: int = 0, stop: int | None = None) -> Generator[Frame, None, None]:
    """Frames ``start`` to ``stop`` as uint8 (height, width, 3) RGB.

    Args:
        path: Video file.
        start: First frame wanted, counted from 0.
        stop: Frame after the last one wanted; None = to the end.

    Raises:
        RenderError: The file can't be read.
    """
    to_rgb = RgbReader()
    with closing(read_yuv_frames(path, start, stop)) as frames:  # closed early too
        for frame in frames:
            yield to_rgb(frame)


class RgbReader:
    """Turns decoded frames into RGB arrays, with exact rounding; untagged video is taken as BT.709."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def __call__(self, frame: YuvFrame) -> Frame:
        """The frame as uint8 (height, width, 3) RGB."""
        assume_bt709(frame)
        return cast(Frame, self._reformatter.reformat(frame, format="rgb24", interpolation=EXACT).to_ndarray())
