"""What is read of a film once, however many of its shots ask for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from storyvid.storyboard.schema import Storyboard

FILMS_KEPT = 4
Read = TypeVar("Read")


class _Film:
    """A storyboard as a key: equal to itself alone.

    Storyboards don't change, and they have no hash. While the key is kept it holds the storyboard, so that the id can't pass to
    another.
    """

    def __init__(self, storyboard: Storyboard) -> None:
        self.storyboard = storyboard

    def __hash__(self) -> int:
        return id(self.storyboard)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Film) and other.storyboard is self.storyboard


def once_per_film(read: Callable[[Storyboard], Read]) -> Callable[[Storyboard], Read]:
    """Keep what a function reads from each of the last few storyboards.

    Args:
        read: Depends on the storyboard alone.
    """
    kept = lru_cache(maxsize=FILMS_KEPT)(lambda film: read(film.storyboard))

    @wraps(read)
    def once(storyboard: Storyboard) -> Read:
        return kept(_Film(storyboard))

    return once
