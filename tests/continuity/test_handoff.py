"""Which frame is handed over: late, sharp, and exposed like the frames around it."""

from __future__ import annotations

import numpy as np

from storyvid.continuity.handoff import choose_handoff, exposure, sharpness


def frame(contrast=80, luma=128, size=(48, 64)):
    """A checkerboard around a grey."""
    board = (np.indices(size).sum(axis=0) // 4 % 2) * 2 - 1
    return np.repeat(np.clip(luma + board * contrast / 2, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def test_a_blurred_frame_is_less_sharp_than_a_clear_one():
    assert sharpness(frame(20)) < sharpness(frame(80)) / 10


def test_sharpness_does_not_depend_on_the_size():
    small, large = frame(80, size=(480, 640)), np.kron(frame(80, size=(480, 640)), np.ones((2, 2, 1), np.uint8))
    assert np.isclose(sharpness(large), sharpness(small), rtol=0.05)


def test_exposure_counts_black_and_white():
    picture = frame(0)
    picture[:12] = 0
    picture[12:18] = 255
    luma, clipped = exposure(picture)
    assert clipped == 18 / 48
    assert np.isclose(luma, (30 * 128 + 6 * 255) / 48 / 255)


def test_of_equal_frames_the_last_is_chosen():
    assert choose_handoff([frame()] * 5) == 4


def test_a_blurred_last_frame_is_not():
    assert choose_handoff([frame(), frame(), frame(40)]) == 1


def test_a_flash_is_not_handed_over_however_sharp():
    assert choose_handoff([frame(), frame(), frame(), frame(luma=150)]) == 2


def test_nor_is_a_frame_that_clips():
    clipped = frame()
    clipped[:2] = 0
    clipped[2:4] = 255  # the mean stays
    assert choose_handoff([frame(), frame(), clipped]) == 1


def test_light_that_rises_slowly_is_no_flash():
    assert choose_handoff([frame(luma=128 + 2 * n) for n in range(5)]) == 4


def test_where_the_light_jumps_all_the_time_sharpness_decides():
    assert choose_handoff([frame(20, luma=100), frame(80, luma=140), frame(20, luma=110), frame(20, luma=150)]) == 1


def test_one_candidate_is_chosen():
    assert choose_handoff([frame(0, luma=0)]) == 0
