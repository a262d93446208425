"""A memory profile on a pipeline of diffusers: one function, which tells what it really did.

A setting is applied, or the model has no such thing and that is told, or it is refused with the reason. None is dropped
without a word: a film's records must say how it was made. The order matters: weights are made smaller before hooks move
them about, and whatever skips blocks sits outside of what moves them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import psutil
import torch
from loguru import logger

from storyvid.errors import Problem, RenderError
from storyvid.memory.settings import refused_settings
from storyvid.memory.shortage import LOADING, shortage_told

if TYPE_CHECKING:
    from storyvid.config import Memory

GIB = 2**30
PINNED_SHARE = 0.4  # of RAM: Windows locks no more than about half of it, and ComfyUI stops at 40 %
DENOISERS = ("transformer", "transformer_2", "unet")
BLOCK_THRESHOLD = 0.05  # diffusers' own for the first-block cache
PREDICTED = r".*blocks\.\d+\.(attn1|attn2|ff|ffn)"  # of Wan and LTX: diffusers' own patterns for TaylorSeer fit neither


class _NotThereError(Exception):
    """The model lacks what a setting is about; the words say what."""


def apply_memory(pipe: Any, memory: Memory) -> dict[str, Any]:
    """Fit a loaded pipeline to the card. Its text encoder has done its work and is not there any more.

    Args:
        pipe: Any pipeline of diffusers, in RAM.
        memory: The profile.

    Returns:
        Each setting as it was applied, in JSON values; ``not_there`` with the reason for each that was not, and ``weights``:
        the parameters of each part, counted by the type they are held in.

    Raises:
        RenderError: A setting can't be had on this computer.
    """
    problems = refused_settings(memory)
    if problems:
        raise RenderError(problems)
    applied: dict[str, Any] = {"profile": memory.name, "device": memory.device, "dtype": memory.dtype}
    not_there: dict[str, str] = {}
    for name, step in STEPS.items():
        try:
            with shortage_told(f"memory={memory.name}", LOADING):
                applied[name] = step(pipe, memory)
        except _NotThereError as reason:
            applied[name] = None
            not_there[name] = str(reason)
            logger.info("memory.{}={} is not applied: {}", name, getattr(memory, name), reason)
    return applied | {"weights": held_types(pipe)} | ({"not_there": not_there} if not_there else {})


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
    problems = refused_settings(memory)
    if problems:
        raise RenderError(problems)
    encoder = pipe.text_encoder
    if memory.text_encoder == "int8":
        _to_int8(encoder)
    size_gb = size_bytes(encoder) / GIB
    if memory.text_encoder != "cpu":
        _check_fits(size_gb, memory)
        encoder.to(memory.device)
    device = "cpu" if memory.text_encoder == "cpu" else memory.device
    return {"text_encoder": memory.text_encoder, "device": device, "size_gb": round(size_gb, 3)}


def _check_fits(size_gb: float, memory: Memory) -> None:
    """Of 12 GB, the 10.6 GiB of UMT5-XXL in bfloat16 would leave nothing to work in."""
    if memory.device == "cuda" and memory.budget_gb is not None and size_gb > memory.budget_gb:
        what = f"the text encoder takes {size_gb:.1f} GiB, and memory.budget_gb is {memory.budget_gb:g} GiB"
        fix = "set memory.text_encoder=int8 or memory.text_encoder=cpu"
        raise RenderError(Problem(f"memory.text_encoder={memory.text_encoder}", what, fix, "memory"))


def held_types(pipe: Any) -> dict[str, dict[str, int]]:
    """How many parameters of each part are held in which type; those of a quantised tensor under its class's name."""
    held: dict[str, dict[str, int]] = {}
    for name, part in sorted(pipe.components.items()):
        if isinstance(part, torch.nn.Module):
            counts: Counter[str] = Counter()
            for parameter in part.parameters():
                counts[_type_of(parameter)] += parameter.numel()
            held[name] = dict(sorted(counts.items()))
    return held


def size_bytes(module: Any) -> int:
    """Bytes of a module's parameters and buffers as they are held."""
    return sum(_bytes_of(tensor.data) for tensor in (*module.parameters(), *module.buffers()))


def _bytes_of(tensor: Any) -> int:
    """A quantised tensor tells the size of what it stands for; what it is made of lies in its parts."""
    if not hasattr(tensor, "__tensor_flatten__"):
        return int(tensor.nbytes)
    return sum(_bytes_of(getattr(tensor, name)) for name in tensor.__tensor_flatten__()[0])


def may_pin(pinned_bytes: int, ram_bytes: int) -> bool:
    """Whether weights may be copied ahead through pinned RAM, which no other program can use meanwhile.

    Args:
        pinned_bytes: Of all the weights that would be pinned.
        ram_bytes: Of the computer.
    """
    return pinned_bytes <= PINNED_SHARE * ram_bytes


def _type_of(parameter: torch.nn.Parameter) -> str:
    kind = type(parameter.data)
    return str(parameter.dtype).removeprefix("torch.") if kind in (torch.Tensor, torch.nn.Parameter) else kind.__name__


def _denoisers(pipe: Any) -> dict[str, Any]:
    """The models that are called at every step, by name."""
    return {name: pipe.components[name] for name in DENOISERS if pipe.components.get(name) is not None}


def _transformers(pipe: Any, what: str) -> Iterator[Any]:
    """The transformers of a pipeline.

    Raises:
        _NotThereError: Its denoiser is a UNet, which has no such thing.
    """
    models = _denoisers(pipe)
    if "unet" in models:
        raise _NotThereError(f"{what} is made for transformers, and this model has a UNet")
    yield from models.values()


def _quantize(pipe: Any, memory: Memory) -> str:
    if memory.quantization == "none":
        return "none"
    for model in _transformers(pipe, "a smaller type of weights"):
        method = getattr(model, "quantization_method", None)
        if method is not None:
            raise _NotThereError(f"the weights come quantised ({getattr(method, 'value', method)})")
        if memory.quantization == "fp8":
            compute = getattr(torch, memory.dtype)
            model.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=compute)
        elif memory.quantization == "int8":
            _to_int8(model)
        else:
            _to_uint4(model, memory)
    return memory.quantization


def _sensitive(model: Any) -> tuple[str, ...]:
    """Parts of names of the layers that the model's makers keep in full: norms and embeddings; and LoRAs."""
    return (
        *(getattr(model, "_skip_layerwise_casting_patterns", None) or ()),
        *(model._keep_in_fp32_modules or ()),
        "proj_out",
        "lora_",
    )


def _to_int8(model: Any) -> None:
    """Weights of linear layers in 8 bit, a scale for each row; arithmetic as before (torchao)."""
    from torchao.quantization import Int8WeightOnlyConfig, quantize_

    kept = _sensitive(model)

    def is_wanted(module: torch.nn.Module, name: str) -> bool:
        return isinstance(module, torch.nn.Linear) and not any(part in name for part in kept)

    quantize_(model, Int8WeightOnlyConfig(version=2), filter_fn=is_wanted)


def _to_uint4(model: Any, memory: Memory) -> None:
    """Weights of linear layers in 4 bit, with what that loses most kept in a small matrix beside them (SDNQ)."""
    # Read when it is imported. Left to itself it compiles wherever triton is installed, which takes half a minute.
    os.environ.setdefault("SDNQ_USE_TORCH_COMPILE", str(int(memory.compile)))
    from sdnq import sdnq_post_load_quant

    sdnq_post_load_quant(
        model,
        weights_dtype="uint4",
        use_svd=True,
        torch_dtype=getattr(torch, memory.dtype),
        quantization_device=torch.device(memory.device),
        return_device=torch.device("cpu"),
        modules_to_not_convert=list(_sensitive(model)),
    )


def _attend(pipe: Any, memory: Memory) -> str:
    from diffusers.models.attention_dispatch import _AttentionBackendRegistry  # what is active holds for the whole process

    if _AttentionBackendRegistry.get_active_backend()[0].value != memory.attention:
        for model in _transformers(pipe, "another attention"):
            model.set_attention_backend(memory.attention)
    return memory.attention


def _cache_steps(pipe: Any, memory: Memory) -> str | dict[str, Any]:
    if memory.step_cache == "none":
        return "none"
    import diffusers

    settings: dict[str, Any] = {"threshold": BLOCK_THRESHOLD}
    kind: Any = diffusers.FirstBlockCacheConfig
    if memory.step_cache == "taylorseer":
        kind = diffusers.TaylorSeerCacheConfig
        settings = {"cache_interval": 5, "disable_cache_before_step": 3, "max_order": 1, "cache_identifiers": [PREDICTED]}
    for model in _transformers(pipe, "a step cache"):
        types = {"taylor_factors_dtype": getattr(torch, memory.dtype)} if memory.step_cache == "taylorseer" else {}
        model.enable_cache(kind(**settings, **types))
    return {"name": memory.step_cache, **settings}


def _compile(pipe: Any, memory: Memory) -> bool:
    if not memory.compile:
        return False
    models = list(_transformers(pipe, "compiling blocks"))
    if memory.offload != "none":
        torch._dynamo.config.cache_size_limit = 1000  # diffusers' own advice: hooks make it compile more often
    for model in models:
        model.compile_repeated_blocks(fullgraph=memory.offload == "none")
    return True


def _tile(pipe: Any, memory: Memory) -> bool | dict[str, Any]:
    vae = pipe.vae
    if not memory.vae_tiling:
        return False
    if not hasattr(vae, "use_tiling"):
        raise _NotThereError(f"{type(vae).__name__} can't decode in tiles")
    vae.enable_tiling()
    if hasattr(vae, "use_framewise_decoding"):
        vae.use_framewise_decoding = True
    names = [name for name in sorted(vars(vae)) if name.startswith("tile_sample_") or name == "use_framewise_decoding"]
    return {name: getattr(vae, name) for name in names}


def _vae_type(pipe: Any, memory: Memory) -> str:
    wanted = getattr(torch, memory.vae_dtype)
    if pipe.vae.dtype != wanted:
        pipe.vae.to(wanted)
    return memory.vae_dtype


def _offload(pipe: Any, memory: Memory) -> str:
    if memory.offload == "model":
        pipe.enable_model_cpu_offload(device=memory.device)
    elif memory.offload == "none":
        pipe.to(memory.device)
    else:
        _offload_groups(pipe, memory)
    return memory.offload


def _offload_groups(pipe: Any, memory: Memory) -> None:
    """The denoisers by blocks or layers; all else stays on the card, where the VAE's tiles need it (diffusers #12096)."""
    models = _denoisers(pipe)
    for name, part in pipe.components.items():
        if isinstance(part, torch.nn.Module) and name not in models:
            part.to(memory.device)
    how = {"offload_type": "leaf_level"} if memory.offload == "group_leaf" else GROUPS
    for model in models.values():
        model.enable_group_offload(
            onload_device=torch.device(memory.device),
            offload_device=torch.device("cpu"),
            use_stream=_streams(pipe, memory),
            **how,
        )


GROUPS: Mapping[str, Any] = {"offload_type": "block_level", "num_blocks_per_group": 1}  # a stream copies one block ahead


def _streams(pipe: Any, memory: Memory) -> bool:
    pinned = sum(map(size_bytes, _denoisers(pipe).values()))
    return memory.offload_stream and may_pin(pinned, psutil.virtual_memory().total)


def _tell_streams(pipe: Any, memory: Memory) -> bool:
    if memory.offload_stream and not _streams(pipe, memory):
        pinned = sum(map(size_bytes, _denoisers(pipe).values())) / GIB
        share = f"{100 * PINNED_SHARE:.0f} % of the RAM"
        raise _NotThereError(f"it would pin {pinned:.1f} GiB, which is more than {share}; weights are copied when they are needed")
    return memory.offload_stream


STEPS: Mapping[str, Callable[[Any, Memory], Any]] = {  # in this order
    "quantization": _quantize,
    "attention": _attend,
    "vae_dtype": _vae_type,
    "vae_tiling": _tile,
    "offload_stream": _tell_streams,
    "offload": _offload,
    "step_cache": _cache_steps,
    "compile": _compile,
}
