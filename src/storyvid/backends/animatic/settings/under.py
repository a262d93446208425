"""Under the ground: caves and tunnels."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Flame
from storyvid.backends.animatic.pieces import Glow, Ground, Prop
from storyvid.backends.animatic.settings.layers import scatter
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, ellipse, outline

DARK: Colour = (30, 28, 38)
CRYSTALS: tuple[Colour, ...] = ((110, 210, 226), (190, 130, 230), (120, 226, 170))


def cave(site: Site) -> Place:
    """Rock all round in receding frames, a bright mouth at the end, stalactites, a pool; crystals or torches by the words."""
    source, palette = site.source, site.palette
    rock: Colour = source.choice(((112, 98, 96), (96, 102, 112), (122, 100, 82)))
    mouth = mix(palette.middle, palette.horizon, 0.6)

    def deep(z: float) -> Colour:
        near = mix(darker(rock, 0.46 if palette.lamps else 0.62), DARK, 0.22)
        return mix(near, mouth, 0.55 * z / (z + 34))

    floor = mix(darker(rock, 0.78), DARK, 0.15)
    place = Place(
        floor, mix(floor, mouth, 0.3), fade_m=16, sky=(mouth, mouth, mouth), outdoors=False, half_width_m=5.5, ceiling_m=5.5
    )
    side = source.choice((-1, 1))
    for n, (z, half, tall) in enumerate(((46.0, 7.0, 9.0), (30.0, 6.4, 7.6), (19.0, 6.2, 6.6), (11.0, 6.2, 5.8), (5.0, 6.4, 5.4))):
        place.pieces.append(Prop([(_frame(site, half, tall, side * 0.04 * z), deep(z))], 0.0, z))
        if n > 1:
            place.pieces.append(Prop([(_spikes(site, half, tall), darker(deep(z), 0.9))], 0.0, z - 0.1))
    place.pieces.append(Glow(side * 1.6, 2.6, 44.0, 12.0, darker(mouth, 0.6), 0.8))
    place.pieces.append(Ground(ellipse(-side * 3.0, 6.0, 2.4, 1.5, points=30), mix(floor, mouth, 0.5), 850.0))
    for x, z in scatter(site, -3, 14, 26, wide=0.35):
        place.pieces.append(Prop(flora.stone(source, source.uniform(0.1, 0.5), darker(rock, 0.62)), x, z))
    if site.says("crystals?|glowing|gem|magic|magical"):
        _crystals(site, place)
    if site.says("torch|torches|fire|mine|mineshaft|catacombs?|lantern") or palette.lamps:
        for x, z in ((-2.9, 4.2), (3.1, 6.4)):
            place.pieces += [
                Prop([(outline((-0.05, -0.5), (0.05, -0.5), (0.08, 0), (-0.08, 0)), (70, 54, 46))], x, z, y=1.9),
                Flame(x, 1.88, z - 0.05, 0.4, 0.7),
                Glow(x, 2.1, z - 0.1, 2.8, (190, 110, 46), 0.9, 0.2),
            ]
    if site.says("tunnel|mine|mineshaft|railway|sewer|underpass"):
        _rails(site, place)
    return place


def _frame(site: Site, half: float, tall: float, lean: float) -> Points:
    """A ring of rock with a ragged opening: a wide outside and the hole, as one outline."""
    source = site.source
    rim: list[tuple[float, float]] = []
    for n in range(25):
        turn = np.pi * n / 24
        out = source.uniform(0.84, 1.1)
        rim.append((lean + half * out * float(np.cos(turn)), -0.2 + tall * out * float(np.sin(turn)) ** 0.7))
    far = 60.0
    return np.array([(far, -0.3), (far, far), (-far, far), (-far, -0.3), *reversed(rim)])


def _spikes(site: Site, half: float, tall: float) -> Points:
    """Stalactites along the top."""
    source, points = site.source, []
    x = -half
    while x < half:
        wide = source.uniform(0.3, 0.8)
        points += [(x, tall + 3), (x + wide / 2, tall * source.uniform(0.62, 0.92)), (x + wide, tall + 3)]
        x += wide * source.uniform(1.0, 2.6)
    return np.array([*points, (half, tall + 4), (-half, tall + 4)])


def _crystals(site: Site, place: Place) -> None:
    tint = site.source.choice(CRYSTALS)
    for x, z in ((-3.4, 3.4), (3.2, 4.8), (-2.6, 8.5), (4.0, 10.0), (2.2, 2.6)):
        shapes: flora.Shapes = []
        for dx, lean, tall in ((-0.3, -0.25, 0.8), (0.28, 0.3, 0.7), (0.0, 0.04, 1.25)):
            shapes.append(
                (
                    outline(
                        (dx - 0.14, 0),
                        (dx + lean - 0.12, tall * 0.8),
                        (dx + lean, tall),
                        (dx + lean + 0.12, tall * 0.78),
                        (dx + 0.14, 0),
                    ),
                    tint,
                )
            )
            shapes.append(
                (outline((dx + 0.02, 0), (dx + lean, tall), (dx + lean + 0.12, tall * 0.78), (dx + 0.14, 0)), darker(tint, 0.7))
            )
        place.pieces += [Prop(shapes, x, z), Glow(x, 0.7, z - 0.1, 2.0, darker(tint, 0.6), 0.7)]


def _rails(site: Site, place: Place) -> None:
    iron, wood = darker((150, 150, 156), 0.6), (64, 52, 46)
    for n in range(26):
        place.pieces.append(
            Ground(outline((-0.9, -6 + 1.4 * n), (0.9, -6 + 1.4 * n), (0.9, -5.7 + 1.4 * n), (-0.9, -5.7 + 1.4 * n)), wood, 846.0)
        )
    for x in (-0.6, 0.6):
        place.pieces.append(Ground(outline((x - 0.04, -9), (x + 0.04, -9), (x + 0.04, 44), (x - 0.04, 44)), iron, 845.0))
