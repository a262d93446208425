"""Where a model's weights are: a folder on this machine, or the hub's cache. Nothing here touches the network."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.diffusion.families import replaced_parts
from storyvid.diffusion.hashes import counted_files, file_sha256, folder_sha256
from storyvid.diffusion.layout import INDEX as INDEX
from storyvid.diffusion.layout import MISSING, folder_problem, layout_problems
from storyvid.errors import ConfigError, Problem

if TYPE_CHECKING:
    from storyvid.diffusion.config import DiffusionConfig

# owner/name, by huggingface_hub's rule
HUB_ID = re.compile(r"(?!.*(?:--|\.\.))[A-Za-z0-9_][\w.-]*[A-Za-z0-9_]/(?=.{1,96}$)[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?", re.ASCII)
COMMIT = re.compile(r"[0-9a-f]{40}")
ROLES = {"model": "revision", "image_model": "image_revision", "keyframe": "keyframe_revision"}  # key -> its revision's key


_whole: set[tuple[Path, tuple[str, ...]]] = set()  # snapshots of the hub's cache that were seen to be complete


@dataclass(frozen=True)
class Checkpoint:
    """Weights that are on this machine.

    Attributes:
        folder: A diffusers folder: the user's own, or the hub cache's snapshot.
        commit: The hub's commit; None for a folder of the user's.
        without: Parts whose weights come from elsewhere, and may be missing.
    """

    folder: Path
    commit: str | None
    without: tuple[str, ...] = ()

    @cached_property
    def identity(self) -> str:
        """What says which weights these are: the commit, or a SHA-256 over names and contents of the files."""
        return self.commit or folder_sha256(self.folder, self.without)


def find_checkpoint(
    model: str, revision: str | None, *, key: str = "backend.model", without: Collection[str] = ()
) -> Checkpoint | None:
    """The checkpoint that a hub id or a folder names; None for a hub id whose weights are not (all) on this machine.

    Args:
        model: Hub id or local folder.
        revision: Branch, tag or commit of a hub id; None = its main branch.
        key: For messages.
        without: Parts whose weights come from elsewhere, so that they may be missing.

    Raises:
        ConfigError: A folder that is no diffusers folder.
    """
    folder = local_folder(model)
    if folder is None:
        return _find_in_cache(model, revision, tuple(without))
    problem = folder_problem(folder, model, key)
    if problem is not None:
        raise ConfigError(problem)
    return Checkpoint(folder, None, tuple(without))


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
            found[role] = find_checkpoint(model, revision, key=f"backend.{role}", without=replaced_parts(config, role))
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
    revisions = {role: revision or "" for role, (_, revision) in sources(config).items()}
    found: dict[str, Any] = {}
    for role, checkpoint in find_checkpoints(config).items():
        fixed = revisions[role] if COMMIT.fullmatch(revisions[role]) else None
        found[role] = checkpoint.identity if checkpoint else fixed
    files: Mapping[str, tuple[str, ...]] = {"gguf": config.gguf, "loras": tuple(lora.path for lora in config.loras)}
    return found | {name: [file_sha256(Path(path)) for path in paths] for name, paths in files.items() if paths}


def hashed_files(config: DiffusionConfig) -> list[Path]:
    """The files that `weights_identity` reads: those that no commit stands for.

    Args:
        config: The backend's configuration.
    """
    found = [checkpoint for checkpoint in find_checkpoints(config).values() if checkpoint is not None and checkpoint.commit is None]
    folders = [counted_files(checkpoint.folder, checkpoint.without) for checkpoint in found]
    return [*chain.from_iterable(folders), *map(Path, (*config.gguf, *(lora.path for lora in config.loras)))]


def _find_in_cache(model: str, revision: str | None, without: tuple[str, ...]) -> Checkpoint | None:
    """The hub cache's snapshot, where every file is there: a download that broke off is none."""
    from huggingface_hub import try_to_load_from_cache

    index = try_to_load_from_cache(model, INDEX, revision=revision)
    if not isinstance(index, str):
        return None
    folder = Path(index).parent
    if (folder, without) not in _whole:
        if any(problem.code == MISSING for problem in layout_problems(folder, without)):
            return None
        _whole.add((folder, without))
    return Checkpoint(folder, folder.name, without)
