"""Whatever changes the pictures changes the clip's key: a stored clip is never shown for another drawing."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from storyvid.backends.animatic.draw import Painter
from storyvid.backends.animatic.scene import build_scene
from storyvid.backends.animatic.words import with_spoken_camera
from storyvid.backends.base import ShotRequest
from storyvid.clips.fingerprint import fingerprint, pixel_inputs
from storyvid.storyboard.schema import Storyboard
from tests.films import film

BOARD: dict[str, Any] = {
    "title": "T",
    "style": "flat",
    "characters": {
        "ana": {"name": "Ana", "description": "a young woman with black hair and a green coat"},
        "ben": {"name": "Ben", "description": "an old man with a white beard and a grey coat"},
        "cy": {"name": "Cy", "description": "a boy in a red jacket"},
    },
    "locations": {
        "square": {"description": "a village square", "time_of_day": "golden hour", "lighting": "soft"},
        "kitchen": {"description": "a small kitchen"},
    },
    "shots": [
        {"id": "A", "prompt": "Ana walks through the forest in rain.", "characters": ["ana"], "camera": {"size": "fs"}},
        {"id": "B", "prompt": "Ana waves and Ben sits.", "characters": ["ana", "ben"], "location": "square",
         "camera": {"size": "ms"}, "dialogue": [{"speaker": "ben", "text": "Hello"}], "mood": "calm"},
        {"id": "C", "prompt": "Ana speaks to Ben.", "characters": ["ana", "ben"], "location": "square",
         "camera": {"size": "mcu", "framing": "ots"}},
        {"id": "D", "prompt": "She looks up.", "characters": ["ana"], "camera": {"size": "cu"}},
        {"id": "E", "prompt": "Over-the-shoulder medium shot, over Ana's shoulder. They talk.", "characters": ["ana", "ben"],
         "location": "kitchen"},
        {"id": "F", "prompt": "Cy runs to the harbour; a dog follows.", "camera": {"size": "ls"}},
    ],
}  # fmt: skip


def shot(board: dict[str, Any], id_: str) -> dict[str, Any]:
    return next(one for one in board["shots"] if one["id"] == id_)


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "names exchanged": lambda b: (b["characters"]["ana"].update(name="Ben"), b["characters"]["ben"].update(name="Ana")),
    "another first character": lambda b: b.update(characters={key: b["characters"][key] for key in ("cy", "ana", "ben")}),
    "a character that is a noun": lambda b: b["characters"].update(dog={"name": "Dog", "description": "a white dog"}),
    "a character less": lambda b: b["characters"].pop("cy"),
    "another look": lambda b: b["characters"]["ana"].update(description="a tall man in a yellow raincoat"),
    "nobody speaks": lambda b: shot(b, "B").pop("dialogue"),
    "another speaker": lambda b: shot(b, "B").update(dialogue=[{"speaker": "ana", "text": "Hello"}]),
    "another mood": lambda b: shot(b, "B").update(mood="angry"),
    "a surprise": lambda b: shot(b, "D").update(mood="surprised"),
    "another style": lambda b: b.update(style="film noir"),
    "an earlier shot elsewhere": lambda b: shot(b, "A").update(prompt="Ana walks through the desert."),
    "another place": lambda b: b["locations"]["kitchen"].update(description="a big library"),
    "another light": lambda b: b["locations"]["square"].update(time_of_day="night"),
    "a first frame": lambda b: shot(b, "D").update(first_frame_prompt="A dark cellar."),
    "a new scene": lambda b: (shot(b, "C").update(scene="1"), shot(b, "D").update(scene="2")),
    "another size": lambda b: shot(b, "D").update(camera={"size": "ms"}),
    "to the left": lambda b: shot(b, "A").update(prompt="Ana walks through the forest in rain, from right to left."),
    "a longer shot": lambda b: shot(b, "A").update(duration=2),
}  # fmt: skip


def requests(board: dict[str, Any]) -> dict[str, tuple[str, ShotRequest]]:
    made = film(Storyboard.model_validate(board), "resolution.height=54", "resolution.width=96")
    return {id_: (fingerprint(pixel_inputs(one, made.config, ())), one) for id_, one in made.requests.items()}


def drawn(request: ShotRequest) -> str:
    painter = Painter(build_scene(with_spoken_camera(request)))
    return hashlib.sha256(b"".join(painter.frame(number).tobytes() for number in (0, 12))).hexdigest()


@cache
def unchanged() -> dict[str, tuple[str, ShotRequest]]:
    """The shots of the board as it is."""
    return requests({**BOARD, "seed": 1})


@cache
def drawn_unchanged(id_: str) -> str:
    return drawn(unchanged()[id_][1])


@pytest.mark.parametrize("change", CHANGES)
def test_one_key_means_one_drawing(change: str) -> None:
    other = copy.deepcopy(BOARD)
    CHANGES[change](other)
    before, after = unchanged(), requests({**other, "seed": 1})
    same_key = [id_ for id_ in before if before[id_][0] == after[id_][0]]
    assert len(same_key) < len(before), "the change is to mean something"
    assert [id_ for id_ in same_key if drawn_unchanged(id_) != drawn(after[id_][1])] == []


def test_what_nobody_sees_draws_nothing_again() -> None:
    other = copy.deepcopy(BOARD)
    other |= {"title": "U", "logline": "x"}
    shot(other, "D").update(
        caption="x", notes="y", sound="z", narration="n", continuation_prompt="she runs", negative_prompt="text"
    )
    shot(other, "B").update(dialogue=[{"speaker": "ben", "text": "Other words"}])
    before, after = requests({**BOARD, "seed": 1}), requests({**other, "seed": 1})
    assert {id_: key for id_, (key, _) in before.items()} == {id_: key for id_, (key, _) in after.items()}
