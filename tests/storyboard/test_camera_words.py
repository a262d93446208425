from typing import Any

import pytest

from storyvid.storyboard.camera_words import moves_in, read_camera

SENTENCES: dict[str, dict[str, Any]] = {
    "slow push-in, medium-wide shot with a 35mm lens at eye level": {
        "speed": "slow",
        "movement": "dolly_in",
        "size": "mls",
        "lens": 35,
        "angle": "eye_level",
    },
    "extreme wide, aerial, slow pan right": {"size": "els", "angle": "aerial", "speed": "slow", "movement": "pan_right"},
    "Low-angle medium shot with a 28mm lens from table height": {
        "angle": "low",
        "size": "ms",
        "lens": 28,
        "text": "from table height",
    },
    "Medium Close-Up": {"size": "mcu"},
    "bird's-eye view": {"angle": "overhead"},
    "The camera pans to the left": {"movement": "pan_left"},
    "over-the-shoulder shot": {"framing": "ots"},
    "two-shot": {"framing": "two_shot"},
    "establishing shot": {"framing": "establishing", "size": "els"},
    "close-up, shallow depth of field, anamorphic": {"size": "cu", "depth_of_field": "shallow", "lens_type": "anamorphic"},
    "locked-off": {"movement": "static"},
    "24-70mm lens": {"text": "24-70mm"},
    "35mm film look": {"text": "35mm film look"},
    "slow motion dolly in": {"movement": "dolly_in", "text": "slow motion"},
    "handheld, close on her hands": {"movement": "handheld", "text": "close on her hands"},
    "down a long street": {"text": "down a long street"},
    "beautiful": {"text": "beautiful"},
    "wide": {"size": "ls"},
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentence(sentence: str) -> None:
    found = read_camera(sentence)
    assert found.fields == SENTENCES[sentence]
    assert not found.doubts


@pytest.mark.parametrize(
    ("sentence", "fields", "doubt"),
    [
        ("pan up", {"movement": "tilt_up"}, "is called tilt_up"),
        ("tracking in", {"movement": "dolly_in"}, "is called dolly_in"),
        ("pan", {"movement": "pan_right"}, "no direction"),
        (
            "pan left, then zoom in",
            {"movement": "pan_left", "text": "pan left, then zoom in"},
            "several camera moves; pan_left is taken",
        ),
        ("24mm, then 50mm", {"lens": 24, "text": "24mm, then 50mm"}, "several lenses"),
    ],
)
def test_doubts_are_told(sentence: str, fields: dict[str, Any], doubt: str) -> None:
    found = read_camera(sentence)
    assert found.fields == fields
    assert len(found.doubts) == 1
    assert doubt in found.doubts[0]


def test_moves_in_a_sentence() -> None:
    assert moves_in("The camera tilts down and pans left, tilting down, locked-off") == ("tilt_down", "pan_left")
    assert moves_in("A man walks along the beach") == ()
