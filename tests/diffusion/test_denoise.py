"""The global generators while a model draws from them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
import torch

from storyvid.diffusion.denoise import seeded


def test_the_processors_generator_begins_at_the_seed_and_is_put_back() -> None:
    before, drawn = torch.get_rng_state(), []
    for _ in range(2):
        with seeded(3, torch.device("cpu")):
            drawn.append(torch.randn(4))
    assert torch.equal(*drawn)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("device", "cards"), [("cpu", []), ("cuda", [1]), ("cuda:0", [0])])
def test_no_card_is_woken_but_the_one_in_use(device: str, cards: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def fork(devices: Any = None) -> Any:
        asked.append(devices)
        return nullcontext()

    asked: list[Any] = []
    generators = tuple(torch.Generator().manual_seed(7) for _ in range(2))
    monkeypatch.setattr(torch.random, "fork_rng", fork)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    monkeypatch.setattr(torch.cuda, "default_generators", generators)
    with seeded(3, torch.device(device)):
        assert [number for number, generator in enumerate(generators) if generator.initial_seed() == 3] == cards
    assert asked == [cards]
