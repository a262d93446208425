"""The way down where the card is full: it ends from everywhere, every step takes less, and the order is fixed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyvid.memory.ladder import (
    FRAMES,
    LEAST_TILE,
    OFFLOADS,
    TEXT_ENCODERS,
    WAYS,
    Abilities,
    Rung,
    Stage,
    Stand,
    after,
    between,
    depth,
    first_stand,
    lower_of,
    next_rung,
    shorter_chunk,
)
from storyvid.memory.tiles import GRID
from tests.backends.pipelines import memory, option

MOST = len(OFFLOADS) + 7 + len(FRAMES) + 1  # tiles of 2048 pixels are halved six times

some_of = {kind: st.lists(st.sampled_from(values), unique=True).map(tuple) for kind, values in
           (("text_encoders", TEXT_ENCODERS), ("offloads", OFFLOADS))}  # fmt: skip
tiles = st.integers(2, 64).map(lambda number: GRID * number)
abilities = st.builds(
    Abilities,
    **some_of,
    tile=st.none() | tiles,
    tiled=st.booleans(),
    longest_side=st.integers(64, 2048),
    frames=st.none() | st.integers(1, 25),
)
stands = st.builds(
    Stand,
    st.sampled_from(TEXT_ENCODERS),
    st.sampled_from(OFFLOADS),
    tile=st.none() | tiles,
    frames=st.none() | st.sampled_from(FRAMES),
    on_processor=st.booleans(),
)
CARD = Abilities(("int8", "cpu"), OFFLOADS, tile=256, tiled=True, longest_side=1280)


def way(stand: Stand, stage: Stage, can: Abilities) -> list[Rung]:
    """All rungs down to the end."""
    rungs: list[Rung] = []
    while (rung := next_rung(stand, stage, can)) is not None:
        rungs.append(rung)
        stand = after(stand, rung)
        assert len(rungs) <= MOST
    return rungs


@given(stand=stands, stage=st.sampled_from(sorted(WAYS)), can=abilities)
def test_it_ends_and_every_step_takes_less(stand: Stand, stage: Stage, can: Abilities) -> None:
    before = stand
    for rung in way(stand, stage, can):
        below = after(before, rung)
        assert depth(below, rung.name) > depth(before, rung.name)
        assert list(between(before, below)) == [rung]
        assert lower_of(before, below) == lower_of(below, before) == below
        before = below


@given(stand=stands, stage=st.sampled_from(sorted(WAYS)), can=abilities)
def test_what_costs_least_comes_first(stand: Stand, stage: Stage, can: Abilities) -> None:
    order = [WAYS[stage].index(rung.name) for rung in way(stand, stage, can)]
    assert order == sorted(order)


@given(stand=stands, can=abilities)
def test_tiles_are_on_the_grid_and_smaller_than_the_picture(stand: Stand, can: Abilities) -> None:
    for rung in way(stand, "open", can):
        if rung.name == "tile":
            assert rung.value % GRID == 0
            assert LEAST_TILE <= rung.value < can.longest_side


@given(first=stands, stand=stands)
def test_the_rungs_between_two_stands_lead_from_one_to_the_other(first: Stand, stand: Stand) -> None:
    for rung in between(first, stand):
        first = after(first, rung)
    assert first == stand


@pytest.mark.parametrize(
    ("stage", "can", "rungs"),
    [
        ("encode", CARD, ["memory.text_encoder=cpu"]),
        ("encode", Abilities(("cpu",)), ["memory.text_encoder=cpu"]),
        ("load", CARD, ["memory.offload=model", "memory.offload=group", "memory.offload=group_leaf"]),
        ("denoise", CARD, ["memory.offload=model", "memory.offload=group", "memory.offload=group_leaf"]),
        ("denoise", Abilities(offloads=("none", "group", "group_leaf")), ["memory.offload=group", "memory.offload=group_leaf"]),
        ("open", Abilities(offloads=("group",), tile=256, longest_side=320),
         ["tiles of 256 pixels", "tiles of 128 pixels", "tiles of 64 pixels", "memory.offload=group"]),
        ("decode", Abilities(tile=512, longest_side=320),
         ["tiles of 256 pixels", "tiles of 128 pixels", "tiles of 64 pixels", "decoding on the processor"]),
        ("decode", Abilities(frames=14, offloads=("group",), longest_side=1024),
         [*(f"decoding at most {number} frames at once" for number in (8, 4, 2, 1)), "decoding on the processor",
          "memory.offload=group"]),
        ("decode", Abilities(tile=96, tiled=True, longest_side=1024), ["tiles of 64 pixels", "decoding on the processor"]),
    ],
)  # fmt: skip
def test_the_way_down(stage: Stage, can: Abilities, rungs: list[str]) -> None:
    assert [str(rung) for rung in way(Stand("full", "none"), stage, can)] == rungs


@pytest.mark.parametrize(
    ("name", "frames", "shorter"),
    [
        ("wan", 121, 77),
        ("wan", 17, 9),
        ("wan", 9, None),
        ("ltx", 161, 105),
        ("svd", 25, 14),
        ("svd", 14, None),
        ("wan_1_3b", 81, None),
    ],
)
def test_a_chunk_that_needs_less_is_on_the_models_grid(name: str, frames: int, shorter: int | None) -> None:
    assert shorter_chunk(option(name).limits, frames) == shorter


@pytest.mark.parametrize(("profile", "stand"), [("cpu", ("cpu", "none")), ("12gb", ("cpu", "model"))])
def test_where_a_profile_begins(profile: str, stand: tuple[Any, ...]) -> None:
    assert first_stand(memory(profile)) == Stand(*stand)
