from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from storyvid.backends.animatic.view import UNIT, View


def view(**fields: Any) -> View:
    given = {"focal": 300.0, "x": 0.4, "y": 1.5, "z": -3.0, "middle": 170.0, "level": 95.0, "t": 0.0}
    return View(canvas=np.zeros((180, 320, 3), np.uint8), width=320, height=180, **{**given, **fields})


POINTS = np.array([(0.0, 0.2, 1.0), (-1.0, 2.0, 4.0), (2.0, 1.0, 9.0)])


@pytest.mark.parametrize("pitch", [0.0, 0.4, -0.5])
def test_the_plane_and_the_homography_agree_with_the_camera_itself(pitch: float) -> None:
    camera = view(pitch=pitch)
    direct, _ = camera.see(*POINTS.T)
    for point, (column, row) in zip(POINTS, direct, strict=True):
        assert camera.on_canvas(*camera.place(*point))[:2] == pytest.approx((column, row))


@pytest.mark.parametrize("pitch", [0.4, -0.5])
def test_rows_of_the_canvas_and_of_the_plane_are_each_others_inverse(pitch: float) -> None:
    camera = view(pitch=pitch)
    rows = np.linspace(0, 180, 7)
    assert [camera.on_canvas(170.0, float(row))[1] for row in camera.plane_rows(rows)] == pytest.approx(rows.tolist())


def test_the_horizon_is_where_far_things_go() -> None:
    camera = view(pitch=0.2)
    (far,), _ = camera.see(np.array([0.0]), np.array([0.0]), np.array([1e7]))
    assert far[1] == pytest.approx(camera.horizon, abs=0.01)


def test_verticals_converge_upwards_under_a_camera_that_looks_up() -> None:
    camera = view(pitch=0.3, x=0.0)
    foot, top = (camera.on_canvas(*camera.place(2.0, y, 5.0))[0] - camera.middle for y in (0.0, 6.0))
    assert 0 < top < foot
    level = view(x=0.0)
    assert level.place(2.0, 0.0, 5.0)[0] == level.place(2.0, 6.0, 5.0)[0]


def test_what_lies_behind_a_pitched_lens_is_cut_off() -> None:
    camera = view(pitch=-0.6)
    tower = np.array([camera.place(x, y, 1.0) for x, y in ((-0.5, 0.0), (0.5, 0.0), (0.5, 60.0), (-0.5, 60.0))])
    bent = camera.bent(tower)
    assert np.isfinite(bent).all()
    assert bent[:, 1].min() < 0
    camera.fill(tower, (200, 10, 10))
    assert camera.canvas[:, :, 0].any()


@pytest.mark.parametrize("fields", [{"roll": 0.2}, {"pitch": 0.35}, {"pitch": -0.4, "roll": -0.15}])
def test_every_way_to_fill_paints_the_same(fields: dict[str, float]) -> None:
    outline = np.array(
        [camera_point for x, y in ((-1, 0), (1, 0), (1, 2), (-1, 2)) for camera_point in [view(**fields).place(x, y, 2.0)]]
    )
    one, two, three = view(**fields), view(**fields), view(**fields)
    one.fill(outline, (255, 255, 255))
    two.fill_fixed([(outline * UNIT).astype(np.int32)], (255, 255, 255))
    three.fill_groups(outline, [([slice(0, 4)], (255, 255, 255))])
    assert one.canvas.any()
    assert np.array_equal(one.canvas, three.canvas)
    assert np.abs(one.canvas.astype(int) - two.canvas).mean() < 1


def test_a_rolled_view_sees_a_larger_part_of_the_plane() -> None:
    level, rolled = view(), view(roll=math.radians(12))
    assert rolled.span[0] < level.span[0]
    assert rolled.span[3] > level.span[3]


def test_from_straight_above_the_ground_is_a_plan() -> None:
    camera = view(above=True, y=6.0, z=0.0, x=0.0)
    spots, away = camera.see(np.array([0.0, 1.0, 0.0, 0.0]), np.array([0.0, 0.0, 0.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert spots[0] == pytest.approx((170.0, 95.0))
    assert spots[1][0] - spots[0][0] == pytest.approx(50.0)
    assert spots[0][1] - spots[2][1] == pytest.approx(50.0)
    assert spots[3][1] < spots[2][1]  # what rises leans away from the middle
    assert away.tolist() == [6.0, 6.0, 6.0, 4.0]
