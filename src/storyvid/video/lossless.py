"""Frames kept exactly, for what a later render goes on from: RGB through x264's lossless mode, in Matroska.

FFV1 gives the same frames at three times the processor time and one and a half times the size (1280x720, drawn pictures).
"""

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

PIX_FMT = "rgb24"  # no change of colour space on the way, so nothing is rounded
OPTIONS = {"preset": "ultrafast", "qp": "0"}  # quantiser 0 is lossless in the 4:4:4 profile
THREADS = 4  # fixed, because x264's output depends on their number
RATE = 24  # frames are counted; the rate is not read


class LosslessWriter:
    """Takes frames one at a time; made by `write_lossless`."""

    def __init__(self, container: av.container.OutputContainer) -> None:
        self._container = container
        self._stream: av.VideoStream | None = None
        self._shape: tuple[int, ...] = ()
        self.num_frames = 0

    def add(self, frame: Frame) -> None:
        """Write a frame, uint8 (height, width, 3) RGB, both sides even.

        Raises:
            ValueError: Another type, or another size than the first frame's.
        """
        if self._stream is None:
            check_frame(frame, frame.shape)
            self._shape = frame.shape
            self._stream = self._container.add_stream("libx264rgb", rate=RATE, options=dict(OPTIONS))
            self._stream.height, self._stream.width, self._stream.pix_fmt = frame.shape[0], frame.shape[1], PIX_FMT
            self._stream.thread_count = THREADS
        check_frame(frame, self._shape)
        picture = av.VideoFrame.from_ndarray(frame, format=PIX_FMT)
        picture.pts, picture.time_base = self.num_frames, Fraction(1, RATE)
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
    with (
        temporary_beside(path) as temporary,
        writing(path),
        av.open(
            str(temporary),
            "w",
            format="matroska",
            container_options={"fflags": "+bitexact"},  # no random number for the file
        ) as container,
    ):
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
        yield cast(Frame, to_rgb.reformat(frame, format=PIX_FMT).to_ndarray())
