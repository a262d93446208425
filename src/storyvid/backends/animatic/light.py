"""Palettes: the few colours that one time of day and one weather leave in a picture.

A colour starts as the thing's own (albedo), takes the light's tint, is drawn towards the palette's key tone so that all
things belong together, and fades into haze with distance (atmospheric perspective). RGB, 0 to 255.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

Colour = tuple[float, float, float]

UNITY = 0.15  # how far every background colour is drawn towards the key tone
SUBJECT_LIGHT = 0.58  # exponent on the light's factors: below one lifts the dark ones
SUBJECT_UNITY = 0.05  # the subject keeps more of its own colour, so that it reads
MAX_HAZE = 0.84
LUMA = (0.299, 0.587, 0.114)
PAPER: Colour = (250, 246, 238)
SILHOUETTE = 0.30  # of the key tone, the colour of a dark shape


@dataclass(frozen=True)
class Palette:
    """Colours of one light.

    Attributes:
        zenith: Sky at the top.
        middle: Sky half way.
        horizon: Sky where it meets the land.
        haze: What distance fades into.
        light: Tint of the key light, factors per channel.
        tone: The picture's key tone.
        disc: Colour of the sun or moon; None when it is hidden.
        disc_place: Azimuth (tangent, from the middle) and elevation (tangent) of the disc.
        glow: Strength of the glow around the disc, 0 to 1.
        stars: Whether stars are out.
        lamps: Whether windows and lamps are lit.
        clouds: Colour of clouds, light side.
        haze_m: Distance at which haze takes half of its full strength, metres.
        max_haze: Most that haze may cover.
        saturation: Of every colour, 1 leaves it.
        lift: How far every colour is drawn towards white.
        subject_light: Tint of the light on the subject alone.
        silhouette: How far the subject is drawn towards a dark shape.
        rim: Colour of a line of light along the subject's edge, or None.
    """

    zenith: Colour
    middle: Colour
    horizon: Colour
    haze: Colour
    light: Colour
    tone: Colour
    clouds: Colour
    disc: Colour | None
    disc_place: tuple[float, float]
    glow: float
    stars: bool = False
    lamps: bool = False
    haze_m: float = 150.0
    max_haze: float = MAX_HAZE
    saturation: float = 1.0
    lift: float = 0.0
    subject_light: Colour = (1.0, 1.0, 1.0)
    silhouette: float = 0.0
    rim: Colour | None = None

    def shade(self, albedo: Colour, distance_m: float = 0.0, unity: float = UNITY) -> Colour:
        """The colour a thing shows at a distance behind the subject.

        Args:
            albedo: Its own colour.
            distance_m: Metres; things nearer than the subject count as 0.
            unity: How far the colour is drawn towards the key tone, 0 to 1.
        """
        lit = (albedo[0] * self.light[0], albedo[1] * self.light[1], albedo[2] * self.light[2])
        toned = mix(lit, self.tone, unity)
        distance = max(0.0, distance_m)
        return mix(self.graded(toned), self.haze, self.max_haze * distance / (distance + self.haze_m))

    def shade_subject(self, albedo: Colour) -> Colour:
        """The colour of a subject: lit more kindly than the background and only slightly toned, so that it reads at night too."""
        kind = tuple(min(1.06, factor**SUBJECT_LIGHT) for factor in self.light)
        key = self.subject_light
        lit = (albedo[0] * kind[0] * key[0], albedo[1] * kind[1] * key[1], albedo[2] * kind[2] * key[2])
        shown = self.graded(mix(lit, self.tone, SUBJECT_UNITY))
        return mix(shown, darker(self.tone, SILHOUETTE), self.silhouette) if self.silhouette else shown

    def graded(self, colour: Colour) -> Colour:
        """The colour as saturated and as light as the look has it."""
        if self.saturation == 1.0 and not self.lift:
            return colour
        grey = LUMA[0] * colour[0] + LUMA[1] * colour[1] + LUMA[2] * colour[2]
        return mix(mix((grey, grey, grey), colour, self.saturation), PAPER, self.lift)


def mix(a: Colour, b: Colour, amount: float) -> Colour:
    """The colour ``amount`` of the way from ``a`` to ``b``."""
    return (a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount, a[2] + (b[2] - a[2]) * amount)


def darker(colour: Colour, factor: float) -> Colour:
    """The colour times a factor."""
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)


PALETTES: Mapping[str, Palette] = {
    "dawn": Palette(
        zenith=(112, 140, 186), middle=(206, 182, 196), horizon=(255, 214, 180), haze=(240, 204, 190), light=(0.96, 0.86, 0.86),
        tone=(150, 122, 140), clouds=(255, 226, 208), disc=(255, 238, 206), disc_place=(-0.42, 0.08), glow=0.75,
    ),
    "day": Palette(
        zenith=(50, 130, 204), middle=(122, 190, 230), horizon=(232, 244, 232), haze=(196, 226, 236), light=(1.08, 1.06, 0.96),
        tone=(160, 172, 112), clouds=(252, 253, 250), disc=(255, 252, 228), disc_place=(0.50, 0.50), glow=0.45,
    ),
    "golden": Palette(
        zenith=(88, 104, 148), middle=(238, 158, 104), horizon=(255, 216, 132), haze=(250, 186, 116), light=(1.04, 0.80, 0.58),
        tone=(158, 84, 62), clouds=(255, 204, 140), disc=(255, 244, 196), disc_place=(0.34, 0.10), glow=1.0,
        rim=(255, 226, 158),
    ),
    "dusk": Palette(
        zenith=(34, 40, 88), middle=(112, 76, 128), horizon=(240, 138, 110), haze=(136, 90, 126), light=(0.60, 0.52, 0.68),
        tone=(58, 44, 88), clouds=(196, 110, 124), disc=None, disc_place=(0.30, -0.03), glow=0.55, stars=True, lamps=True,
    ),
    "night": Palette(
        zenith=(9, 15, 38), middle=(20, 36, 74), horizon=(52, 80, 122), haze=(40, 62, 102), light=(0.32, 0.42, 0.62),
        tone=(18, 30, 62), clouds=(44, 62, 100), disc=(238, 240, 226), disc_place=(-0.36, 0.42), glow=0.40, stars=True, lamps=True,
        rim=(104, 132, 186),
    ),
    "blue_hour": Palette(
        zenith=(16, 34, 86), middle=(50, 86, 150), horizon=(176, 178, 200), haze=(84, 110, 158), light=(0.50, 0.60, 0.84),
        tone=(30, 48, 96), clouds=(116, 130, 176), disc=None, disc_place=(-0.30, -0.03), glow=0.45, stars=True, lamps=True,
    ),
    "moonlight": Palette(
        zenith=(14, 24, 56), middle=(34, 58, 104), horizon=(104, 136, 176), haze=(70, 98, 142), light=(0.46, 0.58, 0.78),
        tone=(28, 46, 84), clouds=(92, 116, 158), disc=(246, 248, 240), disc_place=(-0.34, 0.34), glow=0.75, stars=True, lamps=True,
        rim=(186, 208, 240),
    ),
    "neon": Palette(
        zenith=(14, 10, 36), middle=(44, 20, 72), horizon=(150, 52, 132), haze=(82, 36, 108), light=(0.50, 0.42, 0.72),
        tone=(38, 18, 66), clouds=(90, 44, 110), disc=None, disc_place=(0.32, 0.10), glow=0.55, stars=False, lamps=True,
        subject_light=(1.06, 0.92, 1.10), rim=(255, 84, 196),
    ),
    "firelight": Palette(
        zenith=(10, 12, 28), middle=(22, 22, 46), horizon=(64, 46, 58), haze=(50, 38, 50), light=(0.66, 0.44, 0.30),
        tone=(48, 24, 20), clouds=(52, 42, 56), disc=None, disc_place=(0.30, 0.02), glow=0.0, stars=True, lamps=True,
        subject_light=(1.04, 1.06, 1.04), rim=(255, 176, 92),
    ),
    "overcast": Palette(
        zenith=(142, 156, 168), middle=(176, 187, 194), horizon=(212, 217, 216), haze=(192, 200, 204), light=(0.82, 0.86, 0.88),
        tone=(118, 128, 134), clouds=(198, 205, 208), disc=None, disc_place=(0.2, 0.5), glow=0.0,
    ),
}  # fmt: skip


def palette_for(time: str, weather: str) -> Palette:
    """The palette of a time of day under a weather.

    Args:
        time: A key of `PALETTES`.
        weather: One of `weather.WEATHERS`.
    """
    palette = PALETTES[time]
    if weather in {"rain", "storm"}:
        return _veiled(
            palette, (104, 116, 128), 0.55 if weather == "rain" else 0.72, level=0.88 if weather == "rain" else 0.7, haze_m=60
        )
    if weather == "snow":
        return _veiled(palette, (214, 222, 230), 0.42, level=0.97, haze_m=55)
    if weather == "dust":
        return replace(_veiled(palette, (216, 172, 116), 0.62, level=0.94, haze_m=16), max_haze=0.95)
    if weather == "fog":
        return replace(_veiled(palette, (206, 210, 210), 0.40, level=0.96, haze_m=11), max_haze=0.97)
    return palette


def under_lamps(palette: Palette, tint: Colour) -> Palette:
    """The palette for a cast that stands under a room's own light.

    Args:
        palette: Of the hour outside.
        tint: The room's light, factors per channel.
    """
    if not palette.lamps:
        return replace(palette, light=tint)
    return replace(palette, light=tint, tone=mix(palette.tone, (120, 78, 50), 0.6), rim=(255, 206, 140) if palette.rim else None)


def _veiled(palette: Palette, veil: Colour, amount: float, level: float, haze_m: float) -> Palette:
    """The palette behind a veil of cloud: greyer, dimmer, without a sun, haze nearer."""
    brightness = sum(palette.horizon) / (3 * 220)
    level = 1 - (1 - level) * (0.4 if palette.lamps else 1.0)  # what is dark already stays readable

    def under(colour: Colour) -> Colour:
        return darker(mix(colour, darker(veil, min(1.0, brightness)), amount), level)

    light = tuple(level * (factor + (sum(palette.light) / 3 - factor) * amount) for factor in palette.light)
    return replace(
        palette, zenith=under(palette.zenith), middle=under(palette.middle), horizon=under(palette.horizon),
        haze=under(palette.haze),
        clouds=under(palette.clouds), light=(light[0], light[1], light[2]), tone=under(palette.tone), disc=None,
        glow=palette.glow * 0.3, stars=False, haze_m=haze_m, rim=palette.rim if palette.lamps else None,
    )  # fmt: skip
