"""What a framing puts between the camera and the subject: a listener's shoulder, the viewer's own hands."""

from __future__ import annotations

import math

import numpy as np

from storyvid.backends.animatic.camera import Setup
from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, Palette, darker, mix
from storyvid.backends.animatic.pieces import Piece, Prop
from storyvid.backends.animatic.shapes import limb, smooth
from storyvid.backends.animatic.words import stable_seed
from storyvid.backends.base import ShotRequest

OTS_SHARE = 0.56  # of the way from the subject to the camera


def framing_pieces(request: ShotRequest, setup: Setup, unit: float, palette: Palette) -> list[Piece]:
    """What the framing puts between the camera and the subject."""
    framing = request.shot.camera.framing
    if framing == "ots":
        return [_shoulder(request, setup, unit, palette)]
    return []


def _shoulder(request: ShotRequest, setup: Setup, unit: float, palette: Palette) -> Piece:
    """The dark back of a listener's head and shoulder, on the side away from the subject's face."""
    depth = OTS_SHARE * setup.distance_m
    metre = setup.focal * unit / (setup.distance_m - depth)  # pixels
    tall = 0.60 * unit / metre  # of head and shoulders in the frame
    cloth = darker(palette.shade_subject((70, 66, 78)), 0.55)
    head = darker(palette.shade_subject((66, 54, 52)), 0.62)
    rim = mix(head, palette.horizon, 0.16)
    back = smooth(
        [(-1.15, -1.4), (-1.02, -0.1), (-0.62, 0.16), (-0.24, 0.28), (0.16, 0.26), (0.60, 0.10), (0.92, -0.14), (1.06, -1.4)]
    )
    skull = smooth([(-0.24, 0.18), (-0.36, 0.52), (-0.30, 0.86), (0.0, 1.0), (0.28, 0.86), (0.34, 0.54), (0.25, 0.18)])
    edge = smooth([(0.25, 0.20), (0.34, 0.54), (0.28, 0.86), (0.06, 0.99), (0.22, 0.82), (0.27, 0.54)])
    side = -1 if stable_seed("ots", request.seed) % 2 else 1
    shapes = [(points * (tall * -side, tall), colour) for points, colour in ((back, cloth), (skull, head), (edge, rim))]
    column = (0.5 + side * 0.36) * request.width
    row = 0.90 * request.height
    x = (column - request.width / 2) / metre
    y = (setup.eye_m - (row - setup.horizon * request.height) / metre) / setup.upright
    return Prop([(np.asarray(points), colour) for points, colour in shapes], x, -depth, y=y)


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
