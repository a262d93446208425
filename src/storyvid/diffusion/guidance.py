"""Guidance only where it matters: a step without it is one pass of the model instead of two."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storyvid.backends.base import Progress


def guided_steps(steps: int, high: int, cfg: float, cfg_2: float | None, until: float) -> int:
    """How many steps are guided; these are always the first ones, in which the prompt decides what is seen.

    A scale of 1 adds nothing of the negative prompt, so the second expert does without its second pass there.

    Args:
        steps: In all.
        high: Of these, how many the first expert does; all of them where there is one.
        cfg: Guidance scale; 1 or less means none at all, as in diffusers.
        cfg_2: Of the second expert; None where there is one.
        until: Share of the steps that may be guided, above 0 to 1; a part of a step counts as one.
    """
    if cfg <= 1:
        return 0
    wanted = max(1, math.ceil(round(until * steps, 6)))  # 0.7 x 10 is a little more than 7
    return min(wanted, high) if cfg_2 == 1 else wanted


def ending_guidance(pipe: Any, guided: int, progress: Progress) -> Progress:
    """A progress call that also ends a pipeline's guidance: Wan's asks at every step whether there is any.

    Args:
        pipe: Of Wan, in whose call this is used.
        guided: After so many steps.
        progress: Is called as before.
    """

    def stepped(done: int, steps: int) -> None:
        if done >= guided:
            pipe._guidance_scale = 1.0  # what its do_classifier_free_guidance reads; every call sets it anew
        progress(done, steps)

    return stepped
