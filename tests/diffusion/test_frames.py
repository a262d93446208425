"""Decoded values as pictures."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from diffusers.video_processor import VideoProcessor

from storyvid.diffusion.frames import as_frames
from storyvid.errors import RenderError


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_frames_are_the_rounded_values_of_the_pipelines_arrays(dtype: torch.dtype) -> None:
    video = (torch.randn(1, 3, 4, 8, 6, generator=torch.Generator().manual_seed(1)) * 2).to(dtype)
    arrays = VideoProcessor().postprocess_video(video, output_type="np")[0]
    frames = list(as_frames(video, "here"))
    assert np.array_equal(np.stack(frames), np.round(255 * arrays).astype(np.uint8))
    assert all(frame.flags.c_contiguous for frame in frames)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_no_frame_is_given_where_one_value_is_no_number(value: float) -> None:
    video = torch.zeros(1, 3, 4, 8, 6)
    video[0, 1, 2, 3, 4] = value
    with pytest.raises(RenderError, match=r"here: .*frame 3 of 4"):
        next(as_frames(video, "here"))
