"""Counting frames and deriving seeds: exact rationals and a documented hash, never float seconds."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from fractions import Fraction
from math import floor


def derive_seed(seed: int, key: str | int) -> int:
    """The seed of a part, from the seed of the whole: the first 32 bits of SHA-256 over ``"<seed>/<key>"`` (UTF-8).

    Inserting or moving a part changes no other part's seed. 32 bits fit every generator and every JSON reader.

    Args:
        seed: Seed of the whole, 0 to 2**32 - 1.
        key: Shot id, take, or chunk index from 0.
    """
    return int.from_bytes(hashlib.sha256(f"{seed}/{key}".encode()).digest()[:4], "big")


def take_seed(shot_seed: int, take: int) -> int:
    """The seed of a take: the first has the shot's own, take n has ``derive_seed(shot_seed, "take n")``.

    Args:
        shot_seed: 0 to 2**32 - 1.
        take: From 1.
    """
    return shot_seed if take == 1 else derive_seed(shot_seed, f"take {take}")


def count_programme_frames(durations_s: Sequence[Fraction], fps: Fraction) -> list[int]:
    """Programme frames of each shot, so that shot k ends at frame floor(sum of durations * fps + 1/2).

    Rounding the running sum keeps the film within half a frame of its length, however many shots there are.

    Args:
        durations_s: Programme time of each shot, seconds, exact.
        fps: Delivery rate, frames per second.
    """
    ends = [0]
    total = Fraction(0)
    for duration in durations_s:
        total += duration
        ends.append(floor(total * fps + Fraction(1, 2)))
    return [end - start for start, end in itertools.pairwise(ends)]


def even_frames(duration_s: float, fps: Fraction) -> int:
    """A transition's length rounded to an even number of frames, so that each side gives half.

    Args:
        duration_s: Seconds, >= 0.
        fps: Delivery rate.
    """
    return 2 * floor(Fraction(repr(duration_s)) * fps / 2 + Fraction(1, 2))
