"""Wan 2.x: style first, then cinematic tags, who and where, and what happens; beside a picture only what changes.

Order and rules: ``wan/utils/system_prompt.py`` in Wan-Video/Wan2.2 and Alibaba's prompt guide. At most four cinematic
attributes, no angle together with a camera move, no mood prose; 200 words from text, 100 beside a picture.
"""

from __future__ import annotations

from storyvid.errors import Problem
from storyvid.prompts.camera import describe_view, moves
from storyvid.prompts.parts import ShotWords, Template, action, capitalised, looks, movement, place, sentence, style

MAX_ATTRIBUTES = 4

# What stays when a shot names more than four.
ATTRIBUTE_PRIORITY = (
    "camera.size",
    "lighting",
    "camera.angle",
    "camera.framing",
    "camera.lens",
    "camera.depth_of_field",
    "camera.lens_type",
)


def tags(words: ShotWords) -> str:
    """Size, framing, angle, lens and light in one line, at most four."""
    left_out = _over_limit(words)
    kept = (text.rstrip(" .,;") for field, text in _attributes(words).items() if field not in left_out)
    return sentence(capitalised(", ".join(kept)))


def _attributes(words: ShotWords) -> dict[str, str]:
    attributes = describe_view(words.camera) | ({"lighting": words.lighting} if words.lighting else {})
    if moves(words.camera):
        attributes.pop("camera.angle", None)
    return attributes


def _over_limit(words: ShotWords) -> tuple[str, ...]:
    named = [field for field in ATTRIBUTE_PRIORITY if field in _attributes(words)]
    return tuple(named[MAX_ATTRIBUTES:])


def _advise(words: ShotWords, where: str) -> list[Problem]:
    return [
        *(_angle_left_out(words, where) if moves(words.camera) and words.camera.angle else []),
        *(_attribute_left_out(words, field, where) for field in _over_limit(words)),
        *(_mood_left_out(words, where) if words.mood else []),
    ]


def _angle_left_out(words: ShotWords, where: str) -> list[Problem]:
    camera = words.camera
    what = f'angle "{camera.angle}" is not sent to Wan, because the shot also has the camera move "{camera.movement}"'
    return [Problem(f"{where}, camera.angle", what, "drop one of the two, or describe the view in prompt", "angle-left-out")]


def _attribute_left_out(words: ShotWords, field: str, where: str) -> Problem:
    what = f'"{_attributes(words)[field]}" is not sent to Wan: the shot has more than {MAX_ATTRIBUTES} cinematic attributes'
    return Problem(f"{where}, {field}", what, "drop another one, or say it in prompt", "attribute-left-out")


def _mood_left_out(words: ShotWords, where: str) -> list[Problem]:
    what = f'mood "{words.mood}" is not sent to Wan, whose makers advise against mood prose'
    return [Problem(f"{where}, mood", what, "show it in prompt or lighting: a face, a gesture, weather, colours", "mood-left-out")]


TEMPLATE = Template(
    full=(style, tags, looks, place, action, movement),
    change=(looks, action, movement),
    max_words=200,
    max_change_words=100,
    advise=_advise,
)
