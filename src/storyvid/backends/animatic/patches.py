"""The patches under the cast that tie it to the ground."""

from __future__ import annotations

from dataclasses import dataclass

from storyvid.backends.animatic import casting
from storyvid.backends.animatic.light import Palette, darker, mix
from storyvid.backends.animatic.pieces import Ground, Piece
from storyvid.backends.animatic.settings import Place
from storyvid.backends.animatic.shapes import ellipse
from storyvid.backends.animatic.staging import FLOAT_KINDS, Actor
from storyvid.backends.animatic.view import View
from storyvid.backends.animatic.words import ShotWords


@dataclass
class Follow:
    """A patch on the ground that goes along with an actor; `draw` moves it."""

    patch: Ground
    actor: Actor

    def __post_init__(self) -> None:
        self.z = self.patch.z

    def paint(self, view: View) -> None:
        """Painted where the actor started; `draw` moves the patch along."""
        self.patch.paint(view)


def shadows(cast: tuple[Actor, ...], place: Place, palette: Palette, words: ShotWords) -> list[Piece]:
    """A soft patch under everything that stands, which ties it to the ground."""
    pieces: list[Piece] = []
    if place.weightless:
        return pieces
    ground = place.underfoot or place.near
    for actor in cast:
        member = actor.member
        if member.kind == "hand" or actor.y > 4 or (member.kind == "bird" and place.underfoot is None and words.setting == "sea"):
            continue
        on_table = member.kind == "object" and actor.y > 0 and place.surface is not None
        base = place.surface.colour if on_table and place.surface is not None else ground
        wide = min(9.0, casting.width_of(member) * (0.28 if on_table else 0.56))
        flat = 0.12 if member.kind in FLOAT_KINDS else min(0.42, 0.5 / wide)
        tint = mix(darker(base, 0.66), palette.tone, 0.18)
        height = actor.y if on_table else 0.0
        for share, colour in ((1.25, mix(tint, base, 0.5)), (0.85, tint)):
            spot = ellipse(actor.x, actor.z, wide * share, wide * flat * share)
            pieces.append(Follow(Ground(spot, colour, actor.z + (0.02 if on_table else 0.3), y=height), actor))
    return pieces
