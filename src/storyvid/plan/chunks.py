"""Cutting a shot into the calls that a model can make: on its grid, balanced, with frames to spare at the joins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil

from storyvid.backends.base import BackendLimits
from storyvid.plan.planned import ChunkPlan
from storyvid.plan.timing import derive_seed


def chunk_lengths(asked_frames: int, limits: BackendLimits, *, opening_frames: int) -> list[int] | None:
    """Frames of each model call that together cover a shot, balanced and on the grid.

    Each later chunk repeats ``overlap_frames`` handed-over frames, and each chunk but the last leaves ``join_surplus``
    frames of choice for the handoff; both are rendered on top of what was asked.

    Args:
        asked_frames: Clip frames needed, >= 1.
        limits: The backend's limits, with the user's ``max_frames`` applied.
        opening_frames: Frames at the start of the first chunk that repeat another shot's.

    Returns:
        Lengths in order, or None when no number of chunks covers the shot.
    """
    lost_at_join = limits.overlap_frames + limits.join_surplus
    single = limits.round_up(asked_frames + opening_frames)
    if single is not None:
        return [single]
    least = least_frames(limits)
    if limits.round_up(least) is None:
        return None
    count = 2
    while True:
        remaining = asked_frames + opening_frames + (count - 1) * lost_at_join
        lengths: list[int] = []
        for index in range(count):
            length = limits.round_up(max(ceil(Fraction(remaining, count - index)), least))
            if length is None:
                break
            lengths.append(length)
            remaining -= length
        if len(lengths) == count and remaining <= 0:
            return lengths
        count += 1


def least_frames(limits: BackendLimits) -> int:
    """Frames that a chunk with a join must have: room for what is repeated, for the surplus, and for frames to hand over.

    Args:
        limits: The backend's limits.
    """
    return limits.join_surplus + 2 * limits.overlap_frames


def plan_chunks(lengths: Sequence[int], limits: BackendLimits, shot_seed: int, opening_frames: int) -> Iterator[ChunkPlan]:
    """The chunks of a shot with what they repeat, what they spare, and their seeds.

    Args:
        lengths: From `chunk_lengths`.
        limits: The backend's limits.
        shot_seed: Seed of the shot.
        opening_frames: Frames at the start of the first chunk that repeat another shot's.
    """
    for index, length in enumerate(lengths):
        yield ChunkPlan(
            index=index,
            num_frames=length,
            dropped_frames=limits.overlap_frames if index else opening_frames,
            surplus_frames=limits.join_surplus if index < len(lengths) - 1 else 0,
            seed=derive_seed(shot_seed, index),
        )
