"""The sea, its light, and its shore."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import darker, mix
from storyvid.backends.animatic.pieces import Ground, Mist, Piece, Prop, Ridge, Ripples
from storyvid.backends.animatic.settings.layers import (
    clouds,
    reach,
    rolling,
    scatter,
)
from storyvid.backends.animatic.settings.site import Place, Site


def sea(site: Site) -> Place:
    """Water to the horizon with breathing glints, a headland, foam along a sandy shore."""
    shade, palette = site.palette.shade, site.palette
    deep = mix(shade((44, 112, 144), 0), mix(palette.zenith, palette.middle, 0.4), 0.38)
    place = Place(deep, mix(palette.horizon, deep, 0.45), fade_m=26)
    place.pieces += clouds(site, 8)
    side = 1 if site.source.random() < 0.5 else -1
    for z, height, albedo in ((900.0, 62.0, (96, 112, 122)), (480.0, 38.0, (84, 100, 104))):
        xs, ys = rolling(site.source, z, height, wave=z * 0.9, rough=0.5)
        fall = np.clip((xs * side - z * 0.12) / (z * 0.5), 0, 1)
        place.pieces += [
            Ridge(xs, ys * fall**0.7 - 0.5, z, shade(albedo, z * 0.5), foot=-0.5),
            Mist(z - 1, height * 0.4, palette.haze, 0.4),
        ]
    places = []
    for n in range(230):
        z = 2.5 + 170 * ((n + site.source.random()) / 230) ** 2.2
        places.append(
            (
                site.source.uniform(-1, 1) * reach(z) * 0.7,
                z - (55.0 if site.afloat else 0.0),
                site.source.uniform(0.5, 1.5) * (0.7 + z / 16),
                site.source.random(),
            )
        )
    if palette.disc is not None:
        place.pieces.append(_glitter(site))
    light, dark = places[::2], places[1::2]
    place.pieces.append(Ripples(np.array(light), mix(deep, palette.horizon, 0.55), 880.0))
    place.pieces.append(Ripples(np.array(dark), darker(deep, 0.84), 890.0, pace=0.17))
    if not site.afloat:
        place.pieces += _shore(site)
        place.underfoot = shade(site.ground((222, 196, 150)), 2)
    return place


def _glitter(site: Site) -> Ripples:
    """The path of light under the sun or moon."""
    places = []
    for n in range(120):
        z = 9.0 + 420 * ((n + site.source.random()) / 120) ** 2.4
        places.append(
            (site.source.uniform(-1, 1) * (0.4 + 0.05 * z), z, site.source.uniform(0.5, 1.3) * (0.3 + z / 22), site.source.random())
        )
    light = mix(site.palette.disc or site.palette.horizon, site.palette.horizon, 0.3)
    return Ripples(np.array(places), light, 870.0, pace=0.5, azimuth=site.palette.disc_place[0])


def _shore(site: Site) -> list[Piece]:
    shade = site.palette.shade
    xs = np.linspace(-60, 60, 60)
    line = 3.4 + 0.7 * np.sin(xs * 0.21 + site.source.random() * 6) + 0.3 * np.sin(xs * 0.63 + site.source.random() * 6)
    pieces: list[Piece] = []
    for offset, albedo, order in (
        (1.0, (120, 168, 176), 860.0),
        (0.42, (238, 244, 244), 850.0),
        (0.16, (166, 142, 112), 840.0),
        (-0.5, (222, 196, 150), 830.0),
    ):
        edge = np.stack([xs, line + offset], 1)
        near = np.array([[60.0, -40.0], [-60.0, -40.0]])
        pieces.append(Ground(np.concatenate([edge, near]), shade(site.ground(albedo) if offset < 0.4 else albedo, 2), order))
    for x, z in scatter(site, -4, 2, 14, wide=0.6, free=1.2):
        pieces.append(Prop(flora.stone(site.source, site.source.uniform(0.06, 0.22), shade((150, 138, 128), 0)), x, z))
    for x, z in scatter(site, -4.5, 1.5, 10, wide=0.5, free=1.3):
        pieces.append(Prop(flora.tuft(site.source, site.source.uniform(0.2, 0.4), shade((148, 150, 92), 0)), x, z, sway=0.05))
    return pieces
