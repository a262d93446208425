"""A small video for a web page: what every browser plays, in memory."""

from __future__ import annotations

import io
from collections.abc import Iterable
from fractions import Fraction

import av

from storyvid.video.frame import YuvFrame, tag_bt709
from storyvid.video.x264 import x264_options

# At most 500 kbit/s: about 300 kB for 4 s, whatever moves. With several threads x264's rate control gives another file each time.
PREVIEW_OPTIONS = {"preset": "veryfast", "profile": "main", "crf": "25", "maxrate": "500k", "bufsize": "400k"}
PREVIEW_THREADS = 1
PREVIEW_KEYFRAME_EVERY = 24  # a step back decodes from the last key frame


def encode_preview(frames: Iterable[YuvFrame], height: int, width: int, fps: Fraction) -> bytes:
    """Frames as a small MP4 without sound (H.264 Main, 4:2:0). The same frames give the same bytes.

    Args:
        frames: yuv420p, BT.709 limited, of the given size; at least one.
        height: Pixels, even.
        width: Pixels, even.
        fps: Frames per second, exact.
    """
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps, options=x264_options(PREVIEW_OPTIONS))
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        stream.thread_count, stream.gop_size = PREVIEW_THREADS, PREVIEW_KEYFRAME_EVERY
        tag_bt709(stream.codec_context)
        for position, frame in enumerate(frames):
            frame.pts, frame.time_base = position, 1 / fps
            frame.pict_type = 0  # the clip's own I and P would be forced on the encoder
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()
