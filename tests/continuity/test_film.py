"""A film with joins: its shots are asked for with their colours matched, its records hold the numbers, and drift is told."""

from __future__ import annotations

import json

import pytest

from storyvid import run
from storyvid.backends.base import ColourMatch
from storyvid.clips import shots
from storyvid.record.tracker import NoTracker
from storyvid.run import render_film
from tests.clips.straying import StrayingBackend
from tests.films import film, storyboard

SMALL = ("resolution.height=64", "resolution.width=96", "upscale=none", "tracking=none", "backend.max_frames=16")
MATCHES = "backend.uses=[colour_match]"


def asked(*overrides, shot="S01", continuity="cut", max_frames=16):
    board = storyboard({"duration": 2}, {"duration": 0.5, "continuity": continuity})
    return film(board, *SMALL, f"backend.max_frames={max_frames}", *overrides).requests[shot].colour_match


def test_only_shots_with_joins_are_matched():
    assert asked(MATCHES) == ColourMatch("mkl", 1.0)
    assert asked(MATCHES, shot="S02") is None
    assert asked(MATCHES, shot="S02", continuity="continue") == ColourMatch("mkl", 1.0)
    assert asked(MATCHES, max_frames=100) is None


def test_it_can_be_chosen_and_turned_off():
    assert asked(MATCHES, "continuity.colour_match=reinhard", "continuity.strength=0.5") == ColourMatch("reinhard", 0.5)
    assert asked(MATCHES, "continuity.colour_match=none") is None
    assert asked(MATCHES, "continuity.strength=0") is None


def test_the_animatic_is_left_alone_and_says_so():
    assert asked() is None
    typed = ("continuity.colour_match", "continuity.strength", "continuity.told_delta_e")
    warnings = film(storyboard({}), *SMALL, typed=typed).plan.warnings
    (where,) = (problem.where for problem in warnings if problem.code == "unused-setting")
    assert where == "continuity.colour_match, continuity.strength"


@pytest.fixture
def rendered(tmp_path, monkeypatch):
    monkeypatch.setattr(shots, "load_backend", lambda config, memory: StrayingBackend(config))
    monkeypatch.setattr(run, "_told", set())

    def render(*overrides):
        folder = tmp_path / str(len(overrides))
        prepared = film(
            storyboard({"duration": 2}), *SMALL, MATCHES, *overrides, f"paths.outputs={folder.as_posix()}", folder=tmp_path
        )
        assert render_film(prepared, folder / "run", NoTracker()) == 0
        record = json.loads((folder / "run" / "metadata" / "shots" / "S01.json").read_text(encoding="utf-8"))
        return record, (folder / "run" / "metadata" / "run.log").read_text(encoding="utf-8")

    return render


def test_drift_is_recorded_and_told_where_nothing_is_done_about_it(rendered):
    record, log = rendered("continuity.colour_match=none")
    assert record["metrics"]["drift_delta_e"] == max(chunk["metrics"].get("drift_delta_e", 0) for chunk in record["chunks"]) > 8
    assert 'shot "S01": the colours of chunk 4 are ' in log
    assert "set continuity.colour_match=mkl" in log


def test_colours_that_were_led_back_are_recorded_and_nothing_is_told(rendered):
    record, log = rendered()
    assert record["metrics"]["drift_delta_e"] < 1
    assert [chunk["facts"].get("colour_match", {}).get("method") for chunk in record["chunks"]] == [None, "mkl", "mkl", "mkl"]
    assert [chunk["metrics"].get("match_delta_e", 0) > 2 for chunk in record["chunks"]] == [False, True, True, True]
    assert "ΔE" not in log
