"""The cast: flat stand-ins for people, animals and things, with a small motion of their own.

A stand-in is a list of polygons in metres around its foot, rebuilt for every frame from the clip time alone. Colours
come from the character's id, so that a character keeps them all film long; colour words in its description win.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from storyvid.backends.animatic.flora import LAMPLIGHT, Shapes, broadleaf, house
from storyvid.backends.animatic.light import Colour, Palette, darker, mix
from storyvid.backends.animatic.shapes import Points, box, crescent, ellipse, limb, moved, outline, smooth
from storyvid.backends.animatic.words import Member, mentions, stable_seed

COATS: tuple[Colour, ...] = (
    (200, 74, 60), (234, 178, 70), (52, 110, 128), (88, 122, 82), (124, 80, 116), (56, 78, 126),
    (218, 128, 88), (228, 216, 194), (150, 162, 172), (178, 62, 88),
)  # fmt: skip
TROUSERS: tuple[Colour, ...] = ((58, 62, 80), (92, 78, 68), (74, 84, 92), (108, 96, 82), (48, 52, 62))
SKINS: tuple[Colour, ...] = ((246, 206, 176), (232, 182, 146), (202, 146, 108), (158, 106, 76), (116, 76, 56))
HAIRS: tuple[Colour, ...] = ((48, 38, 38), (92, 60, 44), (146, 92, 56), (206, 162, 96), (110, 106, 104), (74, 44, 38))
COLOUR_WORDS: Mapping[str, Colour] = {
    "red": (200, 66, 56), "scarlet": (206, 54, 48), "crimson": (166, 40, 56), "orange": (230, 132, 62), "yellow": (240, 196, 66),
    "golden": (222, 172, 84), "green": (86, 132, 84), "olive": (122, 126, 76), "teal": (50, 122, 128), "blue": (66, 108, 168),
    "navy": (48, 62, 108), "purple": (120, 80, 136), "violet": (128, 92, 152), "pink": (228, 146, 158), "brown": (128, 88, 64),
    "tan": (196, 158, 116), "beige": (220, 200, 168), "white": (240, 236, 226), "cream": (236, 222, 192), "grey": (146, 150, 154),
    "gray": (146, 150, 154), "silver": (184, 190, 196), "black": (52, 52, 60), "dark": (64, 62, 70),
}  # fmt: skip
HAIR_COLOURS: Mapping[str, Colour] = {
    "white": (232, 228, 220), "grey": (164, 162, 160), "gray": (164, 162, 160), "silver": (190, 190, 190), "red": (172, 84, 46),
    "ginger": (184, 96, 50), "blonde": (220, 178, 106), "blond": (220, 178, 106), "golden": (220, 178, 106), "brown": (104, 68, 46),
    "black": (44, 38, 42), "dark": (52, 42, 42),
}  # fmt: skip

HEIGHTS_M: Mapping[str, float] = {
    "person": 1.74, "dog": 0.72, "cat": 0.42, "bird": 0.46, "car": 1.46, "boat": 4.6, "lighthouse": 19.0, "house": 6.4, "tree": 7.5,
    "lantern": 0.36,
}  # fmt: skip
# Width over height, so that wide things are not cut off by the frame in whole-subject sizes.
WIDTHS: Mapping[str, float] = {
    "person": 0.34, "dog": 1.5, "cat": 1.6, "bird": 2.2, "car": 2.9, "boat": 1.2, "lighthouse": 0.34, "house": 1.2,
    "tree": 0.75, "lantern": 0.7,
}  # fmt: skip
PERCH_M: Mapping[str, float] = {"bird": 2.6, "lantern": 0.74}
FLAME: Colour = (255, 236, 176)
LIT_GLASS: Colour = (214, 158, 84)
SHINING = frozenset({LAMPLIGHT, FLAME, LIT_GLASS})
HAIR_NOUNS = "hair|beard|hairs|bun|braid|curls|ponytail"
CHILD_WORDS = "child|kid|boy|girl|toddler|son|daughter|little"
SPREAD_M = 0.86  # between two people
STEP_HZ: Mapping[str, float] = {"walk": 0.95, "run": 1.5}
EYE_DETAIL_PX = 18  # heads smaller than this get no face


@dataclass(frozen=True)
class Manner:
    """How a subject behaves in one frame.

    Attributes:
        t: Clip time, seconds.
        pace: still, walk or run.
        facing: 1 looks right, -1 left.
        head_px: Height of a head on screen: small heads get no face.
        lit_from: 1 when the light comes from the right.
        palette: Colours of the shot.
    """

    t: float
    pace: str
    facing: int
    head_px: float
    lit_from: int
    palette: Palette


def height_of(member: Member) -> float:
    """Height of a subject in metres."""
    if member.kind == "person" and mentions(CHILD_WORDS, member.look):
        return 1.24
    return HEIGHTS_M[member.kind]


def draw_subject(member: Member, manner: Manner) -> Shapes:
    """The subject's polygons in metres around its foot, back to front, in final colours.

    Args:
        member: Who or what it is.
        manner: What it does in this frame.
    """
    shapes = FIGURES[member.kind](member, manner)
    return [
        (points, manner.palette.shade_subject(colour)) if not _shines(colour) else (points, colour) for points, colour in shapes
    ]


def draw_from_above(member: Member, manner: Manner) -> Shapes:
    """A person seen from straight above: shoulders, head, hands and feet by turns."""
    source = _source(member)
    coat, trousers, skin, hair = source.choice(COATS), source.choice(TROUSERS), source.choice(SKINS), source.choice(HAIRS)
    look = member.look.casefold()
    coat = named_colour(look, COLOUR_WORDS, GARMENTS) or coat
    hair = _hat(look) or named_colour(look, HAIR_COLOURS, HAIR_NOUNS) or hair
    swing, _ = _gait(manner, stable_seed("phase", member.key) % 1000 / 1000)
    step = 0.34 * swing
    breath = 0.004 * math.sin(math.tau * 0.26 * manner.t)
    shapes: Shapes = []
    for side in (-1, 1):
        shapes.append(
            (limb((step * side, 0.14 + 0.10 * side), (step * side + 0.12, 0.14 + 0.10 * side), 0.06, 0.05), darker(trousers, 0.8))
        )
        shapes.append((ellipse(-0.7 * step * side + 0.08, 0.20 + 0.25 * side, 0.045, 0.04), skin))
        shapes.append(
            (limb((0, 0.20 + 0.19 * side), (-0.7 * step * side + 0.05, 0.20 + 0.24 * side), 0.075, 0.055), darker(coat, 0.86))
        )
    shapes += [
        (ellipse(0, 0.20, 0.135, 0.27 + breath), coat), (crescent(0, 0.20, -0.135, 0.27 + breath, 0.5), darker(coat, 0.86)),
        (ellipse(0.05, 0.21, 0.105, 0.10), darker(skin, 0.92)), (ellipse(0.02, 0.22, 0.112, 0.108), hair),
        (ellipse(0.0, 0.235, 0.06, 0.055), mix(hair, (255, 240, 220), 0.14)),
    ]  # fmt: skip
    h = height_of(member) / HEIGHTS_M["person"] * 1.3
    return [(moved(points, scale=h, mirror=manner.facing < 0), manner.palette.shade_subject(colour)) for points, colour in shapes]


def _shines(colour: Colour) -> bool:
    """Whether a colour is light given off, which no shading darkens."""
    return colour in SHINING


def _source(member: Member) -> random.Random:
    return random.Random(stable_seed("colours", member.key))


def named_colour(look: str, table: Mapping[str, Colour], near: str) -> Colour | None:
    """The colour a description gives to a thing, for example the red of "a red wool coat".

    Args:
        look: The description.
        table: Colour word to colour.
        near: Alternatives of the things meant, at most two words after the colour.
    """
    match = re.search(rf"\b({'|'.join(table)})\b(?:[\s,-]+\w+){{0,2}}?[\s-]+(?:{near})\b", look.casefold())
    return table[match[1]] if match else None


GARMENTS = (
    "coat|raincoat|jacket|dress|shirt|sweater|jumper|hoodie|cloak|robe|cape|parka|suit|uniform|scarf|blouse|cardigan|vest|"
    "anorak|overalls|t-shirt"
)


def _person(member: Member, manner: Manner) -> Shapes:
    source = _source(member)
    coat, trousers, skin, hair = source.choice(COATS), source.choice(TROUSERS), source.choice(SKINS), source.choice(HAIRS)
    style = source.choice(("short", "long", "bun", "short"))
    look = member.look.casefold()
    coat = named_colour(look, COLOUR_WORDS, GARMENTS) or coat
    hair = named_colour(look, HAIR_COLOURS, HAIR_NOUNS) or hair
    if mentions("woman|girl|mother|sister|daughter|grandmother|queen|princess|lady", look):
        style = "bun" if mentions("bun|grandmother|old", look) else "long"
    elif mentions("man|boy|father|brother|son|grandfather|king|prince|keeper|fisherman", look):
        style = "short"
    if mentions("old|elderly|grandmother|grandfather", look) and not named_colour(look, HAIR_COLOURS, "hair|beard"):
        hair = (214, 212, 206)
    h = height_of(member)
    phase = stable_seed("phase", member.key) % 1000 / 1000
    swing, lift = _gait(manner, phase)
    breath = 0.0035 * math.sin(math.tau * (0.26 * manner.t + phase))
    nod = 0.004 * math.sin(math.tau * (0.11 * manner.t + 2 * phase))
    shapes = _legs(trousers, swing, manner.pace)
    shapes += _body(coat, skin, swing, breath, mentions("dress|skirt|robe|gown|cloak", look) > 0, manner)
    shapes += _head(skin, hair, style, manner, phase, nod, breath, mentions("beard|bearded", look) > 0, _hat(look))
    return [(moved(points, y=lift * h, scale=h, mirror=manner.facing < 0), colour) for points, colour in shapes]


def _hat(look: str) -> Colour | None:
    if not mentions("hat|cap|beanie|hood|helmet|fedora|bonnet", look):
        return None
    return named_colour(look, COLOUR_WORDS, "hat|cap|beanie|hood|helmet|fedora|bonnet") or (86, 72, 64)


def _gait(manner: Manner, phase: float) -> tuple[float, float]:
    """Swing of the legs (radians) and lift of the body (share of the height)."""
    if manner.pace == "still":
        return 0.0, 0.0
    turn = math.tau * (STEP_HZ[manner.pace] * manner.t + phase)
    reach = 0.40 if manner.pace == "walk" else 0.66
    return reach * math.sin(turn), 0.010 * abs(math.cos(turn)) * (1.0 if manner.pace == "walk" else 2.0)


def _legs(trousers: Colour, swing: float, pace: str) -> Shapes:
    shapes: Shapes = []
    for side, angle in ((-1, -swing), (1, swing)):
        hip = (0.045 * side if pace == "still" else 0.022 * side, 0.47)
        knee = (hip[0] + 0.235 * math.sin(angle), hip[1] - 0.235 * math.cos(angle))
        bend = angle - (0.75 * max(0.0, -math.sin(angle * 2)) if pace != "still" else 0.0)
        foot = (knee[0] + 0.215 * math.sin(bend), max(0.02, knee[1] - 0.215 * math.cos(bend)))
        tint = darker(trousers, 0.84 if side < 0 else 1.0)
        shapes += [(limb(hip, knee, 0.056, 0.044), tint), (limb(knee, foot, 0.043, 0.030), tint)]
        x, y = foot
        toe = 0.062 if pace != "still" or side > 0 else 0.052
        shapes.append(
            (
                smooth(
                    [
                        (x - 0.032, y - 0.020),
                        (x - 0.034, y + 0.022),
                        (x + 0.022, y + 0.02),
                        (x + toe, y - 0.004),
                        (x + toe, y - 0.020),
                    ],
                    4,
                ),
                (54, 46, 46),
            )
        )
    return shapes


def _body(coat: Colour, skin: Colour, swing: float, breath: float, long: bool, manner: Manner) -> Shapes:
    hem, flare = (0.20, 0.155) if long else (0.405, 0.118)
    b = breath
    torso = smooth([(-flare, hem), (-0.090, 0.58), (-0.106, 0.70), (-0.120 - b, 0.785 + b), (-0.062, 0.835 + b), (0.062, 0.835 + b),
                    (0.120 + b, 0.785 + b), (0.106, 0.70), (0.090, 0.58), (flare, hem), (0.0, hem - 0.012)])  # fmt: skip
    dark = darker(coat, 0.82)
    side = -manner.lit_from * manner.facing  # the shaded side, before mirroring
    shade = smooth([(side * flare, hem), (side * 0.090, 0.58), (side * 0.106, 0.70), (side * (0.120 + b), 0.785 + b),
        (side * 0.062, 0.835 + b),
                    (side * 0.062, 0.76), (side * 0.050, 0.62), (side * flare * 0.52, hem - 0.004)])  # fmt: skip
    arms = []
    for arm, angle in ((-1, 0.9 * swing), (1, -0.9 * swing)):
        shoulder = (0.104 * arm, 0.782 + b)
        rest = 0.17 * arm
        elbow = (shoulder[0] + 0.17 * math.sin(angle + rest), shoulder[1] - 0.17 * math.cos(angle + rest))
        lower = angle + rest * 0.3 + (0.5 * abs(swing) if swing else 0.10)
        hand = (elbow[0] + 0.155 * math.sin(lower), elbow[1] - 0.155 * math.cos(lower))
        tint = darker(coat, 0.74) if arm == -1 else darker(coat, 0.93)
        arms.append(
            [
                (ellipse(hand[0], hand[1] - 0.012, 0.024, 0.030), skin),
                (limb(shoulder, elbow, 0.036, 0.030), tint),
                (limb(elbow, hand, 0.030, 0.023), tint),
            ]
        )
    placket = outline((0.012, 0.815), (0.020, 0.815), (0.026, hem), (0.018, hem))
    collar: Shapes = [
        (
            smooth([(-0.060, 0.826 + b), (-0.034, 0.868 + b), (0.034, 0.868 + b), (0.060, 0.826 + b), (0.012, 0.795 + b)], 5),
            darker(coat, 0.70),
        ),
        (outline((-0.034, 0.835 + b), (0.034, 0.835 + b), (0.010, 0.800 + b)), darker(skin, 0.8)),
        (outline((-0.064, 0.822 + b), (-0.036, 0.862 + b), (0.006, 0.800 + b), (-0.020, 0.780 + b)), darker(coat, 0.92)),
        (outline((0.064, 0.822 + b), (0.036, 0.862 + b), (0.014, 0.800 + b), (0.036, 0.780 + b)), darker(coat, 0.88)),
    ]
    neck: Shapes = [(box(0, 0.81 + b, 0.054, 0.08), darker(skin, 0.82))]
    return [*arms[0], *neck, (torso, coat), (shade, dark), (placket, darker(coat, 0.78)), *collar, *arms[1]]


def _head(
    skin: Colour, hair: Colour, style: str, manner: Manner, phase: float, nod: float, breath: float, beard: bool, hat: Colour | None
) -> Shapes:
    x, y = 0.006 + nod * 0.6, 0.921 + breath * 0.8 + nod
    rx, ry = 0.049, 0.067
    shapes: Shapes = []
    if style == "long":
        fall = [(x - 0.062, y - 0.02), (x - 0.056, y + 0.052), (x, y + 0.082), (x + 0.054, y + 0.05), (x + 0.055, y - 0.02),
            (x + 0.05, y - 0.10),
                (x + 0.02, y - 0.115), (x - 0.03, y - 0.115), (x - 0.066, y - 0.11)]  # fmt: skip
        shapes.append((smooth(fall), darker(hair, 0.82)))
    if style == "bun":
        shapes.append((ellipse(x - 0.040, y + 0.066, 0.027, 0.025), darker(hair, 0.85)))
    face = smooth([(x - rx, y + 0.016), (x - rx * 0.86, y + ry * 0.7), (x, y + ry), (x + rx * 0.88, y + ry * 0.68), (x + rx,
        y + 0.012),
                   (x + rx * 0.84, y - ry * 0.46), (x + rx * 0.34, y - ry * 0.94), (x - rx * 0.2, y - ry * 0.95),
                   (x - rx * 0.80, y - ry * 0.46)])  # fmt: skip
    shade_side = -manner.lit_from * manner.facing
    shadow = crescent(x, y - 0.002, shade_side * rx * 0.985, ry * 0.92, 0.36)
    shapes += [(face, skin), (shadow, darker(skin, 0.87)), (ellipse(x - rx * 0.92, y - 0.004, 0.011, 0.016), darker(skin, 0.9))]
    if manner.head_px > EYE_DETAIL_PX:
        shapes += _face(x + 0.009, y, skin, hair, manner, phase, beard)
    elif beard:
        shapes.append((_beard(x + 0.006, y), hair))
    shapes += _hair(x, y, hair, style)
    if hat is not None:
        crown = smooth(
            [
                (x - 0.054, y + 0.034),
                (x - 0.050, y + 0.074),
                (x - 0.02, y + 0.102),
                (x + 0.024, y + 0.102),
                (x + 0.052, y + 0.072),
                (x + 0.055, y + 0.034),
            ],
            5,
        )
        shapes += [(crown, hat), (limb((x - 0.056, y + 0.038), (x + 0.074, y + 0.034), 0.011, 0.008), darker(hat, 0.82))]
    return shapes


def _hair(x: float, y: float, hair: Colour, style: str) -> Shapes:
    fringe = smooth([(x - 0.055, y - 0.006), (x - 0.060, y + 0.040), (x - 0.042, y + 0.074), (x - 0.004, y + 0.086),
        (x + 0.036, y + 0.075), (x + 0.055, y + 0.042),
                     (x + 0.049, y + 0.024), (x + 0.030, y + 0.042), (x - 0.004, y + 0.048), (x - 0.032, y + 0.030),
                     (x - 0.042, y + 0.006)])  # fmt: skip
    shine = smooth([(x - 0.030, y + 0.064), (x - 0.002, y + 0.076), (x + 0.026, y + 0.066), (x - 0.002, y + 0.069)], 4)
    shapes: Shapes = [(fringe, hair), (shine, mix(hair, (255, 240, 220), 0.16))]
    if style == "long":
        lock = smooth(
            [
                (x - 0.052, y + 0.03),
                (x - 0.036, y + 0.012),
                (x - 0.042, y - 0.05),
                (x - 0.054, y - 0.10),
                (x - 0.068, y - 0.07),
                (x - 0.062, y - 0.01),
            ],
            5,
        )
        shapes.append((lock, hair))
    return shapes


def _beard(x: float, y: float) -> Points:
    return smooth([(x - 0.050, y - 0.006), (x - 0.036, y - 0.028), (x - 0.012, y - 0.024), (x + 0.012, y - 0.024),
        (x + 0.036, y - 0.026), (x + 0.046, y - 0.006),
                   (x + 0.042, y - 0.048), (x + 0.014, y - 0.088), (x - 0.014, y - 0.088), (x - 0.044, y - 0.048)], 5)  # fmt: skip


def _face(x: float, y: float, skin: Colour, hair: Colour, manner: Manner, phase: float, beard: bool) -> Shapes:
    """Eyes that blink and look about a little, brows, a nose in shade, a mouth."""
    cycle = (manner.t + 3.1 * phase) % 3.4
    lid = 1.0 if cycle > 0.22 else abs(cycle - 0.11) / 0.11
    glance = 0.0016 * math.sin(math.tau * (0.09 * manner.t + phase))
    shapes: Shapes = [
        (
            smooth([(x + 0.002, y + 0.012), (x + 0.013, y - 0.017), (x + 0.003, y - 0.021), (x - 0.004, y - 0.017)], 4),
            darker(skin, 0.86),
        ),
        (ellipse(x - 0.028, y - 0.020, 0.011, 0.008), mix(skin, (226, 110, 96), 0.22)),
        (ellipse(x + 0.028, y - 0.020, 0.010, 0.008), mix(skin, (226, 110, 96), 0.18)),
    ]
    for side in (-1, 1):
        ex, ey = x + side * 0.0195, y + 0.006
        ry = max(0.0012, 0.0070 * lid)
        shapes.append((smooth([(ex - 0.0115, ey), (ex, ey + ry), (ex + 0.0115, ey), (ex, ey - ry * 0.8)], 6), (246, 240, 230)))
        if lid > 0.3:
            shapes.append((ellipse(ex + 0.001 + glance, ey + 0.0004, 0.0052, 0.0060 * lid), (58, 46, 44)))
            shapes.append((ellipse(ex + 0.0028 + glance, ey + 0.0026 * lid, 0.0014, 0.0014), (250, 248, 244)))
        lash = smooth([(ex - 0.0125, ey + 0.0004), (ex, ey + ry + 0.0016), (ex + 0.0125, ey + 0.0004), (ex, ey + ry - 0.0012)], 5)
        shapes.append((lash, (62, 46, 44)))
        brow = smooth(
            [(ex - 0.013, ey + 0.0150), (ex + side * 0.003, ey + 0.0205), (ex + 0.013, ey + 0.0150), (ex, ey + 0.0168)], 4
        )
        shapes.append((brow, darker(hair, 0.8) if sum(hair) < 450 else darker(hair, 0.74)))
    if beard:
        shapes.append((_beard(x - 0.004, y), hair))
    mouth = smooth([(x - 0.0135, y - 0.0385), (x, y - 0.0405), (x + 0.0135, y - 0.0380), (x, y - 0.0445)], 5)
    shapes.append((mouth, mix(skin, (150, 62, 62), 0.62)))
    return shapes


def _quadruped(member: Member, manner: Manner, coat: Colour, ears: str) -> Shapes:
    """A dog or a cat from the side, 1 high at the ears."""
    turn = math.tau * STEP_HZ.get(manner.pace, 0.0) * 1.4 * manner.t
    swing = 0.45 * math.sin(turn) if manner.pace != "still" else 0.0
    breath = 0.008 * math.sin(math.tau * 0.5 * manner.t)
    wag = 0.34 * math.sin(math.tau * (1.6 if ears == "dog" else 0.3) * manner.t)
    dark = darker(coat, 0.80)
    shapes: Shapes = []
    tail = (-0.56, 0.60)
    tip = (tail[0] - 0.24 * math.cos(wag), tail[1] + 0.30 + 0.12 * math.sin(wag))
    shapes.append((limb(tail, tip, 0.05, 0.028), coat))
    for x, angle, tint in ((-0.40, swing, dark), (0.30, -swing, dark), (-0.48, -swing, coat), (0.38, swing, coat)):
        foot = (x + 0.38 * math.sin(angle), 0.02 + 0.05 * max(0.0, math.sin(angle)))
        shapes += [(limb((x, 0.46), foot, 0.082, 0.036), tint), (limb(foot, (foot[0] + 0.055, foot[1]), 0.036, 0.030), tint)]
    body = smooth(
        [
            (-0.58, 0.58),
            (-0.44, 0.70 + breath),
            (0.05, 0.67 + breath),
            (0.40, 0.73),
            (0.52, 0.58),
            (0.38, 0.35),
            (-0.02, 0.42 - breath),
            (-0.42, 0.40),
        ]
    )
    belly = smooth([(-0.40, 0.43), (0.0, 0.47), (0.42, 0.44), (0.36, 0.36), (-0.02, 0.425 - breath), (-0.36, 0.405)])
    neck = smooth([(0.20, 0.66), (0.44, 0.86), (0.60, 0.80), (0.52, 0.52)])
    nod = 0.015 * math.sin(math.tau * 0.3 * manner.t)
    head = smooth([(0.40, 0.84 + nod), (0.48, 0.96 + nod), (0.62, 0.96 + nod), (0.70, 0.88 + nod),
        (0.86 if ears == "dog" else 0.76, 0.82 + nod),
                   (0.84 if ears == "dog" else 0.74, 0.74 + nod), (0.62, 0.70 + nod), (0.46, 0.74 + nod)])  # fmt: skip
    shapes += [(body, coat), (belly, dark), (neck, coat), (head, coat)]
    if ears == "dog":
        shapes.append(
            (smooth([(0.44, 0.96 + nod), (0.52, 0.98 + nod), (0.54, 0.80 + nod), (0.46, 0.72 + nod), (0.40, 0.82 + nod)], 5), dark)
        )
    else:
        shapes += [
            (outline((0.44, 0.92 + nod), (0.46, 1.08 + nod), (0.56, 0.96 + nod)), coat),
            (outline((0.56, 0.96 + nod), (0.63, 1.08 + nod), (0.66, 0.94 + nod)), dark),
        ]
    muzzle = 0.86 if ears == "dog" else 0.755
    shapes += [(ellipse(muzzle, 0.81 + nod, 0.028, 0.024), (44, 38, 40)), (ellipse(0.645, 0.875 + nod, 0.018, 0.022), (40, 34, 36))]
    h = height_of(member)
    return [(moved(points, scale=h, mirror=manner.facing < 0), colour) for points, colour in shapes]


def _dog(member: Member, manner: Manner) -> Shapes:
    coat = named_colour(
        f"{member.look} dog", COLOUR_WORDS, r"dog|fur|coat|retriever|puppy|hound|labrador|collie|fox|wolf|terrier"
    ) or _source(member).choice(((196, 146, 92), (120, 82, 58), (222, 206, 176), (86, 80, 82)))
    return _quadruped(member, manner, coat, "dog")


def _cat(member: Member, manner: Manner) -> Shapes:
    coat = named_colour(f"{member.look} cat", COLOUR_WORDS, r"cat|fur|kitten|tabby") or _source(member).choice(
        ((208, 132, 72), (92, 88, 94), (224, 212, 194), (62, 58, 64))
    )
    return _quadruped(member, manner, coat, "cat")


def _bird(member: Member, manner: Manner) -> Shapes:
    """A gull in flight, wings beating and resting by turns."""
    phase = stable_seed("phase", member.key) % 1000 / 1000
    beat = math.sin(math.tau * (1.5 * manner.t + phase)) * (0.6 + 0.4 * math.sin(math.tau * (0.19 * manner.t + phase)))
    body: Colour = named_colour(f"{member.look} bird", COLOUR_WORDS, "bird|crow|raven|owl|eagle|feathers") or (
        (54, 54, 62) if mentions("crow|raven", member.look) else (236, 236, 232)
    )
    dark = darker(body, 0.76)
    lift = 0.42 * beat
    far = smooth(
        [
            (0.02, 0.56),
            (-0.10, 0.60 + lift * 0.6),
            (-0.40, 0.74 + lift),
            (-0.86, 0.66 + lift * 1.5),
            (-0.42, 0.62 + lift * 0.8),
            (-0.14, 0.48),
        ]
    )
    near = smooth(
        [
            (0.14, 0.54),
            (0.30, 0.62 + lift * 0.6),
            (0.62, 0.76 + lift),
            (1.08, 0.66 + lift * 1.5),
            (0.62, 0.62 + lift * 0.8),
            (0.26, 0.46),
        ]
    )
    torso = smooth([(-0.36, 0.40), (-0.10, 0.60), (0.22, 0.60), (0.42, 0.54), (0.36, 0.44), (0.10, 0.36), (-0.16, 0.36)])
    tail = outline((-0.30, 0.44), (-0.62, 0.44), (-0.56, 0.36), (-0.26, 0.37))
    tips = smooth([(0.84, 0.71 + lift * 1.25), (1.08, 0.66 + lift * 1.5), (0.82, 0.64 + lift * 1.15)], 4)
    beak = outline((0.50, 0.56), (0.66, 0.50), (0.49, 0.49))
    shapes: Shapes = [
        (far, dark),
        (tail, dark),
        (torso, body),
        (ellipse(0.42, 0.54, 0.10, 0.09), body),
        (beak, (232, 160, 66)),
        (ellipse(0.45, 0.56, 0.018, 0.02), (40, 36, 40)),
        (near, darker(body, 0.90)),
        (tips, (66, 66, 74)),
    ]
    bob = 0.05 * math.sin(math.tau * (0.3 * manner.t + phase))
    h = height_of(member)
    return [(moved(points, y=bob, scale=h, mirror=manner.facing < 0), colour) for points, colour in shapes]


def _car(member: Member, manner: Manner) -> Shapes:
    """A small saloon from the side; the wheels turn and the body rocks on its springs."""
    paint = named_colour(f"{member.look} car", COLOUR_WORDS, "car|taxi|van|truck|sedan|jeep|pickup|bus|vehicle") or _source(
        member
    ).choice(COATS[:6])
    rock = 0.006 * math.sin(math.tau * 1.3 * manner.t)
    y = 0.0 + rock
    dark, glass = darker(paint, 0.82), (118, 150, 166)
    hull = smooth(
        [
            (-1.42, 0.34 + y),
            (-1.40, 0.58 + y),
            (-1.06, 0.64 + y),
            (-0.76, 0.98 + y),
            (0.34, 1.0 + y),
            (0.76, 0.66 + y),
            (1.30, 0.58 + y),
            (1.44, 0.40 + y),
            (1.40, 0.24 + y),
            (0.0, 0.20 + y),
            (-1.38, 0.22 + y),
        ],
        6,
    )
    sill = smooth([(-1.42, 0.40 + y), (0.0, 0.42 + y), (1.43, 0.40 + y), (1.40, 0.24 + y), (0.0, 0.20 + y), (-1.38, 0.22 + y)], 5)
    rear = outline((-0.86, 0.66 + y), (-0.66, 0.91 + y), (-0.22, 0.93 + y), (-0.22, 0.66 + y))
    front = outline((-0.15, 0.66 + y), (-0.15, 0.93 + y), (0.29, 0.93 + y), (0.58, 0.66 + y))
    shapes: Shapes = [(hull, paint), (sill, dark), (rear, glass), (front, glass), (outline((0.0, 0.66 + y),
        (0.16, 0.93 + y), (0.29, 0.93 + y), (0.20, 0.66 + y)), mix(glass, (255, 255, 255), 0.3)),
                      (box(-0.185, 0.24 + y, 0.014, 0.42), dark), (box(-0.36, 0.56 + y, 0.12, 0.03), dark)]  # fmt: skip
    shapes.append((ellipse(1.34, 0.50 + y, 0.06, 0.06), LAMPLIGHT if manner.palette.lamps else (246, 238, 210)))
    shapes.append((ellipse(-1.38, 0.50 + y, 0.035, 0.055), (206, 60, 52)))
    turn = (0.0 if manner.pace == "still" else -7.0) * manner.t
    for x in (-0.84, 0.90):
        shapes += [
            (ellipse(x, 0.22, 0.25, 0.25), darker(paint, 0.55)),
            (ellipse(x, 0.21, 0.21, 0.21), (44, 44, 50)),
            (ellipse(x, 0.21, 0.115, 0.115), (176, 180, 186)),
        ]
        for spoke in range(3):
            a = turn + spoke * math.tau / 3
            shapes.append((limb((x, 0.21), (x + 0.10 * math.cos(a), 0.21 + 0.10 * math.sin(a)), 0.022, 0.018), (110, 112, 120)))
    h = height_of(member)
    return [(moved(points, scale=h, mirror=manner.facing < 0), colour) for points, colour in shapes]


def _boat(member: Member, manner: Manner) -> Shapes:
    """A small sailing boat that bobs and heels."""
    paint = named_colour(f"{member.look} boat", COLOUR_WORDS, "boat|ship|hull|sailboat|yacht|trawler|dinghy") or _source(
        member
    ).choice(COATS[:6])
    heel = 0.045 * math.sin(math.tau * 0.16 * manner.t) - 0.02
    bob = 0.016 * math.sin(math.tau * 0.23 * manner.t)
    hull = smooth([(-0.46, 0.16), (-0.40, 0.02), (-0.30, -0.03), (0.26, -0.03), (0.42, 0.05), (0.58, 0.19), (0.10, 0.145)], 6)
    shapes: Shapes = [
        (box(0.03, 0.10, 0.022, 0.92), (128, 92, 70)),
        (smooth([(0.0, 0.96), (-0.08, 0.60), (-0.42, 0.24), (0.0, 0.22)], 6), (244, 236, 218)),
        (smooth([(0.0, 0.90), (-0.03, 0.55), (-0.14, 0.24), (0.0, 0.22)], 6), (222, 212, 194)),
        (smooth([(0.06, 0.90), (0.20, 0.58), (0.50, 0.24), (0.07, 0.25)], 6), (250, 244, 230)),
        (hull, paint),
        (smooth([(-0.46, 0.16), (-0.44, 0.125), (0.12, 0.11), (0.54, 0.155), (0.58, 0.19), (0.10, 0.145)], 5), (240, 230, 210)),
        (smooth([(-0.40, 0.03), (-0.30, -0.03), (0.26, -0.03), (0.42, 0.05), (0.0, 0.02)], 5), darker(paint, 0.72)),
    ]
    h = height_of(member)
    return [(moved(points, y=bob * h, scale=h, turn=heel, mirror=manner.facing < 0), colour) for points, colour in shapes]


def _lighthouse(member: Member, manner: Manner) -> Shapes:
    """A banded tower on rocks; after dark its beam sweeps."""
    band = named_colour(member.look, COLOUR_WORDS, "lighthouse|tower|bands|stripes|striped") or (196, 72, 60)
    band = (196, 72, 60) if sum(band) > 640 else band
    shapes: Shapes = []
    sweep = math.cos(math.tau * 0.12 * manner.t)
    lit = manner.palette.lamps
    if lit:
        warm = mix(manner.palette.haze, LAMPLIGHT, 0.34)
        for side, length in ((1.0, sweep), (-1.0, sweep)):
            end = side * length * 2.6
            shapes.append((outline((0, 0.885), (end, 0.885 + 0.10 + 0.04 * abs(length)), (end, 0.885 - 0.06)), warm))
    shapes.append(
        (smooth([(-0.34, -0.02), (-0.28, 0.05), (-0.12, 0.085), (0.10, 0.075), (0.26, 0.045), (0.36, -0.02)], 5), (104, 100, 100))
    )
    for n in range(5):
        low, high = 0.06 + 0.15 * n, 0.06 + 0.15 * (n + 1)
        wide, narrow = 0.105 - 0.009 * n, 0.105 - 0.009 * (n + 1)
        tint = (240, 234, 222) if n % 2 == 0 else band
        shapes.append((outline((-wide, low), (wide, low), (narrow, high), (-narrow, high)), tint))
        shapes.append((outline((wide * 0.28, low), (wide, low), (narrow, high), (narrow * 0.28, high)), darker(tint, 0.84)))
    shapes += [
        (box(0, 0.81, 0.17, 0.018), (70, 66, 72)), (box(0, 0.828, 0.084, 0.085), LAMPLIGHT if lit else (196, 214, 214)),
        (box(0, 0.828, 0.010, 0.085), (70, 66, 72)), (outline((-0.06, 0.912), (0.06, 0.912), (0.0, 0.975)), (70, 66, 72)),
        (box(0, 0.97, 0.008, 0.03), (70, 66, 72)), (box(0, 0.10, 0.045, 0.07), (92, 66, 56)),
        (box(-0.01, 0.36, 0.022, 0.04), (78, 84, 92)), (box(-0.01, 0.64, 0.020, 0.036), (78, 84, 92)),
    ]  # fmt: skip
    h = height_of(member)
    return [
        (moved(points, scale=h), colour if _shines(colour) or n >= 2 or not lit else _unshaded(colour, manner))
        for n, (points, colour) in enumerate(shapes)
    ]


def _unshaded(colour: Colour, manner: Manner) -> Colour:
    """A beam is light, not a lit thing: take out the shading that `draw_subject` will put in."""
    light = manner.palette.light
    return (colour[0] / light[0], colour[1] / light[1], colour[2] / light[2])


def _house(member: Member, manner: Manner) -> Shapes:
    source = _source(member)
    walls: tuple[Colour, ...] = ((232, 214, 184), (214, 178, 142), (196, 150, 124))
    roofs: tuple[Colour, ...] = ((172, 88, 66), (110, 92, 92))
    wall, roof = source.choice(walls), source.choice(roofs)
    wall = named_colour(member.look, COLOUR_WORDS, "house|cottage|cabin|hut|church|barn|building") or wall
    shapes = house(source, 6.6, 4.2, wall, roof, manner.palette, 0.0)
    puffs: Shapes = []
    for n in range(3):
        age = (manner.t * 0.22 + n / 3) % 1.0
        puffs.append(
            (
                ellipse(1.6 + 1.1 * age, 6.6 + 2.0 * age, 0.16 + 0.5 * age, 0.14 + 0.4 * age),
                mix((224, 222, 218), manner.palette.haze, 0.4 + 0.6 * age),
            )
        )
    return [*puffs, *shapes]


def _tree(member: Member, manner: Manner) -> Shapes:
    shapes = broadleaf(_source(member), HEIGHTS_M["tree"], (104, 144, 76), (104, 78, 60))
    lean = 0.012 * math.sin(math.tau * 0.25 * manner.t)
    swayed = []
    for points, colour in shapes:
        bent = points.copy()
        bent[:, 0] += lean * bent[:, 1] ** 2 / HEIGHTS_M["tree"]
        swayed.append((bent, colour))
    return swayed


def _lantern(member: Member, manner: Manner) -> Shapes:
    """A small thing for an insert: a lantern on a table, its flame alive."""
    flame = 1 + 0.08 * math.sin(9.0 * manner.t) * math.sin(5.3 * manner.t)
    metal: Colour = named_colour(member.look, COLOUR_WORDS, "lantern|lamp") or (88, 74, 66)
    wood: Colour = (132, 92, 66)
    shapes: Shapes = [
        (box(0, -2.2, 5.2, 2.16), darker(wood, 0.62)), (box(0, -0.16, 5.6, 0.16), wood), (box(0, -0.03, 5.6, 0.03),
        mix(wood, (255, 230, 190), 0.25)),
        (smooth([(-0.30, 0.0), (-0.32, 0.07), (0.32, 0.07), (0.30, 0.0)], 4), metal), (box(0, 0.07, 0.46, 0.50), LIT_GLASS),
        (ellipse(0, 0.26, 0.15, 0.17), LAMPLIGHT), (smooth([(-0.055, 0.18), (0.0, 0.15), (0.055, 0.18),
        (0.0, 0.18 + 0.20 * flame)], 6), FLAME),
        (box(-0.22, 0.07, 0.035, 0.50), metal), (box(0.22, 0.07, 0.035, 0.50), metal), (outline((-0.30, 0.57), (0.30, 0.57),
        (0.12, 0.76), (-0.12, 0.76)), metal),
        (outline((0.06, 0.57), (0.30, 0.57), (0.12, 0.76), (0.04, 0.76)), darker(metal, 0.8)), (box(0, 0.76, 0.10, 0.06), metal),
        (ellipse(0, 0.88, 0.09, 0.09), metal), (ellipse(0, 0.88, 0.06, 0.06), mix(metal, (200, 180, 150), 0.5)),
    ]  # fmt: skip
    h = height_of(member)
    return [(moved(points, scale=h), colour) for points, colour in shapes]


FIGURES: Mapping[str, Callable[[Member, Manner], Shapes]] = {
    "person": _person,
    "dog": _dog,
    "cat": _cat,
    "bird": _bird,
    "car": _car,
    "boat": _boat,
    "lighthouse": _lighthouse,
    "house": _house,
    "tree": _tree,
    "lantern": _lantern,
}
