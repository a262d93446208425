"""Before anything is made: whether every file of weights is there, whole, and fits the backend."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from storyvid.diffusion.checkpoint import find_checkpoint, sources
from storyvid.diffusion.families import FAMILIES, SHIPPED, family_problems, num_experts, replaced_parts
from storyvid.diffusion.layout import layout_problems
from storyvid.diffusion.loras import lora_misfit, misfit_problem, transformer_config
from storyvid.diffusion.tensors import gguf_problems, lora_problems, read_header
from storyvid.errors import ConfigError, Problem

if TYPE_CHECKING:
    from storyvid.diffusion.config import DiffusionConfig, Lora


def check_weights(config: DiffusionConfig) -> None:
    """Refuse weights that can't be used. What is not on this machine yet is no mistake: a render downloads it.

    Nothing is loaded, and the network is not used: files are looked at from outside.

    Args:
        config: The backend's configuration.

    Raises:
        ConfigError: Everything that is wrong with model, image_model, keyframe, gguf and loras.
    """
    problems = [problem for role in sources(config) for problem in _checkpoint_problems(config, role)]
    problems += [*_gguf_problems(config), *_lora_problems(config)] if _has_transformer(config) else _for_transformers(config)
    if config.fuse_loras and not config.loras:
        problems.append(Problem("backend.fuse_loras=true", "there are no LoRAs to add", "name them in backend.loras", "no-loras"))
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))


def _checkpoint_problems(config: DiffusionConfig, role: str) -> list[Problem]:
    (model, revision), without = sources(config)[role], replaced_parts(config, role)
    try:
        checkpoint = find_checkpoint(model, revision, key=f"backend.{role}", without=without)
    except ConfigError as error:
        return list(error.problems)
    if checkpoint is None:
        return []
    wrong = family_problems(config, role, checkpoint.folder, model)
    return wrong or layout_problems(checkpoint.folder, without)


def _has_transformer(config: DiffusionConfig) -> bool:
    family = FAMILIES.get(config.kind)
    return family is None or family.denoiser == "transformer"


def _for_transformers(config: DiffusionConfig) -> Iterator[Problem]:
    """Files that a UNet does not take."""
    for key in ("gguf", "loras"):
        if getattr(config, key):
            what = f"such files hold weights of a transformer, and backend={config.name} has no transformer"
            yield Problem(f"backend.{key}", what, "leave it out", "no-transformer")


def _gguf_problems(config: DiffusionConfig) -> Iterator[Problem]:
    experts = num_experts(config)
    if config.gguf and len(config.gguf) != experts:
        wanted = "one file" if experts == 1 else "two files, the high-noise expert's first"
        what = f"{len(config.gguf)} given, and backend={config.name} takes {wanted}"
        yield Problem("backend.gguf", what, f"give {wanted}", "gguf-count")
    for name in config.gguf:
        yield from gguf_problems(Path(name), "backend.gguf")
    if config.gguf and find_spec("gguf") is None:
        yield Problem("backend.gguf", "the package gguf is not installed", "python -m pip install gguf", "package")


def _lora_problems(config: DiffusionConfig) -> Iterator[Problem]:
    for index, lora in enumerate(config.loras):
        key = f"backend.loras[{index}]"
        broken = lora_problems(Path(lora.path), f"{key}.path")
        yield from broken or _misfits(config, index, lora)
        if lora.expert > num_experts(config):
            what = f"{lora.expert}, and backend={config.name} has one transformer"
            yield Problem(f"{key}.expert", what, "leave expert out", "expert")
    if config.loras and find_spec("peft") is None:
        yield Problem("backend.loras", "the package peft is not installed", "python -m pip install peft", "package")
    if config.loras and config.fuse_loras and config.gguf:
        what = "the weights of a .gguf file are packed, and nothing can be added to them"
        yield Problem("backend.fuse_loras=true", what, "leave it out: LoRAs work beside such a file", "fuse-gguf")


def _misfits(config: DiffusionConfig, index: int, lora: Lora) -> Iterator[Problem]:
    """Of a whole file, against the transformers that are on this machine; others are looked at once they are."""
    header, part = read_header(Path(lora.path)), "transformer_2" if lora.expert == 2 else "transformer"
    for folder in _takers(config, lora):
        own = folder / part if (folder / part / "config.json").is_file() else SHIPPED / config.name / part
        why = lora_misfit(header, transformer_config(own), config.name)
        if why is not None:
            yield misfit_problem(index, Path(lora.path), why)


def _takers(config: DiffusionConfig, lora: Lora) -> Iterator[Path]:
    """The folders of the checkpoints that a LoRA is loaded onto."""
    checkpoints = sources(config)
    for role, start in (("model", "text"), ("image_model", "image")):
        if role in checkpoints and ("image_model" not in checkpoints or lora.only in (None, start)):
            model, revision = checkpoints[role]
            try:
                found = find_checkpoint(model, revision, without=replaced_parts(config, role))
            except ConfigError:  # told where the checkpoints are looked at
                continue
            if found is not None:
                yield found.folder
