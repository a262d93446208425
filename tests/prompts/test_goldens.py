"""The prompts of whole films, as text files that a person can read and a diff can show."""

from collections.abc import Callable

import pytest

from storyvid.prompts import ShotPrompts

from .films import FILMS, compile_film


def as_text(shot_id: str, prompts: ShotPrompts) -> str:
    lines = [
        f"== {shot_id} ==",
        f"prompt: {prompts.prompt}",
        f"opening: {prompts.opening_prompt}",
        f"continuation: {prompts.continuation_prompt}",
        f"negative: {prompts.negative_prompt}",
        f"first frame: {prompts.first_frame_prompt}",
        *(f"warning: {problem}" for problem in prompts.warnings),
        *(f"error: {problem}" for problem in prompts.errors),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


@pytest.mark.parametrize("family", ["plain", "wan", "ltx", "svd"])
@pytest.mark.parametrize("film", sorted(FILMS))
def test_prompts_are_the_recorded_ones(film: str, family: str, golden: Callable[[str, str], None]) -> None:
    shots = compile_film(FILMS[film], family)
    golden(f"prompts/{film}.{family}.txt", "\n".join(as_text(shot_id, prompts) for shot_id, prompts in shots.items()))
