"""What a take was made with, in words, and in what the takes of a shot differ."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from storyvid.record.compare.recorded import OpeningBlock, ShotRecord

ALWAYS = ("seed", "steps", "cfg", "model")  # shown also where all takes agree
LONGEST_MARKED = 4000  # characters of a prompt whose words are compared; comparing takes the square of the length


@dataclass(frozen=True)
class Setting:
    """One value that a take was made with, as the page shows it.

    Attributes:
        name: In the page's words.
        value: As text; "none" where other takes have one.
        differs: Most other takes have another value, or no two takes agree.
    """

    name: str
    value: str
    differs: bool


def settings_of(record: ShotRecord, seed: int | None, length: Fraction) -> dict[str, str]:
    """The settings of a take that change its pictures, by the name the page shows.

    Args:
        record: ``metadata/shots/<id>.json``; an empty one for a take that was never tried.
        seed: What the manifest says, for a take without a record.
        length: Of the shot in the film, seconds.
    """
    values = {
        "seed": record.seed if record.seed is not None else seed,
        "steps": record.num_inference_steps,
        "cfg": _number(record.guidance_scale),
        "model": f"{record.model} ({record.revision})" if record.model else None,
        "backend": record.backend,
        "scheduler": record.scheduler,
        "size": f"{record.width}x{record.height}" if record.width else None,
        "model's rate": f"{_number(record.fps)} fps" if record.fps else None,
        "length": f"{float(length):.2f} s",
        "memory": record.memory.name if record.memory else None,
        "without": record.negative_prompt,
        "starts from": _opening(record.opening) if record.opening else None,
    }
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:g}"


def _opening(opening: OpeningBlock) -> str | None:
    told = {"frame": f"{opening.shot_id}, frame {opening.clip_frame}", "image": opening.image, "text": "its words"}
    return told[opening.kind]


def shown_settings(takes: Sequence[Mapping[str, str] | None]) -> list[list[Setting]]:
    """What is shown of each take's settings: the usual ones, and whatever the takes don't agree on.

    Args:
        takes: Their settings; None where a column has no take.
    """
    there = [take for take in takes if take]
    names = [*ALWAYS, *dict.fromkeys(name for take in there for name in take if name not in ALWAYS)]
    values = {name: [take.get(name) for take in there] for name in names}
    shown = [name for name in names if len(set(values[name])) > 1 or (name in ALWAYS and values[name] and values[name][0])]
    return [
        [Setting(name, take.get(name, "none"), take.get(name) != _usual(values[name])) for name in shown] if take else []
        for take in takes
    ]


def _usual(values: Sequence[str | None]) -> object:
    """The value that most takes have; something that equals none of them when two are equally frequent."""
    ranked = Counter(values).most_common(2)
    return object() if len(ranked) > 1 and ranked[0][1] == ranked[1][1] else ranked[0][0]


def marked_words(text: str, other: str) -> Iterator[tuple[str, bool]]:
    """A text in pieces, each with whether the other text lacks it there.

    Args:
        text: To be shown.
        other: What it is compared with.
    """
    if len(text) > LONGEST_MARKED or len(other) > LONGEST_MARKED:
        yield text, text != other
        return
    words, others = text.split(" "), other.split(" ")
    for kind, start, stop, _, _ in difflib.SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if start < stop:
            yield " ".join(words[start:stop]), kind != "equal"
