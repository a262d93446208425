"""A card that is full now and then: classes of diffusers that raise what torch raises then."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

SAID = "CUDA out of memory. Tried to allocate 9.00 GiB. GPU 0 has a total capacity of 11.9 GiB"
# What works on the card in each stage, of every family that has it.
ENCODER = "transformers.UMT5EncoderModel.forward"
WAN, WAN_VAE = "diffusers.WanTransformer3DModel.forward", "diffusers.AutoencoderKLWan"
LTX_VAE, SVD_VAE = "diffusers.AutoencoderKLLTXVideo", "diffusers.AutoencoderKLTemporalDecoder"


def fill(monkeypatch: pytest.MonkeyPatch, where: str, times: int, is_full: Callable[[Any], bool] = lambda part: True) -> list[str]:
    """Have a method raise that the card is full.

    Args:
        monkeypatch: Puts it back.
        where: ``package.Class.method``.
        times: How often, of the calls for which `is_full` holds; afterwards there is room.
        is_full: Told the object.

    Returns:
        Grows by one for every time that it raised.
    """
    import torch

    package, kind, method = where.split(".")
    owner = getattr(import_module(package), kind)
    works, raised = getattr(owner, method), list[str]()

    def call(self: Any, *arguments: Any, **keys: Any) -> Any:
        if len(raised) < times and is_full(self):
            raised.append(where)
            raise torch.OutOfMemoryError(SAID)
        return works(self, *arguments, **keys)

    monkeypatch.setattr(owner, method, call)
    return raised
