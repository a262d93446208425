"""A tiny checkpoint's transformer as one .gguf file, as people share them for ComfyUI. Needs the package gguf."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import load_file

BLOCK = 32  # values that share a scale in Q8_0; rows of another length stay in 32 bits
MATRIX = 2  # dimensions; biases, norms, tables and convolutions are not quantised


def make_gguf(part: Path, out: Path) -> None:
    """Write the weights of a transformer in 8 bits where their rows allow it.

    Args:
        part: Folder of a tiny checkpoint's transformer.
        out: The file.
    """
    writer = gguf.GGUFWriter(str(out), "storyvid-tiny")
    for name, weights in sorted(load_file(part / "diffusion_pytorch_model.safetensors").items()):
        if name.endswith(".weight") and weights.ndim == MATRIX and weights.shape[1] % BLOCK == 0:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(weights.astype(np.float32), kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, weights.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
