"""The picks file beside a storyboard."""

from __future__ import annotations

import pytest

from storyvid.errors import StoryboardError
from storyvid.storyboard.load import load
from storyvid.storyboard.picks import picks_path, read_picks


def write(tmp_path, text):
    board = tmp_path / "my film.json"
    board.write_text('{"title": "Film", "shots": [{"id": "S01", "prompt": "A boat."}]}', encoding="utf-8")
    picks_path(board).write_text(text, encoding="utf-8")
    return board


def test_picks_are_read_with_the_storyboard(tmp_path):
    board = write(tmp_path, '{"S01": 2}')
    assert picks_path(board).name == "my film.picks.json"
    assert load(board).picks == {"S01": 2}


def test_without_a_file_there_are_none(tmp_path):
    assert read_picks(tmp_path / "a.json") == ({}, ())


def test_what_is_repaired_is_told(tmp_path):
    loaded = load(write(tmp_path, '{"S01": 2,}'))
    assert loaded.picks == {"S01": 2}
    assert any("my film.picks.json" in str(warning) for warning in loaded.warnings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]", "not shots with takes"),
        ('{"S01": 0}', "0 is no take"),
        ('{"S01": true}', "true is no take"),
        ('{"S01": "2"}', "is no take"),
        ('{"S01": 100}', "100 is no take"),
        ('{"S01": 1.5}', "1.5 is no take"),
        ("{", "my film.picks.json"),
        ("", "my film.picks.json"),
    ],
)
def test_a_wrong_file_is_told_by_name(tmp_path, text, said):
    with pytest.raises(StoryboardError) as told:
        load(write(tmp_path, text))
    assert said in str(told.value)
    assert "my film.picks.json" in str(told.value)


def test_all_wrong_picks_are_told_at_once(tmp_path):
    with pytest.raises(StoryboardError) as told:
        load(write(tmp_path, '{"S01": 0, "S02": -1}'))
    assert len(told.value.problems) == 2
