"""Being told to end, by whichever signal: treated like Ctrl-C, so that what is finished is kept and nothing stays behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# `kill` and schedulers, a terminal that is closed, Ctrl-Break and a console window that is closed. No system has all.
ENDING = ("SIGTERM", "SIGHUP", "SIGBREAK")


@contextmanager
def terminable() -> Iterator[None]:
    """Turn signals that would end the process at once into KeyboardInterrupt while the block runs.

    A signal that is ignored stays so: ``nohup`` ignores the one of a closed terminal.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    taken = [number for number in numbers if before[number] is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])


def forget_interrupt() -> None:
    """Let the process end with its own exit code after a Ctrl-C that was dealt with.

    Python remembers one that fell into text given to ``exec`` (dataclasses are made so), whatever became of it, and ends the
    process by that signal: ``_Py_UnhandledKeyboardInterrupt`` in CPython's pythonrun.c. Other Pythons know no such thing.
    """
    import ctypes

    with suppress(AttributeError, ValueError):
        ctypes.c_int.in_dll(ctypes.pythonapi, "_Py_UnhandledKeyboardInterrupt").value = 0
