"""Backends on tiny checkpoints, and the same done by calling diffusers by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image

from storyvid.backends.base import ChunkRequest, ShotRequest, module_of
from storyvid.config import Memory
from storyvid.storyboard.schema import Shot, Storyboard

CONF = Path(__file__).parents[2] / "conf"
PROMPT, NEGATIVE = "A woman walks along a beach at sunset", "ugly, dark"
HEIGHT, WIDTH = 64, 96


def memory(name: str = "cpu", **keys: Any) -> Memory:
    """A memory profile."""
    return Memory.model_validate(yaml.safe_load((CONF / "memory" / f"{name}.yaml").read_text(encoding="utf-8")) | keys)


def option(name: str, **keys: Any) -> Any:
    """A backend's option with keys of its own."""
    values = yaml.safe_load((CONF / "backend" / f"{name}.yaml").read_text(encoding="utf-8")) | keys
    return module_of(values["kind"]).Config.model_validate(values)


def load(name: str, folder: Path, profile: Memory | None = None, **keys: Any) -> Any:
    """A backend on a tiny checkpoint. One thread: several spend their time on waiting for each other where tensors are so small."""
    import torch

    torch.set_num_threads(1)
    config = option(name, model=str(folder), **keys)
    return module_of(config.kind).load(config, profile or memory())


def ask(
    backend: Any, *, opening: Any = "text", num_frames: int = 5, seed: int = 3, prompt: str = PROMPT, **keys: Any
) -> ShotRequest:
    """A shot of one chunk with the makers' recipe, in few steps."""
    published = backend.config.published
    shot = Shot(id="S01", prompt=PROMPT)
    values: dict[str, Any] = {
        "negative_prompt": NEGATIVE,
        "num_inference_steps": published.steps if backend.config.fixed_recipe else 2,
        "guidance_scale": published.cfg,
        "guidance_scale_2": published.cfg_2,
        "flow_shift": published.flow_shift,
        "scheduler": published.scheduler,
        **keys,
    }
    return ShotRequest(
        shot=shot, storyboard=Storyboard(shots=(shot,)), height=HEIGHT, width=WIDTH, fps=Fraction(24), num_frames=num_frames,
        seed=seed, chunks=(ChunkRequest(0, num_frames, seed, prompt),), opening=opening, programme_frames=num_frames, **values,
    )  # fmt: skip


def render(backend: Any, request: ShotRequest, first: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
    """The frames of the first chunk."""
    backend.begin_shot(request, first)
    return np.stack(list(backend.generate_chunk(request, request.chunks[0], first, lambda step, steps: None)))


def picture(seed: int = 0, frames: int = 1) -> NDArray[np.uint8]:
    """Frames to start from: (frames, height, width, 3)."""
    return np.random.default_rng(seed).integers(0, 255, (frames, HEIGHT, WIDTH, 3), dtype=np.uint8)


def direct_wan(
    folder: Path, request: ShotRequest, first: NDArray[np.uint8] | None = None, scheduler: Any = None
) -> NDArray[np.uint8]:
    """What a plain script with diffusers renders for a shot's first chunk."""
    import diffusers
    import torch

    family = diffusers.WanPipeline if first is None else diffusers.WanImageToVideoPipeline
    pipe = family.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    pipe.scheduler = scheduler or type(pipe.scheduler).from_config(pipe.scheduler.config, flow_shift=request.flow_shift)
    torch.manual_seed(request.chunks[0].seed)
    video = pipe(
        prompt=request.chunks[0].prompt,
        negative_prompt=request.negative_prompt,
        height=request.height,
        width=request.width,
        num_frames=request.chunks[0].num_frames,
        num_inference_steps=request.num_inference_steps,
        guidance_scale=request.guidance_scale,
        guidance_scale_2=request.guidance_scale_2,
        generator=torch.Generator("cpu").manual_seed(request.chunks[0].seed),
        output_type="np",
        **({} if first is None else {"image": Image.fromarray(first[-1])}),
    ).frames[0]
    return np.round(255 * video).astype(np.uint8)
