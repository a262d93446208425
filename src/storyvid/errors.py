"""The errors a user can cause, and the form in which they are told.

A stage collects every problem it can see and raises them together, so that a storyboard with nine mistakes is
mended in one round. Each problem says where it is, what is wrong (with the value and the limit) and how to mend it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEAR = 0.6  # likeness (0 to 1) from which a word is worth suggesting; difflib's own cutoff
CLOSE_CALL = 0.08  # words about as near as the nearest are suggested with it


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
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  Fix: {self.fix}" if self.fix else text


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
        super().__init__("\n".join(str(problem) for problem in self.problems))

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
    wrong = value.casefold()
    likeness = {word: difflib.SequenceMatcher(None, word.casefold(), wrong).ratio() for word in known}
    best = max(likeness.values(), default=0.0)
    if best < NEAR:
        return ""
    names = sorted((word for word in likeness if likeness[word] >= max(NEAR, best - CLOSE_CALL)), key=lambda word: -likeness[word])
    names = names[:count]
    return f"did you mean {names[0]}?" if len(names) == 1 else f"did you mean one of {', '.join(names)}?"
