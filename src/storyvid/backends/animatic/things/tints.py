"""The usual colours of things."""

from __future__ import annotations

from storyvid.backends.animatic.light import Colour, mix

FLAME: Colour = (255, 236, 176)


LIT_GLASS: Colour = (214, 158, 84)


GLOWING: Colour = (250, 196, 104)


PAPER: Colour = (244, 238, 222)


INK: Colour = (96, 92, 100)


WOOD: Colour = (146, 102, 70)


STEEL: Colour = (176, 184, 192)


GOLD: Colour = (222, 178, 86)


WHITE: Colour = (255, 255, 255)


def lighter(colour: Colour, amount: float = 0.3) -> Colour:
    """A colour with some white in it."""
    return mix(colour, WHITE, amount)
