from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from storyvid import video
from storyvid.replay.comparison import ShotDifference, compare_films, psnr_db, squared_error, why_not_comparable
from tests.films import film, storyboard


def rgb(array: np.ndarray) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(array, format="rgb24")


def test_the_squared_error_is_over_all_rgb_values():
    readers = video.RgbReader(), video.RgbReader()
    one = np.random.default_rng(1).integers(0, 200, (32, 64, 3), np.uint8)
    other = one.copy()
    assert squared_error(rgb(one), rgb(other), readers) == 0
    other[0, 0, 0] += 48
    assert squared_error(rgb(one), rgb(other), readers) == pytest.approx(48**2 / (32 * 64 * 3))


def test_psnr():
    assert psnr_db(255.0**2) == 0
    assert psnr_db(1.0) == pytest.approx(48.1308, abs=1e-4)


def write(path, levels, size=(32, 64)):
    video.write_clip(path, (np.full((*size, 3), level, np.uint8) for level in levels), Fraction(24))
    return path


def test_each_shot_is_compared_over_its_own_frames(tmp_path):
    plan = film(storyboard({"duration": 0.5}, {"duration": 0.5}, {"duration": 0.5})).plan
    same, dark, darker = [100] * 12, [90] * 12, [100] * 11 + [60]
    one = write(tmp_path / "one.mp4", same * 3)
    other = write(tmp_path / "other.mp4", same + dark + darker)
    first, second, third = compare_films(one, other, plan.shots).values()
    assert first == ShotDifference(12, 0, None, None)
    assert (second.different_frames, third.different_frames) == (12, 1)
    assert second.psnr_mean_db == pytest.approx(psnr_db(100), abs=0.5)
    assert second.psnr_min_db == second.psnr_mean_db
    assert third.psnr_min_db == pytest.approx(psnr_db(1600), abs=0.5)
    assert third.psnr_mean_db == pytest.approx(psnr_db(1600 / 12), abs=0.5)


def test_films_of_another_size_or_length_are_not_compared(tmp_path):
    one = write(tmp_path / "one.mp4", [1, 2, 3])
    assert why_not_comparable(one, one) is None
    assert "64x32 pixels, this one 32x64" in str(why_not_comparable(one, write(tmp_path / "b.mp4", [1, 2, 3], (64, 32))))
    assert "3 frames, this one 2" in str(why_not_comparable(one, write(tmp_path / "c.mp4", [1, 2])))
