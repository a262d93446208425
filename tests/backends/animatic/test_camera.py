from __future__ import annotations

import math
from itertools import pairwise

import pytest

from storyvid.backends.animatic.camera import MOVES, Path, pose_at, smoothstep
from storyvid.backends.animatic.setup import set_up, share_for
from storyvid.storyboard.vocabulary import ANGLES, MOVEMENTS, SHOT_SIZES


def path(movement: str, gain: float = 1.0) -> Path:
    return Path(movement, gain, 4.0, 11)


def test_every_movement_of_the_vocabulary_has_a_path() -> None:
    assert set(MOVES) == set(MOVEMENTS)


@pytest.mark.parametrize("movement", [move for move in MOVEMENTS if move != "static"])
def test_a_move_goes_somewhere_and_speed_scales_it(movement: str) -> None:
    start, stop = pose_at(path(movement), 0.0, 0.0), pose_at(path(movement), 1.0, 4.0)
    assert start != stop
    if movement != "rack_focus":
        slow = path(movement, 0.5)
        assert (pose_at(slow, 0.0, 0.0), pose_at(slow, 1.0, 4.0)) != (start, stop)


def test_a_whip_pan_ends_on_the_subject_coming_from_the_left() -> None:
    pans = [pose_at(path("whip_pan"), step / 20, 0.0).pan for step in range(21)]
    assert pans == sorted(pans)
    assert pans[0] < -1
    assert pans[-1] == 0


def test_static_stays() -> None:
    assert pose_at(path("static"), 0.0, 0.0) == pose_at(path("static"), 0.7, 3.0)


@pytest.mark.parametrize("movement", ["pan_right", "dolly_in", "zoom_out", "crane_up", "arc", "roll"])
def test_handles_rest_on_the_ends_of_the_eased_path(movement: str) -> None:
    assert pose_at(path(movement), -0.2, 0.0) == pose_at(path(movement), 0.0, 0.0)
    assert pose_at(path(movement), 1.3, 0.0) == pose_at(path(movement), 1.0, 0.0)


def test_ease_starts_and_ends_gently() -> None:
    assert smoothstep(0) == 0
    assert smoothstep(1) == 1
    assert smoothstep(0.01) < 0.001
    assert smoothstep(0.5) == 0.5


@pytest.mark.parametrize("is_person", [True, False])
def test_each_size_is_wider_than_the_one_before(is_person: bool) -> None:
    shares = [share_for(size, is_person) for size in SHOT_SIZES]
    assert all(tight > wide for tight, wide in pairwise(shares))


@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("size", SHOT_SIZES)
def test_the_camera_never_stands_under_the_ground(size: str, angle: str) -> None:
    setup = set_up(size, angle, None, None, 1.74, 0.0, True)
    assert setup.eye_m > 0
    assert setup.distance_m > 0.3


def test_angles_change_the_horizon() -> None:
    low, level, high = (set_up("fs", angle, None, None, 1.74, 0.0, True).horizon for angle in ("low", "eye_level", "high"))
    assert high < level < low


def test_a_longer_lens_stands_further_off_and_keeps_the_size() -> None:
    wide, tele = (set_up("ms", "eye_level", mm, None, 1.74, 0.0, True) for mm in (24, 100))
    assert tele.distance_m > wide.distance_m
    assert tele.focal / tele.distance_m == pytest.approx(wide.focal / wide.distance_m)
    assert tele.blur(math.inf) > wide.blur(math.inf)
