"""Placeholder sound: as long as the picture, and as loud as it says."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from storyvid.video import probe, write_film

from .pictures import NTSC
from .test_film import film_format, gray_frames


@pytest.mark.parametrize("fps", [Fraction(24), NTSC, Fraction(25)])
@pytest.mark.parametrize("count", [1, 31])
def test_the_sound_is_as_long_as_the_picture_to_the_nearest_sample(tmp_path: Path, fps: Fraction, count: int) -> None:
    write_film(tmp_path / "film.mp4", gray_frames(count), film_format(fps=fps, audio="silence"), lambda done: None)
    info = probe(tmp_path / "film.mp4")
    assert info.audio_s is not None
    assert abs(info.audio_s - info.duration) <= Fraction(1, 2 * 48_000)


@pytest.mark.parametrize(("kind", "low", "high"), [("silence", 0.0, 1e-4), ("tone", 0.006, 0.008)])
def test_silence_is_silent_and_the_tone_is_at_minus_40_db(tmp_path: Path, kind: str, low: float, high: float) -> None:
    write_film(tmp_path / "film.mp4", gray_frames(24), film_format(audio=kind), lambda done: None)
    with av.open(str(tmp_path / "film.mp4")) as container:
        samples = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    middle = samples[:, 12_000:36_000]
    assert low <= float(np.sqrt(np.mean(middle**2))) <= high
