"""The greenhouse."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Faces, Solid, block, flank, level
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Ground, Prop, Ridge
from storyvid.backends.animatic.settings.layers import treeline
from storyvid.backends.animatic.settings.rooms.fittings import pot_plant
from storyvid.backends.animatic.settings.rooms.shell import Interior, Style, interior
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, outline


def greenhouse(site: Site) -> Place:
    """Panes in white bars all round and overhead, benches of seedlings, climbing plants, pots, a gravel path."""
    palette = site.palette
    glass = mix(palette.horizon, palette.middle, 0.45)
    style = Style(
        (200, 216, 206),
        (172, 156, 130),
        ceiling=(206, 222, 214),
        pattern="plain",
        half_m=4.2,
        height_m=3.4,
        back_m=5.0,
        skirting=None,
    )
    room = interior(site, style, surface=(158, 118, 82), board_m=0.2)
    xs, ys = treeline(site.source, 5.0, 1.3, pointed=False)
    inside = np.abs(xs) < style.half_m
    room.add(Prop([(box(0, 0.7, 2 * style.half_m, style.height_m - 0.7), glass)], 0, style.back_m - 0.002))
    room.add(
        Ridge(xs[inside], 0.7 + ys[inside], style.back_m - 0.004, mix(palette.shade((96, 132, 90), 40), glass, 0.35), foot=0.7)
    )
    _bars(room)
    for side in (-1, 1):
        _bench(room, side * 2.9, 0.4)
        _bench(room, side * 2.9, 3.0)
        pot_plant(room, side * 1.75, 4.2, 1.5)
    pot_plant(room, site.source.choice((-0.5, 0.5)), 4.6, 1.1)
    _hanging(room)
    room.add(Ground(outline((-0.9, -9), (0.9, -9), (0.9, style.back_m), (-0.9, style.back_m)), room.lit((206, 190, 160)), 838))
    return room.place


def _bars(room: Interior) -> None:
    """White glazing bars on the far wall, the sides and the roof; below them a low brick wall."""
    half, top, back = room.style.half_m, room.style.height_m, room.style.back_m
    white, brick = room.lit((244, 246, 240)), room.lit((176, 104, 84))
    glass = mix(room.site.palette.horizon, room.site.palette.middle, 0.5)
    upright = [box(x, 0.7, 0.06, top - 0.7) for x in np.arange(-half, half + 0.1, 0.84)]
    across = [box(0, y, 2 * half, 0.05) for y in (0.7, 1.6, 2.5, top - 0.06)]
    room.add(Prop([(box(0, 0, 2 * half, 0.7), brick), ([*upright], white), ([*across], white)], 0, back - 0.01))
    faces: Faces = [(level(-half, half, top, -12, back, "down"), mix(glass, white, 0.3))]
    faces.append(([level(-half, half, top - 0.002, z, z + 0.07, "down") for z in np.arange(-9.0, back, 1.0)], white))
    for x, side in ((-half, "right"), (half, "left")):
        faces += [
            (flank(x, 0.7, top, -12, back, side), mix(glass, white, 0.12)),
            (flank(x, 0, 0.7, -12, back, side), darker(brick, 0.85)),
        ]
        faces.append(([flank(x, 0.7, top, z, z + 0.06, side) for z in np.arange(-9.0, back, 0.9)], darker(white, 0.92)))
        faces.append(([flank(x, y, y + 0.05, -12, back, side) for y in (0.7, 1.6, 2.5)], darker(white, 0.92)))
    room.add(Solid(faces, back + 0.2))


def _bench(room: Interior, x: float, z: float) -> None:
    """A slatted bench of trays, with what grows in them."""
    source, wood = room.site.source, room.lit((158, 118, 82))
    room.add(Solid([*block(x, z, 1.7, 1.7, 0.72, 0.80, wood), *block(x, z + 0.1, 1.5, 1.4, 0.1, 0.16, darker(wood, 0.7))], z + 1.0))
    room.add(Prop([([box(dx, 0, 0.09, 0.74) for dx in (-0.78, 0.78)], darker(wood, 0.75))], x, z))
    for row in range(3):
        leaves: list[Points] = []
        for n in range(7):
            tall, at = source.uniform(0.12, 0.34), -0.72 + 0.24 * n
            leaves.append(outline((at, 0.08), (at - 0.1, 0.08 + tall * 0.7), (at, 0.08 + tall), (at + 0.1, 0.08 + tall * 0.66)))
        green = source.choice(((92, 146, 82), (126, 164, 84), (84, 130, 92)))
        buds = [box(-0.72 + 0.24 * n, 0.26, 0.06, 0.06) for n in range(0, 7, 2)]
        tint = source.choice(((220, 92, 84), (240, 190, 96), (226, 132, 170)))
        room.add(
            Prop(
                [(box(0, 0, 1.6, 0.1), room.lit((166, 98, 72))), (leaves, room.lit(green)), (buds, room.lit(tint))],
                x,
                z + 1.3 - 0.5 * row,
                y=0.8,
            )
        )


def _hanging(room: Interior) -> None:
    """Baskets that hang from the roof and trail."""
    for x, z in ((-1.5, 3.2), (1.6, 2.4), (-2.6, 1.4), (2.7, 4.2)):
        trail = [
            outline((dx - 0.05, 0.0), (dx * 1.5 - 0.04, -long), (dx * 1.5 + 0.05, -long), (dx + 0.06, 0.0))
            for dx, long in ((-0.22, 0.5), (-0.08, 0.7), (0.1, 0.56), (0.24, 0.4))
        ]
        shapes: list[tuple[Points | list[Points], Colour]] = [
            (box(0, 0.1, 0.015, 1.4), room.lit((90, 86, 80))),
            (trail, room.lit((98, 148, 86))),
        ]
        shapes.append((flora.fern(room.site.source, 0.3, room.lit((112, 160, 92)))[0][0], room.lit((112, 160, 92))))
        room.add(Prop(shapes, x, z, y=2.35, sway=0.02))
