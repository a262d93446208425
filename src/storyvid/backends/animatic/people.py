"""People: front and slightly turned, with a face, clothes, hair and a walk; and the same people seen from above.

Coordinates are shares of the person's height: the foot at 0, the top of the head at 1. Outlines that never change are
written as curves, "x y" pairs in thousandths; those of the head lie around its middle.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from storyvid.backends.animatic.casting import COLOUR_WORDS, HEIGHTS_M, STEP_HZ, Manner, height_of, named_colour, source_of
from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.shapes import box, crescent, curve, ellipse, limb, moved, outline, smooth
from storyvid.backends.animatic.words import Member, mentions, stable_seed

COATS: tuple[Colour, ...] = (
    (200, 74, 60), (234, 178, 70), (52, 110, 128), (88, 122, 82), (124, 80, 116), (56, 78, 126),
    (218, 128, 88), (228, 216, 194), (150, 162, 172), (178, 62, 88),
)  # fmt: skip
TROUSERS: tuple[Colour, ...] = ((58, 62, 80), (92, 78, 68), (74, 84, 92), (108, 96, 82), (48, 52, 62))
SKINS: tuple[Colour, ...] = ((246, 206, 176), (232, 182, 146), (202, 146, 108), (158, 106, 76), (116, 76, 56))
HAIRS: tuple[Colour, ...] = ((48, 38, 38), (92, 60, 44), (146, 92, 56), (206, 162, 96), (110, 106, 104), (74, 44, 38))
HAIR_COLOURS: Mapping[str, Colour] = {
    "white": (232, 228, 220), "grey": (164, 162, 160), "gray": (164, 162, 160), "silver": (190, 190, 190), "red": (172, 84, 46),
    "ginger": (184, 96, 50), "blonde": (220, 178, 106), "blond": (220, 178, 106), "golden": (220, 178, 106), "brown": (104, 68, 46),
    "black": (44, 38, 42), "dark": (52, 42, 42),
}  # fmt: skip
SHOES: Colour = (54, 46, 46)
HAIR_NOUNS = "hair|beard|hairs|bun|braid|curls|ponytail"
EYE_DETAIL_PX = 18  # heads smaller than this get no face
WOMAN_WORDS = "woman|girl|mother|sister|daughter|grandmother|queen|princess|lady"
MAN_WORDS = "man|boy|father|brother|son|grandfather|king|prince|keeper|fisherman"
OLD_WORDS = "old|elderly|grandmother|grandfather"
HAT_WORDS = "hat|cap|beanie|hood|helmet|fedora|bonnet"
LONG_WORDS = "dress|skirt|robe|gown|cloak"
GARMENTS = (
    "coat|raincoat|jacket|dress|shirt|sweater|jumper|hoodie|cloak|robe|cape|parka|suit|uniform|scarf|blouse|cardigan|vest|"
    "anorak|overalls|t-shirt"
)


FACE = "-49 16 -42 47 0 67 43 45 49 12 41 -31 17 -63 -10 -64 -39 -31"
NOSE = "2 12 12 -17 3 -21 -4 -17"
MOUTH = "-13 -38 0 -40 13 -38 0 -44"
BROW = "-13 -2 2 4 13 -2 0 0"
BEARD = "-50 -6 -36 -28 -12 -24 12 -24 36 -26 46 -6 42 -48 14 -88 -14 -88 -44 -48"
FRINGE = "-54 -8 -59 38 -42 73 -4 85 36 75 55 42 50 18 40 26 20 45 -12 47 -34 28 -42 2"
SHINE = "-30 64 -2 76 26 66 -2 69"
LOCK = "-53 28 -40 18 -44 -40 -58 -96 -74 -78 -66 -12"
RIGHT_LOCK = "50 30 44 12 47 -36 58 -88 70 -74 60 -6"
BACK_HAIR = "-60 0 -54 56 0 84 52 54 58 0 64 -70 56 -112 0 -104 -58 -116 -72 -74"
HAT_CROWN = "-55 32 -51 72 -20 102 24 102 52 72 56 32"


@dataclass(frozen=True)
class Look:
    """How one person is dressed: from the id, unless the description says so."""

    coat: Colour
    trousers: Colour
    skin: Colour
    hair: Colour
    style: str
    beard: bool
    long: bool
    hat: Colour | None


@dataclass(frozen=True)
class Bearing:
    """What the body does in one frame: leg swing (radians), lift, breath and nod (shares of the height)."""

    swing: float
    lift: float
    breath: float
    nod: float
    phase: float


def look_of(member: Member) -> Look:
    """Colours and clothes of a person; the same for one id all film long."""
    source = source_of(member)
    coat, trousers, skin, hair = source.choice(COATS), source.choice(TROUSERS), source.choice(SKINS), source.choice(HAIRS)
    style = source.choice(("short", "long", "bun", "short"))
    words = member.look.casefold()
    old = mentions(OLD_WORDS, words) > 0
    if mentions(WOMAN_WORDS, words):
        style = "bun" if old or mentions("bun", words) else "long"
    elif mentions(MAN_WORDS, words):
        style = "short"
    hat = (named_colour(words, COLOUR_WORDS, HAT_WORDS) or (86, 72, 64)) if mentions(HAT_WORDS, words) else None
    return Look(
        coat=named_colour(words, COLOUR_WORDS, GARMENTS) or coat,
        trousers=trousers,
        skin=skin,
        hair=named_colour(words, HAIR_COLOURS, HAIR_NOUNS) or ((214, 212, 206) if old else hair),
        style=style,
        beard=mentions("beard|bearded", words) > 0,
        long=mentions(LONG_WORDS, words) > 0,
        hat=hat,
    )


def person(member: Member, manner: Manner) -> Shapes:
    """A person who stands, walks or runs, breathes, blinks and looks about."""
    look, bearing = look_of(member), _bearing(member, manner)
    shapes = _back_hair(look, bearing)
    shapes += _legs(look.trousers, bearing.swing, manner.pace)
    shapes += _body(look, bearing, manner)
    shapes += _head(look, bearing, manner)
    h = height_of(member)
    return [(moved(points, y=bearing.lift * h, scale=h, mirror=manner.facing < 0), colour) for points, colour in shapes]


def _bearing(member: Member, manner: Manner) -> Bearing:
    phase = stable_seed("phase", member.key) % 1000 / 1000
    swing, lift = _gait(manner, phase)
    breath = 0.0035 * math.sin(math.tau * (0.26 * manner.t + phase))
    nod = 0.004 * math.sin(math.tau * (0.11 * manner.t + 2 * phase))
    return Bearing(swing, lift, breath, nod, phase)


def _head_middle(bearing: Bearing) -> tuple[float, float]:
    return 0.006 + bearing.nod * 0.6, 0.921 + bearing.breath * 0.8 + bearing.nod


def _back_hair(look: Look, bearing: Bearing) -> Shapes:
    """Long hair falls behind the shoulders."""
    if look.style != "long":
        return []
    return [(moved(curve(BACK_HAIR), *_head_middle(bearing)), darker(look.hair, 0.80))]


def _gait(manner: Manner, phase: float) -> tuple[float, float]:
    """Swing of the legs (radians) and lift of the body (share of the height)."""
    if manner.pace == "still":
        return 0.0, 0.0
    turn = math.tau * (STEP_HZ[manner.pace] * manner.t + phase)
    reach = 0.40 if manner.pace == "walk" else 0.66
    return reach * math.sin(turn), 0.010 * abs(math.cos(turn)) * (1.0 if manner.pace == "walk" else 2.0)


def _legs(trousers: Colour, swing: float, pace: str) -> Shapes:
    """Two legs; the whole pair is let down until the lower foot stands on the ground."""
    legs = [_leg(side, angle, pace) for side, angle in ((-1, -swing), (1, swing))]
    drop = min(foot[1] for _, _, foot in legs) - 0.022
    shapes: Shapes = []
    for side, (hip, knee, foot) in zip((-1, 1), legs, strict=True):
        knee, foot = (knee[0], knee[1] - 0.5 * drop), (foot[0], foot[1] - drop)
        tint = darker(trousers, 0.84 if side < 0 else 1.0)
        shapes += [(limb(hip, knee, 0.056, 0.044), tint), (limb(knee, foot, 0.043, 0.030), tint)]
        shapes.append((moved(curve("-32 -20 -34 22 22 20 60 -4 60 -20"), *foot), SHOES))
    return shapes


def _leg(side: int, angle: float, pace: str) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Hip, knee and ankle of a leg that swings by an angle (radians, forward)."""
    moving = pace != "still"
    hip = ((0.022 if moving else 0.045) * side, 0.47)
    knee = (hip[0] + 0.235 * math.sin(angle), hip[1] - 0.235 * math.cos(angle))
    bend = angle - (0.75 * max(0.0, -math.sin(angle * 2)) if moving else 0.0)
    return hip, knee, (knee[0] + 0.215 * math.sin(bend), knee[1] - 0.215 * math.cos(bend))


def _body(look: Look, bearing: Bearing, manner: Manner) -> Shapes:
    """Coat, arms, neck and collar, the side away from the light in shade."""
    coat, b = look.coat, bearing.breath
    hem, flare = (0.20, 0.155) if look.long else (0.405, 0.118)
    right = [(0.062, 0.838 + b), (0.118 + b, 0.796 + b), (0.107, 0.70), (0.090, 0.58), (flare, hem)]
    torso = smooth([*right, (0.0, hem - 0.012), *((-x, y) for x, y in reversed(right))])
    side = -manner.lit_from * manner.facing  # before mirroring
    inner = [(0.062, 0.76), (0.050, 0.62), (flare * 0.52, hem - 0.004)]
    shade = smooth([(side * x, y) for x, y in (*right, *reversed(inner))])
    far, near = (_arm(arm, look, bearing) for arm in (-1, 1))
    placket = outline((0.012, 0.815), (0.020, 0.815), (0.026, hem), (0.018, hem))
    neck = (box(0, 0.81 + b, 0.054, 0.08), darker(look.skin, 0.82))
    return [*far, neck, (torso, coat), (shade, darker(coat, 0.82)), (placket, darker(coat, 0.78)), *_collar(look, b), *near]


def _collar(look: Look, breath: float) -> Shapes:
    parts = (
        ("-60 826 -34 868 34 868 60 826 12 795", darker(look.coat, 0.70)),
        ("-33 838 0 846 33 838 10 800", darker(look.skin, 0.80)),
        ("-66 822 -40 866 -8 826 2 800 -24 778", darker(look.coat, 0.92)),
        ("66 822 40 866 18 826 14 800 38 778", darker(look.coat, 0.88)),
    )
    return [(moved(curve(words), y=breath), colour) for words, colour in parts]


def _arm(side: int, look: Look, bearing: Bearing) -> Shapes:
    """One arm; it swings against the leg of its side."""
    angle = -0.9 * side * bearing.swing
    shoulder = (0.092 * side, 0.776 + bearing.breath)
    rest = 0.20 * side
    elbow = (shoulder[0] + 0.17 * math.sin(angle + rest), shoulder[1] - 0.17 * math.cos(angle + rest))
    lower = angle + rest * 0.3 + (0.5 * abs(bearing.swing) if bearing.swing else 0.08 * side)
    hand = (elbow[0] + 0.155 * math.sin(lower), elbow[1] - 0.155 * math.cos(lower))
    tint = darker(look.coat, 0.74 if side < 0 else 0.93)
    palm = (ellipse(hand[0], hand[1] - 0.012, 0.024, 0.030), look.skin)
    return [palm, (limb(shoulder, elbow, 0.035, 0.030), tint), (limb(elbow, hand, 0.030, 0.023), tint)]


def _head(look: Look, bearing: Bearing, manner: Manner) -> Shapes:
    """Face, ear, features, hair and hat."""
    x, y = _head_middle(bearing)
    shapes: Shapes = []
    if look.style == "bun":
        shapes.append((ellipse(x - 0.040, y + 0.066, 0.027, 0.025), darker(look.hair, 0.85)))
    shade_side = -manner.lit_from * manner.facing
    shapes += [
        (moved(curve(FACE), x, y), look.skin),
        (crescent(x, y - 0.002, shade_side * 0.0482, 0.0616, 0.36), darker(look.skin, 0.87)),
        (ellipse(x - 0.045, y - 0.004, 0.011, 0.016), darker(look.skin, 0.9)),
    ]
    if manner.head_px > EYE_DETAIL_PX:
        shapes += _face(x + 0.009, y, look, bearing, manner)
    elif look.beard:
        shapes.append((moved(curve(BEARD), x + 0.005, y), look.hair))
    shapes += [(moved(curve(FRINGE), x, y), look.hair), (moved(curve(SHINE), x, y), mix(look.hair, (255, 240, 220), 0.16))]
    if look.style == "long":
        shapes += [(moved(curve(LOCK), x, y), look.hair), (moved(curve(RIGHT_LOCK), x, y), darker(look.hair, 0.92))]
    if look.hat is not None:
        brim = limb((x - 0.056, y + 0.038), (x + 0.074, y + 0.034), 0.011, 0.008)
        shapes += [(moved(curve(HAT_CROWN), x, y), look.hat), (brim, darker(look.hat, 0.82))]
    return shapes


def _face(x: float, y: float, look: Look, bearing: Bearing, manner: Manner) -> Shapes:
    """Eyes, brows, a nose in shade, cheeks, a mouth; ``x``, ``y`` is the middle of the features."""
    flush = mix(look.skin, (226, 110, 96), 0.20)
    shapes: Shapes = [
        (ellipse(x - 0.028, y - 0.020, 0.010, 0.007), flush),
        (ellipse(x + 0.023, y - 0.020, 0.009, 0.007), flush),
        (moved(curve(NOSE), x, y), darker(look.skin, 0.86)),
    ]
    for side in (-1, 1):
        shapes += _eye(x + side * 0.0195, y + 0.006, side, look, bearing, manner)
    if look.beard:
        shapes.append((moved(curve(BEARD), x - 0.004, y), look.hair))
    shapes.append((moved(curve(MOUTH), x, y), mix(look.skin, (150, 62, 62), 0.62)))
    return shapes


def _eye(x: float, y: float, side: int, look: Look, bearing: Bearing, manner: Manner) -> Shapes:
    """An eye that blinks every few seconds and glances a little, with its brow."""
    cycle = (manner.t + 3.1 * bearing.phase) % 3.4
    lid = 1.0 if cycle > 0.22 else abs(cycle - 0.11) / 0.11
    glance = 0.0016 * math.sin(math.tau * (0.09 * manner.t + bearing.phase))
    open_y = max(0.0012, 0.0070 * lid)
    shapes: Shapes = [(smooth([(x - 0.0115, y), (x, y + open_y), (x + 0.0115, y), (x, y - open_y * 0.8)]), (246, 240, 230))]
    if lid > 0.3:
        shapes.append((ellipse(x + 0.001 + glance, y + 0.0004, 0.0052, 0.0060 * lid), (58, 46, 44)))
        shapes.append((ellipse(x + 0.0028 + glance, y + 0.0026 * lid, 0.0014, 0.0014), (250, 248, 244)))
    lash = smooth([(x - 0.0125, y + 0.0004), (x, y + open_y + 0.0016), (x + 0.0125, y + 0.0004), (x, y + open_y - 0.0012)])
    return [*shapes, (lash, (62, 46, 44)), (moved(curve(BROW), x, y + 0.0165, mirror=side < 0), darker(look.hair, 0.78))]


def draw_from_above(member: Member, manner: Manner) -> Shapes:
    """A person seen from straight above: shoulders, head, hands and feet by turns."""
    look, bearing = look_of(member), _bearing(member, manner)
    coat, trousers, skin, hair = look.coat, look.trousers, look.skin, look.hat or look.hair
    step, breath = 0.34 * bearing.swing, bearing.breath
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
