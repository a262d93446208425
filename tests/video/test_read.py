"""Frames out of a file: just those asked for, in the right colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from storyvid.video import RgbReader, read_frames, read_yuv_frames, write_clip

from .pictures import FPS, counted, number_of


@pytest.mark.parametrize(("start", "stop"), [(0, None), (0, 1), (7, 9), (119, 123), (120, None), (0, 0), (124, 400), (130, None)])
def test_read_frames_gives_just_the_frames_asked_for(tmp_path: Path, start: int, stop: int | None) -> None:
    write_clip(tmp_path / "clip.mp4", counted(126), FPS)
    got = [number_of(frame) for frame in read_frames(tmp_path / "clip.mp4", start, stop)]
    assert got == list(range(126))[start:stop]


def test_yuv_frames_stay_as_decoded(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", counted(3), FPS)
    assert [frame.format.name for frame in read_yuv_frames(tmp_path / "clip.mp4", 1)] == ["yuv444p"] * 2


def test_untagged_video_is_taken_as_bt709(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", [np.full((36, 64, 3), (0, 200, 0), np.uint8)], FPS)
    frame = next(read_yuv_frames(tmp_path / "clip.mp4"))
    frame.colorspace = 2
    assert np.abs(RgbReader()(frame).astype(int) - (0, 200, 0)).max() <= 3
