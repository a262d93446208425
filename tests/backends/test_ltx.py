"""LTX-Video on tiny checkpoints: what storyvid renders is what a plain script with diffusers renders, whatever it starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from storyvid.backends.base import ChunkRequest, ShotRequest
from storyvid.clips.chunks import KeptChunks
from storyvid.errors import RenderError
from storyvid.video import frames_sha256
from tests.backends.pipelines import ask, load, option, picture, render

TinyCheckpoint = Callable[[str], Path]
Pictures = NDArray[np.uint8]
FRAMES = 17


@pytest.fixture
def ltx(tiny_checkpoint: TinyCheckpoint) -> Iterator[Any]:
    backend = load("ltx", tiny_checkpoint("ltx"))
    yield backend
    backend.close()


def direct(folder: Path, backend: Any, request: ShotRequest, first: Pictures | None = None, index: int = 0) -> Pictures:
    """What a plain script with diffusers renders for one of a shot's chunks."""
    import diffusers
    import torch
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

    pipe = diffusers.LTXConditionPipeline.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    chunk, config = request.chunks[index], backend.config
    given = [] if first is None else [Image.fromarray(frame) for frame in first]
    condition = {"image": given[0]} if len(given) == 1 else {"video": given}
    torch.manual_seed(chunk.seed)
    video = pipe(
        conditions=[LTXVideoCondition(**condition, frame_index=0)] if given else None,
        prompt=chunk.prompt,
        negative_prompt=request.negative_prompt,
        height=request.height,
        width=request.width,
        num_frames=chunk.num_frames,
        frame_rate=24,
        num_inference_steps=request.num_inference_steps,
        timesteps=config.published.timesteps and list(config.published.timesteps),
        guidance_scale=request.guidance_scale,
        image_cond_noise_scale=config.image_cond_noise_scale,
        decode_timestep=0.05,
        decode_noise_scale=0.025,
        generator=torch.Generator("cpu").manual_seed(chunk.seed),
        output_type="np",
    ).frames[0]
    return np.round(255 * video).astype(np.uint8)


class TestEqualsADirectCall:
    @pytest.mark.parametrize("name", ["ltx", "ltx_13b"])
    def test_from_text(self, name: str, tiny_checkpoint: TinyCheckpoint) -> None:
        folder = tiny_checkpoint(name)
        backend = load(name, folder)
        request = ask(backend, num_frames=FRAMES)
        frames = render(backend, request)
        assert np.array_equal(frames, direct(folder, backend, request))
        assert np.array_equal(render(backend, request), frames)
        backend.close()

    @pytest.mark.parametrize("given", [1, 9])
    def test_from_a_picture_or_several_frames(self, given: int, ltx: Any, tiny_checkpoint: TinyCheckpoint) -> None:
        request, first = ask(ltx, num_frames=FRAMES, opening="image"), picture(frames=given)
        frames = render(ltx, request, first)
        assert np.array_equal(frames, direct(tiny_checkpoint("ltx"), ltx, request, first))
        assert not np.array_equal(render(ltx, request, picture(1, frames=given)), frames)

    def test_with_a_vae_that_adds_noise_of_its_own(self, ltx: Any, tiny_checkpoint: TinyCheckpoint, tmp_path: Path) -> None:
        """That of 0.9.1 draws it from torch's global generator, which a script has to seed."""
        from diffusers import AutoencoderKLLTXVideo, LTXConditionPipeline

        pipe = LTXConditionPipeline.from_pretrained(tiny_checkpoint("ltx"))
        vae = AutoencoderKLLTXVideo.from_config({**pipe.vae.config, "decoder_inject_noise": (True,) * 4}).eval()
        for name, weight in vae.named_parameters():
            if "per_channel_scale" in name:
                weight.data.fill_(0.5)
        pipe.register_modules(vae=vae)
        pipe.save_pretrained(tmp_path / "noisy")
        backend = load("ltx", tmp_path / "noisy")
        request = ask(backend, num_frames=9)
        frames = render(backend, request)
        assert np.array_equal(frames, direct(tmp_path / "noisy", backend, request))
        assert not np.array_equal(frames, render(ltx, request))
        backend.close()


def in_chunks(request: ShotRequest, *chunks: tuple[int, int, int]) -> ShotRequest:
    """A shot of several calls, each (frames, dropped, surplus)."""
    prompt = request.chunks[0].prompt
    made = (
        ChunkRequest(n, frames, seed=n + 5, prompt=prompt, dropped_frames=dropped, surplus_frames=surplus)
        for n, (frames, dropped, surplus) in enumerate(chunks)
    )
    return replace(request, chunks=tuple(made), num_frames=40, programme_frames=40)


def quiet(done: int, total: int) -> None:
    del done, total


class TestChunks:
    def test_the_next_goes_on_from_nine_frames_which_are_dropped_once(
        self, ltx: Any, tiny_checkpoint: TinyCheckpoint, tmp_path: Path
    ) -> None:
        request = in_chunks(ask(ltx), (25, 0, 4), (25, 9, 0))
        clip = ltx.generate_shot(request, None, tmp_path / "clip.mp4", quiet)
        first, second = clip.chunks
        cut = first.handoff_frame + 1
        assert 25 - 4 <= cut <= 25
        assert (first.kept_frames, second.kept_frames) == (cut, 16)
        assert clip.num_frames == cut + 16
        before = direct(tiny_checkpoint("ltx"), ltx, request)
        assert first.frames_sha256 == frames_sha256(before)
        after = direct(tiny_checkpoint("ltx"), ltx, request, before[cut - 9 : cut], index=1)
        assert second.frames_sha256 == frames_sha256(after)

    def test_a_stop_between_denoising_and_decoding_costs_no_step(
        self, ltx: Any, tiny_checkpoint: TinyCheckpoint, tmp_path: Path
    ) -> None:
        request = ask(ltx, num_frames=FRAMES)
        whole = ltx.generate_shot(request, None, tmp_path / "whole.mp4", quiet)
        kept = KeptChunks(tmp_path / "kept")
        (tmp_path / "kept").mkdir()

        def stop(*arguments: Any, **keys: Any) -> None:
            raise KeyboardInterrupt

        ltx.pipeline("text").vae.decode = stop
        with pytest.raises(KeyboardInterrupt):
            ltx.generate_shot(request, None, tmp_path / "clip.mp4", quiet, kept=kept)
        again = load("ltx", tiny_checkpoint("ltx"))
        again.pipeline("text").transformer.forward = stop
        clip = again.generate_shot(request, None, tmp_path / "clip.mp4", quiet, kept=kept)
        assert clip.chunks[0].frames_sha256 == whole.chunks[0].frames_sha256
        again.close()

    def test_decoding_draws_its_noise_from_where_denoising_left_the_generator(self, ltx: Any) -> None:
        request = ask(ltx, num_frames=9)
        ltx.prepare([request])
        chunk = request.chunks[0]
        latents = ltx.denoise_chunk(request, chunk, None, quiet)
        frames = np.stack(list(ltx.decode_chunk(request, chunk, None, latents)))
        other = ltx.denoise_chunk(replace(request, num_inference_steps=3), replace(chunk, seed=9), None, quiet)
        mixed = {"latents": latents["latents"], "generator_state": other["generator_state"]}
        assert not np.array_equal(np.stack(list(ltx.decode_chunk(request, chunk, None, mixed))), frames)


class TestRefusals:
    def test_latents_that_are_no_numbers(self, ltx: Any) -> None:
        ltx.pipeline("text").transformer.proj_out.weight.data.fill_(float("nan"))
        with pytest.raises(RenderError, match=r'shot "S01", chunk 1: .*no numbers .* in step 1 of 2'):
            render(ltx, ask(ltx, num_frames=FRAMES))

    def test_a_number_of_frames_of_which_the_pipeline_would_leave_out_some(self, ltx: Any) -> None:
        with pytest.raises(RenderError, match="starts from 4 frames, and LTX-Video takes 8k"):
            render(ltx, ask(ltx, num_frames=FRAMES, opening="frame"), picture(frames=4))

    def test_steps_that_a_distilled_model_does_not_have(self, tiny_checkpoint: TinyCheckpoint) -> None:
        backend = load("ltx_13b", tiny_checkpoint("ltx_13b"))
        with pytest.raises(RenderError, match="3 steps, and ltx_13b is distilled for exactly 8"):
            render(backend, ask(backend, num_frames=9, num_inference_steps=3))
        backend.close()

    def test_the_first_versions_whose_schedule_the_pipeline_cannot_call(
        self, tiny_checkpoint: TinyCheckpoint, tmp_path: Path
    ) -> None:
        from diffusers import FlowMatchEulerDiscreteScheduler, LTXConditionPipeline

        pipe = LTXConditionPipeline.from_pretrained(tiny_checkpoint("ltx"))
        pipe.scheduler = FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, shift_terminal=0.1)
        pipe.save_pretrained(tmp_path / "old")
        backend = load("ltx", tmp_path / "old")
        with pytest.raises(RenderError, match=r"LTX-Video 0\.9\.0 and 0\.9\.1"):
            render(backend, ask(backend, num_frames=9))
        backend.close()


def test_what_changes_pictures_is_part_of_a_clips_key(tiny_checkpoint: TinyCheckpoint) -> None:
    folder = tiny_checkpoint("ltx")
    backend = load("ltx", folder)
    request = ask(backend, num_frames=9)
    plain = backend.config.pixel_inputs(request)
    for name in ("image_cond_noise_scale", "decode_timestep", "decode_noise_scale"):
        other = option("ltx", model=str(folder), **{name: 0.5})
        assert other.pixel_inputs(request) != plain
    assert option("ltx_13b").pixel_inputs(request)["timesteps"] == option("ltx_13b").published.timesteps
