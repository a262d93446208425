"""Loading MLflow and compressing pictures take seconds of a processor; the render beside it should not notice.

Such work is done in a thread with a low priority. It must hold no lock: whoever waited for that would wait for every busy
program of the computer. A thread of its own, since Linux lets only the superuser raise a priority again.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import psutil

T = TypeVar("T")
NICE = 10  # about a tenth of a busy processor, so that the work ends even where many films are rendered at once


def in_background(work: Callable[[], T]) -> T:
    """Do some work while giving way to other programs, on Linux and Windows; elsewhere just do it.

    Args:
        work: Holds no lock. What it raises is raised here.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            _give_way()
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="background")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _give_way() -> None:
    """Lower the priority of this thread for good; on Windows of the process, which only serves the tracking."""
    with suppress(OSError, psutil.Error):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        elif sys.platform == "linux":  # its niceness is a thread's own, though POSIX says a process's (sched(7))
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
