"""The shadows that sun and moon cast: away from the light, and the longer the lower it stands."""

from __future__ import annotations

import math

from storyvid.backends.animatic import casting
from storyvid.backends.animatic.light import Colour, Palette, darker, mix
from storyvid.backends.animatic.patches import Follow
from storyvid.backends.animatic.pieces import Ground, Piece
from storyvid.backends.animatic.settings import Place
from storyvid.backends.animatic.shapes import Points, ellipse, outline, smooth
from storyvid.backends.animatic.staging import FLOAT_KINDS, Actor

LONGEST = 3.4  # heights of the thing
LONGEST_M = 7.0  # of anything: a tower's shadow would only darken the foreground
WITHOUT = FLOAT_KINDS | {"hand", "fish", "crowd"}
DEPTH = {True: 0.46, False: 0.30}  # how dark: under the sun, under the moon
WIDTH = 0.5  # of a thing's own half width


def cast_shadows(cast: tuple[Actor, ...], place: Place, palette: Palette) -> list[Piece]:
    """A long flat shape on the ground for each subject that stands in direct light.

    Args:
        cast: Everybody in their place.
        place: The setting.
        palette: Where the light stands.
    """
    if palette.disc is None or not place.outdoors or place.weightless:
        return []
    azimuth, elevation = palette.disc_place
    run = (-azimuth / max(0.05, elevation), -1 / max(0.05, elevation))  # per metre of height, towards the camera
    length = (run[0] ** 2 + run[1] ** 2) ** 0.5
    run = (run[0] / length * min(length, LONGEST), run[1] / length * min(length, LONGEST))
    ground = place.underfoot or place.near
    tint = mix(darker(ground, 1 - DEPTH[not palette.stars]), palette.tone, 0.16)
    return [_shadow(actor, run, tint) for actor in cast if actor.y < 0.3 and actor.member.kind not in WITHOUT]


def _shadow(actor: Actor, run: tuple[float, float], tint: Colour) -> Piece:
    height = casting.height_of(actor.member)
    half = WIDTH * 0.5 * casting.width_of(actor.member)
    short = min(1.0, LONGEST_M / (height * math.hypot(*run)))
    run = (run[0] * short, run[1] * short)
    shape = _person(height, half) if actor.member.kind == "person" else _mass(height, half)
    x = actor.x + shape[:, 0] + shape[:, 1] * run[0]
    z = actor.z + shape[:, 1] * run[1]
    flat = outline(*zip(x.tolist(), z.tolist(), strict=True))
    return Follow(Ground(flat, tint, actor.z + 0.4), actor)


def _person(height: float, half: float) -> Points:
    """Legs, coat and head as one outline: across, and up."""
    share = ((-0.5, 0.0), (-0.75, 0.3), (-1.0, 0.62), (-0.85, 0.80), (-0.32, 0.855), (-0.42, 0.93), (0.0, 1.0))
    left = [(x * half, y * height) for x, y in share]
    return smooth([*left, *((-x, y) for x, y in reversed(left[:-1]))], steps=4)


def _mass(height: float, half: float) -> Points:
    """Anything else: a low dome over its width."""
    return ellipse(0.0, 0.0, 1.6 * half, 0.8 * height, 0.0, 0.5, points=14)
