"""From a shot's fields to the texts a model reads, by the template of its family."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from storyvid.prompts import keyframe, ltx, plain, svd, wan
from storyvid.prompts.advice import (
    refuse_empty,
    refuse_too_long,
    warn_of_conflicts,
    warn_of_length,
    warn_of_template,
)
from storyvid.prompts.characters import Look, character_id, find_cast, mentions, replace_names
from storyvid.prompts.negative import compile_negative
from storyvid.prompts.parts import ShotPrompts, ShotWords, Template, compose, tidy
from storyvid.storyboard.schema import ContinueFrom, Location, Shot, Storyboard

TEMPLATES: Mapping[str, Template] = {"plain": plain.TEMPLATE, "wan": wan.TEMPLATE, "ltx": ltx.TEMPLATE, "svd": svd.TEMPLATE}


def compile_prompts(
    storyboard: Storyboard, shot: Shot, *, family: str, default_negative: str, prompt_tokens: int | None, where: str
) -> ShotPrompts:
    """The prompts of one shot for one model family. Nothing is ever cut: what is too long is an error.

    Args:
        storyboard: The film the shot belongs to, for style, characters, locations and what came before.
        shot: One of its shots.
        family: plain, wan, ltx or svd.
        default_negative: The backend's negative prompt.
        prompt_tokens: Tokens the family's text encoder reads; None = no limit.
        where: Message prefix, for example ``my.json, shot "S02" (2 of 6)``.

    Raises:
        ValueError: No such family.
    """
    if family not in TEMPLATES:
        raise ValueError(f"{family!r} is not a prompt family: use one of {', '.join(TEMPLATES)}")
    template = TEMPLATES[family]
    cast = find_cast(storyboard, shot)
    full = _full_words(storyboard, shot, cast, _seen(shot))
    still = _full_words(storyboard, shot, cast, tidy(shot.first_frame_prompt) or _seen(shot))
    opening = _change_words(storyboard, shot, cast, _in_picture_before(storyboard, shot))
    continuation = _change_words(storyboard, shot, cast, _in_picture(storyboard, shot))
    own_negatives = tuple(_short(text, cast) for text in (storyboard.negative_prompt, shot.negative_prompt) if text)
    prompts = ShotPrompts(
        prompt=compose(template.full, full),
        opening_prompt=compose(template.change, opening),
        continuation_prompt=compose(template.change, continuation),
        negative_prompt=compile_negative(storyboard, own_negatives, default_negative) if template.takes_text else "",
        first_frame_prompt=compose(keyframe.PARTS, still),
    )
    warnings = (
        *warn_of_template(template, full, shot, where),
        *warn_of_length(prompts, shot, template, where),
        *warn_of_conflicts(prompts, storyboard, shot, own_negatives, where),
    )
    errors = (*refuse_empty(shot, where), *refuse_too_long(prompts, shot, prompt_tokens, where))
    return replace(prompts, warnings=warnings, errors=errors)


def _full_words(storyboard: Storyboard, shot: Shot, cast: tuple[Look, ...], text: str) -> ShotWords:
    action = replace_names(text, cast, ())
    unnamed = [look for look in cast if look.description and _listed(storyboard, shot, look) and not mentions(text, look.name)]
    looks = [look.description for look in cast if look in action.undescribed or look in unnamed]
    free = [_short(entry, cast) for entry in shot.characters if character_id(storyboard, entry) is None]
    location = storyboard.locations.get(shot.location or "") or Location(description=shot.location or "")
    return ShotWords(
        action=action.text,
        looks=(*looks, *(entry for entry in free if entry.casefold() not in action.text.casefold())),
        style=_short(storyboard.style, cast),
        place=_short(location.description, cast),
        time_of_day=_short(shot.time_of_day or location.time_of_day, cast),
        weather=_short(shot.weather, cast),
        lighting=_short(shot.lighting or location.lighting, cast),
        mood=_short(shot.mood, cast),
        camera=shot.camera,
        camera_text=_short(shot.camera.text, cast),
    )


def _change_words(storyboard: Storyboard, shot: Shot, cast: tuple[Look, ...], known: Collection[str]) -> ShotWords:
    """What moves or changes. Characters already in the picture are referred to, others described."""
    action = replace_names(tidy(shot.continuation_prompt) or _seen(shot), cast, known)
    looks = tuple(look.description for look in action.undescribed)
    return ShotWords(action=action.text, looks=looks, camera=shot.camera, camera_text=_short(shot.camera.text, cast))


def _seen(shot: Shot) -> str:
    """What is seen and moves; the first frame alone where the shot says no more."""
    return tidy(shot.prompt) or tidy(shot.first_frame_prompt)


def _short(text: str | None, cast: tuple[Look, ...]) -> str:
    """A text beside the action: names become short references."""
    return replace_names(text or "", cast, [look.id for look in cast]).text


def _listed(storyboard: Storyboard, shot: Shot, look: Look) -> bool:
    return look.id in {character_id(storyboard, entry) for entry in shot.characters}


def _in_picture(storyboard: Storyboard, shot: Shot) -> set[str]:
    """Ids of the characters that a shot's own first chunk shows."""
    cast = find_cast(storyboard, shot)
    return {look.id for look in cast if _listed(storyboard, shot, look) or mentions(_seen(shot), look.name)}


def _in_picture_before(storyboard: Storyboard, shot: Shot) -> set[str]:
    """Ids of the characters in the frame the shot starts from; none are known of a picture file."""
    if isinstance(shot.continuity, ContinueFrom):
        source = next((other for other in storyboard.shots if other.id == shot.continuity.from_), None)
    else:
        before = [other for other in storyboard.shots[: _position(storyboard, shot)] if not other.skip]
        source = before[-1] if before and shot.continuity == "continue" else None
    return _in_picture(storyboard, source) if source else set()


def _position(storyboard: Storyboard, shot: Shot) -> int:
    return next((k for k, other in enumerate(storyboard.shots) if other.id == shot.id), 0)
