"""Phrases, looked for only where a word stands that can begin one.

A shot is asked for hundreds of phrases and holds a few. Searching its text for each of them, letter by letter, took most of the
time of planning a film; nearly always one look at the text's words says that a phrase is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import accumulate

from storyvid.backends.animatic.words.openings import openings

WORD = re.compile(r"\w+")
WORDS_APART = re.compile(r"(\w+)")


class Phrases:
    """A regular expression of phrases. It finds what `re` finds.

    Args:
        expression: See `openings.openings`.
    """

    def __init__(self, expression: str) -> None:
        self.expression = expression

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression made ready, which takes long; most are never needed."""
        return re.compile(self.expression)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that a phrase can begin with."""
        return openings(self.expression).words

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """What else a phrase can begin with."""
        return openings(self.expression).stems

    def all(self, text: str) -> Iterator[re.Match[str]]:
        """Every match, in order, none overlapping another, as `re.finditer`."""
        if self._may_begin_anyhow(text):
            yield from self.pattern.finditer(text)
            return
        end = 0
        for start in self._starts(text):
            if start >= end and (match := self.pattern.match(text, start)):
                end = match.end()
                yield match

    def first(self, text: str) -> re.Match[str] | None:
        """The leftmost match, as `re.search`."""
        if self._may_begin_anyhow(text):
            return self.pattern.search(text)
        for start in self._starts(text):
            if match := self.pattern.match(text, start):
                return match
        return None

    def count(self, text: str) -> int:
        """How many matches there are."""
        return 0 if self._is_absent(text) else sum(1 for _ in self.all(text))

    def replaced(self, text: str, by: str | Callable[[re.Match[str]], str]) -> str:
        """The text with something else for every match, as `re.sub`."""
        if self._is_absent(text):
            return text
        parts, end = [], 0
        for match in self.all(text):
            parts += [text[end : match.start()], match.expand(by) if isinstance(by, str) else by(match)]
            end = match.end()
        return "".join((*parts, text[end:])) if parts else text

    def _is_absent(self, text: str) -> bool:
        return not self.stems and self.words.isdisjoint(words_of(text))

    def _may_begin_anyhow(self, text: str) -> bool:
        return bool(self.stems) and any(stem in text for stem in self.stems)

    def _starts(self, text: str) -> list[int]:
        """Where words begin that a phrase can begin with, in order."""
        words = self.words & words_of(text)
        if not words:
            return []
        starts = starts_of(text)
        return sorted(start for word in words for start in starts[word])


class Table:
    """Phrases of several kinds, looked for together.

    Args:
        patterns: Name of a kind -> alternatives of whole words.
        after: What must follow, an expression.
    """

    def __init__(self, patterns: Mapping[str, str], after: str = "") -> None:
        self.kinds = [(key, Phrases(rf"\b(?:{words})\b{after}")) for key, words in patterns.items()]

    @cached_property
    def _by_word(self) -> dict[str, list[int]]:
        """A word -> the kinds that have a phrase beginning with it."""
        table: dict[str, list[int]] = {}
        for number, (_, phrases_) in enumerate(self.kinds):
            for word in phrases_.words:
                table.setdefault(word, []).append(number)
        return table

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self._by_word)

    @cached_property
    def _open(self) -> frozenset[int]:
        """The kinds that have a phrase which may begin with other words too."""
        return frozenset(number for number, (_, phrases_) in enumerate(self.kinds) if phrases_.stems)

    def likely(self, text: str) -> list[tuple[str, Phrases]]:
        """The kinds that may be in a text, in the table's order."""
        found = {number for word in self._words & words_of(text) for number in self._by_word[word]}
        return [self.kinds[number] for number in sorted(found | self._open)]

    def firsts(self, text: str) -> Iterator[tuple[str, re.Match[str]]]:
        """The kinds that are in a text, in the table's order, each with its leftmost match."""
        for key, phrases_ in self.likely(text):
            if match := phrases_.first(text):
                yield key, match

    def mentioned(self, text: str) -> Iterator[str]:
        """The kinds that a text mentions, ignoring case, in the table's order."""
        return (key for key, _ in self.firsts(folded(text)))

    def earliest(self, text: str) -> str | None:
        """The kind mentioned first in a text, ignoring case; the longer match wins at the same place, then the table's order."""
        found = [(match.start(), -len(match[0]), n, key) for n, (key, match) in enumerate(self.firsts(folded(text)))]
        return min(found)[3] if found else None


@lru_cache(maxsize=256)
def words_of(text: str) -> frozenset[str]:
    """A text's words; kept for a while, since one text is searched for hundreds of phrases."""
    return frozenset(WORD.findall(text))


@lru_cache(maxsize=256)
def starts_of(text: str) -> dict[str, list[int]]:
    """Where each of a text's words begins, in order of the text."""
    starts: dict[str, list[int]] = {}
    parts = WORDS_APART.split(text)  # what is no word, a word, what is no word …
    for word, end in zip(parts[1::2], list(accumulate(map(len, parts)))[1::2], strict=True):
        starts.setdefault(word, []).append(end - len(word))
    return starts


@lru_cache(maxsize=256)
def folded(text: str) -> str:
    """The text for comparisons without case; kept for a while, so that the same text is the same object and quickly found."""
    return text.casefold()


@lru_cache(maxsize=2048)
def phrases(expression: str) -> Phrases:
    """The phrases of an expression, prepared once. Names make expressions too, so that not all are kept for ever."""
    return Phrases(expression)


@lru_cache(maxsize=2048)
def whole_words(pattern: str) -> Phrases:
    """The alternatives of a pattern as whole words."""
    return phrases(rf"\b(?:{pattern})\b")
