"""Camera fields in words that a text encoder knows."""

from __future__ import annotations

from collections.abc import Mapping

from storyvid.storyboard.schema import Camera
from storyvid.storyboard.vocabulary import SIZE_WORDS

FRAMING_WORDS: Mapping[str, str] = {
    "single": "single-person shot",
    "two_shot": "two-shot",
    "group": "group shot",
    "ots": "over-the-shoulder shot",
    "pov": "point-of-view shot",
    "insert": "insert shot of a detail",
    "establishing": "establishing shot",
}

ANGLE_WORDS: Mapping[str, str] = {
    "eye_level": "eye-level shot",
    "low": "low-angle shot",
    "high": "high-angle shot",
    "overhead": "overhead shot",
    "worm_eye": "ground-level shot looking up",
    "dutch": "Dutch-angle shot",
    "aerial": "aerial shot",
    "shoulder": "shoulder-level shot",
    "hip": "hip-level shot",
    "knee": "knee-level shot",
}

DEPTH_WORDS: Mapping[str, str] = {"shallow": "shallow depth of field", "deep": "deep focus"}
LENS_TYPE_WORDS: Mapping[str, str] = {"anamorphic": "anamorphic lens", "macro": "macro lens", "fisheye": "fisheye lens"}

# What follows "The camera …"; the speed goes in between.
MOVEMENT_WORDS: Mapping[str, str] = {
    "static": "holds a fixed position",
    "pan_left": "pans left",
    "pan_right": "pans right",
    "tilt_up": "tilts up",
    "tilt_down": "tilts down",
    "dolly_in": "pushes in",
    "dolly_out": "pulls back",
    "truck_left": "moves sideways to the left",
    "truck_right": "moves sideways to the right",
    "pedestal_up": "rises straight up",
    "pedestal_down": "sinks straight down",
    "crane_up": "cranes up",
    "crane_down": "cranes down",
    "zoom_in": "zooms in",
    "zoom_out": "zooms out",
    "track": "follows the subject",
    "arc": "circles around the subject",
    "handheld": "moves handheld with a slight shake",
    "steadicam": "glides smoothly along with the subject",
    "whip_pan": "whips sideways in a blur",
    "rack_focus": "shifts focus",
    "roll": "rolls around its axis",
    "drone": "flies over the scene",
}

SPEED_WORDS: Mapping[str, str] = {"slow": "slowly", "medium": "steadily", "fast": "quickly"}

# The camera stays where it stands, so an angle goes with them.
STANDING_MOVEMENTS = frozenset({"static", "handheld", "rack_focus"})


def moves(camera: Camera) -> bool:
    """Whether the camera changes its place or direction during the shot."""
    return camera.movement is not None and camera.movement not in STANDING_MOVEMENTS


def describe_movement(camera: Camera) -> str:
    """The camera move as a clause, such as ``The camera slowly pushes in``; empty when none is named."""
    if camera.movement is None:
        return ""
    speed = SPEED_WORDS[camera.speed] if camera.speed and camera.movement != "static" else ""
    return " ".join(word for word in ("The camera", speed, MOVEMENT_WORDS[camera.movement]) if word)


def describe_lens(camera: Camera) -> dict[str, str]:
    """Field -> words for what the lens does, in reading order; only what the shot names."""
    return {
        "lens": f"{camera.lens} mm lens" if camera.lens else "",
        "lens_type": LENS_TYPE_WORDS[camera.lens_type] if camera.lens_type else "",
        "depth_of_field": DEPTH_WORDS[camera.depth_of_field] if camera.depth_of_field else "",
    }


def describe_view(camera: Camera) -> dict[str, str]:
    """Field -> words for size, framing, angle and lens, in reading order; only what the shot names."""
    view = {
        "size": SIZE_WORDS[camera.size] if camera.size else "",
        "framing": FRAMING_WORDS[camera.framing] if camera.framing else "",
        "angle": ANGLE_WORDS[camera.angle] if camera.angle else "",
    } | describe_lens(camera)
    return {f"camera.{field}": words for field, words in view.items() if words}
