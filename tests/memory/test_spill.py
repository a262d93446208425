"""A card whose memory lies in RAM is known by what torch holds of it, or by steps that are far slower than others."""

from __future__ import annotations

import pytest
from loguru import logger

from storyvid.diffusion.denoise import StepState
from storyvid.memory import spill
from storyvid.memory.spill import Spill, Spills, Used, find_spill, spill_told

ROOM, FULL, OVER = Used(11.9, 9.0, 8.0), Used(11.9, 11.8, 10.4), Used(11.9, 11.8, 13.1)


@pytest.mark.parametrize(
    ("step_s", "used", "found"),
    [
        ([9.0, 1.0, 1.0, 1.1], [ROOM] * 4, None),
        ([9.0, 1.0, 1.0, 9.0], [ROOM] * 4, None),  # slow, but there is room: another program
        ([9.0, 1.0, 2.9, 1.0], [FULL] * 4, None),  # full, but not slow
        ([9.0, 1.0, 4.0, 5.0], [ROOM, ROOM, FULL, FULL], Spill(2, 1.0, 5.0)),
        ([9.0, 4.0, 5.0, 4.0], [OVER] * 4, Spill(3, None, 5.0)),
        ([9.0, 1.0, 5.0], [ROOM, ROOM, OVER], Spill(1, 1.0, 5.0)),
        ([9.0, 1.0, 5.0, 1.0], [FULL] * 4, None),  # one alone: another expert is fetched
        ([9.0, 1.0, 5.0], [None] * 3, None),
        ([9.0], [OVER], None),
        ([], [], None),
    ],
)
def test_what_counts_as_one(step_s: list[float], used: list[Used | None], found: Spill | None) -> None:
    assert find_spill(step_s, used) == found


def test_steps_that_a_cache_skips_are_no_measure() -> None:
    assert find_spill([9.0, 1.0, 5.0, 1.0, 5.0], [FULL] * 5, alike=False) is None
    assert find_spill([9.0, 1.0, 5.0], [OVER] * 3, alike=False) == Spill(2, None, 5.0)


def test_what_other_calls_took_is_one() -> None:
    assert find_spill([9.0, 5.0, 5.0], [FULL] * 3, usual_s=1.0) == Spill(2, 1.0, 5.0)
    assert find_spill([9.0, 5.0, 5.0], [FULL] * 3, usual_s=4.0) is None


def test_it_is_told_once_a_shot_and_recorded_for_every_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(str(message)), level="WARNING", format="{message}")
    card, spills = (11.9, 9.0, 8.0), Spills()
    monkeypatch.setattr(spill, "card_now", lambda: card)
    found = []
    for shot, seconds in (("S01", 1.0), ("S02", 5.0), ("S02", 5.0), ("S03", 5.0)):
        watch = spills.watch(f'shot "{shot}", chunk 1', shot, (704, 1280), alike=True)
        for step in range(3):
            watch(StepState(None, step + 1, 3, None, seconds))
        found.append(spills.over(watch, shot))
        card = (11.9, 11.8, 10.4)
    logger.remove(sink)
    slow = {"spill": {"steps": 2, "usual_s": 1.0, "worst_s": 5.0}}
    assert found == [{}, slow, slow, slow]
    assert [line.partition(",")[0] for line in lines] == ['shot "S02"', 'shot "S03"']


def test_it_is_told_with_the_cap() -> None:
    said = str(spill_told(Spill(2, 1.0, 5.04), 'shot "S01", chunk 1', 11.94))
    assert said.startswith('shot "S01", chunk 1: 2 of its steps take up to 5.0 s instead of 1.0 s while the card is full')
    assert "memory.cap_gb=10," in said
    assert "instead of" not in str(spill_told(Spill(2, None, 5.0), "here", 8.0)).partition("Fix")[0]
