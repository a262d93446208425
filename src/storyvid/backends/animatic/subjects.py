"""The cast: flat stand-ins for people, animals and things, with a small motion of their own.

A stand-in is a list of polygons in metres around its foot, rebuilt for every frame from the clip time alone. Colours
come from the character's id, so that a character keeps them all film long; colour words in its description win.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storyvid.backends.animatic import animals, people, things
from storyvid.backends.animatic.casting import Manner
from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.words import Member

PERCH_M: Mapping[str, float] = {"bird": 2.6, "lantern": 0.74}
SPREAD_M = 0.86  # between two people


def draw_subject(member: Member, manner: Manner) -> Shapes:
    """The subject's polygons in metres around its foot, back to front, in final colours.

    Args:
        member: Who or what it is.
        manner: What it does in this frame.
    """
    shapes = FIGURES[member.kind](member, manner)
    return [
        (points, manner.palette.shade_subject(colour)) if not things.shines(colour) else (points, colour)
        for points, colour in shapes
    ]


FIGURES: Mapping[str, Callable[[Member, Manner], Shapes]] = {
    "person": people.person,
    "dog": animals.dog,
    "cat": animals.cat,
    "bird": animals.bird,
    "car": things.car,
    "boat": things.boat,
    "lighthouse": things.lighthouse,
    "house": things.cottage,
    "tree": things.tree,
    "lantern": things.lantern,
}
