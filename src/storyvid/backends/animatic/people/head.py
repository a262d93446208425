"""Heads: from before (turned a little), from the side and from behind, with hair, hats and the face's mood.

Outlines are "x y" pairs in thousandths of the height of an adult, around the middle of the head.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.people.look import Look
from storyvid.backends.animatic.shapes import Points, box, crescent, curve, ellipse, limb, moved, outline, smooth

EYE_DETAIL_PX = 18  # heads smaller than this get no face
FACE = "-49 16 -42 47 0 67 43 45 49 12 41 -31 17 -63 -10 -64 -39 -31"
NOSE = "2 12 12 -17 3 -21 -4 -17"
BROW = "-13 -2 2 4 13 -2 0 0"
BEARD = "-50 -6 -36 -28 -12 -24 12 -24 36 -26 46 -6 42 -48 14 -88 -14 -88 -44 -48"
MOUSTACHE = "-24 -34 -12 -25 0 -28 12 -25 24 -34 10 -35 0 -33 -10 -35"
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
HAT_CROWN = "-55 32 -51 72 -20 102 24 102 52 72 56 32"

MOUTHS: Mapping[str, str] = {
    "": "-13 -38 0 -40 13 -38 0 -44", "smile": "-19 -33 0 -41 19 -33 0 -53", "sad": "-15 -46 0 -39 15 -46 0 -43",
    "angry": "-15 -43 0 -39 15 -43 0 -44", "asleep": "-11 -39 0 -40 11 -39 0 -43", "afraid": "-13 -44 0 -37 13 -44 0 -50",
}  # fmt: skip
BROWS: Mapping[str, tuple[float, float]] = {  # how far up, and how far the inner ends go up (radians)
    "": (0.0, 0.0), "smile": (0.003, 0.05), "sad": (0.001, 0.34), "angry": (-0.005, -0.38), "afraid": (0.005, 0.30),
    "surprised": (0.010, 0.05), "asleep": (-0.001, 0.06),
}  # fmt: skip
OPEN: Mapping[str, float] = {"smile": 0.86, "sad": 0.80, "angry": 0.78, "afraid": 1.3, "surprised": 1.45, "asleep": 0.0}
EYE_WHITE: Colour = (246, 240, 230)
LASH: Colour = (62, 46, 44)
IRIS: Colour = (58, 46, 44)


@dataclass(frozen=True)
class Face:
    """What a face does in one frame.

    Attributes:
        mood: A key of `words.acts.MOOD_WORDS` or empty.
        t: Clip time, seconds.
        phase: 0 to 1.
        talks: The mouth moves.
        detailed: Large enough on screen for eyes and mouth.
        shade_side: 1 when the face's right (before mirroring) is in shade.
    """

    mood: str
    t: float
    phase: float
    talks: bool
    detailed: bool
    shade_side: int

    @property
    def lid(self) -> float:
        """How far the eyes are open; they blink every few seconds."""
        cycle = (self.t + 3.1 * self.phase) % 3.4
        blink = 1.0 if cycle > 0.22 else abs(cycle - 0.11) / 0.11
        return blink * OPEN.get(self.mood, 1.0)

    @property
    def mouth(self) -> float:
        """How far a speaking mouth is open, 0 to 1."""
        if not self.talks:
            return 0.0
        pause = math.sin(math.tau * (0.23 * self.t + self.phase)) < -0.75
        return 0.0 if pause else abs(math.sin(math.tau * 2.3 * self.t + self.phase) * math.sin(math.tau * 1.1 * self.t + 2.0))


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
        return _machine(look, face, view)
    if view == "back":
        return [*_from_behind(look), *_hat(look, view)]
    if look.cut == "spacesuit":
        return _visor(look, face, view)
    shapes = _side(look, face) if view == "side" else _front(look, face)
    return [*shapes, *_hat(look, view), *_glasses(look, view, face)]


def _front(look: Look, face: Face) -> Shapes:
    shapes: Shapes = _gathered(look, -0.040)
    shapes += [
        (curve(FACE), look.skin),
        (crescent(0.0, -0.002, face.shade_side * 0.0482, 0.0616, 0.36), darker(look.skin, 0.87)),
        (ellipse(-0.045, -0.004, 0.011, 0.016), darker(look.skin, 0.9)),
    ]
    if face.detailed:
        shapes += _features(look, face)
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


def _features(look: Look, face: Face) -> Shapes:
    """Eyes, brows, a nose in shade, cheeks, a mouth."""
    x = 0.009
    flush = mix(look.skin, (226, 110, 96), 0.20)
    shapes: Shapes = [
        (ellipse(x - 0.028, -0.020, 0.010, 0.007), flush), (ellipse(x + 0.023, -0.020, 0.009, 0.007), flush),
        (moved(curve(NOSE), x), darker(look.skin, 0.86)),
    ]  # fmt: skip
    for side in (-1, 1):
        shapes += _eye(x + side * 0.0195, 0.006, side, look, face)
    if look.old:
        line = darker(look.skin, 0.84)
        shapes += [
            (moved(curve("-2 -8 8 -24 6 -25 -4 -9"), x + side * 0.022 - 0.002, -0.004, mirror=side < 0), line) for side in (-1, 1)
        ]
    if look.beard == "beard":
        shapes.append((moved(curve(BEARD), x - 0.004), look.hair))
    shapes += _mouth(x, look, face)
    if look.beard:
        shapes.append((moved(curve(MOUSTACHE), x), darker(look.hair, 0.92)))
    if face.mood == "sad":
        shapes.append((ellipse(x + 0.022, -0.022, 0.0030, 0.0058), (206, 230, 244)))
    return shapes


def _mouth(x: float, look: Look, face: Face) -> Shapes:
    lips = mix(look.skin, (150, 62, 62), 0.62)
    opened = face.mouth if face.talks else {"surprised": 0.9, "afraid": 0.35}.get(face.mood, 0.0)
    if opened > 0.12:
        inside: Shapes = [(ellipse(x, -0.042, 0.0135 - 0.004 * opened, 0.004 + 0.0095 * opened), (104, 44, 48))]
        return [*inside, (ellipse(x, -0.0365 - 0.001 * opened, 0.009, 0.0022), (240, 230, 222))] if face.talks else inside
    shape = [(moved(curve(MOUTHS.get(face.mood, MOUTHS[""])), x), lips)]
    if face.mood == "smile":
        shape.append((moved(curve("-15 -36 0 -42 15 -36 0 -44"), x), (246, 238, 230)))
    return shape


def _eye(x: float, y: float, side: int, look: Look, face: Face) -> Shapes:
    """An eye that blinks and glances a little, with its brow."""
    lid = face.lid
    glance = 0.0016 * math.sin(math.tau * (0.09 * face.t + face.phase))
    open_y = max(0.0012, 0.0070 * lid)
    shapes: Shapes = [(smooth([(x - 0.0115, y), (x, y + open_y), (x + 0.0115, y), (x, y - open_y * 0.8)]), EYE_WHITE)]
    if lid > 0.3:
        shapes.append((ellipse(x + 0.001 + glance, y + 0.0004, 0.0052, 0.0060 * min(1.0, lid)), IRIS))
        shapes.append((ellipse(x + 0.0028 + glance, y + 0.0026 * min(1.0, lid), 0.0014, 0.0014), (250, 248, 244)))
    lash = smooth([(x - 0.0125, y + 0.0004), (x, y + open_y + 0.0016), (x + 0.0125, y + 0.0004), (x, y + open_y - 0.0012)])
    up, inner = BROWS.get(face.mood, BROWS[""])
    brow = moved(moved(curve(BROW), turn=inner * -side), x, y + 0.0165 + up)
    return [*shapes, (lash, LASH), (brow, darker(look.hair, 0.78))]


def _side(look: Look, face: Face) -> Shapes:
    """A profile that looks to the right."""
    shapes: Shapes = _gathered(look, -0.056)
    shapes += [
        (curve(PROFILE), look.skin),
        (smooth([(-0.036, -0.030), (-0.006, -0.048), (0.036, -0.058), (0.010, -0.064), (-0.02, -0.052)]), darker(look.skin, 0.86)),
    ]
    if face.detailed:
        shapes += _profile_features(look, face)
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


def _profile_features(look: Look, face: Face) -> Shapes:
    lid = face.lid
    open_y = max(0.0012, 0.0068 * lid)
    x, y = 0.033, 0.006
    shapes: Shapes = [(ellipse(0.020, -0.020, 0.011, 0.007), mix(look.skin, (226, 110, 96), 0.20))]
    shapes.append((smooth([(x - 0.008, y), (x + 0.003, y + open_y), (x + 0.0085, y), (x + 0.002, y - open_y * 0.8)]), EYE_WHITE))
    if lid > 0.3:
        shapes.append((ellipse(x + 0.004, y, 0.0036, 0.0058 * min(1.0, lid)), IRIS))
    shapes.append(
        (
            smooth(
                [
                    (x - 0.0095, y + 0.001),
                    (x + 0.003, y + open_y + 0.0018),
                    (x + 0.0095, y + 0.001),
                    (x + 0.003, y + open_y - 0.001),
                ]
            ),
            LASH,
        )
    )
    up, inner = BROWS.get(face.mood, BROWS[""])
    shapes.append((moved(moved(curve(BROW), turn=inner, scale=0.85), x + 0.001, y + 0.0165 + up), darker(look.hair, 0.78)))
    lips = mix(look.skin, (150, 62, 62), 0.62)
    corner = {"smile": 0.006, "sad": -0.006, "angry": -0.004, "afraid": -0.004}.get(face.mood, 0.0)
    opened = face.mouth if face.talks else {"surprised": 0.8}.get(face.mood, 0.0)
    if opened > 0.12:
        shapes.append(
            (
                smooth([(0.030, -0.039), (0.052, -0.034), (0.050, -0.040 - 0.012 * opened), (0.036, -0.042 - 0.010 * opened)]),
                (104, 44, 48),
            )
        )
    else:
        shapes.append(
            (smooth([(0.027, -0.0375 + corner), (0.051, -0.0345), (0.050, -0.0395), (0.034, -0.0405 + 0.5 * corner)]), lips)
        )
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


def _hat(look: Look, view: str) -> Shapes:
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


def _glasses(look: Look, view: str, face: Face) -> Shapes:
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


def _machine(look: Look, face: Face, view: str) -> Shapes:
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
