"""Where a model's weights are: a folder on this machine, or the hub's cache. Nothing here touches the network."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.diffusion.hashes import file_sha256, folder_sha256
from storyvid.errors import ConfigError, Problem

if TYPE_CHECKING:
    from storyvid.diffusion.config import DiffusionConfig

INDEX = "model_index.json"
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")  # owner/name
COMMIT = re.compile(r"[0-9a-f]{40}")
ROLES = {"model": "revision", "image_model": "image_revision", "keyframe": "keyframe_revision"}  # key -> its revision's key
LOOKS = "a diffusers folder holds model_index.json and one folder for each part (transformer, vae, text_encoder …)"


@dataclass(frozen=True)
class Checkpoint:
    """Weights that are on this machine.

    Attributes:
        folder: A diffusers folder: the user's own, or the hub cache's snapshot.
        commit: The hub's commit; None for a folder of the user's.
    """

    folder: Path
    commit: str | None

    @cached_property
    def identity(self) -> str:
        """What says which weights these are: the commit, or a SHA-256 over names and contents of the files."""
        return self.commit or folder_sha256(self.folder)


def find_checkpoint(model: str, revision: str | None, *, key: str = "backend.model") -> Checkpoint | None:
    """The checkpoint that a hub id or a folder names; None for a hub id whose weights are not (all) on this machine.

    Args:
        model: Hub id or local folder.
        revision: Branch, tag or commit of a hub id; None = its main branch.
        key: For messages.

    Raises:
        ConfigError: A folder that is no diffusers folder.
    """
    folder = local_folder(model)
    if folder is None:
        return _find_in_cache(model, revision)
    problem = _folder_problem(folder, model, key)
    if problem is not None:
        raise ConfigError(problem)
    return Checkpoint(folder, None)


def find_checkpoints(config: DiffusionConfig) -> dict[str, Checkpoint | None]:
    """Every checkpoint that a backend loads, by role: ``model``, and ``image_model`` and ``keyframe`` where it has them.

    Args:
        config: The backend's configuration.

    Raises:
        ConfigError: Folders that are no diffusers folders, all at once.
    """
    found: dict[str, Checkpoint | None] = {}
    problems: list[Problem] = []
    for role, (model, revision) in sources(config).items():
        try:
            found[role] = find_checkpoint(model, revision, key=f"backend.{role}")
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return found


def sources(config: DiffusionConfig) -> dict[str, tuple[str, str | None]]:
    """Hub id or folder, and revision, of each role. A folder with ``text`` and ``image`` in it serves both models of a family.

    Args:
        config: The backend's configuration.
    """
    named = {
        role: (str(getattr(config, role)), getattr(config, revision, None))
        for role, revision in ROLES.items()
        if getattr(config, role, None)
    }
    both = local_folder(config.model)
    if both is not None and not (both / INDEX).exists() and all((both / part / INDEX).is_file() for part in ("text", "image")):
        named["model"] = (str(both / "text"), None)
        if "image_model" in named and local_folder(named["image_model"][0]) is None:
            named["image_model"] = (str(both / "image"), None)
    return named


def local_folder(model: str) -> Path | None:
    """The folder that a model names, whether it exists or not; None for a hub id.

    Args:
        model: ``owner/name``, unless it names a folder that exists (from the current folder), or looks like a path.
    """
    path = Path(model)
    if path.parts[:1] == ("~",):
        path = path.expanduser()
    if path.is_dir() or not HUB_ID.fullmatch(model):
        return path.absolute()
    return None


def weights_identity(config: DiffusionConfig) -> dict[str, Any]:
    """Which weights a backend loads, by content; for the fingerprint and for records. Where they lie is no part of it.

    Args:
        config: The backend's configuration.

    Returns:
        Role -> commit or SHA-256, None where it is known only after a download; ``gguf`` and ``loras`` as lists of SHA-256.
    """
    found: dict[str, Any] = {}
    for role, (model, revision) in sources(config).items():
        checkpoint = find_checkpoint(model, revision, key=f"backend.{role}")
        found[role] = checkpoint.identity if checkpoint else revision if COMMIT.fullmatch(revision or "") else None
    files: Mapping[str, tuple[str, ...]] = {"gguf": config.gguf, "loras": tuple(lora.path for lora in config.loras)}
    return found | {name: [file_sha256(Path(path)) for path in paths] for name, paths in files.items() if paths}


def _find_in_cache(model: str, revision: str | None) -> Checkpoint | None:
    from huggingface_hub import try_to_load_from_cache

    index = try_to_load_from_cache(model, INDEX, revision=revision)
    if not isinstance(index, str):
        return None
    folder = Path(index).parent
    return Checkpoint(folder, folder.name)


def _folder_problem(folder: Path, model: str, key: str) -> Problem | None:
    """What keeps a folder from being a diffusers folder at all."""
    if not folder.is_dir():
        what = f"{model!r} is a file, not a folder" if folder.exists() else f"there is no folder {model!r}"
        return Problem(key, what, f"name a folder ({LOOKS}), or a hub id such as Wan-AI/Wan2.2-TI2V-5B-Diffusers", "no-folder")
    index = folder / INDEX
    if not index.is_file():
        return Problem(key, f"{model} holds no {INDEX}", f"name a diffusers folder: {LOOKS}", "no-index")
    try:
        content = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict) or not isinstance(content.get("_class_name"), str):
        return Problem(str(index), "it is no index of a diffusers pipeline", "copy the whole model folder again", "index")
    return None
