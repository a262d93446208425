"""What is seen on a garment from before and behind: collars, buttons, belts, aprons, scarves, bags."""

from __future__ import annotations

from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.people.look import Look
from storyvid.backends.animatic.people.skeleton import Build
from storyvid.backends.animatic.people.stance import Stance
from storyvid.backends.animatic.shapes import box, curve, ellipse, limb, moved, outline, smooth


def front_details(look: Look, body: Stance, build: Build, low: float) -> Shapes:
    """Collar, buttons, belt, tie, apron, scarf and straps."""
    coat = look.coat
    x, y = body.neck
    shapes: Shapes = []

    def put(words: str, colour: Colour) -> None:
        shapes.append((moved(curve(words), x, y, scale=build.trunk), colour))

    if look.cut in {"coat", "jacket", "suit", "uniform"}:
        if look.cut != "coat":
            put("-36 20 36 20 12 -120 8 -150 0 -120", look.shirt)
        if look.cut == "suit" or "tie" in look.carries:
            put("-8 -10 8 -10 12 -96 2 -124 -8 -96", (150, 52, 56))
        placket = outline(
            (x + 0.010, y - 0.10), (x + 0.018, y - 0.10), (body.pelvis[0] + 0.024, low), (body.pelvis[0] + 0.016, low)
        )
        shapes.append((placket, darker(coat, 0.74)))
        put("-66 -13 -40 31 -8 -9 2 -48 -24 -60", darker(coat, 0.92))
        put("66 -13 40 31 18 -9 14 -48 38 -60", darker(coat, 0.86))
    elif look.cut in {"sweater", "dress", "robe", "overalls", "skirt", "shirt"}:
        put("-33 6 0 16 33 6 14 -30 -14 -30", look.shirt if look.cut == "overalls" else darker(look.skin, 0.94))
        if look.cut == "sweater":
            put("-36 4 0 -8 36 4 30 16 0 6 -30 16", darker(coat, 0.86))
        if look.cut in {"shirt", "skirt"}:
            put("-40 14 -30 20 -2 -16 -18 -34", mix(coat, (255, 255, 255), 0.2))
            put("40 14 30 20 6 -16 20 -34", mix(coat, (255, 255, 255), 0.12))
    elif look.cut == "spacesuit":
        shapes += [
            (box(x, y - 0.17, 0.085, 0.075), (176, 180, 184)),
            (ellipse(x - 0.02, y - 0.13, 0.010, 0.010), (206, 78, 64)),
            (ellipse(x + 0.018, y - 0.13, 0.010, 0.010), (84, 140, 190)),
        ]
    elif look.cut == "robot":
        shapes += [
            (box(x, y - 0.21, 0.11, 0.12), darker(coat, 0.86)),
            (ellipse(x, y - 0.13, 0.022, 0.022), (122, 214, 220)),
            (box(x, y - 0.30, 0.08, 0.012), darker(coat, 0.6)),
        ]
    elif look.cut == "armour":
        shapes += [
            (smooth([(x - 0.09, y - 0.02), (x, y - 0.20), (x + 0.09, y - 0.02), (x, y - 0.07)]), mix(coat, (255, 255, 255), 0.25))
        ]
    if look.cut in {"dress", "robe", "uniform", "armour"}:
        wide = 0.15 if look.cut == "dress" else 0.185
        shapes.append((box((x + body.pelvis[0]) / 2, body.pelvis[1] + 0.085, wide * build.girth, 0.022), darker(coat, 0.66)))
    if "stripes" in look.carries:
        shapes += [(box(x, y - 0.12 - 0.06 * n, 0.18, 0.020), (238, 234, 226)) for n in range(4)]
    return [*shapes, *worn_over(look, body, build)]


def worn_over(look: Look, body: Stance, build: Build) -> Shapes:
    """Apron, scarf and straps over the garment."""
    x, y = body.neck
    shapes: Shapes = []
    if look.apron is not None:
        low = max(0.30, body.pelvis[1] - 0.17)
        bib = smooth(
            [
                (x - 0.052, y - 0.09),
                (x + 0.060, y - 0.09),
                (x + 0.082, y - 0.24),
                (x + 0.096, low),
                (x - 0.088, low),
                (x - 0.076, y - 0.24),
            ],
            5,
        )
        strings = [
            (limb((x - 0.045, y - 0.10), (x - 0.040, y + 0.005), 0.006, 0.006), darker(look.apron, 0.85)),
            (limb((x + 0.052, y - 0.10), (x + 0.042, y + 0.005), 0.006, 0.006), darker(look.apron, 0.85)),
        ]
        shapes += [
            *strings,
            (bib, look.apron),
            (box(x + 0.004, body.pelvis[1] + 0.085, 0.17, 0.012), darker(look.apron, 0.8)),
            (box(x + 0.01, body.pelvis[1] - 0.02, 0.075, 0.05), darker(look.apron, 0.92)),
        ]
    if look.scarf is not None:
        shapes += [(moved(curve("-66 2 -50 34 0 22 50 34 66 2 40 -22 0 -32 -40 -22"), x, y, scale=build.trunk), look.scarf),
                   (moved(curve("14 -18 44 -20 52 -150 18 -156"), x, y, scale=build.trunk), darker(look.scarf, 0.86))]  # fmt: skip
    if "bag" in look.carries:
        strap = darker((120, 86, 60), 0.8)
        shapes += [
            (limb((x - 0.070, y - 0.01), (x - 0.066, y - 0.21), 0.011, 0.011), strap),
            (limb((x + 0.074, y - 0.01), (x + 0.070, y - 0.21), 0.011, 0.011), strap),
        ]
    return shapes


def back_details(look: Look, body: Stance, build: Build) -> Shapes:
    """Seams, straps and bags seen from behind."""
    x, y = body.neck
    shapes: Shapes = [(moved(curve("-50 14 0 34 50 14 34 -10 0 -2 -34 -10"), x, y, scale=build.trunk), darker(look.coat, 0.86))]
    if look.cut in {"coat", "suit"}:
        shapes.append(
            (
                outline(
                    (x - 0.003, body.pelvis[1] + 0.01), (x + 0.003, body.pelvis[1] + 0.01), (x + 0.008, 0.34), (x - 0.006, 0.34)
                ),
                darker(look.coat, 0.74),
            )
        )
    if look.apron is not None:
        shapes.append((box(x, body.pelvis[1] + 0.085, 0.17, 0.014), darker(look.apron, 0.9)))
    if "bag" in look.carries or look.cut == "spacesuit":
        bag = (206, 208, 208) if look.cut == "spacesuit" else (134, 96, 66)
        shapes += [
            (
                smooth(
                    [
                        (x - 0.085, y - 0.02),
                        (x + 0.085, y - 0.02),
                        (x + 0.10, y - 0.20),
                        (x + 0.085, y - 0.33),
                        (x - 0.085, y - 0.33),
                        (x - 0.10, y - 0.20),
                    ],
                    5,
                ),
                bag,
            ),
            (box(x, y - 0.29, 0.11, 0.10), darker(bag, 0.84)),
        ]
    if look.scarf is not None:
        shapes.append((moved(curve("-62 0 -48 34 48 34 62 0 0 -16"), x, y, scale=build.trunk), look.scarf))
    return shapes
