"""The desert."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import darker, mix
from storyvid.backends.animatic.pieces import Ground, Mist, Prop, Ridge
from storyvid.backends.animatic.settings.layers import (
    clouds,
    reach,
    rolling,
    scatter,
)  # fmt: skip
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import box, ellipse, limb, outline


def desert(site: Site) -> Place:
    """Dunes in bands of light and shade, mesas, cactus and stones; palms, a pool or pyramids by the words."""
    shade, source, palette = site.palette.shade, site.source, site.palette
    place = Place(shade((226, 178, 118), 0), shade((236, 200, 148), 80), fade_m=24)
    place.pieces += clouds(site, 3)
    if site.says("pyramids?|egypt\\w*"):
        _pyramids(site, place)
    elif not site.says("dunes?|sahara"):
        _mesas(site, place)
    place.pieces.append(Mist(890, 60, palette.haze, 0.5))
    for z, height, albedo in (
        (320.0, 34.0, (216, 164, 112)),
        (150.0, 15.0, (228, 178, 120)),
        (70.0, 5.4, (214, 160, 104)),
        (32.0, 2.1, (230, 182, 122)),
    ):
        xs, ys = rolling(source, z, height, wave=z * 1.7, rough=0.22)
        place.pieces.append(Ridge(xs, ys, z + 0.1, shade(albedo, z)))
        slip = np.interp(xs - 0.05 * z, xs, ys) * 0.82  # the lee side, in shade
        place.pieces += [
            Ridge(xs, np.minimum(ys, slip), z, shade(darker(albedo, 0.86), z)),
            Mist(z - 0.1, height * 0.7, palette.haze, 0.25),
        ]
    if site.says("oasis|palms?"):
        _oasis(site, place)
    elif not site.says("dunes?|sahara"):
        for x, z in scatter(site, 6, 48, 10, free=3.5):
            place.pieces.append(Prop(flora.cactus(source, source.uniform(2.2, 4.2), shade((104, 128, 84), z)), x, z))
    for x, z in scatter(site, -3, 20, 16, wide=0.5):
        place.pieces.append(Prop(flora.stone(source, source.uniform(0.08, 0.34), shade((188, 132, 96), max(0.0, z))), x, z))
    _ripple_marks(site, place)
    return place


def _mesas(site: Site, place: Place) -> None:
    for n in range(5):
        x = (n / 4 - 0.5) * 2600 + site.source.uniform(-160, 160)
        wide, tall = site.source.uniform(150, 340), site.source.uniform(70, 140)
        rock = site.palette.shade((176, 104, 82), 130)
        rim = outline(
            (-wide, 0), (-wide * 0.62, tall * 0.5), (-wide * 0.5, tall), (wide * 0.46, tall), (wide * 0.6, tall * 0.5), (wide, 0)
        )
        side = outline((wide * 0.1, 0), (wide * 0.16, tall), (wide * 0.46, tall), (wide * 0.6, tall * 0.5), (wide, 0))
        place.pieces.append(
            Prop(
                [
                    (rim, rock),
                    (side, darker(rock, 0.88)),
                    (box(-0.1 * wide, tall * 0.7, wide * 0.9, tall * 0.06), darker(rock, 0.92)),
                ],
                x,
                900 + n,
            )
        )


def _pyramids(site: Site, place: Place) -> None:
    for x, z, tall in ((-260.0, 800.0, 190.0), (120.0, 700.0, 230.0), (430.0, 860.0, 120.0)):
        stone = site.palette.shade((214, 170, 112), 0.2 * z)
        place.pieces.append(
            Prop(
                [
                    (outline((-tall * 0.85, 0), (0, tall), (tall * 0.85, 0)), stone),
                    (outline((tall * 0.12, 0), (0, tall), (tall * 0.85, 0)), darker(stone, 0.76)),
                ],
                x,
                z,
            )
        )


def _oasis(site: Site, place: Place) -> None:
    """A pool between palms."""
    shade, source = site.palette.shade, site.source
    side = source.choice((-1, 1))
    water = mix(shade((72, 150, 156), 8), site.palette.middle, 0.3)
    place.pieces += [
        Ground(ellipse(side * 5, 9.5, 6.0, 2.6, points=36), shade((150, 158, 92), 8), 852.0),
        Ground(ellipse(side * 5, 9.5, 5.4, 2.1, points=36), water, 850.0),
    ]
    for x, z in ((side * 3.0, 12.5), (side * 7.2, 12.0), (side * 9.6, 8.6), (-side * 6.5, 14.0), (side * 5.2, 14.0)):
        tall, lean = source.uniform(4.2, 6.4), source.uniform(-0.9, 0.9)
        trunk, leaf = shade((140, 104, 72), z), shade((94, 136, 78), z)
        palm: flora.Shapes = [(limb((0, 0), (lean, tall), 0.18, 0.11), trunk)]
        for n in range(8):
            turn = -0.35 + (np.pi + 0.7) * n / 7
            dx, dy = 1.9 * np.cos(turn), 1.2 * np.sin(turn)
            palm.append(
                (
                    outline(
                        (lean, tall),
                        (lean + dx * 0.5, tall + dy * 0.6 + 0.35),
                        (lean + dx, tall + dy * 0.5 - 0.35),
                        (lean + dx * 0.5, tall + dy * 0.45),
                    ),
                    darker(leaf, 0.82 + 0.05 * (n % 4)),
                )
            )
        place.pieces.append(Prop(palm, x, z, sway=0.25))


def _ripple_marks(site: Site, place: Place) -> None:
    """The wind's marks in the sand: long wavy streaks, closer to the front."""
    source = site.source
    for n in range(26):
        z = -6 + 40 * ((n + source.random()) / 26) ** 1.7
        x, long = source.uniform(-1, 1) * reach(max(0.0, z)) * 0.5, source.uniform(1.6, 4.2) * (1 + max(0.0, z) / 14)
        across = np.linspace(-1, 1, 18)
        wave, thick = 0.16 * np.sin(5 * across + source.random() * 6), 0.10 * (1 + max(0.0, z) / 14) * (1 - across**2)
        rim = np.concatenate([np.stack([x + long * across, z + wave + thick], 1), np.stack([x + long * across, z + wave], 1)[::-1]])
        place.pieces.append(Ground(rim, site.palette.shade((206, 154, 100), max(0.0, z)), z + 900.0))
