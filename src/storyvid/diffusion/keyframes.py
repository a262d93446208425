"""First frames from words, for a model that reads none: one picture per shot, made by a text-to-picture checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import diffusers
import torch
from loguru import logger

from storyvid.diffusion import loading
from storyvid.diffusion.denoise import seeded
from storyvid.diffusion.layout import INDEX, read_json
from storyvid.diffusion.prompts import embedding_key, lost_words
from storyvid.errors import Problem, RenderError
from storyvid.memory.apply import apply_memory
from storyvid.memory.shortage import PAINTING, shortage_told

if TYPE_CHECKING:
    from storyvid.config import Memory
    from storyvid.diffusion.checkpoint import Checkpoint


@dataclass(frozen=True)
class Keyframe:
    """One picture to be made.

    Attributes:
        prompt: What it shows.
        height: Pixels.
        width: Pixels.
        seed: 0 to 2**32 - 1.
        steps: Denoising steps; None = the pipeline's own number.
        cfg: Guidance scale; None = the pipeline's own.
    """

    prompt: str
    height: int
    width: int
    seed: int
    steps: int | None = None
    cfg: float | None = None

    def key(self, checkpoint: Checkpoint, memory: Memory) -> str:
        """SHA-256 over everything that changes the picture."""
        return embedding_key(kind="keyframe", weights=checkpoint.identity, memory=held(memory).for_pixels(), **asdict(self))


def held(memory: Memory) -> Memory:
    """The profile as a text-to-picture model takes it: these hand their latents to the VAE in the type of the denoiser.

    They are small enough to wait in RAM. A VAE that overflows in float16 says so in its configuration, and its pipeline decodes
    in float32 by itself.

    Args:
        memory: The profile, made for models of video.
    """
    return memory.model_copy(update={"vae_dtype": memory.dtype, "offload_disk": False})


class Painter:
    """A loaded text-to-picture pipeline.

    Args:
        pipe: Of diffusers.
        name: Hub id or folder, for messages.
    """

    def __init__(self, pipe: Any, name: str) -> None:
        self._pipe, self._name = pipe, name

    def paint(self, keyframe: Keyframe, where: str) -> torch.Tensor:
        """The picture: uint8 (height, width, 3) RGB.

        Args:
            keyframe: What to paint.
            where: The shot, for messages.

        Raises:
            RenderError: The model would not read the whole text, or gave another size, values that are no numbers, or nothing.
        """
        self._check_length(keyframe.prompt, where)
        chosen = {"num_inference_steps": keyframe.steps, "guidance_scale": keyframe.cfg}
        # Seeded for schedulers that add noise without the generator.
        with shortage_told(where, PAINTING), seeded(keyframe.seed, self._pipe._execution_device):
            made = self._pipe(
                prompt=keyframe.prompt,
                height=keyframe.height,
                width=keyframe.width,
                generator=torch.Generator("cpu").manual_seed(keyframe.seed),
                output_type="pt",
                **{name: value for name, value in chosen.items() if value is not None},
            )
        if any(getattr(made, "nsfw_content_detected", None) or ()):
            fix = "describe the first frame otherwise, or take another seed for the shot"
            raise RenderError(Problem(where, f"the safety checker of {self._name} blacked its keyframe out", fix, "keyframe"))
        return self._checked(made.images[0].float().cpu(), keyframe, where)

    def close(self) -> None:
        """Let go of the weights."""
        self._pipe = None

    def _checked(self, picture: torch.Tensor, keyframe: Keyframe, where: str) -> torch.Tensor:
        height, width = picture.shape[1:]
        if (height, width) != (keyframe.height, keyframe.width):
            what = f"{self._name} painted {width}x{height} where {keyframe.width}x{keyframe.height} was asked for"
            raise RenderError(Problem(where, what, "use another size, or another backend.keyframe", "keyframe"))
        if not torch.isfinite(picture).all():
            what = f"{self._name} gave values that are no numbers (NaN or infinity) for its keyframe"
            raise RenderError(Problem(where, what, "try memory.dtype=float32, or another seed for the shot", "nan-frames"))
        return (picture * 255).round().to(torch.uint8).permute(1, 2, 0).contiguous()

    def _check_length(self, prompt: str, where: str) -> None:
        """Refuse a text whose end none of the model's encoders reads: one that reads it all is enough."""
        parts = [part for part in ("tokenizer", "tokenizer_2", "tokenizer_3") if getattr(self._pipe, part, None) is not None]
        read = {getattr(self._pipe, part).model_max_length: getattr(self._pipe, part) for part in parts}
        if not read:
            return
        longest = max(read)
        lost = lost_words(read[longest], prompt, longest)
        if lost:
            what = f'{self._name} reads {longest} tokens of the text of its keyframe; it would lose "{lost}"'
            fix = "shorten first_frame_prompt, style or the descriptions by these words, or give the shot a picture"
            raise RenderError(Problem(where, what, fix, "long-prompt"))


@contextmanager
def painter(checkpoint: Checkpoint, memory: Memory, name: str) -> Iterator[Painter]:
    """The text-to-picture pipeline of a checkpoint; freed at the end.

    Args:
        checkpoint: Where its weights are.
        memory: How they are fitted to the card.
        name: Hub id or folder, for messages.

    Raises:
        RenderError: Its weights can't be loaded.
    """
    profile = held(memory)
    logger.info(f"Loading the keyframe model {name} …")
    pipe = loading.load_pipeline(_pipeline_class(checkpoint), checkpoint, profile)
    logger.info(f"Loaded the keyframe model {name}")
    apply_memory(pipe, profile)
    made = Painter(pipe, name)
    del pipe
    try:
        yield made
    finally:
        made.close()
        loading.free_memory()


def _pipeline_class(checkpoint: Checkpoint) -> Any:
    """The pipeline that a checkpoint names, or its text-to-picture kind where it names one for changing pictures.

    diffusers finds any by `AutoPipelineForText2Image`, but imports them all for that, with the warnings of each.
    """
    loading.quieten()
    name = str(read_json(checkpoint.folder / INDEX)["_class_name"])
    for_pictures = any(word in name for word in ("Img2Img", "Inpaint", "Control"))
    return diffusers.AutoPipelineForText2Image if for_pictures or not hasattr(diffusers, name) else getattr(diffusers, name)
