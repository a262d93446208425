"""Furniture and fittings that several interiors share. Metres; albedos are lit by the room."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Faces, Solid, block, level
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Pane
from storyvid.backends.animatic.pieces import Glow, Ground, Piece, Prop
from storyvid.backends.animatic.settings.rooms.shell import Interior
from storyvid.backends.animatic.shapes import Points, box, ellipse, limb, outline, smooth

BOOKS: tuple[Colour, ...] = ((178, 84, 72), (84, 112, 118), (206, 172, 108), (108, 122, 88), (222, 208, 184), (72, 76, 104))
LIT_SHADE: Colour = (255, 226, 160)
SUNLIT = 835  # depth of sunlight on a floor, for the order of painting


def outside(room: Interior, x: float, y: float, width: float, height: float, z: float, flow: float = 0.0) -> Pane:
    """The view from a window, by what the words say lies out there."""
    site, palette = room.site, room.site.palette
    far, near = palette.shade(site.ground((104, 124, 132)), 160), palette.shade(site.ground((84, 112, 84)), 50)
    if site.says("city|street|skyscrapers?|skyline|downtown|office|apartment|hotel|bar|urban|hospital"):
        far, near = palette.shade((120, 122, 136), 160), palette.shade((98, 98, 112), 60)
        lands = [(_blocks(0.62), far), (_blocks(0.42), near)]
    elif site.says("sea|ocean|harbou?r|beach|coast|lighthouse|ship|island|bay"):
        lands = [(_crest([0.36, 0.36]), palette.shade((52, 104, 132), 40)), (_crest([0.02, 0.10, 0.13, 0.06]), near)]
    else:
        lands = [(_crest([0.42, 0.58, 0.5, 0.62, 0.42]), far), (_crest([0.22, 0.36, 0.26, 0.3, 0.22]), near)]
    return Pane(x, y, width, height, z, (palette.middle, palette.horizon), lands, site.weather, flow)


def _crest(heights: list[float]) -> Points:
    across = np.linspace(0, 1, 24)
    ys = np.interp(across, np.linspace(0, 1, len(heights)), heights)
    return np.concatenate([np.stack([across, ys], 1), [[1.0, 0.0], [0.0, 0.0]]])


def _blocks(top: float) -> Points:
    """A skyline of flat roofs, the same for every window."""
    columns, heights, x = [0.0], [top * 0.7], 0.0
    for n in range(7):
        width, tall = 0.10 + 0.02 * (n * 5 % 4), top * (0.55 + 0.45 * ((n * 0.618 + top) % 1.0))
        columns += [x, min(1.0, x + width)]
        heights += [tall, tall]
        x = min(1.0, x + width)
    return np.concatenate([np.stack([np.array(columns), np.array(heights)], 1), [[1.0, heights[-1]], [1.0, 0.0], [0.0, 0.0]]])


def window(
    room: Interior,
    x: float,
    width: float = 1.36,
    height: float = 1.46,
    low: float = 0.95,
    *,
    curtains: Colour | None = None,
    bars: int = 1,
    frame: Colour = (240, 230, 212),
) -> None:
    """A window in the far wall with its frame, sill and perhaps curtains; by day its light lies on the floor."""
    z, sill = room.style.back_m - 0.03, room.lit(frame)
    border: flora.Shapes = [(box(0, low - 0.09, width + 0.22, height + 0.18), sill)]
    cross: flora.Shapes = [(box(0, low + height * 0.62, width, 0.045), sill)]
    cross += [(box((n + 1) * width / (bars + 1) - width / 2, low, 0.05, height), sill) for n in range(bars)]
    cross.append((box(0, low - 0.14, width + 0.36, 0.07), darker(sill, 0.88)))
    if curtains:
        cross += _curtains(room, width, height, low, curtains)
    room.add(Prop(border, x, z), outside(room, x, low, width, height, z - 0.004), Prop(cross, x, z - 0.008))
    if not room.site.palette.lamps:
        room.add(Glow(x, low + height * 0.5, z - 0.05, 1.5 * width, (70, 64, 50), 0.45))
        _sunlight(room, x, width)


def _curtains(room: Interior, width: float, height: float, low: float, albedo: Colour) -> flora.Shapes:
    cloth, top = room.lit(albedo), low + height + 0.14
    shapes: flora.Shapes = []
    for side in (-1, 1):
        inner, outer = side * width * 0.40, side * (width * 0.5 + 0.36)
        fall = smooth(
            [
                (outer, low - 0.5),
                (outer, top),
                (inner * 0.86, top),
                (inner * 1.18, low + height * 0.4),
                (side * width * 0.56, low - 0.5),
            ],
            4,
        )
        fold = outline((outer * 0.93, low - 0.48), (outer * 0.92, top), (outer * 0.84, top), (outer * 0.87, low - 0.48))
        shapes += [(fall, cloth), (fold, darker(cloth, 0.86))]
    return [*shapes, (box(0, top - 0.03, width + 0.9, 0.05), darker(room.lit((120, 84, 60)), 0.8))]


def _sunlight(room: Interior, x: float, width: float) -> None:
    """The patch of light that a window throws on the floor."""
    lean = -1.2 * room.site.palette.disc_place[0]
    floor = mix(room.place.near, (255, 236, 190), 0.26 if room.site.palette.disc else 0.10)
    back, half = room.style.back_m, width * 0.46
    for side in (-1, 1):
        middle = x + side * half * 0.52
        near = middle + lean * 1.6
        patch = outline(
            (middle - half * 0.42, back - 0.9),
            (middle + half * 0.42, back - 0.9),
            (near + half * 0.5, back - 2.5),
            (near - half * 0.5, back - 2.5),
        )
        room.add(Ground(patch, floor, SUNLIT))


def picture(room: Interior, x: float, low: float, width: float, height: float, ground: Colour, figure: str = "portrait") -> None:
    """A framed picture on the far wall."""
    rim, inside = room.lit((112, 78, 56)), room.lit(ground)
    shapes: flora.Shapes = [(box(0, low, width, height), rim), (box(0, low + 0.05, width - 0.1, height - 0.1), inside)]
    if figure == "portrait":
        shapes.append((ellipse(0, low + height * 0.55, width * 0.22, height * 0.24), darker(inside, 0.7)))
    else:
        half = width / 2 - 0.05
        hill = outline(
            (-half, low + 0.05),
            (-half, low + height * 0.4),
            (-half * 0.2, low + height * 0.62),
            (half, low + height * 0.34),
            (half, low + 0.05),
        )
        shapes.append((hill, darker(inside, 0.68)))
    room.add(Prop(shapes, x, room.style.back_m - 0.03))


def bookcase(room: Interior, x: float, z: float, width: float = 1.3, height: float = 2.1, wood: Colour = (142, 96, 68)) -> None:
    """Shelves full of books."""
    timber, source = room.lit(wood), room.site.source
    shelves = max(2, round(height / 0.48))
    pitch = (height - 0.1) / shelves
    spines: dict[Colour, list[Points]] = {}
    for shelf in range(shelves):
        at = -width / 2 + 0.07
        while at < width / 2 - 0.16:
            wide, tall = source.uniform(0.05, 0.11), source.uniform(0.58, 0.84) * pitch
            spines.setdefault(source.choice(BOOKS), []).append(box(at + wide / 2, 0.09 + shelf * pitch, wide * 0.92, tall))
            at += wide + (0.18 if source.random() < 0.10 else 0)
    boards = [box(0, 0.05 + shelf * pitch, width - 0.08, 0.045) for shelf in range(shelves + 1)]
    shapes: list[tuple[Points | list[Points], Colour]] = [
        (box(0, 0, width, height), timber),
        (box(0, 0.05, width - 0.1, height - 0.1), darker(timber, 0.6)),
    ]
    shapes += [(group, room.lit(colour)) for colour, group in spines.items()]
    room.add(Solid([*block(x, z, width, 0.36, 0, height, timber)], z + 0.36), Prop([*shapes, (boards, timber)], x, z - 0.005))


def table(
    room: Interior, x: float, z: float, width: float, depth: float, height: float = 0.76, wood: Colour = (150, 104, 72)
) -> None:
    """A table on four legs; its top is seen from above."""
    timber = room.lit(wood)
    legs: Faces = []
    for dz in (depth - 0.10, 0.04):
        for dx in (-width / 2 + 0.06, width / 2 - 0.06):
            legs += block(x + dx, z + dz, 0.07, 0.06, 0, height - 0.05, darker(timber, 0.78))
    room.add(Ground(ellipse(x, z + depth / 2, width * 0.55, depth * 0.6), darker(room.place.near, 0.86), 832))
    room.add(Solid([*legs, *block(x, z, width, depth, height - 0.05, height, timber)], z))


def chair(room: Interior, x: float, z: float, back: int = 0, wood: Colour = (128, 88, 62)) -> None:
    """A plain chair. ``back`` is 0 for its back towards the far wall, -1 or 1 for left or right."""
    timber = room.lit(wood)
    parts: Faces = []
    for dx, dz in ((-0.19, 0.36), (0.19, 0.36), (-0.19, 0.0), (0.19, 0.0)):
        parts += block(x + dx, z + dz, 0.05, 0.05, 0, 0.45, darker(timber, 0.8))
    rest = (
        block(x, z + 0.36, 0.44, 0.05, 0.45, 0.95, darker(timber, 0.92))
        if back == 0
        else block(x + 0.2 * back, z, 0.05, 0.42, 0.45, 0.95, timber)
    )
    seat = block(x, z, 0.44, 0.42, 0.42, 0.47, timber)
    room.add(Solid([*parts, *(rest + seat if back == 0 else seat + rest)], z))


def table_lamp(room: Interior, x: float, y: float, z: float) -> None:
    """A lamp with a cloth shade, standing on something."""
    foot, shade = room.lit((86, 66, 54)), LIT_SHADE if room.dark_out else room.lit((238, 214, 172))
    shapes: flora.Shapes = [
        (box(0, 0, 0.17, 0.03), foot),
        (box(0, 0, 0.035, 0.36), foot),
        (outline((-0.21, 0.30), (0.21, 0.30), (0.12, 0.60), (-0.12, 0.60)), shade),
    ]
    room.add(Prop(shapes, x, z, y=y))
    room.lamp(x, y + 0.45, z, 0.9)


def pendant(room: Interior, x: float, z: float, low: float, albedo: Colour = (70, 84, 92), wide: float = 0.26) -> None:
    """A lamp that hangs from the ceiling on its cord."""
    metal = room.lit(albedo)
    bulb = LIT_SHADE if room.dark_out else room.lit((244, 234, 210))
    shapes: flora.Shapes = [
        (box(0, 0.24, 0.018, room.style.height_m - low), darker(metal, 0.6)),
        (ellipse(0, 0.0, 0.07, 0.07, points=14), bulb),
        (smooth([(-wide, 0.0), (-wide * 0.8, 0.12), (-0.05, 0.26), (0.05, 0.26), (wide * 0.8, 0.12), (wide, 0.0)], 4), metal),
        (
            smooth([(wide * 0.2, 0.0), (wide * 0.2, 0.12), (0.01, 0.26), (0.05, 0.26), (wide * 0.8, 0.12), (wide, 0.0)], 4),
            darker(metal, 0.8),
        ),
    ]
    room.add(Prop(shapes, x, z, y=low))
    room.lamp(x, low - 0.04, z, 1.1)


def pot_plant(room: Interior, x: float, z: float, height: float = 1.0, y: float = 0.0) -> None:
    """A leafy plant in a pot."""
    leaf, clay = room.lit((86, 128, 84)), room.lit((178, 104, 76))
    shapes: flora.Shapes = []
    for n, lean in enumerate((-0.5, 0.46, -0.28, 0.25, 0.02, -0.62, 0.6)):
        tip = (lean * height * 0.62, height * (1.0 - 0.42 * abs(lean)))
        bow = (lean * height * 0.16 - 0.05, height * 0.62)
        shapes.append(
            (
                smooth([(-0.02, 0.24 * height), bow, tip, (lean * height * 0.34 + 0.05, height * 0.56), (0.03, 0.24 * height)], 4),
                darker(leaf, 0.8 + 0.06 * (n % 4)),
            )
        )
    w = 0.17 * height
    shapes += [
        (outline((-w * 0.7, 0), (w * 0.7, 0), (w, 0.28 * height), (-w, 0.28 * height)), clay),
        (box(0, 0.25 * height, 2.3 * w, 0.05 * height), darker(clay, 0.86)),
    ]
    room.add(Prop(shapes, x, z, y=y))


def door(room: Interior, x: float, wood: Colour = (126, 88, 64), glass: bool = False) -> None:
    """A closed door in the far wall."""
    timber, rim = room.lit(wood), room.lit((214, 198, 174))
    shapes: flora.Shapes = [(box(0, 0, 1.12, 2.18), rim), (box(0, 0, 0.94, 2.08), timber)]
    for low, tall in ((0.18, 0.72), (1.04, 0.86)):
        pane = room.site.palette.middle if glass and low > 1 else darker(timber, 0.86)
        shapes.append((box(0, low, 0.66, tall), pane))
    shapes.append((ellipse(0.38, 1.0, 0.035, 0.035, points=12), room.lit((214, 180, 104))))
    room.add(Prop(shapes, x, room.style.back_m - 0.02))


def clock(room: Interior, x: float, y: float, radius: float = 0.17) -> None:
    """A wall clock."""
    rim, dial, hand = room.lit((92, 74, 66)), room.lit((244, 238, 224)), room.lit((60, 52, 50))
    shapes: flora.Shapes = [(ellipse(0, 0, radius, radius), rim), (ellipse(0, 0, radius * 0.84, radius * 0.84), dial)]
    shapes += [
        (limb((0, 0), (radius * 0.4, radius * 0.3), 0.014, 0.01), hand),
        (limb((0, 0), (-radius * 0.1, radius * 0.66), 0.011, 0.008), hand),
    ]
    room.add(Prop(shapes, x, room.style.back_m - 0.02, y=y))


def rug(room: Interior, x: float, z: float, wide: float, deep: float, outer: Colour, inner: Colour) -> None:
    """A bordered rug."""
    for n, (share, albedo) in enumerate(((1.0, outer), (0.9, inner), (0.84, outer))):
        corners = level(x - wide * share, x + wide * share, 0, z - deep * share, z + deep * share).corners[:, [0, 2]]
        room.add(Ground(corners, room.lit(albedo), 830 - n))


def tubes(room: Interior, rows: int = 7) -> None:
    """Light panels in the ceiling, in rows away from the camera."""
    y, lit = (
        room.style.height_m - 0.01,
        (244, 250, 248) if room.site.palette.lamps else mix(room.lit(room.style.ceiling), (255, 255, 255), 0.4),
    )
    spacing = room.style.half_m * 0.9
    panels = [
        level(x - 0.7, x + 0.7, y, z, z + 0.34, "down")
        for n in range(rows)
        for z in (room.style.back_m - 1.2 - 1.7 * n,)
        for x in (-spacing * 0.5, spacing * 0.5)
    ]
    room.add(Solid([(panels, lit)], room.style.back_m + 0.45))


def ledge(room: Interior, x: float, y: float, width: float, wood: Colour = (142, 96, 68), depth: float = 0.26) -> Piece:
    """A shelf board on the far wall."""
    return Solid(block(x, room.style.back_m - depth, width, depth, y, y + 0.04, room.lit(wood)), room.style.back_m - depth)
