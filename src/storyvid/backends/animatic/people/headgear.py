"""What heads wear, and a robot's head: hats, hoods, glasses."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import darker
from storyvid.backends.animatic.people.face import Face
from storyvid.backends.animatic.people.look import Look
from storyvid.backends.animatic.shapes import Points, box, curve, ellipse, limb, outline, smooth

HAT_CROWN = "-55 32 -51 72 -20 102 24 102 52 72 56 32"


def hat(look: Look, view: str) -> Shapes:
    """What is on the head; it looks the same from all sides but for the peak."""
    if look.hat is None:
        return []
    hat, dark = look.hat, darker(look.hat, 0.82)
    crown = (curve(HAT_CROWN), hat)
    shade = (curve("12 100 50 74 56 34 24 34"), darker(hat, 0.9))
    if look.headwear == "wide":
        brim = smooth([(-0.104, 0.036), (-0.05, 0.050), (0.05, 0.050), (0.108, 0.034), (0.05, 0.026), (-0.05, 0.027)])
        return [crown, shade, (box(0, 0.046, 0.110, 0.014), dark), (brim, dark)]
    if look.headwear in {"beanie", "chef"}:
        high = 0.026 if look.headwear == "chef" else 0.0
        puff = (
            [(ellipse(x, 0.098 + high, 0.034, 0.034), hat) for x in (-0.028, 0.028, 0.0)]
            if high
            else [(ellipse(0, 0.108, 0.014, 0.013), dark)]
        )
        return [*puff, crown, shade, (limb((-0.052, 0.040), (0.054, 0.040), 0.014, 0.014), dark)]
    if look.headwear in {"hood", "veil"}:
        return _hooded(look, view)
    if look.headwear == "crown":
        spikes = outline(
            *((x / 1000, y / 1000) for x, y in ((-50, 50), (-56, 104), (-30, 78), (0, 112), (30, 78), (56, 104), (50, 50)))
        )
        return [(spikes, hat), (box(0, 0.046, 0.102, 0.016), dark)]
    if look.headwear == "pointed":
        brim = smooth([(-0.112, 0.040), (-0.05, 0.052), (0.05, 0.052), (0.114, 0.038), (0.0, 0.024)])
        return [(outline((-0.055, 0.040), (0.055, 0.040), (0.020, 0.150), (-0.034, 0.215), (-0.010, 0.140)), hat), (brim, dark)]
    if look.headwear == "helmet":
        return [
            (curve("-64 -6 -64 40 -40 84 0 96 42 84 66 40 66 10 0 26 -50 20"), hat),
            (curve("14 94 44 84 66 40 64 12 36 20"), dark),
        ]
    if view == "back":
        return [crown, shade]
    reach = 0.100 if view == "side" else 0.074
    return [crown, shade, (limb((-0.010 if view == "side" else -0.056, 0.038), (reach, 0.032), 0.011, 0.008), dark)]


def _hooded(look: Look, view: str) -> Shapes:
    assert look.hat is not None
    hat, dark = look.hat, darker(look.hat, 0.8)
    if view == "back":
        return [
            (curve("-66 -70 -66 30 -44 80 0 96 46 80 68 30 68 -70 0 -90"), hat),
            (curve("14 92 46 80 68 30 68 -70 36 -80 40 10"), dark),
        ]
    if view == "side":
        return [
            (curve("-66 -80 -70 30 -46 82 0 98 46 80 50 54 26 50 10 30 6 -20 20 -66 -10 -90"), hat),
            (curve("46 76 50 54 26 50 10 30 6 -20 20 -66 6 -66 -6 -18 0 34 22 62"), dark),
        ]
    rim = curve("-70 -74 -72 30 -48 82 0 98 48 82 72 30 70 -74 44 -84 52 -30 50 24 34 52 0 60 -34 52 -52 24 -54 -30 -44 -84")
    return [(rim, hat), (curve("20 96 48 82 72 30 70 -74 44 -84 52 -30 50 24 34 52"), dark)]


def glasses(look: Look, view: str, face: Face) -> Shapes:
    """Glasses before the eyes."""
    if "glasses" not in look.carries or not face.detailed:
        return []
    frame = (52, 46, 50)
    if view == "side":
        return [
            (_rim(0.037, 0.006, 0.0125, 0.0140), frame),
            (box(0.008, 0.007, 0.05, 0.004), frame),
        ]
    shapes: Shapes = []
    for x in (-0.0105, 0.0285):
        shapes.append((_rim(x, 0.006, 0.0170, 0.0150), frame))
    return [*shapes, (box(0.009, 0.006, 0.008, 0.004), frame)]


def _rim(x: float, y: float, rx: float, ry: float) -> Points:
    """A thin ring as one outline; its seam has no width."""
    outer, inner = ellipse(x, y, rx, ry), ellipse(x, y, rx - 0.0027, ry - 0.0027)
    return np.concatenate([outer, outer[:1], inner[:1], inner[::-1]])


def machine(look: Look, face: Face, view: str) -> Shapes:
    """A robot's head: a rounded box with lit eyes and an aerial."""
    metal, dark = look.coat, darker(look.coat, 0.74)
    shell = smooth(
        [
            (-0.058, -0.052),
            (-0.062, 0.0),
            (-0.056, 0.062),
            (0.0, 0.074),
            (0.056, 0.062),
            (0.062, 0.0),
            (0.058, -0.052),
            (0.0, -0.060),
        ],
        5,
    )
    shapes: Shapes = [
        (box(0, 0.07, 0.008, 0.045), dark),
        (ellipse(0, 0.122, 0.012, 0.012), (214, 84, 66)),
        (shell, metal),
        (outline((0.02, -0.056), (0.058, -0.05), (0.06, 0.05), (0.03, 0.07)), dark),
    ]
    if view == "back":
        return [*shapes, (box(0, -0.02, 0.06, 0.05), dark)]
    x = 0.020 if view == "side" else 0.0
    shapes.append((smooth([(x - 0.042, -0.008), (x - 0.040, 0.038), (x + 0.040, 0.038), (x + 0.042, -0.008)], 4), (40, 48, 58)))
    lid = max(0.15, face.lid)
    shapes += [(ellipse(x + side * 0.020, 0.016, 0.011, 0.011 * min(1.0, lid)), (150, 232, 236)) for side in (-1, 1)]
    bars = 0.004 + 0.012 * face.mouth
    return [*shapes, (box(x, -0.038, 0.044, bars), (40, 48, 58))]
