"""How shots and chunks are sampled: which value wins, the makers' own recipe for pictures, and what a model refuses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from storyvid.backends.base import BackendConfig, ChunkRequest
from storyvid.config import AnyRunConfig, was_typed
from storyvid.errors import Problem
from storyvid.plan.planned import ChunkPlan, ShotPlan
from storyvid.storyboard.schema import Shot

# Key of the sampler and of a shot's overrides -> its name in a request.
NAMES: Mapping[str, str] = {
    "steps": "num_inference_steps",
    "cfg": "guidance_scale",
    "cfg_2": "guidance_scale_2",
    "flow_shift": "flow_shift",
}


def shot_settings(shot: Shot, config: AnyRunConfig, typed: Collection[str]) -> dict[str, Any]:
    """A shot's values by their names in a request: command line > shot overrides > configuration.

    Args:
        shot: The storyboard's words.
        config: Checked configuration.
        typed: Keys typed on the command line.
    """
    own = _overriding(shot, typed)
    return {name: own.get(key, getattr(config.sampler, key)) for key, name in NAMES.items()}


def picture_settings(shot: Shot, config: AnyRunConfig, typed: Collection[str]) -> dict[str, Any]:
    """What a shot's chunks that start from a picture have otherwise, by its name in a request.

    The makers of some models publish another recipe for pictures. It is taken where a value is the published one for text, and
    was neither typed nor chosen for the shot.

    Args:
        shot: The storyboard's words.
        config: Checked configuration.
        typed: Keys typed on the command line.
    """
    backend: BackendConfig = config.backend
    if backend.published_for_pictures is None:
        return {}
    own = _overriding(shot, typed)
    values: dict[str, Any] = {}
    for key, name in NAMES.items():
        usual, for_pictures = getattr(backend.published, key), getattr(backend.published_for_pictures, key)
        left_alone = key not in own and f"sampler.{key}" not in typed and getattr(config.sampler, key) == usual
        if left_alone and key in backend.uses and for_pictures not in (None, usual):
            values[name] = for_pictures
    return values


def own_settings(chunk: ChunkPlan | ChunkRequest) -> dict[str, Any]:
    """The settings that a chunk has otherwise than its shot, by key."""
    values = {key: getattr(chunk, name) for key, name in NAMES.items()}
    return {key: value for key, value in values.items() if value is not None}


def refused_settings(config: AnyRunConfig) -> Iterator[Problem]:
    """What the model can't be sampled with, of the film's settings.

    Args:
        config: Checked configuration.
    """
    for key, what, fix in config.backend.refused_settings(config.sampler):
        yield Problem(key, what, fix, "sampler")


def refused_overrides(shot: Shot, where: str, config: AnyRunConfig, typed: Collection[str]) -> Iterator[Problem]:
    """The same of a shot's own settings.

    Args:
        shot: The storyboard's words.
        where: The shot, for messages.
        config: Checked configuration.
        typed: Keys typed on the command line.
    """
    own = _overriding(shot, typed)
    for key, what, fix in config.backend.refused_settings(config.sampler.model_copy(update=own)) if own else ():
        name = key.removeprefix("sampler.")
        if name in own:
            yield Problem(f"{where}.overrides.{name}", what, fix, "sampler")


def ignores_negative_prompt(planned: ShotPlan, backend: BackendConfig) -> bool:
    """Whether a model that reads prompts reads no negative one: without guidance (a scale of 1 or less) it is not used.

    Args:
        planned: The shot, with its settings.
        backend: The backend's configuration.
    """
    if "negative_prompt" not in backend.uses:
        return "prompt" in backend.uses
    scales = [planned.guidance_scale if chunk.guidance_scale is None else chunk.guidance_scale for chunk in planned.chunks]
    return max(scales, default=planned.guidance_scale) <= 1


def _overriding(shot: Shot, typed: Collection[str]) -> dict[str, Any]:
    """A shot's overrides that no typed value wins over, by key."""
    values = {key: getattr(shot.overrides, key) for key in NAMES}
    return {key: value for key, value in values.items() if value is not None and not was_typed(f"sampler.{key}", typed)}
