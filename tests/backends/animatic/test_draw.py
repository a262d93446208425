from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from storyvid.backends.animatic.draw import Painter
from storyvid.backends.animatic.lens import paint_soft, soften, vignette
from storyvid.backends.animatic.people import look_of
from storyvid.backends.animatic.pieces import Glow, Mist, _falloff, shared_disc, soft_disc
from storyvid.backends.animatic.scene import build_scene
from storyvid.backends.animatic.settings import SETTINGS
from storyvid.backends.animatic.shapes import _catmull_rom, _turn
from storyvid.backends.animatic.subjects import FIGURES
from storyvid.backends.animatic.view import View, in_front
from storyvid.backends.animatic.weather.banks import cloud_noise
from storyvid.backends.animatic.words import Member
from storyvid.storyboard.vocabulary import ANGLES, FRAMINGS, MOVEMENTS, SHOT_SIZES

from .shots import make_request

NAMES = {"church": "cathedral", "vehicle": "inside a car", "planet": "mars", "snow": "snowfield", "neutral": "xyzzy"}
SMALL = {"height": 90, "width": 160}
LOCATIONS = {setting: NAMES.get(setting, setting) for setting in SETTINGS}  # words that name each setting


def draw(*indices: int, **fields: Any) -> list[NDArray[np.uint8]]:
    painter = Painter(build_scene(make_request(**fields)))
    return [painter.frame(index) for index in indices or (12,)]


def is_picture(frame: NDArray[np.uint8]) -> bool:
    """Neither black nor flat."""
    return bool(frame.mean() > 6 and frame.std() > 6)


def shift_between(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> tuple[float, float]:
    """How far the picture has moved from ``a`` to ``b``: pixels right and down."""
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float64) for frame in (a, b)]
    window = cv2.createHanningWindow((a.shape[1], a.shape[0]), cv2.CV_64F)
    (dx, dy), _ = cv2.phaseCorrelate(grey[0], grey[1], window)
    return dx, dy


def landscape(movement: str, **fields: Any) -> list[NDArray[np.uint8]]:
    """First and middle frame of a move over a place with nobody in it."""
    fields.setdefault("location", "a village")
    return draw(9, 13, prompt="houses", camera={"size": "els", "movement": movement}, height=360, width=640, **fields)


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_draws_a_picture(setting: str) -> None:
    assert is_picture(draw(location=LOCATIONS[setting], time_of_day="night", **SMALL)[0])


def test_settings_differ() -> None:
    pictures = [draw(location=LOCATIONS[setting], **SMALL)[0].astype(int) for setting in SETTINGS]
    for n, one in enumerate(pictures):
        assert all(np.abs(one - other).mean() > 4 for other in pictures[n + 1 :])


@pytest.mark.parametrize("kind", FIGURES)
def test_every_subject_is_seen(kind: str) -> None:
    words = {"person": "a man", "bird": "a gull", "object": "a lantern"}.get(kind, f"a {kind}")
    scene = build_scene(make_request(prompt=words, location="desert", camera={"size": "fs"}, **SMALL))
    with_it, without = (Painter(shown).frame(12).astype(int) for shown in (scene, replace(scene, cast=())))
    assert (np.abs(with_it - without).max(axis=2) > 16).mean() > 0.01


@pytest.mark.parametrize(
    ("weather", "time"),
    [
        ("clear", "dawn"), ("rain", "day"), ("snow", "golden hour"), ("fog", "dusk"), ("wind", "night"), ("storm", "overcast"),
        ("storm", "night"), ("fog", "dawn"), ("snow", "night"),
    ],
)  # fmt: skip
def test_every_light_draws(weather: str, time: str) -> None:
    assert is_picture(draw(weather=weather, time_of_day=time, location="road")[0])


def test_times_of_day_order_by_brightness() -> None:
    day, dusk, night = (draw(time_of_day=time)[0].mean() for time in ("day", "dusk", "night"))
    assert day > dusk > night


def test_the_same_shot_gives_the_same_bytes() -> None:
    fields = {"weather": "rain", "location": "city", "time_of_day": "night", "camera": {"movement": "handheld"}}
    assert all(np.array_equal(a, b) for a, b in zip(draw(0, 5, 17, **fields), draw(0, 5, 17, **fields), strict=True))


def test_a_frame_does_not_depend_on_those_drawn_before() -> None:
    fields = {"time_of_day": "sunset", "location": "sea", "camera": {"movement": "zoom_in", "size": "cu"}}
    assert np.array_equal(draw(20, **fields)[0], draw(0, 7, 20, **fields)[-1])


def test_seed_and_words_change_the_picture() -> None:
    base, seeded, elsewhere = (
        draw(prompt="dunes", weather="snow", **fields)[0].astype(int)
        for fields in ({}, {"seed": 8}, {"location": "another desert"})
    )
    assert np.abs(base - seeded).mean() > 1
    assert np.abs(base - elsewhere).mean() > 3


def test_two_shots_of_one_location_show_one_place() -> None:
    one, other = (draw(seed=seed, prompt="hills", location="village", camera={"size": "els"})[0] for seed in (1, 2))
    (elsewhere,) = draw(seed=1, prompt="hills", location="the other village", camera={"size": "els"})
    assert abs(shift_between(one, other)[0]) < 0.15 * one.shape[1]  # from nearly the same spot
    likeness = [
        float(cv2.matchTemplate(one[40:140, 80:-80], view[40:140], cv2.TM_CCOEFF_NORMED).max()) for view in (other, elsewhere)
    ]
    assert likeness[0] > 0.9 > likeness[1]


def test_a_character_keeps_its_colours_and_named_colours_win() -> None:
    def coat(name: str, look: str, seed: int) -> NDArray[np.float64]:
        (frame,) = draw(characters={name: look}, camera={"size": "cu"}, seed=seed, location="desert")
        return np.median(frame[-14:-4, 120:200].reshape(-1, 3), axis=0)

    assert np.abs(coat("anna", "a woman", 1) - coat("anna", "a woman", 2)).max() < 12
    red, blue = coat("anna", "a woman in a red coat", 1), coat("anna", "a woman in a blue coat", 1)
    assert red[0] > red[2]
    assert blue[2] > blue[0]


def test_colours_follow_the_id_and_not_the_other_words() -> None:
    coats = {look_of(Member("person", "anna", words)).coat for words in ("", "tall", "a woman with a lamp", "a man")}
    assert len(coats) == 1
    assert len({look_of(Member("person", name, "tall")).coat for name in ("anna", "ben", "cleo", "dora", "emil")}) > 2


def test_the_sun_glows_and_the_glow_fades_out() -> None:
    (with_sun,) = draw(time_of_day="sunset", location="desert", prompt="dunes", camera={"size": "els"})
    row, column = np.unravel_index(int(with_sun[:100].sum(axis=2).argmax()), (100, 320))
    brightness = [int(with_sun[row, min(319, column + step)].sum()) for step in (25, 60, 95)]
    assert brightness[0] > brightness[1] + 10 > brightness[2] + 20
    disc = soft_disc(200, (200.0, 100.0, 50.0), 1.0)
    assert disc[100, 100, 0] > disc[100, 150, 0] > disc[100, 199, 0] == 0


def test_what_is_kept_for_the_next_frame_cannot_be_written_to() -> None:
    colour = (200.0, 100.0, 50.0)
    for kept in (shared_disc(20, colour, 1.0), _falloff(), _turn(0.0, 1.0, 8), _catmull_rom(4), cloud_noise(3)):
        with pytest.raises(ValueError, match="read-only"):
            kept[0] = 0


def test_ground_is_cut_where_it_passes_under_the_camera() -> None:
    road = np.array([(-1.0, -5.0), (1.0, -5.0), (1.0, 5.0), (-1.0, 5.0)])
    kept = in_front(road, 0.0)
    assert sorted(map(tuple, kept.tolist())) == [(-1.0, 0.0), (-1.0, 5.0), (1.0, 0.0), (1.0, 5.0)]
    assert np.array_equal(in_front(road, -6.0), road)
    assert len(in_front(road, 6.0)) == 0


@pytest.mark.parametrize(("movement", "axis", "sign"), [
    ("pan_right", 0, -1), ("pan_left", 0, 1), ("truck_right", 0, -1), ("truck_left", 0, 1), ("tilt_up", 1, 1), ("tilt_down", 1, -1),
    ("pedestal_up", 1, 1), ("pedestal_down", 1, -1), ("track", 0, -1),
])  # fmt: skip
def test_scenery_moves_against_the_camera(movement: str, axis: int, sign: int) -> None:
    location = "city" if movement.startswith("pedestal") else "a village"
    shift = shift_between(*landscape(movement, location=location))
    assert shift[axis] * sign > 0.5
    assert abs(shift[1 - axis]) < abs(shift[axis])


@pytest.mark.parametrize(("movement", "grows"), [("dolly_in", True), ("zoom_in", True), ("dolly_out", False), ("zoom_out", False)])
def test_the_subject_grows_or_shrinks(movement: str, grows: bool) -> None:
    first, last = (subject_height(index, camera={"size": "fs", "movement": movement}) for index in (0, 23))
    assert (last > first + 4) is grows
    assert abs(last - first) > 4


def test_a_zoom_has_no_parallax_and_a_dolly_has() -> None:
    def far_change(movement: str) -> float:
        top = [
            frame[:150]
            for frame in draw(
                0, 23, height=360, width=640, prompt="peaks", location="mountains", camera={"size": "els", "movement": movement}
            )
        ]
        return float(np.abs(top[0].astype(int) - top[1]).mean())

    assert far_change("zoom_in") > 3 * far_change("dolly_in")


def test_trucking_moves_near_things_more_than_far_ones() -> None:
    a, b = draw(
        11,
        13,
        height=360,
        width=640,
        prompt="dunes",
        location="desert",
        camera={"size": "els", "movement": "truck_right", "speed": "slow"},
    )
    sky, ground = shift_between(a[120:216], b[120:216])[0], shift_between(a[290:], b[290:])[0]
    assert abs(ground) > abs(sky) + 0.5


def change(movement: str) -> float:
    first, last = draw(2, 20, prompt="dunes", camera={"size": "els", "movement": movement}, **SMALL)
    return float(np.abs(first.astype(int) - last).mean())


def test_every_movement_changes_the_background() -> None:
    still = change("static")
    assert all(change(movement) > max(0.3, 2 * still) for movement in MOVEMENTS if movement not in {"static"}), still


def test_a_static_camera_keeps_the_background_and_the_subject_lives() -> None:
    first, last = draw(0, 23, location="room", prompt="a man waits", camera={"size": "ms", "movement": "static"})
    changed = np.abs(first.astype(int) - last).max(axis=2) > 8
    assert not changed[:, :60].any()
    assert not changed[:, -60:].any()
    assert changed[:, 60:-60].any()


def test_rack_focus_softens_the_background_and_sharpens_the_subject() -> None:
    def detail(frame: NDArray[np.uint8]) -> float:
        return float(cv2.Laplacian(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var())

    first, last = draw(
        0, 23, height=360, width=640, prompt="a man waits", location="room", camera={"size": "ms", "movement": "rack_focus"}
    )
    assert detail(first[:, :160]) > 1.5 * detail(last[:, :160])
    assert detail(last[60:300, 280:360]) > 1.2 * detail(first[60:300, 280:360])


@pytest.mark.parametrize("location", ["a cathedral", "a ballroom", "a narrow city alley"])
def test_lamps_beside_the_subject_are_drawn_while_the_focus_is_behind_it(location: str) -> None:
    camera = {"size": "els", "movement": "rack_focus"}
    assert is_picture(draw(0, location=location, time_of_day="night", camera=camera)[0])


@pytest.mark.parametrize("flicker", [0.0, 0.5])
def test_out_of_focus_a_light_shines_and_haze_covers_by_its_strength(flicker: float) -> None:
    def soft(piece: Glow | Mist) -> NDArray[np.uint8]:
        frame = np.full((120, 160, 3), 100, np.uint8)
        small = View(frame, width=80, height=60, focal=60.0, x=0.0, y=1.5, z=-4.0, middle=40.0, level=30.0, t=0.0)
        paint_soft(frame, small, 2, 3.0, piece.paint)
        return frame

    lamp = soft(Glow(0.0, 1.5, 0.0, 2.0, (90.0, 90.0, 90.0), 1.0, flicker))
    assert lamp[60, 80, 0] > 130 > 101 > lamp[60, 2, 0] == 100
    assert np.abs(np.diff(lamp[..., 0].astype(int), axis=1)).max() < 12  # no edge where a cut-out ends
    haze = soft(Mist(0.0, 3.0, (200.0, 0.0, 100.0), 0.5))[89, 80]
    assert haze[0] > 110
    assert haze[1] < 90
    assert abs(int(haze[2]) - 100) <= 3


def test_a_rack_focus_to_the_background_goes_the_other_way() -> None:
    fields = {"location": "room", "camera": {"size": "ms", "movement": "rack_focus"}}
    to_him, away = (
        build_scene(make_request(prompt=f"Rack focus from {words}. A man waits.", **fields))
        for words in ("the window to the man", "the man to the window")
    )
    assert (to_him.pose(0).focus, to_him.pose(23).focus) == (0, 1)
    assert (away.pose(0).focus, away.pose(23).focus) == (1, 0)


def test_shot_and_reverse_shot_keep_their_sides() -> None:
    def over(prompt: str, *order: str) -> tuple[str, str | None, int]:
        looks = {name: f"a woman called {name}" for name in ("anna", "berta")}
        request = make_request(prompt=prompt, characters=looks, camera={"size": "ms", "framing": "ots"})
        words = build_scene(replace(request, shot=request.shot.model_copy(update={"characters": order}))).words
        return words.cast[0].key, words.listener and words.listener.key, words.shoulder

    one, reverse = over("They talk.", "anna", "berta"), over("They talk.", "berta", "anna")
    assert one[:2] == ("anna", "berta")
    assert reverse[:2] == ("berta", "anna")
    assert one[2] == -reverse[2] != 0
    assert over("Over Anna's shoulder, Berta listens.", "anna", "berta")[:2] == ("berta", "anna")


def test_a_listener_wears_their_own_colours() -> None:
    def shoulder(coat: str) -> NDArray[np.float64]:
        looks = {"anna": "a woman in a grey coat", "ben": f"a man in a {coat} coat"}
        frame = draw(characters=looks, camera={"size": "ms", "framing": "ots"}, location="desert", prompt="They talk.")[0]
        return np.median(frame[168:176, 235:300].reshape(-1, 3), axis=0)

    assert shoulder("red")[0] > shoulder("red")[2] + 30
    assert shoulder("blue")[2] > shoulder("blue")[0] + 20


def test_only_wide_and_overhead_views_of_nothing_stand_higher() -> None:
    def eye(prompt: str, size: str) -> float:
        return build_scene(make_request(prompt=prompt, location="desert", camera={"size": size, "angle": "aerial"})).setup.eye_m

    assert eye("dunes", "els") > 2 * eye("a man", "els")


@pytest.mark.parametrize("movement", MOVEMENTS)
@pytest.mark.parametrize("angle", ["worm_eye", "high", "overhead"])
def test_no_move_goes_under_the_ground_or_through_a_wall(movement: str, angle: str) -> None:
    for location in ("a living room", "desert"):
        camera = {"size": "ms", "angle": angle, "movement": movement, "speed": "fast"}
        scene = build_scene(make_request(location=location, camera=camera))
        for index in range(0, 24, 4):
            x, y, _ = scene.station(scene.pose(index))
            assert y > 0.1
            assert abs(x) <= scene.place.half_width_m
            assert angle == "overhead" or y <= scene.place.ceiling_m


def test_a_whip_pan_smears() -> None:
    slow, fast = draw(
        0, 11, height=360, width=640, location="village", prompt="houses", camera={"size": "els", "movement": "whip_pan"}
    )
    edges = [np.abs(np.diff(frame.astype(int), axis=1)).mean() for frame in (slow, fast)]
    assert edges[1] < 0.7 * edges[0]


def subject_height(index: int = 0, **fields: Any) -> float:
    """Rows that the subject takes, measured by painting it white on black."""
    painter = Painter(build_scene(make_request(height=360, width=640, location="room", prompt="a man waits", **fields)))
    view = painter._view(painter.scene.pose(index), index, 1)
    actor = painter.scene.cast[0]
    return view.scale(actor.z) * 1.74


def test_each_size_shows_the_subject_larger_than_the_next() -> None:
    heights = [subject_height(camera={"size": size}) for size in SHOT_SIZES]
    assert all(tight > wide for tight, wide in pairwise(heights))


def test_sizes_show_in_the_picture() -> None:
    shares = []
    for size in ("cu", "ms", "fs", "ls", "els"):
        fields = {"height": 360, "width": 640, "location": "desert", "weather": None, "characters": {"a": "a man in a red coat"}}
        frame = draw(camera={"size": size, "depth_of_field": "deep"}, **fields)[0].astype(int)
        red = (frame[..., 0] > 120) & (frame[..., 0] - frame[..., 1] > 70) & (frame[..., 0] - frame[..., 2] > 70)
        shares.append(int(red.any(axis=0).sum()))
    assert all(tight > wide for tight, wide in pairwise(shares)), shares


@pytest.mark.parametrize("angle", ANGLES)
def test_every_angle_draws(angle: str) -> None:
    assert is_picture(draw(camera={"size": "fs", "angle": angle})[0])


@pytest.mark.parametrize("angle", ANGLES)
def test_sizes_and_movements_draw_from_every_angle_however_small(angle: str) -> None:
    """Each size once, and over all angles every movement with several sizes."""
    start = ANGLES.index(angle) * 3
    for n, size in enumerate(SHOT_SIZES):
        camera = {"size": size, "angle": angle, "movement": MOVEMENTS[(start + n) % len(MOVEMENTS)], "lens": (14, None, 135)[n % 3]}
        for frame in draw(0, 23, height=36, width=64, location="desert", camera=camera):
            assert frame.shape == (36, 64, 3)
            assert frame.std() > 2


@pytest.mark.parametrize("framing", FRAMINGS)
def test_every_framing_draws(framing: str) -> None:
    assert is_picture(draw(camera={"size": "ms", "framing": framing})[0])


def test_framings_differ() -> None:
    pictures = [
        draw(camera={"size": "ms", "framing": framing}, prompt="a man")[0]
        for framing in ("single", "two_shot", "group", "ots", "pov")
    ]
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_a_rolled_frame_has_no_empty_corners() -> None:
    for frame in draw(0, 23, location="desert", camera={"movement": "roll", "speed": "fast", "angle": "dutch"}):
        corners = [frame[y, x] for y in (0, -1) for x in (0, -1)]
        assert min(int(corner.max()) for corner in corners) > 20


@pytest.mark.parametrize(
    ("height", "width", "size"),
    [(36, 64, "cu"), (64, 36, "els"), (640, 360, "cu"), (360, 360, "fs"), (268, 640, "els"), (90, 360, "cu"), (2304, 4096, "els")],
)
def test_any_size(height: int, width: int, size: str) -> None:
    (frame,) = draw(height=height, width=width, camera={"size": size, "movement": "dolly_in"})
    assert frame.shape == (height, width, 3)
    assert frame.dtype == np.uint8
    assert frame.flags.c_contiguous
    assert is_picture(frame)


def test_odd_words_still_draw() -> None:
    fields = {
        "prompt": "ばら ${x} ??? \U0001f600",
        "location": "Zzyzx",
        "mood": "…",
        "weather": "frogs",
        "time_of_day": "25 o'clock",
        "lighting": "[[",
    }
    assert is_picture(draw(**fields)[0])


def test_blur_keeps_the_mean_and_vignette_keeps_the_middle() -> None:
    picture = np.random.default_rng(3).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    assert abs(soften(picture, 6, 2).mean() - picture.mean()) < 2
    factors = vignette(60, 80)
    assert factors[30, 40, 0] >= 254
    assert 180 < factors[0, 0, 0] < 240
