"""What can be seen of the joins between chunks, measured on small pictures while the frames pass."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from storyvid.continuity.colour import delta_e, mean_lab
from storyvid.continuity.match import small

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from storyvid.backends.base import Frame, Frames
    from storyvid.continuity.colour import Floats

AROUND = 2  # frame-to-frame steps on either side of a join that say how much usually changes there
LEAST_STEP = 0.5  # levels of 255: below this nothing is seen to move, and a ratio to it would say nothing
DIGITS = 4


@dataclass
class _Chunk:
    """One chunk so far: sums, and what its ends need."""

    join_step: float | None = None  # change of luma across the join into it
    join_delta_e: float | None = None
    lab_sum: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))
    lumas: list[float] = field(default_factory=list)
    first_steps: list[float] = field(default_factory=list)
    last_steps: deque[float] = field(default_factory=lambda: deque(maxlen=AROUND))

    @property
    def mean_lab(self) -> NDArray[np.float64]:
        return self.lab_sum / len(self.lumas)


class Seams:
    """Numbers of each chunk of a shot, from its frames in their order.

    Args:
        before: Frames of another shot that the first chunk goes on from; None where it begins anew.
    """

    def __init__(self, before: Frames | None = None) -> None:
        self._chunks: dict[int, _Chunk] = {}
        self._luma: Floats | None = None  # of the frame before
        self._lab: NDArray[np.float64] | None = None
        for frame in before if before is not None else ():
            self.add(frame, -1)

    def add(self, frame: Frame, chunk: int) -> None:
        """Take the next frame of the clip.

        Args:
            frame: uint8 (height, width, 3) RGB, as it goes into the clip.
            chunk: The chunk it belongs to, from 0.
        """
        picture = small(frame)
        luma, lab = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32), mean_lab(picture)
        first = chunk not in self._chunks
        one = self._chunks.setdefault(chunk, _Chunk())
        if self._luma is not None and self._lab is not None:
            step = float(np.abs(luma - self._luma).mean())
            if first:
                one.join_step, one.join_delta_e = step, delta_e(lab, self._lab)
            else:
                one.first_steps = [*one.first_steps, step][:AROUND]
                one.last_steps.append(step)
        one.lab_sum = one.lab_sum + lab
        one.lumas.append(float(luma.mean()))
        self._luma, self._lab = luma, lab

    def metrics(self, chunk: int) -> dict[str, float]:
        """The numbers of a chunk whose frames have passed.

        ``seam_ratio``: change across the join into it by the usual change around; 1 and less is not seen. ``seam_delta_e``: step
        of the mean colour there. ``drift_delta_e``: its mean colour against that of the shot's first chunk; what the story
        changes counts, too. ``luma_flicker``: mean second difference of mean luma, levels of 255.
        """
        one = self._chunks[chunk]
        found = {"seam_ratio": self._seam_ratio(chunk), "seam_delta_e": one.join_delta_e}
        if chunk > 0:
            found["drift_delta_e"] = delta_e(one.mean_lab, self._chunks[0].mean_lab)
        found["luma_flicker"] = flicker(one.lumas)
        return {name: round(value, DIGITS) for name, value in found.items() if value is not None}

    def _seam_ratio(self, chunk: int) -> float | None:
        one, before = self._chunks[chunk], self._chunks.get(chunk - 1)
        around = [*(before.last_steps if before else ()), *one.first_steps]
        if one.join_step is None or not around:
            return None
        return one.join_step / max(float(np.median(around)), LEAST_STEP)


def flicker(lumas: Sequence[float]) -> float | None:
    """Mean absolute second difference: a steady brightening has none, light that pumps has much. None of fewer than three.

    Args:
        lumas: Mean luma of each frame.
    """
    return float(np.abs(np.diff(lumas, 2)).mean()) if len(lumas) > 2 else None
