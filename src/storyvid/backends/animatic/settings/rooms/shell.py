"""What every interior starts from: floor, walls, ceiling and the light indoors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from storyvid.backends.animatic.facets import Faces, Solid, flank, front, level
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Glow, Ground, Piece
from storyvid.backends.animatic.settings.site import Place, Site, Surface
from storyvid.backends.animatic.shapes import outline

BACK_M = 3.6  # the far wall
BEHIND_M = -26.0  # how far the side walls run on, behind the camera
PATTERN_M = 12.0  # how far to the side the floor shows its pattern
DAYLIGHT = (1.0, 0.93, 0.84)
LAMPLIT = (0.72, 0.57, 0.47)
COOL_DAYLIGHT = (0.96, 1.0, 1.0)
COOL_LAMPLIT = (0.74, 0.80, 0.82)
CANDLELIT = (0.50, 0.38, 0.30)


@dataclass(frozen=True)
class Style:
    """How an interior's shell looks; colours are albedos.

    Attributes:
        wall: Of the walls.
        floor: Of the floor.
        ceiling: Of the ceiling.
        pattern: "boards", "tiles", "checks", "flags" or "plain".
        half_m: Distance of the side walls from the middle.
        height_m: Of the ceiling.
        back_m: Depth of the far wall.
        cool: Lit by cold tubes rather than by warm lamps.
        dim: Lit by a few flames.
        dado: Of the lower metre of the walls, where it differs.
        skirting: Of the board along the floor, where there is one.
    """

    wall: Colour
    floor: Colour = (168, 120, 86)
    ceiling: Colour = (236, 226, 210)
    pattern: str = "boards"
    half_m: float = 5.0
    height_m: float = 2.9
    back_m: float = BACK_M
    cool: bool = False
    dim: bool = False
    dado: Colour | None = None
    skirting: Colour | None = (226, 214, 196)


@dataclass(frozen=True)
class Interior:
    """A shell that is being furnished."""

    site: Site
    style: Style
    place: Place

    def lit(self, albedo: Colour) -> Colour:
        """The colour of a thing under the light of this room."""
        return _lit(self.site, self.style, albedo)

    @property
    def dark_out(self) -> bool:
        """Lamps are on."""
        return self.site.palette.lamps or self.style.dim

    def add(self, *pieces: Piece) -> None:
        """Furnish."""
        self.place.pieces += pieces

    def lamp(self, x: float, y: float, z: float, radius: float, strength: float = 0.8, flicker: float = 0.03) -> None:
        """The light around a lamp, where lamps are on: a bright core and a wide pool."""
        if self.dark_out:
            self.add(Glow(x, y, z - 0.02, radius, (170, 112, 50), strength, flicker))
            self.add(Glow(x, y, z - 0.03, radius * 2.4, (120, 72, 30), 0.6 * strength))


def _tint(site: Site, style: Style) -> Colour:
    """What the light indoors does to colours, factors per channel."""
    if style.dim:
        return CANDLELIT
    if style.cool:
        return COOL_LAMPLIT if site.palette.lamps else COOL_DAYLIGHT
    return LAMPLIT if site.palette.lamps else DAYLIGHT


def _lit(site: Site, style: Style, albedo: Colour) -> Colour:
    tint = _tint(site, style)
    return mix((albedo[0] * tint[0], albedo[1] * tint[1], albedo[2] * tint[2]), site.palette.tone, 0.12)


def interior(site: Site, style: Style, surface: Colour = (150, 104, 72), seam: float = 0.86, board_m: float = 0.16) -> Interior:
    """An empty interior with its walls, ceiling and floor.

    Args:
        site: What it is laid out from.
        style: How the shell looks.
        surface: Albedo of the table or counter that things lie on.
        seam: Factor of the joints in it.
        board_m: Width of its boards; 0 for a plain top.
    """

    def lit(albedo: Colour) -> Colour:
        return _lit(site, style, albedo)

    wall, floor = lit(style.wall), lit(style.floor)
    place = Place(
        floor,
        darker(floor, 0.88),
        fade_m=5,
        end_m=style.back_m,
        sky=(darker(wall, 0.86), wall, darker(wall, 0.94)),
        outdoors=False,
        surface=Surface(lit(surface), darker(lit(surface), seam), 0.76, board_m),
        half_width_m=style.half_m,
        light=_tint(site, style),
        ceiling_m=style.height_m,
    )
    room = Interior(site, style, place)
    room.add(*_floor(style, floor), *_walls(style, lit))
    return room


def _walls(style: Style, lit: Callable[[Colour], Colour]) -> list[Piece]:
    half, top, back = style.half_m, style.height_m, style.back_m
    wall, white = lit(style.wall), lit(style.ceiling)
    far: Faces = [
        (front(-half, half, 0, top, back), wall),
        (front(-half, half, top - 0.34, top, back), darker(wall, 0.955)),
    ]
    sides: Faces = []
    for x, side, tone in ((-half, "right", 0.90), (half, "left", 0.84)):
        sides.append((flank(x, 0, top, BEHIND_M, back, side), darker(wall, tone)))
        if style.dado:
            sides.append((flank(x, 0, 1.1, BEHIND_M, back, side), darker(lit(style.dado), tone)))
        if style.skirting:
            sides.append((flank(x, 0, 0.15, BEHIND_M, back, side), darker(lit(style.skirting), tone)))
    if style.dado:
        far += [(front(-half, half, 0, 1.1, back), lit(style.dado)), (front(-half, half, 1.1, 1.15, back), darker(wall, 0.82))]
    if style.skirting:
        board = lit(style.skirting)
        far += [(front(-half, half, 0, 0.15, back), board), (front(-half, half, 0.14, 0.165, back), darker(wall, 0.74))]
    ceiling = [(level(-half, half, top, BEHIND_M, back, "down"), darker(white, 0.93))]
    return [Solid(ceiling, back + 0.5), Solid(sides, back + 0.4), Solid(far, back + 0.3)]


def _floor(style: Style, floor: Colour) -> list[Piece]:
    """The pattern underfoot, and the shade along the walls."""
    half, back = min(style.half_m, PATTERN_M), style.back_m
    seam = darker(floor, 0.88)
    pieces: list[Piece] = []
    if style.pattern == "boards":
        pieces.append(Solid([([level(x - 0.011, x + 0.011, 0, -9, back) for x in np.arange(-half, half, 0.32)], seam)], 860))
    elif style.pattern in {"tiles", "flags"}:
        pitch = 0.5 if style.pattern == "tiles" else 0.9
        lines = [level(x - 0.012, x + 0.012, 0, -9, back) for x in np.arange(-half, half, pitch)]
        rows = [level(-half, half, 0, z - 0.012, z + 0.012) for z in np.arange(back - pitch * 24, back, pitch)]
        pieces.append(Solid([(lines, seam), (rows, seam)], 860))
    elif style.pattern == "checks":
        pitch, light = 0.55, mix(floor, (255, 252, 244), 0.22)
        squares = [
            level(-half + i * pitch, -half + (i + 1) * pitch, 0, back - (j + 1) * pitch, back - j * pitch)
            for i in range(int(2 * half / pitch))
            for j in range(18)
            if (i + j) % 2
        ]
        pieces.append(Solid([(squares, mix(light, floor, 0.2))], 860))
    shade = darker(floor, 0.84)
    pieces.append(Ground(outline((-half, back - 0.5), (half, back - 0.5), (half, back), (-half, back)), shade, 840))
    return pieces
