"""Where the card is full while a model works: what is tried, on tiny models of every family, and that it gives the same frames."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from loguru import logger

from storyvid.diffusion import step_down
from storyvid.memory.remembered import NOTES, find_fitting
from storyvid.memory.shortage import CardFullError
from tests.backends.pipelines import ask, load, memory, picture, render
from tests.diffusion.full_card import ENCODER, LTX_VAE, SAID, SVD_VAE, WAN, WAN_VAE, fill
from tests.tiny import TinyCheckpoint

ALWAYS = 99
Loaded = Callable[..., Any]


@pytest.fixture
def loaded(tiny_checkpoint: TinyCheckpoint) -> Iterator[Loaded]:
    """Backends by name, closed at the end."""
    backends = []

    def make(name: str, **keys: Any) -> Any:
        backends.append(load(name, tiny_checkpoint(name), memory("cpu", **keys)))
        return backends[-1]

    yield make
    for backend in backends:
        backend.close()


def rungs(backend: Any) -> list[str]:
    """What the chunk that was rendered last tells, each as ``stage rung value``."""
    return [f"{rung['stage']} {rung['rung']} {rung['value']}" for rung in backend.chunk_facts().get("rungs", [])]


@pytest.mark.parametrize(
    ("name", "opening", "where", "times", "told"),
    [
        ("wan_1_3b", "text", WAN, 2, ["denoise offload group", "denoise offload group_leaf"]),
        ("wan_14b", "image", f"{WAN_VAE}.encode", 2, ["open tile 64", "open offload group"]),
        ("wan", "text", f"{WAN_VAE}.decode", 2, ["decode tile 64", "decode on_processor True"]),
        ("ltx", "text", f"{LTX_VAE}.decode", 1, ["decode tile 64"]),
        ("ltx", "image", f"{LTX_VAE}.encode", 1, ["open tile 64"]),
        ("svd", "image", f"{SVD_VAE}.decode", 2, ["decode frames 4", "decode frames 2"]),
    ],
)
def test_the_next_rung_is_taken_and_the_chunk_is_made(
    name: str, opening: str, where: str, times: int, told: list[str], loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend, first = loaded(name), picture() if opening == "image" else None
    request = ask(backend, opening=opening, num_frames=14 if name == "svd" else 9)
    raised = fill(monkeypatch, where, times)
    frames = render(backend, request, first)
    assert (len(raised), rungs(backend)) == (times, told)
    assert frames.shape == (request.num_frames, request.height, request.width, 3)
    if name != "svd":  # its UNet takes long, and its decoder draws nothing
        assert np.array_equal(render(backend, request, first), frames), "a try that failed has drawn from the seeds"
        assert rungs(backend) == told


def test_what_waits_elsewhere_changes_no_bit(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = loaded("wan_1_3b", text_encoder="full")
    request = ask(backend)
    plain = render(loaded("wan_1_3b"), request)
    fill(monkeypatch, ENCODER, ALWAYS, lambda encoder: backend.memory.text_encoder != "cpu")
    fill(monkeypatch, WAN, 1)
    assert np.array_equal(render(backend, request), plain)
    assert [rung for rung in rungs(backend) if "int8" not in rung] == ["encode text_encoder cpu", "denoise offload group"]
    assert (backend.memory.offload, backend.memory.text_encoder) == ("group", "cpu")
    assert hasattr(backend.pipeline("text").transformer.blocks[0], "_diffusers_hook")


@pytest.mark.parametrize(("tiled", "told"), [(True, ["decode tile 128"]), (False, ["decode tile 256", "decode tile 128"])])
def test_tiles_get_smaller_until_they_fit(tiled: bool, told: list[str], loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    backend, tried = loaded("wan_1_3b", vae_tiling=tiled), list[tuple[bool, int]]()
    request = replace(ask(backend), width=320)

    def is_full(vae: Any) -> bool:
        tried.append((vae.use_tiling, vae.tile_sample_min_height))
        return tried[-1] != (True, 128)

    fill(monkeypatch, f"{WAN_VAE}.decode", ALWAYS, is_full)
    render(backend, request)
    assert rungs(backend) == told
    assert tried == [*([] if tiled else [(False, 256)]), (True, 256), (True, 128)]
    assert backend.pipeline("text").vae.tile_sample_stride_width == 96


def test_the_processor_decodes_in_full_precision_and_the_vae_goes_back(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    from accelerate.hooks import ModelHook, add_hook_to_module

    backend = loaded("wan_1_3b", vae_dtype="bfloat16")
    seen: list[tuple[str, bool]] = []

    def is_full(vae: Any) -> bool:
        seen.append((str(vae.dtype), hasattr(vae, "_hf_hook")))
        return len(seen) < 3

    add_hook_to_module(backend.pipeline("text").vae, ModelHook())
    fill(monkeypatch, f"{WAN_VAE}.decode", ALWAYS, is_full)
    render(backend, ask(backend))
    assert seen == [("torch.bfloat16", True), ("torch.bfloat16", True), ("torch.float32", False)]
    assert str(backend.pipeline("text").vae.dtype) == "torch.bfloat16"


def test_every_rung_is_tried_and_told(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = loaded("wan")
    with monkeypatch.context() as full:
        raised = fill(full, f"{WAN_VAE}.decode", ALWAYS)
        with pytest.raises(CardFullError) as caught:
            render(backend, ask(backend, num_frames=17))
    assert str(caught.value) == (
        'shot "S01", chunk 1: the card\'s memory is full while it is decoded (CUDA out of memory); tried: tiles of 64 pixels, '
        "decoding on the processor, memory.offload=group, memory.offload=group_leaf\n  Fix: close other programs that use the "
        "card, or take a smaller profile (memory=8gb), a smaller resolution, or backend.max_frames=9"
    )
    assert len(raised) == 5
    render(backend, ask(backend))
    assert rungs(backend) == [], "what did not help one shot is no burden to the next"


def test_what_ram_does_not_hold_is_not_tried(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = loaded("wan_1_3b")
    monkeypatch.setattr(step_down, "machine_problems", lambda config, memory: ["full"] if memory.offload == "group" else [])
    fill(monkeypatch, WAN, 1)
    render(backend, ask(backend))
    assert rungs(backend) == ["denoise offload group_leaf"]


def test_nothing_is_tried_where_that_is_asked_for(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = loaded("wan_1_3b", step_down=False)
    raised = fill(monkeypatch, WAN, 1)
    with pytest.raises(CardFullError, match=r"the card's memory is full while it is denoised \(CUDA out of memory\)\n  Fix"):
        render(backend, ask(backend))
    assert len(raised) == 1


def test_full_ram_steps_nowhere(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = loaded("wan_1_3b")
    tries: list[Any] = []

    def full(self: Any, *_: Any, **__: Any) -> Any:
        tries.append(self)
        return torch.empty(2**60, dtype=torch.uint8)

    monkeypatch.setattr("diffusers.AutoencoderKLWan.decode", full)
    with pytest.raises(Exception, match=r"the computer's memory \(RAM\) is full while it is decoded"):
        render(backend, ask(backend))
    assert len(tries) == 1
    assert "rungs" not in backend.chunk_facts()


def test_a_try_lets_go_of_what_the_one_before_had_on_the_card(loaded: Loaded) -> None:
    backend = loaded("wan_1_3b", text_encoder="full")
    held: list[weakref.ref[Any]] = []

    def work() -> bool:
        if held:
            return held[0]() is None
        on_the_card: list[Any] = [np.zeros(1)]
        held.append(weakref.ref(on_the_card[0]))
        on_the_card.append(on_the_card)  # as errors and hooks hold themselves
        raise torch.OutOfMemoryError(SAID)

    gc.disable()  # by itself it would come too late for a card that is full
    try:
        assert backend.step_down.run("here", lambda: "encode", work)
    finally:
        gc.enable()


def test_another_size_is_tried_anew(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = loaded("wan_1_3b")
    request = ask(backend)
    fill(monkeypatch, f"{WAN_VAE}.decode", 1)
    render(backend, request)
    smaller = replace(request, width=64)
    assert np.array_equal(render(backend, smaller), render(loaded("wan_1_3b"), smaller))
    assert rungs(backend) == []
    assert not backend.pipeline("text").vae.use_tiling


def test_a_card_that_goes_on_in_ram_is_told_and_recorded(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    backend, lines = loaded("wan_1_3b"), list[str]()
    request = ask(backend, num_inference_steps=3)
    plain = render(backend, request)
    assert "spill" not in backend.chunk_facts()
    sink = logger.add(lambda message: lines.append(str(message)), level="WARNING", format="{message}")
    monkeypatch.setattr("storyvid.memory.spill.card_now", lambda: (11.9, 11.8, 13.1))
    assert np.array_equal(render(backend, request), plain)
    logger.remove(sink)
    assert backend.chunk_facts()["spill"]["steps"] == 2
    assert [line for line in lines if 'shot "S01", chunk 1: 2 of its steps' in line or "1 of its steps" in line] == lines
    assert len(lines) == 1


class TestRemembered:
    @pytest.fixture(autouse=True)
    def card(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The processor counts as one: its profile can be tried everywhere."""
        monkeypatch.setattr(step_down, "card_of", lambda memory: "NVIDIA GeForce RTX 5070, 11.9 GiB")

    def test_the_next_film_begins_there(self, loaded: Loaded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        backend = loaded("wan_1_3b", text_encoder="full")
        backend.cache = tmp_path / ".embeddings"
        request = ask(backend, num_frames=9)
        with monkeypatch.context() as full:
            fill(full, ENCODER, 1)
            fill(full, f"{WAN_VAE}.decode", 2)
            frames = render(backend, request)
        assert (tmp_path / NOTES).is_file()
        other = loaded("wan_1_3b", text_encoder="full")
        other.cache = tmp_path / ".embeddings"
        encoded = fill(monkeypatch, ENCODER, 0)
        assert np.array_equal(render(other, request), frames)
        assert encoded == []
        kind = backend.memory.text_encoder
        assert rungs(other) == [
            f"remembered text_encoder {kind}",
            "remembered tile 64",
            "remembered on_processor True",
        ]
        assert "RTX 5070" in other.chunk_facts()["rungs"][0]["because"]

    def test_shorter_chunks_begin_at_the_top(self, loaded: Loaded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for frames, told in ((9, ["denoise offload group"]), (5, []), (13, ["remembered offload group"])):
            backend = loaded("wan_1_3b")
            backend.cache = tmp_path / ".embeddings"
            with monkeypatch.context() as full:
                fill(full, WAN, 1 if frames == 9 else 0)
                render(backend, ask(backend, num_frames=frames))
            assert rungs(backend) == told

    def test_not_what_did_not_help(self, loaded: Loaded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        backend = loaded("wan_1_3b")
        backend.cache = tmp_path / ".embeddings"
        fill(monkeypatch, WAN, ALWAYS)
        with pytest.raises(CardFullError):
            render(backend, ask(backend))
        assert not (tmp_path / NOTES).exists()

    def test_not_where_nothing_is_to_be_tried(self, loaded: Loaded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        backend = loaded("wan_1_3b", step_down=False)
        backend.cache = tmp_path / ".embeddings"
        fill(monkeypatch, WAN, 1)
        with pytest.raises(CardFullError):
            render(backend, ask(backend))
        assert find_fitting(tmp_path, backend.step_down._key()) is None
