"""Whether the weights of several checkpoints fit into RAM at once, told from the files' headers before any is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from storyvid.diffusion.tensors import read_header

if TYPE_CHECKING:
    from storyvid.config import Memory

PARTS = ("transformer", "transformer_2", "unet", "vae")  # what stays loaded from shot to shot
SHARE = 0.75  # of RAM that weights may take: the system, frames and caches need the rest
TYPE_BYTES = {"float32": 4.0, "float16": 2.0, "bfloat16": 2.0}
QUANTIZED_BYTES = {"fp8": 1.0, "int8": 1.0, "sdnq_uint4": 0.6}  # a weight, with its share of scales


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
    return needed <= SHARE * psutil.virtual_memory().total


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
