"""Wan 2.1 and 2.2: text and image to video.

One checkpoint of Wan 2.2 TI2V-5B serves text and pictures; A14B has one of two experts for each; 2.1 T2V-1.3B reads text only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import model_validator

from storyvid.diffusion.backend import DiffusionBackend, Recipe, Start
from storyvid.diffusion.config import DiffusionConfig
from storyvid.diffusion.guidance import ending_guidance, guided_steps

if TYPE_CHECKING:
    from storyvid.backends.base import ChunkRequest, Frames, Latents, Progress, ShotRequest
    from storyvid.config import Memory
    from storyvid.diffusion.prompts import Embedding


class Config(DiffusionConfig):
    """The keys of ``conf/backend/wan*.yaml``."""

    @model_validator(mode="before")
    @classmethod
    def _text_alone(cls, values: Any) -> Any:
        """A model of two checkpoints without the one for pictures renders from text alone, and is half the download."""
        if not isinstance(values, Mapping) or values.get("image_published") is None or values.get("image_model") is not None:
            return values
        limits, size = values.get("limits"), values.get("download_gb")
        if not isinstance(limits, Mapping) or not limits.get("accepts_first_frame", True) or not isinstance(size, int | float):
            return values
        return {**values, "limits": {**limits, "accepts_first_frame": False}, "download_gb": size / 2}


def load(config: Config, memory: Memory) -> WanBackend:
    """The backend; weights are loaded when the first chunk needs them.

    Args:
        config: From the YAML.
        memory: How the model is fitted to the card.
    """
    return WanBackend(config, memory)


class WanBackend(DiffusionBackend):
    """`WanPipeline` and `WanImageToVideoPipeline` of diffusers."""

    max_sequence_length = 512  # as in the makers' configuration; UMT5 itself has no limit

    def pipeline_class(self, start: Start) -> Any:
        """The pipeline of diffusers."""
        import diffusers

        return diffusers.WanPipeline if start == "text" else diffusers.WanImageToVideoPipeline

    def clean(self, text: str) -> str:
        """As both pipelines clean it."""
        from diffusers.pipelines.wan.pipeline_wan import prompt_clean

        cleaned: str = prompt_clean(text)
        return cleaned

    def encode(self, pipe: Any, text: str) -> Embedding:
        """(1, max_sequence_length, width); zero behind the text's own tokens."""
        embeds, _ = pipe.encode_prompt(text, do_classifier_free_guidance=False, max_sequence_length=self.max_sequence_length)
        return {"prompt_embeds": embeds}

    def scheduler(self, start: Start, name: str, flow_shift: float | None = None) -> Any:
        """The pipelines take no timesteps, so a distilled model's are the scheduler's."""
        from storyvid.diffusion.schedulers import FixedTimestepsScheduler

        timesteps = self.config.published.timesteps
        return FixedTimestepsScheduler(timesteps) if timesteps else super().scheduler(start, name, flow_shift)

    def denoise(self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress) -> Latents:
        """Latents as the pipeline leaves them, normalised."""
        start: Start = "text" if first_frames is None else "image"
        recipe = self.recipe(shot, chunk)
        arguments: dict[str, Any] = {  # the texts first: encoding one anew may let go of the weights
            "prompt_embeds": self.embedding(start, chunk.prompt)["prompt_embeds"],
            "height": shot.height,
            "width": shot.width,
            "num_frames": chunk.num_frames,
            "num_inference_steps": recipe.num_inference_steps,
            "guidance_scale": recipe.guidance_scale,
        }
        if recipe.guidance_scale > 1:
            arguments["negative_prompt_embeds"] = self.embedding(start, shot.negative_prompt)["prompt_embeds"]
        pipe = self.pipeline(start)
        pipe.scheduler = self.scheduler(start, shot.scheduler, recipe.flow_shift)
        if pipe.config.boundary_ratio is not None:
            arguments["guidance_scale_2"] = recipe.guidance_scale_2
        if first_frames is not None:
            from PIL import Image

            arguments["image"] = Image.fromarray(first_frames[-1])
        guided = self._guided_steps(pipe, recipe, shot.guidance_until)
        if guided == 0:
            arguments["guidance_scale"] = min(1.0, recipe.guidance_scale)
        done = self.run(pipe, shot, chunk, ending_guidance(pipe, guided, progress), **arguments)
        if recipe.guidance_scale > 1:
            self._chunk_facts["guided_steps"] = guided
        return {"latents": done.latents.float().cpu().numpy()}

    def _guided_steps(self, pipe: Any, recipe: Recipe, until: float) -> int:
        from storyvid.diffusion.step_cache import expert_steps

        steps = recipe.num_inference_steps
        high = expert_steps(pipe, steps)["transformer"]
        second = recipe.guidance_scale_2 if pipe.config.boundary_ratio is not None else None
        return guided_steps(steps, high, recipe.guidance_scale, second, until)

    def decode(self, shot: ShotRequest, chunk: ChunkRequest, start: Start, latents: Mapping[str, Any]) -> Any:
        """Undo the normalisation as the pipelines do, and decode."""
        import torch

        vae = self.pipeline(start).vae
        normalised = latents["latents"].to(self.decode_device, vae.dtype)
        shape = (1, vae.config.z_dim, 1, 1, 1)
        mean = torch.tensor(vae.config.latents_mean).view(shape).to(normalised)
        inverse_std = 1.0 / torch.tensor(vae.config.latents_std).view(shape).to(normalised)
        return vae.decode(normalised / inverse_std + mean, return_dict=False)[0]
