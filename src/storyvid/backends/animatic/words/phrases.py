"""Phrases, looked for only where a word stands that can begin one.

A shot is asked for hundreds of phrases and holds a few. Searching its text for each of them, letter by letter, took most of the
time of planning a film. So a text is gone through once, word by word: each word is looked up among the words that any phrase can
begin with. Then all that a phrase has to be tried at is known, and of nearly every phrase that it is not there.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from storyvid.backends.animatic.words.openings import FREQUENT, openings


class _Gaps(dict[int, str]):
    """A space for each character that is in no word; for `str.translate`, which is much quicker than an expression."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = letter if letter.isalnum() or letter == "_" else " "  # what an expression calls a letter, too
        return self[code]


class _Known:
    """The phrases that were looked for so far, by the words that they can begin with."""

    def __init__(self) -> None:
        self.count = 0
        self.by_word: dict[str, list[int]] = {}
        self.by_pair: dict[str, dict[str, list[int]]] = {word: {} for word in FREQUENT}
        self._lock = threading.Lock()

    def add(self, kinds: Sequence[Phrases]) -> range:
        """Make phrases known; the numbers by which they are found in `_spots`."""
        begun = [openings(one.expression) for one in kinds]
        with self._lock:
            numbers = range(self.count, self.count + len(kinds))
            for number, own in zip(numbers, begun, strict=True):
                for word in own.words - own.pairs.keys():
                    self.by_word.setdefault(word, []).append(number)
                for word, after in ((word, after) for word, afters in own.pairs.items() for after in afters):
                    self.by_pair[word].setdefault(after, []).append(number)
            self.count += len(kinds)  # last: whoever sees the count finds the words
        return numbers


_GAPS = _Gaps()
_KNOWN = _Known()
By = str | Callable[[re.Match[str]], str]
Spots = Sequence[int]  # characters of a text at which words stand that can begin a phrase


class Phrases:
    """A regular expression of phrases. It finds what `re` finds.

    Args:
        expression: See `openings.openings`.
        holds: What every text has that a phrase is in, for those that may begin with any word.
    """

    def __init__(self, expression: str, holds: str = "") -> None:
        self.expression = expression
        self.holds = holds

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

    @cached_property
    def _number(self) -> int:
        return _KNOWN.add([self])[0]

    def spots(self, text: str) -> Spots:
        """Where words stand that can begin a phrase."""
        number = self._number  # known before it is looked for
        return _spots(text, _KNOWN.count).at.get(number, ())

    def all(self, text: str) -> Iterator[re.Match[str]]:
        """Every match, in order, none overlapping another, as `re.finditer`."""
        return self.all_at(text, self.spots(text))

    def first(self, text: str) -> re.Match[str] | None:
        """The leftmost match, as `re.search`."""
        return self.first_at(text, self.spots(text))

    def leads_to(self, text: str, stop: int, within: int) -> bool:
        """Whether a match begins at most ``within`` characters before ``stop``; an end of the expression is at ``stop``.

        For expressions all of whose words are whole (`stems`).
        """
        assert not self.stems, self.expression
        return any(self.pattern.match(text, start, stop) for start in self.spots(text) if stop - within <= start < stop)

    def all_at(self, text: str, spots: Spots) -> Iterator[re.Match[str]]:
        """The same where it is known at which spots words stand that can begin a phrase."""
        if self.stems and self._may_begin_anyhow(text):
            return self.pattern.finditer(text)
        return self._tried_at(text, spots) if spots else iter(())

    def first_at(self, text: str, spots: Spots) -> re.Match[str] | None:
        """The same for the leftmost."""
        if self.stems and self._may_begin_anyhow(text):
            return self.pattern.search(text)
        for start in spots:
            if match := self.pattern.match(text, start):
                return match
        return None

    def is_in(self, text: str) -> bool:
        """Whether there is a match in a text that nothing else is looked for in."""
        return self.pattern.search(text) is not None

    def count(self, text: str) -> int:
        """How many matches there are."""
        spots = self.spots(text)
        return sum(1 for _ in self.all_at(text, spots)) if spots or self.stems else 0

    def replaced(self, text: str, by: By) -> str:
        """The text with something else for every match: a text as it is, or what is made of the match."""
        return self.replaced_at(text, by, self.spots(text))

    def replaced_at(self, text: str, by: By, spots: Spots) -> str:
        """The same where it is known at which spots words stand that can begin a phrase."""
        if not spots and not self.stems:
            return text
        parts, end = [], 0
        for match in self.all_at(text, spots):
            parts += [text[end : match.start()], by if isinstance(by, str) else by(match)]
            end = match.end()
        return "".join((*parts, text[end:])) if parts else text

    def _may_begin_anyhow(self, text: str) -> bool:
        return self.holds in text and any(stem in text for stem in self.stems)

    def _tried_at(self, text: str, spots: Spots) -> Iterator[re.Match[str]]:
        end = 0
        for start in spots:
            if start >= end and (match := self.pattern.match(text, start)):
                end = match.end()
                yield match


class Row:
    """Phrases that are looked for together.

    Args:
        kinds: In the order in which they count.
    """

    def __init__(self, kinds: Sequence[Phrases]) -> None:
        self.kinds = kinds

    @cached_property
    def _numbers(self) -> range:
        return _KNOWN.add(self.kinds)

    @cached_property
    def _open(self) -> frozenset[int]:
        """Those that may begin with other words too."""
        return frozenset(kind for kind, one in enumerate(self.kinds) if one.stems)

    def likely(self, text: str) -> Sequence[tuple[int, Spots]]:
        """Those that may be in a text, in the row's order, each with the spots to try it at."""
        first, end = self._numbers.start, self._numbers.stop  # known before they are looked for
        spots = _spots(text, _KNOWN.count)
        begun = spots.numbers[bisect_left(spots.numbers, first) : bisect_left(spots.numbers, end)]
        found = [(number - first, spots.at[number]) for number in begun]
        return self._with_open(dict(found)) if self._open else found

    def replaced(self, text: str, by: By) -> str:
        """The text with something else for every match of one after another; each sees what became of the text before it."""
        likely = self.likely(text)
        while likely:
            for kind, spots in likely:
                if (rest := self.kinds[kind].replaced_at(text, by, spots)) is not text:
                    text = rest
                    likely = self._likely_in_passing(text, kind)
                    break
            else:
                break
        return text

    @cached_property
    def _by_word(self) -> Mapping[str, Sequence[int]]:
        table: dict[str, list[int]] = {}
        for kind, one in enumerate(self.kinds):
            for word in one.words:
                table.setdefault(word, []).append(kind)
        return table

    def _likely_in_passing(self, text: str, after: int) -> Sequence[tuple[int, Spots]]:
        """The same as `likely`, of those after one, for a text that nothing else is looked for in."""
        begun: dict[int, list[int]] = {}
        for start, word in words_of(text):
            for kind in self._by_word.get(word, ()):
                begun.setdefault(kind, []).append(start)
        return [one for one in self._with_open(begun) if one[0] > after]

    def _with_open(self, begun: Mapping[int, Spots]) -> Sequence[tuple[int, Spots]]:
        return sorted({**dict.fromkeys(self._open, ()), **begun}.items())


class Table(Row):
    """Phrases of several kinds, looked for together.

    Args:
        patterns: Name of a kind -> alternatives of whole words.
        after: What must follow, an expression.
    """

    def __init__(self, patterns: Mapping[str, str], after: str = "") -> None:
        super().__init__([Phrases(rf"\b(?:{words})\b{after}") for words in patterns.values()])
        self.names = tuple(patterns)

    def firsts(self, text: str) -> Iterator[tuple[str, re.Match[str]]]:
        """The kinds that are in a text, in the table's order, each with its leftmost match."""
        for kind, spots in self.likely(text):
            if match := self.kinds[kind].first_at(text, spots):
                yield self.names[kind], match

    def alls(self, text: str) -> Iterator[tuple[str, re.Match[str]]]:
        """The same with every match of each kind."""
        return ((self.names[kind], match) for kind, spots in self.likely(text) for match in self.kinds[kind].all_at(text, spots))

    def mentioned(self, text: str) -> Iterator[str]:
        """The kinds that a text mentions, ignoring case, in the table's order."""
        return (key for key, _ in self.firsts(folded(text)))

    def earliest(self, text: str) -> str | None:
        """The kind mentioned first in a text, ignoring case; the longer match wins at the same place, then the table's order."""
        return next(iter(self.in_order(text)), None)

    def in_order(self, text: str) -> list[str]:
        """The kinds that a text mentions, ignoring case, by where each is first; ties as for `earliest`."""
        found = [(match.start(), -len(match[0]), n, key) for n, (key, match) in enumerate(self.firsts(folded(text)))]
        return [key for _, _, _, key in sorted(found)]


class _Begun(NamedTuple):
    """The numbers of the phrases that may be in a text, in order, and where each may begin."""

    numbers: Sequence[int]
    at: Mapping[int, Spots]


@lru_cache(maxsize=512)
def _spots(text: str, known: int) -> _Begun:
    """Where words stand in a text that can begin phrases, in its order, by the number that `_Known.add` gave for each of them.

    Args:
        text: As it is searched.
        known: How many are known, so that none is missed that came to be known since.
    """
    spots: dict[int, list[int]] = {}
    by_word, by_pair = _KNOWN.by_word, _KNOWN.by_pair
    words = words_of(text)
    for n, (start, word) in enumerate(words, 1):
        for number in by_word.get(word, ()):
            spots.setdefault(number, []).append(start)
        if word in FREQUENT and n < len(words):
            for number in by_pair[word].get(words[n][1], ()):
                spots.setdefault(number, []).append(start)
    return _Begun(sorted(spots), spots)


@lru_cache(maxsize=512)
def words_of(text: str) -> list[tuple[int, str]]:
    r"""Where each word of a text begins, and the word: what ``\w+`` finds."""
    words, start = [], 0
    for word in text.translate(_GAPS).split(" "):
        if word:
            words.append((start, word))
        start += len(word) + 1
    return words


@lru_cache(maxsize=512)
def folded(text: str) -> str:
    """The text for comparisons without case; kept for a while, so that the same text is the same object and quickly found."""
    return text.casefold()


@cache
def phrases(expression: str) -> Phrases:
    """The phrases of an expression, prepared once and for all: not for expressions made of a film's words."""
    return Phrases(expression)


@cache
def whole_words(pattern: str) -> Phrases:
    """The alternatives of a pattern as whole words."""
    return phrases(rf"\b(?:{pattern})\b")


def spoken(name: str, text: str) -> re.Match[str] | None:
    """Where a name first stands in a text as it is written, no letter going on before or after it."""
    return as_word(name).search(text) if name in text else None


@lru_cache(maxsize=512)
def as_word(name: str) -> re.Pattern[str]:
    """A name or another text as it stands, where no letter goes on before or after it."""
    return re.compile(rf"\b{re.escape(name)}\b")


def parts_with(found: Sequence[re.Match[str]], text: str, ends: re.Pattern[str]) -> list[str]:
    """The parts of a text that something was found in, in order; what reaches over an end is in no part.

    Args:
        found: Matches in the text, in any order.
        text: What is cut.
        ends: The single characters that it is cut at.
    """
    parts, start = [], 0
    for part in ends.split(text) if found else ():
        stop = start + len(part)
        if any(start <= match.start() and match.end() <= stop for match in found):
            parts.append(part)
        start = stop + 1
    return parts
