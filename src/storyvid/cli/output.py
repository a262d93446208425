"""Standard output and error: their encoding, and what happens when nobody takes what is printed."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress


def speak_utf8() -> None:
    """Files and pipes get UTF-8, and a console that lacks a character (Windows' code pages) shows its escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            own_choice = "PYTHONIOENCODING" in os.environ or stream.isatty()
            stream.reconfigure(encoding=None if own_choice else "utf-8", errors="backslashreplace")


def flush() -> None:
    """Print what is still held back, so that a failure is met while it can be told.

    Raises:
        OSError: The disk is full, or the reader of a pipe has left.
    """
    if sys.stdout is not None:  # None where it was closed
        sys.stdout.flush()


def reader_has_left(error: OSError) -> bool:
    """Whether the reader of a pipe (``| head``) has seen enough, for which Windows has no name of its own."""
    nameless = error.errno == errno.EINVAL and error.filename is None
    return isinstance(error, BrokenPipeError) or (sys.platform == "win32" and nameless)


def print_no_more() -> None:
    """Throw away what is still to be printed: it would fail once more when Python ends."""
    with suppress(OSError, AttributeError):  # there is no standard output, or it is none of the system's
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
