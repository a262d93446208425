"""Stable Video Diffusion: reads no text at all. It animates a picture; `keyframe` describes that picture."""

from __future__ import annotations

from storyvid.errors import Problem
from storyvid.prompts.parts import ShotWords, Template


def _advise(words: ShotWords, where: str) -> list[Problem]:
    del words
    what = "SVD reads no text, so neither prompt nor negative_prompt reaches it; it animates its first frame"
    return [Problem(where, what, "say what the first frame shows in first_frame_prompt", "no-text")]


TEMPLATE = Template(full=(), change=(), max_words=0, max_change_words=0, advise=_advise)
