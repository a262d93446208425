"""The Wan family on tiny checkpoints: what storyvid renders is what a plain script with diffusers renders."""

from __future__ import annotations

import gc
import json
import shutil
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loguru import logger

from storyvid.backends.base import ShotRequest
from storyvid.diffusion import room
from storyvid.errors import RenderError
from tests.backends.pipelines import ask, direct_wan, load, picture, render
from tests.tiny import TinyCheckpoint

MODELS = ("wan", "wan_fast", "wan_1_3b", "wan_14b")
FROM_PICTURES = ("wan", "wan_fast", "wan_14b")


def part(name: str, folder: Path, start: str) -> Path:
    return folder / start if name == "wan_14b" else folder


def own_scheduler(backend: Any, request: ShotRequest) -> Any:
    """The fixed timesteps of a distilled model, which a script has to make by hand."""
    return backend.scheduler("text", request.scheduler) if backend.config.published.timesteps else None


class TestEqualsADirectCall:
    @pytest.mark.parametrize("name", MODELS)
    def test_from_text(self, name: str, tiny_checkpoint: TinyCheckpoint) -> None:
        folder = tiny_checkpoint(name)
        backend = load(name, folder)
        request = ask(backend)
        frames = render(backend, request)
        wanted = direct_wan(part(name, folder, "text"), request, scheduler=own_scheduler(backend, request))
        assert np.array_equal(frames, wanted)
        assert np.array_equal(render(backend, request), frames)
        backend.close()

    @pytest.mark.parametrize("name", FROM_PICTURES)
    def test_from_a_picture(self, name: str, tiny_checkpoint: TinyCheckpoint) -> None:
        folder = tiny_checkpoint(name)
        backend = load(name, folder)
        request, first = ask(backend, opening="image"), picture()
        frames = render(backend, request, first)
        wanted = direct_wan(part(name, folder, "image"), request, first, own_scheduler(backend, request))
        assert np.array_equal(frames, wanted)
        assert not np.array_equal(render(backend, request, picture(1)), frames)
        backend.close()


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What is logged, from INFO on."""
    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(str(message)), level="INFO", format="{message}")
    yield lines
    logger.remove(sink)


@pytest.fixture
def small(tiny_checkpoint: TinyCheckpoint) -> Iterator[Any]:
    """The smallest of the family."""
    backend = load("wan_1_3b", tiny_checkpoint("wan_1_3b"))
    yield backend
    backend.close()


class TestSettings:
    def test_each_changes_the_pictures(self, small: Any) -> None:
        request = ask(small)
        plain = render(small, request)
        others: dict[str, Any] = {
            "num_inference_steps": 3,
            "guidance_scale": 2.0,
            "flow_shift": 3.0,
            "negative_prompt": "a dog",
            "scheduler": "FlowMatchEulerDiscreteScheduler",
        }
        for name, value in others.items():
            assert not np.array_equal(render(small, replace(request, **{name: value})), plain), name
        assert not np.array_equal(render(small, ask(small, prompt="a dog")), plain)
        assert np.array_equal(render(small, request), plain)

    @pytest.mark.parametrize(
        "scheduler", ["FlowMatchEulerDiscreteScheduler", "DPMSolverMultistepScheduler", "FlowMatchLCMScheduler"]
    )
    def test_another_scheduler_equals_a_direct_call_with_it(
        self, small: Any, tiny_checkpoint: TinyCheckpoint, scheduler: str
    ) -> None:
        request = ask(small, scheduler=scheduler, num_inference_steps=3)
        frames = render(small, request)
        wanted = direct_wan(tiny_checkpoint("wan_1_3b"), request, scheduler=small.scheduler("text", scheduler, request.flow_shift))
        assert np.array_equal(frames, wanted)

    def test_a_chunk_may_have_a_recipe_of_its_own(self, small: Any) -> None:
        request = ask(small)
        own = replace(request, chunks=(replace(request.chunks[0], guidance_scale=2.0, flow_shift=3.0, num_inference_steps=3),))
        whole = replace(request, guidance_scale=2.0, flow_shift=3.0, num_inference_steps=3)
        assert np.array_equal(render(small, own), render(small, whole))

    def test_the_global_generator_is_left_as_it_was(self, small: Any) -> None:
        import torch

        request = ask(small, scheduler="FlowMatchLCMScheduler")
        frames = render(small, request)
        torch.manual_seed(77)
        before = torch.random.get_rng_state()
        assert np.array_equal(render(small, request), frames)
        assert torch.equal(torch.random.get_rng_state(), before)


class TestPrompts:
    def test_each_text_is_encoded_once_and_kept_for_the_next_run(
        self, small: Any, tiny_checkpoint: TinyCheckpoint, told: list[str], tmp_path: Path
    ) -> None:
        small.cache = tmp_path / ".embeddings"
        request = ask(small)
        twice = replace(request, chunks=(request.chunks[0], replace(request.chunks[0], index=1, seed=4)))
        small.prepare([twice, request])
        assert len(list(small.cache.iterdir())) == 2  # the prompt and the negative prompt
        assert sum("Loaded the text encoder" in line for line in told) == 1
        frames = render(small, request)
        again = load("wan_1_3b", tiny_checkpoint("wan_1_3b"))
        again.cache = small.cache
        assert np.array_equal(render(again, request), frames)
        assert sum("Loaded the text encoder" in line for line in told) == 1
        again.close()

    def test_a_negative_prompt_that_is_not_read_may_be_too_long(self, small: Any) -> None:
        request = ask(small, guidance_scale=1.0, negative_prompt="woman " * small.max_sequence_length)
        assert render(small, request).std() > 0
        with pytest.raises(RenderError, match="longer than the 512 tokens"):
            render(small, replace(request, guidance_scale=2.0))

    def test_an_embedding_that_is_no_number_is_not_kept(self, small: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import torch

        small.cache = tmp_path / ".embeddings"
        monkeypatch.setattr(small, "encode", lambda pipe, text: {"prompt_embeds": torch.tensor([1.0, float("nan")])})
        with pytest.raises(RenderError, match=r"memory\.dtype: the text encoder gave .*NaN or infinity\) for 'A woman"):
            small.prepare([ask(small)])
        assert not small.cache.exists()

    def test_a_damaged_embedding_is_made_again(self, small: Any, tmp_path: Path) -> None:
        small.cache = tmp_path / ".embeddings"
        frames = render(small, ask(small))
        for path in small.cache.iterdir():
            path.write_bytes(path.read_bytes()[:-4] + b"oops")
        assert np.array_equal(render(small, ask(small)), frames)
        small.begin_shot(ask(small), None)
        for path in small.cache.iterdir():
            path.unlink()  # as by `clean` while a film is rendered
        again = small.generate_chunk(ask(small), ask(small).chunks[0], None, lambda *step: None)
        assert np.array_equal(np.stack(list(again)), frames)

    def test_the_encoder_is_gone_when_all_is_encoded(self, small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        held: list[weakref.ref[Any]] = []
        encode = small.encode

        def watched(pipe: Any, text: str) -> Any:
            held.append(weakref.ref(pipe.text_encoder))
            return encode(pipe, text)

        monkeypatch.setattr(small, "encode", watched)
        small.prepare([ask(small)])
        assert len(held) == 2
        assert [ref() for ref in held] == [None, None]
        assert small.pipeline("text").text_encoder is None

    def test_a_prompt_that_is_too_long_fails_its_own_shot_with_the_words_it_would_lose(self, small: Any) -> None:
        long = ask(small, prompt="woman " * small.max_sequence_length + "lighthouse keeper")
        small.prepare([long, ask(small)])
        with pytest.raises(RenderError, match=r'shot "S01", chunk 1: .*longer than the 512 tokens.*lighthouse keeper"'):
            render(small, long)
        assert render(small, ask(small)).std() > 0

    def test_two_checkpoints_with_the_same_encoder_encode_a_text_once(
        self, tiny_checkpoint: TinyCheckpoint, told: list[str], tmp_path: Path
    ) -> None:
        folder = tmp_path / "model"
        shutil.copytree(tiny_checkpoint("wan_14b"), folder)
        for part in ("tokenizer", "text_encoder"):
            shutil.rmtree(folder / "image" / part)
            shutil.copytree(folder / "text" / part, folder / "image" / part)
        backend = load("wan_14b", folder)
        backend.prepare([ask(backend), ask(backend, opening="image")])
        assert sum("Loaded the text encoder" in line for line in told) == 1
        backend.close()


class TestWatching:
    def test_each_step_is_told_and_timed(self, small: Any) -> None:
        told: list[tuple[int, int]] = []
        request = ask(small, num_inference_steps=3)
        small.begin_shot(request, None)
        list(small.generate_chunk(request, request.chunks[0], None, lambda *step: told.append(step)))
        assert told == [(1, 3), (2, 3), (3, 3)]
        facts = small.chunk_facts()
        assert len(facts["step_s"]) == 3
        assert facts["stages"].keys() == {"load_s", "encode_s", "denoise_s", "decode_s"}
        list(small.generate_chunk(request, replace(request.chunks[0], index=1), None, lambda *step: None))
        assert small.chunk_facts()["stages"].keys() == {"denoise_s", "decode_s"}  # the rest was done once, for the first
        assert facts["scheduler"]["class"] == "UniPCMultistepScheduler"
        assert facts["started_from"] == "text"
        assert json.loads(json.dumps(small.facts()))["dtype"] == "float32"

    def test_ctrl_c_ends_within_a_step_and_the_next_call_is_as_ever(self, small: Any) -> None:
        request = ask(small, num_inference_steps=4)
        whole = render(small, request)
        told: list[int] = []

        def stop(step: int, steps: int) -> None:
            told.append(step)
            if step == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            small.denoise_chunk(request, request.chunks[0], None, stop)
        assert told == [1, 2]
        assert np.array_equal(render(small, request), whole)

    def test_latents_of_another_process_decode_to_the_same_frames(self, small: Any, tiny_checkpoint: TinyCheckpoint) -> None:
        request = ask(small)
        frames = render(small, request)
        small.begin_shot(request, None)
        latents = small.denoise_chunk(request, request.chunks[0], None, lambda *step: None)
        other = load("wan_1_3b", tiny_checkpoint("wan_1_3b"))
        assert np.array_equal(np.stack(list(other.decode_chunk(request, request.chunks[0], None, latents))), frames)
        assert other.chunk_facts().keys() == {"stages"}
        other.close()


class TestFailures:
    def test_latents_that_are_no_numbers_are_refused_at_their_step(self, small: Any) -> None:
        request = ask(small)
        render(small, request)
        small.pipeline("text").transformer.proj_out.bias.data[0] = float("nan")
        with pytest.raises(RenderError, match=r'shot "S01", chunk 1: .*NaN or infinity\) in step 1 of 2'):
            render(small, request)

    def test_frames_that_are_no_numbers_are_refused(self, small: Any) -> None:
        request = ask(small)
        render(small, request)
        small.pipeline("text").vae.decoder.conv_out.bias.data[0] = float("nan")
        with pytest.raises(RenderError, match=r'shot "S01", chunk 1: the VAE gave.*frame 1 of 5'):
            render(small, request)

    def test_what_a_failed_shot_had_on_the_card_is_let_go_of_before_the_next(self, small: Any) -> None:
        request = ask(small)
        small.begin_shot(request, None)
        gc.disable()  # by itself it would come too late for a card that is full
        try:
            on_the_card = [np.zeros(1)]
            held = weakref.ref(on_the_card[0])
            on_the_card.append(on_the_card)  # as an error holds itself, by the frames of its traceback
            del on_the_card
            assert held() is not None
            small.begin_shot(request, None)
            assert held() is None
        finally:
            gc.enable()

    def test_a_model_of_text_alone_refuses_a_frame(self, small: Any) -> None:
        with pytest.raises(RenderError, match="starts from text alone"):
            render(small, ask(small, opening="image"), picture())


class TestWeights:
    def test_they_are_loaded_once_for_every_recipe(self, small: Any, told: list[str]) -> None:
        for steps, cfg in ((2, 1.0), (2, 4.0), (3, 1.0), (3, 4.0)):
            render(small, ask(small, num_inference_steps=steps, guidance_scale=cfg))
        assert sum("Loaded the weights" in line for line in told) == 1
        assert sum("Loaded the text encoder" in line for line in told) == 1

    def test_one_checkpoint_serves_text_and_pictures(self, tiny_checkpoint: TinyCheckpoint, told: list[str]) -> None:
        backend = load("wan", tiny_checkpoint("wan"))
        assert backend.pipeline("text").transformer is backend.pipeline("image").transformer
        assert sum("Loaded the weights" in line for line in told) == 1
        backend.close()

    def test_closing_frees_them(self, tiny_checkpoint: TinyCheckpoint) -> None:
        backend = load("wan", tiny_checkpoint("wan"))
        render(backend, ask(backend))
        pipe = backend.pipeline("image")
        held = [weakref.ref(part) for part in (pipe, pipe.transformer, pipe.vae)]
        del pipe
        backend.close()
        gc.collect()
        assert [ref() for ref in held] == [None] * 3

    @pytest.mark.parametrize("fits", [True, False])
    def test_of_two_checkpoints_one_is_freed_where_both_do_not_fit(
        self, fits: bool, tiny_checkpoint: TinyCheckpoint, told: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(room, "SHARE", room.SHARE if fits else 1e-9)
        backend = load("wan_14b", tiny_checkpoint("wan_14b"))
        first = weakref.ref(backend.pipeline("text"))
        backend.pipeline("image")
        gc.collect()
        assert (first() is not None) == fits
        assert any("do not fit into RAM" in line for line in told) != fits
        backend.close()

    @pytest.mark.parametrize("fits", [True, False])
    def test_they_are_freed_for_a_text_encoder_that_does_not_fit_beside_them(
        self, fits: bool, small: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        frames = render(small, ask(small))
        held = weakref.ref(small.pipeline("text"))
        monkeypatch.setattr(room, "SHARE", room.SHARE if fits else 1e-9)
        small.begin_shot(ask(small), None)  # all is encoded
        assert held() is not None
        small.begin_shot(ask(small, prompt="a dog"), None)
        gc.collect()
        assert (held() is not None) == fits
        assert np.array_equal(render(small, ask(small)), frames)


def test_the_two_experts_share_the_steps(tiny_checkpoint: TinyCheckpoint) -> None:
    """The second guidance scale is that of the low-noise expert, which has steps of its own at these few already."""
    backend = load("wan_14b", tiny_checkpoint("wan_14b"))
    request = ask(backend, num_inference_steps=4)
    frames = render(backend, request)
    assert not np.array_equal(render(backend, replace(request, guidance_scale_2=1.5)), frames)
    backend.close()
