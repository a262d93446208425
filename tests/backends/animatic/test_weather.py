from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from storyvid.backends.animatic.draw import Painter
from storyvid.backends.animatic.light import PALETTES
from storyvid.backends.animatic.scene import build_scene
from storyvid.backends.animatic.view import View
from storyvid.backends.animatic.weather import WEATHERS, WIND_STRENGTH, Weather
from storyvid.backends.animatic.weather.banks import cloud_noise
from storyvid.backends.animatic.weather.drifting import GUST_S, Gusts
from storyvid.backends.animatic.weather.lightning import flash_at, strikes
from storyvid.backends.animatic.words.atmosphere import WEATHER_WORDS

from .shots import make_request

MOVING = [kind for kind in WEATHERS if kind != "clear"]


def draw(*indices: int, **fields: Any) -> list[NDArray[np.uint8]]:
    fields.setdefault("location", "a village")
    painter = Painter(build_scene(make_request(**fields)))
    return [painter.frame(index) for index in indices or (12,)]


def difference(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    return float(np.abs(a.astype(int) - b).mean())


def test_every_weather_that_can_be_read_can_be_drawn() -> None:
    assert set(WEATHER_WORDS) == set(WEATHERS)


def test_weathers_differ() -> None:
    pictures = [draw(weather=kind, prompt="houses", camera={"size": "els"})[0] for kind in WEATHERS]
    for n, one in enumerate(pictures):
        assert all(difference(one, other) > 0.7 for other in pictures[n + 1 :])


@pytest.mark.parametrize("kind", MOVING)
def test_a_weather_moves_under_a_camera_at_rest(kind: str) -> None:
    still = difference(*draw(10, 13, weather="clear", prompt="houses", location="desert", camera={"size": "els"}))
    assert difference(*draw(10, 13, weather=kind, prompt="houses", location="desert", camera={"size": "els"})) > 1.3 * still + 0.05


@pytest.mark.parametrize("angle", ["low", "overhead", "dutch"])  # pitched, straight down, rolled
@pytest.mark.parametrize("kind", MOVING)
def test_every_weather_draws_from_above_below_and_aslant(kind: str, angle: str) -> None:
    (frame,) = draw(weather=kind, camera={"size": "fs", "angle": angle, "movement": "roll"}, height=72, width=128)
    assert frame.std() > 3


@pytest.mark.parametrize("kind", MOVING)
def test_a_very_wide_lens_that_looks_steeply_down_sees_weather_too(kind: str) -> None:
    camera = {"size": "cu", "angle": "aerial", "movement": "tilt_up", "lens": 14, "speed": "fast"}
    frames = draw(0, 23, weather=kind, camera=camera, height=36, width=200)
    assert all(frame.std() > 2 for frame in frames)


@pytest.mark.parametrize("kind", MOVING)
def test_a_room_keeps_the_weather_out(kind: str) -> None:
    painter = Painter(build_scene(make_request(weather=kind, location="a living room")))
    assert painter.scene.weather.kind == "clear"


@pytest.mark.parametrize("kind", ["rain", "snow", "dust", "wind"])
def test_grains_lie_behind_the_subject_and_before_it(kind: str) -> None:
    def seen(paint: str) -> int:
        painter = Painter(build_scene(make_request(weather=kind, location="a village", height=180, width=320)))
        view = painter._view(painter.scene.pose(12), 12, 1)
        view.canvas[:] = 0
        getattr(painter.scene.weather, paint)(view)
        return int((view.canvas.max(axis=2) > 60).sum())

    assert seen("paint_behind") > 20
    assert seen("paint_before") > 5


@pytest.mark.parametrize("kind", ["snow", "dust"])
def test_grains_go_along_with_a_pan(kind: str) -> None:
    """A pan moves the whole picture: the grains of one moment, seen by a camera that has turned, are the same ones aside."""
    request = make_request(
        weather=kind, location="a village", num_frames=48, camera={"movement": "pan_right"}, height=180, width=320
    )
    painter = Painter(build_scene(request))
    weather = painter.scene.weather
    views = [painter._view(painter.scene.pose(index), 24, 1) for index in (23, 25)]
    shift = round(views[0].middle - views[1].middle)
    assert shift > 1
    pictures = []
    for view in views:
        view.canvas[:] = 0
        weather.paint_before(view)
        pictures.append(view.canvas[:, :320].astype(int).copy())
    moved, unmoved = pictures[0][:, shift:], pictures[0][:, :-shift]
    assert np.abs(moved - pictures[1][:, :-shift]).mean() < 0.6 * np.abs(unmoved - pictures[1][:, :-shift]).mean()


def test_lightning_strikes_early_and_never_strobes() -> None:
    for seed in range(8):
        times = strikes(seed)
        assert times[0] < 1.4
        assert all(b - a > 1.5 for a, b in pairwise(times))
        light = np.array([flash_at(seed, frame / 24) for frame in range(24 * 20)])
        rises = np.flatnonzero(light[1:] > light[:-1] + 0.05)
        assert all((rises >= start).sum() - (rises >= start + 24).sum() <= 3 for start in rises)  # WCAG 2.3.1
        assert light.max() > 0.5


def test_lightning_lights_the_frame() -> None:
    request = make_request(weather="storm", location="a village", num_frames=72)
    painter = Painter(build_scene(request))
    seed = painter.scene.weather.seed
    lit = [index for index in range(72) if flash_at(seed, index / 24) > 0.7]
    dark = [index for index in range(72) if flash_at(seed, index / 24) < 0.02]
    assert painter.frame(lit[0]).mean() > 1.15 * painter.frame(dark[-1]).mean()


def test_wind_is_strongest_in_a_storm() -> None:
    scene = build_scene(make_request(weather="storm"))
    assert scene.weather.wind == max(WIND_STRENGTH.values())
    assert Weather("clear", scene.palette, 1, scene.setup, 1.8).wind == 1.0


def test_gusts_of_frames_before_the_first_are_told_apart_too() -> None:
    def gusts(t: float) -> NDArray[np.uint8]:
        canvas = np.zeros((270, 480, 3), np.uint8)
        view = View(canvas, width=480, height=270, focal=270.0, x=0.0, y=1.5, z=-4.0, middle=240.0, level=135.0, t=t)
        Gusts(PALETTES["day"], 3).paint(view)
        return view.canvas

    again = len(Gusts(PALETTES["day"], 3).rows) * GUST_S  # after as many turns as there are rows
    for t in (-0.4 * GUST_S, 0.6 * GUST_S):
        assert gusts(t).any()
        assert np.array_equal(gusts(t), gusts(t + again))


def test_banks_come_round_without_a_seam() -> None:
    noise = cloud_noise(3)
    inside = np.abs(np.diff(noise, axis=1)).max()
    assert np.abs(noise[:, 0] - noise[:, -1]).max() < 1.6 * inside


def test_fog_drifts_and_hides_what_is_far() -> None:
    clear, fog = (
        draw(weather=kind, prompt="houses", camera={"size": "els"}, height=180, width=320)[0] for kind in ("clear", "fog")
    )
    assert fog[70:130].std() < 0.7 * clear[70:130].std()
