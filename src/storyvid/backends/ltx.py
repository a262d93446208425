"""LTX-Video: text, a picture, or the last frames of a chunk to video. One checkpoint and one pipeline serve all three."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from storyvid.diffusion.backend import DiffusionBackend, Start, where_of
from storyvid.diffusion.config import DiffusionConfig
from storyvid.errors import Problem, RenderError

if TYPE_CHECKING:
    from storyvid.backends.base import ChunkRequest, Frames, Latents, Progress, ShotRequest
    from storyvid.config import Memory
    from storyvid.diffusion.prompts import Embedding

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Config(DiffusionConfig):
    """The keys of ``conf/backend/ltx*.yaml``."""

    image_cond_noise_scale: Share = Field(
        0.025, description="Noise laid over given frames while the others are denoised, 0 to 1; more lets them move more."
    )
    decode_timestep: Share = Field(
        0.05, description="How noisy the VAE takes its latents to be, 0 to 1; it does the last step itself."
    )
    decode_noise_scale: Share = Field(0.025, description="How much noise is mixed into the latents before that, 0 to 1.")

    input_names: ClassVar[Mapping[str, str]] = {
        "image_cond_noise_scale": "noise over given frames",
        "decode_timestep": "timestep of decoding",
        "decode_noise_scale": "noise of decoding",
    }

    def pixel_inputs(self, shot: ShotRequest) -> dict[str, Any]:
        """What changes pictures besides the sampler.

        Args:
            shot: The shot as the backend would get it.
        """
        return super().pixel_inputs(shot) | {name: getattr(self, name) for name in self.input_names}


def load(config: Config, memory: Memory) -> LTXBackend:
    """The backend; weights are loaded when the first chunk needs them.

    Args:
        config: From the YAML.
        memory: How the model is fitted to the card.
    """
    return LTXBackend(config, memory)


class LTXBackend(DiffusionBackend):
    """`LTXConditionPipeline` of diffusers. Its noise for decoding goes on from where denoising left the generator."""

    config: Config
    max_sequence_length = 256  # the pipeline's own; T5 has no limit

    def pipeline_class(self, start: Start) -> Any:
        """One for every start: without conditions it works from text alone."""
        import diffusers

        return diffusers.LTXConditionPipeline

    def encode(self, pipe: Any, text: str) -> Embedding:
        """(1, max_sequence_length, width), and which of them are the text's."""
        embeds, mask, _, _ = pipe.encode_prompt(
            text, do_classifier_free_guidance=False, max_sequence_length=self.max_sequence_length
        )
        return {"prompt_embeds": embeds, "prompt_attention_mask": mask}

    def denoise(self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress) -> Latents:
        """Latents as the pipeline leaves them, normalised, and the state of the generator that decoding draws on from."""
        start: Start = "text" if first_frames is None else "image"
        recipe = self.recipe(shot, chunk)
        arguments: dict[str, Any] = {  # the texts first: encoding one anew may let go of the weights
            **self.embedding(start, chunk.prompt),
            "height": shot.height,
            "width": shot.width,
            "num_frames": chunk.num_frames,
            "frame_rate": float(shot.fps),
            "num_inference_steps": recipe.num_inference_steps,
            "guidance_scale": recipe.guidance_scale,
            "image_cond_noise_scale": self.config.image_cond_noise_scale,
        }
        if recipe.guidance_scale > 1:
            negative = self.embedding(start, shot.negative_prompt)
            arguments |= {f"negative_{name}": tensor for name, tensor in negative.items()}
        pipe = self.pipeline(start)
        pipe.scheduler = self.scheduler(start, shot.scheduler)
        arguments["timesteps"] = self._timesteps(recipe.num_inference_steps, where_of(shot, chunk))
        if first_frames is not None:
            arguments["conditions"] = [_condition(first_frames, where_of(shot, chunk))]
        done = self.run(pipe, shot, chunk, progress, **arguments)
        return {"latents": done.latents.float().cpu().numpy(), "generator_state": done.generator.get_state().numpy()}

    def decode(self, shot: ShotRequest, chunk: ChunkRequest, start: Start, latents: Mapping[str, Any]) -> Any:
        """What the pipeline does after its last step: scale back, add noise where the VAE expects some, and decode."""
        import torch
        from diffusers.utils.torch_utils import randn_tensor

        from storyvid.diffusion.denoise import seeded
        from storyvid.diffusion.loading import torch_dtype

        pipe = self.pipeline(start)
        vae, dtype = pipe.vae, torch_dtype(self.memory.dtype)
        normalised = latents["latents"].to(self.decode_device)
        scaled = pipe._denormalize_latents(normalised, vae.latents_mean, vae.latents_std, vae.config.scaling_factor).to(dtype)
        timestep = None
        if vae.config.timestep_conditioning:
            generator = torch.Generator("cpu")
            generator.set_state(latents["generator_state"])
            noise = randn_tensor(scaled.shape, generator=generator, device=scaled.device, dtype=dtype)
            timestep, scale = (
                torch.tensor([value], device=scaled.device, dtype=dtype)
                for value in (self.config.decode_timestep, self.config.decode_noise_scale)
            )
            scaled = (1 - scale.view(1, 1, 1, 1, 1)) * scaled + scale.view(1, 1, 1, 1, 1) * noise
            timestep = timestep.to(vae.dtype)
        with seeded(chunk.seed, scaled.device):  # the VAE of 0.9.1 adds noise of its own, from torch's global generator
            return vae.decode(scaled.to(vae.dtype), timestep, return_dict=False)[0]

    def scheduler(self, start: Start, name: str, flow_shift: float | None = None) -> Any:
        """The checkpoint's kind of scheduler; the pipeline itself hands it the timesteps of a distilled model.

        Raises:
            RenderError: It is that of LTX-Video before 0.9.5, which the pipeline can't call.
        """
        from storyvid.diffusion.schedulers import make_scheduler

        logging.getLogger("diffusers.schedulers.scheduling_flow_match_euler_discrete").addFilter(_is_news)
        scheduler = make_scheduler(name, self.model.scheduler(start), flow_shift=flow_shift)
        if scheduler.config.get("use_dynamic_shifting"):
            what = "its noise schedule depends on the picture's size, as in LTX-Video 0.9.0 and 0.9.1, which take no given frames"
            raise RenderError(Problem("backend.model", what, "use LTX-Video 0.9.5 or later", "old-ltx"))
        return scheduler

    def _timesteps(self, steps: int, where: str) -> list[float] | None:
        """Those of a distilled model, of which there is one for each step; None = spread over the steps."""
        timesteps = self.config.published.timesteps
        if timesteps is None:
            return None
        if steps != len(timesteps):
            what = f"{steps} steps, and {self.config.name} is distilled for exactly {len(timesteps)}"
            raise RenderError(Problem(where, what, f"set sampler.steps={len(timesteps)}", "steps"))
        return list(timesteps)


def _is_news(record: logging.LogRecord) -> bool:
    """Not that timesteps come without sigmas: it is how the pipeline itself calls its scheduler, each time."""
    return "`timesteps` were passed without `sigmas`" not in record.getMessage()


def _condition(first_frames: Frames, where: str) -> Any:
    """Given frames as the clip's first: one as a picture, several as a video.

    Raises:
        RenderError: A number of frames that the VAE does not encode; the pipeline would leave out the last ones.
    """
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition
    from PIL import Image

    if len(first_frames) % 8 != 1:
        what = f"it starts from {len(first_frames)} frames, and LTX-Video takes 8k + 1"
        raise RenderError(Problem(where, what, "set backend.limits.overlap_frames to 1, 9 or 17", "overlap"))
    pictures = [Image.fromarray(frame) for frame in first_frames]
    if len(pictures) == 1:
        return LTXVideoCondition(image=pictures[0], frame_index=0)
    return LTXVideoCondition(video=pictures, frame_index=0)
