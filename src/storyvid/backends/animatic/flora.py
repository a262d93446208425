"""Trees, tufts, stones, clouds and houses: the props that several settings share. Each gives polygons around its foot."""

from __future__ import annotations

import math
import random

import numpy as np

from storyvid.backends.animatic.light import Colour, Palette, darker, mix
from storyvid.backends.animatic.shapes import Points, box, crescent, ellipse, limb, outline, smooth

Shapes = list[tuple[Points, Colour]]

LOBES = 7  # of a mass of leaves
LAMPLIGHT: Colour = (255, 206, 120)


def pine(source: random.Random, height: float, colour: Colour, trunk: Colour) -> Shapes:
    """A conifer of stacked skirts, darker on one side."""
    wide = height * source.uniform(0.19, 0.26)
    right: list[tuple[float, float]] = []
    for tier in range(4):
        low, half = height * (0.12 + 0.20 * tier), wide * (1 - 0.21 * tier)
        inner = wide * (0.86 - 0.22 * tier) * 0.52
        right += [(half * 0.5, low - 0.02 * height), (half, low), (inner, low + 0.20 * height)]
    right[-1] = (0.0, height)
    left = [(-x, y) for x, y in reversed(right[:-1])]
    foot = (0.0, height * 0.135)
    return [
        (box(0, 0, height * 0.05, height * 0.25), trunk),
        (outline(foot, *right, *left), colour),
        (outline(foot, *right), darker(colour, 0.84)),
    ]


def broadleaf(source: random.Random, height: float, colour: Colour, trunk: Colour) -> Shapes:
    """A round-crowned tree: trunk, crown, a lit cap."""
    lean = source.uniform(-0.03, 0.03) * height
    shapes: Shapes = [
        (limb((0, -0.02 * height), (lean, 0.52 * height), 0.036 * height, 0.022 * height), trunk),
        (limb((lean * 0.6, 0.34 * height), (lean + 0.12 * height, 0.56 * height), 0.018 * height, 0.01 * height), trunk),
    ]
    crown = _lobes(source, lean, 0.66 * height, 0.32 * height, 0.33 * height)
    middle = _lobes(source, lean - 0.03 * height, 0.70 * height, 0.27 * height, 0.27 * height)
    cap = _lobes(source, lean - 0.07 * height, 0.77 * height, 0.17 * height, 0.17 * height)
    return [*shapes, (crown, darker(colour, 0.76)), (middle, darker(colour, 0.92)), (cap, mix(colour, (255, 250, 214), 0.10))]


def _lobes(source: random.Random, x: float, y: float, rx: float, ry: float) -> Points:
    """The outline of a mass of leaves: rounded lobes, flatter below."""
    rim: list[tuple[float, float]] = []
    for n in range(3 * LOBES):
        angle = math.tau * (n + source.uniform(-0.15, 0.15)) / (3 * LOBES)
        out = source.uniform(1.0, 1.07) if n % 3 else source.uniform(0.88, 0.94)
        up = math.sin(angle)
        rim.append((x + rx * out * math.cos(angle), y + ry * out * (up if up > 0 else 0.8 * up)))
    return smooth(rim, steps=3)


def _crown(source: random.Random, x: float, y: float, rx: float, ry: float) -> Points:
    rim = ellipse(x, y, rx, ry, points=11)
    return smooth(
        [(x + (px - x) * source.uniform(0.86, 1.12), y + (py - y) * source.uniform(0.88, 1.1)) for px, py in rim], steps=4
    )


def bare_trunk(source: random.Random, height: float, colour: Colour) -> Shapes:
    """A tall trunk whose crown is out of frame, with a lit edge."""
    thick = height * source.uniform(0.018, 0.028)
    lean = height * source.uniform(-0.03, 0.03)
    foot = outline(
        (-thick * 1.55, -0.02), (-thick * 1.15, height * 0.015), (-thick, height * 0.05), (-thick * 0.8 + lean, height),
        (thick * 0.8 + lean, height), (thick, height * 0.05), (thick * 1.15, height * 0.015), (thick * 1.6, -0.02),
    )  # fmt: skip
    edge = outline(
        (thick * 0.25, 0.0), (thick * 1.4, 0.0), (thick, height * 0.05), (thick * 0.8 + lean, height), (thick * 0.35 + lean, height)
    )
    return [(foot, colour), (edge, darker(colour, 0.8))]


def tuft(source: random.Random, height: float, colour: Colour, blades: int = 6) -> Shapes:
    """A tuft of grass blades."""
    rim = [(-blades * height * 0.07, 0.0)]
    for blade in range(blades):
        x = (blade - (blades - 1) / 2) * height * 0.13
        tip, top = x * 1.9 + source.uniform(-0.2, 0.2) * height, height * source.uniform(0.6, 1.0)
        rim += [
            (x * 1.3 - 0.03 * height, top * 0.45),
            (tip, top),
            (x * 1.3 + 0.05 * height, top * 0.45),
            (x + 0.06 * height, 0.12 * height),
        ]
    return [(outline(*rim, (blades * height * 0.07, 0.0)), darker(colour, source.uniform(0.88, 1.06)))]


def fern(source: random.Random, size: float, colour: Colour) -> Shapes:
    """A low bush of overlapping leaves."""
    low = _crown(source, 0, size * 0.34, size * 0.8, size * 0.42)
    high = _crown(source, -size * 0.15, size * 0.46, size * 0.5, size * 0.34)
    return [(low, darker(colour, 0.84)), (high, colour)]


def stone(source: random.Random, size: float, colour: Colour) -> Shapes:
    """A boulder with a lit top."""
    a = source.uniform(0.75, 1.15)
    body = outline(
        (-size, 0),
        (-size * 0.8, size * 0.5 * a),
        (-size * 0.25, size * 0.82 * a),
        (size * 0.5, size * 0.66),
        (size, size * 0.2),
        (size * 0.9, 0),
    )
    lit = outline(
        (-size * 0.8, size * 0.5 * a), (-size * 0.25, size * 0.82 * a), (size * 0.5, size * 0.66), (-size * 0.1, size * 0.46)
    )
    return [(body, darker(colour, 0.8)), (lit, colour)]


def cloud(source: random.Random, width: float, colour: Colour, under: Colour) -> Shapes:
    """A flat-bottomed cloud of a few puffs, shaded below."""
    puffs = source.randint(3, 5)
    lit: Shapes = []
    shaded: Shapes = []
    for puff in range(puffs):
        x = (puff / (puffs - 1) - 0.5) * width * 0.74
        r = width * source.uniform(0.10, 0.16) * (1.25 - abs(puff / (puffs - 1) - 0.5))
        lit.append((ellipse(x, r * 0.55, r * 1.25, r), colour))
        shaded.append((ellipse(x, r * 0.22, r * 1.35, r * 0.55), under))
    bar = smooth(
        [(-width * 0.5, 0.0), (-width * 0.3, width * 0.05), (width * 0.3, width * 0.055), (width * 0.52, 0.0), (0, -width * 0.03)],
        steps=5,
    )
    for points, _ in (*lit, *shaded):
        points[:, 1] = np.maximum(points[:, 1], -0.012 * width)
    return [*lit, *shaded, (bar, under)]


def house(source: random.Random, width: float, height: float, wall: Colour, roof: Colour, palette: Palette, z: float) -> Shapes:
    """A gabled house with a chimney, a door and windows, lit after dark."""
    eaves = width * 0.56
    ridge = height * source.uniform(1.38, 1.55)
    shapes: Shapes = [
        (box(width * 0.24, height * 1.05, width * 0.1, height * 0.48), darker(wall, 0.72)),
        (box(0, 0, width, height), wall),
        (outline((width * 0.18, 0), (width * 0.5, 0), (width * 0.5, height), (width * 0.18, height)), darker(wall, 0.88)),
        (outline((-eaves, height * 0.97), (eaves, height * 0.97), (eaves * 0.62, ridge), (-eaves * 0.62, ridge)), roof),
        (
            outline((eaves * 0.28, height * 0.97), (eaves, height * 0.97), (eaves * 0.62, ridge), (eaves * 0.3, ridge)),
            darker(roof, 0.88),
        ),
        (box(-width * 0.27, 0, width * 0.17, height * 0.56), darker(roof, 0.7)),
    ]
    for x in (0.0, width * 0.33):
        shapes += window(x, height * 0.42, width * 0.16, height * 0.32, palette, z, lit=source.random() < 0.75)
    return shapes


def window(x: float, y: float, width: float, height: float, palette: Palette, z: float, lit: bool) -> Shapes:
    """A window with a cross bar; warm after dark, else the colour of the sky."""
    pane = mix(LAMPLIGHT, palette.haze, 0.25 * z / (z + 150)) if palette.lamps and lit else palette.shade((96, 122, 140), z)
    frame = palette.shade((232, 224, 208), z)
    return [
        (box(x, y - height * 0.06, width * 1.24, height * 1.12), frame),
        (box(x, y, width, height), pane),
        (box(x, y, width * 0.08, height), frame),
        (box(x, y + height * 0.48, width, height * 0.06), frame),
    ]


def lamp_post(colour: Colour, lit: bool) -> Shapes:
    """A street lamp, 4.6 m high, with its lantern."""
    head: Colour = LAMPLIGHT if lit else mix(colour, (220, 220, 210), 0.5)
    return [
        (box(0, 0, 0.24, 0.4), colour),
        (box(0, 0, 0.10, 4.1), colour),
        (outline((-0.20, 4.1), (0.20, 4.1), (0.27, 4.5), (-0.27, 4.5)), head),
        (outline((-0.34, 4.5), (0.34, 4.5), (0.0, 4.78)), colour),
    ]


def peak(source: random.Random, width: float, height: float, rock: Colour, snow: Colour) -> Shapes:
    """A mountain with a lit and a shaded face and a broken cap of snow."""
    top = (source.uniform(-0.08, 0.08) * width, height)
    left = [
        (-width * 0.5, -height * 0.05),
        (-width * 0.33, height * source.uniform(0.28, 0.38)),
        (-width * 0.17, height * source.uniform(0.60, 0.70)),
    ]
    right = [
        (width * 0.14, height * source.uniform(0.64, 0.76)),
        (width * 0.32, height * source.uniform(0.30, 0.42)),
        (width * 0.52, -height * 0.05),
    ]
    spine = [
        (top[0] + width * 0.04, height * 0.7),
        (top[0] - width * 0.03, height * 0.45),
        (top[0] + width * 0.08, height * 0.2),
        (width * 0.03, -height * 0.05),
    ]
    shapes: Shapes = [(outline(*left, top, *right), rock), (outline(top, *right, *reversed(spine)), darker(rock, 0.80))]
    cap = 0.72
    left_cap = (left[2][0] + (top[0] - left[2][0]) * 0.34, left[2][1] + (height - left[2][1]) * 0.34)
    right_cap = (right[0][0] + (top[0] - right[0][0]) * 0.2, right[0][1] + (height - right[0][1]) * 0.2)
    middle = [
        (width * 0.055 + top[0], height * 0.80),
        (top[0] + 0.02 * width, height * cap),
        (top[0] - 0.03 * width, height * 0.82),
        (top[0] - 0.07 * width, height * 0.76),
    ]
    shapes.append((outline(top, right_cap, *middle, left_cap), snow))
    shapes.append((outline(top, right_cap, middle[0], (top[0] + 0.02 * width, height * 0.86)), darker(snow, 0.86)))
    return shapes


def cactus(source: random.Random, height: float, colour: Colour) -> Shapes:
    """A saguaro with two arms."""
    thick = height * 0.085
    reach = height * 0.24
    low, high = source.uniform(0.32, 0.42), source.uniform(0.45, 0.55)
    shapes: Shapes = [(limb((0, 0), (0, height * 0.92), thick, thick * 0.9), colour)]
    for side, level in ((-1, low), (1, high)):
        shapes.append((limb((0, height * level), (side * reach, height * level), thick * 0.6, thick * 0.6), colour))
        shapes.append(
            (limb((side * reach, height * level), (side * reach, height * (level + 0.24)), thick * 0.6, thick * 0.55), colour)
        )
    shapes.append((crescent(0, height * 0.5, thick, height * 0.46, 0.5), darker(colour, 0.82)))
    return shapes
