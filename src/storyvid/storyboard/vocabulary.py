"""The words of film making that a storyboard may use: one canonical id each, and the spellings people write.

Ids and aliases follow the usual shot lists (StudioBinder and others), Wan 2.2's own prompt vocabulary
(``wan/utils/system_prompt.py``) and FFmpeg's names for transitions. `lookup` is the only way in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, get_args

ShotSize = Literal["ecu", "cu", "mcu", "ms", "mls", "fs", "ls", "els"]
Angle = Literal["eye_level", "low", "high", "overhead", "worm_eye", "dutch", "aerial", "shoulder", "hip", "knee"]
Movement = Literal[
    "static",
    "pan_left",
    "pan_right",
    "tilt_up",
    "tilt_down",
    "dolly_in",
    "dolly_out",
    "truck_left",
    "truck_right",
    "pedestal_up",
    "pedestal_down",
    "crane_up",
    "crane_down",
    "zoom_in",
    "zoom_out",
    "track",
    "arc",
    "handheld",
    "steadicam",
    "whip_pan",
    "rack_focus",
    "roll",
    "drone",
]
Framing = Literal["single", "two_shot", "group", "ots", "pov", "insert", "establishing"]
Speed = Literal["slow", "medium", "fast"]
DepthOfField = Literal["shallow", "deep"]
LensType = Literal["anamorphic", "macro", "fisheye"]

SHOT_SIZES: tuple[str, ...] = get_args(ShotSize)
ANGLES: tuple[str, ...] = get_args(Angle)
MOVEMENTS: tuple[str, ...] = get_args(Movement)
FRAMINGS: tuple[str, ...] = get_args(Framing)
SPEEDS: tuple[str, ...] = get_args(Speed)

# Words a text encoder knows, used by every prompt template.
SIZE_WORDS: Mapping[str, str] = {
    "ecu": "extreme close-up shot",
    "cu": "close-up shot",
    "mcu": "medium close-up shot",
    "ms": "medium shot",
    "mls": "medium wide shot",
    "fs": "full shot",
    "ls": "wide shot",
    "els": "extreme wide shot",
}

SIZE_ALIASES: Mapping[str, str] = {
    "extreme close up": "ecu",
    "extreme closeup": "ecu",
    "xcu": "ecu",
    "bcu": "ecu",
    "big close up": "ecu",
    "macro": "ecu",
    "detail": "ecu",
    "close up": "cu",
    "closeup": "cu",
    "close": "cu",
    "medium close up": "mcu",
    "medium closeup": "mcu",
    "head and shoulders": "mcu",
    "medium": "ms",
    "mid": "ms",
    "waist": "ms",
    "medium long": "mls",
    "medium wide": "mls",
    "mws": "mls",
    "cowboy": "mls",
    "american": "mls",
    "3/4": "mls",
    "three quarter": "mls",
    "full": "fs",
    "full body": "fs",
    "long": "ls",
    "wide": "ls",
    "ws": "ls",
    "extreme long": "els",
    "extreme wide": "els",
    "ews": "els",
    "xls": "els",
    "very wide": "els",
    "vista": "els",
    "establishing": "els",
}

ANGLE_ALIASES: Mapping[str, str] = {
    "eye level": "eye_level",
    "eyelevel": "eye_level",
    "straight on": "eye_level",
    "neutral": "eye_level",
    "low angle": "low",
    "from below": "low",
    "high angle": "high",
    "from above": "high",
    "overhead angle": "overhead",
    "bird s eye": "overhead",
    "birds eye": "overhead",
    "bird's eye": "overhead",
    "bird's eye view": "overhead",
    "birds eye view": "overhead",
    "top down": "overhead",
    "top": "overhead",
    "god s eye": "overhead",
    "worm's eye": "worm_eye",
    "worms eye": "worm_eye",
    "worm eye": "worm_eye",
    "ground": "worm_eye",
    "ground level": "worm_eye",
    "dutch angle": "dutch",
    "canted": "dutch",
    "tilted": "dutch",
    "oblique": "dutch",
    "aerial view": "aerial",
    "drone view": "aerial",
    "shoulder level": "shoulder",
    "hip level": "hip",
    "knee level": "knee",
}

MOVEMENT_ALIASES: Mapping[str, str] = {
    "locked off": "static",
    "locked": "static",
    "lock off": "static",
    "fixed": "static",
    "tripod": "static",
    "still": "static",
    "none": "static",
    "no movement": "static",
    "pan": "pan_right",
    "push in": "dolly_in",
    "push": "dolly_in",
    "dolly forward": "dolly_in",
    "dolly": "dolly_in",
    "pull out": "dolly_out",
    "pull back": "dolly_out",
    "dolly back": "dolly_out",
    "dolly backward": "dolly_out",
    "truck": "truck_right",
    "lateral": "truck_right",
    "slide left": "truck_left",
    "slide right": "truck_right",
    "slide": "truck_right",
    "crab left": "truck_left",
    "crab right": "truck_right",
    "crab": "truck_right",
    "dolly left": "truck_left",
    "dolly right": "truck_right",
    "boom up": "pedestal_up",
    "boom down": "pedestal_down",
    "pedestal": "pedestal_up",
    "crane": "crane_up",
    "jib up": "crane_up",
    "jib down": "crane_down",
    "jib": "crane_up",
    "zoom": "zoom_in",
    "tracking": "track",
    "tracking shot": "track",
    "follow": "track",
    "following": "track",
    "orbit": "arc",
    "orbiting": "arc",
    "circle": "arc",
    "hand held": "handheld",
    "shaky": "handheld",
    "gimbal": "steadicam",
    "smooth follow": "steadicam",
    "whip": "whip_pan",
    "swish pan": "whip_pan",
    "focus pull": "rack_focus",
    "pull focus": "rack_focus",
    "rolling": "roll",
    "flyover": "drone",
    "fly over": "drone",
    "flythrough": "drone",
    "tilt": "tilt_up",
}

# Often mixed up: the words say one thing, the picture meant is another. Always told with a warning.
MOVEMENT_MIXUPS: Mapping[str, str] = {
    "pan up": "tilt_up",
    "pan down": "tilt_down",
    "tilt left": "pan_left",
    "tilt right": "pan_right",
    "tracking in": "dolly_in",
    "track in": "dolly_in",
    "tracking out": "dolly_out",
    "track out": "dolly_out",
    "track left": "truck_left",
    "track right": "truck_right",
}

# A bare word that names the kind of move but not its direction.
MOVEMENT_UNDIRECTED = frozenset({"pan", "truck", "slide", "crab", "lateral", "pedestal", "crane", "jib", "zoom", "dolly", "tilt"})

FRAMING_ALIASES: Mapping[str, str] = {
    "one": "single",
    "two": "two_shot",
    "2": "two_shot",
    "two person": "two_shot",
    "over the shoulder": "ots",
    "over shoulder": "ots",
    "point of view": "pov",
    "first person": "pov",
    "subjective": "pov",
    "cut in": "insert",
    "cutaway": "insert",
    "establishing": "establishing",
    "crowd": "group",
}

SPEED_ALIASES: Mapping[str, str] = {
    "slowly": "slow",
    "gentle": "slow",
    "gently": "slow",
    "subtle": "slow",
    "normal": "medium",
    "moderate": "medium",
    "quick": "fast",
    "quickly": "fast",
    "rapid": "fast",
    "rapidly": "fast",
}

# Canonical id -> FFmpeg xfade name. Cuts and film fades are made without xfade.
XFADE_OF: Mapping[str, str] = {
    "dissolve": "fade",
    "dip_to_black": "fadeblack",
    "dip_to_white": "fadewhite",
    "wipe_left": "wipeleft",
    "wipe_right": "wiperight",
    "wipe_up": "wipeup",
    "wipe_down": "wipedown",
    "slide_left": "slideleft",
    "slide_right": "slideright",
    "slide_up": "slideup",
    "slide_down": "slidedown",
    "smooth_left": "smoothleft",
    "smooth_right": "smoothright",
    "smooth_up": "smoothup",
    "smooth_down": "smoothdown",
    "cover_left": "coverleft",
    "cover_right": "coverright",
    "cover_up": "coverup",
    "cover_down": "coverdown",
    "reveal_left": "revealleft",
    "reveal_right": "revealright",
    "reveal_up": "revealup",
    "reveal_down": "revealdown",
    "iris_in": "circleclose",
    "iris_out": "circleopen",
}

# Joins whose picture is a plain cut; l_cut and j_cut move the sound only.
CUT_TRANSITIONS: tuple[str, ...] = ("cut", "match_cut", "jump_cut", "smash_cut", "l_cut", "j_cut")
FADE_TRANSITIONS: tuple[str, ...] = ("fade_in", "fade_out")
TRANSITIONS: tuple[str, ...] = (*CUT_TRANSITIONS, *FADE_TRANSITIONS, *XFADE_OF)

# FFmpeg's own names (`ffmpeg -h filter=xfade`, 7.1) for the escape hatch `xfade:<name>`; `custom` needs an expression.
# fmt: off
XFADE_NAMES: tuple[str, ...] = (
    "fade", "fadeblack", "fadewhite", "fadegrays", "fadefast", "fadeslow", "dissolve", "pixelize", "wipeleft", "wiperight",
    "wipeup", "wipedown", "wipetl", "wipetr", "wipebl", "wipebr", "slideleft", "slideright", "slideup", "slidedown",
    "smoothleft", "smoothright", "smoothup", "smoothdown", "circleopen", "circleclose", "circlecrop", "rectcrop", "distance",
    "radial", "horzopen", "horzclose", "vertopen", "vertclose", "diagtl", "diagtr", "diagbl", "diagbr", "hlslice", "hrslice",
    "vuslice", "vdslice", "hblur", "squeezeh", "squeezev", "zoomin", "hlwind", "hrwind", "vuwind", "vdwind", "coverleft",
    "coverright", "coverup", "coverdown", "revealleft", "revealright", "revealup", "revealdown",
)
# fmt: on

TRANSITION_ALIASES: Mapping[str, str] = {
    "hard cut": "cut",
    "straight cut": "cut",
    "cut to": "cut",
    "none": "cut",
    "cross dissolve": "dissolve",
    "crossdissolve": "dissolve",
    "crossfade": "dissolve",
    "cross fade": "dissolve",
    "fade": "dissolve",
    "mix": "dissolve",
    "lap dissolve": "dissolve",
    "dissolve to": "dissolve",
    "fade up": "fade_in",
    "fade from black": "fade_in",
    "fade to black": "fade_out",
    "fade through black": "dip_to_black",
    "dip black": "dip_to_black",
    "flash": "dip_to_white",
    "fade through white": "dip_to_white",
    "fade to white": "dip_to_white",
    "wipe": "wipe_left",
    "slide": "slide_left",
    "iris": "iris_in",
    "circle close": "iris_in",
    "circle open": "iris_out",
    "l cut": "l_cut",
    "j cut": "j_cut",
}


def fold(text: str) -> str:
    """A spelling with case, punctuation and the word "shot" taken out, ready to be looked up.

    ``"MEDIUM_SHOT"``, ``"medium-shot"`` and ``"Medium Shot"`` all become ``"medium"``.
    """
    words = re.sub(r"[\s_\-–—.:]+", " ", text.casefold().replace("’", "'")).strip()
    return re.sub(r"\s*\bshot\b\s*$", "", words).strip() or words


def lookup(text: str, ids: tuple[str, ...], aliases: Mapping[str, str]) -> str | None:
    """The canonical id that a spelling means, or None.

    Args:
        text: What the storyboard says.
        ids: The canonical ids of the vocabulary.
        aliases: Folded spelling to canonical id.
    """
    if text in ids:
        return text
    folded = fold(text)
    by_fold = {fold(word): word for word in ids}
    return by_fold.get(folded) or aliases.get(folded)
