from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from storyvid.backends.animatic.draw import Painter
from storyvid.backends.animatic.grading import DARKEST, LOOKS, Finish, contrast_curve, grade
from storyvid.backends.animatic.light import PALETTES, palette_for
from storyvid.backends.animatic.scene import build_scene
from storyvid.backends.animatic.settings import Place
from storyvid.backends.animatic.shadows import cast_shadows
from storyvid.backends.animatic.weather import WEATHERS
from storyvid.backends.animatic.words.atmosphere import LOOK_WORDS, TIME_WORDS, read_looks, read_weather

from .shots import make_request

SAID = {"monochrome": "black and white", "low_key": "low-key", "high_key": "high-key", "teal_orange": "teal and orange",
        "rim": "rim light", "shafts": "shafts of sunlight", "fluorescent": "fluorescent tubes"}  # fmt: skip


def draw(**fields: Any) -> NDArray[np.int64]:
    fields.setdefault("location", "a village")
    return Painter(build_scene(make_request(**fields))).frame(12).astype(np.int64)


def colourfulness(frame: NDArray[np.int64]) -> float:
    return float((frame.max(axis=2) - frame.min(axis=2)).mean())


def test_every_time_and_look_that_can_be_read_can_be_drawn() -> None:
    assert set(TIME_WORDS) == set(PALETTES)
    assert set(LOOK_WORDS) == set(LOOKS)
    assert len(PALETTES) >= 6


def test_times_of_day_differ() -> None:
    pictures = {
        time: draw(time_of_day=time.replace("_", " "), prompt="houses", camera={"size": "els"}, height=90, width=160)
        for time in PALETTES
    }
    names = [*pictures]
    for n, one in enumerate(names):
        assert all(np.abs(pictures[one] - pictures[other]).mean() > 4 for other in names[n + 1 :]), one


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_shows(look: str) -> None:
    words = SAID.get(look, look)
    request = make_request(lighting=words)
    assert look in read_looks(request.shot, request.storyboard)
    fields = {"location": "a forest", "camera": {"size": "ms"}, "time_of_day": "day"}
    assert np.abs(draw(lighting=words, **fields) - draw(**fields)).mean() > 0.4


def test_moods_and_styles_change_colour_as_they_say() -> None:
    plain = draw(time_of_day="day")
    assert colourfulness(draw(time_of_day="day", mood="melancholy")) < 0.8 * colourfulness(plain)
    assert colourfulness(draw(time_of_day="day", mood="joyful")) > 1.05 * colourfulness(plain)
    assert draw(time_of_day="day", mood="tense").mean() < 0.95 * plain.mean()
    assert draw(time_of_day="day", lighting="high-key").mean() > 1.03 * plain.mean()
    warm, cool = draw(time_of_day="day", mood="warm"), draw(time_of_day="day", mood="cold")
    assert (warm[..., 0] - warm[..., 2]).mean() > (plain[..., 0] - plain[..., 2]).mean() > (cool[..., 0] - cool[..., 2]).mean()


def test_black_and_white_has_no_colour_and_sepia_one() -> None:
    assert colourfulness(draw(mood="black and white")) < 1.5  # lamps, skies and all
    sepia = draw(mood="sepia")
    assert (sepia[..., 0] >= sepia[..., 2]).all()


def test_a_silhouette_is_darker_than_what_is_behind_it() -> None:
    fields = {"time_of_day": "sunset", "location": "desert", "camera": {"size": "ms", "framing": "single"}}
    plain, dark = (draw(lighting=words, **fields)[110:170, 140:170].mean() for words in (None, "a silhouette"))
    assert dark < 0.7 * plain


def test_backlight_leaves_the_subject_its_colours() -> None:
    fields = {"time_of_day": "sunset", "location": "desert", "camera": {"size": "ms", "framing": "single"}}
    backlit, dark = (draw(lighting=words, **fields)[110:170, 140:170].mean() for words in ("backlit", "a silhouette"))
    assert backlit > 1.15 * dark


@pytest.mark.parametrize(("prompt", "dark"), [
    ("A man as a silhouette on the ridge.", True), ("Background silhouettes drift past a man.", False),
    ("A man stands before the silhouettes of tall trees.", False), ("Cyclists pass in the distance as silhouettes.", False),
])  # fmt: skip
def test_dark_shapes_in_the_background_leave_the_subject_lit(prompt: str, dark: bool) -> None:
    request = make_request(prompt=prompt)
    assert ("silhouette" in read_looks(request.shot, request.storyboard)) is dark


def test_no_pile_of_dark_words_makes_a_black_frame() -> None:
    words = {"mood": "tense, film noir, sad", "lighting": "low-key, dim", "time_of_day": "night", "weather": "storm"}
    assert draw(**words).mean() > 12
    finish = Finish(90, 160, ["noir", "low_key", "tense", "melancholy"])
    grey = np.full((90, 160, 3), 128, np.uint8)
    assert finish.apply(grey)[45, 80].min() > 0.5 * DARKEST * 128


def test_the_finish_without_looks_only_darkens_corners() -> None:
    grey = np.full((90, 160, 3), 128, np.uint8)
    out = Finish(90, 160, []).apply(grey)
    assert abs(int(out[45, 80, 0]) - 128) <= 1
    assert out[0, 0, 0] < 120
    assert grey.min() == 128  # the canvas itself is left as it is


def test_contrast_keeps_black_white_and_order() -> None:
    curve = contrast_curve(1.4)
    assert (curve[0], curve[255]) == (0, 255)
    assert (np.diff(curve.astype(int)) >= 0).all()
    assert curve[40] < 40
    assert curve[200] > 200


@pytest.mark.parametrize("time", PALETTES)
@pytest.mark.parametrize("weather", WEATHERS)
def test_palettes_stay_colours_under_every_weather_and_look(time: str, weather: str) -> None:
    palette = grade(palette_for(time, weather), [*LOOKS])
    for albedo in ((0.0, 0.0, 0.0), (255.0, 255.0, 255.0), (200.0, 60.0, 40.0)):
        for colour in (palette.shade(albedo, 50.0), palette.shade_subject(albedo)):
            assert all(-1 <= level < 330 for level in colour), colour


def test_neon_and_firelight_win_over_a_plain_night() -> None:
    def time_of(**fields: str) -> str:
        return build_scene(make_request(**fields)).words.time

    assert time_of(time_of_day="night", lighting="neon signs") == "neon"
    assert time_of(time_of_day="evening", lighting="candlelight") == "firelight"
    assert time_of(time_of_day="noon", lighting="a candle burns") == "day"
    assert time_of(time_of_day="night", lighting="pale moonlight") == "moonlight"


@pytest.mark.parametrize(
    ("prompt", "weather"),
    [
        ("She lifts a clear glass.", "clear"), ("The rain has stopped.", "clear"), ("No wind at all.", "clear"),
        ("Snow-capped peaks in the sun.", "clear"), ("Snow falls on the roofs.", "snow"), ("A sandstorm rolls in.", "dust"),
        ("He dusts a shelf.", "clear"), ("Clouds of dust behind the truck.", "dust"), ("He takes a shower.", "clear"),
        ("Winding up the clock.", "clear"), ("After the storm, silence.", "clear"), ("A clear glass in the rain.", "rain"),
    ],
)  # fmt: skip
def test_weather_in_a_text_is_told_from_other_things(prompt: str, weather: str) -> None:
    assert (read_weather(make_request(prompt=prompt).shot, "", prompt) or "clear") == weather


def test_a_location_of_dark_wood_is_no_dark_look() -> None:
    request = make_request(prompt="A cold cup on a dark table.", location="a dark wood")
    assert read_looks(request.shot, request.storyboard) == ()


def test_shadows_are_longer_the_lower_the_sun_and_fall_away_from_it() -> None:
    def reach(time: str) -> tuple[float, float]:
        scene = build_scene(make_request(time_of_day=time, camera={"size": "fs"}))
        (shadow,) = cast_shadows(scene.cast, scene.place, scene.palette)
        points = shadow.patch.points - (scene.cast[0].x, scene.cast[0].z)
        return float(points[:, 0][np.abs(points[:, 1]).argmax()]), float(-points[:, 1].min())

    assert reach("golden hour")[1] > 1.2 * reach("day")[1] > 0
    assert reach("day")[0] < 0 < reach("night")[0]  # the sun stands right of the middle, the moon left


def test_without_a_sun_or_out_in_space_nothing_casts_a_shadow() -> None:
    scene = build_scene(make_request(time_of_day="day"))
    assert cast_shadows(scene.cast, scene.place, palette_for("overcast", "clear")) == []
    assert cast_shadows(scene.cast, Place(near=(0, 0, 0), far=(0, 0, 0), weightless=True), scene.palette) == []
