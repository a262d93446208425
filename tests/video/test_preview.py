from __future__ import annotations

import io
from collections.abc import Iterator

import av
import pytest

from storyvid.video import RgbToYuv, YuvFrame, encode_preview, halve_chroma
from tests.video.pictures import FPS, NTSC, moving_blocks, noise

HEIGHT, WIDTH = 90, 160


def pictures(frames) -> Iterator[YuvFrame]:
    to_yuv = RgbToYuv()
    return (halve_chroma(to_yuv(frame)) for frame in frames)


@pytest.mark.parametrize("fps", [FPS, NTSC])
def test_it_is_what_every_browser_plays(fps):
    data = encode_preview(pictures(moving_blocks(30)), HEIGHT, WIDTH, fps)
    with av.open(io.BytesIO(data)) as container:
        (stream,) = container.streams
        context = stream.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "Main", "yuv420p")
        assert (stream.average_rate, stream.frames, stream.start_time) == (fps, 30, 0)
        assert (context.colorspace, context.color_range) == (1, 1)
        assert sum(1 for _ in container.decode(stream)) == 30


def test_the_same_frames_give_the_same_bytes():
    frames = noise(40)
    assert len({encode_preview(pictures(frames), HEIGHT, WIDTH, FPS) for _ in range(3)}) == 1


def test_even_noise_stays_small():
    data = encode_preview(pictures(noise(48, height=360, width=640)), 360, 640, FPS)
    assert len(data) < 200_000
