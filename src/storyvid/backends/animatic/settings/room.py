"""Indoors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Glow, Ground, Piece, Prop
from storyvid.backends.animatic.settings.site import (
    Place,
    Site,
)
from storyvid.backends.animatic.shapes import box, ellipse, outline, smooth


def room(site: Site) -> Place:
    """An interior: a papered wall with a window, a lamp, shelves and pictures, a board floor with a rug."""
    lamps = site.palette.lamps
    indoor = mix((1.0, 0.93, 0.84), (0.62, 0.48, 0.42), 0.75 if lamps else 0.0)
    tint = site.source.choice(((196, 176, 150), (150, 168, 164), (188, 158, 148), (168, 172, 140)))

    def lit(albedo: Colour) -> Colour:
        return mix((albedo[0] * indoor[0], albedo[1] * indoor[1], albedo[2] * indoor[2]), site.palette.tone, 0.14)

    wall, wood = lit(tint), lit((142, 96, 68))
    place = Place(
        lit((176, 128, 92)),
        lit((158, 112, 80)),
        fade_m=5,
        end_m=3.6,
        sky=(darker(wall, 0.78), wall, darker(wall, 0.94)),
        outdoors=False,
    )
    seam = darker(lit((168, 120, 86)), 0.88)
    for n in range(-40, 41):
        place.pieces.append(
            Ground(
                outline((n * 0.34 - 0.012, -12), (n * 0.34 + 0.012, -12), (n * 0.34 + 0.012, 3.6), (n * 0.34 - 0.012, 3.6)),
                seam,
                860,
            )
        )
    place.pieces.append(Ground(ellipse(0, 0.5, 2.3, 1.5, points=40), lit((172, 92, 80)), 850))
    place.pieces.append(Ground(ellipse(0, 0.5, 2.0, 1.25, points=40), lit((206, 158, 120)), 849))
    place.pieces.append(Ground(ellipse(0, 0.5, 1.85, 1.13, points=40), lit((172, 92, 80)), 848))
    place.pieces.append(Prop([(box(0, 0, 60, 0.16), lit((226, 214, 196))), (box(0, 0.14, 60, 0.03), darker(wall, 0.7))], 0, 3.59))
    place.pieces.append(
        Prop([(box(0, 2.86, 60, 9), lit((236, 226, 210))), (box(0, 2.78, 60, 0.10), darker(lit((236, 226, 210)), 0.86))], 0, 3.592)
    )
    for n in range(-24, 25):
        place.pieces.append(Prop([(box(0, 0.17, 0.045, 2.62), darker(wall, 0.965))], n * 0.62 + 0.3, 3.595))
    place.pieces += _furniture(site, lit, wood)
    return place


def _furniture(site: Site, lit: Callable[[Colour], Colour], wood: Colour) -> list[Piece]:
    palette, source = site.palette, site.source
    side = 1 if source.random() < 0.5 else -1
    pane, sill = palette.middle, lit((236, 226, 208))
    land = palette.shade((92, 116, 96), 120)
    hill = smooth([(-0.68, 0.92), (-0.4, 1.28), (0.0, 1.16), (0.35, 1.34), (0.68, 1.1), (0.68, 0.92)], steps=4)
    hill[:, 0] = np.clip(hill[:, 0], -0.68, 0.68)
    hill[:, 1] = np.maximum(hill[:, 1], 0.92)
    window = [
        (box(0, 0.84, 1.6, 1.62), sill), (box(0, 0.92, 1.36, 1.46), pane), (outline((-0.68, 0.92), (0.68, 0.92),
        (0.68, 1.5), (-0.68, 1.5)), palette.horizon),
        (hill, land), (box(0, 0.92, 0.06, 1.46), sill), (box(0, 1.68, 1.36, 0.05), sill), (box(0, 0.80, 1.8, 0.08),
        darker(sill, 0.9)),
    ]  # fmt: skip
    cloth = lit((176, 96, 84))
    for edge in (-1, 1):
        fall = [(edge * 1.12, 0.3), (edge * 1.1, 2.62), (edge * 0.62, 2.62), (edge * 0.74, 1.7), (edge * 0.82, 0.3)]
        window.append((outline(*fall), cloth))
        window.append(
            (outline((edge * 0.98, 0.3), (edge * 0.94, 2.62), (edge * 0.80, 2.62), (edge * 0.88, 0.3)), darker(cloth, 0.86))
        )
    window.append((box(0, 2.6, 2.5, 0.07), darker(wood, 0.8)))
    books: flora.Shapes = [(box(0, 0, 1.3, 2.1), wood), (box(0, 0.06, 1.18, 1.96), darker(wood, 0.66))]
    for shelf in range(4):
        x = -0.55
        while x < 0.46:
            wide, tall = source.uniform(0.045, 0.10), source.uniform(0.24, 0.38)
            books.append(
                (
                    box(x + wide / 2, 0.1 + shelf * 0.49, wide * 0.94, tall),
                    lit(source.choice(((178, 84, 72), (84, 112, 118), (206, 172, 108), (108, 122, 88), (222, 208, 184)))),
                )
            )
            x += wide + (0.16 if source.random() < 0.12 else 0)
        books.append((box(0, 0.06 + shelf * 0.49, 1.2, 0.04), wood))
    table = [
        (box(0, 0.70, 1.25, 0.06), wood),
        (box(-0.5, 0, 0.07, 0.70), darker(wood, 0.84)),
        (box(0.5, 0, 0.07, 0.70), darker(wood, 0.84)),
    ]
    lamp = [(box(0, 0.76, 0.16, 0.03), darker(wood, 0.6)), (box(0, 0.76, 0.03, 0.36), darker(wood, 0.6)),
            (outline((-0.2, 1.06), (0.2, 1.06), (0.12, 1.34), (-0.12, 1.34)),
            (255, 226, 160) if palette.lamps else lit((238, 214, 172)))]  # fmt: skip
    frame = [
        (box(0, 1.45, 0.62, 0.78), darker(wood, 0.8)),
        (box(0, 1.51, 0.50, 0.66), lit((226, 214, 190))),
        (ellipse(0, 1.80, 0.15, 0.19), lit((120, 138, 130))),
    ]
    pieces: list[Piece] = [
        Prop(window, -side * 1.15, 3.55), Prop(books, side * 1.75, 3.35), Prop(frame,
        side * 3.1, 3.55), Prop(frame, -side * 3.2, 3.55),
        Prop([*table, *lamp], side * 3.15, 2.7), Prop(books, -side * 4.6, 3.35), Prop(window, side * 5.0, 3.55),
    ]  # fmt: skip
    if palette.lamps:
        pieces.append(Glow(side * 3.15, 1.2, 2.65, 1.5, (170, 112, 50), 0.8, flicker=0.04))
        pieces.append(Glow(side * 3.15, 1.2, 2.64, 3.6, (120, 72, 30), 0.55))
    else:
        pieces.append(Glow(-side * 1.15, 1.6, 3.5, 2.2, (70, 64, 50), 0.5))
    return pieces
