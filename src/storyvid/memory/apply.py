"""A memory profile on a pipeline of diffusers: one function, which tells what it really did.

What is done is decided by `storyvid.memory.decide`. A setting is applied, or the model has no such thing and that is told, or
it is refused with the reason. None is dropped without a word: a film's records must say how it was made. The order matters:
weights are made smaller before hooks move them about, and whatever skips blocks sits outside of what moves them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from loguru import logger

from storyvid.errors import Problem, RenderError
from storyvid.memory.decide import CARRIED_OUT, GIB, Decision, Machine, Parts, decide
from storyvid.memory.profiles import this_machine
from storyvid.memory.settings import refused_settings
from storyvid.memory.shortage import LOADING, shortage_told
from storyvid.memory.smaller import held_types, is_small, make_smaller, quantized_by, size_bytes, to_int8
from storyvid.memory.tiles import lay_tiles

if TYPE_CHECKING:
    from storyvid.config import Memory

DENOISERS = ("transformer", "transformer_2", "unet")
SLICED_FRAMES = 2  # of SVD that are decoded at once: diffusers' own advice for cards of 8 GB


def apply_memory(pipe: Any, memory: Memory, machine: Machine | None = None, files: Path | None = None) -> dict[str, Any]:
    """Fit a loaded pipeline to the card. Its text encoder has done its work and is not there any more.

    Args:
        pipe: Any pipeline of diffusers, in RAM.
        memory: The profile.
        machine: The computer; None = this one.
        files: An empty folder for groups that wait on disk; needed where ``memory.offload_disk`` is true.

    Returns:
        Each setting as it was applied, in JSON values; ``not_there`` with the reason for each that was not, and ``weights``:
        the parameters of each part, counted by the type they are held in.

    Raises:
        RenderError: A setting can't be had on this computer.
    """
    decision = decide(memory, parts_of(pipe, memory), machine or this_machine())
    _refuse([*refused_settings(memory), *decision.problems])
    cap(memory)
    applied: dict[str, Any] = {"profile": memory.name, "device": memory.device, "dtype": memory.dtype}
    for name in CARRIED_OUT:
        if name in decision.not_there:
            logger.info("memory.{}={} is not applied: {}", name, getattr(memory, name), decision.not_there[name])
        elif name in STEPS:
            with shortage_told(f"memory={memory.name}", LOADING):
                told = STEPS[name](pipe, memory, decision, files)
            applied[name] = decision.values[name] if told is None else told
            continue
        applied[name] = decision.values[name]
    return applied | {"weights": held_types(pipe)} | ({"not_there": dict(decision.not_there)} if decision.not_there else {})


def apply_to_text_encoder(pipe: Any, memory: Memory) -> dict[str, Any]:
    """Put a text encoder where the profile wants it.

    Args:
        pipe: A pipeline that holds a tokenizer and a text encoder, in RAM.
        memory: The profile.

    Returns:
        What was done, and the encoder's size in GiB.

    Raises:
        RenderError: It can't be made smaller here, or would not fit.
    """
    _refuse(refused_settings(memory))
    cap(memory)
    encoder = pipe.text_encoder
    if memory.text_encoder == "int8":
        to_int8(encoder)
    size_gb = size_bytes(encoder) / GIB
    if memory.text_encoder != "cpu":
        _check_fits(size_gb, memory)
        encoder.to(memory.device)
    device = "cpu" if memory.text_encoder == "cpu" else memory.device
    return {"text_encoder": memory.text_encoder, "device": device, "size_gb": round(size_gb, 3)}


def parts_of(pipe: Any, memory: Memory) -> Parts:
    """What a loaded pipeline is made of.

    Args:
        pipe: Of diffusers, without its text encoder.
        memory: The profile: weights that were loaded as it wants them are its own doing.
    """
    models = denoisers(pipe)
    come = next((quantized_by(model) for model in models.values() if not is_small(model, memory)), None)
    return Parts(
        denoisers=tuple(_weights(model) for model in models.values()),
        vae=_weights(pipe.vae),
        image_encoder=_weights(pipe.components.get("image_encoder")),
        unet="unet" in models,
        masks=any(type(model).__name__.startswith("LTX") for model in models.values()),
        vae_kind=type(pipe.vae).__name__,
        tiles=hasattr(pipe.vae, "use_tiling"),
        comes_as=come,
        comes_gb=sum(map(size_bytes, models.values())) / GIB,
    )


def denoisers(pipe: Any) -> dict[str, Any]:
    """The models that are called at every step, by name.

    Args:
        pipe: A pipeline of diffusers.
    """
    return {name: pipe.components[name] for name in DENOISERS if pipe.components.get(name) is not None}


def cap(memory: Memory) -> None:
    """Let this process take no more of the card than ``memory.cap_gb``: torch then raises where Windows would spill into RAM.

    Args:
        memory: The profile; without a cap nothing is changed.
    """
    if memory.cap_gb is not None:
        total = torch.cuda.mem_get_info()[1] / GIB
        torch.cuda.set_per_process_memory_fraction(min(1.0, memory.cap_gb / total))


def uncap(memory: Memory) -> None:
    """Take the cap away, for what this process does next.

    Args:
        memory: The profile that was applied.
    """
    if memory.cap_gb is not None:
        torch.cuda.set_per_process_memory_fraction(1.0)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise RenderError(problems)


def _check_fits(size_gb: float, memory: Memory) -> None:
    """Of 12 GB, the 10.6 GiB of UMT5-XXL in bfloat16 would leave nothing to work in."""
    if memory.device == "cuda" and memory.budget_gb is not None and size_gb > memory.budget_gb:
        what = f"the text encoder takes {size_gb:.1f} GiB, and memory.budget_gb is {memory.budget_gb:g} GiB"
        fix = "set memory.text_encoder=int8 or memory.text_encoder=cpu"
        raise RenderError(Problem(f"memory.text_encoder={memory.text_encoder}", what, fix, "memory"))


def _weights(module: Any) -> float:
    """Weights of a part, 10^9."""
    return 0.0 if module is None else sum(parameter.numel() for parameter in module.parameters()) / 1e9


# What is done for a setting that is there: told are the decision's values where these give nothing.


def _quantize(pipe: Any, memory: Memory, decision: Decision, files: Path | None) -> None:
    for model in denoisers(pipe).values():
        make_smaller(model, memory)


def _attend(pipe: Any, memory: Memory, decision: Decision, files: Path | None) -> None:
    from diffusers.models.attention_dispatch import _AttentionBackendRegistry  # what is active holds for the whole process

    if _AttentionBackendRegistry.get_active_backend()[0].value != memory.attention:
        for name, model in denoisers(pipe).items():
            if name != "unet":
                model.set_attention_backend(memory.attention)


def _vae_type(pipe: Any, memory: Memory, decision: Decision, files: Path | None) -> None:
    wanted = getattr(torch, memory.vae_dtype)
    if pipe.vae.dtype != wanted:
        pipe.vae.to(wanted)


def _tile(pipe: Any, memory: Memory, decision: Decision, files: Path | None) -> dict[str, Any] | None:
    return lay_tiles(pipe.vae, memory.vae_tile) if memory.vae_tiling else None


def _slice(pipe: Any, memory: Memory, decision: Decision, files: Path | None) -> dict[str, Any] | None:
    """Stable Video Diffusion's VAE has no slicing: its backend decodes fewer frames at once, and the UNet's layers go in pieces."""
    if not memory.vae_slicing:
        return None
    if hasattr(pipe.vae, "use_slicing"):
        pipe.vae.enable_slicing()
        return None
    pipe.unet.enable_forward_chunking()
    return {"decode_chunk_size": SLICED_FRAMES, "forward_chunking": True}


def _offload(pipe: Any, memory: Memory, decision: Decision, files: Path | None) -> None:
    if memory.offload == "model":
        pipe.enable_model_cpu_offload(device=memory.device)
    elif memory.offload == "none":
        pipe.to(memory.device)
    else:
        _offload_groups(pipe, memory, decision.values["offload_stream"], files)


def _offload_groups(pipe: Any, memory: Memory, stream: bool | dict[str, bool] | None, files: Path | None) -> None:
    """The denoisers by blocks or layers; all else stays on the card, where the VAE's tiles need it (diffusers #12096)."""
    models = denoisers(pipe)
    for name, part in pipe.components.items():
        if isinstance(part, torch.nn.Module) and name not in models:
            part.to(memory.device)
    for name, model in models.items():
        if not _waits(model):
            wait_in_groups(name, model, memory, stream=stream, files=files)


def wait_in_groups(name: str, model: Any, memory: Memory, *, stream: bool | Mapping[str, bool] | None, files: Path | None) -> None:
    """Let the blocks or layers of a denoiser wait in RAM or in files until it is their turn.

    Args:
        name: Of the part.
        model: A transformer or UNet of diffusers, in RAM.
        memory: The profile, whose ``offload`` is ``group`` or ``group_leaf``.
        stream: Whether they are copied ahead, as of `storyvid.memory.decide.Decision`.
        files: As of `apply_memory`.
    """
    how = {"offload_type": "leaf_level"} if memory.offload == "group_leaf" else GROUPS
    model.enable_group_offload(
        onload_device=torch.device(memory.device),
        offload_device=torch.device("cpu"),
        use_stream=bool(stream),
        **(stream if isinstance(stream, Mapping) else {}),
        **_on_disk(memory, files, name),
        **how,
    )


def _waits(model: Any) -> bool:
    """Whether its groups wait already: on disk they do so before the next model is loaded."""
    return any("group_offloading" in part._diffusers_hook.hooks for part in model.modules() if hasattr(part, "_diffusers_hook"))


def _on_disk(memory: Memory, files: Path | None, part: str) -> dict[str, str]:
    """A folder for each part: diffusers names files by the layer alone, and reads one that is there instead of writing it."""
    if not memory.offload_disk:
        return {}
    assert files is not None, "groups that wait on disk need a folder"
    folder = files / part
    folder.mkdir(parents=True)
    return {"offload_to_disk_path": str(folder)}


GROUPS: Mapping[str, Any] = {"offload_type": "block_level", "num_blocks_per_group": 1}  # a stream copies one block ahead


def _compile(pipe: Any, memory: Memory, decision: Decision, files: Path | None) -> None:
    if not memory.compile:
        return
    if memory.offload != "none":
        torch._dynamo.config.cache_size_limit = 1000  # diffusers' own advice: hooks make it compile more often
    for model in denoisers(pipe).values():
        model.compile_repeated_blocks(fullgraph=memory.offload == "none")


STEPS: Mapping[str, Callable[[Any, Memory, Decision, Path | None], dict[str, Any] | None]] = {
    "quantization": _quantize,
    "attention": _attend,
    "vae_dtype": _vae_type,
    "vae_tiling": _tile,
    "vae_slicing": _slice,
    "offload": _offload,
    "compile": _compile,
}
