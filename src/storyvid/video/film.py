"""The film's file: encoded once, tagged, with its sound."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av

from storyvid.video.files import temporary_beside, writing
from storyvid.video.frame import YuvFrame, tag_bt709
from storyvid.video.sound import AUDIO_RATE, PlaceholderSound
from storyvid.video.x264 import x264_options


@dataclass(frozen=True)
class FilmFormat:
    """How the film's file is written.

    Attributes:
        height: Pixels, even.
        width: Pixels, even.
        fps: Frames per second, exact.
        codec: h264 or h265.
        crf: Constant rate factor, 0 (lossless) to 51.
        preset: x264's or x265's preset.
        audio: none, silence, or a quiet tone.
        tags: title, comment and others; kept as they are.
    """

    height: int
    width: int
    fps: Fraction
    codec: Literal["h264", "h265"]
    crf: int
    preset: str
    audio: Literal["none", "silence", "tone"]
    tags: Mapping[str, str]


def write_film(path: Path, frames: Iterable[YuvFrame], film: FilmFormat, progress: Callable[[int], None]) -> int:
    """Encode the film and return its number of frames; the file appears only when whole.

    Args:
        path: MP4 to write; an existing one is replaced.
        frames: yuv420p, BT.709 limited, of the film's size.
        film: Size, rate, codec and tags.
        progress: Called with the number of frames encoded.

    Raises:
        RenderError: FFmpeg or the disk refuses.
    """
    # Without use_metadata_tags the mp4 muxer drops every tag it has no atom for.
    # The movie clock counts whole frames and whole samples; its usual milliseconds would cut the sound's length.
    clock = math.lcm(AUDIO_RATE, film.fps.numerator)
    options = {"movflags": "+faststart+use_metadata_tags", "movie_timescale": str(clock)}
    count = 0
    with (
        temporary_beside(path) as temporary,
        writing(path),
        av.open(str(temporary), "w", format="mp4", options=options) as container,
    ):
        container.metadata.update(film.tags)
        video = _add_video(container, film)
        sound = None if film.audio == "none" else PlaceholderSound(container, film.audio)
        for count, frame in enumerate(frames, 1):
            frame.pts, frame.time_base = count - 1, 1 / film.fps
            frame.pict_type = 0  # the clip's own I and P would be forced on the encoder
            container.mux(video.encode(frame))
            if sound:
                sound.write_until(count / film.fps)
            progress(count)
        container.mux(video.encode(None))
        if sound:
            sound.finish()
    return count


def _add_video(container: av.container.OutputContainer, film: FilmFormat) -> av.VideoStream:
    options = {"preset": film.preset, "crf": str(film.crf)}
    if film.codec == "h264":
        stream = container.add_stream("libx264", rate=film.fps, options=x264_options(options))
    else:
        options["x265-params"] = "log-level=none"  # x265 writes to stderr past FFmpeg's log
        stream = container.add_stream("libx265", rate=film.fps, options=options)
    stream.height, stream.width, stream.pix_fmt = film.height, film.width, "yuv420p"
    stream.codec_context.sample_aspect_ratio = Fraction(1)
    tag_bt709(stream.codec_context)
    if film.codec == "h265":
        stream.codec_context.codec_tag = "hvc1"  # Apple's players refuse hev1
    return stream
