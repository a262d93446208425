"""Things that can be a shot's subject: vehicles, boats, buildings, small objects, and the hands that hold them."""

from __future__ import annotations

from storyvid.backends.animatic.flora import LAMPLIGHT
from storyvid.backends.animatic.light import Colour
from storyvid.backends.animatic.things.tints import FLAME, GLOWING, LIT_GLASS

SHINING = frozenset({LAMPLIGHT, FLAME, LIT_GLASS, GLOWING})


def shines(colour: Colour) -> bool:
    """Whether a colour is light given off, which no shading darkens."""
    return colour in SHINING
