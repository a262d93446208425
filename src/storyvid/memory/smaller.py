"""Weights in fewer bits, on loaded models: layerwise casting, torchao, SDNQ; and how weights are held."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from storyvid.config import Memory


def make_smaller(model: Any, memory: Memory) -> None:
    """Hold the weights of a transformer as the profile wants them.

    Args:
        model: A transformer of diffusers, in RAM; one that was loaded so is left as it is.
        memory: The profile.
    """
    if is_small(model, memory):
        return
    if memory.quantization == "fp8":
        compute = getattr(torch, memory.dtype)
        model.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=compute)
    elif memory.quantization == "int8":
        to_int8(model)
    elif memory.quantization == "sdnq_uint4":
        _to_uint4(model, memory)


def is_small(model: Any, memory: Memory) -> bool:
    """Whether a model's weights were loaded as the profile wants them, by `storyvid.diffusion.parts`.

    Args:
        model: Of diffusers.
        memory: The profile.
    """
    if memory.quantization == "fp8":
        return any(parameter.dtype == torch.float8_e4m3fn for parameter in model.parameters())
    return memory.quantization == "sdnq_uint4" and quantized_by(model) == "sdnq"


def quantized_by(model: Any) -> str | None:
    """How a model's weights came quantised, such as ``gguf``; None where they did not.

    Args:
        model: Of diffusers.
    """
    method = getattr(model, "quantization_method", None)
    return None if method is None else str(getattr(method, "value", method))


def to_int8(model: Any) -> None:
    """Weights of linear layers in 8 bit, a scale for each row; arithmetic as before (torchao).

    Args:
        model: Any model, in RAM.
    """
    from torchao.quantization import Int8WeightOnlyConfig, quantize_

    kept = sensitive(model)

    def is_wanted(module: torch.nn.Module, name: str) -> bool:
        return isinstance(module, torch.nn.Linear) and not any(part in name for part in kept)

    quantize_(model, Int8WeightOnlyConfig(version=2), filter_fn=is_wanted)


def sensitive(model: Any) -> tuple[str, ...]:
    """Parts of names of the layers that the model's makers keep in full: norms and embeddings; and LoRAs.

    Args:
        model: A model of diffusers or transformers, or its class.
    """
    return (
        *(getattr(model, "_skip_layerwise_casting_patterns", None) or ()),
        *(model._keep_in_fp32_modules or ()),
        "proj_out",
        "lora_",
    )


def _to_uint4(model: Any, memory: Memory) -> None:
    """Weights of linear layers in 4 bit, with what that loses most kept in a small matrix beside them (SDNQ)."""
    settings = uint4_settings(model, memory)
    from sdnq import sdnq_post_load_quant

    with drawn_alike(memory):
        sdnq_post_load_quant(model, torch_dtype=getattr(torch, memory.dtype), **settings)


def uint4_settings(model: Any, memory: Memory) -> dict[str, Any]:
    """How SDNQ is asked for 4 bit; it is imported after this.

    Args:
        model: A transformer of diffusers, or its class.
        memory: The profile.
    """
    # Read when it is imported. Left to itself it compiles wherever triton is installed, which takes half a minute.
    os.environ.setdefault("SDNQ_USE_TORCH_COMPILE", str(int(memory.compile)))
    return {
        "weights_dtype": "uint4",
        "use_svd": True,
        "quantization_device": torch.device(memory.device),
        "return_device": torch.device("cpu"),
        "modules_to_not_convert": list(sensitive(model)),
    }


@contextmanager
def drawn_alike(memory: Memory) -> Iterator[None]:
    """SDNQ finds what it keeps beside the 4 bits with random numbers (torch.svd_lowrank): the same weights each time from these.

    Args:
        memory: The profile; numbers are drawn where it computes.
    """
    from storyvid.diffusion.denoise import seeded

    with seeded(0, torch.device(memory.device)):
        yield


def held_types(pipe: Any) -> dict[str, dict[str, int]]:
    """How many parameters of each part are held in which type; those of a quantised tensor under its class's name.

    Args:
        pipe: A pipeline of diffusers.
    """
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


def _type_of(parameter: torch.nn.Parameter) -> str:
    kind = type(parameter.data)
    return str(parameter.dtype).removeprefix("torch.") if kind in (torch.Tensor, torch.nn.Parameter) else kind.__name__
