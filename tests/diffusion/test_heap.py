"""Memory that a decoder frees is not fetched from the system again for its next layer, and goes back at the end."""

from __future__ import annotations

import ctypes
import sys

import psutil
import pytest

from storyvid.diffusion import heap
from storyvid.diffusion.heap import freed_blocks_kept

SIZE = 2**26  # bytes, of a layer's result: more than glibc ever keeps by itself
has_glibc = pytest.mark.skipif(heap._glibc() is None, reason="other C libraries have no such settings")


@pytest.fixture(autouse=True)
def usual():
    """Each test begins with what glibc does by itself, once large blocks were freed."""
    with freed_blocks_kept("cpu"):
        pass


def pages_fetched(times: int, size: int = SIZE) -> int:
    """Pages that the system had to give, by the thousand, for a block that is used and freed again and again."""
    import resource

    library = ctypes.CDLL(None)
    library.malloc.restype = library.memset.restype = ctypes.c_void_p
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(times):
        block = ctypes.c_void_p(library.malloc(ctypes.c_size_t(size)))
        library.memset(block, 1, ctypes.c_size_t(size))
        library.free(block)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) // 1000


@has_glibc
def test_a_block_is_fetched_once_where_freed_ones_are_kept():
    once = SIZE // 4096 // 1000
    assert pages_fetched(5) >= 5 * once
    with freed_blocks_kept("cpu"):
        assert once <= pages_fetched(5) <= once + 1
    assert pages_fetched(5) >= 5 * once


@has_glibc
def test_the_largest_blocks_are_not_kept():
    size = 300 * 2**20
    with freed_blocks_kept("cpu"):
        assert pages_fetched(2, size) >= 2 * (size // 4096 // 1000)


@has_glibc
def test_what_was_kept_goes_back_at_the_end_also_after_an_error():
    process = psutil.Process()
    held = [process.memory_info().rss]

    def decode() -> None:
        with freed_blocks_kept("cpu"):
            pages_fetched(1)
            held.append(process.memory_info().rss)
            raise ValueError("decode")

    with pytest.raises(ValueError, match="decode"):
        decode()
    assert held[1] - held[0] > 0.9 * SIZE
    assert process.memory_info().rss - held[0] < 0.1 * SIZE


@pytest.mark.parametrize(("device", "system"), [("cuda", "linux"), ("cpu", "win32"), ("cpu", "darwin")])
def test_a_card_and_other_systems_are_left_alone(monkeypatch, device, system):
    monkeypatch.setattr(heap, "_set", lambda *_: pytest.fail("it is set"))
    monkeypatch.setattr(sys, "platform", system)
    heap._glibc.cache_clear()
    try:
        with freed_blocks_kept(device):
            pass
    finally:
        monkeypatch.undo()
        heap._glibc.cache_clear()
