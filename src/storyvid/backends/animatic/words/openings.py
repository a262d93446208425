"""The words that a regular expression can begin with, so that a text without them need not be searched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

TOKEN = re.compile(r"\(\?(?:P<\w+>|:|<?[=!])|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|[*+?]\??|\{\d*,?\d*\}\??|.", re.DOTALL)
LOOKS = frozenset({"(?=", "(?!", "(?<=", "(?<!"})  # takes no letters
GROUPS = frozenset({"(", "(?:"})
GAPS = frozenset({r"\s", r"\W", r"\n"})
EDGES = frozenset({"^", "$"})
MAY_BE_LEFT_OUT = ("?", "*", "{0", "{,")
# Words of which every text is full: what begins with one is told by the word after it.
FREQUENT = frozenset(
    {"a", "an", "the", "and", "of", "in", "on", "at", "to", "into", "onto", "from", "with", "by", "over", "under", "behind"}
    | {"through", "inside", "his", "her", "their", "he", "she", "they", "it", "is", "are"}
)
Items = list["str | Group"]


@dataclass
class Group:
    """Part of an expression: what may stand there, one of several, each a row of tokens and groups."""

    alternatives: list[Items] = field(default_factory=lambda: [[]])


@dataclass(frozen=True)
class Openings:
    """How what an expression finds can begin.

    Attributes:
        words: Whole words.
        stems: What words begin with whose end is open; an empty one is in every text.
        pairs: A frequent one of the words -> the words of which one must follow it; none where any may.
    """

    words: frozenset[str]
    stems: tuple[str, ...]
    pairs: Mapping[str, frozenset[str]] = field(default_factory=dict)


@lru_cache(maxsize=2048)
def openings(expression: str) -> Openings:
    r"""The first words of everything that an expression finds.

    Careful rather than clever: what it doesn't understand counts as a word that may be any.

    Args:
        expression: Of the kind that the word tables hold. Each of its alternatives must begin with ``\b``, else it may find
            something anywhere.
    """
    group = _parsed(TOKEN.findall(expression), [0])
    if any(not items or items[0] != r"\b" for items in group.alternatives):
        return Openings(frozenset(), ("",))
    first = _First()
    first.leave_open(first.follow_group(group, {""}))
    pairs: dict[str, set[str]] = {}
    for word, after in (pair.split(" ") for pair in first.pairs):
        pairs.setdefault(word, set()).add(after)
    told = {word: frozenset(after) for word, after in sorted(pairs.items()) if word not in first.words}
    return Openings(frozenset(first.words | pairs.keys()), tuple(sorted(first.stems)), told)


def _parsed(tokens: Sequence[str], at: list[int]) -> Group:
    """The group that begins at a token, up to its closing bracket; ``at`` is moved behind it."""
    group = Group()
    while at[0] < len(tokens):
        token = tokens[at[0]]
        at[0] += 1
        if token == ")":
            break
        if token == "|":
            group.alternatives.append([])
        elif token in LOOKS:
            _parsed(tokens, at)
        elif token in GROUPS or token.startswith("(?P"):
            group.alternatives[-1].append(_parsed(tokens, at))
        else:
            group.alternatives[-1].append(token)
    return group


class _First:
    """Follows an expression from its beginning and notes each word as soon as it is complete.

    What is followed is a word as far as it goes, or a frequent word, a space, and the next one as far as that goes.
    """

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.pairs: set[str] = set()
        self.stems: set[str] = set()

    def leave_open(self, begun: Iterable[str]) -> None:
        """Anything may follow what has begun so."""
        for word in begun:
            frequent, gap, _ = word.partition(" ")
            (self.words if gap else self.stems).add(frequent)

    def follow_group(self, group: Group, begun: set[str]) -> set[str]:
        """What words may have begun with behind a group, when they have begun so before it."""
        return {word for items in group.alternatives for word in self.follow(items, begun)}

    def follow(self, items: Items, begun: set[str]) -> set[str]:
        """The same for a row of tokens and groups."""
        for number, item in enumerate(items):
            if not begun:
                break
            if isinstance(item, str) and item[0] in "?*+{" and number:
                continue
            after = items[number + 1] if number + 1 < len(items) else ""
            times = after if isinstance(after, str) and after[:1] in {"?", "*", "+", "{"} else ""
            then = self._step(item, begun)
            if times not in {"", "?", "??"} and not (isinstance(item, str) and _is_gap(item)):
                then = self._repeated(begun, then)
            begun = then | (begun if times.startswith(MAY_BE_LEFT_OUT) else set())
        return begun

    def _repeated(self, begun: set[str], then: set[str]) -> set[str]:
        """A word with a part that is repeated is followed no further."""
        self.leave_open(word for word in then if " " in word)
        if any(" " not in word for word in then):
            self.leave_open(word for word in begun if " " not in word)
        return set()

    def _step(self, item: str | Group, begun: set[str]) -> set[str]:
        if isinstance(item, Group):
            return self.follow_group(item, begun)
        if item == r"\b":
            return {word for word in begun if not self._complete(word)}
        if item in EDGES:
            return begun
        if _is_gap(item):
            self.stems |= begun & {""}
            going_on = {word + " " for word in begun & FREQUENT}
            return going_on | {word for word in begun - FREQUENT - {""} if not self._complete(word)}
        if _is_letter(item):
            return {word + item[-1] for word in begun}
        self.leave_open(begun)
        return set()

    def _complete(self, word: str) -> bool:
        """Note a word that ends here, if one has begun."""
        if word and word[-1] != " ":
            (self.pairs if " " in word else self.words).add(word)
        return bool(word) and word[-1] != " "


def _is_gap(item: str) -> bool:
    """Whether a token stands for characters that are in no word."""
    if len(item) > 2:
        return not item.startswith("[^") and not re.search(r"\w", re.sub(r"\\[sn]", "", item))
    return item in GAPS or (item != "." and not re.match(r"\w", item[-1]))


def _is_letter(item: str) -> bool:
    return len(item) == 1 and item != "."
