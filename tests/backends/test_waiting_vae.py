"""Latents go where the VAE will decode them: while the transformer works on a card, the VAE itself may wait in RAM."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tests.backends.pipelines import ask, load


@pytest.mark.parametrize("name", ["wan", "ltx", "svd"])
def test_latents_are_not_sent_after_a_vae_that_waits(
    name: str, tiny_checkpoint: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = load(name, tiny_checkpoint(name))
    start = "image" if name == "svd" else "text"
    vae, seen = backend.pipeline(start).vae, []

    def decode(latents: Any, *args: Any, **keys: Any) -> Any:
        seen.append(latents.device.type)
        return SimpleNamespace(sample=latents) if name == "svd" else (latents,)

    monkeypatch.setattr(vae, "decode", decode)
    backend.memory = backend.memory.model_copy(update={"device": "meta"})  # the only other device that is everywhere
    request = ask(backend, num_frames=14 if name == "svd" else 9, opening=start)
    channels = vae.config.latent_channels if name != "wan" else vae.config.z_dim
    shape = (1, request.num_frames, channels, 8, 12) if name == "svd" else (1, channels, 2, 8, 12)
    latents = {"latents": torch.zeros(shape), "generator_state": torch.Generator("cpu").get_state()}
    backend.decode(request, request.chunks[0], start, latents)
    assert set(seen) == {"meta"}
    assert vae.device.type == "cpu"
    backend.close()
