"""Limbs and clothes over the joints of a body: from before, from the side and from behind. Shares of the height."""

from __future__ import annotations

import math

from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import darker
from storyvid.backends.animatic.people.garments import back_details, front_details
from storyvid.backends.animatic.people.look import Look
from storyvid.backends.animatic.people.skeleton import ADULT_HIP, Build, Point
from storyvid.backends.animatic.people.stance import Stance
from storyvid.backends.animatic.shapes import Points, curve, ellipse, limb, moved, outline, smooth

HEMS = {  # height of the lower edge of the garment on top, and its half width there
    "coat": (0.325, 0.122), "jacket": (0.440, 0.100), "shirt": (0.448, 0.096), "sweater": (0.446, 0.100), "suit": (0.425, 0.102),
    "uniform": (0.425, 0.104), "overalls": (0.448, 0.098), "dress": (0.245, 0.152), "robe": (0.060, 0.150), "skirt": (0.455, 0.090),
    "spacesuit": (0.440, 0.118), "armour": (0.410, 0.116), "robot": (0.450, 0.104),
}  # fmt: skip
BULK = {"spacesuit": 1.34, "armour": 1.12, "robot": 0.92, "robe": 1.1, "coat": 1.06}
SKIRT_HEM = (0.262, 0.132)


def legs(look: Look, body: Stance, build: Build, side_on: bool) -> Shapes:
    """Both legs with shoes, the far one in shade; bare under a short skirt."""
    tint = (
        look.skin
        if look.cut in {"dress", "skirt"}
        else look.coat
        if look.cut in {"spacesuit", "robot", "overalls"}
        else look.trousers
    )
    fat = build.girth * (1.3 if look.cut == "spacesuit" else 0.82 if look.cut in {"dress", "skirt"} else 1.0)
    shapes: Shapes = []
    for side in (0, 1):
        hip, knee, ankle, toe = body.hips[side], body.knees[side], body.ankles[side], body.toes[side]
        colour = darker(tint, 0.80 if side == 0 else 1.0)
        shapes += [(limb(hip, knee, 0.056 * fat, 0.043 * fat), colour), (limb(knee, ankle, 0.042 * fat, 0.028 * fat), colour)]
        if look.cut == "robot":
            shapes.append((ellipse(knee[0], knee[1], 0.038, 0.038), darker(colour, 0.72)))
        shapes.append((_shoe(ankle, toe, side, side_on, build), darker(look.shoes, 0.85 if side == 0 else 1.0)))
    return shapes


def _shoe(ankle: Point, toe: float, side: int, side_on: bool, build: Build) -> Points:
    size = min(1.15, build.girth)
    if side_on:
        return moved(curve("-34 -45 -36 -8 -18 10 20 4 74 -22 84 -36 78 -45"), *ankle, scale=size, turn=toe)
    return moved(curve("-30 -45 -32 0 24 0 46 -26 50 -45"), *ankle, scale=size, mirror=side == 0)


def arm(look: Look, body: Stance, build: Build, side: int) -> Shapes:
    """One arm with its hand; the far one in shade."""
    shoulder, elbow, hand = body.shoulders[side], body.elbows[side], body.hands[side]
    fat = build.girth * BULK.get(look.cut, 1.0) * (0.88 if look.cut in {"dress", "shirt", "skirt"} else 1.0)
    sleeve = darker(look.coat if look.cut != "overalls" else look.shirt, 0.74 if side == 0 else 0.93)
    angle = math.atan2(hand[1] - elbow[1], hand[0] - elbow[0])
    palm = (hand[0] + 0.020 * math.cos(angle), hand[1] + 0.020 * math.sin(angle))
    skin = look.coat if look.cut in {"spacesuit", "robot"} else look.skin
    skin = darker(skin, 0.84 if side == 0 else 1.0)
    bare = look.cut == "dress"
    shapes: Shapes = [(limb(hand, palm, 0.0235 * build.girth, 0.020 * build.girth), skin)]
    shapes += [
        (limb(elbow, hand, 0.030 * fat, 0.0225 * fat), skin if bare else sleeve),
        (limb(shoulder, elbow, 0.037 * fat, 0.0305 * fat), sleeve),
    ]
    return shapes


def torso(look: Look, body: Stance, build: Build, view: str, shade_side: int) -> Shapes:
    """Neck, the garment on top, and what is worn over it."""
    if view == "side":
        return _side_torso(look, body, build)
    return _front_torso(look, body, build, shade_side, back=view == "back")


def _local(body: Stance, build: Build, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points around the root of the neck, in an adult's shares, as they lie along the leaning back."""
    cos, sin = math.cos(body.lean), math.sin(body.lean)
    size = build.trunk
    return [
        (body.neck[0] + x * cos * build.girth + y * size * sin, body.neck[1] + y * size * cos - x * sin * build.girth)
        for x, y in points
    ]


def _hem(look: Look, body: Stance, build: Build) -> tuple[float, float]:
    """Height and half width of the lower edge; it goes up with the knees of somebody who sits."""
    low, half = HEMS[look.cut]
    lap = min(knee[1] for knee in body.knees)
    folded = lap > 0.8 * body.pelvis[1]
    height = body.pelvis[1] - 0.045 if folded else low * (build.hip / ADULT_HIP) + (body.pelvis[1] - build.hip) * 0.8
    return height, half * build.girth * (0.75 if folded else 1.0)


def _front_torso(look: Look, body: Stance, build: Build, shade_side: int, back: bool) -> Shapes:
    coat = look.coat
    low, half = _hem(look, body, build)
    fat = 1.0 if look.cut not in {"spacesuit", "armour"} else 1.14
    waist = 0.074 if look.cut in {"dress", "skirt"} else 0.090
    chest = [(0.058, 0.003), (0.113 * fat, -0.038), (0.104 * fat, -0.135), (waist * fat, -0.255)]
    px = body.pelvis[0]
    right = [*_local(body, build, chest), (px + half, low)]
    left = [*_local(body, build, [(-x, y) for x, y in chest]), (px - half, low)]
    shapes: Shapes = [(_neck(body, build), darker(look.skin, 0.82))]
    if look.cut == "skirt":
        shapes += _skirt(look, body, build)
    shapes.append((smooth([*right, (px, low - 0.012), *reversed(left)]), coat))
    edge = right if shade_side > 0 else left
    inner = _local(body, build, [(shade_side * 0.050, -0.075), (shade_side * 0.046, -0.215)])
    shapes.append((smooth([*edge, (px + shade_side * half * 0.5, low - 0.006), *reversed(inner)]), darker(coat, 0.82)))
    return [*shapes, *(back_details(look, body, build) if back else front_details(look, body, build, low))]


def _neck(body: Stance, build: Build) -> Points:
    x, y = body.neck
    return outline(
        (x - 0.030, y - 0.03), (x + 0.030, y - 0.03), (x + 0.027, y + 0.055 * build.head), (x - 0.027, y + 0.055 * build.head)
    )


def _skirt(look: Look, body: Stance, build: Build) -> Shapes:
    low, half = SKIRT_HEM
    x, y = body.pelvis
    if min(knee[1] for knee in body.knees) > 0.8 * y:
        return []
    low = low * build.hip / ADULT_HIP
    wide = half * build.girth
    return [
        (
            smooth([(x - 0.085, y + 0.06), (x + 0.085, y + 0.06), (x + wide, low), (x, low - 0.012), (x - wide, low)], 6),
            look.trousers,
        )
    ]


def _side_torso(look: Look, body: Stance, build: Build) -> Shapes:
    """A profile of chest and back that leans, with the skirts of the garment hanging from it."""
    coat = look.coat
    fat = BULK.get(look.cut, 1.0)
    chest = [(0.020, 0.012), (0.052, -0.040), (0.070 * fat, -0.120), (0.064 * fat, -0.230), (0.068 * fat, -0.355)]
    back = [(-0.026, 0.010), (-0.058, -0.040), (-0.070 * fat, -0.120), (-0.058 * fat, -0.240), (-0.074 * fat, -0.355)]
    shapes: Shapes = []
    if "bag" in look.carries or look.cut == "spacesuit":
        bag = (206, 208, 208) if look.cut == "spacesuit" else (134, 96, 66)
        shapes.append(
            (
                smooth(_local(body, build, [(-0.05, -0.03), (-0.135, -0.06), (-0.150, -0.22), (-0.125, -0.33), (-0.05, -0.33)]), 6),
                bag,
            )
        )
    shapes.append((_slanted_neck(body, build), darker(look.skin, 0.86)))
    shapes += _side_hem(look, body, build)
    shapes.append((smooth([*_local(body, build, chest), *reversed(_local(body, build, back))], 6), coat))
    shade = [
        (-0.026, 0.010),
        (-0.058, -0.040),
        (-0.070 * fat, -0.120),
        (-0.058 * fat, -0.240),
        (-0.074 * fat, -0.355),
        (-0.030, -0.35),
        (-0.020, -0.2),
        (-0.028, -0.06),
    ]
    shapes.append((smooth(_local(body, build, shade), 5), darker(coat, 0.84)))
    if look.cut in {"dress", "robe", "uniform", "armour"}:
        shapes.append(
            (
                smooth(_local(body, build, [(-0.060, -0.27), (0.066, -0.27), (0.068, -0.295), (-0.064, -0.295)]), 3),
                darker(coat, 0.66),
            )
        )
    if look.cut in {"coat", "jacket", "suit", "uniform", "shirt", "skirt"}:
        shapes.append(
            (
                smooth(_local(body, build, [(-0.030, 0.022), (0.030, 0.020), (0.046, -0.030), (0.0, -0.020), (-0.034, -0.004)]), 5),
                darker(coat, 0.8),
            )
        )
    if look.apron is not None:
        shapes.append(
            (
                smooth(
                    _local(
                        body, build, [(0.050, -0.10), (0.078, -0.12), (0.076, -0.36), (0.086, -0.50), (0.02, -0.50), (0.03, -0.28)]
                    ),
                    5,
                ),
                look.apron,
            )
        )
    if look.scarf is not None:
        shapes += [(smooth(_local(body, build, [(-0.04, 0.03), (0.036, 0.026), (0.050, -0.012), (0.0, -0.03), (-0.044,
            -0.008)]), 5), look.scarf), (smooth(_local(body, build, [(0.03, -0.01), (0.055, -0.012), (0.080, -0.15),
            (0.052, -0.16)]), 5), darker(look.scarf, 0.86))]  # fmt: skip
    return shapes


def _slanted_neck(body: Stance, build: Build) -> Points:
    up = 0.055 * build.head
    points = _local(body, build, [(-0.026, -0.03), (0.026, -0.03)])
    tip = (body.neck[0] + 0.010 + 0.3 * up * math.sin(body.lean), body.neck[1] + up)
    return outline(points[0], points[1], (tip[0] + 0.022, tip[1]), (tip[0] - 0.030, tip[1]))


def _side_hem(look: Look, body: Stance, build: Build) -> Shapes:
    """What hangs below the hips; it swings with the knees, and lies on the lap of somebody who sits."""
    low, half = HEMS[look.cut] if look.cut != "skirt" else SKIRT_HEM
    tint = look.trousers if look.cut == "skirt" else look.coat
    px, py = body.pelvis
    front, rear = max(knee[0] for knee in body.knees), min(knee[0] for knee in body.knees)
    if min(knee[1] for knee in body.knees) > 0.8 * py:
        lap = [
            (px - 0.075, py + 0.06),
            (px + 0.06, py + 0.07),
            (front + 0.035, py + 0.045),
            (front + 0.030, py - 0.05),
            (px - 0.07, py - 0.055),
        ]
        return [(smooth(lap, 6), tint)] if look.skirted or look.cut == "coat" else []
    low = low * build.hip / ADULT_HIP + (py - build.hip) * 0.8
    share = min(1.0, max(0.0, (py - low) / 0.235))
    wide = half * 0.72 * build.girth
    right, left = max(px + wide * 0.8, px + (front - px) * share + 0.055), min(px - wide * 0.8, px + (rear - px) * share - 0.055)
    return [
        (
            smooth(
                [
                    (px - 0.068, py + 0.05),
                    (px + 0.066, py + 0.05),
                    (right, low + 0.004),
                    ((right + left) / 2, low - 0.010),
                    (left, low + 0.004),
                ],
                6,
            ),
            tint,
        )
    ]
