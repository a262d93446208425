"""What a framing puts between the camera and the subject: a listener's shoulder, the viewer's own hands."""

from __future__ import annotations

import math

import numpy as np

from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, Palette, darker, mix
from storyvid.backends.animatic.people import look_of
from storyvid.backends.animatic.pieces import Piece, Prop
from storyvid.backends.animatic.setup import Setup
from storyvid.backends.animatic.shapes import ellipse, limb, smooth
from storyvid.backends.animatic.words import Member, stable_seed
from storyvid.backends.base import ShotRequest

OTS_SHARE = 0.56  # of the way from the subject to the camera
OTS_SHADE = 0.68  # a listener seen from behind stands against the light


def framing_pieces(
    request: ShotRequest, setup: Setup, unit: float, palette: Palette, listener: Member | None
) -> list[tuple[Piece, float]]:
    """What the framing puts between the camera and the subject, each with its distance from the lens, metres."""
    if request.shot.camera.framing != "ots" or setup.above:
        return []
    distance = (1 - OTS_SHARE) * setup.ground_m
    return [(_shoulder(request, setup, unit, palette, listener or Member("person", "listener")), distance)]


def _shoulder(request: ShotRequest, setup: Setup, unit: float, palette: Palette, listener: Member) -> Piece:
    """The back of a listener's head and shoulder in their own colours, on the side away from the subject's face."""
    depth = OTS_SHARE * setup.ground_m
    metre = setup.focal * unit / (setup.ground_m - depth)  # pixels
    tall = 0.60 * unit / metre  # of head and shoulders in the frame
    side = -1 if stable_seed("ots", request.seed) % 2 else 1
    shapes = [
        (np.asarray(points * (tall * -side, tall)), darker(palette.shade_subject(colour), OTS_SHADE))
        for points, colour in _nape(listener, palette)
    ]
    row = request.height / 2 + (setup.plane_row(0.90) - 0.5) * unit
    y = setup.eye_m - (row - (request.height / 2 + (setup.horizon - 0.5) * unit)) / metre
    return Prop(shapes, side * 0.36 * request.width / metre + setup.aside * request.width / metre, -depth, y=y)


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
