"""Every setting of a memory profile is applied to a real pipeline, or told not to be there, or refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKLTemporalDecoder, UNetSpatioTemporalConditionModel, WanPipeline

from storyvid.errors import RenderError
from storyvid.memory import apply, smaller
from storyvid.memory.apply import apply_memory, apply_to_text_encoder
from storyvid.memory.decide import GIB, Machine, decide
from storyvid.memory.smaller import size_bytes
from storyvid.tiny.text import WIDTH, make_tokenizer, make_umt5
from storyvid.tiny.wan import CHANNELS, make_scheduler, make_transformer, make_vae_2_2
from tests.backends.pipelines import memory, option

UNTOUCHED = {
    "profile": "cpu",
    "device": "cpu",
    "dtype": "float32",
    "quantization": "none",
    "attention": "native",
    "vae_dtype": "float32",
    "vae_tiling": False,
    "vae_slicing": False,
    "offload_stream": False,
    "offload_disk": False,
    "offload": "none",
    "step_cache": "none",
    "compile": False,
}


def make_pipe() -> WanPipeline:
    torch.manual_seed(0)
    torch.set_num_threads(1)  # as in tests/backends/pipelines.py
    made = WanPipeline(
        tokenizer=None, text_encoder=None, transformer=make_transformer(CHANNELS).eval(), vae=make_vae_2_2().eval(),
        scheduler=make_scheduler(option("wan").published), expand_timesteps=True,
    )  # fmt: skip
    made.set_progress_bar_config(disable=True)
    return made


@pytest.fixture
def pipe() -> WanPipeline:
    return make_pipe()


def frames(pipe: Any, steps: int = 2, width: int = 64) -> np.ndarray:
    embeds = torch.randn(1, 8, WIDTH, generator=torch.Generator().manual_seed(1))
    generator = torch.Generator().manual_seed(2)
    made: np.ndarray = pipe(
        prompt_embeds=embeds, negative_prompt_embeds=0 * embeds, height=64, width=width, num_frames=5,
        num_inference_steps=steps, guidance_scale=5.0, generator=generator,
    ).frames  # fmt: skip
    return made


def test_the_processors_profile_changes_nothing(pipe: WanPipeline) -> None:
    before = frames(pipe)
    applied = apply_memory(pipe, memory("cpu"))
    assert {name: applied[name] for name in UNTOUCHED} == UNTOUCHED
    assert applied.keys() == {*UNTOUCHED, "weights"}
    assert applied["weights"]["transformer"].keys() == applied["weights"]["vae"].keys() == {"float32"}
    assert np.array_equal(frames(pipe), before)


@pytest.mark.parametrize("offload", ["group", "group_leaf"])
def test_groups_that_wait_change_no_bit(pipe: WanPipeline, offload: str) -> None:
    before = frames(pipe)
    assert apply_memory(pipe, memory("cpu", offload=offload))["offload"] == offload
    assert hasattr(pipe.transformer.blocks[0], "_diffusers_hook")
    assert np.array_equal(frames(pipe), before)


@pytest.mark.parametrize(("quantization", "held"), [("fp8", "float8_e4m3fn"), ("int8", "Int8Tensor")])
def test_smaller_weights_are_held_small_and_counted(pipe: WanPipeline, quantization: str, held: str) -> None:
    if quantization == "int8":
        pytest.importorskip("torchao", reason="an optional package; see docs/developer.md")
    before, size = frames(pipe), size_bytes(pipe.transformer)
    applied = apply_memory(pipe, memory("cpu", quantization=quantization, offload="group"))
    assert applied["quantization"] == quantization
    assert applied["weights"]["transformer"][held] > applied["weights"]["transformer"]["float32"] / 2
    assert held not in applied["weights"]["vae"]
    assert size_bytes(pipe.transformer) < 0.9 * size
    after = frames(pipe)
    assert not np.array_equal(after, before)
    assert abs(after - before).mean() < 0.05


def test_four_bit_weights_are_held_small_and_nearly_right() -> None:
    pytest.importorskip("sdnq", reason="an optional package; see docs/developer.md")
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(256, 256))
    model._keep_in_fp32_modules = None
    asked = torch.randn(4, 256)
    before, size = model(asked), size_bytes(model)
    smaller.make_smaller(model, memory("cpu", quantization="sdnq_uint4"))
    assert size_bytes(model) < 0.5 * size
    assert (model(asked) - before).abs().mean() < 0.1 * before.abs().mean()


def test_weights_that_come_quantised_are_left_as_they_are(pipe: WanPipeline) -> None:
    pipe.transformer.quantization_method = SimpleNamespace(value="gguf")
    applied = apply_memory(pipe, memory("cpu", quantization="fp8"))
    assert applied["quantization"] is None
    assert applied["not_there"] == {"quantization": "the weights come quantised (gguf)"}
    assert applied["weights"]["transformer"].keys() == {"float32"}


def test_tiles_are_told_with_their_size(pipe: WanPipeline) -> None:
    before = frames(pipe, width=320)
    applied = apply_memory(pipe, memory("cpu", vae_tiling=True))
    assert (applied["vae_tiling"]["tile_sample_min_height"], applied["vae_tiling"]["tile_sample_stride_width"]) == (256, 192)
    assert not np.array_equal(frames(pipe, width=320), before)


def test_what_a_unet_and_its_vae_lack_is_told() -> None:
    torch.manual_seed(0)
    unet = UNetSpatioTemporalConditionModel(
        block_out_channels=(32, 64), layers_per_block=1, num_attention_heads=(2, 4), cross_attention_dim=32,
        projection_class_embeddings_input_dim=96, addition_time_embed_dim=32,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
    )  # fmt: skip
    vae = AutoencoderKLTemporalDecoder(block_out_channels=(32, 64), down_block_types=("DownEncoderBlock2D",) * 2)
    pipe = SimpleNamespace(components={"unet": unet, "vae": vae, "scheduler": None}, vae=vae)
    asked = {"vae_tiling": True, "quantization": "fp8", "step_cache": "first_block", "offload": "group_leaf"}
    applied = apply_memory(pipe, memory("cpu", **asked))
    compiled = decide(memory("cpu", compile=True), apply.parts_of(pipe, memory("cpu")), Machine(32)).not_there
    assert applied["not_there"] == {
        "quantization": "a smaller type of weights is made for transformers, and this model has a UNet",
        "vae_tiling": "AutoencoderKLTemporalDecoder can't decode in tiles",
        "step_cache": "a step cache is made for transformers, and this model has a UNet",
    }
    assert compiled == {"compile": "compiling blocks is made for transformers, and this model has a UNet"}
    assert applied["offload"] == "group_leaf"


def test_a_whole_profile_for_a_card_is_carried_out_in_diffusers_terms(pipe: WanPipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a card the call itself can't be made; what it would be is known."""
    called: list[Any] = []
    monkeypatch.setattr(pipe, "enable_model_cpu_offload", lambda device: called.append(device))
    pipe.transformer.to(torch.bfloat16)
    applied = apply_memory(pipe, memory("12gb"))
    assert called == ["cuda"]
    assert "not_there" not in applied
    assert (applied["quantization"], applied["offload"], applied["vae_dtype"]) == ("fp8", "model", "float32")
    assert applied["weights"]["transformer"].keys() == {"bfloat16", "float8_e4m3fn"}


@pytest.mark.parametrize(
    ("asked", "ram_gb", "streams", "recorded"),
    [
        ({}, 1.0, {"use_stream": True}, True),
        ({}, 1e-9, {"use_stream": False}, None),
        ({"offload": "group_leaf"}, 1e-9, {"use_stream": True, "low_cpu_mem_usage": True}, {"low_cpu_mem_usage": True}),
    ],
)
def test_ram_is_pinned_up_to_a_share_of_it(
    pipe: WanPipeline, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], ram_gb: float, streams: Any, recorded: Any
) -> None:
    groups: list[dict[str, Any]] = []
    monkeypatch.setattr(pipe.transformer, "enable_group_offload", lambda **how: groups.append(how))
    monkeypatch.setattr(pipe.vae, "to", lambda *where: None)
    profile = memory("8gb", offload_stream=True, ram_gb=1.0, **asked)
    applied = apply_memory(pipe, profile, Machine(ram_gb))
    (how,) = groups
    assert {name: how[name] for name in ("use_stream", "low_cpu_mem_usage") if name in how} == streams
    assert applied["offload_stream"] == recorded
    assert ("more than 40 % of the RAM" in str(applied.get("not_there"))) == (recorded is None)


def test_weights_that_ram_does_not_hold_are_refused(pipe: WanPipeline) -> None:
    with pytest.raises(RenderError, match=r"take 0\.0 GiB of RAM, and three quarters of the computer's 0 GiB are 0\.0"):
        apply_memory(pipe, memory("cpu"), Machine(1e-9))


def test_a_cap_is_set_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[float] = []
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (5 * GIB, 12 * GIB))
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", shares.append)
    for profile in (memory("12gb", cap_gb=9.0), memory("12gb")):
        apply.cap(profile)
        apply.uncap(profile)
    assert shares == [0.75, 1.0]


@pytest.fixture
def reader() -> Any:
    torch.manual_seed(0)
    tokenizer = make_tokenizer()
    return SimpleNamespace(tokenizer=tokenizer, text_encoder=make_umt5(tokenizer).eval())


def test_a_text_encoder_is_put_where_it_is_wanted(reader: Any) -> None:
    whole = apply_to_text_encoder(reader, memory("cpu"))
    assert (whole["text_encoder"], whole["device"]) == ("cpu", "cpu")


def test_a_text_encoder_is_held_small(reader: Any) -> None:
    pytest.importorskip("torchao", reason="an optional package; see docs/developer.md")
    whole = size_bytes(reader.text_encoder)
    apply_to_text_encoder(reader, memory("cpu", text_encoder="int8"))
    assert size_bytes(reader.text_encoder) < whole
    read = reader.text_encoder(**reader.tokenizer("A woman walks along a beach", return_tensors="pt", return_token_type_ids=False))
    assert torch.isfinite(read.last_hidden_state).all()


def test_a_text_encoder_that_would_fill_the_card_is_refused(reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "size_bytes", lambda module: 10.6 * GIB)
    with pytest.raises(RenderError, match=r"takes 10\.6 GiB, and memory\.budget_gb is 9\.8 GiB"):
        apply_to_text_encoder(reader, memory("12gb", text_encoder="full"))
