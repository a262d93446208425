"""Away from the Earth: open space, and the ground of a moon or a planet."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Bubble
from storyvid.backends.animatic.pieces import Glow, Ground, Prop, Ridge
from storyvid.backends.animatic.settings.layers import reach, rolling, scatter
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import ellipse, outline, smooth
from storyvid.backends.animatic.sky import Stars

SPACE_M = 3000.0  # where planets hang
VOID: tuple[Colour, Colour, Colour] = ((6, 8, 20), (12, 14, 34), (20, 20, 48))
WORLDS: tuple[tuple[Colour, Colour], ...] = (
    ((66, 122, 168), (120, 160, 112)),
    ((206, 136, 88), (176, 96, 66)),
    ((196, 180, 150), (160, 136, 112)),
    ((120, 112, 168), (166, 146, 196)),
)


def planet_shapes(source: random.Random, radius: float, ringed: bool = False, world: int | None = None) -> flora.Shapes:
    """A planet lit from one side: bands or lands, a shade, a rim of air; perhaps a ring."""
    ground, marks = WORLDS[source.randrange(len(WORLDS)) if world is None else world]
    shapes: flora.Shapes = []
    ring = ellipse(0, 0, 1.9 * radius, 0.42 * radius, points=60)
    inner = ellipse(0, 0, 1.45 * radius, 0.30 * radius, points=60)
    tilt = np.array([[0.94, 0.34], [-0.34, 0.94]])
    if ringed:
        upper = np.concatenate([ring[:31], inner[30::-1]]) @ tilt
        shapes.append((upper, darker(marks, 0.8)))
    shapes += [
        (ellipse(0, 0, 1.025 * radius, 1.025 * radius, points=60), mix(ground, (190, 220, 250), 0.35)),
        (ellipse(0, 0, radius, radius, points=60), ground),
    ]
    for n in range(5):
        y = radius * (-0.7 + 0.34 * n + source.uniform(-0.06, 0.06))
        half = (max(0.0, radius**2 - y**2)) ** 0.5
        x, wide = source.uniform(-0.4, 0.2) * half, source.uniform(0.25, 0.5) * half
        shapes.append(
            (
                smooth(
                    [
                        (x - wide, y),
                        (x - wide * 0.2, y + 0.10 * radius),
                        (x + wide, y + 0.03 * radius),
                        (x + wide * 0.4, y - 0.09 * radius),
                    ],
                    5,
                ),
                mix(ground, marks, 0.8),
            )
        )
    turn = np.linspace(-np.pi / 2, np.pi / 2, 30)
    outer = np.stack([1.03 * radius * np.cos(turn), 1.03 * radius * np.sin(turn)], 1)
    terminator = np.stack([0.42 * radius * np.cos(turn[::-1]), 1.03 * radius * np.sin(turn[::-1])], 1)
    shapes.append((np.concatenate([outer, terminator]), darker(mix(ground, VOID[1], 0.55), 0.55)))
    if ringed:
        lower = np.concatenate([ring[30:], inner[:29:-1]]) @ tilt
        shapes.append((lower, marks))
    return shapes


def _nebula(source: random.Random, tint: Colour) -> list[Glow]:
    """Coloured clouds of light along a slanting band."""
    second = (tint[2], tint[0] * 0.6, tint[1])
    return [
        Glow(
            x := source.uniform(-1.5, 1.5),
            0.35 * x + source.uniform(-0.3, 0.5),
            float("inf"),
            source.uniform(0.4, 0.9),
            second if n % 3 == 0 else tint,
            0.5,
        )
        for n in range(7)
    ]


def space(site: Site) -> Place:
    """Stars all round, a nebula, a large planet, a small moon; rocks where the words have asteroids. Nothing stands on anything."""
    source = site.source
    place = Place(VOID[1], VOID[0], sky=VOID, outdoors=False, weightless=True)
    tint = source.choice(((70, 36, 92), (28, 62, 96), (92, 44, 48), (30, 76, 72)))
    place.pieces += _nebula(source, tint)
    place.pieces.append(Stars(source, site.palette, around=True))
    side = source.choice((-1, 1))
    world = 0 if site.says("earth|orbit|home") else 1 if site.says("mars|red planet") else None
    radius = SPACE_M * source.uniform(0.26, 0.36)
    ringed = site.says("saturn|rings?|ringed") or (world is None and source.random() < 0.5)
    place.pieces.append(
        Prop(
            planet_shapes(source, radius, ringed, world),
            side * SPACE_M * 0.52,
            SPACE_M,
            y=-SPACE_M * (0.18 if site.says("orbit|above") else -0.14),
        )
    )
    place.pieces.append(
        Prop(planet_shapes(source, SPACE_M * 0.055, False, 2), -side * SPACE_M * 0.62, SPACE_M + 1, y=SPACE_M * 0.30)
    )
    place.pieces.append(Glow(-side * 0.75, 0.5, float("inf"), 0.5, (210, 200, 180), 0.9))
    for x, z in scatter(site, 8, 120, 26 if site.says("asteroids?|debris|comets?|rocks?|wreck") else 5, free=4):
        rock = flora.stone(source, source.uniform(0.3, 2.2), mix((120, 112, 108), VOID[2], z / (z + 120)))
        turned = [(points @ np.array([[0.6, 0.8], [-0.8, 0.6]]), colour) for points, colour in rock]
        place.pieces.append(Prop(turned, x, z, y=source.uniform(-0.4, 0.5) * (z + 6), drift=source.uniform(-0.2, 0.2)))
    return place


def planet(site: Site) -> Place:
    """Dust, craters and rocks under a black or a foreign sky, with a world above the horizon."""
    source = site.source
    lunar = site.says("moon|lunar|airless")
    red = site.says("mars|martian|red|desert")
    albedo: Colour = (
        (150, 150, 152) if lunar else (196, 108, 72) if red else source.choice(((150, 112, 150), (96, 140, 136), (176, 128, 92)))
    )
    night = site.palette.stars
    sky = (
        VOID
        if lunar
        else tuple(
            mix(darker(albedo, level), VOID[1], 0.75 if night else share) for level, share in ((0.75, 0.5), (1.0, 0.2), (1.25, 0.0))
        )
    )
    haze = sky[2]

    def lit(colour: Colour, z: float) -> Colour:
        bright = 0.62 if night else 1.0
        return mix(darker(colour, bright), haze, (0.0 if lunar else 0.75) * z / (z + 160))

    place = Place(lit(albedo, 0), lit(darker(albedo, 0.94), 60), fade_m=20, sky=(sky[0], sky[1], sky[2]), outdoors=False)
    stars = site.apart().source
    if lunar or night:
        place.pieces.append(Stars(stars, site.palette, airless=True))
    side = source.choice((-1, 1))
    place.pieces.append(
        Prop(
            planet_shapes(source, SPACE_M * (0.09 if lunar else 0.15), not lunar, 0 if lunar else None),
            side * SPACE_M * 0.42,
            SPACE_M,
            y=SPACE_M * 0.34,
        )
    )
    if not lunar:
        place.pieces.append(
            Prop(planet_shapes(source, SPACE_M * 0.04, False, 2), -side * SPACE_M * 0.5, SPACE_M + 1, y=SPACE_M * 0.26)
        )
    for z, height, rough in ((900.0, 120.0, 0.5), (380.0, 38.0, 0.5), (150.0, 9.0, 0.4), (60.0, 2.2, 0.3)):
        xs, ys = rolling(source, z, height, wave=z * 0.8, rough=rough)
        place.pieces.append(Ridge(xs, ys, z, lit(darker(albedo, 0.72 + 0.18 * (z < 200)), z)))
    _craters(site, place, lit, albedo)
    for x, z in scatter(site, -3, 36, 34, wide=0.7):
        place.pieces.append(Prop(flora.stone(source, source.uniform(0.1, 0.7), lit(darker(albedo, 0.82), max(0.0, z))), x, z))
    return place


def _craters(site: Site, place: Place, lit: Callable[[Colour, float], Colour], albedo: Colour) -> None:
    source = site.source
    for n in range(18):
        z = -6 + 70 * ((n + source.random()) / 18) ** 1.6
        x, long = source.uniform(-0.6, 0.6) * reach(max(0.0, z)), source.uniform(0.5, 1.6) * (1 + max(0.0, z) / 14)
        ground = darker(albedo, 0.95)
        for share, tone, shift in ((1.15, 1.1, 0.06), (1.0, 0.72, 0.0), (0.86, 0.9, -0.08)):
            place.pieces.append(
                Ground(
                    ellipse(x, z + shift * long, long * share, long * 0.62 * share, points=18),
                    lit(darker(ground, tone), max(0.0, z)),
                    z + 900.0 - shift,
                )
            )


def underwater(site: Site) -> Place:
    """Light from above through blue water, a sandy floor, weed that sways, corals, rising bubbles."""
    source, palette = site.source, site.palette
    dim = 0.35 if palette.stars else 0.55 if site.says("deep|dark|abyss") else 1.0

    def sea(colour: Colour, z: float) -> Colour:
        lit = darker(mix(colour, (36, 120, 150), 0.38), dim)
        return mix(lit, darker((40, 128, 164), dim), 0.92 * z / (z + 16))

    sky = (darker((130, 216, 226), dim), darker((52, 150, 186), dim), darker((34, 112, 152), dim))
    place = Place(sea((206, 190, 140), 0), sea((150, 170, 150), 40), fade_m=8, sky=sky, outdoors=False)
    for n in range(5):
        lean, x = source.uniform(-0.2, 0.2), -1.2 + 0.6 * n + source.uniform(-0.15, 0.15)
        place.pieces.append(
            Prop(
                [(outline((-0.05, 0), (0.05, 0), (0.16 + lean, 1.0), (-0.10 + lean, 1.0)) * 900, mix(sky[1], sky[0], 0.35))],
                x * 700,
                1200 + n,
                y=-60,
                sway=18,
            )
        )
    for z, height in ((60.0, 12.0), (28.0, 4.0), (12.0, 1.0)):
        xs, ys = rolling(source, z, height, wave=z * 1.1, rough=0.5)
        place.pieces.append(Ridge(xs, ys - 0.2 * height, z, sea((92, 120, 112), z)))
    for x, z in scatter(site, -2, 26, 30, wide=0.7):
        tall = source.uniform(0.6, 2.6)
        leaf = [
            (
                smooth(
                    [
                        (dx - 0.06, 0),
                        (dx + 0.16 * tall * k - 0.05, tall * 0.5),
                        (dx - 0.08 * tall * k, tall),
                        (dx + 0.16 * tall * k + 0.06, tall * 0.48),
                        (dx + 0.06, 0),
                    ],
                    5,
                ),
                darker(sea((82, 132, 84), max(0.0, z)), 0.85 + 0.1 * k),
            )
            for k, dx in ((1, -0.12), (-1, 0.1), (0.4, 0.0))
        ]
        place.pieces.append(Prop(leaf, x, z, sway=0.22 * tall))
    for x, z in scatter(site, -2, 16, 16, wide=0.7):
        tint = sea(source.choice(((226, 112, 102), (240, 176, 96), (186, 112, 176), (236, 214, 170))), max(0.0, z))
        size = source.uniform(0.2, 0.6)
        fan = [
            outline(
                (-0.03, 0),
                (0.03, 0),
                *((size * 0.5 * np.sin(a) * 1.3, size * (0.6 + 0.4 * np.cos(a))) for a in np.linspace(1.1, -1.1, 9)),
            )
        ]
        place.pieces.append(
            Prop([(fan, tint), (flora.stone(source, size * 0.5, darker(tint, 0.8))[0][0], darker(tint, 0.7))], x, z)
        )
    for _ in range(26):
        x, z = source.uniform(-1, 1) * 9, source.uniform(0.6, 14)
        size = source.uniform(0.02, 0.06)
        place.pieces.append(Bubble(x, z, size, source.random(), mix(sea((220, 240, 244), z), sky[0], 0.3)))
    return place
