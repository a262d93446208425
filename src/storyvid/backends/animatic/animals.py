"""Animals: dogs, cats, horses and their like from the side; birds on the wing; fish. Shares of their height, the foot at 0."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from storyvid.backends.animatic.casting import COLOUR_WORDS, Manner, height_of, named_colour, source_of
from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.people import person
from storyvid.backends.animatic.people.skeleton import ADULT_HIP, bend
from storyvid.backends.animatic.shapes import box, crescent, curve, ellipse, limb, moved, outline, shifted, smooth
from storyvid.backends.animatic.words import Member, mentions, stable_seed
from storyvid.backends.animatic.words.kinds import SUBJECT_WORDS

NOSE: Colour = (44, 38, 40)
Leg = tuple[float, float, float]  # root x, root y, shift of its step


@dataclass(frozen=True)
class Species:
    """The drawing of a four-legged animal that looks to the right; outlines in thousandths.

    Attributes:
        coats: Usual colours.
        body, neck, head: Outlines.
        legs: Hind far, fore far, hind near, fore near: root and shift of the step.
        thick: Radius of a leg at its root and at its foot.
        stride: Of a walk, shares of the height; a run is longer.
        eye: Place.
        hoof: Dark feet.
    """

    coats: tuple[Colour, ...]
    body: str
    neck: str
    head: str
    legs: tuple[Leg, Leg, Leg, Leg]
    thick: tuple[float, float]
    stride: float
    eye: tuple[float, float]
    hoof: bool = False


DOG = Species(
    ((196, 146, 92), (120, 82, 58), (222, 206, 176), (86, 80, 82)),
    "-560 600 -430 690 40 670 340 735 500 640 490 440 350 330 60 410 -300 450 -530 430", "180 700 400 900 600 850 560 540 420 430",
    "395 850 455 975 590 985 680 915 885 850 895 775 800 718 640 712 490 740",
    ((-0.45, 0.50, 0.0), (0.27, 0.47, 0.5), (-0.39, 0.48, 0.5), (0.36, 0.45, 0.0)), (0.088, 0.036), 0.95, (0.645, 0.885),
)  # fmt: skip
CAT = Species(
    ((208, 132, 72), (92, 88, 94), (224, 212, 194), (62, 58, 64)),
    "-600 520 -470 625 -50 600 300 650 450 560 430 400 280 330 -50 380 -330 380 -560 370", "180 620 380 800 560 760 520 "
    "480 360 400",
    "385 740 400 880 500 945 610 940 700 860 715 750 640 665 520 645 430 670",
    ((-0.50, 0.44, 0.0), (0.22, 0.42, 0.5), (-0.44, 0.42, 0.5), (0.30, 0.40, 0.0)), (0.080, 0.036), 0.90, (0.60, 0.80),
)  # fmt: skip
HORSE = Species(
    ((138, 86, 58), (92, 60, 46), (196, 158, 116), (66, 58, 58), (226, 220, 210)),
    "-500 560 -480 680 -330 720 -80 680 140 715 300 690 370 560 320 440 140 410 -100 425 -320 440 -450 470",
    "120 700 260 850 380 985 510 960 470 820 400 640 330 500", "385 985 440 1010 520 985 600 880 700 775 705 730 640 "
    "712 560 760 455 850",
    ((-0.42, 0.53, 0.0), (0.22, 0.50, 0.55), (-0.35, 0.52, 0.5), (0.29, 0.50, 0.05)), (0.082, 0.026), 0.62, (0.50, 0.915), True,
)  # fmt: skip
COW = replace(HORSE, coats=((226, 220, 208), (120, 78, 56), (70, 64, 66)),
    body="-540 560 -540 800 -300 830 150 820 380 800 430 " "620 380 420 140 360 -150 350 -420 400 -520 470",
    neck="240 800 420 860 520 820 500 560 380 480",
    head="440 900 560 925 680 800 760 640 740 560 640 550 520 640 440 740", eye=(0.60, 0.80), thick=(0.10, 0.042))  # fmt: skip
DEER = replace(
    HORSE, coats=((176, 122, 80), (150, 104, 74)), body="-420 520 -400 610 -280 640 -60 615 150 650 270 620 320 510 270 "
    "420 120 400 -80 420 -260 430 -380 450",
    neck="120 640 230 780 310 860 410 850 380 720 330 590 290 480", head="310 880 370 900 430 890 520 800 560 760 540 "
    "725 470 740 390 780", eye=(0.435, 0.845), thick=(0.062, 0.020),
)  # fmt: skip
SHEEP = replace(
    DOG, coats=((236, 228, 212),), head="470 860 520 900 600 900 690 820 760 730 740 670 660 650 560 700 490 760", eye=(0.62, 0.82),
    body="-560 600 -500 800 -200 860 200 850 460 800 540 620 470 420 200 350 -200 350 -500 420",
)  # fmt: skip


def coat_of(member: Member, *usual: Colour) -> Colour:
    """The colour of an animal: of its words, else one of the usual ones by its key."""
    return _coat(member, member.kind, usual)


def _coat(member: Member, kind: str, usual: tuple[Colour, ...]) -> Colour:
    words = "|".join(spoken for name, spoken in SUBJECT_WORDS.items() if name.split()[0] == kind)
    return named_colour(f"{member.look} {kind}", COLOUR_WORDS, f"{words}|fur|coat|mane") or source_of(member).choice(usual)


def _legs(species: Species, coat: Colour, manner: Manner, height: float, phase: float, near: bool) -> Shapes:
    """Two of the legs; a foot on the ground stays where it is while the body goes on."""
    shapes: Shapes = []
    runs = manner.pace == "run"
    stride = species.stride * (2.0 if runs else 1.0)
    share_down = 0.42 if runs else 0.62
    tint = coat if near else darker(coat, 0.76)
    for n, (x, y, shift) in enumerate(species.legs[2:] if near else species.legs[:2]):
        dx, lift = 0.0, 0.0
        if manner.pace != "still":
            gone = manner.way_m / (height * stride)
            u = (gone + phase + (shift * 0.3 + 0.5 * (n % 2) if runs else shift)) % 1.0
            half = share_down * stride / 2
            if u < share_down:
                dx = half * (1 - 2 * u / share_down)
            else:
                v = (u - share_down) / (1 - share_down)
                dx, lift = half * (2 * v * v * (3 - 2 * v) - 1), 0.13 * math.sin(math.pi * v)
        foot = (x + dx, 0.035 + lift)
        long = (y - 0.035) * 0.535
        knee, foot = bend((x, y), foot, long, long, -1.0 if n % 2 == 0 else 1.0)
        thick, thin = species.thick
        shapes += [(limb((x, y), knee, thick, thin * 1.25), tint), (limb(knee, foot, thin * 1.25, thin), tint)]
        paw = darker(tint, 0.45) if species.hoof else tint
        shapes.append((limb((foot[0] - 0.005, 0.030 + foot[1] - 0.035), (foot[0] + (0.030 if species.hoof else 0.055),
            0.028 + foot[1] - 0.035), thin * 1.05, thin * 0.9), paw))  # fmt: skip
    return shapes


def _quadruped(species: Species, member: Member, manner: Manner, coat: Colour, behind: Shapes, over: Shapes) -> Shapes:
    """Legs, tail and body, neck, head; then what is particular to the animal. In shares of its height."""
    phase = stable_seed("phase", member.key) % 1000 / 1000
    height = height_of(member)
    turn = manner.way_m / (height * species.stride * 2.0)
    rock = 0.05 * math.sin(math.tau * (turn + phase)) if manner.pace == "run" else 0.0
    nod = 0.012 * math.sin(math.tau * (0.3 * manner.t + phase))
    nod += 0.02 * math.sin(math.tau * 2 * turn) if manner.pace == "walk" else 0.0
    body, neck = curve(species.body), curve(species.neck)
    low = body.copy()
    middle = 0.5 * (float(body[:, 1].min()) + float(body[:, 1].max())) - 0.04
    low[:, 1] = low[:, 1].clip(max=middle)
    trunk: Shapes = [*behind, (neck, darker(coat, 0.93)), (body, coat), (low, darker(coat, 0.87))]
    skull: Shapes = [(shifted(points, 0.0, nod), colour) for points, colour in ((curve(species.head), coat), *over)]
    eye = (ellipse(species.eye[0], species.eye[1] + nod, 0.016, 0.020), NOSE)
    rocked = [(moved(points, 0.0, 0.02 * abs(rock) * 10, turn=rock), colour) for points, colour in (*trunk, *skull, eye)]
    legs_far, legs_near = _legs(species, coat, manner, height, phase, near=False), _legs(species, coat, manner, height,
        phase, near=True)  # fmt: skip
    return [*legs_far, *rocked[: len(behind)], *legs_near, *rocked[len(behind) :]]


def _finish(shapes: Shapes, member: Member, manner: Manner) -> Shapes:
    return [(moved(points, scale=height_of(member), mirror=manner.facing < 0), colour) for points, colour in shapes]


def dog(member: Member, manner: Manner) -> Shapes:
    """A dog; a wolf, a fox, a sheep by its variant. It sits where the words say so."""
    if member.variant == "sheep":
        return _sheep(member, manner)
    usual: Mapping[str, tuple[Colour, ...]] = {"wolf": ((128, 128, 134),), "fox": ((206, 112, 58),)}
    coat = _coat(member, "dog", usual.get(member.variant, DOG.coats))
    wag = 0.34 * math.sin(math.tau * 1.6 * manner.t)
    wild = member.variant in {"wolf", "fox"} or mentions("husky|shepherd", member.look)
    tail_base = (-0.54, 0.60)
    tip = (tail_base[0] - 0.26 * math.cos(wag), tail_base[1] + (0.30 if not wild else -0.04) + 0.12 * math.sin(wag))
    tail: Shapes = [(limb(tail_base, tip, 0.055 if not wild else 0.06, 0.026 if not wild else 0.085), coat)]
    if member.variant == "fox":
        tail.append((ellipse(tip[0] - 0.03, tip[1], 0.075, 0.065), (240, 234, 224)))
    dark = darker(coat, 0.74)
    ears: Shapes = [(curve("430 950 520 985 545 880 500 730 420 740 395 850"), dark)]
    if wild:
        ears = [(outline((0.43, 0.93), (0.45, 1.10), (0.55, 0.97)), coat), (outline((0.54, 0.97), (0.59, 1.11), (0.64,
            0.94)), dark)]  # fmt: skip
    muzzle: Shapes = [(curve("640 712 700 790 895 790 890 765 800 718"), mix(coat, (246, 240, 228),
        0.5 if wild else 0.2)), (ellipse(0.885, 0.835, 0.030, 0.026), NOSE)]  # fmt: skip
    collar: Shapes = [] if member.variant else [(curve("300 770 420 650 560 600 560 560 410 610 280 730"), (196, 70, 60))]
    if mentions("sits?|sitting|waits|waiting|begs", member.look) and manner.pace == "still":
        return _finish(_sitting(DOG, coat, [*tail], [*muzzle, *ears], 0.03), member, manner)
    return _finish(_quadruped(DOG, member, manner, coat, tail, [*muzzle,
        *ears]) + ([] if manner.pace == "run" else collar), member, manner)  # fmt: skip


def _sitting(species: Species, coat: Colour, tail: Shapes, over: Shapes, up: float) -> Shapes:
    """A dog or a cat on its haunches."""
    dark = darker(coat, 0.84)
    head = [(moved(points, -0.24, up), colour) for points, colour in ((curve(species.head), coat), *over)]
    eye = (ellipse(species.eye[0] - 0.24, species.eye[1] + up, 0.016, 0.020), NOSE)
    low_tail = [(shifted(points, 0.10, -0.50), colour) for points, colour in tail]
    return [*low_tail, (limb((0.10, 0.50), (0.16, 0.04), 0.075, 0.036), darker(coat, 0.76)),
        (curve("-440 40 -440 320 -240 " "600 40 800 230 850 330 740 300 480 220 250 160 60 -120 10"), coat),
        (curve("60 640 300 560 220 250 160 60 60 " "60 120 300"), dark), (ellipse(-0.22, 0.21, 0.24, 0.21), coat),
        (crescent(-0.22, 0.21, 0.24, 0.21, 0.3), dark), (limb((-0.30, 0.035), (0.02, 0.035), 0.040, 0.036), coat),
        (limb((0.18, 0.52), (0.24, 0.04), 0.075, 0.036), coat), (limb((0.24, 0.035), (0.30, 0.032), 0.036, 0.032), coat),
        *head, eye]  # fmt: skip


def _sheep(member: Member, manner: Manner) -> Shapes:
    wool = _coat(member, "dog", SHEEP.coats)
    face: Colour = (78, 70, 72)
    puffs = [(ellipse(x, y, 0.17, 0.15), darker(wool, 1.0 - 0.04 * (n % 3))) for n, (x, y) in enumerate(((-0.48, 0.62),
        (-0.30, 0.78), (0.0, 0.82), (0.28, 0.80), (0.46, 0.66), (-0.40, 0.46), (0.0, 0.45), (0.36, 0.48)))]  # fmt: skip
    shapes = _quadruped(SHEEP, member, manner, wool, [], [(curve(SHEEP.head), face), (limb((0.50, 0.86), (0.40, 0.82),
        0.05, 0.03), face), (ellipse(0.52, 0.90, 0.10, 0.08), wool)])  # fmt: skip
    return _finish([*shapes[:-12], *shapes[-12:-6], *puffs, *shapes[-6:]], member, manner)


def cat(member: Member, manner: Manner) -> Shapes:
    """A cat; a lion or a tiger by its variant."""
    big = member.variant == "lion"
    coat = _coat(member, "cat", ((206, 158, 92),) if big else CAT.coats)
    if mentions("tigers?", member.look):
        coat = (222, 140, 66)
    dark = darker(coat, 0.76)
    swing = 0.10 * math.sin(math.tau * 0.3 * manner.t)
    tail: Shapes = [(smooth([(-0.52, 0.58), (-0.74, 0.60 + swing), (-0.86, 0.82 + swing), (-0.80, 1.02 + 1.6 * swing),
        (-0.74, 1.00 + 1.6 * swing), (-0.79, 0.82 + swing), (-0.70, 0.67 + swing), (-0.52, 0.48)], 6), coat)]  # fmt: skip
    ears: Shapes = [(outline((0.40, 0.86), (0.40, 1.06), (0.52, 0.94)), coat), (outline((0.57, 0.94), (0.67, 1.06), (0.69,
        0.87)), dark), (outline((0.60, 0.93), (0.665, 1.02), (0.675, 0.89)), (222, 160, 150))]  # fmt: skip
    snout: Shapes = [(ellipse(0.685, 0.735, 0.055, 0.045), mix(coat, (250, 244, 234), 0.5)), (outline((0.70, 0.77),
        (0.735, 0.77), (0.72, 0.745)), (206, 120, 116))]  # fmt: skip
    if big and not mentions("lioness|tigers?|leopards?|panthers?", member.look):
        ears = [(ellipse(0.46, 0.76, 0.30, 0.32), darker(coat, 0.62)), (curve(CAT.head), coat), *ears]
    lines = 6 if mentions("tiger|tabby|striped", member.look) else 0
    stripes: Shapes = [(outline((x, 0.60), (x + 0.05, 0.60), (x + 0.03, 0.44)), darker(coat,
        0.45)) for x in [-0.42 + 0.14 * n for n in range(lines)]]  # fmt: skip
    if mentions("sits?|sitting|perched|waits", member.look) and manner.pace == "still":
        return _finish(_sitting(CAT, coat, tail, [*ears, *snout], 0.10), member, manner)
    return _finish([*_quadruped(CAT, member, manner, coat, tail, [*ears, *snout]), *stripes], member, manner)


def horse(member: Member, manner: Manner) -> Shapes:
    """A horse with its rider; a cow or a deer by its variant."""
    species = {"cow": COW, "deer": DEER}.get(member.variant, HORSE)
    coat = _coat(member, "horse", species.coats)
    mane = darker(coat, 0.5) if sum(coat) > 260 else (38, 34, 36)
    sway = 0.05 * math.sin(math.tau * 0.5 * manner.t) + (0.10 if manner.pace == "run" else 0.0)
    tail: Shapes = [(smooth([(-0.47, 0.69), (-0.60 - sway, 0.60), (-0.66 - 1.6 * sway, 0.34), (-0.60 - 1.4 * sway, 0.26),
        (-0.54 - sway, 0.46), (-0.46, 0.60)], 6), mane)]  # fmt: skip
    over: Shapes = [(outline((0.41, 0.99), (0.42, 1.075), (0.475, 1.0)), coat), (ellipse(0.665, 0.765, 0.012, 0.012), NOSE)]
    if species is HORSE:
        over = [(curve("100 700 200 860 340 985 420 1040 450 990 400 960 330 860 240 720"), mane), *over,
            (curve("410 1030 470 1010 500 930 450 950"), mane)]  # fmt: skip
    if species is COW:
        tail = [(limb((-0.53, 0.76), (-0.62 - sway, 0.36), 0.022, 0.016), coat), (ellipse(-0.62 - sway, 0.31, 0.035, 0.06), mane)]
        over = [(smooth([(0.47, 0.90), (0.42, 1.02), (0.50, 1.06), (0.47, 0.99), (0.53, 0.92)], 4), (232, 222, 200)),
            (limb((0.46, 0.86), (0.36, 0.82), 0.045, 0.02), darker(coat, 0.8)), (ellipse(0.71, 0.60, 0.065, 0.055), (214,
            160, 146))]  # fmt: skip
    if species is DEER:
        tail = [(ellipse(-0.43, 0.58, 0.05, 0.06), (240, 232, 218))]
        over = [(limb((0.33, 0.87), (0.26, 0.90), 0.032, 0.014), coat)]
        if not mentions("doe|fawn", member.look):
            over += [(limb(a, b, 0.014, 0.008), (112, 86, 66)) for a, b in (((0.36, 0.89), (0.30, 1.10)), ((0.30, 1.10),
                (0.36, 1.22)), ((0.33, 1.0), (0.42, 1.10)), ((0.31, 1.07), (0.22, 1.16)), ((0.39, 0.89), (0.46, 1.08)),
                ((0.46, 1.08), (0.50, 1.20)))]  # fmt: skip
    shapes = _quadruped(species, member, manner, coat, tail, over)
    if species is COW:
        shapes += (
            [
                (curve("-420 780 -250 800 -180 690 -300 560 -440 640"), darker(coat, 0.42)),
                (curve("60 790 240 780 260 640 140 560 40 660"), darker(coat, 0.42)),
            ]
            if sum(coat) > 560
            else []
        )
    return [*_finish(shapes, member, manner), *_rider(member, manner)]


SADDLE = (-0.03, 0.715)


def _rider(member: Member, manner: Manner) -> Shapes:
    """Whoever is aboard sits in the saddle and goes with the gait."""
    if not member.aboard:
        return []
    h = height_of(member)
    rider = replace(member.aboard[0], view="side", legs="")
    beat = manner.way_m / (h * 1.24)
    bob = (0.035 if manner.pace == "run" else 0.014) * math.sin(math.tau * beat) if manner.pace != "still" else 0.0
    seat = Manner(manner.t, "still", 1, manner.head_px, manner.lit_from, manner.palette, view="side", legs="ride")
    figure = [(moved(points, SADDLE[0] * h, SADDLE[1] * h - ADULT_HIP * height_of(rider) + 0.06 + bob),
        colour) for points, colour in person(rider, seat)]  # fmt: skip
    saddle: Shapes = [(curve("-190 735 -150 690 -30 672 90 690 120 740 60 712 -30 700 -120 712") * h, (112, 70, 48)),
        (limb((-0.02 * h, 0.68 * h), (0.02 * h, 0.42 * h), 0.02, 0.02), (112, 70, 48))]  # fmt: skip
    rein: Shapes = [(limb((0.60 * h, 0.80 * h), (0.16 * h, 0.92 * h), 0.012, 0.012), (84, 58, 46))]
    return [(moved(points, mirror=manner.facing < 0), colour) for points, colour in (*saddle, *rein, *figure)]


def bird(member: Member, manner: Manner) -> Shapes:
    """A bird in flight, wings beating and resting by turns."""
    phase = stable_seed("phase", member.key) % 1000 / 1000
    beat = math.sin(math.tau * (1.5 * manner.t + phase)) * (0.6 + 0.4 * math.sin(math.tau * (0.19 * manner.t + phase)))
    dark_bird = member.variant == "dark"
    words = "|".join((SUBJECT_WORDS["bird"], SUBJECT_WORDS["bird dark"], "feathers"))
    body: Colour = named_colour(f"{member.look} bird", COLOUR_WORDS, words) or ((62, 58, 62) if dark_bird else (236, 236, 232))
    dark, lift = darker(body, 0.76), 0.42 * beat
    far = smooth([(0.02, 0.56), (-0.10, 0.60 + lift * 0.6), (-0.40, 0.74 + lift), (-0.86, 0.66 + lift * 1.5), (-0.42,
        0.62 + lift * 0.8), (-0.14, 0.48)])  # fmt: skip
    near = smooth([(0.14, 0.54), (0.30, 0.62 + lift * 0.6), (0.62, 0.76 + lift), (1.08, 0.66 + lift * 1.5), (0.62,
        0.62 + lift * 0.8), (0.26, 0.46)])  # fmt: skip
    torso = smooth([(-0.36, 0.40), (-0.10, 0.60), (0.22, 0.60), (0.42, 0.54), (0.36, 0.44), (0.10, 0.36), (-0.16, 0.36)])
    tips = smooth([(0.84, 0.71 + lift * 1.25), (1.08, 0.66 + lift * 1.5), (0.82, 0.64 + lift * 1.15)], 4)
    shapes: Shapes = [(far, dark), (outline((-0.30, 0.44), (-0.62, 0.44), (-0.56, 0.36), (-0.26, 0.37)), dark), (torso,
        body), (ellipse(0.42, 0.54, 0.10, 0.09), body), (outline((0.50, 0.56), (0.66, 0.50), (0.49, 0.49)), (232, 160,
        66)), (ellipse(0.45, 0.56, 0.018, 0.02), (232, 200, 120) if dark_bird else (40, 36, 40)), (near, darker(body,
        0.90)), (tips, (66, 66, 74) if not dark_bird else darker(body, 0.7))]  # fmt: skip
    bob = 0.05 * math.sin(math.tau * (0.3 * manner.t + phase))
    return _finish([(shifted(points, 0.0, bob), colour) for points, colour in shapes], member, manner)


def fish(member: Member, manner: Manner) -> Shapes:
    """A fish, or a whale that blows."""
    sweep = math.sin(math.tau * 0.9 * manner.t)
    if member.variant == "whale":
        return _whale(member, manner)
    grey = mentions("sharks?", member.look)
    coat = _coat(member, "fish", ((128, 140, 152),) if grey else ((226, 132, 74), (90, 140, 168), (196, 186, 120)))
    shapes: Shapes = [(smooth([(-0.95, 0.50), (-1.50 + 0.1 * sweep, 0.98), (-1.38 + 0.1 * sweep, 0.50),
        (-1.50 + 0.1 * sweep, 0.02)], 5), darker(coat, 0.82)), (smooth([(-0.2, 0.85), (0.15, 1.25), (0.38, 1.08), (0.4,
        0.82)], 5), darker(coat, 0.82)), (smooth([(-1.0, 0.50), (-0.4, 0.82), (0.4, 0.92), (1.0, 0.72), (1.22, 0.52),
        (0.9, 0.26), (0.3, 0.10), (-0.4, 0.22)], 6), coat), (smooth([(-1.0, 0.46), (0.0, 0.42), (1.18, 0.46), (0.9, 0.26),
        (0.3, 0.10), (-0.4, 0.22)], 5), mix(coat, (255, 255, 255), 0.45)), (smooth([(0.35, 0.42), (0.05,
        0.12 + 0.1 * sweep), (-0.05, 0.22 + 0.1 * sweep), (0.15, 0.46)], 5), darker(coat, 0.76)), (ellipse(0.86, 0.62,
        0.055, 0.06), (250, 246, 236)), (ellipse(0.87, 0.62, 0.032, 0.038), NOSE), (limb((0.62, 0.74), (0.60, 0.34),
        0.012, 0.008), darker(coat, 0.7))]  # fmt: skip
    if not grey:
        shapes += [(box(-0.1 + 0.3 * n, 0.28, 0.09, 0.48), mix(coat, (255, 255, 255), 0.5)) for n in range(2)]
    bob = 0.06 * math.sin(math.tau * 0.35 * manner.t)
    return _finish([(points * 0.8 + (0.0, bob), colour) for points, colour in shapes], member, manner)


def _whale(member: Member, manner: Manner) -> Shapes:
    """A whale that comes up, its flukes behind it, and its spout."""
    coat = _coat(member, "fish", ((66, 88, 112),))
    rise = 0.10 * math.sin(math.tau * 0.18 * manner.t)
    spout = max(0.0, math.sin(math.tau * 0.22 * manner.t + 0.6))
    shapes: Shapes = [(smooth([(0.62, 0.74), (0.50, 0.80 + 0.7 * spout), (0.74, 0.92 + 0.8 * spout), (0.95,
        0.80 + 0.6 * spout), (0.70, 0.74)], 5), (226, 238, 244))] if spout > 0.1 else []  # fmt: skip
    shapes += [(smooth([(-1.25, 0.10), (-1.62, 0.72), (-2.0, 0.92), (-1.72, 0.50), (-1.40, 0.62), (-1.15, 0.96), (-1.10,
        0.60), (-1.0, 0.10)], 6), darker(coat, 0.85)), (smooth([(-1.35, -0.05), (-0.8, 0.46), (0.1, 0.76), (0.9, 0.66),
        (1.38, 0.20), (1.30, -0.08), (0, -0.10)], 6), coat), (smooth([(-0.2, -0.08), (0.4, 0.18), (1.0, 0.24), (1.38,
        0.16), (1.30, -0.08)], 5), (206, 216, 222)), (ellipse(0.92, 0.34, 0.035, 0.035), NOSE), (smooth([(0.35, 0.14),
        (0.05, -0.08), (0.35, -0.08), (0.55, 0.10)], 4), darker(coat, 0.78))]  # fmt: skip
    shapes = [(shifted(points, 0.0, rise), colour) for points, colour in shapes]
    foam: Shapes = [(ellipse(x, 0.0, 0.34, 0.06), (232, 240, 242)) for x in (-1.2, -0.5, 0.3, 1.05)]
    return _finish([*shapes, *foam], member, manner)
