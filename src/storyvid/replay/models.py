"""The models of a recipe: which weights a film was rendered with, and where they are on this machine.

A recipe names no folder and no file of a computer, only their last names, and none of these is looked for here: a film may come
from a stranger. Whoever reproduces it says where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from storyvid.errors import ConfigError, Problem
from storyvid.replay.words import as_path

if TYPE_CHECKING:
    from storyvid.replay.recipe import Recipe

MODEL = "backend.model"
OWN_MODELS = "storyvid/"  # drawn by storyvid: no weights, so no other version of them
REVISIONS = {"model": "revision", "image_model": "image_revision", "keyframe": "keyframe_revision"}
FILES = ("gguf", "loras")
KEYS = tuple(f"backend.{role}" for role in (*REVISIONS, *FILES))  # what reproduce may be told
COMMIT_LENGTH = 40  # characters


def recorded_names(backend: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Key and name of each folder and file that a recipe's backend speaks of, beside ``model``.

    Args:
        backend: Section of the recipe's configuration.
    """
    for role in ("image_model", "keyframe"):
        if isinstance(backend.get(role), str):
            yield role, backend[role]
    for key in FILES:
        values = backend.get(key)
        for value in values if isinstance(values, list | tuple) else [values] if isinstance(values, str) else []:
            yield key, str(value.get("path")) if isinstance(value, Mapping) else str(value)


def backend_here(recipe: Recipe, given: Mapping[str, str], name: str) -> dict[str, Any] | None:
    """The recipe's backend with this machine's folders and files, and with the commits that were used.

    Args:
        recipe: Of the film.
        given: Words by key.
        name: The film, for messages.

    Returns:
        The section, or None where it can stay as it is recorded.

    Raises:
        ConfigError: A folder or a file is not said, or the film was rendered without one that is.
    """
    recorded = recipe.config.get("backend")
    if not isinstance(recorded, Mapping):
        return None
    problems: list[Problem] = []
    changed: dict[str, Any] = {}
    for role, revision in REVISIONS.items():
        key, value = f"backend.{role}", recorded.get(role)
        if key in given:
            changed[role] = _model(given[key], key, value, problems)
        elif isinstance(value, str) and "/" not in value:
            what = f"the film was rendered with a model from a folder named {value!r}, and where that is here is not known"
            problems.append(Problem(name, what, f"add {key}=FOLDER", "model"))
        elif len(str(recipe.weights.get(role))) == COMMIT_LENGTH:
            changed[revision] = recipe.weights[role]  # main may be another one by now
    for key in FILES:
        changed |= _files(key, recorded.get(key), given, name, problems)
    if problems:
        raise ConfigError(problems)
    return {**recorded, **changed} if changed else None


def _model(text: str, key: str, recorded: Any, problems: list[Problem]) -> str:
    """A model's name, or its folder."""
    path = as_path(text)
    if not isinstance(recorded, str):
        problems.append(Problem(key, "the film was rendered without one", "leave it out", "model"))
    elif not path.is_dir() and recorded.startswith(OWN_MODELS) and text != recorded:
        what = f"{text!r} is not the model that the film was drawn with, and storyvid draws with no other"
        problems.append(Problem(key, what, f"leave it out; it is {recorded}", "model"))
    return str(path.absolute()) if path.is_dir() else text


def _files(key: str, recorded: Any, given: Mapping[str, str], name: str, problems: list[Problem]) -> dict[str, Any]:
    """The files of ``gguf`` or ``loras``, as many as were used."""
    names = [value for found, value in recorded_names({key: recorded}) if found == key]
    word = given.get(f"backend.{key}")
    if word is None:
        if names:
            what = f"the film was rendered with files named {', '.join(names)}, and where they are here is not known"
            problems.append(Problem(name, what, f"add backend.{key}={','.join(['FILE'] * len(names))}", "model"))
        return {}
    paths = [str(as_path(part.strip()).absolute()) for part in word.strip("[]").split(",") if part.strip()]
    if len(paths) != len(names):
        what = f"{len(paths)} files given, and the film was rendered with {len(names)}"
        problems.append(Problem(f"backend.{key}", what, "give as many, in the same order", "model"))
        return {}
    if key == "loras":
        return {key: [{**lora, "path": path} for lora, path in zip(recorded, paths, strict=True) if isinstance(lora, Mapping)]}
    return {key: paths}


def refuse_places(backend: Mapping[str, Any], hub_id: Any, name: str) -> None:
    """Names that lead somewhere on this computer: storyvid never writes one into a recipe.

    Args:
        backend: Section of the recipe's configuration.
        hub_id: Pattern of a hub id.
        name: The file, for messages.

    Raises:
        ConfigError: Every one of them.
    """
    problems = []
    for key, value in recorded_names(backend):
        is_bare = not any(mark in value for mark in "/\\:") and value not in ("", ".", "..") and value.isprintable()
        if not is_bare and (key in FILES or not hub_id.fullmatch(value)):
            what = f"{value!r} is neither a model's name nor that of a folder or file"
            problems.append(Problem(f"{name}, recipe.config.backend.{key}", what, "give another file", "model"))
    if problems:
        raise ConfigError(problems)


def told_weights(recorded: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Weights that are not those which were used: what, recorded, here, shortened.

    Args:
        recorded: Of the recipe.
        here: From `storyvid.diffusion.checkpoint.weights_identity`.
    """
    for role in recorded:
        if recorded[role] != here.get(role):
            yield f"weights ({role.replace('_', ' ')})", _short(recorded[role]), _short(here.get(role))


def _short(identity: Any) -> str:
    if identity is None:
        return "not on this machine yet"
    parts = identity if isinstance(identity, list | tuple) else [identity]
    return ", ".join(str(part)[:12] for part in parts)
