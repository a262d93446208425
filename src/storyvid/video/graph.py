"""FFmpeg's filters on frames in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import av

from storyvid.video.frame import YuvFrame, assume_bt709


class FilterGraph:
    """libavfilter on frames: one or two inputs, a chain of filters, one output.

    Args:
        likes: One frame per input that tells its size, format and colour.
        fps: Frames per second of inputs and output.
        steps: (filter name, its arguments) in order; the first takes all inputs.
    """

    def __init__(self, likes: Sequence[YuvFrame], fps: Fraction, steps: Sequence[tuple[str, str]]) -> None:
        self._graph = av.filter.Graph()
        # PyAV's add_buffer passes no frame rate, which xfade insists on.
        inputs = [self._graph.add("buffer", _buffer_arguments(like, fps)) for like in likes]
        last = self._graph.add(*steps[0])
        for pad, source in enumerate(inputs):
            source.link_to(last, 0, pad)
        for step in [*steps[1:], ("buffersink", "")]:
            following = self._graph.add(step[0], step[1] or None)
            last.link_to(following)
            last = following
        self._graph.configure(auto_buffer=False)
        self._fps = fps

    def push(self, frames: Sequence[YuvFrame | None], position: int) -> None:
        """Give one frame to every input; None ends the inputs."""
        for pad, frame in enumerate(frames):
            if frame is not None:
                assume_bt709(frame)
                frame.pts, frame.time_base = position, 1 / self._fps
            self._graph.push(frame, at=pad)

    def pull(self) -> Iterator[YuvFrame]:
        """The frames that are ready."""
        while True:
            try:
                yield self._graph.vpull()
            except (BlockingIOError, EOFError):
                return


def _buffer_arguments(like: YuvFrame, fps: Fraction) -> str:
    assume_bt709(like)
    return (
        f"video_size={like.width}x{like.height}:pix_fmt={like.format.name}:time_base={fps.denominator}/{fps.numerator}"
        f":frame_rate={fps.numerator}/{fps.denominator}:pixel_aspect=1/1:colorspace={like.colorspace}:range={like.color_range}"
    )
