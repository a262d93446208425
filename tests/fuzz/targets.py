"""What is fuzzed: the loader on bytes, the preflight on words, the planner on storyboards and backend limits.

A target makes inputs and runs them. A run gives the kind of outcome: ``loaded``, or the codes of the errors. Whatever is
raised besides `StoryvidError`, an error without a sentence, one too long to read, and a second run that differs from the
first are mistakes of storyvid's own.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storyvid.cli.arguments import parse
from storyvid.cli.preflight import prepare_jobs
from storyvid.commands.plan import plan_text
from storyvid.config import validate
from storyvid.errors import Problem, StoryvidError
from storyvid.film import prepare_film
from storyvid.storyboard.load import load, load_text
from tests.films import composed_values
from tests.fuzz.mutate import Json, Mutator
from tests.fuzz.words import ODD_KEYS, PLANNED_KEYS, PLAUSIBLE, VALUES

LONGEST_PROBLEM = 4000
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
REPEAT_ONE_IN = 8


class Mistake(Exception):  # noqa: N818 - a finding, named for what it is
    """storyvid answered, but badly."""


@dataclass(frozen=True)
class Target:
    """One thing that is fuzzed.

    Attributes:
        name: For the report.
        make: Makes the next input.
        run: Runs an input and says what came of it.
    """

    name: str
    make: Callable[[], Any]
    run: Callable[[Any], str]


def targets(seed: int, boards: list[Json], folder: Path) -> list[Target]:
    """The three targets, each with dice of its own, so that the others' speed changes none of its inputs.

    Args:
        seed: Where all chance comes from.
        boards: Good storyboards, to be spoiled.
        folder: Empty, for the storyboards that are read from files.
    """
    loader, preflight, planner = (Mutator(random.Random(f"{seed}/{name}"), boards) for name in ("loader", "preflight", "planner"))
    return [_loader(loader, folder), _preflight(preflight, folder), _planner(planner)]


def outcome(run: Callable[[], object]) -> str:
    """``loaded``, or the codes of the problems, each of which must be fit to print.

    Raises:
        Mistake: An error without problems, without words, or too long; words that would upset a terminal.
    """
    try:
        run()
    except StoryvidError as error:
        if not error.problems:
            raise Mistake("an error without problems") from error
        for problem in error.problems:
            _judge(problem)
        return ", ".join(sorted({f"{type(error).__name__} {problem.code}" for problem in error.problems}))
    return "loaded"


def _judge(problem: Problem) -> None:
    text = str(problem)
    if not problem.what.strip():
        raise Mistake(f"a problem without words: {problem!r}")
    if len(text) > LONGEST_PROBLEM:
        raise Mistake(f"a problem of {len(text)} characters: {text[:500]}")
    if UNPRINTABLE.search(text):
        raise Mistake(f"a problem with control characters: {text!r}")


def _told(run: Callable[[], object]) -> object:
    """What a run gives, or says, for comparison with another run."""
    try:
        return run()
    except StoryvidError as error:
        return [str(problem) for problem in error.problems]


def _loader(mutator: Mutator, folder: Path) -> Target:
    dice = mutator.dice
    path = folder / "fuzzed.json"

    def make() -> bytes:
        if dice.random() < 0.02:
            return dice.randbytes(dice.randint(0, 200))
        return mutator.bytes_of(mutator.json(dice.choice(mutator.seeds), dice.choice((1, 1, 2, 3, 6, 12))))

    def run(data: bytes) -> str:
        path.write_bytes(data)

        def strict_form() -> object:
            loaded = load(path)
            for warning in loaded.warnings:
                _judge(warning)
            return loaded.storyboard.as_json()

        kind = outcome(strict_form)
        if len(data) % REPEAT_ONE_IN == 0 and b"-1" not in data and _told(strict_form) != _told(strict_form):
            raise Mistake("two readings of one file differ")
        return kind

    return Target("loader", make, run)


def _preflight(mutator: Mutator, folder: Path) -> Target:
    dice = mutator.dice
    board = folder / "good.json"
    board.write_text(json.dumps({"title": "x", "shots": [{"prompt": "A red boat drifts on a calm sea."}]}), encoding="utf-8")
    keys = _keys(composed_values())

    def word() -> str:
        roll = dice.random()
        if roll < 0.05:
            return mutator.text()
        key = dice.choice(keys) if roll < 0.85 else dice.choice(ODD_KEYS)
        if dice.random() < 0.1:
            key = dice.choice((key[:-1], key + "s", key.upper(), f"{key}.x", f"{key}@x", key.rpartition(".")[2]))
        value = dice.choice((lambda: dice.choice(VALUES), mutator.text, lambda: json.dumps(mutator.value(1))))()
        return dice.choice(("", "", "", "", "", "+", "++", "~")) + key + dice.choice(("=", "=", "=", "=", "=", "", "==")) + value

    def make() -> list[str]:
        words = [word() for _ in range(dice.choice((0, 1, 1, 1, 2, 3)))]
        words += [f"storyboard={board}"] if dice.random() < 0.8 else []
        words += ["-m"] if dice.random() < 0.2 else []
        return [word.replace("\x00", "") for word in words]  # no command line can hold a zero character

    def run(words: Sequence[str]) -> str:
        return outcome(lambda: prepare_jobs(parse(words)))

    return Target("preflight", make, run)


def _planner(mutator: Mutator) -> Target:
    dice = mutator.dice
    values = composed_values()

    def make() -> tuple[Json, dict[str, Any]]:
        board = mutator.json(dice.choice(mutator.seeds), dice.choice((0, 0, 1, 2)))
        changes: dict[str, Any] = {}
        for _ in range(dice.choice((0, 1, 2, 4, 8))):
            key = dice.choice(PLANNED_KEYS)
            changes[key] = dice.choice((lambda: dice.choice(PLAUSIBLE), lambda: dice.choice(PLAUSIBLE), mutator.value))()
        return board, changes

    def run(made: tuple[Json, dict[str, Any]]) -> str:
        board, changes = made
        config_values = json.loads(json.dumps(values))
        for key, value in changes.items():
            *sections, last = key.split(".")
            section = config_values
            for name in sections:
                section = section[name] if isinstance(section.get(name), dict) else section.setdefault(f"_{name}", {})
            section[last] = value

        def planned() -> str:
            loaded = load_text(json.dumps(board), "fuzzed.json", Path("no-such-folder"))
            film = prepare_film(loaded, validate(config_values), tuple(changes))
            text = plan_text(film, prompts=True)
            text.encode("utf-8")
            return f"{text}{film.requests}"

        kind = outcome(planned)
        if len(changes) % 2 == 0 and "-1" not in str(board) and _told(planned) != _told(planned):
            raise Mistake("two plans of one storyboard differ")
        return kind

    return Target("planner", make, run)


def _keys(values: dict[str, Any], prefix: str = "") -> list[str]:
    keys: list[str] = []
    for name, value in values.items():
        keys.append(f"{prefix}{name}")
        if isinstance(value, dict):
            keys += _keys(value, f"{prefix}{name}.")
    return keys
