"""What a card could not hold, kept beside the clips: the next film begins where this one had to step down to.

``outputs/.fitting.json`` has one entry for each card, model, size and profile. It may be deleted at any time; then all is tried
anew. The processor has no entry: its full memory steps nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.clips.fingerprint import canonical_json
from storyvid.memory.card import find_card
from storyvid.memory.ladder import OFFLOADS, TEXT_ENCODERS, Stand, lower_of
from storyvid.video import temporary_beside

if TYPE_CHECKING:
    from storyvid.config import Memory

NOTES = ".fitting.json"  # below the outputs folder


@dataclass(frozen=True)
class Fitting:
    """What was found out.

    Attributes:
        stand: How far down the model had to go.
        frames: Fewest frames of a chunk for which it had to: with fewer it may fit as it is.
    """

    stand: Stand
    frames: int

    def and_also(self, stand: Stand, frames: int) -> Fitting:
        """With what was found out for another chunk."""
        return Fitting(lower_of(self.stand, stand), min(self.frames, frames))


def card_of(memory: Memory) -> str | None:
    """The card that a profile runs on, by name and GiB; None where it runs on none, or none can be read."""
    card = find_card() if memory.device == "cuda" else None
    return None if card is None else f"{card.name}, {card.memory_gb:.1f} GiB"


def fitting_key(card: str, backend: str, height: int, width: int, memory: Memory, weights: object = None) -> str:
    """What an entry is about: everything but the frames that decides how much of the card is needed.

    Args:
        card: From `card_of`.
        backend: Name of the option.
        height: Pixels.
        width: Pixels.
        memory: The profile as it was asked for.
        weights: What else says how large the weights are, as JSON values.
    """
    asked = {**memory.for_pixels(), "offload": memory.offload, "cap_gb": memory.cap_gb}
    return canonical_json({"card": card, "backend": backend, "height": height, "width": width, "memory": asked, "weights": weights})


def find_fitting(outputs: Path, key: str) -> Fitting | None:
    """What is known of a card; None where nothing is, or the entry is none of ours.

    Args:
        outputs: The outputs folder.
        key: From `fitting_key`.
    """
    try:
        values = _read(outputs)[key]
        return Fitting(_stand(values["stand"]), _positive(values["frames"]))
    except (KeyError, TypeError, ValueError):
        return None


def keep_fitting(outputs: Path, key: str, fitting: Fitting) -> None:
    """Write down what was found out. That it can't be done harms nothing: the next film finds it out again.

    Args:
        outputs: The outputs folder.
        key: From `fitting_key`.
        fitting: What was found out.
    """
    with suppress(OSError), temporary_beside(outputs / NOTES) as temporary:
        values = {**_read(outputs), key: asdict(fitting)}
        temporary.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")


def _read(outputs: Path) -> Mapping[str, Any]:
    try:
        values = json.loads((outputs / NOTES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _stand(values: Mapping[str, Any]) -> Stand:
    stand = Stand(**values)
    for value, known in ((stand.text_encoder, TEXT_ENCODERS), (stand.offload, OFFLOADS), (stand.on_processor, (False, True))):
        if value not in known:
            raise ValueError(value)
    for number in (stand.tile, stand.frames):
        if number is not None:
            _positive(number)
    return stand


def _positive(number: Any) -> int:
    if not isinstance(number, int) or number < 1:
        raise ValueError(number)
    return number
