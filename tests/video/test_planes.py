"""Colours on their way to a clip and to the film, against the definition of BT.709."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from storyvid.video import Frame, RgbToYuv, YuvFrame, halve_chroma
from storyvid.video.planes import samples

from .pictures import SATURATED, moving_blocks, noise


def by_definition(frame: Frame) -> NDArray[np.float64]:
    """ITU-R BT.709-6, 3.2 to 3.4: (3, height, width), not rounded."""
    red, green, blue = np.moveaxis(frame.astype(float) / 255, -1, 0)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return np.stack([219 * luma + 16, 224 * (blue - luma) / 1.8556 + 128, 224 * (red - luma) / 1.5748 + 128])


def planes(frame: YuvFrame) -> NDArray[np.uint8]:
    return np.stack([samples(frame, plane) for plane in range(3)])


@pytest.mark.parametrize(("height", "width"), [(36, 64), (90, 158), (2, 2)])  # FFmpeg pads the rows of the last two
def test_every_value_is_the_nearest_but_for_one_step(height: int, width: int) -> None:
    to_yuv = RgbToYuv()
    for frame in [*noise(2, height=height, width=width), *moving_blocks(1), np.array([[SATURATED] * 2], np.uint8)[0]]:
        difference = planes(to_yuv(frame)) - by_definition(frame)
        assert np.abs(difference).max() < 1
        assert np.abs(difference).mean() < 0.3  # plain rounding gives 0.25 on noise


def test_grey_has_no_colour() -> None:
    grey = np.repeat(np.arange(256, dtype=np.uint8), 6).reshape(1, 512, 3).repeat(2, axis=0)
    luma, blue, red = planes(RgbToYuv()(grey))
    assert np.unique(blue).tolist() == np.unique(red).tolist() == [128]
    assert (luma[0, 0], luma[0, -1]) == (16, 235)
    assert (np.diff(luma[0].astype(int)) >= 0).all()


def test_a_picture_given_out_is_not_drawn_over_by_the_next() -> None:
    to_yuv = RgbToYuv()
    first, second = noise(2)
    picture = to_yuv(first)
    before = planes(picture).copy()
    to_yuv(second)
    assert np.array_equal(planes(picture), before)


def test_delivery_keeps_luma_and_takes_the_mean_of_four_colours() -> None:
    (frame,) = noise(1, height=34, width=62)
    full = RgbToYuv()(frame)
    half = halve_chroma(full)
    assert (half.format.name, half.height, half.width) == ("yuv420p", 34, 62)
    assert (half.colorspace, half.color_range) == (1, 1)
    assert np.array_equal(samples(half, 0), samples(full, 0))
    for plane in (1, 2):
        four = samples(full, plane).astype(int).reshape(17, 2, 31, 2)
        assert np.array_equal(samples(half, plane), (four.sum(axis=(1, 3)) + 2) // 4)
