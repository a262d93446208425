from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from storyvid.backends.animatic.slate import Slate, strip_height, timecode

from .shots import make_request


@pytest.mark.parametrize(
    ("frame", "fps", "text"),
    [
        (0, Fraction(24), "00:00:00:00"), (47, Fraction(24), "00:00:01:23"), (25 * 61, Fraction(25), "00:01:01:00"),
        (30, Fraction(30000, 1001), "00:00:01:00"), (-6, Fraction(24), "-00:00:00:06"),
    ],
)  # fmt: skip
def test_timecode(frame: int, fps: Fraction, text: str) -> None:
    assert timecode(frame, fps) == text


@pytest.mark.parametrize(("height", "width"), [(36, 64), (180, 320), (1080, 1920), (1920, 1080)])
def test_only_the_strip_changes(height: int, width: int) -> None:
    request = make_request(height=height, width=width, camera={"size": "ms", "movement": "dolly_in"})
    slate = Slate(request)
    blank = np.full((height, width, 3), 77, np.uint8)
    stamped = blank.copy()
    slate.stamp(stamped, 5)
    strip = strip_height(height)
    assert np.array_equal(stamped[:-strip], blank[:-strip])
    assert (stamped[-strip:] != blank[-strip:]).any()


def test_it_names_the_shot_the_move_and_the_frame() -> None:
    def stamp(frame: int, **fields: object) -> bytes:
        picture = np.zeros((360, 640, 3), np.uint8)
        Slate(make_request(height=360, width=640, **fields)).stamp(picture, frame)
        return picture.tobytes()

    base = stamp(3)
    assert base == stamp(3)
    others = [
        stamp(4),
        stamp(3, shot_id="S02"),
        stamp(3, prompt="other words"),
        stamp(3, camera={"movement": "arc"}),
        stamp(3, camera={"size": "cu"}),
    ]
    assert all(other != base for other in others)


def test_text_is_legible_at_360_lines() -> None:
    picture = np.zeros((360, 640, 3), np.uint8)
    Slate(make_request(height=360, width=640)).stamp(picture, 0)
    bright = (picture[-strip_height(360) :].max(axis=2) > 200).any(axis=1)
    assert bright.sum() >= 9
