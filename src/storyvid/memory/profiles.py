"""Which memory profile the card holds."""

from __future__ import annotations

PROFILE_GB = (("24gb", 22.0), ("16gb", 14.5), ("12gb", 10.5), ("8gb", 7.0))  # least VRAM of a card sold with that size


def card_memory_gb() -> float | None:
    """Memory of the first NVIDIA card in GiB, by NVML; None without a card, a driver, or the ``nvidia`` extra.

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
