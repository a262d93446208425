"""Which frames a chunk's colours are taken from, and when they are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from storyvid.backends.base import ColourMatch
from storyvid.continuity.colour import delta_e, mean_lab
from storyvid.continuity.match import Colours, match_colours
from tests.continuity.pictures import drifted, scene

REINHARD, MKL = ColourMatch("reinhard", 1.0), ColourMatch("mkl", 1.0)
ASTRAY = (1.04, (5, 1, -4))


@pytest.mark.parametrize("asked", [REINHARD, MKL], ids=lambda asked: asked.method)
def test_what_came_back_astray_is_led_back(asked):
    repeated, following = (drifted(scene(number), *ASTRAY) for number in (9, 10))
    match = match_colours(asked, scene(9), repeated, following)
    assert delta_e(mean_lab(match.apply(following)), mean_lab(scene(10))) < 0.2
    assert match.moved == pytest.approx(delta_e(mean_lab(following), mean_lab(scene(10))), abs=0.3)
    assert match.facts["estimated_from"] == "following"
    assert match.facts["space"] == {"reinhard": "lab", "mkl": "srgb"}[asked.method]


@pytest.mark.parametrize("asked", [REINHARD, MKL], ids=lambda asked: asked.method)
def test_a_model_that_holds_its_first_frame_and_goes_astray_after_it_is_led_back_too(asked):
    match = match_colours(asked, scene(9), scene(9), drifted(scene(10), *ASTRAY))
    assert delta_e(mean_lab(match.apply(drifted(scene(30), *ASTRAY))), mean_lab(scene(30))) < 0.3


@pytest.mark.parametrize("asked", [REINHARD, MKL], ids=lambda asked: asked.method)
def test_a_lamp_that_is_lit_at_the_join_stays_lit(asked):
    """The repeated frame came back as it was handed: what is brighter after it is the story's."""
    lit = drifted(scene(10), 1.0, (40, 40, 40))
    match = match_colours(asked, scene(9), scene(9), lit)
    assert match.facts["estimated_from"] == "repeated"
    assert match.facts["sudden_delta_e"] > 8
    assert delta_e(mean_lab(match.apply(lit)), mean_lab(lit)) < 0.2


def test_a_pan_is_followed():
    repeated, following = scene(9, still=False), drifted(scene(10, still=False), *ASTRAY)
    match = match_colours(REINHARD, scene(9, still=False), repeated, following)
    assert match.facts["estimated_from"] == "following"
    assert delta_e(mean_lab(match.apply(following)), mean_lab(scene(10, still=False))) < 0.3


def test_where_all_is_another_view_only_the_repeated_frame_counts():
    repeated, following = drifted(scene(9), *ASTRAY), drifted(scene(10)[::-1, ::-1], *ASTRAY)
    match = match_colours(REINHARD, scene(9), repeated, following)
    assert match.facts["estimated_from"] == "repeated"
    assert delta_e(mean_lab(match.apply(repeated)), mean_lab(scene(9))) < 0.2


def test_what_comes_into_the_picture_does_not_count():
    """A white door that opens on a third of it is no fault of the colours."""
    following = scene(10)
    following[:, :32] = 255
    match = match_colours(REINHARD, scene(9), scene(9), following)
    assert match.facts["estimated_from"] == "following"
    assert match.moved < 0.1


def test_softness_is_no_lack_of_contrast():
    big = scene(0, size=(480, 720))
    soft = np.stack(
        [(big[:, :, c].astype(float) + np.roll(big[:, :, c], 1, 1) + np.roll(big[:, :, c], 1, 0)) / 3 for c in range(3)], -1
    )
    match = match_colours(REINHARD, big, soft.round().astype(np.uint8), soft.round().astype(np.uint8))
    assert match.moved < 0.1
    assert np.allclose(np.diag(match.transform.matrix), 1, atol=0.03)


@pytest.mark.parametrize(
    ("repeated", "because"),
    [
        (scene(9)[::-1], "came back as another picture"),
        (np.clip(scene(9).astype(int) - 110, 0, 255).astype(np.uint8), "ΔE away"),
        (np.full((64, 96, 3), 128, np.uint8), "came back as another picture"),
    ],
)
def test_what_is_another_picture_is_left_alone(repeated, because):
    match = match_colours(REINHARD, scene(9), repeated, scene(10))
    assert because in match.facts["skipped"]
    assert match.apply(scene(10)) is not None
    assert np.array_equal(match.apply(scene(10)), scene(10))


def test_flat_pictures_are_matched():
    grey, darker = np.full((64, 96, 3), 128, np.uint8), np.full((64, 96, 3), 120, np.uint8)
    assert np.array_equal(match_colours(REINHARD, grey, darker, darker).apply(darker), grey)


def test_all_frames_of_a_chunk_get_one_transform():
    frames = [drifted(scene(number), *ASTRAY) for number in range(9, 30)]
    colours = Colours(REINHARD, scene(9)[None], 1)
    matched = list(colours.matched(iter(frames)))
    one = match_colours(REINHARD, scene(9), frames[0], frames[1])
    assert len(matched) == 20
    assert all(np.array_equal(frame, one.apply(raw)) for frame, raw in zip(matched, frames[1:], strict=True))
    assert colours.metrics == {"match_delta_e": round(one.moved, 4)}
    assert colours.facts["colour_match"]["method"] == "reinhard"


@pytest.mark.parametrize(
    ("asked", "handed", "dropped"), [(None, scene(9)[None], 1), (REINHARD, None, 0), (REINHARD, scene(9)[None], 0)]
)
def test_frames_pass_untouched_where_nothing_is_asked_or_nothing_is_repeated(asked, handed, dropped):
    frames = [drifted(scene(number), *ASTRAY) for number in range(5)]
    colours = Colours(asked, handed, dropped)
    assert all(one is other for one, other in zip(colours.matched(iter(frames)), frames[dropped:], strict=True))
    assert (colours.facts, colours.metrics) == ({}, {})
