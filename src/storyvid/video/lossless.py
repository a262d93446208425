"""Frames kept exactly: FFV1 in Matroska, for what a later render goes on from."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.video.reformatter import VideoReformatter

from storyvid.video.files import temporary_beside, writing
from storyvid.video.frame import Frame, check_frame
from storyvid.video.read import read_yuv_frames

SUFFIX = ".mkv"
# Planar RGB goes through FFV1 without any change of colour space; version 3 checks every slice.
PIX_FMT = "gbrp"
OPTIONS = {"level": "3", "slices": "4", "slicecrc": "1", "context": "0"}


class LosslessWriter:
    """Takes frames one at a time; made by `write_lossless`."""

    def __init__(self, container: av.container.OutputContainer) -> None:
        self._container = container
        self._stream: av.VideoStream | None = None
        self._shape: tuple[int, ...] = ()
        self._to_planes = VideoReformatter()
        self.num_frames = 0

    def add(self, frame: Frame) -> None:
        """Write a frame, uint8 (height, width, 3) RGB, both sides even.

        Raises:
            ValueError: Another type, or another size than the first frame's.
        """
        if self._stream is None:
            check_frame(frame, frame.shape)
            self._shape = frame.shape
            self._stream = self._container.add_stream("ffv1", rate=24, options=dict(OPTIONS))  # a count; the rate is not read
            self._stream.height, self._stream.width, self._stream.pix_fmt = frame.shape[0], frame.shape[1], PIX_FMT
            self._stream.thread_count = 2
        check_frame(frame, self._shape)
        picture = self._to_planes.reformat(av.VideoFrame.from_ndarray(frame, format="rgb24"), format=PIX_FMT)
        picture.pts, picture.time_base = self.num_frames, Fraction(1, 24)
        self._container.mux(self._stream.encode(picture))
        self.num_frames += 1

    def end(self) -> None:
        """Write what the encoder still holds."""
        if self._stream is not None:
            self._container.mux(self._stream.encode(None))


@contextmanager
def write_lossless(path: Path) -> Iterator[LosslessWriter]:
    """Write frames that `read_lossless` gives back bit for bit. The file has its name only when the block has ended well.

    Args:
        path: MKV to write; an existing one is replaced.

    Raises:
        RenderError: FFmpeg or the disk refuses.
    """
    with temporary_beside(path) as temporary, writing(path), av.open(str(temporary), "w", format="matroska") as container:
        writer = LosslessWriter(container)
        yield writer
        writer.end()


def read_lossless(path: Path) -> Generator[Frame, None, None]:
    """The frames of such a file, uint8 (height, width, 3) RGB.

    Raises:
        RenderError: The file can't be read.
    """
    to_rgb = VideoReformatter()
    for frame in read_yuv_frames(path):
        yield cast(Frame, to_rgb.reformat(frame, format="rgb24").to_ndarray())
