"""Heads: from before (turned a little), from the side and from behind, with hair, hats and the face's mood.

Outlines are "x y" pairs in thousandths of the height of an adult, around the middle of the head.
"""

from __future__ import annotations

from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import darker, mix
from storyvid.backends.animatic.people.face import BEARD, Face, features, profile_features
from storyvid.backends.animatic.people.headgear import glasses, hat, machine
from storyvid.backends.animatic.people.look import Look
from storyvid.backends.animatic.shapes import crescent, curve, ellipse, moved, smooth

FACE = "-49 16 -42 47 0 67 43 45 49 12 41 -31 17 -63 -10 -64 -39 -31"
FRINGE = "-54 -8 -59 38 -42 73 -4 85 36 75 55 42 50 18 40 26 20 45 -12 47 -34 28 -42 2"
SHINE = "-30 64 -2 76 26 66 -2 69"
LOCK = "-53 28 -40 18 -44 -40 -58 -96 -74 -78 -66 -12"
RIGHT_LOCK = "50 30 44 12 47 -36 58 -88 70 -74 60 -6"
BOB_LOCK = "-53 30 -40 18 -42 -20 -44 -56 -66 -54 -64 -8"
RIGHT_BOB = "50 30 44 12 45 -22 46 -54 64 -50 60 -6"
BACK_HAIR = "-60 0 -54 56 0 84 52 54 58 0 64 -70 56 -112 0 -104 -58 -116 -72 -74"
BACK_BOB = "-62 0 -54 56 0 84 52 54 62 0 62 -50 40 -62 0 -60 -42 -62 -64 -50"
PROFILE = (
    "-52 8 -48 46 -14 68 22 62 41 42 45 22 44 9 58 -12 57 -19 48 -22 51 -30 46 -36 46 -45 37 -60 12 -65 -8 -50 -30 -46 -46 -22"
)
PROFILE_SHORT = "-60 -8 -63 34 -40 74 4 87 42 75 53 50 44 42 30 52 10 44 0 22 -10 10 -16 -14 -36 -34 -53 -32"
PROFILE_LONG = "-60 0 -63 36 -40 76 4 88 44 76 54 48 42 44 28 54 8 40 -2 8 -8 -46 -16 -104 -44 -120 -74 -100 -70 -50"
PROFILE_BOB = "-60 0 -63 36 -40 76 4 88 44 76 54 48 42 44 28 54 10 40 0 6 -4 -44 -30 -60 -62 -54 -66 -20"
PROFILE_BEARD = "-16 -10 0 -28 20 -25 36 -25 50 -28 56 -48 40 -86 10 -80 -10 -52"
BACK_SKULL = "-58 -26 -61 30 -42 74 0 87 42 74 61 30 58 -26 38 -54 0 -60 -38 -54"


def hair_behind(look: Look, view: str) -> Shapes:
    """What falls behind the shoulders of somebody seen from before."""
    if view != "front" or look.headwear in {"veil", "hood"}:
        return []
    if look.style in {"long", "braid"}:
        return [(curve(BACK_HAIR), darker(look.hair, 0.80))]
    return [(curve(BACK_BOB), darker(look.hair, 0.80))] if look.style == "bob" else []


def head(look: Look, face: Face, view: str) -> Shapes:
    """A head around its middle.

    Args:
        look: Colours, hair and hat.
        face: What the face does.
        view: front, side or back.
    """
    if look.cut == "robot":
        return machine(look, face, view)
    if view == "back":
        return [*_from_behind(look), *hat(look, view)]
    if look.cut == "spacesuit":
        return _visor(look, face, view)
    shapes = _side(look, face) if view == "side" else _front(look, face)
    return [*shapes, *hat(look, view), *glasses(look, view, face)]


def _front(look: Look, face: Face) -> Shapes:
    shapes: Shapes = _gathered(look, -0.040)
    shapes += [
        (curve(FACE), look.skin),
        (crescent(0.0, -0.002, face.shade_side * 0.0482, 0.0616, 0.36), darker(look.skin, 0.87)),
        (ellipse(-0.045, -0.004, 0.011, 0.016), darker(look.skin, 0.9)),
    ]
    if face.detailed:
        shapes += features(look, face)
    elif look.beard == "beard":
        shapes.append((moved(curve(BEARD), 0.005), look.hair))
    if look.style == "bald":
        return shapes
    if look.style == "curly":
        shapes += [
            (ellipse(x / 1000, y / 1000, 0.030, 0.028), darker(look.hair, 0.9 + 0.1 * (n % 2))) for n, (x, y) in enumerate(CURLS)
        ]
    shapes += [(curve(FRINGE), look.hair), (curve(SHINE), mix(look.hair, (255, 240, 220), 0.16))]
    if look.style in {"long", "braid"}:
        shapes += [(curve(LOCK), look.hair), (curve(RIGHT_LOCK), darker(look.hair, 0.92))]
    if look.style == "bob":
        shapes += [(curve(BOB_LOCK), look.hair), (curve(RIGHT_BOB), darker(look.hair, 0.92))]
    return shapes


CURLS = ((-58, 10), (-60, 42), (-40, 72), (-8, 88), (28, 82), (54, 56), (60, 24), (-62, -16), (60, -8))


def _gathered(look: Look, x: float) -> Shapes:
    """A bun or a tail of hair behind the head."""
    dark = darker(look.hair, 0.85)
    if look.style == "bun":
        return [(ellipse(x, 0.066, 0.027, 0.025), dark)]
    if look.style == "ponytail":
        return [(smooth([(x, 0.07), (x - 0.045, 0.05), (x - 0.055, -0.03), (x - 0.03, -0.085), (x - 0.02, 0.0)]), dark)]
    return []


def _side(look: Look, face: Face) -> Shapes:
    """A profile that looks to the right."""
    shapes: Shapes = _gathered(look, -0.056)
    shapes += [
        (curve(PROFILE), look.skin),
        (smooth([(-0.036, -0.030), (-0.006, -0.048), (0.036, -0.058), (0.010, -0.064), (-0.02, -0.052)]), darker(look.skin, 0.86)),
    ]
    if face.detailed:
        shapes += profile_features(look, face)
    if look.beard == "beard":
        shapes.append((curve(PROFILE_BEARD), look.hair))
    if look.beard:
        shapes.append((curve("30 -29 42 -23 54 -28 50 -33 38 -33"), darker(look.hair, 0.9)))
    if look.style != "bald":
        table = {"long": PROFILE_LONG, "braid": PROFILE_LONG, "bob": PROFILE_BOB}
        if look.style == "curly":
            shapes += [(ellipse(x / 1000 - 0.006, y / 1000, 0.030, 0.028), darker(look.hair, 0.9)) for x, y in CURLS[:6]]
        shapes += [(curve(table.get(look.style, PROFILE_SHORT)), look.hair), (curve(SHINE), mix(look.hair, (255, 240, 220), 0.16))]
    if look.style not in {"long", "bob", "braid"}:
        shapes.append((ellipse(-0.006, -0.004, 0.010, 0.016), darker(look.skin, 0.88)))
    return shapes


def _from_behind(look: Look) -> Shapes:
    ears: Shapes = [(ellipse(side * 0.054, -0.004, 0.010, 0.017), darker(look.skin, 0.88)) for side in (-1, 1)]
    if look.style == "bald":
        return [*ears, (curve(BACK_SKULL), look.skin), (crescent(0, 0, 0.058, 0.07, 0.4), darker(look.skin, 0.88))]
    shade = darker(look.hair, 0.86)
    if look.style in {"long", "braid", "bob"}:
        return [(curve(BACK_HAIR if look.style != "bob" else BACK_BOB), look.hair), (curve("4 70 46 56 58 0 58 -60 40 "
        "-60 30 10"), shade),
                (curve(SHINE), mix(look.hair, (255, 240, 220), 0.16))]  # fmt: skip
    nape: Shapes = [
        *ears,
        (curve(BACK_SKULL), look.hair),
        (curve("14 76 48 60 60 10 50 -40 26 -52 36 10"), shade),
        (curve(SHINE), mix(look.hair, (255, 240, 220), 0.16)),
    ]
    if look.style == "bun":
        nape.append((ellipse(0, 0.03, 0.028, 0.026), shade))
    if look.style == "ponytail":
        nape.append((smooth([(-0.012, 0.03), (0.012, 0.03), (0.026, -0.04), (0.006, -0.11), (-0.020, -0.05)]), shade))
    return nape


def _visor(look: Look, face: Face, view: str) -> Shapes:
    """An astronaut's helmet with the face behind glass."""
    shell = (236, 238, 236)
    x = 0.022 if view == "side" else 0.006
    glass: Shapes = [
        (ellipse(0, 0.012, 0.098, 0.100), darker(shell, 0.86)),
        (ellipse(-0.006, 0.016, 0.090, 0.094), shell),
        (ellipse(x, 0.008, 0.072, 0.066), (46, 60, 84)),
    ]
    inner = [
        (points * 0.86, mix(colour, (70, 90, 120), 0.25))
        for points, colour in (_front(look, face) if view == "front" else _side(look, face))
    ]
    shine = smooth([(x - 0.056, 0.030), (x - 0.030, 0.060), (x - 0.012, 0.066), (x - 0.040, 0.034)])
    return [*glass, *(inner if face.detailed else [(ellipse(x, 0.004, 0.040, 0.046), look.skin)]), (shine, (214, 228, 240))]
