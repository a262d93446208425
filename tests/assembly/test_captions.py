"""Subtitles: exact times, stacked lines, clean text."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from storyvid.assembly.captions import Caption, caption_entries, cleaned, srt, stack
from storyvid.errors import RenderError
from storyvid.storyboard.schema import Storyboard

FPS = Fraction(24)


def board(*shots: dict[str, Any]) -> Storyboard:
    shots = tuple({"id": f"S{i:02}", "prompt": "a pier"} | shot for i, shot in enumerate(shots, 1))
    return Storyboard.model_validate({"characters": {"keeper": {"name": "Mara", "description": "a woman"}}, "shots": list(shots)})


def timed(captions: list[Caption]) -> list[tuple[float, float, str]]:
    return [(float(caption.start), float(caption.end), caption.text) for caption in captions]


def test_captions_last_as_long_as_their_shot() -> None:
    story = board({"caption": "Dawn"}, {}, {"narration": "Later."})
    entries = caption_entries(story, {"S01": (0, 96), "S02": (96, 48), "S03": (144, 24)}, FPS)
    assert timed(entries) == [(0, 4, "Dawn"), (6, 7, "Later.")]


def test_times_are_exact_at_ntsc_rates() -> None:
    entries = caption_entries(board({"caption": "x"}), {"S01": (24, 24)}, Fraction(24000, 1001))
    assert entries == [Caption(Fraction(1001, 1000), Fraction(2002, 1000), "x")]
    assert srt(entries) == "1\n00:00:01,001 --> 00:00:02,002\nx\n"


def test_dialogue_starts_at_its_time_and_names_its_speaker() -> None:
    lines = [
        {"speaker": "keeper", "text": "There you are."},
        {"speaker": "A voice", "text": "Here.", "at": 1.1},
        {"text": "(wind)", "at": 3},
    ]
    entries = caption_entries(board({"dialogue": lines}), {"S01": (24, 96)}, FPS)
    assert timed(entries) == [(1, 2.1, "Mara: There you are."), (2.1, 4, "A voice: Here."), (4, 5, "(wind)")]
    assert entries[1].start == Fraction(21, 10)


def test_lines_without_a_time_share_what_is_left() -> None:
    lines = [{"text": text} for text in ("a", "b")] + [{"text": "c", "at": 2.0}, {"text": "d"}]
    entries = caption_entries(board({"dialogue": lines}), {"S01": (0, 96)}, FPS)
    assert timed(entries) == [(0, 1, "a"), (1, 2, "b"), (2, 3, "c"), (3, 4, "d")]


def test_lines_said_at_once_are_stacked() -> None:
    lines = [{"text": "Left!", "at": 1.0}, {"text": "Right!", "at": 1.0}]
    entries = caption_entries(board({"caption": "Dock 4", "dialogue": lines}), {"S01": (0, 96)}, FPS)
    assert timed(entries) == [(0, 1, "Dock 4"), (1, 4, "Dock 4\nLeft!\nRight!")]


def test_a_line_after_its_shot_is_refused() -> None:
    story = board({"dialogue": [{"text": "late", "at": 4.0}]}, {"dialogue": [{"text": "later", "at": 9.5}]})
    with pytest.raises(RenderError) as caught:
        caption_entries(story, {"S01": (0, 96), "S02": (96, 96)}, FPS)
    assert [problem.where for problem in caught.value.problems] == [
        'shot "S01", shots[0].dialogue[0].at',
        'shot "S02", shots[1].dialogue[0].at',
    ]
    assert "9.5 s is not before the shot's end (4 s)" in str(caught.value)


def test_shots_that_are_not_in_the_film_are_left_out() -> None:
    assert caption_entries(board({"caption": "a"}, {"caption": "b"}), {"S02": (0, 24)}, FPS) == [
        Caption(Fraction(0), Fraction(1), "b")
    ]


def test_blank_lines_cannot_end_an_entry() -> None:
    assert cleaned("  one \r\n\n\t two  words \n \n") == "one\ntwo words"
    assert caption_entries(board({"caption": " \n "}), {"S01": (0, 24)}, FPS) == []
    text = srt([Caption(Fraction(0), Fraction(1), "a\n\nb"), Caption(Fraction(3661), Fraction(3662), "c")])
    assert text == "1\n00:00:00,000 --> 00:00:01,000\na\nb\n\n2\n01:01:01,000 --> 01:01:02,000\nc\n"
    assert srt([]) == ""


def test_stack_splits_where_texts_come_and_go() -> None:
    captions = [
        Caption(Fraction(0), Fraction(3), "a"),
        Caption(Fraction(1), Fraction(2), "b"),
        Caption(Fraction(5), Fraction(5), "none"),
    ]
    assert timed(stack(captions)) == [(0, 1, "a"), (1, 2, "a\nb"), (2, 3, "a")]
