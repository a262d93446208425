import pytest

from .films import IVO, WAN_NEGATIVE, codes, compile_shot


def negative(default: str, shot: str | None = None, **project: object) -> str:
    return compile_shot({"prompt": "x", "negative_prompt": shot}, options={"default_negative": default}, **project).negative_prompt


def test_the_makers_text_is_sent_letter_by_letter() -> None:
    assert negative(WAN_NEGATIVE) == WAN_NEGATIVE
    assert WAN_NEGATIVE.count("static") == 2


def test_own_items_are_appended_once() -> None:
    assert negative("blur, noise.", "Rain,  fog , BLUR", negative_prompt="rain, text,,") == "blur, noise, rain, text, fog"


def test_replace_sends_the_storyboards_words_only() -> None:
    assert negative("blur", "fog, rain", negative_prompt="rain, rain", negative_mode="replace") == "rain, fog"
    assert negative("blur", "fog", negative_mode="replace") == "fog"
    assert negative("blur", negative_mode="replace") == ""


def test_names_are_replaced_here_too() -> None:
    assert negative("", "hands of Ivo", characters={"k": IVO}) == "hands of the old man"


def test_fullwidth_commas_separate_items() -> None:
    assert negative("静态，风格", "风格，雨") == "静态，风格, 雨"


@pytest.mark.parametrize(
    ("shot", "project", "word", "forbidden"),
    [
        ({}, {"style": "loose watercolour"}, "watercolour", '"paintings"'),
        ({"prompt": "A museum of oil paintings"}, {}, "paintings", '"works"'),
        ({"camera": {"movement": "static"}}, {}, "camera.movement: static", '"still picture"'),
        ({"prompt": "The guard is standing still"}, {}, "standing still", '"static"'),
        ({"prompt": "A crowd cheers"}, {}, "crowd", '"many people in the background"'),
        ({"prompt": "She walks backwards"}, {}, "walks backwards", '"walking backwards"'),
        ({}, {"style": "vivid neon colours"}, "vivid neon colours", '"Bright tones"'),
        ({}, {"style": "black-and-white film"}, "black-and-white", '"overall gray"'),
        ({"prompt": "A title card"}, {}, "title card", '"subtitles"'),
        ({"prompt": "A messy kitchen"}, {}, "messy", '"messy background"'),
        ({"prompt": "soft focus on hands"}, {}, "soft focus", '"blurred details"'),
        ({"prompt": "a three-legged dog"}, {}, "three-legged", '"three legs"'),
    ],
)
def test_wishes_that_the_negative_prompt_fights(
    shot: dict[str, object], project: dict[str, str], word: str, forbidden: str
) -> None:
    (warning,) = compile_shot({"prompt": "x"} | shot, **project).warnings
    assert warning.code == "negative-conflict"
    assert f'("{word}")' in warning.what
    assert forbidden in warning.what
    assert '"negative_mode": "replace"' in warning.fix
    assert not compile_shot({"prompt": "x"} | shot, negative_prompt="noise", negative_mode="replace", **project).warnings


def test_chinese_negative_prompts_are_understood() -> None:
    prompts = compile_shot({"prompt": "A crowd"}, options={"default_negative": "静态，背景人很多"})
    assert codes(prompts.warnings) == ["negative-conflict"]


@pytest.mark.parametrize("prompt", ["A sunny street, hairstyles on display", "He walks back home", "Bright eyes", "Rain falls"])
def test_ordinary_words_do_not_warn(prompt: str) -> None:
    assert not compile_shot({"prompt": prompt}).warnings


def test_own_negative_words_that_stand_in_the_prompt() -> None:
    prompts = compile_shot({"prompt": "Heavy Rain falls on the train", "negative_prompt": "rain, rai"})
    (warning,) = prompts.warnings
    assert '"rain"' in warning.what


def test_style_counts_even_where_only_changes_are_sent() -> None:
    prompts = compile_shot({"prompt": "x", "continuity": {"image": "a.png"}}, style="a watercolour")
    assert codes(prompts.warnings) == ["negative-conflict"]
