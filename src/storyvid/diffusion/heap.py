"""What the C library does with memory that a model frees while it works on the processor."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

# Settings of mallopt(3), by glibc's malloc.h.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
# Kept side by side, blocks of many sizes leave gaps: of the largest, which only large pictures have, gaps would be too dear.
KEEP = {MMAP_THRESHOLD: 2**28, TRIM_THRESHOLD: 2**29}
# What glibc comes to by itself in a program that frees large blocks (malloc.c, "dynamic mmap threshold"); once one of them
# was set, it no longer does.
USUAL = {MMAP_THRESHOLD: 2**25, TRIM_THRESHOLD: 2**26}


@contextmanager
def freed_blocks_kept(device: str) -> Iterator[None]:
    """While the block runs, memory that is freed (up to 256 MiB at once) waits for whoever asks next; at its end it goes back.

    By itself glibc gives each freed block of 32 MiB and more back to the system, and fetches the next one page by page. The
    layers of a VAE free little else: on the processor this is a third of the seconds of decoding. Without glibc nothing is done.

    Args:
        device: Where the model works; a card has memory of its own.
    """
    library = _glibc() if device == "cpu" else None
    if library is None:
        yield
        return
    library.malloc_trim(0)  # of what was freed before, little fits
    _set(library, KEEP)
    try:
        yield
    finally:
        _set(library, USUAL)
        library.malloc_trim(0)


def _set(library: Any, values: dict[int, int]) -> None:
    for name, value in values.items():
        library.mallopt(name, value)


@cache
def _glibc() -> Any:
    """The C library of this process; None where it has no such settings."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
