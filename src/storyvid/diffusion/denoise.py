"""One call of a pipeline, from noise to latents: watched at every step, and drawn from seeds alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from storyvid.errors import Problem, RenderError

if TYPE_CHECKING:
    from storyvid.backends.base import Progress


@dataclass(frozen=True)
class Denoised:
    """What one call gave.

    Attributes:
        latents: As the pipeline's ``output_type="latent"`` gives them.
        step_s: Seconds of each step; the first holds what comes before it, such as encoding a picture.
        generator: In the state after the call; a decoder that adds noise draws on from it.
    """

    latents: torch.Tensor
    step_s: tuple[float, ...]
    generator: torch.Generator


@dataclass(frozen=True)
class StepState:
    """Where a call stands after a step.

    Attributes:
        pipe: The pipeline.
        step: Steps done.
        steps: In all.
        latents: As they are now; not to be changed.
        seconds: That the step took.
    """

    pipe: Any
    step: int
    steps: int
    latents: torch.Tensor
    seconds: float


StepWatcher = Callable[[StepState], None]


def denoise(
    pipe: Any, *, where: str, seed: int, progress: Progress, watchers: Sequence[StepWatcher] = (), **arguments: Any
) -> Denoised:
    """Call a pipeline up to its latents.

    The noise comes from a generator on the processor, so that all cards start alike. torch's global ones, from which a part
    of a model may draw, are seeded for the call and put back.

    Args:
        pipe: A pipeline of diffusers.
        where: The shot and chunk, for messages.
        seed: Of the chunk, 0 to 2**32 - 1.
        progress: Called with (steps done, steps in all). An error that it raises ends the call within a step.
        watchers: Called after every step, before `progress`.
        **arguments: Of the pipeline's call.

    Raises:
        RenderError: The model gave values that are no numbers.
    """
    generator = torch.Generator("cpu").manual_seed(seed)
    watch = _Watch(where, progress, watchers)
    try:
        with seeded(seed, pipe._execution_device):
            latents = pipe(generator=generator, output_type="latent", callback_on_step_end=watch, **arguments).frames
    finally:
        pipe.maybe_free_model_hooks()
    watch.check(latents, "")
    return Denoised(latents, tuple(watch.step_s), generator)


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """torch's global generators, the processor's and that of the card in use, begin at a seed; afterwards they are put back.

    Other cards are left alone: seeding them would wake each, which takes memory on it.

    Args:
        seed: 0 to 2**32 - 1.
        device: Where the model runs.
    """
    cards = [torch.cuda.current_device() if device.index is None else device.index] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=cards):
        torch.default_generator.manual_seed(seed)
        for card in cards:
            torch.cuda.default_generators[card].manual_seed(seed)
        yield


class _Watch:
    """Called by the pipeline after every step."""

    def __init__(self, where: str, progress: Progress, watchers: Sequence[StepWatcher]) -> None:
        self._where, self._progress, self._watchers = where, progress, watchers
        self.step_s: list[float] = []
        self._last = time.perf_counter()

    def __call__(self, pipe: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        steps = pipe.num_timesteps
        self.check(tensors["latents"], f" in step {step + 1} of {steps}")
        now = time.perf_counter()
        self.step_s.append(now - self._last)
        state = StepState(pipe, step + 1, steps, tensors["latents"], self.step_s[-1])
        for watcher in self._watchers:
            watcher(state)
        self._last = now
        self._progress(step + 1, steps)
        return {}

    def check(self, latents: torch.Tensor, when: str) -> None:
        """Refuse values that are no numbers, which would decode to black."""
        if not torch.isfinite(latents).all():
            what = f"the model gave values that are no numbers (NaN or infinity){when}; such latents decode to black"
            tries = "another seed for the shot, the published sampler, memory.quantization=none or memory.dtype=bfloat16"
            fix = f"try {tries}; where nothing helps the weights are damaged: copy or download them again"
            raise RenderError(Problem(self._where, what, fix, "nan-latents"))
