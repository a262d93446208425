from collections.abc import Mapping

import pytest

from storyvid.storyboard import vocabulary
from storyvid.storyboard.vocabulary import fold, lookup

TABLES: list[tuple[tuple[str, ...], Mapping[str, str]]] = [
    (vocabulary.SHOT_SIZES, vocabulary.SIZE_ALIASES),
    (vocabulary.ANGLES, vocabulary.ANGLE_ALIASES),
    (vocabulary.MOVEMENTS, vocabulary.MOVEMENT_ALIASES),
    (vocabulary.MOVEMENTS, vocabulary.MOVEMENT_MIXUPS),
    (vocabulary.FRAMINGS, vocabulary.FRAMING_ALIASES),
    (vocabulary.SPEEDS, vocabulary.SPEED_ALIASES),
    (vocabulary.TRANSITIONS, vocabulary.TRANSITION_ALIASES),
]


@pytest.mark.parametrize(("ids", "aliases"), TABLES)
def test_every_alias_means_an_id_and_every_id_itself(ids: tuple[str, ...], aliases: Mapping[str, str]) -> None:
    assert set(aliases.values()) <= set(ids)
    assert [lookup(name.upper(), ids, aliases) for name in ids] == list(ids)
    assert all(lookup(alias.title(), ids, aliases) for alias in aliases)


@pytest.mark.parametrize("text", ["MEDIUM", "medium_shot", "Medium Shot", "medium-shot", "MS", " medium  shot. "])
def test_spellings_of_one_size(text: str) -> None:
    assert lookup(text, vocabulary.SHOT_SIZES, vocabulary.SIZE_ALIASES) == "ms"


def test_unknown_and_folding() -> None:
    assert lookup("huge", vocabulary.SHOT_SIZES, vocabulary.SIZE_ALIASES) is None
    assert fold("CUT TO:") == "cut to"
    assert fold("shot") == "shot"


def test_every_transition_of_xfade_is_one_of_ffmpegs() -> None:
    assert set(vocabulary.XFADE_OF.values()) <= set(vocabulary.XFADE_NAMES)
    assert len(set(vocabulary.XFADE_NAMES)) == len(vocabulary.XFADE_NAMES)
