"""What a face shows: eyes that blink and look about, brows and mouth by the mood."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.people.look import Look
from storyvid.backends.animatic.shapes import curve, ellipse, moved, smooth

EYE_DETAIL_PX = 18  # heads smaller than this get no face


BEARD = "-50 -6 -36 -28 -12 -24 12 -24 36 -26 46 -6 42 -48 14 -88 -14 -88 -44 -48"
MOUSTACHE = "-24 -34 -12 -25 0 -28 12 -25 24 -34 10 -35 0 -33 -10 -35"
NOSE = "2 12 12 -17 3 -21 -4 -17"


BROW = "-13 -2 2 4 13 -2 0 0"


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


def features(look: Look, face: Face) -> Shapes:
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


def profile_features(look: Look, face: Face) -> Shapes:
    """Eye, brow, nose and mouth of a face seen from the side."""
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
