"""Weights that are small from the start are those that are made small once loaded, and are never whole in RAM."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from storyvid.diffusion import parts
from storyvid.diffusion.checkpoint import Checkpoint
from storyvid.errors import RenderError
from storyvid.memory.apply import apply_memory
from storyvid.memory.smaller import make_smaller
from tests.backends.pipelines import ask, load, memory, render
from tests.diffusion.folders import write_shards
from tests.tiny import TinyCheckpoint

FP8 = memory("cpu", quantization="fp8", dtype="bfloat16")


def whole_then_small(folder: Path, profile: Any) -> Any:
    kind = diffusers.WanTransformer3DModel if "wan" in str(folder) else diffusers.LTXVideoTransformer3DModel
    model = kind.from_pretrained(folder / "transformer", dtype=getattr(torch, profile.dtype))
    make_smaller(model, profile)
    return model


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
@pytest.mark.parametrize("name", ["wan", "ltx"])
def test_eight_bit_weights_are_the_same_bits(name: str, dtype: str, tiny_checkpoint: TinyCheckpoint) -> None:
    profile = memory("cpu", quantization="fp8", dtype=dtype)
    folder = tiny_checkpoint(name)
    small = parts.load_small(Checkpoint(folder, None), profile)["transformer"]
    whole = whole_then_small(folder, profile)
    assert not small.training
    told, expected = small.state_dict(), whole.state_dict()
    assert told.keys() == expected.keys()
    for key, tensor in expected.items():
        assert told[key].dtype == tensor.dtype, key
        assert torch.equal(told[key].float(), tensor.float()), key


def test_no_more_than_one_tensor_is_whole_at_a_time(tiny_checkpoint: TinyCheckpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured on 8 layers of width 1024: 188 MiB at the most for 150 held, where loading them whole first took 280."""
    seen: list[int] = []

    def settled(model: Any, name: str, device: str, value: torch.Tensor, dtype: torch.dtype) -> None:
        held = [parameter for parameter in model.parameters() if not parameter.is_meta]
        seen.append(sum(parameter.numel() for parameter in held if parameter.dtype == torch.float8_e4m3fn))
        place(model, name, device, value=value, dtype=dtype)

    place = parts.set_module_tensor_to_device
    monkeypatch.setattr(parts, "set_module_tensor_to_device", settled)
    model = parts.load_small(Checkpoint(tiny_checkpoint("wan"), None), FP8)["transformer"]
    small = [parameter.numel() for parameter in model.parameters() if parameter.dtype == torch.float8_e4m3fn]
    assert seen[0] == 0
    assert max(seen) >= sum(small) - max(small)
    assert sorted(seen) == seen


def test_a_film_is_the_same(tiny_checkpoint: TinyCheckpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """With two experts, as it is loaded for a render; the record says what was done."""
    films = []
    for small in (True, False):
        if not small:
            monkeypatch.setattr(parts, "LOADERS", {})
        backend = load("wan_14b", tiny_checkpoint("wan_14b"), FP8.model_copy(update={"offload": "group"}))
        films.append(render(backend, ask(backend, num_inference_steps=4)))
        applied = backend.chunk_facts().get("checkpoint", {}).get("memory", {})
        assert applied["quantization"] == "fp8"
        assert "not_there" not in applied
        backend.close()
    assert np.array_equal(*films)


def test_weights_on_disk_are_there_before_the_next_are_loaded(
    tiny_checkpoint: TinyCheckpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[int] = []
    whole = parts.LOADERS["none"]
    monkeypatch.setitem(parts.LOADERS, "none", lambda *how: waiting.append(len(list(tmp_path.glob("*/*")))) or whole(*how))
    profile = memory("cpu", offload="group", offload_disk=True)
    loaded = parts.load_small(Checkpoint(tiny_checkpoint("wan_14b") / "text", None), profile, files=tmp_path)
    files = {name: len(list((tmp_path / name).iterdir())) for name in loaded}
    assert files == {"transformer": 3, "transformer_2": 3}, "two blocks, and what is in none"
    assert waiting == [0, 3]


def test_four_bit_weights_are_loaded_so(tiny_checkpoint: TinyCheckpoint) -> None:
    pytest.importorskip("sdnq", reason="an optional package; see docs/developer.md")
    profile = memory("cpu", quantization="sdnq_uint4")
    backend = load("wan", tiny_checkpoint("wan"), profile)
    pipe = backend.pipeline("text")
    assert apply_memory(pipe, profile)["quantization"] == "sdnq_uint4"
    backend.close()


def test_what_is_whole_or_comes_from_elsewhere_is_left_to_the_pipeline(tiny_checkpoint: TinyCheckpoint) -> None:
    assert parts.load_small(Checkpoint(tiny_checkpoint("wan"), None), memory("cpu")) == {}
    assert parts.load_small(Checkpoint(tiny_checkpoint("svd"), None), FP8) == {}
    assert parts.load_small(Checkpoint(tiny_checkpoint("wan"), None), FP8, without=["transformer"]) == {}


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path, tiny_checkpoint: TinyCheckpoint) -> None:
    folder = shutil.copytree(tiny_checkpoint("wan"), tmp_path / "wan")
    (folder / "transformer" / parts.STEM).write_bytes(b"cut")
    with pytest.raises(RenderError, match=r"transformer: the weights can't be loaded"):
        parts.load_small(Checkpoint(folder, None), FP8)


def test_weights_in_several_files_are_all_read(tmp_path: Path, tiny_checkpoint: TinyCheckpoint) -> None:
    folder = shutil.copytree(tiny_checkpoint("wan"), tmp_path / "wan") / "transformer"
    tensors = load_file(folder / parts.STEM)
    paths = write_shards(folder, "diffusion_pytorch_model")
    for start, path in enumerate(paths):
        save_file({name: tensors[name] for name in sorted(tensors)[start::2]}, path)
    model = parts.load_small(Checkpoint(tmp_path / "wan", None), FP8)["transformer"]
    assert not any(parameter.is_meta for parameter in model.parameters())
