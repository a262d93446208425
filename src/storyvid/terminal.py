"""What the screen in front of the user can do: whether text on it may be coloured and drawn over."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any, TextIO

VIRTUAL_TERMINAL = 0x0004  # ENABLE_VIRTUAL_TERMINAL_PROCESSING, https://learn.microsoft.com/windows/console/setconsolemode


def is_screen(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal, on which colours and moving bars can be shown.

    A Windows console shows escape sequences as they are until a program asks it to obey them. loguru and rich ask only for
    streams they open themselves, and rich only looks at standard output, so it is asked for here.

    Args:
        stream: Standard output or error; None where a process has none (pythonw).
    """
    if stream is None or stream.closed or not stream.isatty() or os.environ.get("TERM") == "dumb":
        return False
    if sys.platform == "win32":
        import msvcrt

        try:
            handle = msvcrt.get_osfhandle(stream.fileno())
        except (OSError, ValueError):  # not a console of Windows: a window of an editor
            return True
        return obeys_escapes(handle, ctypes.windll.kernel32)
    return True


def obeys_escapes(handle: int, kernel32: Any) -> bool:
    """Ask a Windows console to obey escape sequences; False where it can't (before Windows 10) or is none.

    Args:
        handle: Of the console's output.
        kernel32: Windows' library of that name.
    """
    mode, console = ctypes.c_ulong(), ctypes.c_void_p(handle)
    if not kernel32.GetConsoleMode(console, ctypes.byref(mode)):
        return False
    return bool(mode.value & VIRTUAL_TERMINAL or kernel32.SetConsoleMode(console, mode.value | VIRTUAL_TERMINAL))
