"""The picks file beside a storyboard: which take of each shot is in the film.

``my.picks.json`` belongs to ``my.json`` and holds ``{"S02": 2, "S05": 3}``; shots that it doesn't name have take 1. It is a
file of its own, since it tells of what was rendered, and the storyboard of what is wanted.
"""

from __future__ import annotations

from pathlib import Path

from storyvid.errors import Problem, StoryboardError
from storyvid.storyboard.findings import show
from storyvid.storyboard.json_text import parse_json, read_text

SUFFIX = ".picks.json"
MOST_TAKES = 99
FIX = 'write it as {"S02": 2}: the shot\'s id and the number of the take, 1 to 99'


def picks_path(storyboard: Path) -> Path:
    """The picks file of a storyboard."""
    return storyboard.with_name(storyboard.stem + SUFFIX)


def read_picks(storyboard: Path) -> tuple[dict[str, int], tuple[Problem, ...]]:
    """Takes by shot id, and what was repaired in the file; both empty where there is none.

    Args:
        storyboard: The storyboard's file.

    Raises:
        StoryboardError: The file can't be read or holds something else.
    """
    path = picks_path(storyboard)
    if not path.exists():
        return {}, ()
    picks, repairs = parse_json(read_text(path)[0], path.name)
    if not isinstance(picks, dict):
        raise StoryboardError(Problem(path.name, f"holds {show(picks)}, not shots with takes", FIX, "picks"))
    wrong = [
        (shot, take)
        for shot, take in picks.items()
        if isinstance(take, bool) or not isinstance(take, int) or not 1 <= take <= MOST_TAKES
    ]
    if wrong:
        raise StoryboardError([Problem(f"{path.name}, {shot}", f"{show(take)} is no take", FIX, "picks") for shot, take in wrong])
    return dict(picks), tuple(repairs)
