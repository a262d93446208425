"""Keeping a Windows computer from going to sleep in the middle of a render. Other systems do not sleep while a program works."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from loguru import logger

# https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-setthreadexecutionstate
ES_CONTINUOUS = 0x80000000  # until it is called again by the same thread
ES_SYSTEM_REQUIRED = 0x00000001  # the screen may still go dark


@contextmanager
def kept_awake() -> Iterator[None]:
    """Keep the computer awake while the block runs; somebody who sends it to sleep by hand still can."""
    kernel32 = _kernel32()
    if kernel32 is None:
        yield
        return
    if not kernel32.SetThreadExecutionState(ctypes.c_uint(ES_CONTINUOUS | ES_SYSTEM_REQUIRED)):
        logger.debug("Windows would not be kept awake")
    try:
        yield
    finally:
        kernel32.SetThreadExecutionState(ctypes.c_uint(ES_CONTINUOUS))


def _kernel32() -> Any:
    """Windows' own library; None elsewhere."""
    windll = getattr(ctypes, "windll", None)
    return None if windll is None else windll.kernel32
