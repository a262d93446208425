from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from storyvid.backends.animatic.camera import MOVES, Path, pose_at, smoothstep
from storyvid.backends.animatic.setup import (
    DISC_SIGMA,
    MIN_EYE_M,
    NEAREST_SHARE,
    ROOM_SHARE,
    come_indoors,
    keep_inside,
    set_up,
    share_for,
    stand_back,
)
from storyvid.backends.animatic.view import View
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


def test_a_room_fills_an_extreme_long_shot() -> None:
    wide = set_up("els", "eye_level", None, None, 1.7, 0.0, True)
    nearer = come_indoors(wide, 2.9, 3.6)
    assert nearer.focal * 2.9 / (nearer.distance_m + 3.6) == pytest.approx(ROOM_SHARE)
    assert set_up("ls", "eye_level", None, None, 1.7, 0.0, True).distance_m < wide.distance_m
    assert come_indoors(wide, 14.0, 12.0) == wide  # a hall is high enough
    assert come_indoors(wide, math.inf, math.inf) == wide
    assert come_indoors(wide, 2.9, 17.0) == wide  # a corridor is long
    assert come_indoors(wide, 2.0, 9.0).distance_m == pytest.approx(NEAREST_SHARE * wide.distance_m)


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


@pytest.mark.parametrize("size", SHOT_SIZES)
def test_a_pitched_camera_keeps_what_the_framing_holds_on_to(size: str) -> None:
    """The anchor of every size lies on its row whatever the angle, measured through the projection itself."""
    for angle in ("low", "worm_eye", "high", "aerial", "knee", "hip"):
        setup = set_up(size, angle, None, None, 1.74, 0.0, True)
        view = View(
            canvas=np.zeros((360, 640, 3), np.uint8), width=640, height=360, focal=setup.focal * 360, x=0.0, y=setup.eye_m,
            z=-setup.ground_m, middle=320.0, level=setup.level * 360, t=0.0, pitch=setup.pitch,
        )  # fmt: skip
        row = view.on_canvas(*view.place(0.0, setup.anchor_m, 0.0))[1]
        if setup.eye_m > MIN_EYE_M:
            assert row == pytest.approx(setup.anchor_row * 360, abs=2), angle


def test_angles_look_up_and_down() -> None:
    pitches = {angle: set_up("fs", angle, None, None, 1.74, 0.0, True).pitch for angle in ANGLES}
    assert pitches["aerial"] < pitches["high"] < pitches["eye_level"] == 0 < pitches["knee"] < pitches["worm_eye"]
    assert pitches["low"] > pitches["hip"]
    assert set_up("fs", "overhead", None, None, 1.74, 0.0, True).above


@pytest.mark.parametrize("lens", [24, 50, 85])
def test_a_wide_view_from_high_up_keeps_a_strip_of_sky(lens: int) -> None:
    for size in ("ls", "els"):
        setup = set_up(size, "high", lens, None, 1.74, 0.0, True)
        assert 0.1 < setup.horizon < 0.45
        assert setup.pitch < 0


def test_a_camera_stays_under_the_ceiling() -> None:
    high = set_up("els", "aerial", None, None, 1.74, 0.0, True)
    inside = keep_inside(high, 2.8)
    assert high.eye_m > 2.8 > inside.eye_m
    assert high.pitch < inside.pitch
    assert keep_inside(high, math.inf) == high


def test_standing_back_keeps_the_row() -> None:
    near = set_up("ms", "high", None, None, 1.74, 0.0, True)
    far = stand_back(near, 2.0)
    assert far.distance_m == pytest.approx(2 * near.distance_m)
    assert far.pitch == pytest.approx(near.pitch)
    assert (far.eye_m - far.anchor_m) == pytest.approx(2 * (near.eye_m - near.anchor_m))


def test_blur_follows_the_thin_lens() -> None:
    setup = set_up("cu", "eye_level", 85, None, 1.74, 0.0, True)
    lens, focus = 0.085, setup.distance_m
    disc = lens**2 / (2.8 * (focus - lens)) / 0.024  # circle of confusion of an infinitely far point, frame heights
    assert setup.blur(math.inf) == pytest.approx(DISC_SIGMA * disc)
    assert setup.blur(focus) == 0
    assert 0 < setup.blur(0.4 * focus) < 2 * setup.blur(math.inf)
    deep, shallow = (set_up("cu", "eye_level", 85, depth, 1.74, 0.0, True).blur(math.inf) for depth in ("deep", "shallow"))
    assert deep < 0.2 * setup.blur(math.inf) < setup.blur(math.inf) < shallow


def test_wide_shots_are_sharp_and_close_ones_soft() -> None:
    blurs = [set_up(size, "eye_level", None, None, 1.74, 0.0, True).blur(math.inf) for size in SHOT_SIZES]
    assert blurs[-1] == blurs[-2] == 0
    assert blurs[0] > blurs[1] > blurs[2] > 0


def test_a_longer_lens_stands_further_off_and_keeps_the_size() -> None:
    wide, tele = (set_up("ms", "eye_level", mm, None, 1.74, 0.0, True) for mm in (24, 100))
    assert tele.distance_m > wide.distance_m
    assert tele.focal / tele.distance_m == pytest.approx(wide.focal / wide.distance_m)
    assert tele.blur(math.inf) > wide.blur(math.inf)
