from typing import get_args

import pytest

from storyvid.prompts.camera import ANGLE_WORDS, DEPTH_WORDS, FRAMING_WORDS, LENS_TYPE_WORDS, MOVEMENT_WORDS, SPEED_WORDS
from storyvid.storyboard import vocabulary
from storyvid.storyboard.vocabulary import ANGLES, FRAMINGS, MOVEMENTS, SPEEDS

from .films import codes, compile_shot

EVERYTHING = {
    "prompt": "A dog runs",
    "characters": ["a boy"],
    "location": "a beach",
    "time_of_day": "dusk",
    "weather": "fog",
    "lighting": "rim light",
    "camera": {"size": "ms", "movement": "dolly_in", "speed": "slow", "text": "tilted horizon"},
}


def test_every_word_of_the_vocabulary_has_words() -> None:
    assert set(ANGLE_WORDS) == set(ANGLES)
    assert set(MOVEMENT_WORDS) == set(MOVEMENTS)
    assert set(FRAMING_WORDS) == set(FRAMINGS)
    assert set(SPEED_WORDS) == set(SPEEDS)
    assert set(DEPTH_WORDS) == set(get_args(vocabulary.DepthOfField))
    assert set(LENS_TYPE_WORDS) == set(get_args(vocabulary.LensType))


def test_wan_puts_style_first_and_movement_last() -> None:
    assert compile_shot(EVERYTHING, "wan", style="grainy film").prompt == (
        "Grainy film. Medium shot, rim light. A boy. A beach. Dusk, fog. A dog runs. The camera slowly pushes in. Tilted horizon."
    )


def test_ltx_puts_action_first_and_colour_last() -> None:
    assert compile_shot(EVERYTHING | {"mood": "tense"}, "ltx", style="grainy film").prompt == (
        "A dog runs. A boy. A beach. Dusk, fog. Medium shot. The camera slowly pushes in. Tilted horizon. Rim light. "
        "The mood is tense. Grainy film."
    )


def test_svd_reads_no_text_and_says_so() -> None:
    prompts = compile_shot(EVERYTHING | {"negative_prompt": "rain"}, "svd", {"default_negative": "blur", "prompt_tokens": 1})
    assert (prompts.prompt, prompts.opening_prompt, prompts.continuation_prompt, prompts.negative_prompt) == ("", "", "", "")
    assert "A dog runs" in prompts.first_frame_prompt
    assert codes(prompts.warnings) == ["no-text"]
    assert not prompts.errors


@pytest.mark.parametrize(("movement", "kept"), [("arc", False), ("static", True), ("handheld", True), (None, True)])
def test_wan_leaves_the_angle_out_beside_a_move(movement: str | None, kept: bool) -> None:
    prompts = compile_shot({"prompt": "x", "camera": {"angle": "low", "movement": movement}}, "wan", {"default_negative": ""})
    assert ("low-angle shot" in prompts.prompt.casefold()) is kept
    assert codes(prompts.warnings) == ([] if kept else ["angle-left-out"])
    assert "Low-angle shot" in compile_shot({"prompt": "x", "camera": {"angle": "low", "movement": movement}}, "ltx").prompt


def test_wan_takes_four_attributes_and_names_the_rest() -> None:
    camera = {"size": "cu", "framing": "ots", "angle": "low", "lens": 85, "lens_type": "anamorphic", "depth_of_field": "shallow"}
    prompts = compile_shot({"prompt": "x.", "camera": camera, "lighting": "rim light"})
    assert prompts.prompt == "Close-up shot, over-the-shoulder shot, low-angle shot, rim light. x."
    left_out = [problem.where for problem in prompts.warnings]
    assert left_out == [f'my.json, shot "S01", camera.{field}' for field in ("lens", "depth_of_field", "lens_type")]
    four = compile_shot(
        {"prompt": "x.", "camera": camera | {"lens": None, "lens_type": None, "depth_of_field": None}, "lighting": "rim light"}
    )
    assert not four.warnings


def test_wan_leaves_mood_out_aloud() -> None:
    prompts = compile_shot({"prompt": "x.", "mood": "lonely"})
    assert "lonely" not in prompts.prompt
    assert codes(prompts.warnings) == ["mood-left-out"]


def test_what_a_picture_opening_never_reads_is_not_warned_about() -> None:
    shot = {"prompt": "x.", "mood": "lonely", "camera": {"angle": "low", "movement": "arc"}, "continuity": {"image": "a.png"}}
    assert not compile_shot(shot).warnings


@pytest.mark.parametrize("movement", [None, "static"])
def test_speed_without_a_move_warns(movement: str | None) -> None:
    prompts = compile_shot({"prompt": "x.", "camera": {"movement": movement, "speed": "fast"}}, "ltx")
    assert "quick" not in prompts.prompt
    assert codes(prompts.warnings) == ["speed-without-move"]
