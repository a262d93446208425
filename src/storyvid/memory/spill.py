"""A card that is full and goes on all the same: on Windows the driver moves memory into RAM, which makes steps many times slower.

Nothing raises then. It shows in what torch holds, which is more than the card has, or in steps that are far slower than others
of the same call while the card is full.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from loguru import logger

from storyvid.errors import Problem
from storyvid.record.peaks import card_now

if TYPE_CHECKING:
    from storyvid.diffusion.denoise import StepState

FULL = 0.97  # of a card's memory; the driver begins to move memory a little before the last byte
SLOWER = 3.0  # times; a step that waits for RAM takes many times as long, one beside a browser that plays a film not twice
DRIVERS_GB = 0.3  # of a card that CUDA itself takes at least

BESIDE_GB = 1.8  # GiB of a card that torch has no say in: the desktop, a CUDA context, and a margin


@dataclass(frozen=True)
class Used:
    """A card's memory after a step, GiB.

    Attributes:
        total: Of the card.
        used: By all programs, as the driver tells it.
        reserved: By torch.
    """

    total: float
    used: float
    reserved: float


@dataclass(frozen=True)
class Spill:
    """Steps that were slow because the card's memory lay in RAM.

    Attributes:
        steps: How many.
        usual_s: What a step takes otherwise, seconds; None where there was none.
        worst_s: What the slowest of them took, seconds.
    """

    steps: int
    usual_s: float | None
    worst_s: float


def find_spill(
    step_s: Sequence[float], used: Sequence[Used | None], usual_s: float | None = None, *, alike: bool = True
) -> Spill | None:
    """Whether a call's steps spilled; the first is left out, since it holds what comes before the steps.

    One slow step alone is none: it may be that of a model's second expert, which is fetched for it.

    Args:
        step_s: Seconds of each step.
        used: The card after each; None where it can't be read.
        usual_s: Seconds of a step of other calls like this one; None = not known.
        alike: Whether all steps take equally long; those that a step cache skips do not.
    """
    later = list(zip(step_s, used, strict=True))[1:]
    usual = min([seconds for seconds, card in later if card is None or not _overflows(card)], default=usual_s)
    usual = usual if usual is None or usual_s is None else min(usual, usual_s)
    over = [seconds for seconds, card in later if card is not None and _overflows(card)]
    slow = [seconds for seconds, card in later if alike and usual and card is not None and _is_slow(seconds, usual, card)]
    spilled = [*over, *slow] if over or len(slow) > 1 else []
    return Spill(len(spilled), usual if alike else None, max(spilled)) if spilled else None


def spill_told(spill: Spill, where: str, total_gb: float) -> Problem:
    """What to say of it.

    Args:
        spill: From `find_spill`.
        where: The shot and chunk.
        total_gb: Of the card, GiB.
    """
    instead = "" if spill.usual_s is None else f" instead of {spill.usual_s:.1f} s"
    what = f"{spill.steps} of its steps take up to {spill.worst_s:.1f} s{instead} while the card is full: its memory lies in RAM"
    cap = f"memory.cap_gb={max(1, math.floor(total_gb - BESIDE_GB))}, with which a smaller step is tried instead"
    return Problem(where, what, f"close other programs that use the card, or set {cap}; or take memory.offload=group", "spill")


class SpillWatch:
    """Looks at the card after every step of a call, and tells of a spill once.

    Args:
        where: The shot and chunk.
        kind: Steps of calls of one kind take equally long.
        usual_s: Seconds of a step of earlier calls of this kind; None = not known.
        alike: As of `find_spill`.
        tell: Whether to say it; what is found is known in any case.

    Attributes:
        kind: The same.
        spill: What was found so far.
    """

    def __init__(self, where: str, kind: Hashable, usual_s: float | None, *, alike: bool, tell: bool) -> None:
        self.kind = kind
        self.spill: Spill | None = None
        self._where, self._usual_s, self._alike, self._tell = where, usual_s, alike, tell
        self._step_s: list[float] = []
        self._used: list[Used | None] = []

    def __call__(self, state: StepState) -> None:
        """Look once."""
        now = card_now()
        self._step_s.append(state.seconds)
        self._used.append(None if now is None else Used(*now))
        self.spill = find_spill(self._step_s, self._used, self._usual_s, alike=self._alike)
        if self.spill is not None and now is not None and self._tell:
            self._tell = False
            logger.warning("{}", spill_told(self.spill, self._where, now[0]))

    def fastest_s(self) -> float | None:
        """Seconds of the fastest step after the first, of a call that did not spill."""
        return None if self.spill is not None else min(self._step_s[1:], default=None)


class Spills:
    """What is known of a model's steps, from call to call."""

    def __init__(self) -> None:
        self._usual_s: dict[Hashable, float] = {}
        self._told_of = ""  # the shot of which a spill was told last: once is enough

    def watch(self, where: str, shot_id: str, kind: Hashable, *, alike: bool) -> SpillWatch:
        """Begin to look at a call.

        Args:
            where: The shot and chunk.
            shot_id: The shot.
            kind: Steps of calls of one kind take equally long.
            alike: As of `find_spill`.
        """
        return SpillWatch(where, kind, self._usual_s.get(kind), alike=alike, tell=shot_id != self._told_of)

    def over(self, watch: SpillWatch, shot_id: str) -> dict[str, Any]:
        """Learn from a call that is over. For the chunk's record: ``spill``, or nothing where nothing spilled.

        Args:
            watch: From `watch`.
            shot_id: The shot.
        """
        fastest = watch.fastest_s()
        if fastest is not None:
            self._usual_s[watch.kind] = min(fastest, self._usual_s.get(watch.kind, fastest))
        if watch.spill is None:
            return {}
        self._told_of = shot_id
        return {"spill": asdict(watch.spill)}


def _is_slow(seconds: float, usual_s: float, card: Used) -> bool:
    return not _overflows(card) and card.used >= FULL * card.total and seconds > SLOWER * usual_s


def _overflows(card: Used) -> bool:
    return card.reserved > card.total - DRIVERS_GB
