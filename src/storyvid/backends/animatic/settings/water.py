"""The sea and its shore, a harbour, a lake."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Faces, Solid, level
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Glow, Ground, Mist, Piece, Prop, Ridge, Ripples
from storyvid.backends.animatic.settings.layers import clouds, hills, patches, reach, rolling, scatter, treeline, tufts
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, ellipse, outline
from storyvid.backends.animatic.waters import PlanOfWater, Streak, Swell, Wash

AFLOAT_M = 55.0  # how far behind the subject water lies when it floats


def sea(site: Site) -> Place:
    """Water to the horizon with swell and glints, a headland, surf on a sandy shore; cliffs and rocks where the words have them."""
    place, deep = open_water(site)
    _headland(site, place)
    rough = 1.0 if site.weather == "storm" or site.says("rough|stormy|wild|crashing") else 0.45 if site.weather == "wind" else 0.2
    foam = site.palette.shade((238, 244, 244), 12)
    near = -4.0 if site.afloat else 5.2
    place.pieces.append(Swell(150.0, near, 0.35 + 1.1 * rough, darker(deep, 0.88), foam, rough))
    rocky = site.says("cliffs?|rocks?|rocky|steep|crag|coast|storm|grey|gray|rough")
    if rocky:
        _stacks(site, place)
    shore = site.apart()
    if not site.afloat:
        if site.says("cliffs?|grassy|clifftop"):
            _cliff_top(shore, place)
        else:
            place.pieces += _shore(shore, rocky)
            place.underfoot = site.palette.shade(site.ground((150, 140, 128) if rocky else (222, 196, 150)), 2)
    return place


def open_water(site: Site) -> tuple[Place, Colour]:
    """A place of water up to the camera, with clouds and glints; and the water's own colour."""
    shade, palette = site.palette.shade, site.palette
    grey = site.says("grey|gray|cold|dark|stormy") or site.weather in {"storm", "rain"}
    blue: Colour = site.source.choice(((44, 112, 144), (40, 120, 142), (52, 108, 150)))
    albedo: Colour = (62, 96, 112) if grey else blue
    deep = mix(shade(albedo, 0), mix(palette.zenith, palette.middle, 0.4), 0.38)
    place = Place(deep, mix(palette.horizon, deep, 0.45), fade_m=26)
    place.pieces += clouds(site, 8)
    places = []
    for n in range(200):
        z = 2.5 + 170 * ((n + site.source.random()) / 200) ** 2.2
        near = z - (AFLOAT_M if site.afloat else 0.0)
        places.append(
            (
                site.source.uniform(-1, 1) * reach(z) * 0.7,
                near,
                site.source.uniform(0.5, 1.5) * (0.7 + z / 16),
                site.source.random(),
            )
        )
    path_of_light = site.apart()
    if palette.disc is not None:
        place.pieces.append(_glitter(path_of_light))
    flat = outline((-400, -60), (400, -60), (400, 500), (-400, 500))
    place.pieces.append(PlanOfWater(flat, deep, 899.0))
    place.pieces.append(Ripples(np.array(places[::2]), mix(deep, palette.horizon, 0.55), 880.0))
    place.pieces.append(Ripples(np.array(places[1::2]), darker(deep, 0.84), 890.0, pace=0.17))
    return place, deep


def _glitter(site: Site) -> Ripples:
    """The path of light under the sun or moon."""
    places = []
    for n in range(110):
        z = 9.0 + 420 * ((n + site.source.random()) / 110) ** 2.4
        places.append(
            (site.source.uniform(-1, 1) * (0.4 + 0.05 * z), z, site.source.uniform(0.5, 1.3) * (0.3 + z / 22), site.source.random())
        )
    light = mix(site.palette.disc or site.palette.horizon, site.palette.horizon, 0.3)
    return Ripples(np.array(places), light, 870.0, pace=0.5, azimuth=site.palette.disc_place[0])


def _headland(site: Site, place: Place) -> None:
    side = 1 if site.source.random() < 0.5 else -1
    for z, height, albedo in ((900.0, 62.0, (96, 112, 122)), (480.0, 38.0, (84, 100, 104))):
        xs, ys = rolling(site.source, z, height, wave=z * 0.9, rough=0.5)
        fall = np.clip((xs * side - z * 0.12) / (z * 0.5), 0, 1)
        ridge = Ridge(xs, ys * fall**0.7 - 0.5, z, site.palette.shade(site.ground(albedo), z * 0.5), foot=-0.5)
        place.pieces += [ridge, Mist(z - 1, height * 0.4, site.palette.haze, 0.4)]


def _stacks(site: Site, place: Place) -> None:
    """Steep rocks that stand in the water, with foam at their feet."""
    shade = site.palette.shade
    for z, x, wide, tall in (
        (150.0, 95.0, 60.0, 48.0),
        (90.0, -62.0, 34.0, 26.0),
        (46.0, 30.0, 9.0, 8.5),
        (30.0, -19.0, 6.0, 3.6),
        (24.0, 15.0, 3.2, 1.5),
    ):
        x *= site.source.uniform(0.85, 1.2)
        rock = shade(site.ground((116, 106, 100)), z)
        rim = [
            (-wide, -0.3),
            (-wide * 0.74, tall * 0.55),
            (-wide * 0.5, tall * 0.62),
            (-wide * 0.36, tall),
            (wide * 0.18, tall * 0.94),
            (wide * 0.34, tall * 0.7),
            (wide * 0.62, tall * 0.6),
            (wide, -0.3),
        ]
        dark = [
            (-wide * 0.1, -0.3),
            (wide * 0.02, tall * 0.5),
            (-wide * 0.06, tall * 0.97),
            (wide * 0.18, tall * 0.94),
            (wide * 0.34, tall * 0.7),
            (wide * 0.62, tall * 0.6),
            (wide, -0.3),
        ]
        shapes: flora.Shapes = [(outline(*rim), rock), (outline(*dark), darker(rock, 0.78))]
        shapes.append(
            (
                outline((-wide * 0.36, tall), (wide * 0.18, tall * 0.94), (wide * 0.1, tall * 0.86), (-wide * 0.4, tall * 0.88)),
                shade(site.ground((122, 138, 92)), z),
            )
        )
        foam = shade((228, 236, 236), z)
        turn = site.source.choice((-1.0, 1.0))
        shapes = [(points * (turn, site.source.uniform(0.9, 1.15)), colour) for points, colour in shapes]
        shapes.append((ellipse(0, -0.05 * tall, wide * 1.1, 0.09 * tall, points=20), foam))
        place.pieces.append(Prop(shapes, x, z))


def _cliff_top(site: Site, place: Place) -> None:
    """Grass up to an edge; the sea lies far below it."""
    shade, xs = site.palette.shade, np.linspace(-70, 70, 50)
    line = 4.2 + 0.9 * np.sin(xs * 0.17 + site.source.random() * 6) + 0.4 * np.sin(xs * 0.6)
    near = np.array([[70.0, -40.0], [-70.0, -40.0]])
    for offset, albedo, order in ((0.75, (128, 116, 104), 855.0), (0.28, (96, 112, 70), 850.0), (0.0, (126, 146, 82), 845.0)):
        edge = np.concatenate([np.stack([xs, line + offset], 1), near])
        place.pieces.append(Ground(edge, shade(site.ground(albedo), 2), order))
    place.pieces += tufts(site, (142, 160, 86), -3.5, 3.8, 60)
    for x, z in scatter(site, -3, 3.2, 9, wide=0.6):
        place.pieces.append(Prop(flora.stone(site.source, site.source.uniform(0.12, 0.4), shade((150, 146, 140), 0)), x, z))
    place.underfoot = shade(site.ground((126, 146, 82)), 2)


def _shore(site: Site, rocky: bool) -> list[Piece]:
    shade = site.palette.shade
    xs = np.linspace(-60, 60, 60)
    line = 3.4 + 0.7 * np.sin(xs * 0.21 + site.source.random() * 6) + 0.3 * np.sin(xs * 0.63 + site.source.random() * 6)
    sand: Colour = (150, 140, 128) if rocky else (222, 196, 150)
    near = np.array([[60.0, -40.0], [-60.0, -40.0]])

    def edge(offset: float) -> Points:
        return np.concatenate([np.stack([xs, line + offset], 1), near])

    pieces: list[Piece] = [
        Wash(edge(1.1), shade((120, 168, 176), 2), 860.0, reach_m=0.35, lag=0.1),
        Wash(edge(0.5), shade((238, 244, 244), 2), 850.0, reach_m=0.42),
        Wash(edge(0.2), shade(darker(site.ground(sand), 0.78), 2), 840.0, reach_m=0.34, lag=-0.02),
        Ground(edge(-0.75), shade(site.ground(sand), 2), 830.0),
    ]  # fmt: skip
    pieces += [piece for piece in patches(site, darker(sand, 0.93), 26, 1.2, far=2.0) if isinstance(piece, Ground)]
    for x, z in scatter(site, -4, 2.2, 34 if rocky else 12, wide=0.6, free=1.2):
        pieces.append(
            Prop(
                flora.stone(site.source, site.source.uniform(0.08, 0.5 if rocky else 0.2), shade(site.ground((128, 120, 114)), 0)),
                x,
                z,
            )
        )
    for x, z in scatter(site, -4.5, 1.5, 10, wide=0.5, free=1.3):
        pieces.append(Prop(flora.tuft(site.source, site.source.uniform(0.2, 0.4), shade((148, 150, 92), 0)), x, z, sway=0.05))
    return pieces


def lake(site: Site) -> Place:
    """Still water with the mirror of its far shore, mountains behind, reeds and a jetty in front."""
    place, deep = open_water(site)
    shade = site.palette.shade
    place.pieces += hills(site, 700, 150, (104, 122, 138), 0.4) + hills(site, 300, 46, (92, 122, 100), 0.4)
    xs, ys = treeline(site.source, 120, 10, pointed=site.source.random() < 0.6)
    trees = shade(site.ground((72, 104, 80)), 110)
    place.pieces += [Ridge(xs, ys, 120, trees), Mist(119.5, 4, site.palette.haze, 0.4)]
    mirror = mix(deep, trees, 0.55)
    place.pieces.append(
        Ground(
            np.concatenate([np.stack([xs, np.maximum(52.0, 118 - 5.5 * ys)], 1), [[xs[-1], 120.0], [xs[0], 120.0]]]), mirror, 895.0
        )
    )
    bank = site.apart()
    if not site.afloat:
        side = 1 if bank.source.random() < 0.5 else -1
        _jetty(bank, place, side * 3.4, 1.0, 12.0, 1.3)
        _bank(bank, place)
    return place


def _bank(site: Site, place: Place) -> None:
    """A grassy edge with reeds."""
    shade, xs = site.palette.shade, np.linspace(-60, 60, 60)
    line = 2.9 + 0.5 * np.sin(xs * 0.3 + site.source.random() * 6) + 0.25 * np.sin(xs * 0.9)
    near = np.array([[60.0, -40.0], [-60.0, -40.0]])
    for offset, albedo, order in ((0.35, (92, 92, 70), 850.0), (0.0, (122, 146, 80), 845.0)):
        place.pieces.append(Ground(np.concatenate([np.stack([xs, line + offset], 1), near]), shade(site.ground(albedo), 2), order))
    place.underfoot = shade(site.ground((122, 146, 80)), 2)
    reeds(site, place, 2.5, 3.6, 26)
    place.pieces += patches(site, (108, 132, 72), 22, 1.0, far=1.2)
    place.pieces += tufts(site, (138, 160, 84), -3.5, 2.4, 46)


def reeds(site: Site, place: Place, near: float, far: float, count: int) -> None:
    """Tall reeds with brown heads along a bank."""
    source = site.source
    for _ in range(count):
        x = source.choice((-1, 1)) * source.uniform(1.5, 11.0)
        tall, z = source.uniform(0.6, 1.3), source.uniform(near, far)
        green, brown = site.palette.shade((112, 138, 76), 2), site.palette.shade((120, 82, 54), 2)
        stalks = [
            outline((dx - 0.02, 0), (dx * 1.7, tall * h), (dx + 0.02, 0))
            for dx, h in ((-0.14, 0.8), (-0.05, 1.0), (0.06, 0.86), (0.15, 0.7))
        ]
        heads = [box(dx * 1.55, tall * h * 0.82, 0.05, 0.16) for dx, h in ((-0.05, 1.0), (0.06, 0.86))]
        place.pieces.append(Prop([(stalks, darker(green, source.uniform(0.85, 1.1))), (heads, brown)], x, z, sway=0.10))


def harbour(site: Site) -> Place:
    """A wooden pier with bollards and a tall lamp, moored boats, a quay with warehouses across the water."""
    place, deep = open_water(site)
    shade, source = site.palette.shade, site.source
    side = 1 if source.random() < 0.5 else -1
    place.pieces += hills(site, 420, 60, (104, 118, 116), 0.4)
    _quay(site, place)
    for n in range(7):
        x, z = (-1 if n % 2 else 1) * source.uniform(7, 26), source.uniform(14, 44)
        place.pieces.append(Prop(_moored(site, source.uniform(0.8, 1.3), z), x, z, sway=0.05))
    if site.afloat:
        _jetty(site, place, 0.0, 7.0, 9.4, 90.0)
        _pier_lamp(site, place, side * 3.2, 8.2, deep)
    else:
        place.underfoot = shade(site.ground((150, 118, 88)), 1)
        _jetty(site, place, 0.0, -9.0, 11.0, 5.2)
        _pier_lamp(site, place, side * 2.1, 2.6, deep)
        for x in (-2.4, 2.4):
            for z in (-1.4, 4.4, 8.6):
                wood = shade((96, 74, 60), z)
                place.pieces.append(
                    Prop(
                        [
                            (box(0, 0, 0.26, 0.62), wood),
                            (box(0, 0.5, 0.32, 0.14), darker(wood, 0.8)),
                            (box(0, 0.3, 0.3, 0.06), shade((206, 186, 140), z)),
                        ],
                        x,
                        z,
                    )
                )
    return place


def _jetty(site: Site, place: Place, x: float, near: float, far: float, width: float) -> None:
    """Planks over the water, a little above it, on posts."""
    wood = site.palette.shade(site.ground((158, 124, 92)), 1)
    left, right = x - width / 2, x + width / 2
    planks = [level(left, right, 0.012, z, z + 0.03) for z in np.arange(near, far, 0.34)]
    faces: Faces = [(level(left, right, 0.01, near, far), wood), (planks, darker(wood, 0.74))]
    rim = 0.14
    faces += [
        (level(left, left + rim, 0.02, near, far), darker(wood, 0.86)),
        (level(right - rim, right, 0.02, near, far), darker(wood, 0.86)),
    ]
    shadow = darker(mix(place.near, place.far, 0.2), 0.72)
    place.pieces.append(
        Ground(outline((left - 0.3, near), (right + 0.3, near), (right + 0.3, far + 0.5), (left - 0.3, far + 0.5)), shadow, 842)
    )
    place.pieces.append(Solid(faces, 841))
    for z in np.arange(max(near, -2.0) + 0.4, far, 2.4):
        for post in (left, right) if width < 20 else np.arange(-20.0, 21.0, 4.0):
            place.pieces.append(Prop([(box(0, -0.1, 0.2, 0.42), darker(wood, 0.7))], float(post), float(z)))


def _pier_lamp(site: Site, place: Place, x: float, z: float, deep: Colour) -> None:
    lit = site.palette.lamps
    place.pieces.append(Prop(flora.lamp_post(site.palette.shade((58, 60, 70), z), lit), x, z))
    if lit:
        place.pieces += [Glow(x, 4.3, z - 0.05, 3.4, (190, 140, 70), 0.9), Glow(x, 0.1, z - 0.06, 2.6, (110, 76, 36), 0.6)]
        place.pieces.append(Streak(x * 1.9, z + 9, 5.0, 0.8, mix(deep, flora.LAMPLIGHT, 0.55)))


def _quay(site: Site, place: Place) -> None:
    """A stone quay with gabled warehouses and their lit windows, mirrored a little."""
    shade, source, palette = site.palette.shade, site.source, site.palette
    z = 64.0
    walls: tuple[Colour, ...] = ((196, 128, 96), (214, 190, 150), (150, 162, 160), (178, 96, 82), (122, 132, 142))
    place.pieces.append(Prop([(box(0, -0.3, 460, 2.2), shade(site.ground((132, 124, 118)), z))], 0, z + 2))
    x = -110.0
    while x < 110:
        wide, tall = source.uniform(7, 11), source.uniform(6.5, 11)
        wall = shade(source.choice(walls), z)
        roof = shade(site.ground((116, 76, 66)), z)
        panes = [box(dx * wide * 0.26, 2.6 + 2.2 * r, 1.0, 1.2) for r in range(int(tall / 2.6) - 1) for dx in (-1, 0, 1)]
        glass = mix(flora.LAMPLIGHT, palette.haze, 0.3) if palette.lamps else darker(wall, 0.6)
        lit, dark = panes[::2], panes[1::2]
        shapes: list[tuple[Points | list[Points], Colour]] = [
            (box(0, 1.8, wide, tall), wall),
            (outline((-wide * 0.54, tall + 1.6), (wide * 0.54, tall + 1.6), (0, tall + 1.8 + wide * 0.36)), roof),
            (lit, glass),
            (dark, darker(wall, 0.62)),
        ]
        place.pieces.append(Prop(shapes, x + wide / 2, z + source.random()))
        if source.random() < 0.5 and palette.lamps:
            place.pieces.append(Streak(x + wide / 2, z, 7.0, 1.4, mix(place.near, flora.LAMPLIGHT, 0.35)))
        x += wide + source.uniform(0, 1.2)
    place.pieces.append(Mist(z - 1, 5, palette.haze, 0.35))


def _moored(site: Site, size: float, z: float) -> flora.Shapes:
    shade = site.palette.shade
    hull = shade(site.source.choice(((206, 84, 70), (64, 104, 140), (236, 228, 210), (86, 130, 110))), z)
    mast = shade((110, 88, 72), z)
    shapes: flora.Shapes = [
        (box(0.2, 0.5, 0.09, 5.0), mast),
        (box(-0.5, 1.3, 1.5, 0.10), mast),
        (outline((0.2, 5.4), (1.9, 0.7), (1.86, 0.64)), mast),
    ]
    shapes += [
        (box(0.5, 0.6, 1.0, 0.6), shade((232, 226, 212), z)),
        (box(0.55, 0.85, 0.3, 0.22), shade((96, 120, 136), z)),
        (outline((-2.0, 0.75), (-1.7, 0.0), (1.6, 0.0), (2.2, 0.9), (0.6, 0.66)), hull),
        (outline((-1.86, 0.26), (-1.7, 0.0), (1.6, 0.0), (1.8, 0.26)), darker(hull, 0.72)),
    ]
    return [(points * size, colour) for points, colour in shapes]
