"""How long a prompt may be. A text encoder cuts the tail of what it can't hold; storyvid refuses instead."""

from __future__ import annotations

import re
import unicodedata
from math import ceil

from storyvid.errors import Problem
from storyvid.prompts.parts import is_ideographic

# Letters that one token covers at least, on the average of prose. T5 and umT5 take about 1.3 tokens per English word.
LATIN_LETTERS_PER_TOKEN = 5
OTHER_LETTERS_PER_TOKEN = 2
TAIL_WORDS = 8


def estimate_tokens(text: str) -> int:
    """Tokens that T5 or umT5 would make of a text, estimated without their vocabularies, rather too many than too few.

    A word of Latin letters counts one token for every five letters begun, of other alphabets one for every two. A
    Chinese, Japanese or Korean character, a digit, an accent written apart and a punctuation mark count one each,
    anything else (emoji) its UTF-8 bytes, since the encoders fall back to bytes. One more token ends the text.
    """
    return 1 + sum(_run_tokens(run) for run in re.findall(r"[^\W\d_]+|[\d_]|[^\w\s]", text))


def _run_tokens(run: str) -> int:
    if not run[0].isalpha():
        return 1 if unicodedata.category(run[0])[0] in "NPM" or run.isascii() else len(run.encode("utf-8"))
    dense = sum(_is_dense(char) for char in run)
    rest = len(run) - dense
    per_token = LATIN_LETTERS_PER_TOKEN if all(_is_latin(char) for char in run) else OTHER_LETTERS_PER_TOKEN
    return dense + ceil(rest / per_token)


def _is_dense(char: str) -> bool:
    return is_ideographic(char) or unicodedata.name(char, "").startswith("HANGUL")


def _is_latin(char: str) -> bool:
    return char.isascii() or unicodedata.name(char, "").startswith("LATIN")


def count_words(text: str) -> int:
    """Words of a text; two Chinese or Japanese characters count as one."""
    ideographs = sum(is_ideographic(char) and char.isalpha() for char in text)
    spaced = "".join(" " if is_ideographic(char) else char for char in text)
    return sum(re.search(r"\w", word) is not None for word in spaced.split()) + ceil(ideographs / 2)


def check_tokens(text: str, limit: int | None, where: str) -> list[Problem]:
    """An error when the encoder would cut the text's end.

    Args:
        text: A compiled prompt.
        limit: Tokens the encoder reads; None = no limit known.
        where: Message prefix with the field.
    """
    tokens = 0 if limit is None else estimate_tokens(text)
    if limit is None or tokens <= limit:
        return []
    tail = " ".join(text.split()[-TAIL_WORDS:])
    what = f'the compiled text is about {tokens} tokens long and the model reads {limit}, so its end would be cut off ("… {tail}")'
    fix = f"shorten it, the style or the descriptions by about {ceil((tokens - limit) / 1.3)} words"
    return [Problem(where, what, fix, "prompt-tokens")]


def check_words(text: str, limit: int, where: str) -> list[Problem]:
    """A warning when the text is longer than the makers advise.

    Args:
        text: A compiled prompt.
        limit: Words.
        where: Message prefix with the field.
    """
    words = count_words(text)
    if words <= limit:
        return []
    what = f"the compiled text is {words} words long; the model's makers advise {limit} at most"
    return [Problem(where, what, f"shorten it by {words - limit} words; keep what is seen and what moves", "prompt-words")]
