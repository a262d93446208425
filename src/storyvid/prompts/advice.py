"""What is worth saying of a shot's compiled prompts: warnings, and the errors that stop a plan."""

from __future__ import annotations

from collections.abc import Iterable

from storyvid.errors import Problem
from storyvid.prompts.budget import check_tokens, check_words
from storyvid.prompts.negative import find_conflicts
from storyvid.prompts.parts import ShotPrompts, ShotWords, Template, tidy
from storyvid.storyboard.schema import Shot, Storyboard


def starts_from_text(shot: Shot) -> bool:
    """Whether nothing but text makes the shot's first frame."""
    return shot.continuity in ("auto", "cut")


def warn_of_template(template: Template, words: ShotWords, shot: Shot, where: str) -> list[Problem]:
    """Fields of the shot that the family's full text leaves out. Text beside a picture never has them."""
    left_out = template.advise(words, where) if starts_from_text(shot) or not template.takes_text else []
    return left_out + _idle_speed(shot, where)


def warn_of_length(prompts: ShotPrompts, shot: Shot, template: Template, where: str) -> list[Problem]:
    """Texts longer than the makers advise."""
    first_limit = template.max_words if starts_from_text(shot) else template.max_change_words
    limits = (first_limit, template.max_change_words)
    pairs = zip(_texts(prompts, shot), limits, strict=False)
    return [problem for (field, text), limit in pairs for problem in check_words(text, limit, f"{where}, {field}")]


def warn_of_conflicts(
    prompts: ShotPrompts, storyboard: Storyboard, shot: Shot, own_negatives: Iterable[str], where: str
) -> list[Problem]:
    """Wishes that the negative prompt works against."""
    text = " ".join([storyboard.style, *(text for _, text in _texts(prompts, shot))])
    return find_conflicts(text, shot.camera, prompts.negative_prompt, own_negatives, where)


def refuse_empty(shot: Shot, where: str) -> list[Problem]:
    """A shot that says nothing to show."""
    if tidy(shot.prompt) or tidy(shot.first_frame_prompt):
        return []
    what = "is empty, and there is no first_frame_prompt"
    return [Problem(f"{where}, prompt", what, "say what is seen and what moves", "prompt-missing")]


def refuse_too_long(prompts: ShotPrompts, shot: Shot, prompt_tokens: int | None, where: str) -> list[Problem]:
    """Texts whose end the encoder would cut."""
    texts = [*_texts(prompts, shot), ("negative_prompt", prompts.negative_prompt)]
    return [problem for field, text in texts for problem in check_tokens(text, prompt_tokens, f"{where}, {field}")]


def _texts(prompts: ShotPrompts, shot: Shot) -> list[tuple[str, str]]:
    """(field, text) of the first chunk, then of the later ones where that is a text of its own.

    What later chunks derive from the first one's text is never longer than it.
    """
    if not starts_from_text(shot):
        return [("continuation_prompt" if shot.continuation_prompt else "prompt", prompts.opening_prompt)]
    later = [("continuation_prompt", prompts.continuation_prompt)] if shot.continuation_prompt else []
    return [("prompt", prompts.prompt), *later]


def _idle_speed(shot: Shot, where: str) -> list[Problem]:
    camera = shot.camera
    if camera.speed is None or camera.movement not in (None, "static"):
        return []
    what = f'speed "{camera.speed}" is not sent: the shot names no camera move that could have it'
    return [Problem(f"{where}, camera.speed", what, "add camera.movement, or drop the speed", "speed-without-move")]
