"""What is measured of joins: none where there is nothing to see, and each fault by its own number."""

from __future__ import annotations

import numpy as np
import pytest

from storyvid.continuity.seams import Seams, flicker
from tests.continuity.pictures import drifted, scene


def numbers(chunks, before=None):
    seams = Seams(before)
    for index, frames in enumerate(chunks):
        for frame in frames:
            seams.add(frame, index)
    return [seams.metrics(index) for index in range(len(chunks))]


def run(first, last, still=True, **fault):
    frames = [scene(number, still=still) for number in range(first, last)]
    return [drifted(frame, fault.get("gain", 1.0), fault.get("offset", (0, 0, 0))) for frame in frames] if fault else frames


def test_a_join_that_cannot_be_seen_has_a_ratio_of_one_and_no_difference():
    first, second = numbers([run(0, 10, still=False), run(10, 20, still=False)])
    assert second["seam_ratio"] == pytest.approx(1, abs=0.1)
    assert second["seam_delta_e"] < 0.3
    assert second["drift_delta_e"] < 1.5
    assert set(first) == {"luma_flicker"}


def test_a_jump_of_colours_shows_at_the_join():
    _, second = numbers([run(0, 10), run(10, 20, offset=(10, 10, 10))])
    assert second["seam_delta_e"] == pytest.approx(4, abs=1)
    assert second["seam_ratio"] > 5


def test_the_ratio_is_to_two_steps_on_either_side():
    greys = [[100, 100, 106, 108], [118, 124, 126, 126]]
    _, second = numbers([[np.full((8, 8, 3), level, np.uint8) for level in chunk] for chunk in greys])
    assert second["seam_ratio"] == pytest.approx(10 / 4)


def test_a_small_step_between_still_pictures_is_no_large_ratio():
    _, second = numbers([[np.full((8, 8, 3), level, np.uint8)] * 5 for level in (100, 101)])
    assert second["seam_ratio"] == pytest.approx(2)


def test_a_still_picture_has_no_ratio_to_be_afraid_of():
    _, second = numbers([[scene(0)] * 5, [scene(0)] * 5])
    assert second["seam_ratio"] == 0


def test_drift_is_measured_from_the_first_chunk():
    drift = [numbers([run(0, 8), *(run(8 * n, 8 * n + 8, offset=(4 * n, 4 * n, 4 * n)) for n in (1, 2, 3))])[n] for n in (1, 2, 3)]
    assert [one["drift_delta_e"] for one in drift] == pytest.approx([drift[0]["drift_delta_e"] * n for n in (1, 2, 3)], rel=0.15)
    assert [one["seam_delta_e"] for one in drift] == pytest.approx([drift[0]["seam_delta_e"]] * 3, rel=0.15)


def test_a_shot_that_goes_on_from_another_has_a_join_at_its_beginning():
    before = np.stack(run(0, 4, still=False))
    (whole,) = numbers([run(4, 10, still=False)], before)
    assert whole["seam_ratio"] == pytest.approx(1, abs=0.1)
    assert "drift_delta_e" not in whole
    (jump,) = numbers([run(4, 10, still=False, offset=(12, 12, 12))], before[-1:])
    assert jump["seam_delta_e"] > 3


def test_pumping_light_flickers_and_a_sunrise_does_not():
    assert flicker([100, 104, 100, 104]) == 8
    assert flicker([100, 104, 108, 112]) == 0
    assert flicker([1, 2]) is None
    pumping, sunrise = numbers(
        [[drifted(scene(0), 1, (4 * (n % 2),) * 3) for n in range(6)], [drifted(scene(0), 1, (n,) * 3) for n in range(6)]]
    )
    assert pumping["luma_flicker"] == pytest.approx(8, abs=0.1)
    assert sunrise["luma_flicker"] == pytest.approx(0, abs=0.1)


def test_chunks_of_one_frame_have_what_can_be_told():
    assert set(numbers([[scene(0)], [scene(1)]])[1]) == {"seam_delta_e", "drift_delta_e"}


def test_numbers_do_not_depend_on_the_size():
    small, large = ([scene(n, size=(h, w)) for n in range(6)] for h, w in ((120, 180), (480, 720)))
    large = [np.kron(frame, np.ones((4, 4, 1), np.uint8)) for frame in small]
    assert numbers([small[:3], small[3:]]) == numbers([large[:3], large[3:]])
