"""Whether weights fit into RAM, told from the files' headers, or from what is published of the model, before any is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from storyvid.diffusion.checkpoint import find_checkpoints
from storyvid.diffusion.families import FAMILIES
from storyvid.diffusion.tensors import read_header
from storyvid.memory.decide import GIB, QUANTIZED_BYTES, RAM_SHARE, TYPE_BYTES, Parts, decide
from storyvid.memory.profiles import this_machine

if TYPE_CHECKING:
    from storyvid.config import Memory
    from storyvid.diffusion.config import DiffusionConfig
    from storyvid.errors import Problem

PARTS = ("transformer", "transformer_2", "unet", "vae")  # what stays loaded from shot to shot
SHARE = RAM_SHARE
VAES = {"wan": "AutoencoderKLWan", "ltx": "AutoencoderKLLTXVideo", "svd": "AutoencoderKLTemporalDecoder"}  # of each kind


def machine_problems(config: DiffusionConfig, memory: Memory) -> list[Problem]:
    """Why a model that is on this machine can't be fitted to it as the profile wants; nothing of one that is not here yet.

    Args:
        config: Which weights.
        memory: How they are to be held.
    """
    found = [checkpoint.folder for role, checkpoint in find_checkpoints(config).items() if checkpoint and role != "keyframe"]
    return list(dict.fromkeys(problem for folder in found for problem in fitting_problems(config, folder, memory)))


def fitting_problems(config: DiffusionConfig, folder: Path, memory: Memory) -> tuple[Problem, ...]:
    """Why a checkpoint can't be fitted to this machine as the profile wants.

    Args:
        config: Which model.
        folder: The checkpoint.
        memory: How its weights are to be held.
    """
    return decide(memory, parts_on_disk(config, folder), this_machine()).problems


def published_parts(config: DiffusionConfig) -> Parts | None:
    """What a model is made of, by its option's ``parameters``; None where that has none.

    Args:
        config: Which model.
    """
    known = config.parameters
    if known is None:
        return None
    return _parts(config, (known.denoiser,) * known.experts, known.vae, known.text_encoder, known.image_encoder)


def parts_on_disk(config: DiffusionConfig, folder: Path) -> Parts:
    """What a checkpoint is made of, by its files.

    Args:
        config: Which model.
        folder: The checkpoint.
    """
    names = [name for name in PARTS if name != "vae" and (folder / name).is_dir()]
    counts = {name: _count_weights(folder / name) / 1e9 for name in (*names, "vae", "text_encoder", "image_encoder")}
    return _parts(config, tuple(counts[name] for name in names), counts["vae"], counts["text_encoder"], counts["image_encoder"])


def _parts(config: DiffusionConfig, denoisers: tuple[float, ...], vae: float, text: float, image: float) -> Parts:
    family = FAMILIES.get(config.kind)
    return Parts(
        denoisers=denoisers,
        vae=vae,
        text_encoder=text,
        image_encoder=image,
        unet=family is not None and family.denoiser == "unet",
        masks=config.kind == "ltx",
        vae_kind=VAES.get(config.kind, "its VAE"),
        tiles=config.kind != "svd",
        comes_as="gguf" if config.gguf else None,
        comes_gb=sum(Path(name).stat().st_size for name in config.gguf if Path(name).is_file()) / GIB,
    )


def fit_at_once(checkpoints: Iterable[Path], replaced: Iterable[Path], memory: Memory, encoder: Path | None = None) -> bool:
    """Whether everything can stay in RAM.

    Args:
        checkpoints: Folders of the checkpoints.
        replaced: Files that take the place of a checkpoint's transformers, such as .gguf.
        memory: In which types weights are held.
        encoder: Folder of the checkpoint whose text encoder is loaded beside them. It is made smaller only once it is there.
    """
    needed = sum(held_bytes(folder, memory) for folder in checkpoints) + sum(path.stat().st_size for path in replaced)
    needed += _count_weights(encoder / "text_encoder") * TYPE_BYTES[memory.dtype] if encoder else 0
    return needed <= (memory.ram_gb * GIB if memory.ram_gb is not None else SHARE * psutil.virtual_memory().total)


def held_bytes(folder: Path, memory: Memory) -> float:
    """Bytes that the parts of a checkpoint take while they are loaded.

    Args:
        folder: The checkpoint.
        memory: In which types weights are held.
    """
    each = QUANTIZED_BYTES.get(memory.quantization, TYPE_BYTES[memory.dtype])
    return sum(_count_weights(folder / part) * (TYPE_BYTES[memory.vae_dtype] if part == "vae" else each) for part in PARTS)


def _count_weights(folder: Path) -> int:
    headers = (read_header(path) for path in sorted(folder.glob("*.safetensors")))
    return sum(prod(entry["shape"]) for header in headers for entry in header.values())
