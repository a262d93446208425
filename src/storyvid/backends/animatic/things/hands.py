"""Hands that fill the frame: one holds, reaches, lights, writes; two knead, type, cup a thing. In metres."""

from __future__ import annotations

import math

from storyvid.backends.animatic.casting import OBJECT_HEIGHTS_M, Manner
from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.people.look import Look, look_of
from storyvid.backends.animatic.shapes import box, ellipse, limb, moved, shifted, smooth
from storyvid.backends.animatic.things.objects import OBJECTS, draw_object
from storyvid.backends.animatic.words import Member

HAND_M = 0.30  # height of what the figure takes: the hand, its wrist and what it holds
SHOWN = {
    "key": 0.17,
    "coin": 0.085,
    "ring": 0.085,
    "watch": 0.15,
    "pen": 0.18,
    "cup": 0.13,
    "guitar": 0.8,
    "chair": 0.5,
    "umbrella": 0.7,
    "lantern": 0.27,
    "ball": 0.13,
}
MAX_SHOWN_M = 0.26
WIDE = frozenset({"book", "letter", "laptop", "bowl", "bread", "box"})


def hand(member: Member, manner: Manner) -> Shapes:
    """The hand or hands of an insert, from below and from the side, with the thing."""
    look = look_of(member)
    skin = look.skin if look.cut not in {"spacesuit", "robot"} else look.coat
    if member.variant == "knead":
        shapes = _kneading(look, skin, manner)
    elif member.variant == "clasp":
        shapes = _clasped(look, skin, manner)
    elif member.variant in {"type", "write", "cut"}:
        shapes = _at_work(member, look, skin, manner)
    elif member.variant in {"light", "reach"}:
        shapes = _reaching(member, look, skin, manner)
    else:
        shapes = _holding(member, look, skin, manner)
    return [(moved(points, mirror=manner.facing < 0), colour) for points, colour in shapes]


def thing_of(member: Member, manner: Manner) -> Shapes:
    """What is held, large, with its foot at 0."""
    if member.holds not in OBJECTS:
        return []
    size = SHOWN.get(member.holds, min(MAX_SHOWN_M, OBJECT_HEIGHTS_M[member.holds]))
    return [(points * size, colour) for points, colour in draw_object(member.holds, member.look, manner.t)]


def forearm(elbow: tuple[float, float], wrist: tuple[float, float], look: Look, skin: Colour) -> Shapes:
    """A forearm in its sleeve, with a cuff, from beyond the frame."""
    dx, dy = wrist[0] - elbow[0], wrist[1] - elbow[1]
    length = math.hypot(dx, dy)
    cuff = (wrist[0] - 0.055 * dx / length, wrist[1] - 0.055 * dy / length)
    back = (cuff[0] - 0.016 * dx / length, cuff[1] - 0.016 * dy / length)
    sleeve = look.coat
    lit = mix(sleeve, (255, 255, 255), 0.10)
    off = (-dy / length * 0.018, dx / length * 0.018)
    return [(limb(elbow, wrist, 0.046, 0.029), skin), (limb(elbow, cuff, 0.070, 0.046), sleeve), (limb((elbow[0] + off[0],
        elbow[1] + off[1]), (cuff[0] + off[0], cuff[1] + off[1]), 0.038, 0.022), lit), (limb(back, cuff, 0.049, 0.047),
        darker(sleeve, 0.78))]  # fmt: skip


def fist(x: float, y: float, skin: Colour, curl: float = 1.0) -> tuple[Shapes, Shapes]:
    """A hand around something upright: the palm behind it, fingers and thumb before it."""
    dark, line = darker(skin, 0.86), darker(skin, 0.74)
    palm: Shapes = [
        (
            smooth(
                [
                    (x - 0.038, y - 0.062),
                    (x - 0.046, y - 0.01),
                    (x - 0.030, y + 0.045),
                    (x + 0.030, y + 0.048),
                    (x + 0.044, y - 0.005),
                    (x + 0.030, y - 0.062),
                ],
                6,
            ),
            dark,
        )
    ]
    fingers: Shapes = []
    for n in range(4):
        fy = y + 0.034 - 0.0225 * n
        reach = (0.040, 0.044, 0.041, 0.034)[n] * curl
        fingers += [
            (limb((x + 0.036, fy), (x - reach, fy - 0.003), 0.0125, 0.0112), skin),
            (limb((x - reach + 0.006, fy - 0.010), (x + 0.028, fy - 0.011), 0.0014, 0.0014), line),
            (ellipse(x - reach - 0.002, fy - 0.001, 0.0052, 0.0062), mix(skin, (255, 236, 224), 0.45)),
        ]
    thumb: Shapes = [
        (limb((x + 0.030, y - 0.040), (x + 0.012, y + 0.030), 0.017, 0.0125), mix(skin, (255, 255, 255), 0.06)),
        (ellipse(x + 0.010, y + 0.036, 0.006, 0.008), mix(skin, (255, 236, 224), 0.5)),
    ]
    return palm, [*fingers, *thumb]


def _holding(member: Member, look: Look, skin: Colour, manner: Manner) -> Shapes:
    """One fist around the thing, or two hands beneath a wide one."""
    t = manner.t
    sway = 0.004 * math.sin(1.7 * t)
    thing = thing_of(member, manner)
    if member.arms == "both" or member.holds in WIDE:
        return _both_hold(thing, look, skin, t)
    x, y = 0.0, 0.125 + sway
    palm, fingers = fist(x, y, skin)
    arm = forearm((0.20, -0.34), (0.022, y - 0.075), look, skin)
    if not thing:
        return [*arm, *palm, *fingers]
    size = max(float(points[:, 1].max()) for points, _ in thing)
    grip = OBJECTS[member.holds][2]
    turn = 0.35 * math.sin(0.9 * t) if member.holds == "key" else 0.03 * math.sin(1.3 * t)
    if grip >= 0.9:  # hangs from the fist
        hung = [(moved(points, x, y - 0.02 - size, turn=0.3 * turn), colour) for points, colour in thing]
        raised = 0.11
        return [
            (shifted(points, 0.0, raised), colour)
            for points, colour in (*forearm((0.24, 0.30), (0.03, y + 0.06), look, skin), *hung, *palm, *fingers)
        ]
    if grip > 0.7:  # held by its upper end: turned upside down, so that the bit points up and away
        up = [
            (moved(points, x - 0.005, y + 0.06 + 0.16 * size, turn=-1.2 + turn), colour)
            for points, colour in _pivot(thing, 0.8 * size)
        ]
        return [*arm, *palm, *up, *fingers]
    stood = [(moved(points, x, y - grip * size, turn=turn), colour) for points, colour in thing]
    return [*arm, *palm, *stood, *fingers]


def _pivot(shapes: Shapes, y: float) -> Shapes:
    return [(shifted(points, 0.0, -y), colour) for points, colour in shapes]


def _both_hold(thing: Shapes, look: Look, skin: Colour, t: float) -> Shapes:
    """A thing between two hands: palms beneath, thumbs over its edge."""
    lift = 0.004 * math.sin(1.4 * t)
    wide = max((float(abs(points[:, 0]).max()) for points, _ in thing), default=0.07)
    wide = min(0.20, wide)
    shapes: Shapes = []
    over: Shapes = []
    for side in (-1, 1):
        wrist = (side * (wide + 0.035), 0.040 + lift)
        shapes += forearm((side * (wide + 0.26), -0.30), wrist, look, skin)
        shapes.append(
            (
                smooth(
                    [
                        (side * (wide + 0.055), 0.03 + lift),
                        (side * (wide + 0.045), 0.11 + lift),
                        (side * (wide - 0.02), 0.12 + lift),
                        (side * (wide - 0.06), 0.06 + lift),
                        (side * (wide - 0.01), 0.01 + lift),
                    ],
                    6,
                ),
                darker(skin, 0.86),
            )
        )
        for n in range(3):
            shapes.append(
                (
                    limb(
                        (side * (wide - 0.01), 0.05 + 0.020 * n + lift),
                        (side * (wide - 0.085), 0.035 + 0.020 * n + lift),
                        0.0125,
                        0.0105,
                    ),
                    darker(skin, 0.92),
                )
            )
        over += [
            (limb((side * (wide + 0.030), 0.065 + lift), (side * (wide - 0.028), 0.098 + lift), 0.018, 0.0125), skin),
            (ellipse(side * (wide - 0.032), 0.100 + lift, 0.008, 0.006), mix(skin, (255, 236, 224), 0.5)),
        ]
    stood = [(shifted(points, 0.0, 0.05 + lift), colour) for points, colour in thing]
    return [*shapes, *stood, *over]


def open_hand(wrist: tuple[float, float], angle: float, skin: Colour, spread: float = 0.30, mirror: bool = False) -> Shapes:
    """A hand seen from its back, fingers along an angle (radians)."""
    line = darker(skin, 0.86)
    shapes: Shapes = [
        (
            smooth(
                [(-0.030, -0.005), (-0.038, 0.045), (-0.034, 0.085), (0.0, 0.094), (0.034, 0.085), (0.036, 0.04), (0.028, -0.005)],
                6,
            ),
            skin,
        ),
        (smooth([(0.008, 0.0), (0.014, 0.09), (0.034, 0.085), (0.036, 0.04), (0.028, -0.005)], 5), line),
    ]
    for n, long in enumerate((0.066, 0.080, 0.074, 0.056)):
        a = math.pi / 2 + spread * (1.5 - n) * 0.5
        root = (-0.027 + 0.018 * n, 0.080 - 0.004 * abs(n - 1.4))
        tip = (root[0] + long * math.cos(a), root[1] + long * math.sin(a))
        shapes += [
            (limb(root, tip, 0.0115, 0.0095), skin if n < 3 else line),
            (ellipse(tip[0], tip[1] + 0.001, 0.0055, 0.0062), mix(skin, (255, 236, 224), 0.5)),
        ]
    shapes.append((limb((-0.026, 0.022), (-0.066, 0.068), 0.0150, 0.0110), mix(skin, (255, 255, 255), 0.05)))
    return [(moved(moved(points, mirror=mirror), *wrist, turn=angle - math.pi / 2), colour) for points, colour in shapes]


def _reaching(member: Member, look: Look, skin: Colour, manner: Manner) -> Shapes:
    """A hand that comes to a thing which stands there: to open it, to light it, to touch it."""
    thing = thing_of(member, manner) or [
        (box(0.0, 0.0, 0.30, 0.30), (150, 108, 74)),
        (box(0.0, 0.02, 0.26, 0.26), (128, 90, 62)),
        (ellipse(-0.09, 0.13, 0.020, 0.020), (214, 178, 92)),
    ]
    come = min(1.0, 0.25 + 0.22 * manner.t)
    ease = come * come * (3 - 2 * come)
    x = 0.20 - 0.10 * ease
    y = 0.09 + 0.012 * math.sin(1.8 * manner.t)
    stood = [(points * 1.1 + (-0.07, 0.0), colour) for points, colour in thing]
    wrist = (x + 0.075, y - 0.02)
    tool: Shapes = []
    if member.variant == "light":
        tip = (x - 0.05, y + 0.055)
        tool = [
            (limb((x + 0.02, y + 0.02), tip, 0.004, 0.004), (206, 170, 120)),
            (smooth([(tip[0] - 0.012, tip[1]), tip, (tip[0] + 0.012, tip[1]), (tip[0], tip[1] + 0.045)], 5), (250, 196, 104)),
            (
                smooth([(tip[0] - 0.006, tip[1] + 0.003), tip, (tip[0] + 0.006, tip[1] + 0.003), (tip[0], tip[1] + 0.024)], 5),
                (255, 236, 176),
            ),
        ]
    return [*stood, *tool, *forearm((x + 0.42, y - 0.18), wrist, look, skin), *open_hand(wrist, 2.75, skin, 0.18, mirror=True)]


def _kneading(look: Look, skin: Colour, manner: Manner) -> Shapes:
    """Two hands that press dough by turns."""
    push = math.sin(math.tau * 0.55 * manner.t)
    dough: Colour = (238, 218, 178)
    wide, tall = 0.155 + 0.012 * push, 0.105 - 0.012 * push
    body = smooth(
        [
            (-wide, 0.0),
            (-wide * 0.94, tall * 0.55),
            (-wide * 0.4, tall),
            (wide * 0.35, tall * 0.96),
            (wide * 0.95, tall * 0.5),
            (wide, 0.0),
        ],
        6,
    )
    shapes: Shapes = [
        (body, dough),
        (smooth([(-wide, 0.0), (-wide * 0.9, tall * 0.3), (wide * 0.9, tall * 0.28), (wide, 0.0)], 5), darker(dough, 0.88)),
        (ellipse(0.22, 0.004, 0.05, 0.006), (248, 242, 228)),
        (ellipse(-0.24, 0.004, 0.06, 0.006), (248, 242, 228)),
    ]
    for side in (-1, 1):
        press = 0.014 * push * side
        wrist = (side * 0.115, 0.155 + press)
        shapes += [
            *forearm((side * 0.34, 0.46), wrist, look, skin),
            *open_hand(wrist, -math.pi / 2 - side * 0.42, skin, 0.26, mirror=side > 0),
        ]
    return shapes


def _clasped(look: Look, skin: Colour, manner: Manner) -> Shapes:
    """Two hands in each other, from either side."""
    other = darker(skin, 0.86) if sum(skin) > 420 else mix(skin, (255, 230, 200), 0.25)
    lift = 0.006 * math.sin(2.2 * manner.t)
    second = look_of(Member("person", "the other hand", ""))
    shapes = [
        *forearm((-0.42, 0.00), (-0.085, 0.135 + lift), second, other),
        *forearm((0.42, 0.00), (0.085, 0.135 + lift), look, skin),
    ]
    shapes.append((smooth([(-0.10, 0.10), (-0.08, 0.175), (0.0, 0.195), (0.06, 0.16), (0.05, 0.10), (-0.03, 0.085)], 6), other))
    shapes.append((smooth([(0.10, 0.10), (0.09, 0.175), (0.02, 0.19), (-0.03, 0.15), (-0.01, 0.10), (0.05, 0.085)], 6), skin))
    for n in range(4):
        y = 0.168 - 0.020 * n
        shapes += [
            (limb((0.03, y), (-0.052 + 0.005 * n, y - 0.012), 0.0125, 0.011), skin),
            (limb((-0.045, y - 0.021), (0.02, y - 0.010), 0.0013, 0.0013), darker(skin, 0.74)),
        ]
    shapes.append((limb((-0.05, 0.165), (0.012, 0.193), 0.016, 0.012), other))
    return [(shifted(points, 0.0, lift), colour) for points, colour in shapes]


def _at_work(member: Member, look: Look, skin: Colour, manner: Manner) -> Shapes:
    """Hands that write, type, play or cut on a surface."""
    t = manner.t
    shapes: Shapes = []
    if member.variant == "type":
        keys: Shapes = [(smooth([(-0.30, 0.0), (-0.26, 0.10), (0.26, 0.10), (0.30, 0.0)], 3), (56, 58, 66))]
        keys += [
            (box(-0.225 + 0.041 * n + 0.012 * (row % 2), 0.012 + 0.028 * row, 0.033, 0.020), (226, 224, 218))
            for row in range(3)
            for n in range(12)
        ]
        shapes += keys
        for side in (-1, 1):
            tap = 0.010 * max(0.0, math.sin(math.tau * 2.1 * t + side))
            wrist = (side * 0.125, -0.055 + tap)
            shapes += [
                *forearm((side * 0.28, -0.36), wrist, look, skin),
                *open_hand(wrist, math.pi / 2 + side * 0.16, skin, 0.34, mirror=side > 0),
            ]
        return shapes
    way = 0.035 * math.sin(0.8 * t) + 0.006 * math.sin(9 * t)
    if member.variant == "write":
        shapes += [
            (moved(box(-0.04, 0.0, 0.34, 0.24), turn=-0.05), (246, 240, 226)),
            *(
                (moved(box(-0.06 - 0.02 * n, 0.19 - 0.034 * n, 0.22 - 0.05 * n, 0.006), turn=-0.05), (84, 84, 104))
                for n in range(3)
            ),
        ]
        tool = [
            (moved(points * 0.19, 0.03 + way, 0.075, turn=-0.55), colour) for points, colour in draw_object("pen", member.look, t)
        ]
    else:
        loaf = [
            (points * 0.12 + (-0.13, 0.0), colour)
            for points, colour in draw_object(member.holds if member.holds in {"bread", "ball"} else "bread", member.look, t)
        ]
        shapes += [(box(0, -0.03, 0.6, 0.03), (170, 124, 84)), *loaf]
        tool = [
            (moved(points * 0.30, 0.10, 0.09 + way, turn=1.25), colour) for points, colour in draw_object("knife", member.look, t)
        ]
    x, y = (0.085 + way, 0.125) if member.variant == "write" else (0.11, 0.105 + way)
    palm, fingers = fist(x, y, skin, 0.9)
    return [*shapes, *forearm((0.36, -0.14), (x + 0.06, y - 0.045), look, skin), *palm, *tool, *fingers]
