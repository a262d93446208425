"""What a video file holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from storyvid.errors import Problem, RenderError


@dataclass(frozen=True)
class VideoInfo:
    """What a video file holds.

    Attributes:
        num_frames: Pictures in the first video stream, exact.
        height: Pixels.
        width: Pixels.
        fps: Frames per second, exact.
        duration: Seconds, frames / fps.
        codec: FFmpeg's name of the video codec, such as ``h264``.
        pix_fmt: FFmpeg's name of the pixel format.
        audio_s: Length of the first audio stream in seconds; None without one.
        tags: The container's metadata.
    """

    num_frames: int
    height: int
    width: int
    fps: Fraction
    duration: Fraction
    codec: str
    pix_fmt: str
    audio_s: Fraction | None
    tags: Mapping[str, str]


@contextmanager
def opened(path: Path) -> Iterator[av.container.InputContainer]:
    """The file opened for reading, FFmpeg's errors retold as ours.

    Raises:
        RenderError: The file is missing, is not a video, or breaks while it is read.
    """
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise RenderError(Problem(str(path), "there is no video stream in this file", "give a video file", "no-video"))
            yield container
    except (av.FFmpegError, OSError) as error:
        reason = "there is no such file" if not path.exists() else f"this is not a video that can be read ({error})"
        raise RenderError(Problem(str(path), reason, "render the clip again, or give another file", "unreadable-video")) from error


def probe(path: Path) -> VideoInfo:
    """What the file holds, with an exact frame count: decoded where the container doesn't say.

    Raises:
        RenderError: The file is missing, or not a video.
    """
    with opened(path) as container:
        stream = container.streams.video[0]
        fps = stream.average_rate or stream.guessed_rate
        if not fps:
            raise RenderError(
                Problem(str(path), "the file doesn't say its frame rate", "convert it to a constant frame rate", "no-rate")
            )
        context = stream.codec_context
        audio = container.streams.audio[0] if container.streams.audio else None
        audio_s = Fraction(audio.duration * audio.time_base) if audio and audio.duration is not None and audio.time_base else None
        frames = stream.frames or sum(1 for _ in container.decode(stream))
        return VideoInfo(
            num_frames=frames,
            height=context.height,
            width=context.width,
            fps=Fraction(fps),
            duration=frames / Fraction(fps),
            codec=context.name,
            pix_fmt=context.pix_fmt or "",
            audio_s=audio_s,
            tags=dict(container.metadata),
        )
