"""Pictures in and out: probe, read and write video files and images. The only module that imports av.

Clips are written as H.264 4:4:4 at a fixed quantiser: visually lossless (PSNR >= 45 dB against the RGB frames, on noise
too), several times cheaper than the final encode, and readable by anything built on FFmpeg. All YUV here is BT.709,
limited range, and tagged so.
"""

from __future__ import annotations

import hashlib
import math
import os
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, cast

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from numpy.typing import NDArray
from PIL import Image, ImageOps

from storyvid.errors import Problem, RenderError

Frame = NDArray[np.uint8]  # (height, width, 3) RGB
YuvFrame = av.VideoFrame  # as decoded or filtered, not yet RGB

MAX_IMAGE_PIXELS = 100_000_000
AUDIO_RATE = 48_000
RECIPE_TAG = "storyvid_recipe"

# AVColorSpace, AVColorPrimaries and AVColorTransferCharacteristic all number BT.709 1; AVColorRange numbers limited 1.
BT709 = 1
LIMITED = 1
UNSPECIFIED = 2

# qp 7 gives 46 dB on white noise at any size. In 4:4:4 x264 quantises chroma 6 steps coarser than luma, yet RGB error
# weighs chroma more: the offset takes the steps back. Threads are fixed, because x264's output depends on their number.
CLIP_OPTIONS = {"preset": "ultrafast", "qp": "7", "x264-params": "chroma-qp-offset=-6"}
CLIP_THREADS = 4
CLIP_KEYFRAME_EVERY = 120

EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT | Interpolation.FULL_CHR_H_INT


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
def temporary_beside(path: Path) -> Iterator[Path]:
    """A ``.tmp-`` name in the same folder that becomes ``path`` when the block ends, and vanishes when it fails.

    Args:
        path: The file to make; its folder is created.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        yield temporary
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _opened(path: Path) -> Iterator[av.container.InputContainer]:
    """The file opened for reading, FFmpeg's errors retold as ours."""
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
    with _opened(path) as container:
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
    with _opened(path) as container:
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
        _assume_bt709(frame)
        return cast(Frame, self._reformatter.reformat(frame, format="rgb24", interpolation=EXACT).to_ndarray())


def _assume_bt709(frame: YuvFrame) -> None:
    if frame.colorspace == UNSPECIFIED and "rgb" not in frame.format.name and "gbr" not in frame.format.name:
        frame.colorspace = BT709


def _check_frame(frame: Frame, shape: tuple[int, ...]) -> None:
    if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
        raise ValueError(f"a frame must be uint8 (height, width, 3), not {frame.dtype} {frame.shape}")
    if frame.shape[0] % 2 or frame.shape[1] % 2 or 0 in frame.shape:
        raise ValueError(f"height and width must be even, not {frame.shape[0]}x{frame.shape[1]}")
    if frame.shape != shape:
        raise ValueError(f"all frames must have one size: {frame.shape[0]}x{frame.shape[1]} after {shape[0]}x{shape[1]}")


def _tag_bt709(context: av.VideoCodecContext) -> None:
    context.color_range = LIMITED
    context.colorspace = context.color_primaries = context.color_trc = BT709


def write_clip(path: Path, frames: Iterable[Frame], fps: Fraction) -> int:
    """Write a visually lossless clip; returns the number of frames. The same frames give the same file.

    The file appears under its name only when it is whole. Holds a few frames in memory, never the clip.

    Args:
        path: MP4 to write; an existing one is replaced.
        frames: uint8 (height, width, 3) RGB, one even size.
        fps: Frames per second, exact.

    Raises:
        ValueError: No frames, an odd size, or frames of different sizes or types.
        RenderError: FFmpeg or the disk refuses.
    """
    iterator = iter(frames)
    first = next(iterator, None)
    if first is None:
        raise ValueError(f"{path.name}: a clip needs at least one frame")
    _check_frame(first, first.shape)
    with temporary_beside(path) as temporary, _writing(path), av.open(str(temporary), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps, options=dict(CLIP_OPTIONS))
        stream.height, stream.width, stream.pix_fmt = first.shape[0], first.shape[1], "yuv444p"
        stream.thread_count, stream.gop_size = CLIP_THREADS, CLIP_KEYFRAME_EVERY
        _tag_bt709(stream.codec_context)
        to_yuv = VideoReformatter()
        count = 0
        frame: Frame | None = first
        while frame is not None:
            _check_frame(frame, first.shape)
            picture = to_yuv.reformat(
                av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(frame), format="rgb24"),
                format="yuv444p",
                dst_colorspace=Colorspace.ITU709,
                src_color_range=ColorRange.JPEG,
                dst_color_range=ColorRange.MPEG,
                dst_color_trc=ColorTrc.BT709,
                dst_color_primaries=ColorPrimaries.BT709,
                interpolation=EXACT,
            )
            picture.pts, picture.time_base = count, 1 / fps
            container.mux(stream.encode(picture))
            count += 1
            frame = next(iterator, None)
        container.mux(stream.encode(None))
    return count


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """FFmpeg's and the disk's refusals, retold with the file's name."""
    try:
        yield
    except (av.FFmpegError, OSError) as error:
        fix = "free some space" if getattr(error, "errno", None) == 28 else "check the folder and the settings of the encoder"
        raise RenderError(Problem(str(path), f"the file can't be written ({error})", fix, "write")) from error


class FrameHasher:
    """SHA-256 over raw RGB frames, fed one at a time."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()

    def update(self, frame: Frame) -> None:
        """Add one frame, uint8 (height, width, 3)."""
        if frame.dtype != np.uint8:
            raise ValueError(f"a frame must be uint8, not {frame.dtype}")
        self._sha.update(np.ascontiguousarray(frame).data)

    def hexdigest(self) -> str:
        """The digest of all frames so far, 64 hex digits."""
        return self._sha.hexdigest()


def frames_sha256(frames: Iterable[Frame]) -> str:
    """SHA-256 over the raw bytes of uint8 RGB frames, one after the other, as 64 hex digits."""
    hasher = FrameHasher()
    for frame in frames:
        hasher.update(frame)
    return hasher.hexdigest()


def write_image(path: Path, frame: Frame) -> None:
    """Write a lossless PNG of a uint8 (height, width, 3) RGB frame; it appears only when whole."""
    with temporary_beside(path) as temporary:
        Image.fromarray(frame, "RGB" if frame.ndim == 3 else None).save(temporary, format="PNG")


def read_image(path: Path) -> Frame:
    """A picture as uint8 (height, width, 3) RGB, turned as its EXIF says; transparent parts become black.

    Raises:
        RenderError: Missing, not a picture, of a kind with no 8-bit meaning, or more than `MAX_IMAGE_PIXELS` pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit below names the file
            with Image.open(path) as image:
                if image.width * image.height > MAX_IMAGE_PIXELS:
                    raise RenderError(_too_large(path, f"{image.width}x{image.height}"))
                return _rgb(ImageOps.exif_transpose(image), path)
    except Image.DecompressionBombError as error:
        raise RenderError(_too_large(path, "this picture")) from error
    except FileNotFoundError as error:
        raise RenderError(Problem(str(path), "there is no such picture", "check the path", "no-image")) from error
    except (OSError, SyntaxError, ValueError) as error:  # Pillow raises all three for broken files
        problem = Problem(str(path), f"this picture can't be read ({error})", "save it again as PNG or JPEG", "unreadable-image")
        raise RenderError(problem) from error


def _too_large(path: Path, size: str) -> Problem:
    return Problem(str(path), f"{size} has more than {MAX_IMAGE_PIXELS // 10**6} million pixels", "make it smaller", "image-size")


def _rgb(image: Image.Image, path: Path) -> Frame:
    if image.mode.startswith("I;16"):
        gray = np.round(np.asarray(image, dtype=np.uint16) / 257).astype(np.uint8)
        return np.repeat(gray[:, :, None], 3, axis=2)
    if image.mode in {"I", "F"}:
        raise RenderError(
            Problem(str(path), f"pixels of type {image.mode} have no 8-bit meaning", "save it as 8-bit RGB", "image-mode")
        )
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image.convert("RGBA"))
    return np.array(image.convert("RGB"), dtype=np.uint8)


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
                _assume_bt709(frame)
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
    _assume_bt709(like)
    return (
        f"video_size={like.width}x{like.height}:pix_fmt={like.format.name}:time_base={fps.denominator}/{fps.numerator}"
        f":frame_rate={fps.numerator}/{fps.denominator}:pixel_aspect=1/1:colorspace={like.colorspace}:range={like.color_range}"
    )


def yuv_frame_like(like: YuvFrame, planes: NDArray[np.uint8]) -> YuvFrame:
    """A frame of the same format and colour as ``like`` from ``like.to_ndarray()``'s layout."""
    frame = av.VideoFrame.from_ndarray(planes, format=like.format.name)
    frame.colorspace, frame.color_range = like.colorspace, like.color_range
    return frame


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
        _writing(path),
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
    if film.codec == "h265":
        options["x265-params"] = "log-level=none"  # x265 writes to stderr past FFmpeg's log
    stream = container.add_stream("libx264" if film.codec == "h264" else "libx265", rate=film.fps, options=options)
    stream.height, stream.width, stream.pix_fmt = film.height, film.width, "yuv420p"
    stream.codec_context.sample_aspect_ratio = Fraction(1)
    _tag_bt709(stream.codec_context)
    if film.codec == "h265":
        stream.codec_context.codec_tag = "hvc1"  # Apple's players refuse hev1
    return stream


class PlaceholderSound:
    """A stereo AAC track of silence or a quiet tone, written in step with the picture.

    Args:
        container: The film's file.
        kind: silence or tone (440 Hz at -40 dBFS).
    """

    def __init__(self, container: av.container.OutputContainer, kind: Literal["silence", "tone"]) -> None:
        self._container = container
        self._stream = container.add_stream("aac", rate=AUDIO_RATE, layout="stereo")
        turns = np.arange(1200) * 11 / 1200  # 440 Hz at 48 kHz repeats after 11 turns in 1200 samples
        wave = 0.01 * np.sin(2 * np.pi * turns) if kind == "tone" else np.zeros(1200)
        self._wave = wave.astype(np.float32)
        self._samples = 0

    def write_until(self, seconds: Fraction) -> None:
        """Add samples up to a time of the film, to the nearest sample."""
        until = int(seconds * AUDIO_RATE + Fraction(1, 2))
        if until <= self._samples:
            return
        mono = self._wave[np.arange(self._samples, until) % len(self._wave)]
        frame = av.AudioFrame.from_ndarray(np.stack([mono, mono]), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = AUDIO_RATE, self._samples, Fraction(1, AUDIO_RATE)
        self._container.mux(self._stream.encode(frame))
        self._samples = until

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._container.mux(self._stream.encode(None))
