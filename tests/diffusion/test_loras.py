"""Whether a LoRA belongs to a model is told from its header; what is fused is the same picture without the LoRA's own products."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from diffusers.loaders import lora_conversion_utils
from safetensors.torch import save_file

from storyvid.diffusion.families import SHIPPED
from storyvid.diffusion.lora_layers import linear_layers, pairs_of
from storyvid.diffusion.loras import lora_misfit, transformer_config
from storyvid.diffusion.weights import check_weights
from storyvid.errors import ConfigError, RenderError
from tests.backends.pipelines import memory
from tests.backends.test_wan_weights import frames_of, write_lora
from tests.diffusion.folders import backend, write_checkpoint, write_json
from tests.tiny import TinyCheckpoint

CONFIGS = {path.parent.parent.name: path.parent for path in SHIPPED.glob("*/transformer/config.json")}


def header_for(config: Mapping[str, Any], *, only: str = "", prefix: str = "transformer.") -> dict[str, dict[str, list[int]]]:
    """That of a LoRA of rank 8 on the layers of a model whose names hold a word."""
    header = {}
    for layer, (takes, gives) in linear_layers(config).items():
        if only in layer:
            header[f"{prefix}{layer}.lora_A.weight"] = {"shape": [8, takes]}
            header[f"{prefix}{layer}.lora_B.weight"] = {"shape": [gives, 8]}
    return header


def misfit(header: Mapping[str, Any], option: str) -> str | None:
    return lora_misfit(header, transformer_config(CONFIGS[option]), option)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("lora_unet_blocks_0_self_attn_q.lokr_w1", "it is a LoKr or LoHa"),
        ("lora_unet_blocks_0_self_attn_q.hada_w1_a", "it is a LoKr or LoHa"),
        ("transformer.blocks.0.attn1.to_q.lora_A.default.weight", "none of its tensors belongs to a transformer"),
    ],
)
def test_what_is_no_lora_of_a_known_kind_is_named(name: str, says: str) -> None:
    why = misfit({name: {"shape": [8, 3072]}}, "wan")
    assert why is not None
    assert says in why
    assert name in why


@pytest.mark.parametrize("option", sorted(CONFIGS))
def test_the_layers_of_every_model_are_those_that_diffusers_builds(option: str) -> None:
    values = json.loads((CONFIGS[option] / "config.json").read_text(encoding="utf-8"))
    with torch.device("meta"):
        model = getattr(diffusers, values["_class_name"]).from_config(values)
    linear = {
        name: (part.in_features, part.out_features) for name, part in model.named_modules() if isinstance(part, torch.nn.Linear)
    }
    assert linear_layers(values) == linear
    assert misfit(header_for(values), option) is None


@pytest.mark.parametrize(
    ("made_for", "used_with", "says"),
    [
        ("wan_14b", "wan", "was made for 40 blocks of width 5120, and backend=wan has 30 of 3072"),
        ("wan", "wan_14b", "was made for 30 blocks of width 3072, and backend=wan_14b has 40 of 5120"),
        ("wan_1_3b", "wan", "was made for 30 blocks of width 1536, and backend=wan has 30 of 3072"),
        ("ltx_13b", "ltx", "was made for 48 blocks of width 4096, and backend=ltx has 28 of 2048"),
        ("ltx", "wan", "was made for another model: backend=wan has no layer transformer_blocks.0.attn1.to_q"),
        ("wan", "ltx", "was made for another model: backend=ltx has no layer blocks.0.attn1.to_q"),
    ],
)
def test_a_lora_of_another_model_is_told_by_its_blocks_and_width(made_for: str, used_with: str, says: str) -> None:
    header = header_for(transformer_config(CONFIGS[made_for]))
    assert misfit(header, made_for) is None
    assert misfit(header, used_with) == says


@pytest.mark.parametrize("only", ["attn1.to_out", "attn2.to_k", "ffn.net.0", "ffn.net.2"])
def test_the_width_is_read_from_whatever_layers_there_are(only: str) -> None:
    header = header_for(transformer_config(CONFIGS["wan_1_3b"]), only=only)
    assert "30 blocks of width 1536" in str(misfit(header, "wan"))
    assert misfit(header, "wan_1_3b") is None


def shape(*numbers: int) -> dict[str, list[int]]:
    return {"shape": list(numbers)}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (
            {f"transformer.blocks.{n}.attn2.add_k_proj.lora_{h}.weight": shape(8, 8) for n in range(30) for h in "AB"},
            "fits only in part: 30 of its layers are not in backend=wan, such as blocks.0.attn2.add_k_proj",
        ),
        ({"text_encoder.wq.lora_A.weight": shape(8, 8)}, "fits only in part: 1 of its layers are not in backend=wan"),
        ({"transformer.blocks.0.attn1.to_k.lora_B.weight": shape(3072, 8)}, "fits only in part: one of the two tensors is missing"),
        ({"transformer.blocks.0.attn1.to_q.dora_scale": shape(3072)}, "does not fit: it is a DoRA"),
    ],
)
def test_what_diffusers_would_leave_out_is_refused(more: dict[str, Any], says: str) -> None:
    header = header_for(transformer_config(CONFIGS["wan"]), only="to_q")
    assert misfit(header, "wan") is None
    assert str(misfit(header | more, "wan")).startswith(says)


def test_a_layer_of_other_size_and_names_of_nothing() -> None:
    header = header_for(transformer_config(CONFIGS["wan"]), only="attn1.to_q")
    odd = {"transformer.proj_out.lora_A.weight": shape(8, 3072), "transformer.proj_out.lora_B.weight": shape(64, 8)}
    expected = "does not fit: its layer proj_out turns 3072 numbers into 64, and that of backend=wan 3072 into 192"
    assert misfit(header | odd, "wan") == expected
    nothing = header_for(transformer_config(CONFIGS["wan"]), prefix="unet.")
    assert str(misfit(nothing, "wan")).startswith("does not fit: none of its tensors belongs to a transformer")
    assert lora_misfit(header, {"_class_name": "SomeTransformer"}, "own") is None, "shapes that are not known are left to loading"
    assert lora_misfit(header, {"_class_name": "WanTransformer3DModel"}, "own") is None


@pytest.mark.parametrize("convert", ["_convert_non_diffusers_wan_lora_to_diffusers", "_convert_musubi_wan_lora_to_diffusers"])
def test_makers_names_are_read_as_diffusers_reads_them(convert: str) -> None:
    inside = [
        "self_attn.q",
        "self_attn.k",
        "self_attn.v",
        "self_attn.o",
        "cross_attn.q",
        "cross_attn.k",
        "cross_attn.v",
        "cross_attn.o",
    ]
    layers = [f"blocks.{block}.{name}" for block in range(2) for name in (*inside, "ffn.0", "ffn.2")]
    if "musubi" in convert:
        prefixed = [f"lora_unet_{layer.replace('.', '_')}" for layer in layers]
    else:
        layers += [
            "time_projection.1",
            "head.head",
            *(f"{name}_embedding.{place}" for name in ("text", "time") for place in (0, 2)),
        ]
        layers += ["img_emb.proj.1", "img_emb.proj.3"]
        prefixed = [f"diffusion_model.{layer}" for layer in layers]
    state = {f"{layer}.lora_{half}.weight": torch.ones(2, 2) for layer in prefixed for half in ("down", "up")}
    if "musubi" in convert:
        state |= {f"{layer}.alpha": torch.tensor(2.0) for layer in prefixed}
    pairs, strays = pairs_of({name: {"shape": list(tensor.shape)} for name, tensor in state.items()})
    read = getattr(lora_conversion_utils, convert)(dict(state))
    assert {name.removeprefix("transformer.").rpartition(".lora_")[0] for name in read} == set(pairs)
    assert strays == []


def lora_file(path: Path, option: str, *, width: int | None = None) -> str:
    """A LoRA of rank 1 on the queries of a shipped configuration."""
    header = header_for(transformer_config(CONFIGS[option]), only="attn1.to_q")
    save_file({name: torch.zeros([min(size, 6000) for size in entry["shape"]]) for name, entry in header.items()}, path)
    return str(path)


def told(config: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        check_weights(config)
    return [str(problem) for problem in caught.value.problems]


def test_it_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "wan")
    write_json(folder / "transformer" / "config.json", dict(transformer_config(CONFIGS["wan"])))
    own, other = lora_file(tmp_path / "own.safetensors", "wan"), lora_file(tmp_path / "style.safetensors", "wan_14b")
    check_weights(backend("wan", model=str(folder), loras=[{"path": own}]))
    (problem,) = told(backend("wan", model=str(folder), loras=[{"path": own}, {"path": other}]))
    assert problem == (
        "backend.loras[1].path: style.safetensors was made for 40 blocks of width 5120, and backend=wan has 30 of 3072\n"
        "  Fix: use a LoRA that was made for this model"
    )
    gguf = tmp_path / "q4.gguf"
    gguf.write_bytes(b"GGUF")
    (folder / "transformer" / "config.json").unlink()
    (folder / "transformer").rename(tmp_path / "gone")
    config = backend("wan", model=str(folder), gguf=str(gguf), loras=[{"path": other}])
    assert "was made for 40 blocks" in told(config)[0], "by the configuration that comes with storyvid"


def test_fusing_needs_loras_and_weights_that_can_be_added_to(tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "wan")
    (problem,) = told(backend("wan", model=str(folder), fuse_loras=True))
    assert "there are no LoRAs to add" in problem
    gguf = tmp_path / "q4.gguf"
    gguf.write_bytes(b"GGUF")
    loras = [{"path": lora_file(tmp_path / "own.safetensors", "wan")}]
    (problem,) = told(backend("wan", model=str(folder), gguf=str(gguf), loras=loras, fuse_loras=True))
    assert problem.startswith("backend.fuse_loras=true: the weights of a .gguf file are packed")
    assert "Fix: leave it out" in problem


def test_fused_is_the_same_picture_without_products_of_its_own(tiny_checkpoint: TinyCheckpoint, tmp_path: Path) -> None:
    folder, path = tiny_checkpoint("wan_14b"), write_lora(tmp_path / "style.safetensors")
    loras = [{"path": path, "weight": 0.5}, {"path": path, "expert": 2}]
    (fused, _), (apart, _), (plain, _) = (
        frames_of("wan_14b", folder, loras=given, fuse_loras=fuse) for given, fuse in ((loras, True), (loras, False), ([], False))
    )
    difference = np.abs(fused.astype(int) - apart.astype(int))
    assert difference.max() <= 1, "sums are rounded in another order"
    assert np.abs(plain.astype(int) - apart.astype(int)).max() > 10


@pytest.mark.parametrize("quantization", ["fp8", "int8"])
def test_fused_weights_are_made_smaller_afterwards(tiny_checkpoint: TinyCheckpoint, tmp_path: Path, quantization: str) -> None:
    if quantization == "int8":
        pytest.importorskip("torchao", reason="an optional package; see docs/developer.md")
    folder, path = tiny_checkpoint("wan_1_3b"), write_lora(tmp_path / "style.safetensors")
    profile = memory(quantization=quantization)
    frames, facts = frames_of("wan_1_3b", folder, profile=profile, loras=[{"path": path}], fuse_loras=True)
    exact, _ = frames_of("wan_1_3b", folder, loras=[{"path": path}], fuse_loras=True)
    assert set(facts["memory"]["weights"]["transformer"]) & {"float8_e4m3fn", "Int8Tensor"}
    assert np.abs(frames.astype(int) - exact.astype(int)).mean() < 12


def test_one_that_fits_only_in_part_is_refused_while_loading(tiny_checkpoint: TinyCheckpoint, tmp_path: Path) -> None:
    path = tmp_path / "part.safetensors"
    layers = ("blocks.0.attn1.to_q", "blocks.1.attn2.add_k_proj")
    save_file({f"transformer.{name}.lora_{half}.weight": torch.ones(24, 24) for name in layers for half in "AB"}, path)
    with pytest.raises(RenderError, match=r"loras\[0\]\.path: part\.safetensors fits only in part: 1 of its layers"):
        frames_of("wan_1_3b", tiny_checkpoint("wan_1_3b"), loras=[{"path": str(path)}])


def test_fused_or_not_are_two_models(tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "wan")
    loras = [{"path": lora_file(tmp_path / "own.safetensors", "wan")}]
    keys = [
        backend("wan", model=str(folder), loras=given, fuse_loras=fuse).weights_key()
        for given, fuse in ((loras, True), (loras, False), ([], True), ([], False))
    ]
    assert len(set(keys)) == 3, "without LoRAs there is nothing to fuse"
