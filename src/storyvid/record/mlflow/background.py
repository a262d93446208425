"""Loading MLflow and compressing pictures take seconds of a processor; the render beside it should not notice.

Such work is done in a thread with a low priority. It must hold no lock: whoever waited for that would wait for every busy
program of the computer. A thread of its own, since Linux lets only the superuser raise a priority again: neither a niceness
nor SCHED_IDLE is left without privileges (sched(7), RLIMIT_NICE). Once somebody waits for the process, it gives way no more.
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
NICE = 19  # a sixtieth of a busy processor


class Background:
    """Work that gives way to other programs, on Linux and Windows, until somebody waits for it; elsewhere it is just done.

    Args:
        at_once: Somebody waits from the beginning.
    """

    def __init__(self, *, at_once: bool = False) -> None:
        self._waiting = int(at_once)
        self._at_once = at_once  # until the first who waited has what he waited for
        self._lock = threading.Lock()
        self._normal = psutil.Process().nice()

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits."""
        return self._waiting > 0

    def hurry(self) -> None:
        """Somebody waits from now on, once more for every call. What has begun goes on as it is; on Windows it hastens, too."""
        with self._lock:
            self._waiting += 1
            _set_priority_class(self._normal)

    def answered(self) -> None:
        """One of those who waited has what he waited for."""
        with self._lock:
            self._waiting -= 2 if self._at_once else 1
            self._at_once = False

    def do(self, work: Callable[[], T], *, idle: bool = False) -> T:
        """Do some work, and wait for it.

        Args:
            work: Holds no lock. What it raises is raised here.
            idle: Take only what no other program wants of the processors, be it nothing.
        """
        if self.is_waited_for:
            return work()
        if sys.platform == "linux":
            return _in_thread(work, _take_what_is_left if idle else _give_way)
        with self._lock:
            if not self.is_waited_for:
                _set_priority_class("IDLE_PRIORITY_CLASS" if idle else "BELOW_NORMAL_PRIORITY_CLASS")
        try:
            return work()
        finally:
            _set_priority_class(self._normal)


def _in_thread(work: Callable[[], T], lower_priority: Callable[[], None]) -> T:
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            with suppress(OSError):
                lower_priority()
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
    if sys.platform == "linux":  # its niceness is a thread's own, though POSIX says a process's (sched(7))
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def _take_what_is_left() -> None:
    if sys.platform == "linux":  # where a niceness of 19 would still count as a busy processor to whoever looks for a free one
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _set_priority_class(priority: str | int) -> None:
    """On Windows, where a process has one priority and may raise it again; elsewhere nothing."""
    if sys.platform == "win32":
        with suppress(OSError, psutil.Error):
            psutil.Process().nice(getattr(psutil, priority) if isinstance(priority, str) else priority)
