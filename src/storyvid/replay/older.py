"""Settings that were not there yet when a film was recorded: they are taken as they are here, and told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from storyvid.cli.arguments import parse
from storyvid.cli.folders import conf_dir
from storyvid.cli.help import list_groups
from storyvid.config import AnyRunConfig

MAPS = ("pick",)  # values by shot, not sections
# What settings were before they could be chosen, where not as here.
BEFORE: Mapping[str, Mapping[str, Any]] = {
    "sampler": {"cfg_2": None, "flow_shift": None},
    "continuity": {"colour_match": "none"},
    "memory": {"vae_slicing": False},
}


def composed_here(recorded: Mapping[str, Any], words: Sequence[str] = ()) -> AnyRunConfig:
    """The configuration that the recorded backend and memory profile have here, for what a record lacks.

    Args:
        recorded: A configuration as it was.
        words: Settings that were typed; they win over the record.

    Raises:
        ConfigError: A word can't be used.
    """
    from storyvid.cli.compose import compose_jobs  # brings hydra: not for what is refused before

    options, chosen = list_groups([conf_dir()]), list(words)
    for group in ("backend", "memory"):
        section = recorded.get(group)
        name = section.get("name") if isinstance(section, Mapping) else None
        if isinstance(name, str) and name in options[group] and not any(word.startswith(f"{group}=") for word in words):
            chosen.append(f"{group}={name}")
    return compose_jobs(parse(chosen))[0].config


def fill(recorded: Mapping[str, Any], here: AnyRunConfig) -> dict[str, Any]:
    """A recorded configuration with the settings that it lacks, as they are here.

    Args:
        recorded: As it was.
        here: From `composed_here`.
    """
    defaults = _defaults(recorded, here)
    filled = {**defaults, **recorded}
    for name, section in defaults.items():
        if isinstance(section, dict) and isinstance(recorded.get(name), Mapping) and name not in MAPS:
            filled[name] = {**section, **recorded[name]}
    return filled


def lacking(recorded: Mapping[str, Any], here: AnyRunConfig) -> Iterator[tuple[str, Any]]:
    """Every setting that `fill` adds, with its value."""
    for name, value in _defaults(recorded, here).items():
        if name not in recorded:
            yield name, value
        elif isinstance(value, dict) and isinstance(recorded[name], Mapping) and name not in MAPS:
            yield from ((f"{name}.{key}", below) for key, below in value.items() if key not in recorded[name])


def _defaults(recorded: Mapping[str, Any], here: AnyRunConfig) -> dict[str, Any]:
    """Of another kind of backend no setting is taken."""
    values: dict[str, Any] = here.model_dump(mode="json")
    backend = recorded.get("backend")
    if not isinstance(backend, Mapping) or backend.get("kind") != here.backend.kind:
        del values["backend"]
    return {name: {**value, **BEFORE[name]} if name in BEFORE else value for name, value in values.items()}
