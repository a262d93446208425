"""The errors a user can cause, and the form in which they are told.

A stage collects every problem it can see and raises them together, so that a storyboard with nine mistakes is
mended in one round. Each problem says where it is, what is wrong (with the value and the limit) and how to mend it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEAR = 0.6  # likeness (0 to 1) from which a word is worth suggesting; difflib's own cutoff
CLOSE_CALL = 0.08  # words about as near as the nearest are suggested with it
LONGEST_WORD = 100  # characters of a wrong word that are compared; comparing takes the square of the length
LONGEST_TOLD = 900  # characters of each part of a problem; the longest lists of choices have 750
MOST_TOLD = 20  # problems printed at once; nobody mends more in a round

# Control characters would move a terminal's cursor or colour it, half surrogate pairs can't be written, and the marks that
# turn the direction of writing would turn the rest of the message, too.
UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or (in a list of warnings) worth knowing.

    Attributes:
        where: File, item and field, for example ``my.json, shot "S02" (2 of 5), shots[1].duration``.
        what: The value and the limit it breaks, one sentence.
        fix: What to change, as an instruction. Empty where the sentence already says it.
        code: Stable short name of the kind of problem (``alias``, ``duration-range`` …), for tests and filters.
    """

    where: str
    what: str
    fix: str = ""
    code: str = ""

    def __str__(self) -> str:
        where, what, fix = (printable(part) for part in (self.where, self.what, self.fix))
        text = f"{where}: {what}" if where else what
        return f"{text}\n  Fix: {fix}" if fix else text


def printable(text: str, longest: int = LONGEST_TOLD) -> str:
    """The text as a message may show it: shortened in the middle, unprintable characters as ``\\u001b``.

    Args:
        text: Perhaps a whole value of the user's.
        longest: Characters.
    """
    short = text if len(text) <= longest else f"{text[: longest - 60]} … {text[-50:]}"
    told = UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", short)
    return told if len(told) <= 2 * longest else f"{told[: 2 * longest - 60]} … {told[-50:]}"


def tell(problems: Sequence[Problem], most: int = MOST_TOLD) -> str:
    """The problems, numbered when there are several; of very many the first, and how many more there are.

    Args:
        problems: In reading order.
        most: How many are told.
    """
    if len(problems) == 1:
        return str(problems[0])
    lines = [f"{number}. {problem}" for number, problem in enumerate(problems[:most], start=1)]
    if len(problems) > most:
        lines.append(f"and {len(problems) - most} more; mend these first")
    return "\n".join(lines)


class StoryvidError(Exception):
    """Something the user can mend. Printed without a traceback.

    Args:
        problems: All problems found, in reading order. A bare string becomes one problem.
    """

    def __init__(self, problems: str | Problem | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem("", problems)
        if isinstance(problems, Problem):
            problems = [problems]
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(tell(self.problems))

    def __reduce__(self) -> tuple[type[StoryvidError], tuple[tuple[Problem, ...]]]:
        """Pickle by the problems: launchers send errors between processes."""
        return type(self), (self.problems,)


class StoryboardError(StoryvidError):
    """The storyboard can't be read, or breaks its schema."""


class ConfigError(StoryvidError):
    """The command line or a configuration file can't be used."""


class PlanError(StoryvidError):
    """The chosen backend can't render what the storyboard asks for."""


class RenderError(StoryvidError):
    """A shot or the film could not be made; what was finished before is kept."""


def did_you_mean(value: str, known: Sequence[str], *, count: int = 3) -> str:
    """A question naming the nearest known words, or an empty string when none is near.

    Args:
        value: What the user wrote.
        known: The words that would have been accepted.
        count: How many suggestions at the most.
    """
    matcher = difflib.SequenceMatcher(None, "", value[:LONGEST_WORD].casefold())
    likeness = {word: _likeness(matcher, word) for word in known}
    best = max(likeness.values(), default=0.0)
    if best < NEAR:
        return ""
    names = sorted((word for word in likeness if likeness[word] >= max(NEAR, best - CLOSE_CALL)), key=lambda word: -likeness[word])
    names = names[:count]
    return f"did you mean {names[0]}?" if len(names) == 1 else f"did you mean one of {', '.join(names)}?"


def _likeness(matcher: difflib.SequenceMatcher[str], word: str) -> float:
    """Likeness of a known word to the matcher's wrong one, 0 where cheap upper bounds say that it is not near."""
    matcher.set_seq1(word.casefold())
    near = matcher.real_quick_ratio() >= NEAR and matcher.quick_ratio() >= NEAR
    return matcher.ratio() if near else 0.0
