"""What stands in the middle of an open place where its words name it: a fountain, a well."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from storyvid.backends.animatic.facets import Face, Faces, Solid
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Piece, Prop
from storyvid.backends.animatic.settings.site import Site
from storyvid.backends.animatic.shapes import box, ellipse, outline
from storyvid.backends.animatic.view import NEAR_M, View

FOUNTAIN_WORDS, WELL_WORDS = "fountains?", "(?:village|stone|wishing|water|draw) well|well in the (?:middle|centre|center)"
STANDS_M = 5.5  # behind the subject
SIDES = 10
STONE: Colour = (182, 172, 156)
JETS, DROPS = 4, 5
FALL_S = 0.7  # of a drop, from the bowl's edge to the basin


def landmarks(site: Site) -> list[Piece]:
    """Pieces of what the place's words name, behind where the cast stands."""
    if site.says(FOUNTAIN_WORDS):
        return _fountain(site, 0.0, STANDS_M)
    if site.says(WELL_WORDS):
        return _well(site, -2.4, STANDS_M - 2)
    return []


def _fountain(site: Site, x: float, z: float) -> list[Piece]:
    stone = site.palette.shade(site.ground(STONE), z)
    water = mix(site.palette.shade((96, 150, 170), z), site.palette.middle, 0.35)
    back, front = _basin(x, z, 2.0, 0.55, stone, water)
    bowl = outline((-0.18, 1.22), (0.18, 1.22), (0.85, 1.52), (-0.85, 1.52))
    column = Prop(
        [
            ([outline((-0.26, 0.4), (0.26, 0.4), (0.15, 1.3), (-0.15, 1.3)), box(0.0, 1.5, 0.18, 0.5)], darker(stone, 0.92)),
            (bowl, stone),
            (outline((-0.18, 1.22), (-0.02, 1.22), (-0.30, 1.52), (-0.85, 1.52)), darker(stone, 0.84)),
            (ellipse(0.0, 2.06, 0.17, 0.17, points=14), stone),
        ],
        x,
        z,
    )  # fmt: skip
    return [back, column, Jets(x, z - 0.05, mix(water, (255, 255, 255), 0.55)), front]


def _well(site: Site, x: float, z: float) -> list[Piece]:
    stone, wood = (site.palette.shade(site.ground(albedo), z) for albedo in (STONE, (132, 98, 70)))
    back, front = _basin(x, z, 0.75, 0.85, stone, darker(stone, 0.25))
    roof = outline((-1.05, 2.15), (1.05, 2.15), (0.75, 2.75), (-0.75, 2.75))
    posts = [box(side * 0.68, 0.0, 0.11, 2.2) for side in (-1, 1)]
    bucket = [box(0.0, 1.35, 0.03, 0.8), outline((-0.12, 1.1), (0.12, 1.1), (0.15, 1.36), (-0.15, 1.36))]
    frame = Prop([(posts, darker(wood, 0.85)), (bucket, wood), (roof, site.palette.shade((150, 84, 66), z))], x, z)
    return [back, frame, front]


def _basin(x: float, z: float, radius: float, height: float, stone: Colour, water: Colour) -> tuple[Solid, Solid]:
    """A round trough as its far half with the water, and its near half: what stands in it is painted in between."""
    turn = math.tau * (np.arange(SIDES + 1) + 0.5) / SIDES
    rim = [np.stack([x + share * radius * np.cos(turn), z + share * radius * np.sin(turn)], 1) for share in (1.0, 0.86)]

    def wall(edge: int, n: int) -> Face:
        (ax, az), (bx, bz) = rim[edge][n], rim[edge][n + 1]
        return Face(np.array([(ax, 0, az), (bx, 0, bz), (bx, height, bz), (ax, height, az)]), "front")

    def top(n: int) -> Face:
        corners = (rim[0][n], rim[0][n + 1], rim[1][n + 1], rim[1][n])
        return Face(np.array([(px, height, pz) for px, pz in corners]), "up")

    far = [n for n in range(SIDES) if math.sin(turn[n]) + math.sin(turn[n + 1]) > 0]
    near = [n for n in range(SIDES) if n not in far]
    surface = Face(np.array([(px, 0.8 * height, pz) for px, pz in rim[1][:-1]]), "up")
    light = mix(stone, (255, 250, 236), 0.16)
    back: Faces = [
        ([wall(1, n) for n in far], darker(stone, 0.72)),
        (surface, water),
        ([top(n) for n in far], light),
    ]
    front: Faces = [(wall(0, n), darker(stone, 0.80 + 0.16 * math.cos(turn[n]))) for n in near]
    return Solid(back, z + 0.1), Solid([*front, ([top(n) for n in near], light)], z - 0.1)


@dataclass
class Jets:
    """Water that runs over the edge of a fountain's bowl into its basin.

    Attributes:
        x: Middle, metres.
        z: Depth.
        colour: Of the water.
    """

    x: float
    z: float
    colour: Colour

    def paint(self, view: View) -> None:
        """Draw the falling streams with the drops that run down in them."""
        if self.z - view.z < NEAR_M:
            return
        scale = view.scale(self.z)
        foot = view.place(self.x, 0.0, self.z)
        for n in range(JETS):
            across = -0.78 + 1.56 * n / (JETS - 1)
            path = np.array([_falling(across, age) for age in np.linspace(0, 1, 6)])
            half = np.array((0.014 + 0.004 * math.sin(5.0 * view.t + 2.0 * n), 0.0))
            stream = np.concatenate([path - half, (path + half)[::-1]])
            view.fill(stream * (scale, -scale) + foot, self.colour)
            for drop in range(DROPS):
                px, py = _falling(across, (view.t / FALL_S + drop / DROPS + 0.37 * n) % 1.0)
                view.fill(ellipse(px, py, 0.026, 0.05, points=8) * (scale, -scale) + foot, self.colour)


def _falling(across: float, age: float) -> tuple[float, float]:
    """Where water is that left the bowl's edge, metres from the fountain's foot, after a share of its fall."""
    return across * (1 + 0.5 * age), 1.5 - 1.04 * age * age
