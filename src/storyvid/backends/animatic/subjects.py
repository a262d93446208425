"""The cast: flat stand-ins for people, animals and things, with a small motion of their own.

A stand-in is a list of polygons in metres around its foot, rebuilt for every frame from the clip time and the way it has
gone. Colours come from the character's id, so that a character keeps them all film long; colour words in its description win.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storyvid.backends.animatic import animals, people
from storyvid.backends.animatic.casting import Manner
from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.things import afloat, buildings, hands, objects, shines, vehicles
from storyvid.backends.animatic.words import Member


def draw_subject(member: Member, manner: Manner) -> Shapes:
    """The subject's polygons in metres around its foot, back to front, in final colours.

    Args:
        member: Who or what it is.
        manner: What it does in this frame.
    """
    shapes = FIGURES[member.kind](member, manner)
    return [(points, colour if shines(colour) else manner.palette.shade_subject(colour)) for points, colour in shapes]


FIGURES: Mapping[str, Callable[[Member, Manner], Shapes]] = {
    "person": people.person,
    "hand": hands.hand,
    "dog": animals.dog,
    "cat": animals.cat,
    "bird": animals.bird,
    "horse": animals.horse,
    "fish": animals.fish,
    "car": vehicles.car,
    "bicycle": vehicles.bicycle,
    "train": vehicles.train,
    "boat": afloat.boat,
    "aeroplane": afloat.aeroplane,
    "balloon": afloat.balloon,
    "lighthouse": buildings.lighthouse,
    "house": buildings.building,
    "tree": buildings.tree,
    "object": objects.alone,
}
