import pytest

from storyvid.prompts import count_words, estimate_tokens

from .films import codes, compile_shot


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 1),
        ("word", 2),
        ("lighthouse", 3),
        ("Donaudampfschifffahrt", 6),
        ("a, b.", 5),
        ("1984", 5),
        ("男孩跑", 4),
        ("소년", 3),
        ("маяк", 3),
        ("🚀", 5),
        ("x男", 3),
    ],
)
def test_estimate_is_the_documented_rule(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


def test_estimate_is_no_lower_than_an_encoder_count_of_english_prose() -> None:
    prose = "An old man with a white beard in a yellow raincoat walks to the edge of the cliff and lifts a lantern."
    assert 1.2 * 21 <= estimate_tokens(prose) <= 2 * 21


@pytest.mark.parametrize(("text", "words"), [("", 0), ("a b-c — d.", 3), ("男孩跑。", 2), ("🚀 go", 1)])
def test_words(text: str, words: int) -> None:
    assert count_words(text) == words


def test_a_prompt_of_exactly_the_limit_passes_and_one_more_is_an_error() -> None:
    fits = compile_shot({"prompt": "word " * 20}, options={"prompt_tokens": 22, "default_negative": ""})
    over = compile_shot({"prompt": "word " * 21}, options={"prompt_tokens": 22, "default_negative": ""})
    assert not fits.errors
    (error,) = over.errors
    assert error.code == "prompt-tokens"
    assert error.where == 'my.json, shot "S01", prompt'
    assert "23 tokens" in error.what
    assert "22" in error.what
    assert over.prompt.count("word") == 21


def test_every_text_that_is_sent_is_measured() -> None:
    long = "word " * 40
    budget = {"prompt_tokens": 30, "default_negative": long}
    fields = [
        error.where.split(", ")[-1] for error in compile_shot({"prompt": "x", "continuation_prompt": long}, options=budget).errors
    ]
    assert fields == ["continuation_prompt", "negative_prompt"]
    opening = compile_shot(
        {"prompt": long, "continuity": {"image": "a.png"}}, style=long, options=budget | {"default_negative": ""}
    )
    assert [error.where.split(", ")[-1] for error in opening.errors] == ["prompt"]


def test_text_that_is_not_sent_is_not_measured() -> None:
    shot = {"prompt": "word", "continuity": {"image": "a.png"}}
    assert not compile_shot(shot, style="word " * 40, options={"prompt_tokens": 30, "default_negative": ""}).errors


@pytest.mark.parametrize(
    ("family", "shot", "limit"), [("wan", {}, 200), ("ltx", {}, 200), ("wan", {"continuity": {"image": "a.png"}}, 100)]
)
def test_more_words_than_the_makers_advise_warn(family: str, shot: dict[str, object], limit: int) -> None:
    at_limit = compile_shot({"prompt": "word " * limit} | shot, family, {"prompt_tokens": None})
    above = compile_shot({"prompt": "word " * (limit + 1)} | shot, family, {"prompt_tokens": None})
    assert not at_limit.warnings
    assert codes(above.warnings) == ["prompt-words"]
    assert str(limit + 1) in above.warnings[0].what
    assert not above.errors


def test_a_long_continuation_warns_at_its_own_field() -> None:
    (warning,) = compile_shot({"prompt": "x", "continuation_prompt": "word " * 101}).warnings
    assert warning.where.endswith("continuation_prompt")
