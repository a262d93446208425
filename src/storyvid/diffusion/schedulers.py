"""Schedulers by name, set up from the checkpoint's own configuration."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from inspect import signature
from typing import Any

import diffusers
import torch

from storyvid.errors import Problem, RenderError

# What a flow-matching model needs of a scheduler that can do other kinds, too, and what that scheduler calls the shift.
FLOW = {"prediction_type": "flow_prediction", "use_flow_sigmas": True}
FLOW_SCHEDULERS: dict[str, tuple[str, dict[str, Any]]] = {
    "UniPCMultistepScheduler": ("flow_shift", FLOW),
    "DPMSolverMultistepScheduler": ("flow_shift", FLOW),
    "FlowMatchEulerDiscreteScheduler": ("shift", {}),
    "FlowMatchLCMScheduler": ("shift", {}),
}


class FixedTimestepsScheduler(diffusers.FlowMatchLCMScheduler):  # type: ignore[misc]  # diffusers' classes are not typed
    """Denoise fully at each of a few trained timesteps and add noise again between them (DMD, FastVideo).

    Pipelines ask a scheduler for a number of steps; this one gives the timesteps that the model was distilled for.
    """

    def __init__(self, timesteps: Sequence[float], num_train_timesteps: int = 1000) -> None:
        super().__init__(num_train_timesteps=num_train_timesteps, shift=1.0)  # the timesteps are shifted already
        self.fixed = tuple(float(t) for t in timesteps)
        self.register_to_config(fixed_timesteps=list(self.fixed))

    def set_timesteps(self, num_inference_steps: int | None = None, device: Any = None, **others: Any) -> None:
        """Set the trained timesteps, whose number is the only one allowed.

        Raises:
            RenderError: Another number of steps.
        """
        if num_inference_steps != len(self.fixed):
            what = f"this model is made for exactly {len(self.fixed)} steps, and {num_inference_steps} were asked for"
            raise RenderError(Problem("sampler.steps", what, f"set sampler.steps={len(self.fixed)}"))
        super().set_timesteps(sigmas=[t / self.config.num_train_timesteps for t in self.fixed], device=device)


def make_scheduler(name: str, published: Any, *, flow_shift: float | None = None) -> Any:
    """A fresh scheduler: the same for every chunk, since schedulers keep a history.

    Args:
        name: Class name of diffusers.
        published: The scheduler of the checkpoint.
        flow_shift: Shift of the noise schedule; None = the checkpoint's.

    Raises:
        RenderError: A scheduler that does not fit the model.
    """
    config = published.config
    if name == type(published).__name__:
        shift_key = next((key for key in ("flow_shift", "shift") if key in config), None)
        changed = {shift_key: flow_shift} if flow_shift is not None and shift_key else {}
        return type(published).from_config(config, **changed)
    if name not in FLOW_SCHEDULERS or not is_flow(published):
        raise RenderError(_unfit(name, published))
    shift_key, needed = FLOW_SCHEDULERS[name]
    shift = flow_shift if flow_shift is not None else config.get("flow_shift", config.get("shift", 1.0))
    return getattr(diffusers, name)(num_train_timesteps=config.num_train_timesteps, **needed, **{shift_key: shift})


def draw_on_processor(scheduler: Any, seed: int) -> None:
    """Have a scheduler that adds noise again draw it on the processor, as the first noise is: cards draw otherwise.

    The pipelines hand a scheduler no generator, and without one it takes the card's. It begins at the chunk's seed, as torch's
    global one does after ``torch.manual_seed(seed)``, so that a plain call of the pipeline after that gives the same frames.

    Args:
        scheduler: Used for one call alone.
        seed: Of the chunk, 0 to 2**32 - 1.
    """
    if "generator" in signature(scheduler.step).parameters:
        scheduler.step = partial(scheduler.step, generator=torch.Generator("cpu").manual_seed(seed))


def is_flow(scheduler: Any) -> bool:
    """Whether a scheduler belongs to a flow-matching model with a schedule that does not depend on the picture's size."""
    if scheduler.config.get("use_dynamic_shifting"):
        return False
    return type(scheduler).__name__.startswith("FlowMatch") or bool(scheduler.config.get("use_flow_sigmas"))


def scheduler_facts(scheduler: Any) -> dict[str, Any]:
    """Class and configuration, for records."""
    config = {key: value for key, value in sorted(scheduler.config.items()) if not key.startswith("_")}
    return {"class": type(scheduler).__name__, "config": json.loads(json.dumps(config, default=_plain))}


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, torch.Tensor) or hasattr(value, "tolist") else str(value)


def _unfit(name: str, published: Any) -> Problem:
    own = type(published).__name__
    allowed = ", ".join(sorted({own, *(FLOW_SCHEDULERS if is_flow(published) else ())}))
    return Problem("sampler.scheduler", f"{name!r} does not fit this model", f"use one of {allowed}")
