"""The words that a regular expression can begin with, so that a text without them need not be searched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

TOKEN = re.compile(r"\(\?(?:P<\w+>|:|<?[=!])|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|[*+?]\??|\{\d*,?\d*\}\??|.", re.DOTALL)
LOOKS = frozenset({"(?=", "(?!", "(?<=", "(?<!"})  # takes no letters
GROUPS = frozenset({"(", "(?:"})
GAPS = frozenset({r"\s", r"\W", r"\n"})
EDGES = frozenset({"^", "$"})
MAY_BE_LEFT_OUT = ("?", "*", "{0", "{,")
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
    """

    words: frozenset[str]
    stems: tuple[str, ...]


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
    begun = first.follow_group(group, {""})
    return Openings(frozenset(first.words), tuple(sorted(first.stems | begun)))


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
    """Follows an expression from its beginning and notes each word as soon as it is complete."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.stems: set[str] = set()

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
            if times not in {"", "?", "??"} and then:  # a word with a part that is repeated
                self.stems |= begun
                then = set()
            begun = then | (begun if times.startswith(MAY_BE_LEFT_OUT) else set())
        return begun

    def _step(self, item: str | Group, begun: set[str]) -> set[str]:
        if isinstance(item, Group):
            return self.follow_group(item, begun)
        if item == r"\b":
            self.words |= begun - {""}
            return begun & {""}
        if item in EDGES:
            return begun
        if _is_gap(item):
            self.words |= begun - {""}
            self.stems |= begun & {""}
            return set()
        if _is_letter(item):
            return {word + item[-1] for word in begun}
        self.stems |= begun
        return set()


def _is_gap(item: str) -> bool:
    """Whether a token stands for characters that are in no word."""
    if len(item) > 2:
        return not item.startswith("[^") and not re.search(r"\w", re.sub(r"\\[sn]", "", item))
    return item in GAPS or (item != "." and not re.match(r"\w", item[-1]))


def _is_letter(item: str) -> bool:
    return len(item) == 1 and item != "."
