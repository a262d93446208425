"""Stable Video Diffusion on tiny checkpoints: from pictures, from frames, and from keyframes that are painted first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from storyvid.backends.base import ShotRequest
from storyvid.errors import PlanError, RenderError
from storyvid.plan import make_plan
from storyvid.plan.timing import derive_seed
from tests.backends.pipelines import ask, load, memory, option, picture, render
from tests.films import config, storyboard

TinyCheckpoint = Callable[[str], Path]
Pictures = NDArray[np.uint8]
STILL = "A red boat on the sea."


@pytest.fixture
def svd(tiny_checkpoint: TinyCheckpoint) -> Iterator[Any]:
    backend = load("svd", tiny_checkpoint("svd"))
    yield backend
    backend.close()


@pytest.fixture
def painting(tiny_checkpoint: TinyCheckpoint) -> Iterator[Any]:
    """A backend with a keyframe model."""
    folder = tiny_checkpoint("svd")
    backend = load("svd", folder, keyframe=str(folder / "keyframe"), keyframe_steps=2, keyframe_cfg=2.0)
    yield backend
    backend.close()


def shot_of(backend: Any, **keys: Any) -> ShotRequest:
    """A shot of one chunk of 14 frames, from a picture unless told otherwise."""
    request = ask(backend, num_frames=14, prompt="", negative_prompt="", **{"opening": "image", **keys})
    return replace(request, fps=Fraction(7), first_frame_prompt=STILL)


def direct(folder: Path, request: ShotRequest, first: Pictures, **keys: Any) -> Pictures:
    """What a plain script with diffusers renders for a shot's first chunk."""
    import diffusers
    import torch

    pipe = diffusers.StableVideoDiffusionPipeline.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    settings = {"min_guidance_scale": 1.0, "motion_bucket_id": 127, "noise_aug_strength": 0.02, "decode_chunk_size": 8} | keys
    video = pipe(
        image=Image.fromarray(first),
        height=request.height,
        width=request.width,
        num_frames=14,
        num_inference_steps=request.num_inference_steps,
        max_guidance_scale=request.guidance_scale,
        fps=7,
        generator=torch.Generator("cpu").manual_seed(request.chunks[0].seed),
        output_type="np",
        **settings,
    ).frames[0]
    return np.round(255 * video).astype(np.uint8)


def direct_keyframe(folder: Path, request: ShotRequest) -> Pictures:
    """The first frame by a plain script."""
    import diffusers
    import torch

    pipe = diffusers.StableDiffusionPipeline.from_pretrained(folder, safety_checker=None)
    pipe.set_progress_bar_config(disable=True)
    painted = pipe(
        STILL,
        height=request.height,
        width=request.width,
        num_inference_steps=2,
        guidance_scale=2.0,
        generator=torch.Generator("cpu").manual_seed(derive_seed(request.seed, "keyframe")),
        output_type="np",
    ).images[0]
    return np.round(255 * painted).astype(np.uint8)


def quiet(done: int, total: int) -> None:
    del done, total


class TestFromPictures:
    def test_equals_a_direct_call_and_repeats(self, svd: Any, tiny_checkpoint: TinyCheckpoint) -> None:
        request, first = shot_of(svd), picture()
        frames = render(svd, request, first)
        assert np.array_equal(frames, direct(tiny_checkpoint("svd"), request, first[0]))
        assert np.array_equal(render(svd, request, first), frames)
        assert svd.chunk_facts()["started_from"] == "image"

    def test_its_own_settings_equal_those_of_a_direct_call(self, tiny_checkpoint: TinyCheckpoint) -> None:
        folder = tiny_checkpoint("svd")
        settings = {"min_guidance_scale": 2.0, "motion_bucket_id": 20, "noise_aug_strength": 0.5}
        backend = load("svd", folder, decode_chunk_size=None, **settings)
        request, first = shot_of(backend), picture()
        frames = render(backend, request, first)
        assert np.array_equal(frames, direct(folder, request, first[0], decode_chunk_size=None, **settings))
        backend.close()

    def test_a_second_chunk_goes_on_from_the_frame_that_is_handed_over(
        self, svd: Any, tiny_checkpoint: TinyCheckpoint, tmp_path: Path
    ) -> None:
        from storyvid.video import frames_sha256

        request, first = shot_of(svd), picture()
        one = replace(request.chunks[0], surplus_frames=2)
        two = replace(request.chunks[0], index=1, seed=8, dropped_frames=1)
        clip = svd.generate_shot(replace(request, chunks=(one, two)), first, tmp_path / "clip.mp4", quiet)
        cut = clip.chunks[0].handoff_frame + 1
        assert clip.num_frames == cut + 13
        before = direct(tiny_checkpoint("svd"), request, first[0])
        assert clip.chunks[0].frames_sha256 == frames_sha256(before)
        after = direct(tiny_checkpoint("svd"), replace(request, chunks=(two,)), before[cut - 1])
        assert clip.chunks[1].frames_sha256 == frames_sha256(after)

    def test_latents_that_are_no_numbers_are_refused(self, svd: Any) -> None:
        svd.pipeline("image").unet.conv_out.weight.data.fill_(float("nan"))
        with pytest.raises(RenderError, match=r'shot "S01", chunk 1: .*no numbers .* in step 1 of 2'):
            render(svd, shot_of(svd), picture())


class TestKeyframes:
    def test_a_shot_from_text_equals_two_direct_calls(self, painting: Any, tiny_checkpoint: TinyCheckpoint) -> None:
        request = shot_of(painting, opening="text")
        frames = render(painting, request)
        painted = direct_keyframe(tiny_checkpoint("svd") / "keyframe", request)
        assert np.array_equal(frames, direct(tiny_checkpoint("svd"), request, painted))
        facts = painting.chunk_facts()
        assert facts["started_from"] == "keyframe"
        assert facts["keyframe"]["seed"] == derive_seed(request.seed, "keyframe")
        assert facts["keyframe"]["prompt"] == STILL

    def test_each_is_painted_once_before_the_video_model_is_loaded(
        self, painting: Any, tiny_checkpoint: TinyCheckpoint, tmp_path: Path
    ) -> None:
        painting.cache = tmp_path / ".embeddings"
        one, two = shot_of(painting, opening="text"), shot_of(painting, opening="text", seed=4)
        painting.prepare([one, two, one, shot_of(painting, seed=5)])
        assert painting.model.pipelines == {}
        kept = {path.name: path.read_bytes() for path in painting.cache.iterdir()}
        assert len(kept) == 2
        folder = tiny_checkpoint("svd")
        again = load("svd", folder, keyframe=str(folder / "keyframe"), keyframe_steps=2, keyframe_cfg=2.0)
        again.cache = painting.cache
        again._paint = None  # nothing is left to paint
        again.prepare([one, two])
        again.close()
        (painting.cache / min(kept)).write_bytes(b"damaged")
        painting.prepare([one, two])
        assert {path.name: path.read_bytes() for path in painting.cache.iterdir()} == kept

    def test_one_is_painted_with_the_types_of_a_cards_profile(self, tiny_checkpoint: TinyCheckpoint) -> None:
        folder = tiny_checkpoint("svd")
        profile = memory(dtype="bfloat16", vae_dtype="float32")  # as the VAE of a model of video is held
        backend = load("svd", folder, profile, keyframe=str(folder / "keyframe"), keyframe_steps=2)
        request = shot_of(backend, opening="text")
        backend.prepare([request])
        assert backend.texts.kept().find(backend._keyframe_key(request)) is not None
        backend.close()

    def test_a_text_that_the_model_would_not_read_to_its_end_fails_its_own_shot_alone(self, painting: Any) -> None:
        long, short = (shot_of(painting, opening="text", seed=seed) for seed in (3, 4))
        long = replace(long, first_frame_prompt="A red boat. " * 150 + "Gulls.")
        painting.prepare([long, short])
        painting.begin_shot(long, None)
        with pytest.raises(RenderError, match=r'shot "S01": .*reads 1024 tokens .*would lose ".*gulls'):
            painting.denoise_chunk(long, long.chunks[0], None, quiet)
        assert painting.texts.kept().find(painting._keyframe_key(short)) is not None

    def test_values_that_are_no_numbers_are_refused(self, painting: Any, tiny_checkpoint: TinyCheckpoint, tmp_path: Path) -> None:
        from diffusers import StableDiffusionPipeline

        pipe = StableDiffusionPipeline.from_pretrained(tiny_checkpoint("svd") / "keyframe", safety_checker=None)
        pipe.unet.conv_out.weight.data.fill_(float("nan"))
        pipe.save_pretrained(tmp_path / "broken")
        backend = load("svd", tiny_checkpoint("svd"), keyframe=str(tmp_path / "broken"), keyframe_steps=2)
        with pytest.raises(RenderError, match=r'shot "S01": .*no numbers .* keyframe'):
            render(backend, shot_of(backend, opening="text"))
        backend.close()


class TestPlanning:
    def test_a_shot_from_text_needs_a_keyframe_model(self) -> None:
        board, chosen = storyboard({"duration": 1}), config("backend=svd", "resolution.height=64", "resolution.width=64")
        with pytest.raises(
            PlanError, match=r"takes no text: every shot needs a picture.*\n.*text-to-picture model in backend\.keyframe"
        ):
            make_plan(board, chosen, name="test.json")
        painted = chosen.model_copy(update={"backend": chosen.backend.model_copy(update={"keyframe": "owner/name"})})
        assert make_plan(board, painted, name="test.json").shots[0].opening.kind == "text"

    def test_guidance_never_falls_from_the_first_frame_to_the_last(self, svd: Any) -> None:
        shots = {"duration": 1, "continuity": {"image": "a.png"}}
        chosen = config("backend=svd", "resolution.height=64", "resolution.width=64", "sampler.cfg=0.5")
        with pytest.raises(PlanError, match=r"sampler\.cfg.*0\.5 .*below backend\.min_guidance_scale 1"):
            make_plan(storyboard(shots), chosen, name="test.json")
        with pytest.raises(RenderError, match=r'shot "S01", chunk 1: cfg 0\.5'):
            render(svd, shot_of(svd, guidance_scale=0.5), picture())


class TestFingerprint:
    def test_the_keyframe_counts_only_where_one_is_painted(self, painting: Any, tiny_checkpoint: TinyCheckpoint) -> None:
        given, told = (shot_of(painting, opening=opening) for opening in ("image", "text"))
        folder, own = str(tiny_checkpoint("svd")), painting.config
        other = option("svd", model=folder, keyframe=folder + "/keyframe", keyframe_steps=3, keyframe_cfg=2.0)
        assert other.pixel_inputs(given) == own.pixel_inputs(given) == option("svd", model=folder).pixel_inputs(given)
        assert other.pixel_inputs(told) != own.pixel_inputs(told)
        assert own.pixel_inputs(replace(told, first_frame_prompt="A green boat.")) != own.pixel_inputs(told)

    @pytest.mark.parametrize("name", ["motion_bucket_id", "noise_aug_strength", "min_guidance_scale", "decode_chunk_size"])
    def test_every_setting_of_its_own_counts(self, name: str, painting: Any, tiny_checkpoint: TinyCheckpoint) -> None:
        request = shot_of(painting)
        other = option("svd", model=str(tiny_checkpoint("svd")), **{name: 2})
        assert other.pixel_inputs(request) != option("svd", model=str(tiny_checkpoint("svd"))).pixel_inputs(request)
