"""Step caches: what a transformer computed at one step stands in at the next ones, for the length of one call.

A shot may have steps of its own, and of two experts each counts its own: so a cache is set up around each call, and taken away.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import diffusers
import torch

from storyvid.memory.apply import denoisers

if TYPE_CHECKING:
    from storyvid.config import Memory

BLOCK_THRESHOLD = 0.05  # diffusers' own for the first-block cache


@dataclass
class CacheCount:
    """What was saved in one call.

    Attributes:
        settings: The cache by part, in diffusers' terms.
        passes: How often a transformer was called.
        computed: In how many of these its blocks were computed.
    """

    settings: Mapping[str, Mapping[str, Any]]
    passes: int = 0
    computed: int = 0

    def facts(self, name: str) -> dict[str, Any]:
        """For the chunk's record.

        Args:
            name: Of the cache, as in ``memory.step_cache``.
        """
        return {"name": name, "settings": dict(self.settings), "passes": self.passes, "computed": self.computed}


@contextmanager
def cached(pipe: Any, memory: Memory, steps: int) -> Iterator[CacheCount | None]:
    """Set up the profile's step cache on every transformer, and take it away at the end, also after an error.

    Args:
        pipe: A loaded pipeline, with the scheduler of the call.
        memory: The profile.
        steps: Of the call.

    Yields:
        What is counted; None where there is no cache, or the model has no transformer.
    """
    models = {name: model for name, model in denoisers(pipe).items() if name != "unet"}
    if memory.step_cache == "none" or not models:
        yield None
        return
    shares = expert_steps(pipe, steps)
    settings = {name: cache_settings(memory, shares[name]) for name in models}
    count = CacheCount(settings)
    with ExitStack() as undo:
        for name, model in models.items():
            model.enable_cache(_config(memory, settings[name]))
            undo.callback(model.disable_cache)
            for hook in _counting(model, count):
                undo.callback(hook.remove)
        yield count


def expert_steps(pipe: Any, steps: int) -> dict[str, int]:
    """How many of the steps each transformer does: of two experts, the first does those of much noise.

    Args:
        pipe: With the scheduler of the call, which is left as it is.
        steps: In all.
    """
    boundary = pipe.config.get("boundary_ratio")
    if boundary is None:
        return {"transformer": steps}
    scheduler = copy.deepcopy(pipe.scheduler)
    scheduler.set_timesteps(steps)
    high = int((scheduler.timesteps >= boundary * scheduler.config.num_train_timesteps).sum())
    return {"transformer": high, "transformer_2": steps - high}


def cache_settings(memory: Memory, steps: int) -> dict[str, Any]:
    """A cache in diffusers' terms, in JSON values.

    TaylorSeer predicts what leaves the model and skips all blocks (its lite mode): predicted in each block, as without it, Wan
    2.2 at 720p would need 56 GiB more. Before two steps are computed there is nothing to predict from.

    Args:
        memory: The profile.
        steps: That the transformer does.
    """
    if memory.step_cache == "first_block":
        return {"threshold": BLOCK_THRESHOLD if memory.cache_threshold is None else memory.cache_threshold}
    warmup = max(2, math.ceil(memory.cache_warmup * steps))
    return {"cache_interval": memory.cache_interval, "disable_cache_before_step": warmup, "max_order": 1, "use_lite_mode": True}


def _config(memory: Memory, settings: Mapping[str, Any]) -> Any:
    if memory.step_cache == "first_block":
        return diffusers.FirstBlockCacheConfig(**settings)
    return diffusers.TaylorSeerCacheConfig(**settings, taylor_factors_dtype=getattr(torch, memory.dtype))


def _counting(model: Any, count: CacheCount) -> Iterator[Any]:
    """Hooks on a transformer, and on a layer in its last block, which is called only where the blocks are computed."""

    def passes(*_: Any) -> None:
        count.passes += 1

    def computed(*_: Any) -> None:
        count.computed += 1

    blocks = model.blocks if hasattr(model, "blocks") else model.transformer_blocks
    yield model.register_forward_pre_hook(passes)
    yield blocks[-1].attn1.to_q.register_forward_pre_hook(computed)
