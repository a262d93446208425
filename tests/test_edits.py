"""Any edits of a storyboard: exactly the shots whose pixels may change are rendered, and the film is as if made from nothing.

What may change is told here from the storyboard alone, without fingerprints: a shot is what is said of it, the handles that its
joins need, and, where it continues from another, all of that again for the other.
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from storyvid import video
from storyvid.backends.base import close_backends
from storyvid.record.tracker import NoTracker
from storyvid.run import render_film
from tests.films import film, storyboard

# 64 pixels are 4 macroblocks, half of what x264's AVX-512 takes at once: such films differed, see decisions/x264-without-avx512.md.
SMALL = ("resolution.height=36", "resolution.width=64", "upscale=none", "tracking=none")
HANDLES = 0.125  # seconds: 3 frames on each side, enough for joins of a quarter of a second
# Each names its own place, so that no shot is drawn where another takes place.
PROMPTS = ("A red ball in a cave.", "A dog floats in space.", "A fish swims underwater.", "A horse in the desert.")
MOVES = ("static", "pan_left", "dolly_in")
JOINS: dict[str, Any] = {"cut": 0, "dissolve": 6, "wipe_left": 12}  # frames of each; 6 lie within the handles, 12 do not

Board = list[dict[str, Any]]


def first_board() -> Board:
    return [
        {"id": f"S0{number + 1}", "prompt": PROMPTS[number], "duration": 0.75, "move": "static", "join": "cut", "after": False}
        for number in range(3)
    ]


def change(key: str, values: tuple[Any, ...]) -> Callable[[Board, int, int], None]:
    def edit(board: Board, shot: int, value: int) -> None:
        board[shot % len(board)][key] = values[value % len(values)]

    return edit


def insert(board: Board, shot: int, value: int) -> None:
    number = next(n for n in itertools.count(1) if f"S{n:02}" not in {one["id"] for one in board})
    new = {"prompt": PROMPTS[value % 4], "duration": 0.75, "move": "static", "join": "cut", "after": value % 2 == 0}
    board.insert(shot % (len(board) + 1), {"id": f"S{number:02}", **new})


def remove(board: Board, shot: int, value: int) -> None:
    if len(board) > 1:
        del board[shot % len(board)]


def move(board: Board, shot: int, value: int) -> None:
    board.insert(value % len(board), board.pop(shot % len(board)))


EDITS: dict[str, Callable[[Board, int, int], None]] = {
    "prompt": change("prompt", PROMPTS),
    "move": change("move", MOVES),
    "duration": change("duration", (0.75, 1.0)),
    "seed": change("seed", (1, 2)),
    "join": change("join", tuple(JOINS)),
    "continue": change("after", (True, False)),
    "caption": change("caption", ("One", "Two")),
    "notes": change("notes", ("a", "b")),
    "insert": insert,
    "remove": remove,
    "reorder": move,
}


def shots_of(board: Board) -> Iterator[dict[str, Any]]:
    for number, shot in enumerate(board):
        said = {key: value for key, value in shot.items() if key not in ("move", "join", "after")}
        frames = JOINS[shot["join"]] if number + 1 < len(board) else 0
        join = {"type": shot["join"], "duration": frames / 24} if frames else "cut"
        continuity = "continue" if shot["after"] and number else "cut"
        yield said | {"camera": {"movement": shot["move"]}, "transition": join, "continuity": continuity}


def what_it_is(board: Board, number: int) -> str:
    """Everything that may decide the pixels of a shot, in words of the storyboard."""
    shot, spare = board[number], round(HANDLES * 24)
    before = JOINS[board[number - 1]["join"]] // 2 if number else 0
    behind = JOINS[shot["join"]] // 2 if number + 1 < len(board) else 0
    continues = bool(shot["after"] and number)
    said = [shot["prompt"], shot["move"], shot["duration"], shot.get("seed", shot["id"])]
    handles = [before if continues else max(before, spare), max(behind, spare)]
    return json.dumps([said, handles, what_it_is(board, number - 1) if continues else None])


def render(board: Board, outputs: Path, name: str) -> tuple[str, dict[str, bool]]:
    """A digest of the film's frames, and which shots were reused."""
    overrides = (*SMALL, f"paths.outputs={outputs.as_posix()}", f"edit.handles={HANDLES}")
    prepared = film(storyboard(*shots_of(board)), *overrides, folder=outputs.parent)
    (outputs / name).mkdir(parents=True)
    assert render_film(prepared, outputs / name, NoTracker()) == 0
    manifest = json.loads((outputs / name / "metadata" / "manifest.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256()
    for frame in video.read_frames(outputs / name / "assembled" / "film.mp4"):
        digest.update(frame.tobytes())
    return digest.hexdigest(), {shot["id"]: shot["reused"] for shot in manifest["shots"]}


edits = st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 5), st.integers(0, 11)), min_size=1, max_size=3)


def specs_of(board: Board) -> dict[str, str]:
    return {shot["id"]: what_it_is(board, index) for index, shot in enumerate(board)}


@cache
def before_any_edit() -> tempfile.TemporaryDirectory[str]:
    """A folder with the first board's film in its ``outputs``: every example begins with a copy of it."""
    folder = tempfile.TemporaryDirectory()
    found, reused = render(first_board(), Path(folder.name) / "outputs", "0")
    assert found == render(first_board(), Path(folder.name) / "fresh", "run")[0]
    assert not any(reused.values())
    return folder


def check(rounds: list[list[tuple[str, int, int]]]) -> None:
    """Edit, render over what is there and from nothing, compare; and so on."""
    board = first_board()
    rendered = set(specs_of(board).values())
    with tempfile.TemporaryDirectory() as folder:
        kept = shutil.copytree(Path(before_any_edit().name) / "outputs", Path(folder) / "outputs")
        for number, edits_of_round in enumerate(rounds, start=1):
            for name, shot, value in edits_of_round:
                EDITS[name](board, shot, value)
            board = copy.deepcopy(board)
            specs = specs_of(board)
            found, reused = render(board, kept, str(number))
            first = {spec: shot_id for shot_id, spec in reversed(specs.items()) if spec not in rendered}  # twins are rendered once
            assert {shot_id for shot_id, was in reused.items() if not was} == set(first.values()), (board, reused)
            fresh, _ = render(board, Path(folder) / f"fresh{number}", "run")
            assert found == fresh, board
            rendered.update(specs.values())


@pytest.fixture(autouse=True)
def _fresh_backend() -> Iterator[None]:
    close_backends()
    yield
    close_backends()


@settings(max_examples=6, deadline=None, derandomize=True, phases=[Phase.generate])  # shrinking would take minutes
@given(st.lists(edits, min_size=1, max_size=3))
def test_edits_render_exactly_what_may_change(rounds: list[list[tuple[str, int, int]]]) -> None:
    check(rounds)


@pytest.mark.stress
@settings(max_examples=150, deadline=None, phases=[Phase.generate])
@given(st.lists(edits, min_size=1, max_size=5))
def test_many_edits_render_exactly_what_may_change(rounds: list[list[tuple[str, int, int]]]) -> None:
    check(rounds)
