"""The colours of a chunk are led back to those of the frames that it was handed.

A model gives the frames it is handed once more, in colours that are a little off (each way through a VAE shifts them), and the
frames that follow share the fault. So what was handed and what came back is the same picture in two colours. What it was
handed had been led back itself: all chunks of a shot end up with the colours of its first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from storyvid.continuity.colour import Transform, delta_e, estimate, mean_lab

if TYPE_CHECKING:
    from storyvid.backends.base import ColourMatch, Frame, Frames
    from storyvid.continuity.colour import Floats

# Part of what a stored clip looks like: raise MATCH_RULE in `storyvid.clips.fingerprint` when one of them changes.
LINES = 120  # height at which pictures are compared: a model softens what it repeats, and softness is no lack of contrast
OTHER_PICTURE = 25.0  # delta E from which what came back is not the picture that was handed
LEAST_LIKENESS = 0.5  # correlation of luma below which it is not
STILL = 8.0  # levels (of 255) that a pixel may change by from one frame to the next and still count as standing still
ENOUGH_STILL = 0.25  # share of the pixels that must stand still
SUDDEN = 8.0  # delta E by which the frame after the repeated one may ask for more than that one: beyond is the story's light


@dataclass(frozen=True)
class Match:
    """What is done to a chunk's colours.

    Attributes:
        transform: Of every frame; None where the chunk keeps its own colours.
        moved: How far it moves the mean colour, delta E.
        facts: For the chunk's record.
    """

    transform: Transform | None
    moved: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)

    def apply(self, frame: Frame) -> Frame:
        """A frame in the colours of the first chunk.

        Args:
            frame: uint8 (height, width, 3) RGB, as the model gave it.
        """
        return frame if self.transform is None else self.transform.apply(frame)


class Colours:
    """The frames that a chunk adds to its clip, in the colours of the frame it was handed.

    Args:
        asked: What is to be done; None = nothing.
        handed: What the chunk starts from.
        dropped: Frames at its start that repeat what it was handed.
    """

    def __init__(self, asked: ColourMatch | None, handed: Frames | None, dropped: int) -> None:
        self._asked, self._handed, self._dropped = asked, handed, dropped
        self._match: Match | None = None

    def matched(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """The frames after the repeated ones. One transform serves them all: a new one for each would flicker."""
        repeated = deque(islice(frames, self._dropped), maxlen=1)
        for frame in frames:
            if self._match is None and self._asked is not None and self._handed is not None and repeated:
                self._match = match_colours(self._asked, self._handed[-1], repeated[-1], frame)
            yield frame if self._match is None else self._match.apply(frame)

    @property
    def facts(self) -> dict[str, Any]:
        """What was done, for the chunk's record; nothing where nothing was asked for."""
        return {} if self._match is None else {"colour_match": self._match.facts}

    @property
    def metrics(self) -> dict[str, float]:
        """How far colours were moved, where they were."""
        return {} if self._match is None or self._match.transform is None else {"match_delta_e": round(self._match.moved, 4)}


def small(frame: Frame) -> Floats:
    """A frame at 120 lines, in levels of 0 to 255 as floats.

    Args:
        frame: uint8 (height, width, 3) RGB.
    """
    picture = frame.astype(np.float32)
    if frame.shape[0] <= LINES:
        return picture
    size = max(1, round(frame.shape[1] * LINES / frame.shape[0])), LINES
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def match_colours(asked: ColourMatch, handed: Frame, repeated: Frame, following: Frame) -> Match:
    """What brings a chunk's colours back.

    Where enough of the picture stands still, or moves with the camera, it is taken from the frame that follows the repeated one:
    that one is seen beside the handed frame, and models that hold their first frame (Wan 2.2 5B) change colours right after it.
    Other pixels don't count there, since they do not show the same.

    Args:
        asked: The method and its strength.
        handed: The last frame that the chunk was handed.
        repeated: The same frame as the model gave it back.
        following: The first frame that the clip keeps of the chunk.
    """
    wanted, given, after = (small(frame) for frame in (handed, repeated, following))
    facts: dict[str, Any] = {"method": asked.method, "strength": asked.strength}
    skipped = _not_the_picture(wanted, given)
    if skipped:
        return Match(None, facts={**facts, "skipped": skipped})
    after, still = max((_still(given, after), _followed(given, after)), key=lambda found: float(found[1].mean()))
    repeated_moved = delta_e(mean_lab(given), mean_lab(wanted))
    facts["estimated_from"] = "repeated"
    if still.mean() >= ENOUGH_STILL:
        followed = delta_e(mean_lab(after[still][None]), mean_lab(wanted[still][None]))
        if followed - repeated_moved <= SUDDEN:
            facts["estimated_from"] = "following"
            wanted, given = wanted[still][None], after[still][None]
        else:  # a lamp is lit, a cloud comes
            facts["sudden_delta_e"] = round(followed, 2)
    transform = estimate(asked.method, given, wanted, asked.strength)
    moved = delta_e(mean_lab(transform.on_floats(given)), mean_lab(given))
    return Match(transform, moved, {**facts, **transform.described()})


def _not_the_picture(wanted: Floats, given: Floats) -> str:
    """Why two pictures are not the same one in other colours; empty where they are."""
    distance = delta_e(mean_lab(wanted), mean_lab(given))
    if distance > OTHER_PICTURE:
        return f"what it was handed came back {distance:.0f} ΔE away (up to {OTHER_PICTURE:g} is matched)"
    likeness = _likeness(*(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (wanted, given)))
    if likeness < LEAST_LIKENESS:
        return f"what it was handed came back as another picture (likeness {likeness:.2f}, from {LEAST_LIKENESS:g} it is matched)"
    return ""


def _likeness(one: Any, other: Any) -> float:
    """Correlation of two lumas; 1 of two that are both flat."""
    spreads = float(one.std()), float(other.std())
    if min(spreads) < 1:
        return float(max(spreads) < 2)
    return float(((one - one.mean()) * (other - other.mean())).mean() / (spreads[0] * spreads[1]))


def _still(before: Floats, after: Floats) -> tuple[Floats, Any]:
    """A frame, and what of it (height, width, bool) stands still since the one before, whatever their colours are as a whole.

    By the median: of what moves, up to half of the picture, it knows nothing.
    """
    change = after - before
    return after, np.abs(change - np.median(change, axis=(0, 1))).max(axis=2) < STILL


def _followed(before: Floats, after: Floats) -> tuple[Floats, Any]:
    """The same of the frame moved back to where the one before it was, as if the camera had panned or tilted.

    By whole pixels: parts of one would soften the picture.
    """
    lumas = [np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32) for picture in (before, after)]
    height, width = lumas[0].shape
    (right, down), _ = cv2.phaseCorrelate(lumas[0], lumas[1], cv2.createHanningWindow((width, height), cv2.CV_32F))
    back = np.array([[1.0, 0, -round(right)], [0, 1.0, -round(down)]])
    moved = np.asarray(cv2.warpAffine(after, back, (width, height)), np.float32)
    inside = cv2.warpAffine(np.ones((height, width), np.float32), back, (width, height)) == 1
    moved, still = _still(before, moved)
    return moved, still & inside
