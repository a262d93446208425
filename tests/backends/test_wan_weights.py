"""Weights that are not a checkpoint's own: transformers in a .gguf file, and LoRAs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from storyvid.errors import RenderError
from storyvid.tiny.gguf import make_gguf
from tests.backends.pipelines import ask, load, memory, picture, render
from tests.tiny import TinyCheckpoint

# diffusers' names of a Wan transformer -> those of the makers, which shared .gguf files have
MAKERS = {
    "condition_embedder.time_embedder.linear_1": "time_embedding.0",
    "condition_embedder.time_embedder.linear_2": "time_embedding.2",
    "condition_embedder.text_embedder.linear_1": "text_embedding.0",
    "condition_embedder.text_embedder.linear_2": "text_embedding.2",
    "condition_embedder.time_proj": "time_projection.1",
    "attn1": "self_attn", "attn2": "cross_attn", ".to_out.0.": ".o.", ".to_q.": ".q.", ".to_k.": ".k.", ".to_v.": ".v.",
    "ffn.net.0.proj": "ffn.0", "ffn.net.2": "ffn.2", "norm2": "norm3", "proj_out": "head.head",
    "scale_shift_table": "modulation",
}  # fmt: skip


def write_makers_gguf(part: Path, out: Path) -> Path:
    """A transformer's weights in 32 bits under the makers' names."""
    writer = gguf.GGUFWriter(str(out), "wan")
    for name, weights in load_file(part / "diffusion_pytorch_model.safetensors").items():
        for ours, theirs in MAKERS.items():
            name = name.replace(ours, theirs)
        writer.add_tensor("head.modulation" if name == "modulation" else name, weights.numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return out


def write_lora(path: Path, prefix: str = "transformer.", seed: int = 0) -> str:
    """A LoRA of rank 4 on a few layers of a tiny transformer."""
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for layer, wide in (("attn1.to_q", 24), ("attn2.to_v", 24), ("ffn.net.2", 32)):
        for block in range(2):
            tensors[f"{prefix}blocks.{block}.{layer}.lora_A.weight"] = torch.randn(4, wide, generator=generator)
            tensors[f"{prefix}blocks.{block}.{layer}.lora_B.weight"] = torch.randn(24, 4, generator=generator)
    save_file(tensors, path)
    return str(path)


def frames_of(name: str, folder: Path, first: Any = None, profile: Any = None, **keys: Any) -> tuple[Any, dict[str, Any]]:
    """What an option renders with keys of its own, in enough steps for two experts, and what it tells of its weights."""
    backend = load(name, folder, profile, **keys)
    request = ask(backend, num_inference_steps=6, opening="text" if first is None else "image")
    frames = render(backend, replace(request, flow_shift=3.0), first)
    facts = backend.chunk_facts()["checkpoint"]
    backend.close()
    return frames, facts


class TestGGUF:
    def test_a_file_under_the_makers_names_needs_no_weights_in_the_checkpoint(
        self, tiny_checkpoint: TinyCheckpoint, tmp_path: Path
    ) -> None:
        folder = tmp_path / "model"
        shutil.copytree(tiny_checkpoint("wan_1_3b"), folder)
        path = write_makers_gguf(folder / "transformer", tmp_path / "wan.gguf")
        (folder / "transformer" / "diffusion_pytorch_model.safetensors").unlink()
        frames, facts = frames_of("wan_1_3b", folder, gguf=[str(path)])
        assert np.array_equal(frames, frames_of("wan_1_3b", tiny_checkpoint("wan_1_3b"))[0])
        assert facts["quantization"] == "gguf"

    def test_two_experts_come_from_two_files_in_order(self, tiny_checkpoint: TinyCheckpoint, tmp_path: Path) -> None:
        folder = tiny_checkpoint("wan_14b")
        paths = [tmp_path / f"{part}.gguf" for part in ("transformer", "transformer_2")]
        for path in paths:
            make_gguf(folder / "text" / path.stem, path)
        in_order, facts = frames_of("wan_14b", folder, gguf=list(map(str, paths)))
        assert facts["memory"]["weights"].keys() >= {"transformer", "transformer_2"}
        assert not np.array_equal(in_order, frames_of("wan_14b", folder, gguf=list(map(str, paths[::-1])))[0])

    def test_shots_from_pictures_have_weights_of_their_own_and_say_so(
        self, tiny_checkpoint: TinyCheckpoint, tmp_path: Path
    ) -> None:
        folder = tiny_checkpoint("wan_14b")
        files = [
            str(write_makers_gguf(folder / "text" / part, tmp_path / f"{part}.gguf")) for part in ("transformer", "transformer_2")
        ]
        _, facts = frames_of("wan_14b", folder, picture(), gguf=files)
        assert (facts["role"], facts["quantization"]) == ("image_model", "none")
        assert (facts := frames_of("wan_14b", folder, gguf=files)[1])["role"] == "model"
        assert facts["quantization"] == "gguf"

    def test_one_that_breaks_off_is_told_by_its_name(self, tiny_checkpoint: TinyCheckpoint, tmp_path: Path) -> None:
        path = write_makers_gguf(tiny_checkpoint("wan_1_3b") / "transformer", tmp_path / "wan.gguf")
        path.write_bytes(path.read_bytes()[:5000])
        with pytest.raises(RenderError, match=r"wan\.gguf: the weights can't be loaded"):
            frames_of("wan_1_3b", tiny_checkpoint("wan_1_3b"), gguf=[str(path)])


class TestLoras:
    def test_strength_and_expert_count(self, tiny_checkpoint: TinyCheckpoint, tmp_path: Path) -> None:
        folder, path = tiny_checkpoint("wan_14b"), write_lora(tmp_path / "style.safetensors")
        plain, _ = frames_of("wan_14b", folder)
        loras = ({"path": path}, {"path": path, "weight": 0.5}, {"path": path, "expert": 2})
        changed = [frames_of("wan_14b", folder, loras=[lora])[0] for lora in loras]
        for index, frames in enumerate(changed):
            assert not any(np.array_equal(frames, other) for other in (plain, *changed[:index]))
        assert np.array_equal(frames_of("wan_14b", folder, loras=[{"path": path, "weight": 0.0}])[0], plain)

    def test_one_may_be_for_one_of_two_checkpoints(self, tiny_checkpoint: TinyCheckpoint, tmp_path: Path) -> None:
        folder, path = tiny_checkpoint("wan_14b"), write_lora(tmp_path / "style.safetensors")
        lora = {"path": path, "only": "image"}
        assert np.array_equal(frames_of("wan_14b", folder, loras=[lora])[0], frames_of("wan_14b", folder)[0])
        first = picture()
        assert not np.array_equal(frames_of("wan_14b", folder, first, loras=[lora])[0], frames_of("wan_14b", folder, first)[0])

    def test_one_of_another_model_is_refused(self, tiny_checkpoint: TinyCheckpoint, tmp_path: Path) -> None:
        path = write_lora(tmp_path / "other.safetensors", prefix="unet.")
        with pytest.raises(RenderError, match=r"backend\.loras\[0\]\.path: other\.safetensors does not fit"):
            frames_of("wan_1_3b", tiny_checkpoint("wan_1_3b"), loras=[{"path": path}])

    def test_its_own_weights_are_not_made_smaller(self, tiny_checkpoint: TinyCheckpoint, tmp_path: Path) -> None:
        backend = load(
            "wan_1_3b",
            tiny_checkpoint("wan_1_3b"),
            memory(quantization="fp8"),
            loras=[{"path": write_lora(tmp_path / "style.safetensors")}],
        )
        parameters = dict(backend.pipeline("text").transformer.named_parameters())
        assert {tensor.dtype for name, tensor in parameters.items() if "lora_" in name} == {torch.float32}
        assert {tensor.dtype for name, tensor in parameters.items() if "to_q.base_layer.weight" in name} == {torch.float8_e4m3fn}
        backend.close()
