"""What is said of joins: only what can be seen, with its number and what helps."""

from __future__ import annotations

import pytest

from storyvid.backends.base import ChunkRecord, ColourMatch
from storyvid.continuity.told import continuity_warnings, shot_metrics


def chunk(index, facts=None, **metrics):
    return ChunkRecord(index, 1, 8, 8, 0, "", 1.0, "", facts=facts or {}, metrics=metrics)


def told(*chunks, limit=5.0, asked=None, may_ask=True):
    return [str(one) for one in continuity_warnings('shot "S01"', chunks, told_delta_e=limit, asked=asked, may_ask=may_ask)]


def test_the_worst_drift_is_told_once_with_what_helps():
    chunks = [chunk(0), chunk(1, drift_delta_e=5.4), chunk(2, drift_delta_e=7.21), chunk(3, drift_delta_e=6.0)]
    (line,) = told(*chunks)
    assert line == (
        'shot "S01": the colours of chunk 3 are 7.2 ΔE from those of its first chunk (told from 5)\n'
        "  Fix: none is needed where the story changes the light; else set continuity.colour_match=mkl"
    )


def test_colours_that_were_led_back_far_are_told():
    (line,) = told(chunk(0), chunk(1, match_delta_e=6.04), chunk(2, match_delta_e=4.9), asked=ColourMatch("mkl", 1.0))
    assert line == (
        'shot "S01": the colours of chunk 2 were led back by 6.0 ΔE to those before (told from 5)\n'
        "  Fix: none is needed where the model went astray; where the story changes the light there, "
        "set continuity.colour_match=none"
    )


def test_all_jumps_are_told_in_one_line():
    (line,) = told(chunk(0, seam_delta_e=6.0), chunk(1, seam_delta_e=8.0), chunk(2, seam_delta_e=4.9), chunk(3, seam_delta_e=5.1))
    assert line.startswith('shot "S01": colours jump by up to 8.0 ΔE at the beginning of chunks 1, 2 and 4 (told from 5)\n')
    (line,) = told(chunk(0), chunk(1, seam_delta_e=8.0))
    assert line.startswith('shot "S01": colours jump by 8.0 ΔE at the beginning of chunk 2 (told from 5)\n')


@pytest.mark.parametrize(
    ("asked", "may_ask", "fix"),
    [
        (None, True, "set continuity.colour_match=mkl"),
        (ColourMatch("reinhard", 1.0), True, "set continuity.colour_match=mkl, make the shot shorter, cut, or try another take"),
        (ColourMatch("mkl", 1.0), True, "make the shot shorter, cut, or try another take"),
        (None, False, "make the shot shorter, cut, or try another take"),
    ],
)
def test_only_what_would_help_is_proposed(asked, may_ask, fix):
    (line,) = told(chunk(0), chunk(1, seam_delta_e=9.0), asked=asked, may_ask=may_ask)
    assert line.endswith(f"Fix: {fix}")


def test_nothing_is_said_of_joins_that_are_fine_or_of_none():
    assert told(chunk(0), chunk(1, drift_delta_e=5.0, seam_delta_e=0.4, seam_ratio=3.0)) == []
    assert told(chunk(1, drift_delta_e=99.0), limit=100.0) == []
    assert told() == []


def test_a_chunk_that_was_left_alone_is_told_with_the_reason_and_not_for_its_jump():
    (line,) = told(chunk(0), chunk(1, {"colour_match": {"skipped": "it came back 31 ΔE away"}}, seam_delta_e=30.0))
    assert line.startswith('shot "S01": chunk 2 could not be given the colours before: it came back 31 ΔE away\n')


def test_a_shot_has_the_largest_of_its_chunks():
    chunks = [chunk(0, luma_flicker=9.0), chunk(1, drift_delta_e=3.0, seam_ratio=1.5), chunk(2, drift_delta_e=2.0, seam_ratio=4.0)]
    assert shot_metrics(chunks) == {"drift_delta_e": 3.0, "seam_ratio": 4.0}
    assert shot_metrics([chunk(0)]) == {}
