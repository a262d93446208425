"""Weights from the hub: what a download would be, and the download. The only module that uses the network.

Only .safetensors and the text files beside them are fetched, and of these only what is loaded: never code, never pickles.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.diffusion.checkpoint import COMMIT, find_checkpoints, sources
from storyvid.diffusion.families import replaced_parts
from storyvid.diffusion.layout import INDEX, PICKLES
from storyvid.diffusion.weights import check_weights
from storyvid.errors import ConfigError, Problem
from storyvid.record.disk import MEANINGS, disk_problem

if TYPE_CHECKING:
    from storyvid.diffusion.config import DiffusionConfig

GB = 10**9  # bytes; what sizes of downloads are told in
ROOM = 2 * GB  # left free besides the weights
TEXT_FILES = ("*.json", "*.txt", "*.model", "*.jinja")
VARIANTS = ("*.fp16.*", "*.bf16.*", "*.fp32.*", "*.ema.*", "*.non_ema.*")  # copies in another precision, which are not loaded
PAGE = "https://huggingface.co/"


@dataclass(frozen=True)
class Download:
    """A checkpoint that is to be fetched.

    Attributes:
        model: Hub id.
        revision: Branch, tag or commit.
        files: What is fetched, by name in the repository, with sizes in bytes.
        license: As the hub names it; empty where it says nothing.
    """

    model: str
    revision: str | None
    files: Mapping[str, int]
    license: str

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(self.files.values())


def missing_weights(config: DiffusionConfig, typed: Collection[str] = ()) -> list[Problem]:
    """What a render would download first, for the plan; asks nobody.

    Args:
        config: The backend's configuration.
        typed: Keys typed on the command line: of a model of the user's, size and licence are not known.

    Raises:
        ConfigError: A folder that is no diffusers folder.
    """
    told = []
    for role in _missing(config):
        model = sources(config)[role][0]
        own = role == "keyframe" or f"backend.{role}" in typed
        about = "" if own else f": about {config.download_gb:g} GB in all, licence {config.license}"
        what = f"{model} is not on this machine (or not all of it); a render downloads it into {_cache()} first{about}"
        fix = f"its licence is on {PAGE}{model}"
        if config.gated and not own:
            fix = f"log in there and accept the licence of {PAGE}{model}, then `hf auth login` here"
        told.append(Problem(f"backend.{role}", what, fix, "download"))
    return told


def fetch_missing(config: DiffusionConfig) -> None:
    """Download what is not on this machine, after telling size, licence and room. Stopped, it goes on the next time.

    Args:
        config: The backend's configuration.

    Raises:
        ConfigError: It can't be downloaded, there is too little room, or it is not what the backend runs.
    """
    roles = _missing(config)
    if not roles:
        return
    _refuse_offline(config, roles)
    downloads = [_look_up(config, role) for role in roles]
    _refuse_without_room(downloads)
    for download in downloads:
        licence = download.license or "not named"
        print(
            f"Downloading {download.model}: {_gb(download.size)}, licence {licence}, into {_cache()}", file=sys.stderr, flush=True
        )
        _fetch(download)
    check_weights(config)
    if _missing(config):
        names = ", ".join(download.model for download in downloads)
        raise ConfigError(Problem(names, "files are missing in it after the download", f"look at {PAGE}{names}", "incomplete"))


def _missing(config: DiffusionConfig) -> list[str]:
    return [role for role, checkpoint in find_checkpoints(config).items() if checkpoint is None]


def _cache() -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def _refuse_offline(config: DiffusionConfig, roles: Sequence[str]) -> None:
    from huggingface_hub import is_offline_mode

    if not is_offline_mode():
        return
    what = "is not on this machine (or not all of it), and HF_HUB_OFFLINE=1 forbids downloads"
    fix = "unset HF_HUB_OFFLINE once, copy the hub's cache from another machine, or name a folder: {key}=FOLDER"
    raise ConfigError([Problem(sources(config)[role][0], what, fix.format(key=f"backend.{role}"), "offline") for role in roles])


def _look_up(config: DiffusionConfig, role: str) -> Download:
    """Ask the hub what a checkpoint consists of.

    Raises:
        ConfigError: There is none, it is not for everybody, or it is not made of safe files.
    """
    from huggingface_hub import HfApi

    model, revision = sources(config)[role]
    try:
        info = HfApi().model_info(model, revision=revision, files_metadata=True)
    except Exception as error:  # of the network's many kinds
        raise ConfigError(_explain(error, model, revision, f"backend.{role}")) from error
    sizes = {str(file.rfilename): int(file.size or 0) for file in info.siblings or ()}
    return Download(model, revision, _wanted(sizes, model, replaced_parts(config, role)), _license(info))


def _wanted(sizes: Mapping[str, int], model: str, without: Collection[str]) -> dict[str, int]:
    """The files that a model is loaded from.

    Raises:
        ConfigError: The repository is no diffusers folder, or holds pickles alone.
    """
    if INDEX not in sizes:
        what = f"{model} is no diffusers checkpoint: it holds no {INDEX}"
        raise ConfigError(
            Problem("backend.model", what, "look for its version for diffusers, often called …-Diffusers", "no-index")
        )
    inside = {name: size for name, size in sizes.items() if name.count("/") == 1}
    weights = {
        name: size
        for name, size in inside.items()
        if name.endswith(".safetensors") and name.partition("/")[0] not in without and not _matches(name, VARIANTS)
    }
    if not weights and any(name.endswith(PICKLES) for name in inside):
        what = f"{model} has its weights in a format that can run code when it is opened; only .safetensors is read"
        raise ConfigError(Problem("backend.model", what, "look for a version of it with .safetensors files", "pickle"))
    texts = {name: size for name, size in inside.items() if _matches(name, TEXT_FILES)}
    return {INDEX: sizes[INDEX], **texts, **weights}


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _license(info: Any) -> str:
    card = getattr(info, "card_data", None)
    return str(getattr(card, "license_name", None) or getattr(card, "license", None) or "")


def _refuse_without_room(downloads: Sequence[Download]) -> None:
    """Room for what is not in the cache yet.

    Raises:
        ConfigError: There is too little.
    """
    needed = sum(download.size for download in downloads)
    folder = _cache()
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < needed + ROOM:
        what = f"the download needs {_gb(needed + ROOM)}, and {folder} has {_gb(free)} free"
        fix = "make room, or put the hub's cache on another drive: set HF_HOME to a folder there"
        raise ConfigError(Problem(", ".join(download.model for download in downloads), what, fix, "disk"))


def _fetch(download: Download) -> None:
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(download.model, revision=download.revision, allow_patterns=list(download.files))
    except Exception as error:  # of the network's and the disk's many kinds
        raise ConfigError(_explain(error, download.model, download.revision, "backend.model")) from error


def _explain(error: Exception, model: str, revision: str | None, key: str) -> Problem:
    """What the hub's error means and what to do."""
    from huggingface_hub import errors

    page = f"{PAGE}{model}"
    if isinstance(error, errors.GatedRepoError):
        fix = f"log in on {page}, accept the licence there, then run `hf auth login` here"
        return Problem(key, f"{model} is given only to those who accepted its licence", fix, "gated")
    if isinstance(error, errors.RevisionNotFoundError):
        named = "commit" if COMMIT.fullmatch(revision or "") else "branch or tag"
        return Problem(key, f"{model} has no {named} {revision!r}", f"see {page}/tree/main", "revision")
    if isinstance(error, errors.RepositoryNotFoundError):
        what = f"there is no folder {model!r} here, and no public model of that name on the hub"
        return Problem(key, what, "check the spelling; of a private model, run `hf auth login` first", "not-found")
    if isinstance(error, OSError) and error.errno in MEANINGS:
        return replace(disk_problem(error, _cache()), where=f"{model}, into {error.filename or _cache()}")
    said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    fix = f"check the connection and give the command again, which goes on where it was; or {key}=FOLDER"
    return Problem(model, f"it can't be downloaded ({said})", fix, "network")


def _gb(size: int) -> str:
    return f"{size / GB:.1f} GB"
