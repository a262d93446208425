"""What settings are laid out from, and what a layout is: the site and the place."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace

from storyvid.backends.animatic.light import Colour, Palette, mix
from storyvid.backends.animatic.pieces import Piece
from storyvid.backends.animatic.words.reading import mentions

SNOW_WORDS = "snow|snowy|snow-?covered|snowbound|wintry|winter"


@dataclass(frozen=True)
class Surface:
    """A top that hands and small things lie on: a table, a counter, a desk, a work bench.

    Attributes:
        colour: Of the top, final.
        seam: Of the joints between its boards or tiles, and of its edge, final.
        height_m: Above the floor.
        board_m: Width of a board or tile; 0 for a plain top.
    """

    colour: Colour
    seam: Colour
    height_m: float = 0.76
    board_m: float = 0.0


@dataclass
class Place:
    """A laid-out setting.

    Attributes:
        pieces: Everything but the subject, in any order.
        near: Ground at the camera's feet.
        far: Ground towards the horizon.
        fade_m: Distance at which the ground is half way to ``far``.
        end_m: Depth at which the ground ends (a wall), or infinite.
        underfoot: Ground under the subject, where it differs from ``near``.
        sky: Zenith, middle and horizon colours that replace the palette's (a wall), or None.
        outdoors: Whether weather falls here.
        surface: What hands and small things lie on, where the place has such a thing.
        half_width_m: Distance of the side walls from the middle, or infinite.
        ceiling_m: Height of the ceiling, or infinite.
        light: Tint of the light that falls on the cast, factors per channel, where it isn't the hour's: lamps indoors.
        weightless: There is no ground at all: nothing casts a shadow, things float.
    """

    near: Colour
    far: Colour
    fade_m: float = 14.0
    end_m: float = math.inf
    sky: tuple[Colour, Colour, Colour] | None = None
    outdoors: bool = True
    underfoot: Colour | None = None
    surface: Surface | None = None
    half_width_m: float = math.inf
    ceiling_m: float = math.inf
    light: Colour | None = None
    weightless: bool = False
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class Site:
    """What a setting is laid out from.

    Attributes:
        source: Random numbers of the location.
        palette: Colours of the shot.
        words: What the location is said to be, in lower case; variants of a setting are read from it.
        weather: A weather of `weather.Weather`.
        afloat: The subject floats, so that the ground is water up to the camera.
    """

    source: random.Random
    palette: Palette
    words: str = ""
    weather: str = "clear"
    afloat: bool = False

    def apart(self) -> Site:
        """The site with random numbers of its own for one feature, at the cost of one, whether the feature is there or not.

        What comes with an hour, a weather or a boat in frame is laid out from it; all else stays where it is.
        """
        return replace(self, source=random.Random(self.source.getrandbits(64)))

    @property
    def snowy(self) -> bool:
        """Snow lies: it falls, or the words say so."""
        return self.weather == "snow" or self.says(SNOW_WORDS)

    @property
    def wet(self) -> bool:
        """The ground is wet and mirrors a little."""
        return self.weather in {"rain", "storm"} or self.says("wet|rain-?soaked|rainy|puddles?")

    def says(self, words: str) -> bool:
        """Whether the location's words name one of the alternatives."""
        return mentions(words, self.words) > 0

    def ground(self, albedo: Colour) -> Colour:
        """A ground's own colour, under snow where it lies."""
        return mix(albedo, (242, 246, 252), 0.86) if self.snowy else albedo
