"""The catalogue: storyboards that show everything the animatic can draw, for looking at. See docs/developer.md."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from storyvid.backends.animatic.light import PALETTES
from storyvid.backends.animatic.settings import SETTINGS
from storyvid.backends.animatic.subjects import FIGURES
from storyvid.backends.animatic.weather import WEATHERS
from storyvid.backends.animatic.words import read_shot
from storyvid.storyboard.load import load as load_storyboard
from storyvid.storyboard.schema import Storyboard
from storyvid.storyboard.vocabulary import ANGLES, FRAMINGS, MOVEMENTS, SHOT_SIZES, DepthOfField

CATALOGUE = sorted((Path(__file__).parent / "catalogue").glob("*.json"))


@cache
def boards() -> tuple[Storyboard, ...]:
    return tuple(load_storyboard(path).storyboard for path in CATALOGUE)


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda path: path.stem)
def test_each_reads_without_a_word_of_warning(path: Path) -> None:
    loaded = load_storyboard(path)
    assert not loaded.warnings
    assert 15 <= sum(shot.duration for shot in loaded.storyboard.shots) <= 30


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("size", SHOT_SIZES), ("angle", ANGLES), ("movement", MOVEMENTS), ("framing", FRAMINGS),
        ("depth_of_field", get_args(DepthOfField)),
    ],
)  # fmt: skip
def test_together_they_show_every_word_of_the_camera(field: str, values: tuple[str, ...]) -> None:
    shown = {getattr(shot.camera, field) for board in boards() for shot in board.shots}
    assert set(values) <= shown


def test_together_they_show_everything_that_can_be_drawn() -> None:
    words = [read_shot(shot, board) for board in boards() for shot in board.shots]
    assert {*SETTINGS} - {"neutral"} <= {each.setting for each in words}
    assert {*PALETTES} <= {each.time for each in words}
    assert {*WEATHERS} <= {each.weather for each in words}
    assert {*FIGURES} <= {member.kind for each in words for member in each.cast}
