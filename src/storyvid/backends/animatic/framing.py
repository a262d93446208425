"""What a framing puts between the camera and the subject: a listener's shoulder, the viewer's own hands."""

from __future__ import annotations

import math
import random

import numpy as np

from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, Palette, darker, mix
from storyvid.backends.animatic.people import look_of
from storyvid.backends.animatic.pieces import Piece, Prop
from storyvid.backends.animatic.setup import Setup
from storyvid.backends.animatic.shapes import ellipse, limb, moved, smooth
from storyvid.backends.animatic.words import Member, ShotWords, stable_seed
from storyvid.backends.base import ShotRequest

OTS_SHARE = 0.56  # of the way from the subject to the camera
LEAFY = frozenset({"forest", "mountains", "village", "field", "river", "park", "lake", "neutral"})
BOUGH_M, BOUGH_LEAVES = 1.3, 26  # from the lens
OTS_SHADE = 0.68  # a listener seen from behind stands against the light


def framing_pieces(
    request: ShotRequest, setup: Setup, unit: float, palette: Palette, words: ShotWords
) -> list[tuple[Piece, float]]:
    """What the framing puts between the camera and the subject, each with its distance from the lens, metres."""
    if setup.above:
        return []
    framing = request.shot.camera.framing
    if framing == "ots" and words.shoulder:
        distance = (1 - OTS_SHARE) * setup.ground_m
        return [(_shoulder(request, setup, unit, palette, words), distance)]
    if framing == "establishing" and words.setting in LEAFY:
        return [(_bough(request, setup, unit, palette, words), BOUGH_M)]
    return []


def _at(request: ShotRequest, setup: Setup, unit: float, column: float, row: float, distance: float) -> tuple[float, float, float]:
    """Where in the world something stands that is seen at a place of the frame (shares): x and y, and pixels per metre there."""
    metre = setup.focal * unit / distance
    in_units = setup.level + (row - setup.level) * request.height / unit
    pixels = (setup.plane_row(in_units) - setup.horizon) * unit
    return (column - 0.5 + setup.aside) * request.width / metre, setup.eye_m - pixels / metre, metre


def _bough(request: ShotRequest, setup: Setup, unit: float, palette: Palette, words: ShotWords) -> Piece:
    """A dark bough that hangs into a corner, so that a wide view has a foreground to look past."""
    source = random.Random(stable_seed("bough", words.place))
    side = source.choice((-1, 1))
    x, y, metre = _at(request, setup, unit, 0.5 + side * 0.53, 0.02, BOUGH_M)
    tall = unit / metre
    wood, leaf = (
        mix(darker(palette.tone, 0.42), palette.horizon, 0.06),
        mix(darker(palette.shade((70, 98, 60)), 0.50), palette.tone, 0.2),
    )
    shapes: Shapes = [(limb((side * 0.05, 0.06), (-side * 0.44, -0.10), 0.022, 0.006), wood),
                      (limb((-side * 0.12, 0.0), (-side * 0.30, -0.20), 0.010, 0.004), wood)]  # fmt: skip
    for n in range(BOUGH_LEAVES):
        along = (n + source.random()) / BOUGH_LEAVES
        hang = source.uniform(-0.05, 0.05) - (0.12 * along if n % 3 else 0.22 * along)
        size = source.uniform(0.030, 0.055)
        centre = (-side * 0.46 * along + source.uniform(-0.03, 0.03) + side * 0.03, 0.03 + hang)
        blade = ellipse(0, 0, size, 0.42 * size, points=10)
        shapes.append(
            (moved(blade, *centre, turn=source.uniform(-1.2, 0.2) * side), darker(leaf, source.choice((1.0, 0.85, 1.15))))
        )
    return Prop([(points * tall, colour) for points, colour in shapes], x, BOUGH_M - setup.ground_m, y=y, sway=0.02 * tall)


def _shoulder(request: ShotRequest, setup: Setup, unit: float, palette: Palette, words: ShotWords) -> Piece:
    """The back of a listener's head and shoulder in their own colours, on the side that the subject looks to."""
    side, depth = words.shoulder, OTS_SHARE * setup.ground_m
    x, y, metre = _at(request, setup, unit, 0.5 + side * 0.36, 0.90, setup.ground_m - depth)
    tall = 0.60 * unit / metre  # of head and shoulders in the frame
    shapes = [
        (np.asarray(points * (tall * -side, tall)), darker(palette.shade_subject(colour), OTS_SHADE))
        for points, colour in _nape(words.listener or Member("person", "listener"), palette)
    ]
    return Prop(shapes, x, -depth, y=y)


def _nape(listener: Member, palette: Palette) -> Shapes:
    """Head and shoulders from behind: cloth, collar, neck, hair or hat, and a rim of light."""
    look = look_of(listener)
    hair = look.hat or look.hair
    back = smooth(
        [(-1.15, -1.4), (-1.02, -0.1), (-0.62, 0.16), (-0.24, 0.28), (0.16, 0.26), (0.60, 0.10), (0.92, -0.14), (1.06, -1.4)]
    )
    fold = smooth([(0.10, -1.4), (0.22, 0.20), (0.60, 0.10), (0.92, -0.14), (1.06, -1.4)])
    neck = smooth([(-0.19, 0.12), (-0.17, 0.46), (0.17, 0.46), (0.20, 0.12), (0.0, 0.06)])
    collar = smooth([(-0.30, 0.10), (-0.22, 0.31), (0.02, 0.24), (0.24, 0.31), (0.32, 0.10), (0.0, 0.02)])
    skull = smooth([(-0.21, 0.34), (-0.34, 0.58), (-0.29, 0.88), (0.0, 1.0), (0.27, 0.88), (0.33, 0.58), (0.22, 0.34), (0.0, 0.29)])
    ear = ellipse(0.325, 0.56, 0.045, 0.085)
    edge = smooth([(0.24, 0.36), (0.33, 0.58), (0.27, 0.88), (0.06, 0.99), (0.20, 0.83), (0.25, 0.58)])
    shapes: Shapes = [(back, look.coat), (fold, darker(look.coat, 0.82)), (neck, darker(look.skin, 0.78)),
                      (collar, darker(look.coat, 0.9)), (ear, darker(look.skin, 0.9))]  # fmt: skip
    if look.style == "long":
        fall = smooth([(-0.34, 0.62), (-0.42, 0.10), (-0.30, -0.30), (0.0, -0.38), (0.30, -0.30), (0.42, 0.10), (0.34, 0.62)])
        shapes.append((fall, darker(look.hair, 0.86)))
    if look.style == "bun":
        shapes.append((ellipse(-0.05, 0.90, 0.17, 0.16), darker(look.hair, 0.85)))
    return [*shapes, (skull, hair), (edge, mix(hair, palette.horizon, 0.35))]


def pov_hands(width: int, height: int, t: float, palette: Palette, sleeve: Colour) -> Shapes:
    """The viewer's own forearms at the lower corners, in pixels, swaying a little as one walks."""
    shapes: Shapes = []
    cloth, skin = palette.shade_subject(sleeve), palette.shade_subject((226, 176, 142))
    for side in (-1, 1):
        lift = 0.012 * height * math.sin(math.tau * 0.4 * t + (0.0 if side < 0 else math.pi))
        elbow = (width * (0.5 + side * 0.47), height * 1.12 + lift)
        wrist = (width * (0.5 + side * 0.30), height * 0.93 + lift)
        knuckles = (width * (0.5 + side * 0.255), height * 0.875 + lift)
        shapes.append((limb(wrist, knuckles, 0.042 * height, 0.045 * height), skin))
        for finger in range(4):
            spread = (finger - 1.5) * 0.021 * height
            tip = (
                knuckles[0] - side * (0.045 * height) + spread * 0.5,
                knuckles[1] - 0.048 * height + abs(spread) * 0.55 + side * spread * 0.35,
            )
            base = (knuckles[0] - side * 0.012 * height + spread, knuckles[1] - 0.012 * height)
            shapes.append((limb(base, tip, 0.0145 * height, 0.0115 * height), darker(skin, 1.0 - 0.05 * finger)))
        shapes.append((limb(elbow, wrist, 0.085 * height, 0.056 * height), cloth))
        shapes.append(
            (
                limb((wrist[0] + side * 4e-3 * width, wrist[1] + 0.008 * height), wrist, 0.062 * height, 0.058 * height),
                darker(cloth, 0.86),
            )
        )
    return shapes
