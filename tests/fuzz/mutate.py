"""Spoiled inputs out of good ones: JSON values, bytes, command lines and backend limits. All chance comes from one generator."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.fuzz.words import KEYS, NUMBERS, TEXTS, WORDS

Json = Any
Path = tuple[str | int, ...]
SPLICES = (b"//x\n", b"/* */", b"/*", b",", b",,", b'"', b"'", b"\\", b"\x00", b"\xff", b"{", b"]", b"NaN", b"1e999")


class Mutator:
    """Spoils values by the dice of one generator."""

    def __init__(self, dice: random.Random, seeds: list[Json]) -> None:
        self.dice = dice
        self.seeds = seeds

    def text(self) -> str:
        """A nasty text, a word of the vocabulary, or two of them joined."""
        one = self.dice.choice(self.dice.choice((TEXTS, TEXTS, WORDS)))
        return one if self.dice.random() < 0.8 else one + self.dice.choice(("", " ", ", ", ":")) + self.dice.choice(TEXTS)

    def leaf(self) -> Json:
        """Any JSON value without parts."""
        kinds: tuple[Callable[[], Json], ...] = (
            self.text,
            lambda: self.dice.choice(NUMBERS),
            lambda: self.dice.randint(-2, 70),
            lambda: self.dice.choice((None, True, False, [], {})),
        )
        return self.dice.choice(kinds)()

    def value(self, depth: int = 2) -> Json:
        """Any JSON value, nested a little."""
        roll = self.dice.random()
        if depth and roll < 0.15:
            return [self.value(depth - 1) for _ in range(self.dice.randint(0, 4))]
        if depth and roll < 0.35:
            return {self.key(): self.value(depth - 1) for _ in range(self.dice.randint(0, 5))}
        if depth and roll < 0.45:
            return copy.deepcopy(self.part_of(self.dice.choice(self.seeds)))
        return self.leaf()

    def key(self) -> str:
        """A field's name, or a nasty text."""
        return self.dice.choice(KEYS) if self.dice.random() < 0.9 else self.text()

    def part_of(self, value: Json) -> Json:
        """Some value inside a value."""
        for step in self.dice.choice(list(places(value))):
            value = value[step]
        return value

    def json(self, board: Json, rounds: int) -> Json:
        """A copy of a storyboard, spoiled in several places."""
        board = copy.deepcopy(board)
        for _ in range(rounds):
            board = self.spoil(board)
        return board

    def spoil(self, board: Json) -> Json:
        """One change at one place: replaced, removed, renamed, moved, repeated or wrapped."""
        place = self.dice.choice(list(places(board)))
        if not place:
            return self.dice.choice((board, board, [board], {self.key(): board}, self.value()))
        parent = board
        for step in place[:-1]:
            parent = parent[step]
        self.change(parent, place[-1], board)
        return board

    def change(self, parent: Json, step: str | int, board: Json) -> None:
        """One change to ``parent[step]``."""
        roll = self.dice.random()
        if roll < 0.4:
            parent[step] = self.value()
        elif roll < 0.5:
            del parent[step]
        elif roll < 0.6 and isinstance(parent, dict):
            parent[self.key()] = parent.pop(step)
        elif roll < 0.7 and isinstance(parent, dict):
            parent[self.key()] = self.value()
        elif roll < 0.8:
            parent[step] = self.dice.choice(([parent[step]], {self.key(): parent[step]}, str(parent[step])))
        elif roll < 0.9:
            parent[step] = copy.deepcopy(self.part_of(self.dice.choice((board, *self.seeds))))
        else:
            parent[step] = self.repeated(parent[step])

    def repeated(self, value: Json) -> Json:
        """The value many times over."""
        if isinstance(value, str | list):
            return (value * self.dice.choice((2, 10, 70, 300)))[:30_000]
        if isinstance(value, dict):
            return {**value, **{f"{key}{n}": part for key, part in value.items() for n in range(self.dice.choice((1, 5, 20)))}}
        return [value] * self.dice.choice((2, 61, 300))

    def bytes_of(self, board: Json) -> bytes:
        """The file of a storyboard, sometimes damaged as a file."""
        text = json.dumps(board, ensure_ascii=self.dice.random() < 0.5, indent=self.dice.choice((None, 2)))
        data = text.encode("utf-8", "surrogatepass")
        for _ in range(self.dice.choice((0, 0, 0, 1, 1, 2, 5))):
            data = self.damage(data)
        return data

    def damage(self, data: bytes) -> bytes:
        """One change to a file's bytes: cut off, holes, repeats, other encodings, comments, fences, noise."""
        at, to = sorted(self.dice.randint(0, len(data)) for _ in range(2))
        text = data.decode("utf-8", "replace")
        noise = bytes(self.dice.randrange(256) for _ in range(self.dice.randint(1, 8)))
        splice = self.dice.choice(SPLICES)
        changes: tuple[Callable[[], bytes], ...] = (
            lambda: data[:at],
            lambda: data[:at] + data[min(to, at + 40) :],
            lambda: data[:at] + splice + data[at:],
            lambda: data[:at] + noise + data[at + len(noise) :],
            lambda: data[:to] + data[at:],
            lambda: b"\xef\xbb\xbf" + data,
            lambda: text.encode(self.dice.choice(("utf-16", "utf-16-le", "utf-32", "utf-7"))),
            lambda: text.replace("\n", "\r\n").encode(),
            lambda: f"Here it is:\n```json\n{text}\n```\n{text[:at]}".encode(),
            lambda: text.replace("}", ",}").replace("]", ", // end\n]").encode(),
            lambda: text.replace('"', self.dice.choice("'“”")).encode(),
            lambda: data.replace(b": ", b": " + splice, 1),
            lambda: b"[" * self.dice.choice((10, 70, 5000)) + data,
        )
        return self.dice.choice(changes)()


def places(value: Json, here: Path = ()) -> Iterator[Path]:
    """The place of every value inside a value, itself included."""
    yield here
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in parts:
        yield from places(part, (*here, step))
