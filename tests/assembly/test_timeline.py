"""Frames of the timeline: handles, rates, and every impossible timeline told with its numbers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from storyvid.assembly.timeline import Segment, Timeline, check_timeline, xfade_name
from storyvid.errors import RenderError
from storyvid.storyboard.vocabulary import TRANSITIONS, XFADE_NAMES

FPS = Fraction(24)
A = Segment("A", Path("A.mp4"), FPS, 40, 8, 24)
B = Segment("B", Path("B.mp4"), FPS, 40, 8, 24)


def timeline(*segments: Segment, **fields: Any) -> Timeline:
    return replace(Timeline(segments, FPS, 36, 64, "crop"), **fields)


def codes(line: Timeline) -> list[str]:
    with pytest.raises(RenderError) as caught:
        check_timeline(line)
    return [problem.code for problem in caught.value.problems]


def test_film_is_the_sum_of_its_shots_whatever_the_transitions() -> None:
    line = timeline(replace(A, transition="dissolve", transition_frames=12), replace(B, num_frames=30), fade_in_frames=6)
    check_timeline(line)
    assert line.num_frames == 54
    assert line.starts == (0, 24)
    assert (line.tail_handle(0), line.head_handle(1), line.head_handle(0), line.tail_handle(1)) == (6, 6, 0, 0)


def test_fades_need_no_handles() -> None:
    line = timeline(
        replace(A, transition="fade_out", transition_frames=7), replace(B, transition="fade_in", transition_frames=8), A
    )
    check_timeline(line)
    assert [line.fade_out(i) for i in range(3)] == [7, 0, 0]
    assert [line.fade_in(i) for i in range(3)] == [0, 0, 4]
    assert [line.head_handle(i) + line.tail_handle(i) for i in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("clip_fps", "expected"),
    [(FPS, [6, 7, 8, 9, 10, 11]), (Fraction(16), [6, 7, 8, 8, 9, 10]), (Fraction(30), [5, 6, 8, 9, 10, 11])],
)
def test_delivery_frames_map_to_clip_frames(clip_fps: Fraction, expected: list[int]) -> None:
    segment = replace(A, clip_fps=clip_fps)
    assert [segment.clip_frame(n, FPS) for n in range(-2, 4)] == expected


def test_every_transition_has_a_picture() -> None:
    named = {name: xfade_name(name) for name in TRANSITIONS}
    assert {name for name, effect in named.items() if effect is None} == {
        *("cut", "match_cut", "jump_cut", "smash_cut", "l_cut", "j_cut", "fade_in", "fade_out")
    }
    assert [xfade_name(f"xfade:{name}") for name in XFADE_NAMES] == list(XFADE_NAMES)
    for unknown in ("morph", "xfade:custom", "xfade:"):
        with pytest.raises(RenderError, match="is not a transition"):
            xfade_name(unknown)


def test_missing_handles_name_the_shot_and_the_frames() -> None:
    line = timeline(replace(A, clip_frames=35, transition="dissolve", transition_frames=12), replace(B, in_frame=2))
    with pytest.raises(RenderError) as caught:
        check_timeline(line)
    first, second = map(str, caught.value.problems)
    assert 'shot "A": the transition out of it needs 6 frames after it' in first
    assert "lacks 3 frames at the end" in first
    assert 'shot "B": the transition into it needs 6 frames before it' in second
    assert "lacks 4 frames at the start" in second


def test_handles_are_checked_to_the_frame_at_another_rate() -> None:
    # At 16 fps the last of 24 + 6 frames is clip frame 8 + floor(29 * 2/3) = 27, the first 8 + floor(-6 * 2/3) = 4.
    out = replace(A, clip_fps=Fraction(16), transition="dissolve", transition_frames=12)
    check_timeline(timeline(replace(out, clip_frames=28), B))
    assert codes(timeline(replace(out, clip_frames=27), B)) == ["handle"]
    into = replace(B, clip_fps=Fraction(16), in_frame=4)
    check_timeline(timeline(replace(out, clip_frames=28), into))
    assert codes(timeline(replace(out, clip_frames=28), replace(into, in_frame=3))) == ["handle"]


def test_short_clips_are_refused_without_transitions_too() -> None:
    check_timeline(timeline(replace(A, clip_frames=32)))
    assert codes(timeline(replace(A, clip_frames=31))) == ["handle"]
    assert codes(timeline(replace(A, in_frame=-1))) == ["handle"]


def test_transitions_may_meet_but_not_overlap() -> None:
    first = replace(A, transition="dissolve", transition_frames=16)
    middle = replace(B, num_frames=16, transition="wipe_left", transition_frames=16)
    check_timeline(timeline(first, middle, replace(A, in_frame=8)))
    assert codes(timeline(first, replace(middle, num_frames=14), A)) == ["transitions-overlap"]
    assert codes(timeline(replace(A, transition="fade_out", transition_frames=20), fade_in_frames=5)) == ["transitions-overlap"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (timeline(), "no-shots"),
        (timeline(A, height=35), "odd-size"),
        (timeline(A, width=0), "odd-size"),
        (timeline(A, fade_in_frames=-1), "fade-in"),
        (timeline(replace(A, transition="dissolve", transition_frames=11), B), "odd-transition"),
        (timeline(replace(A, transition="dissolve", transition_frames=-2), B), "odd-transition"),
        (timeline(replace(A, transition="match_cut", transition_frames=2), B), "cut-length"),
        (timeline(replace(A, transition="morph", transition_frames=2), B), "transition"),
        (timeline(replace(A, transition="dissolve", transition_frames=2)), "last-transition"),
        (timeline(replace(A, transition="fade_in", transition_frames=2)), "last-transition"),
        (timeline(replace(A, num_frames=0)), "segment"),
    ],
)
def test_impossible_timelines_are_refused(line: Timeline, code: str) -> None:
    assert codes(line) == [code]


def test_all_problems_come_at_once() -> None:
    line = timeline(replace(A, transition="morph", transition_frames=2), replace(B, clip_frames=3), height=35)
    assert codes(line) == ["odd-size", "transition", "handle"]
