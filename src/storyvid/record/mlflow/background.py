"""Loading MLflow and compressing pictures take seconds of a processor; the render beside it should not notice.

While the main thread is in the background, the system gives it only what other programs leave. It must hold no lock
then: whoever waited for that would wait for every busy program of the computer.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

_wanted = threading.Event()  # somebody waits for the tracking: it is in the background no longer


@contextmanager
def in_background() -> Iterator[None]:
    """Give way to other programs until the block ends or `hurry` is called. For the main thread only.

    Linux and Windows; elsewhere, or where the system refuses, nothing changes.
    """
    try:
        if not _wanted.is_set():
            _give_way(True)
        yield
    finally:
        _give_way(False)


def hurry() -> None:
    """End `in_background` now and until `relax`; from any thread."""
    _wanted.set()
    _give_way(False)


def relax() -> None:
    """Nobody waits any more: the next film may be recorded in the background again."""
    _wanted.clear()


def _give_way(idle: bool) -> None:
    with suppress(OSError, psutil.Error):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.IDLE_PRIORITY_CLASS if idle else psutil.NORMAL_PRIORITY_CLASS)
        elif sys.platform == "linux":  # of the main thread, whose number is the process's; unlike niceness it can be taken back
            os.sched_setscheduler(os.getpid(), os.SCHED_IDLE if idle else os.SCHED_OTHER, os.sched_param(0))
