"""The hash of frames, and frames made like others."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from storyvid.video import FrameHasher, frames_sha256, read_yuv_frames, write_clip, yuv_frame_like

from .pictures import FPS, counted, noise


def test_hash_is_over_raw_rgb_bytes() -> None:
    frames = noise(3)
    expected = hashlib.sha256(b"".join(frame.tobytes() for frame in frames)).hexdigest()
    assert frames_sha256(frames) == expected
    assert frames_sha256([frame[:, ::-1][:, ::-1] for frame in frames]) == expected
    hasher = FrameHasher()
    hasher.update(frames[0])
    assert hasher.hexdigest() == frames_sha256(frames[:1]) != expected
    with pytest.raises(ValueError, match="float64"):
        hasher.update(frames[0] / 255)


def test_a_frame_like_another_has_its_format_colour_and_the_planes_given(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", counted(2), FPS)
    first, second = read_yuv_frames(tmp_path / "clip.mp4")
    made = yuv_frame_like(first, second.to_ndarray())
    assert (made.format.name, made.colorspace, made.color_range) == (first.format.name, 1, 1)
    assert np.array_equal(made.to_ndarray(), second.to_ndarray())
