"""Phrases are found where a plain search finds them, however few places of the text are tried."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from storyvid.backends.animatic.words import acts, atmosphere, cast, clauses, hands, kinds, named, persons, place_words
from storyvid.backends.animatic.words.openings import openings
from storyvid.backends.animatic.words.phrases import Phrases, Row, Table, parts_with, spoken, words_of
from storyvid.backends.animatic.words.reading import mentions
from tests.test_catalogue import boards

MODULES = (acts, atmosphere, cast, clauses, hands, kinds, named, persons, place_words)
LINKS = ("a", "the", "in", "of", "to", "-", ",", ".", "'s", "his", "their", "\n", "two", "no", "like", "slowly", "oak_tree", "İda")


def expressions() -> Iterator[str]:
    """Every expression of the word tables."""
    for module in MODULES:
        for value in vars(module).values():
            if isinstance(value, Phrases):
                yield value.expression
            elif isinstance(value, Table):
                yield from (kind.expression for kind in value.kinds)
            elif isinstance(value, str) and value.isascii() and "|" in value and "%s" not in value:
                yield from (rf"\b(?:{value})\b", rf"\b(?:{value})")
    yield from (one.expression if isinstance(one, Phrases) else one for one in kinds.NOT_THERE)


def texts(expression: str, count: int) -> list[str]:
    """Texts of the expression's own words in any order, and of the catalogue's."""
    dice = random.Random(expression)
    own = re.findall(r"\w{2,}", re.sub(r"\\[wsbWd]|\?", "", expression))
    prompts = [shot.prompt.casefold() for board in boards() for shot in board.shots]
    words = (own, LINKS, [word for prompt in prompts for word in prompt.split()])
    made = [" ".join(dice.choice(dice.choice(words)) for _ in range(30)) for _ in range(count)]
    return [text.replace(" - ", "-").replace(" 's", "'s") for text in made]


@pytest.mark.parametrize("part", range(4))
def test_the_word_tables_find_what_a_plain_search_finds(part: int) -> None:
    hits = 0
    for expression in sorted({*expressions()})[part::4]:
        found, plain = Phrases(expression), re.compile(expression)
        for text in texts(expression, 6):
            spans = [match.span() for match in plain.finditer(text)]
            assert [match.span() for match in found.all(text)] == spans, (expression, text)
            assert found.count(text) == len(spans)
            assert found.replaced(text, "|") == plain.sub("|", text)
            hits += len(spans)
    assert hits > 100


@pytest.mark.parametrize(
    ("pattern", "words", "stems"),
    [
        ("walks?|steps (?:out|in)", {"walk", "walks", "steps"}, ()),
        ("school ?bus|neon-?lit", {"school", "schoolbus", "neon", "neonlit"}, ()),
        (r"(?:old |young )?m[ae]n|clasp\w*", {"old", "young", "clasp"}, ("clasp", "m")),
        (r"clear(?! sk)|the\s+end|b&w|children's book", {"clear", "the", "b", "children"}, ()),
        (r"[\w-]*year-old", {"year"}, ("",)),
        (r"\W*he|he", {"he"}, ("",)),
        (r"(?:ha){2,3}|ha", {"ha"}, ("",)),
    ],
)
def test_how_a_pattern_can_begin(pattern: str, words: set[str], stems: tuple[str, ...]) -> None:
    first = openings(rf"\b(?:{pattern})\b")
    assert (first.words, first.stems) == (words, stems)


def test_what_may_begin_within_a_word_is_looked_for_everywhere() -> None:
    assert openings("oat|\\bcoat").stems == ("",)
    assert openings(r"\bcoat").stems == ("coat",)
    assert Phrases("oat").first("a coat")


def test_the_earliest_kind_wins_then_the_longer_then_the_first_of_the_table() -> None:
    table = Table({"train": "train", "modern": "express train|train", "car": "car|train"})
    assert table.earliest("A Car and a train") == "car"
    assert table.earliest("an EXPRESS TRAIN") == "modern"
    assert table.earliest("the train") == "train"
    assert table.earliest("a boat") is None
    assert [*table.mentioned("The express train")] == ["train", "modern", "car"]


def test_a_name_with_letters_that_fold_into_others_is_found() -> None:
    assert mentions(re.escape("i\u0307da"), "İda waits") == 1


def test_in_a_row_each_sees_what_became_of_the_text_before_it() -> None:
    row = [
        Phrases(r"\bno man\b"),
        Phrases(r"\b\w+-friendly\b", holds="-friendly"),
        Phrases(r"\bland of\b"),
        Phrases(r"\bold (?=x)"),
    ]
    for text in ("no man old dog-friendly land of", "land of old no man and land of", "old land", "a friendly land-friendly"):
        plain = text
        for one in row:
            plain = re.sub(one.expression, "x", plain)
        assert Row(row).replaced(text, "x") == plain
    assert Row([Phrases(r"\ba x\b"), Phrases(r"\bc\b")]).replaced("a c", "x") == "a x"


def test_phrases_that_come_to_be_known_later_are_found_in_a_text_that_was_gone_through_before() -> None:
    text = "a quite unusual zeppelinarium"
    assert mentions("unusual", text) == 1
    assert mentions("zeppelinarium", text) == 1
    assert [*Table({"none": "nothing", "one": "quite unusual"}).mentioned(text)] == ["one"]


@pytest.mark.parametrize("text", ["", "a", " Two  words, ", "l'été—naïve_x9 ٣ ½ İda’s ß\nx", "𝒜 e\u0301t\u200dé"])
def test_words_are_what_an_expression_calls_words(text: str) -> None:
    assert words_of(text) == [(match.start(), match[0]) for match in re.finditer(r"\w+", text)]


def test_every_character_is_of_a_word_or_not_as_an_expression_has_it() -> None:
    text = "".join(chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000)
    assert words_of(text) == [(match.start(), match[0]) for match in re.finditer(r"\w+", text)]


def test_a_name_is_found_as_a_word_however_it_is_written() -> None:
    found = [spoken(*one) for one in (("ana", "diana and ana"), ("ana", "diana"), ("dr. (x", "see dr. (x now"))]
    assert [match and match.start() for match in found] == [10, None, 4]


def test_the_parts_of_a_text_that_something_was_found_in() -> None:
    text = "one. two; three\n.four"
    ends = re.compile(r"[.;\n]")
    for found, parts in (("three|one", ["one", " three"]), ("x", []), ("four", ["four"]), ("two; three|one", ["one"])):
        assert parts_with([*re.finditer(found, text)], text, ends) == parts


def test_what_begins_with_a_frequent_word_is_told_by_the_word_after_it() -> None:
    first = openings(r"\b(?:in the sky|(?:at|on) (?:a |his )?(?:bed|sofa)s?|to \w+|the (?:old )?oak-tree|and)\b")
    assert first.words == {"in", "at", "on", "to", "the", "and"}
    assert first.pairs == {
        "in": {"the"},
        "at": {"a", "his", "bed", "beds", "sofa", "sofas"},
        "on": {"a", "his", "bed", "beds", "sofa", "sofas"},
        "the": {"old", "oak"},
    }
    assert openings(r"\bin (?:the )*sky\b|\bon\b|\bon top\b").pairs == {"in": {"the", "sky"}}
    assert not openings(r"\bin (?:[\w-]+ )?sky\b|\ba(?:h the)+\b|\bto (?:ho)+\b|\bof (?=tea)").pairs
