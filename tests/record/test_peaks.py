"""Peak memory belongs to the block that was watched."""

from __future__ import annotations

import sys
import time
from types import SimpleNamespace

import pytest

from storyvid.record.peaks import SAMPLE_S, PeakMemory, card_peaks, reset_peak_vram


def test_a_block_that_frees_its_memory_again_is_told_of_it_and_the_next_is_not() -> None:
    with PeakMemory() as hungry:
        block = bytearray(300 * 2**20)
        block[::4096] = b"x" * len(block[::4096])
        time.sleep(4 * SAMPLE_S)
        del block
    with PeakMemory() as frugal:
        time.sleep(SAMPLE_S)
    assert 0.2 < hungry.ram_gb - frugal.ram_gb < 0.4
    assert frugal.ram_gb > 0.005
    assert frugal.device_gb == 0.0 or "torch" in sys.modules


def test_watching_ends_with_a_failing_block() -> None:
    peak = PeakMemory()
    with pytest.raises(RuntimeError, match="out of ink"), peak:
        raise RuntimeError("out of ink")
    assert not peak._sampler.is_alive()


def test_the_cards_peaks_are_the_largest_cards_since_the_block_began(monkeypatch: pytest.MonkeyPatch) -> None:
    peaks = [9 * 2**30, 7 * 2**30]  # of the shot before
    used = iter([5, 11, 6])
    nvml = SimpleNamespace(
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetHandleByUUID=lambda uuid: uuid,
        nvmlDeviceGetMemoryInfo=lambda uuid: SimpleNamespace(used=next(used, 6) * 2**30 if uuid == "GPU-abc" else 0),
    )
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    cuda = SimpleNamespace(
        is_available=lambda: True,
        is_initialized=lambda: True,
        device_count=lambda: 2,
        current_device=lambda: 0,
        get_device_properties=lambda index: SimpleNamespace(uuid="abc"),
        max_memory_reserved=peaks.__getitem__,
        max_memory_allocated=lambda index: peaks[index] // 2,
        reset_peak_memory_stats=lambda index: peaks.__setitem__(index, 2**30),
    )
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    assert card_peaks() == {"peak_vram_gb": 9.0, "peak_vram_allocated_gb": 4.5}
    with PeakMemory() as peak:
        peaks[1] = 3 * 2**30
        time.sleep(4 * SAMPLE_S)
    assert card_peaks() == {"peak_vram_gb": 3.0, "peak_vram_allocated_gb": 1.5}
    assert peak.device_gb == 11.0


@pytest.mark.parametrize("state", ["no torch", "no card", "not used"])
def test_a_card_that_nobody_uses_is_not_woken(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    if state != "no torch":
        cuda = SimpleNamespace(is_available=lambda: state != "no card", is_initialized=lambda: False)
        monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    reset_peak_vram()
    assert card_peaks() == {}
