"""Roads through the country."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Solid, flank, level, project
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Glow, Ground, Mist, Piece, Prop, Ridge
from storyvid.backends.animatic.settings.layers import clouds, hills, patches, scatter, treeline, tufts
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, outline
from storyvid.backends.animatic.view import View

HALF_M = 3.6  # half the width of the tarmac


@dataclass(frozen=True)
class Verge:
    """What lies beside a road: its ground, the ground far off, and what grows."""

    near: Colour
    far: Colour
    plants: str


VERGES: dict[str, Verge] = {
    "desert|dusty|dust|arid|canyon|route": Verge((206, 164, 112), (222, 186, 138), "cactus"),
    "forest|woods|pines?|trees|wooded": Verge((104, 124, 74), (112, 138, 92), "pine"),
    "mountains?|alpine|pass|highlands?": Verge((122, 136, 88), (136, 152, 112), "pine"),
    "sea|coast|coastal|ocean|beach": Verge((168, 164, 112), (104, 150, 172), "bush"),
    "country|village|farm|green|fields?": Verge((128, 152, 84), (146, 168, 106), "broadleaf"),
}
PLAIN = Verge((150, 140, 100), (168, 160, 124), "bush")


def road(site: Site) -> Place:
    """A straight road to the vanishing point with posts and wires; what grows beside it follows the words."""
    shade, source, palette = site.palette.shade, site.source, site.palette
    verge = next((verge for words, verge in VERGES.items() if site.says(words)), None) or source.choice(
        (PLAIN, VERGES["country|village|farm|green|fields?"])
    )
    place = Place(shade(site.ground(verge.near), 0), shade(site.ground(verge.far), 90), fade_m=20)
    place.pieces += clouds(site, 8) + hills(site, 900, 130, (120, 124, 134), 0.45)
    if verge.plants == "pine":
        for z, tall in ((150.0, 22.0), (90.0, 14.0)):
            xs, ys = treeline(source, z, tall, pointed=True)
            place.pieces += [Ridge(xs, ys, z, shade(site.ground((70, 104, 80)), z)), Mist(z - 0.5, 6, palette.haze, 0.4)]
    else:
        place.pieces += hills(site, 360, 34, darker(verge.near, 0.9), 0.4)
    tar, lane = _tarmac(site)
    place.underfoot = tar
    place.pieces += lane
    if site.says("sea|coast|coastal|ocean|beach"):
        place.pieces += _sea_beside(site, source.choice((-1, 1)))
    place.pieces += _poles(site, source.choice((-1, 1)))
    place.pieces += _plants(site, verge)
    place.pieces += patches(site, darker(verge.near, 0.88), 36, 1.5)
    place.pieces += [tuft for tuft in tufts(site, darker(verge.near, 1.08), -3, 14, 40) if abs(tuft.x) > HALF_M + 0.3]
    if site.says("petrol|gas station|bus stop"):
        _stop(site, place)
    return place


def _sea_beside(site: Site, side: int) -> list[Piece]:
    """Water on one side, behind a crash barrier."""
    deep = mix(site.palette.shade((48, 112, 144), 10), site.palette.middle, 0.35)
    water = Ground(outline((side * 9, 14), (side * 7, -20), (side * 3000, -20), (side * 3000, 1500), (side * 240, 1500)), deep, 866)
    white = site.palette.shade((214, 214, 210), 6)
    x = side * 4.9
    rails = [flank(x, y, y + 0.16, -9, 120, "left" if side > 0 else "right") for y in (0.45, 0.7)]
    posts = [flank(x, 0, 0.86, z, z + 0.16, "left" if side > 0 else "right") for z in range(-8, 80, 3)]
    return [water, Solid([(posts, darker(white, 0.7)), (rails, white)], 3.0)]


def _tarmac(site: Site) -> tuple[Colour, list[Piece]]:
    """The road's colour and its pieces."""
    shade = site.palette.shade
    tar = shade(site.ground((92, 90, 94)), 4)
    if site.wet:
        tar = mix(tar, site.palette.horizon, 0.2)
    dirt = site.says("dirt|dusty|gravel|country lane|track|unpaved")
    tar = shade(site.ground((186, 158, 118)), 4) if dirt else tar
    pieces: list[Piece] = [
        Ground(_strip(HALF_M + 0.5), shade(site.ground((170, 152, 122)), 4), 862),
        Ground(_strip(HALF_M), tar, 860),
    ]  # fmt: skip
    if dirt:
        ruts = [outline((x - 0.35, -40), (x + 0.35, -40), (x + 0.35, 900), (x - 0.35, 900)) for x in (-1.3, 1.3)]
        return tar, [*pieces, *(Ground(rut, darker(tar, 0.9), 850) for rut in ruts)]
    edges = [level(x - 0.07, x + 0.07, 0, -9, 900) for x in (-3.3, 3.3)]
    dashes = [level(-0.08, 0.08, 0, n * 6.0, n * 6.0 + 3) for n in range(-1, 34)]
    pieces += [Solid([(edges, shade((214, 210, 200), 4)), (dashes, shade((226, 206, 140), 4))], 850)]
    for n in range(9):  # mended patches and tyre marks
        x, z = site.source.uniform(-2.6, 2.6), -5 + 34 * (n / 9) ** 1.5
        pieces.append(
            Ground(
                outline((x - 0.4, z), (x + 0.4, z + 0.1), (x + 0.35, z + 1.6), (x - 0.45, z + 1.5)),
                darker(tar, site.source.choice((0.9, 1.08))),
                855,
            )
        )
    return tar, pieces


def _strip(half: float) -> Points:
    return outline((-half, -40), (half, -40), (half, 2000), (-half, 2000))


def _poles(site: Site, side: int) -> list[Piece]:
    """Telegraph poles with their wires, which sag from one to the next, and short posts on the other side."""
    pieces: list[Piece] = []
    for n in range(-1, 13):
        z = 5.0 + n * 15
        wood = site.palette.shade((88, 74, 66), z)
        pole: flora.Shapes = [(box(0, 0, 0.2, 7.2), wood), (box(0, 6.4, 2.0, 0.14), wood), (box(0, 5.7, 1.5, 0.12), wood)]
        pieces.append(Prop(pole, side * 6.8, z))
    zs = np.linspace(-9, 185, 98)
    sag = 0.55 * (1 - np.square(2 * np.mod((zs - 5) / 15, 1.0) - 1))
    for dx in (-0.9, 0.9):
        pieces.append(Wire(np.stack([np.full(98, side * 6.8 + dx), 6.5 - sag, zs], 1), site.palette.shade((84, 80, 84), 40)))
    for n in range(9):
        z = 3.0 + n * 9
        pieces.append(
            Prop(
                [
                    (box(0, 0, 0.13, 0.9), site.palette.shade((232, 230, 222), z)),
                    (box(0, 0.6, 0.14, 0.14), site.palette.shade((60, 60, 64), z)),
                ],
                -side * 4.4,
                z,
            )
        )
    return pieces


def _plants(site: Site, verge: Verge) -> list[Piece]:
    shade, source = site.palette.shade, site.source
    pieces: list[Piece] = []
    tall = verge.plants != "bush"
    for x, z in scatter(site, 4 if tall else -3, 60 if tall else 40, 22, wide=0.8, free=6.5 if tall else 4.8):
        depth = max(0.0, z)
        if verge.plants == "cactus":
            shapes = flora.cactus(source, source.uniform(1.8, 3.6), shade((104, 128, 84), depth))
        elif verge.plants == "pine":
            shapes = flora.pine(source, source.uniform(6, 11), shade(site.ground((66, 102, 76)), depth), shade((84, 66, 56), depth))
        elif verge.plants == "broadleaf":
            shapes = flora.broadleaf(
                source, source.uniform(5, 8), shade(site.ground((104, 138, 74)), depth), shade((92, 72, 58), depth)
            )
        else:
            shapes = flora.fern(source, source.uniform(0.3, 0.8), shade(site.ground((122, 130, 80)), depth))
        pieces.append(Prop(shapes, x, z, sway=0.06 if verge.plants != "cactus" else 0.0))
    return pieces


def _stop(site: Site, place: Place) -> None:
    """A filling station's roof and pumps, or the shelter of a bus stop."""
    shade, side = site.palette.shade, site.source.choice((-1, 1))
    if site.says("bus stop"):
        steel, glass = shade((92, 104, 112), 6), shade((176, 204, 212), 6)
        shapes: flora.Shapes = [
            (box(0, 0.2, 3.2, 2.0), glass),
            (box(-1.6, 0, 0.1, 2.5), steel),
            (box(1.6, 0, 0.1, 2.5), steel),
            (box(0, 2.45, 3.7, 0.16), steel),
            (box(0, 0.45, 2.6, 0.1), shade((150, 106, 72), 6)),
        ]
        place.pieces += [
            Prop(shapes, side * 6.2, 7.0),
            Prop([(box(0, 0, 0.08, 2.8), steel), (box(0, 2.3, 0.6, 0.6), shade((64, 110, 160), 6))], side * 4.3, 6.0),
        ]
        return
    white, red = shade((236, 232, 222), 14), shade((200, 72, 60), 14)
    roof: flora.Shapes = [
        (box(-3.4, 0, 0.3, 4.4), white),
        (box(3.4, 0, 0.3, 4.4), white),
        (box(0, 4.4, 10, 0.8), white),
        (box(0, 4.6, 10, 0.3), red),
        (box(0, 4.36, 9.6, 0.06), flora.LAMPLIGHT if site.palette.lamps else darker(white, 0.8)),
    ]
    for x in (-1.4, 1.4):
        roof += [(box(x, 0, 0.7, 1.6), red), (box(x, 0.9, 0.5, 0.4), shade((40, 44, 50), 14))]
    place.pieces.append(Prop(roof, side * 9.5, 14.0))
    if site.palette.lamps:
        place.pieces.append(Glow(side * 9.5, 3.0, 13.8, 5.5, (150, 140, 110), 0.8))


@dataclass
class Wire:
    """A line in space, as thick as a pixel or two.

    Attributes:
        points: (n, 3) metres, near to far.
        colour: Of the line.
        z: Depth used for the order of painting.
        thick_m: Metres.
    """

    points: Points
    colour: Colour
    z: float = 60.0
    thick_m: float = 0.025

    def paint(self, view: View) -> None:
        """Draw the part in front of the lens as a thin ribbon."""
        ahead = self.points[self.points[:, 2] > view.z + 1.0]
        if len(ahead) < 2:
            return
        line = project(view, ahead)
        half = np.maximum(0.5, 0.5 * self.thick_m * view.focal / (ahead[:, 2] - view.z))
        upper, lower = line.copy(), line.copy()
        upper[:, 1] -= half
        lower[:, 1] += half
        view.fill(np.concatenate([upper, lower[::-1]]), self.colour)
