"""What stands and hangs along the side walls of a room, so that a wide view of it is furnished up to the camera."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic.facets import Faces, Solid, block, flank, level
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.settings.rooms.shell import Interior

PITCH_M = 2.3  # from one thing to the next
NEAREST_M = -9.5


def line_sides(room: Interior, wood: Colour = (142, 98, 70), *, windows: bool = True, pictures: bool = True) -> None:
    """Windows, pictures and cupboards in turn along both side walls, and a cornice.

    Args:
        room: The interior; its side walls stand at its half width.
        wood: Of the cupboards.
        windows: Whether the walls have windows.
        pictures: Whether pictures hang there.
    """
    half, top = room.style.half_m, room.style.height_m
    flat: Faces = []
    for x, side, tone in ((-half, "right", 0.92), (half, "left", 0.86)):
        flat.append(
            (flank(x, top - 0.12, top, NEAREST_M - 12, room.style.back_m, side), darker(room.lit(room.style.ceiling), tone))
        )
        turn = 0 if x < 0 else 1
        for n in range(5):
            z = room.style.back_m - 2.2 - PITCH_M * n
            kind = (n + turn) % 3
            if kind == 0 and windows:
                flat += _window(room, x, side, z, tone)
            elif kind == 1 and pictures:
                flat += _picture(room, x, side, z, tone)
            elif kind == 2:
                _cupboard(room, x, side, z, wood)
    cornice = level(-half, half, top - 0.005, room.style.back_m - 0.12, room.style.back_m, "down")
    depths = np.arange(room.style.back_m - PITCH_M, NEAREST_M, -PITCH_M)
    across = [level(-half, half, top - 0.004, z, z + 0.1, "down") for z in depths]
    along = [level(x, x + 0.1, top - 0.004, NEAREST_M, room.style.back_m, "down") for x in (-half / 3, half / 3)]
    flat.append(([*across, *along], darker(room.lit(room.style.ceiling), 0.87)))
    room.add(Solid([*flat, (cornice, darker(room.lit(room.style.ceiling), 0.84))], room.style.back_m + 0.36))


def _window(room: Interior, x: float, side: str, z: float, tone: float) -> Faces:
    palette = room.site.palette
    frame = darker(room.lit((236, 228, 212)), tone)
    panes = [
        flank(x, low, high, near, far, side)
        for low, high in ((0.98, 1.72), (1.78, 2.34))
        for near, far in ((z + 0.08, z + 0.66), (z + 0.74, z + 1.32))
    ]
    return [(flank(x, 0.9, 2.42, z, z + 1.4, side), frame), (panes, mix(palette.middle, palette.horizon, 0.5))]


def _picture(room: Interior, x: float, side: str, z: float, tone: float) -> Faces:
    paint = room.site.source.choice(((126, 152, 150), (196, 150, 96), (150, 112, 104), (112, 128, 96)))
    inner = darker(room.lit(paint), tone)
    return [
        (flank(x, 1.35, 2.05, z, z + 1.0, side), darker(room.lit((104, 72, 52)), tone)),
        (flank(x, 1.42, 1.98, z + 0.08, z + 0.92, side), inner),
        (flank(x, 1.42, 1.64, z + 0.08, z + 0.92, side), darker(inner, 0.76)),
    ]


def _cupboard(room: Interior, x: float, side: str, z: float, wood: Colour) -> None:
    timber, inward = room.lit(wood), 1.0 if side == "right" else -1.0
    face = x + inward * 0.5
    parts: Faces = [*block(x + inward * 0.25, z, 0.5, 1.5, 0, 1.15, timber)]
    doors = [flank(face + inward * 0.002, 0.14, 1.02, z + 0.08 + 0.72 * n, z + 0.70 + 0.72 * n, side) for n in range(2)]
    knobs = [flank(face + inward * 0.004, 0.56, 0.64, z + near, z + near + 0.05, side) for near in (0.60, 0.86)]
    room.add(Solid([*parts, (doors, darker(timber, 0.70)), (knobs, room.lit((214, 180, 112)))], z))
