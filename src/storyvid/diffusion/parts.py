"""Denoisers whose weights are small from the start: RAM never holds them whole, as it would if they were made small once loaded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import accelerate
import diffusers
import torch
from accelerate.utils import set_module_tensor_to_device
from safetensors import safe_open

from storyvid.diffusion import loading
from storyvid.diffusion.layout import parts as index_parts
from storyvid.diffusion.layout import read_json
from storyvid.errors import RenderError
from storyvid.memory.apply import DENOISERS, wait_in_groups
from storyvid.memory.smaller import drawn_alike, make_smaller, uint4_settings

if TYPE_CHECKING:
    from storyvid.config import Memory
    from storyvid.diffusion.checkpoint import Checkpoint

STEM = "diffusion_pytorch_model.safetensors"


def load_small(checkpoint: Checkpoint, memory: Memory, without: Collection[str] = (), files: Path | None = None) -> dict[str, Any]:
    """The denoisers of a checkpoint by name, each as `storyvid.memory.smaller.make_smaller` would leave it.

    Those that wait on disk do so before the next is loaded, so that RAM never holds two.

    Args:
        checkpoint: Where the weights are.
        memory: How they are held; nothing is loaded where that is whole and in RAM, by torchao, or as a UNet.
        without: Parts that come from elsewhere.
        files: As of `storyvid.memory.apply.apply_memory`.

    Raises:
        RenderError: A file can't be read.
    """
    load = LOADERS.get(memory.quantization)
    if load is None or (memory.quantization == "none" and not memory.offload_disk):
        return {}
    loading.quieten()
    loaded: dict[str, Any] = {}
    for name, (library, kind) in index_parts(checkpoint.folder).items():
        if name in DENOISERS and name != "unet" and name not in without and library == "diffusers":
            try:
                loaded[name] = load(getattr(diffusers, kind), checkpoint.folder / name, memory)
            except Exception as error:  # as in `loading.load_pipeline`
                raise RenderError(loading.unloaded(checkpoint.folder / name, error)) from error
            if memory.offload_disk and not any(parameter.is_meta for parameter in loaded[name].parameters()):
                wait_in_groups(name, loaded[name], memory, stream=memory.offload_stream, files=files)
    return loaded


def _load_whole(model_class: Any, folder: Path, memory: Memory) -> Any:
    return model_class.from_pretrained(folder, dtype=getattr(torch, memory.dtype), local_files_only=True, use_safetensors=True)


def _load_fp8(model_class: Any, folder: Path, memory: Memory) -> Any:
    """Tensor by tensor, each in the type that diffusers would load it in, then in that of layerwise casting."""
    with accelerate.init_empty_weights(include_buffers=False):
        model = model_class.from_config(model_class.load_config(folder)).eval()
    make_smaller(model, memory)  # of tensors without values: it says what becomes of each
    kept, dtype = model_class._keep_in_fp32_modules or (), getattr(torch, memory.dtype)
    tensors = dict(model.named_parameters()) | dict(model.named_buffers())
    for name, value in _tensors(folder):
        if name in tensors:
            whole = torch.float32 if any(part in name.split(".") for part in kept) else dtype
            small = tensors[name].dtype if tensors[name].dtype == torch.float8_e4m3fn else whole
            set_module_tensor_to_device(model, name, "cpu", value=value.to(whole), dtype=small)
    return model


def _tensors(folder: Path) -> Iterator[tuple[str, torch.Tensor]]:
    """Every tensor of a part's files, which are mapped into memory and read as they are asked for."""
    index = folder / f"{STEM}.index.json"
    names = sorted(set(read_json(index)["weight_map"].values())) if index.is_file() else [STEM]
    for name in names:
        with safe_open(folder / name, framework="pt") as file:
            yield from ((key, file.get_tensor(key)) for key in list(file.keys()))


def _load_uint4(model_class: Any, folder: Path, memory: Memory) -> Any:
    """SDNQ quantises each tensor as diffusers hands it over."""
    settings = uint4_settings(model_class, memory)
    from sdnq import SDNQConfig

    with drawn_alike(memory):
        return model_class.from_pretrained(
            folder,
            quantization_config=SDNQConfig(**settings),
            dtype=getattr(torch, memory.dtype),
            local_files_only=True,
            use_safetensors=True,
        )


LOADERS: dict[str, Callable[[Any, Path, Memory], Any]] = {
    "none": _load_whole,
    "fp8": _load_fp8,
    "sdnq_uint4": _load_uint4,
}
