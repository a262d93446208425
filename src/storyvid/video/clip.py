"""Frames into a clip: visually lossless, the same file for the same frames."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av

from storyvid.video.files import temporary_beside, writing
from storyvid.video.frame import Frame, check_frame, tag_bt709
from storyvid.video.planes import RgbToYuv

# qp 7 gives 46 dB on white noise at any size. In 4:4:4 x264 quantises chroma 6 steps coarser than luma, yet RGB error
# weighs chroma more: the offset takes the steps back. Threads are fixed, because x264's output depends on their number.
CLIP_OPTIONS = {"preset": "ultrafast", "qp": "7", "x264-params": "chroma-qp-offset=-6"}
CLIP_THREADS = 4
CLIP_KEYFRAME_EVERY = 120


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
    check_frame(first, first.shape)
    with temporary_beside(path) as temporary, writing(path), av.open(str(temporary), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps, options=dict(CLIP_OPTIONS))
        stream.height, stream.width, stream.pix_fmt = first.shape[0], first.shape[1], "yuv444p"
        stream.thread_count, stream.gop_size = CLIP_THREADS, CLIP_KEYFRAME_EVERY
        tag_bt709(stream.codec_context)
        to_yuv = RgbToYuv()
        count = 0
        frame: Frame | None = first
        while frame is not None:
            check_frame(frame, first.shape)
            picture = to_yuv(frame)
            picture.pts, picture.time_base = count, 1 / fps
            container.mux(stream.encode(picture))
            count += 1
            frame = next(iterator, None)
        container.mux(stream.encode(None))
    return count
