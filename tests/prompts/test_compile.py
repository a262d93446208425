from typing import Any

import pytest

from storyvid.prompts import ShotPrompts

from .films import IVO, LIGHTHOUSE, compile_film, compile_shot

FAMILIES = ("plain", "wan", "ltx", "svd")


def texts(prompts: ShotPrompts) -> str:
    return "\n".join(
        (prompts.prompt, prompts.opening_prompt, prompts.continuation_prompt, prompts.negative_prompt, prompts.first_frame_prompt)
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_words_for_people_never_reach_a_model(family: str) -> None:
    secret = "SECRET words"
    prompts = compile_shot(
        {
            "prompt": "Waves break.",
            "caption": secret,
            "dialogue": [{"speaker": "x", "text": secret}],
            "narration": secret,
            "sound": secret,
            "music": secret,
            "notes": secret,
            "scene": secret,
            "extra": {"a": secret},
        },
        family,
        title=secret,
        logline=secret,
        extra={"a": secret},
    )
    assert "SECRET" not in texts(prompts)
    assert "Waves break." in prompts.first_frame_prompt


@pytest.mark.parametrize("family", ["wan", "ltx"])
@pytest.mark.parametrize(
    "text", ["Pay ${price} and ???", "A 🚀 rises", "שלום עולם", "She says “go”!", "a_b {x} \\n 100 %", "Wait…", "Is it? (Yes.)"]
)
def test_user_text_stays_as_it_is(text: str, family: str) -> None:
    prompt = compile_shot({"prompt": text}, family).prompt
    assert prompt in (text, f"{text}.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  A\tb\n\nc ", "A b c."),
        ("Done!", "Done!"),
        ("One,", "One."),
        ("He waits...", "He waits..."),
        ("日が昇る", "日が昇る。"),
        ("هل؟", "هل؟"),
    ],
)
def test_sentences_end_once(text: str, expected: str) -> None:
    assert compile_shot({"prompt": text}).prompt == expected


def test_no_double_spaces_or_stops_between_parts() -> None:
    shot = {
        "prompt": "A dog runs. ",
        "location": "a beach.",
        "weather": "rain.",
        "time_of_day": "dusk,",
        "lighting": "soft,",
        "camera": {"size": "ms"},
    }
    for family in ("wan", "ltx"):
        prompt = compile_shot(shot, family, style="grainy.").prompt
        assert "  " not in prompt
        assert ".." not in prompt
        assert ",." not in prompt
        assert ".," not in prompt


def test_first_frame_stands_in_for_an_empty_prompt() -> None:
    prompts = compile_shot({"prompt": " ", "first_frame_prompt": "A red door"})
    assert prompts.prompt == prompts.continuation_prompt == "A red door."
    assert not prompts.errors


def test_a_shot_that_shows_nothing_is_an_error() -> None:
    (error,) = compile_shot({"prompt": "  "}).errors
    assert error.code == "prompt-missing"
    assert error.where == 'my.json, shot "S01", prompt'


def test_keyframe_has_style_but_no_movement() -> None:
    shot = {"prompt": "A dog runs", "first_frame_prompt": "A dog sits", "camera": {"size": "cu", "movement": "arc"}}
    prompts = compile_shot(shot, style="grainy film")
    assert prompts.first_frame_prompt == "Grainy film. Close-up shot. A dog sits."
    assert "A dog sits" not in prompts.prompt


def test_chunks_read_the_text_that_fits_their_start() -> None:
    prompts = compile_shot(
        {"prompt": "A dog runs", "continuation_prompt": "It slows down", "camera": {"movement": "track"}}, style="grainy film"
    )
    assert prompts.of_chunk(0, from_text=True) == prompts.prompt == "Grainy film. A dog runs. The camera follows the subject."
    assert prompts.of_chunk(0, from_text=False) == prompts.opening_prompt == "It slows down. The camera follows the subject."
    assert prompts.of_chunk(2, from_text=True) == prompts.continuation_prompt == "It slows down. The camera follows the subject."


def test_a_later_chunk_reads_what_moves_and_no_scenery() -> None:
    shot = {"prompt": "Ivo walks", "location": "a cliff", "lighting": "soft light", "time_of_day": "dusk", "camera": {"size": "ms"}}
    prompts = compile_shot(shot, style="grainy film", characters={"k": IVO})
    assert prompts.continuation_prompt == "The old man walks."


def test_a_location_lends_its_light_and_hour_to_shots_that_name_none() -> None:
    locations = {"cliff": {"description": "a cliff", "time_of_day": "dusk", "lighting": "low sun"}}
    lent = compile_shot({"prompt": "Waves", "location": "cliff"}, locations=locations).prompt
    own = compile_shot(
        {"prompt": "Waves", "location": "cliff", "time_of_day": "noon", "lighting": "hard light"}, locations=locations
    ).prompt
    assert lent == "Low sun. A cliff. Dusk. Waves."
    assert own == "Hard light. A cliff. Noon. Waves."


def test_unknown_family_is_refused() -> None:
    with pytest.raises(ValueError, match="wan, ltx, svd"):
        compile_shot({"prompt": "x"}, "sora")


def _with_first_shot(film: dict[str, Any]) -> dict[str, Any]:
    return film | {"shots": [{"id": "NEW", "prompt": "A gull sleeps"}, *film["shots"]]}


def test_a_shot_elsewhere_changes_no_prompt() -> None:
    longer = compile_film(_with_first_shot(LIGHTHOUSE))
    assert {shot_id: longer[shot_id] for shot_id in ("S01", "S02", "S03", "S04")} == compile_film(LIGHTHOUSE)
