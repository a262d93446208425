"""Clips: visually lossless, repeatable, and nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from storyvid.video import Frame, probe, read_frames, write_clip

from .pictures import FPS, SATURATED, counted, leftovers, moving_blocks, noise, psnr


@pytest.mark.parametrize("frames", [noise(6), moving_blocks(30)], ids=["noise", "saturated edges"])
def test_clip_is_visually_lossless_on_any_content(tmp_path: Path, frames: list[Frame]) -> None:
    assert write_clip(tmp_path / "clip.mp4", frames, FPS) == len(frames)
    back = list(read_frames(tmp_path / "clip.mp4"))
    assert len(back) == len(frames)
    assert min(psnr(a, b) for a, b in zip(frames, back, strict=True)) >= 45


@pytest.mark.parametrize("colour", SATURATED)
def test_colours_come_back_by_our_reader_and_by_a_naive_one(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    path = tmp_path / "clip.mp4"
    write_clip(path, [np.full((36, 64, 3), colour, np.uint8)] * 2, FPS)
    with av.open(str(path)) as container:
        naive = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    for frame in [*naive, *read_frames(path)]:
        assert np.abs(frame.astype(int) - colour).max() <= 3


def test_clip_is_tagged_bt709_limited(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", noise(1), FPS)
    with av.open(str(tmp_path / "clip.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert context.pix_fmt == "yuv444p"


def test_same_frames_give_the_same_file(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        write_clip(tmp_path / name, noise(20), FPS)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("error", [ValueError("drawing failed"), KeyboardInterrupt()])
def test_nothing_is_left_behind_on_failure(tmp_path: Path, error: BaseException) -> None:
    def frames() -> Iterator[Frame]:
        yield from noise(3)
        assert leftovers(tmp_path)[0].startswith(".tmp-")
        assert not (tmp_path / "clip.mp4").exists()
        raise error

    with pytest.raises(type(error)):
        write_clip(tmp_path / "clip.mp4", frames(), FPS)
    assert leftovers(tmp_path) == []


def test_a_failed_rewrite_keeps_the_old_file(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", counted(3), FPS)
    with pytest.raises(ValueError, match="one size"):
        write_clip(tmp_path / "clip.mp4", [*counted(2), *noise(1)], FPS)
    assert probe(tmp_path / "clip.mp4").num_frames == 3
    assert leftovers(tmp_path) == ["clip.mp4"]


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([], "at least one frame"),
        ([np.zeros((35, 64, 3), np.uint8)], "even, not 35x64"),
        ([np.zeros((36, 63, 3), np.uint8)], "even, not 36x63"),
        ([np.zeros((36, 64, 3), np.float32)], "float32"),
        ([np.zeros((36, 64), np.uint8)], "height, width, 3"),
    ],
)
def test_frames_that_are_no_clip_are_refused(tmp_path: Path, frames: list[Frame], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        write_clip(tmp_path / "clip.mp4", frames, FPS)
    assert leftovers(tmp_path) == []


def test_frames_need_not_be_contiguous(tmp_path: Path) -> None:
    frames = [frame[::-1, ::-1] for frame in moving_blocks(3)]
    write_clip(tmp_path / "clip.mp4", frames, FPS)
    assert min(psnr(a, b) for a, b in zip(frames, read_frames(tmp_path / "clip.mp4"), strict=True)) > 45
