"""What a file holds: exact, and told in words when it holds nothing."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from storyvid.errors import RenderError
from storyvid.video import probe, read_frames, write_clip

from .pictures import FPS, NTSC, counted


@pytest.mark.parametrize("fps", [FPS, NTSC, Fraction(16), Fraction(30), Fraction(1), Fraction(120)])
@pytest.mark.parametrize("count", [1, 2, 25])
def test_probe_is_exact(tmp_path: Path, fps: Fraction, count: int) -> None:
    write_clip(tmp_path / "clip.mp4", counted(count), fps)
    info = probe(tmp_path / "clip.mp4")
    assert (info.num_frames, info.fps, info.height, info.width) == (count, fps, 36, 64)
    assert info.duration == count / fps
    assert (info.codec, info.pix_fmt, info.audio_s) == ("h264", "yuv444p", None)


def test_probe_counts_where_the_container_does_not_say(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "clip.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=24)
        stream.height, stream.width, stream.pix_fmt = 36, 64, "yuv444p"
        for frame in counted(7):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    assert probe(tmp_path / "clip.mkv").num_frames == 7


@pytest.mark.parametrize("content", [None, b"", b"not a video at all"])
def test_what_is_no_video_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "clip.mp4"
    if content is not None:
        path.write_bytes(content)
    for read in (lambda: probe(path), lambda: list(read_frames(path))):
        with pytest.raises(RenderError, match=r"clip\.mp4.*(no such file|not a video)"):
            read()
