"""What is worth saying of a shot's joins once it is rendered: colours that drift or jump, and chunks left as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from storyvid.errors import Problem

if TYPE_CHECKING:
    from storyvid.backends.base import ChunkRecord, ColourMatch

SHOT_METRICS = ("seam_ratio", "seam_delta_e", "drift_delta_e")  # of a shot, the largest of its chunks'


def shot_metrics(chunks: Iterable[ChunkRecord]) -> dict[str, float]:
    """The largest of each of the chunks' numbers; none for a shot without a join.

    Args:
        chunks: Of the clip.
    """
    measured = [chunk.metrics for chunk in chunks]
    values = {name: [metrics[name] for metrics in measured if name in metrics] for name in SHOT_METRICS}
    return {name: max(found) for name, found in values.items() if found}


def continuity_warnings(
    where: str, chunks: Sequence[ChunkRecord], *, told_delta_e: float, asked: ColourMatch | None, may_ask: bool
) -> Iterator[Problem]:
    """Drift, jumps, chunks whose colours were changed much, and those whose colours could not be matched.

    Args:
        where: The shot, for messages.
        chunks: What came of it.
        told_delta_e: From which difference of colours on it is told.
        asked: What was to be done about them.
        may_ask: Whether the backend's colours can be matched at all.
    """
    cure = _cure(asked, may_ask=may_ask)
    limit = f"(told from {told_delta_e:g})"
    drift, number = max(((chunk.metrics.get("drift_delta_e", 0.0), chunk.index + 1) for chunk in chunks), default=(0.0, 0))
    if drift > told_delta_e:
        what = f"the colours of chunk {number} are {drift:.1f} ΔE from those of its first chunk {limit}"
        yield Problem(where, what, f"none is needed where the story changes the light; else {cure}", "colour-drift")
    led = {chunk.index: chunk.metrics.get("match_delta_e", 0.0) for chunk in chunks}
    led = {index: value for index, value in led.items() if value > told_delta_e}
    if led:
        what = f"the colours of {_named(led)} were led back by {_up_to(led.values())} ΔE to those before {limit}"
        fix = (
            "none is needed where the model went astray; where the story changes the light there, set continuity.colour_match=none"
        )
        yield Problem(where, what, fix, "colour-led")
    skipped = {chunk.index: str(chunk.facts["colour_match"]["skipped"]) for chunk in chunks if _is_skipped(chunk)}
    jumps = {chunk.index: chunk.metrics.get("seam_delta_e", 0.0) for chunk in chunks if chunk.index not in skipped}
    jumps = {index: value for index, value in jumps.items() if value > told_delta_e}
    if jumps:
        what = f"colours jump by {_up_to(jumps.values())} ΔE at the beginning of {_named(jumps)} {limit}"
        yield Problem(where, what, cure, "colour-jump")
    if skipped:
        what = f"{_named(skipped)} could not be given the colours before: {next(iter(skipped.values()))}"
        yield Problem(where, what, "look at the join; another take or a cut may be better", "colour-skipped")


def _is_skipped(chunk: ChunkRecord) -> bool:
    return "skipped" in chunk.facts.get("colour_match", {})


def _up_to(values: Collection[float]) -> str:
    return f"{'up to ' if len(values) > 1 else ''}{max(values):.1f}"


def _named(indices: Collection[int]) -> str:
    numbers = [str(index + 1) for index in indices]
    return f"chunk {numbers[0]}" if len(numbers) == 1 else f"chunks {', '.join(numbers[:-1])} and {numbers[-1]}"


def _cure(asked: ColourMatch | None, *, may_ask: bool) -> str:
    """What helps against colours that go astray, the cheapest first."""
    if may_ask and asked is None:
        return "set continuity.colour_match=mkl"
    stronger = "set continuity.colour_match=mkl, " if asked is not None and asked.method == "reinhard" else ""
    return f"{stronger}make the shot shorter, cut, or try another take"
