"""Colour transforms: what they undo, what they leave alone, and what they never do."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyvid.continuity.colour import LEAST_GAIN, MOST_GAIN, Transform, delta_e, estimate, mean_lab, to_lab
from tests.continuity.pictures import drifted, scene

METHODS = ("reinhard", "mkl")


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((119, 119, 119), (50.03, 0, 0)),
    ],
)
def test_lab_is_that_of_the_tables(rgb, lab):
    picture = np.full((2, 2, 3), rgb, np.uint8)
    assert np.allclose(to_lab(picture)[0, 0], lab, atol=0.05)
    assert np.allclose(to_lab(picture.astype(np.float32))[0, 0], lab, atol=0.05)
    assert np.allclose(mean_lab(picture), lab, atol=0.05)


@pytest.mark.parametrize("space", ["lab", "srgb"])
def test_a_transform_that_changes_nothing_changes_no_level_of_any_colour(space):
    levels = np.arange(0, 256, 5, dtype=np.uint8)
    every = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, levels.size, 3)
    assert np.array_equal(Transform(space, np.eye(3), np.zeros(3)).apply(every), every)


def test_no_strength_gives_the_frame_itself():
    picture = scene()
    assert Transform("lab", 1.2 * np.eye(3), np.ones(3), strength=0).apply(picture) is picture


@pytest.mark.parametrize("method", METHODS)
def test_a_drift_of_light_contrast_and_tint_is_undone(method):
    picture = scene()
    astray = drifted(picture, gain=1.05, offset=(6, 1, -5))
    back = estimate(method, astray.astype(np.float32), picture.astype(np.float32)).apply(astray)
    before, after = (delta_e(mean_lab(one), mean_lab(picture)) for one in (astray, back))
    assert before > 2
    assert after < 0.05 * before
    assert np.abs(back.astype(int) - picture).mean() < np.abs(astray.astype(int) - picture).mean() / 3


@pytest.mark.parametrize("method", METHODS)
def test_half_the_strength_goes_half_the_way(method):
    picture = scene()
    astray = drifted(picture, gain=1.0, offset=(8, 8, 8))
    whole, half = (estimate(method, astray.astype(np.float32), picture.astype(np.float32), s).on_floats(astray) for s in (1.0, 0.5))
    assert np.allclose(half, (whole + astray) / 2, atol=0.01)


@pytest.mark.parametrize("method", METHODS)
def test_contrast_is_raised_and_lowered_within_bounds(method):
    flat = drifted(scene(), gain=0.2, offset=(0, 0, 0)).astype(np.float32)
    there, back = estimate(method, flat, scene().astype(np.float32)), estimate(method, scene().astype(np.float32), flat)
    assert np.linalg.eigvalsh(there.matrix).max() <= MOST_GAIN + 1e-9
    assert np.linalg.eigvalsh(back.matrix).min() >= LEAST_GAIN - 1e-9


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_pictures_are_moved_without_raising_noise(method, level):
    plain, other = np.full((8, 8, 3), level, np.float32), np.full((8, 8, 3), min(level + 4, 251), np.float32)
    moved = estimate(method, plain, other).on_floats(plain)
    assert np.abs(moved - other).max() < 0.6


@pytest.mark.parametrize("method", METHODS)
def test_noise_of_a_level_is_no_contrast(method):
    """What comes into the shot later would be given it."""
    plain = np.full((24, 32, 3), 90, np.float32)
    noisy = plain + np.random.default_rng(3).integers(-1, 2, plain.shape).astype(np.float32)
    for source, reference in ((plain, noisy), (noisy, plain)):
        assert np.allclose(estimate(method, source, reference).matrix, np.eye(3), atol=0.15)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(2, 255), st.integers(0, 127))
def test_of_equal_colours_no_pixel_moves_by_more_than_a_level(method, seed, spread, base):
    picture = (base + np.random.default_rng(seed).integers(0, spread, (12, 16, 3)) % (256 - base)).astype(np.uint8)
    again = estimate(method, picture.astype(np.float32), picture.astype(np.float32)).apply(picture)
    assert np.abs(again.astype(int) - picture).max() <= 1


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_any_two_pictures_give_levels(method, seed):
    source, reference = np.random.default_rng(seed).integers(0, 256, (2, 6, 8, 3)).astype(np.uint8)
    moved = estimate(method, source.astype(np.float32), reference.astype(np.float32)).on_floats(source)
    assert np.isfinite(moved).all()


def test_colours_beyond_the_ends_stop_there():
    picture = np.array([[[0, 128, 255]]], np.uint8)
    assert Transform("srgb", np.eye(3), np.array([-9.0, 0.4, 9.0])).apply(picture).tolist() == [[[0, 128, 255]]]
    assert Transform("srgb", np.eye(3), np.array([9.0, 0.6, -9.0])).apply(picture).tolist() == [[[9, 129, 246]]]


def test_a_whole_frame_is_moved_as_its_pixels_are():
    """One transform for all: what a pixel becomes doesn't depend on where or in which frame it is."""
    picture = scene(size=(72, 96))
    transform = estimate("reinhard", drifted(picture, 1.02, (3, 0, -2)).astype(np.float32), picture.astype(np.float32))
    whole = transform.apply(picture)
    assert np.array_equal(whole[::-1], transform.apply(np.ascontiguousarray(picture[::-1])))
    assert np.array_equal(whole[10:20, 5:50], transform.apply(np.ascontiguousarray(picture[10:20, 5:50])))
    assert cv2.PSNR(whole, picture) > 25
