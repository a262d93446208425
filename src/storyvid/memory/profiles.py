"""Which memory profile the card holds, and whether the card can be used at all."""

from __future__ import annotations

from collections.abc import Callable, Collection

import psutil

from storyvid.config import AnyRunConfig
from storyvid.errors import ConfigError, Problem
from storyvid.memory.card import find_card, find_torch, torch_fault, why_unusable
from storyvid.memory.decide import GIB, Machine

PROFILE_GB = (("24gb", 22.0), ("16gb", 14.5), ("12gb", 10.5), ("8gb", 7.0))  # least VRAM of a card sold with that size


def card_memory_gb() -> float | None:
    """Memory of the first NVIDIA card in GiB; None without a card, or a driver."""
    card = find_card()
    return card.memory_gb if card else None


def this_machine() -> Machine:
    """The RAM of this computer, and the memory of its card."""
    return Machine(psutil.virtual_memory().total / GIB, card_memory_gb())


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
    """What is known to go badly: with the torch that is installed, and with a card that other programs fill.

    Args:
        config: Checked configuration.
    """
    if not config.backend.limits.needs_gpu or config.memory.device != "cuda":
        return []
    torch, card, budget_gb = find_torch(), find_card(), config.memory.budget_gb
    fault, warnings = torch_fault(torch), []
    if torch is not None and fault is not None:
        fix = "install one of the versions in requirements.txt"
        warnings.append(Problem(f"torch {torch.version}", f"has a known fault: {fault}", fix, "torch-fault"))
    if card is not None and card.free_gb is not None and budget_gb is not None and card.free_gb < budget_gb:
        taken = f"{card.memory_gb - card.free_gb:.1f} of {card.memory_gb:.1f} GiB of the card are taken by other programs"
        what = f"{taken}, and {budget_gb:g} are planned with"
        fix = "close programs that use the card (browsers and games do), or take a smaller profile"
        warnings.append(Problem(f"memory={config.memory.name}", what, fix, "card-taken"))
    return warnings


def choose_profile(*, needs_gpu: bool, fits: Callable[[str], bool] = lambda name: True) -> str:
    """The profile that ``memory=auto`` stands for.

    Args:
        needs_gpu: Whether the backend runs on a card at all.
        fits: Whether RAM holds the model's weights as a profile has them.

    Returns:
        The largest profile that the card holds, or a smaller one with which RAM holds the weights, too, where there is one; the
        smallest when no card can be read, so that `check_card` refuses it; ``cpu`` for a backend without a card.
    """
    if not needs_gpu:
        return "cpu"
    memory_gb = card_memory_gb() or 0.0
    held = [name for name, least_gb in PROFILE_GB if memory_gb >= least_gb]
    return next(filter(fits, held), held[0]) if held else "8gb"
