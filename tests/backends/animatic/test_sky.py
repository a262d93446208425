"""Single points of the sky, which the camera bends one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from storyvid.backends.animatic.draw import Painter
from storyvid.backends.animatic.scene import build_scene
from storyvid.backends.animatic.view import View

from .shots import make_request


def view(pitch: float = 0.0, roll: float = 0.0) -> View:
    return View(
        canvas=np.zeros((180, 320, 3), np.uint8), width=320, height=180, focal=150.0, x=0.0, y=1.5, z=-3.0,
        middle=170.0, level=95.0, pitch=pitch, roll=roll, t=0.0,
    )  # fmt: skip


@pytest.mark.parametrize("pitch", [0.0, 0.4, -0.5])
@pytest.mark.parametrize("roll", [0.0, 0.2])
def test_a_point_is_bent_as_the_outline_it_belongs_to(pitch: float, roll: float) -> None:
    camera = view(pitch, roll)
    outline = np.array([(20.0, 30.0), (300.0, 40.0), (200.0, 120.0)])
    for point, spot in zip(outline, camera.bent(outline), strict=True):
        assert camera.on_canvas(*point)[:2] == pytest.approx(tuple(spot))


@pytest.mark.parametrize("pitch", [0.9, -0.9, 1.4])
def test_a_point_behind_the_lens_is_far_off_the_canvas(pitch: float) -> None:
    camera = view(pitch)
    behind = camera.horizon + math.copysign(4000.0, pitch)
    column, row, _ = camera.on_canvas(170.0, behind)
    assert math.isfinite(column)
    assert math.isfinite(row)
    assert not -180 < row < 360


@pytest.mark.parametrize("angle", ["low", "high", "overhead", "dutch"])
@pytest.mark.parametrize("movement", ["tilt_up", "tilt_down", "crane_up"])
def test_stars_on_all_sides_are_painted_from_any_angle(angle: str, movement: str) -> None:
    camera = {"angle": angle, "size": "els", "movement": movement}
    painter = Painter(build_scene(make_request(height=90, width=160, location="deep space, stars", camera=camera)))
    assert painter.frame(23).any()
