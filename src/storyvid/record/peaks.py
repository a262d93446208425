"""How much memory a shot needed, on the card and beside it. Imports no model library."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any

import psutil

GIB = 2**30
SAMPLE_S = 0.05


class PeakMemory:
    """Watches this process's memory while a ``with`` block runs.

    The system's own high-water mark is of the process's whole life, so one hungry shot would be told of all after it. The
    resident memory is looked at every 50 ms instead: a shorter spike may be missed.

    Attributes:
        ram_gb: Most resident memory seen, GiB. Known when the block has ended.
        vram_gb: Most memory torch had reserved on one card, GiB; what it keeps cached from the shot before counts.
    """

    def __init__(self) -> None:
        self.ram_gb = 0.0
        self.vram_gb = 0.0
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
        self.vram_gb = peak_vram_gb()

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLE_S):
            self._look()

    def _look(self) -> None:
        self.ram_gb = max(self.ram_gb, self._process.memory_info().rss / GIB)


def peak_vram_gb() -> float:
    """Most memory that torch has reserved on one card since the last reset, GiB; 0.0 where torch has not used a card."""
    cuda = _cuda_in_use()
    if cuda is None:
        return 0.0
    return float(max(cuda.max_memory_reserved(index) for index in range(cuda.device_count())) / GIB)


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
