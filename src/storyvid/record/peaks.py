"""How much memory a shot needed, on the card and beside it. Imports no model library."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any

import psutil

GIB = 2**30
SAMPLE_S = 0.05
PEAKS = ("peak_vram_gb", "peak_vram_allocated_gb")  # what `card_peaks` tells


class PeakMemory:
    """Watches this process's memory while a ``with`` block runs.

    The system's own high-water mark is of the process's whole life, so one hungry shot would be told of all after it. The
    resident memory is looked at every 50 ms instead: a shorter spike may be missed. The same goes for the memory in use on the
    card, which torch does not know whole: other programs, the desktop and CUDA itself take of it, too.

    Attributes:
        ram_gb: Most resident memory seen, GiB. Known when the block has ended.
        device_gb: Most memory seen in use on the card, by everybody, GiB; 0.0 where torch has not used one.
    """

    def __init__(self) -> None:
        self.ram_gb = 0.0
        self.device_gb = 0.0
        self._card: _Card | None = None
        self._process = psutil.Process()
        self._ended = threading.Event()
        self._sampler = threading.Thread(target=self._watch, name="peak-memory", daemon=True)

    def __enter__(self) -> PeakMemory:
        reset_peak_vram()
        self._look()
        self._sampler.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._sampler.join()
        self._look()
        if self._card is not None:
            self._card.close()

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLE_S):
            self._look()

    def _look(self) -> None:
        self.ram_gb = max(self.ram_gb, self._process.memory_info().rss / GIB)
        if self._card is None and (cuda := _cuda_in_use()) is not None:
            self._card = _Card(cuda)
        if self._card is not None:
            self.device_gb = max(self.device_gb, self._card.used_gb())


class _Card:
    """The card that torch works on, as its driver sees it (NVML)."""

    def __init__(self, cuda: Any) -> None:
        self._handle: Any = None
        with suppress(Exception):  # without NVML, or with a card that it does not list, nothing is measured
            import pynvml

            pynvml.nvmlInit()
            self._handle = pynvml.nvmlDeviceGetHandleByUUID(f"GPU-{cuda.get_device_properties(cuda.current_device()).uuid}")

    def used_gb(self) -> float:
        """Memory in use by everybody, GiB; 0.0 where the driver does not tell."""
        with suppress(Exception):
            import pynvml

            if self._handle is not None:
                return float(pynvml.nvmlDeviceGetMemoryInfo(self._handle).used / GIB)
        return 0.0

    def close(self) -> None:
        """Let go of the driver's library."""
        with suppress(Exception):
            import pynvml

            pynvml.nvmlShutdown()


def card_peaks() -> dict[str, float]:
    """Most memory on one card since the last reset, GiB, by the names in `PEAKS`; nothing where torch has not used a card.

    What torch had reserved (what it keeps cached from the shot before counts), and the part of it that held tensors.
    """
    cuda = _cuda_in_use()
    if cuda is None:
        return {}
    cards = range(cuda.device_count())
    counters = (cuda.max_memory_reserved, cuda.max_memory_allocated)
    return {name: float(max(map(counter, cards)) / GIB) for name, counter in zip(PEAKS, counters, strict=True)}


def card_now() -> tuple[float, float, float] | None:
    """The card's memory in all, what all programs use of it, and what torch holds, GiB; None where torch has not used a card.

    By NVML: on Windows what torch tells of the whole card is what the system grants this process, not what is free.
    """
    cuda = _cuda_in_use()
    if cuda is None:
        return None
    card = _Card(cuda)
    try:
        total = cuda.get_device_properties(cuda.current_device()).total_memory
        return total / GIB, card.used_gb(), cuda.memory_reserved() / GIB
    finally:
        card.close()


def reset_peak_vram() -> None:
    """Count torch's peaks from now on; nothing where torch is not loaded or has not used a card."""
    cuda = _cuda_in_use()
    if cuda is not None:
        for index in range(cuda.device_count()):
            cuda.reset_peak_memory_stats(index)


def _cuda_in_use() -> Any:
    """``torch.cuda``, or None: asking a card that nobody has used would start CUDA."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available() or not torch.cuda.is_initialized():
        return None
    return torch.cuda
