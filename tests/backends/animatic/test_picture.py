from __future__ import annotations

import numpy as np
import pytest

from storyvid.backends.animatic.camera import Path
from storyvid.backends.animatic.picture import OUTWARD, Crop, crop_at, show
from storyvid.storyboard.vocabulary import MOVEMENTS

PICTURE = np.random.default_rng(5).integers(40, 255, (90, 160, 3), dtype=np.uint8)


@pytest.mark.parametrize("movement", MOVEMENTS)
@pytest.mark.parametrize("gain", [0.55, 1.0, 1.6])
def test_every_move_starts_from_the_picture_itself(movement: str, gain: float) -> None:
    assert np.array_equal(show(PICTURE, crop_at(Path(movement, gain, 4.0, 3), 0.0, 0.0)), PICTURE)


@pytest.mark.parametrize("movement", MOVEMENTS)
@pytest.mark.parametrize("gain", [0.55, 1.0, 1.6])
def test_no_move_shows_what_lies_beyond_the_edges(movement: str, gain: float) -> None:
    for step in range(11):
        crop = crop_at(Path(movement, gain, 4.0, 3), step / 10, 0.4 * step)
        assert crop.scale >= OUTWARD
        if crop.scale >= 1 and not crop.degrees:
            assert abs(crop.x) <= (1 - 1 / crop.scale) / 2 + 1e-9
            assert abs(crop.y) <= (1 - 1 / crop.scale) / 2 + 1e-9


@pytest.mark.parametrize("movement", [move for move in MOVEMENTS if move not in {"static", "rack_focus", "whip_pan"}])
def test_moves_move_the_picture(movement: str) -> None:
    assert not np.array_equal(show(PICTURE, crop_at(Path(movement, 1.0, 4.0, 3), 0.8, 3.2)), PICTURE)


def test_a_pan_right_shows_the_right_side() -> None:
    ramp = np.repeat(np.linspace(0, 255, 160, dtype=np.uint8)[None, :, None], 90, axis=0).repeat(3, axis=2)
    assert show(ramp, crop_at(Path("pan_right", 1.0, 4.0, 3), 1.0, 4.0)).mean() > ramp.mean() + 3
    assert show(ramp, crop_at(Path("pan_left", 1.0, 4.0, 3), 1.0, 4.0)).mean() < ramp.mean() - 3
    assert crop_at(Path("tilt_up", 1.0, 4.0, 3), 1.0, 4.0).y < 0


def test_an_empty_crop_is_a_copy() -> None:
    shown = show(PICTURE, Crop())
    assert np.array_equal(shown, PICTURE)
    assert shown is not PICTURE
