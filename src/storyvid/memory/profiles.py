"""Which memory profile the card holds, and whether the card can be used at all."""

from __future__ import annotations

from collections.abc import Collection

from storyvid.config import AnyRunConfig
from storyvid.errors import ConfigError, Problem
from storyvid.memory.card import find_card, find_torch, torch_fault, why_unusable

PROFILE_GB = (("24gb", 22.0), ("16gb", 14.5), ("12gb", 10.5), ("8gb", 7.0))  # least VRAM of a card sold with that size


def card_memory_gb() -> float | None:
    """Memory of the first NVIDIA card in GiB; None without a card, or a driver."""
    card = find_card()
    return card.memory_gb if card else None


def check_card(config: AnyRunConfig, typed: Collection[str]) -> None:
    """Refuse a backend that needs a card where none can be used; never fall back to the processor by itself.

    Args:
        config: Checked configuration.
        typed: Keys typed on the command line; ``memory=cpu`` asks for the processor.

    Raises:
        ConfigError: No card that torch can use, and the processor was not asked for.
    """
    backend, memory = config.backend, config.memory
    if not backend.limits.needs_gpu or (memory.device == "cpu" and "memory" in typed):
        return
    reason = why_unusable(find_card(), find_torch())
    if reason is not None:
        what, fix = reason
        raise ConfigError(Problem(f"backend={backend.name}", f"needs an NVIDIA card: {what}", fix, "no-card"))


def card_warnings(config: AnyRunConfig) -> list[Problem]:
    """What is known to go badly with the torch that is installed.

    Args:
        config: Checked configuration.
    """
    torch = find_torch()
    fault = torch_fault(torch) if config.backend.limits.needs_gpu and config.memory.device == "cuda" else None
    if torch is None or fault is None:
        return []
    fix = "install one of the versions in requirements.txt"
    return [Problem(f"torch {torch.version}", f"has a known fault: {fault}", fix, "torch-fault")]


def choose_profile(*, needs_gpu: bool) -> str:
    """The profile that ``memory=auto`` stands for.

    Args:
        needs_gpu: Whether the backend runs on a card at all.

    Returns:
        The largest profile the card holds, the smallest when no card can be read, so that `check_card` refuses it; ``cpu``
        for a backend without a card.
    """
    if not needs_gpu:
        return "cpu"
    memory_gb = card_memory_gb() or 0.0
    return next((name for name, least_gb in PROFILE_GB if memory_gb >= least_gb), "8gb")
