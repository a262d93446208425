"""Animals: a dog and a cat from the side, a gull in flight. Shares of their height, the foot at 0."""

from __future__ import annotations

import math

from storyvid.backends.animatic.casting import COLOUR_WORDS, STEP_HZ, Manner, height_of, named_colour, source_of
from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, darker
from storyvid.backends.animatic.shapes import ellipse, limb, moved, outline, smooth
from storyvid.backends.animatic.words import Member, mentions, stable_seed


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


def dog(member: Member, manner: Manner) -> Shapes:
    """A dog from the side."""
    coat = named_colour(
        f"{member.look} dog", COLOUR_WORDS, r"dog|fur|coat|retriever|puppy|hound|labrador|collie|fox|wolf|terrier"
    ) or source_of(member).choice(((196, 146, 92), (120, 82, 58), (222, 206, 176), (86, 80, 82)))
    return _quadruped(member, manner, coat, "dog")


def cat(member: Member, manner: Manner) -> Shapes:
    """A cat from the side."""
    coat = named_colour(f"{member.look} cat", COLOUR_WORDS, r"cat|fur|kitten|tabby") or source_of(member).choice(
        ((208, 132, 72), (92, 88, 94), (224, 212, 194), (62, 58, 64))
    )
    return _quadruped(member, manner, coat, "cat")


def bird(member: Member, manner: Manner) -> Shapes:
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
