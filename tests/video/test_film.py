"""The film's file: rate, size, tags, and sound of exactly its length."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from storyvid.video import FilmFormat, YuvFrame, probe, write_film

from .pictures import FPS, NTSC, leftovers


def film_format(**changes: Any) -> FilmFormat:
    values = dict(height=36, width=64, fps=FPS, codec="h264", crf=20, preset="ultrafast", audio="none", tags={})
    return FilmFormat(**values | changes)


def gray_frames(count: int) -> Iterator[YuvFrame]:
    for number in range(count):
        yield av.VideoFrame.from_ndarray(np.full((54, 64), 60 + number, np.uint8), format="yuv420p")


@pytest.mark.parametrize(("codec", "name"), [("h264", "h264"), ("h265", "hevc")])
@pytest.mark.parametrize("fps", [FPS, NTSC])
def test_the_film_is_what_its_format_says(tmp_path: Path, codec: str, name: str, fps: Fraction) -> None:
    path, told = tmp_path / "film.mp4", list[int]()
    assert write_film(path, gray_frames(31), film_format(codec=codec, fps=fps, tags={"title": "Ä", "own": "{}"}), told.append) == 31
    info = probe(path)
    assert (info.num_frames, info.height, info.width, info.fps, info.codec, info.pix_fmt) == (31, 36, 64, fps, name, "yuv420p")
    assert (info.tags["title"], info.tags["own"]) == ("Ä", "{}")
    assert told == list(range(1, 32))
    assert info.audio_s is None


def test_a_failing_source_leaves_nothing(tmp_path: Path) -> None:
    def frames() -> Iterator[YuvFrame]:
        yield from gray_frames(2)
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_film(tmp_path / "film.mp4", frames(), film_format(audio="tone"), lambda done: None)
    assert leftovers(tmp_path) == []
