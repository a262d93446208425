"""Which memory profile the card holds."""

from __future__ import annotations

from collections.abc import Collection

from storyvid.config import AnyRunConfig
from storyvid.errors import ConfigError, Problem

PROFILE_GB = (("24gb", 22.0), ("16gb", 14.5), ("12gb", 10.5), ("8gb", 7.0))  # least VRAM of a card sold with that size


def card_memory_gb() -> float | None:
    """Memory of the first NVIDIA card in GiB, by NVML; None without a card, or a driver.

    NVML, not torch: it needs no CUDA context, and on Windows it tells the device's memory, not the process's budget.
    """
    try:
        import pynvml

        pynvml.nvmlInit()
        try:
            return float(pynvml.nvmlDeviceGetMemoryInfo(pynvml.nvmlDeviceGetHandleByIndex(0)).total) / 2**30
        finally:
            pynvml.nvmlShutdown()
    except Exception:  # any failure here means the same: no card can be read
        return None


def check_card(config: AnyRunConfig, typed: Collection[str]) -> None:
    """Refuse a backend that needs a card where none can be read; never fall back to the processor by itself.

    Args:
        config: Checked configuration.
        typed: Keys typed on the command line; ``memory=cpu`` asks for the processor.

    Raises:
        ConfigError: No card, and the processor was not asked for.
    """
    backend, memory = config.backend, config.memory
    if not backend.limits.needs_gpu or (memory.device == "cpu" and "memory" in typed) or card_memory_gb() is not None:
        return
    what = "needs an NVIDIA card, and none can be read (no card, no driver, or a driver that does not answer)"
    fix = "check that `nvidia-smi` shows the card, or add memory=cpu to try it on the processor, which is very slow"
    raise ConfigError(Problem(f"backend={backend.name}", what, fix, "no-card"))


def choose_profile(*, needs_gpu: bool) -> str:
    """The profile that ``memory=auto`` stands for.

    Args:
        needs_gpu: Whether the backend runs on a card at all.

    Returns:
        The largest profile the card holds; ``cpu`` for a backend without a card, or when no card can be read.
    """
    memory_gb = card_memory_gb() if needs_gpu else None
    if memory_gb is None:
        return "cpu"
    return next((name for name, least_gb in PROFILE_GB if memory_gb >= least_gb), "8gb")
