"""Whether a stream is a screen; a Windows console is played by a few lines."""

from __future__ import annotations

import ctypes
import io
from typing import Any

import pytest

from storyvid.terminal import VIRTUAL_TERMINAL, is_screen, obeys_escapes


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Kernel32:
    """The console part of Windows' library.

    Args:
        mode: Of the console; None where the handle is none.
        obedient: Whether the console can be asked to obey escapes.
    """

    def __init__(self, mode: int | None, obedient: bool = True) -> None:
        self.mode, self.obedient = mode, obedient

    def GetConsoleMode(self, handle: ctypes.c_void_p, mode: Any) -> int:  # noqa: N802 - Windows' name
        if self.mode is None:
            return 0
        mode._obj.value = self.mode
        return 1

    def SetConsoleMode(self, handle: ctypes.c_void_p, mode: int) -> int:  # noqa: N802 - Windows' name
        self.mode = mode if self.obedient else self.mode
        return int(self.obedient)


def test_a_stream_without_a_terminal_is_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERM", raising=False)
    closed = Screen()
    closed.close()
    assert [is_screen(stream) for stream in (None, io.StringIO(), closed, Screen())] == [False, False, False, True]


def test_a_dumb_terminal_is_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert not is_screen(Screen())


def test_a_windows_console_is_asked_to_obey() -> None:
    console = Kernel32(mode=0b11)
    assert obeys_escapes(7, console)
    assert console.mode == 0b11 | VIRTUAL_TERMINAL


@pytest.mark.parametrize("console", [Kernel32(None), Kernel32(0b11, obedient=False)], ids=["a file", "an old console"])
def test_what_cannot_obey_is_no_screen(console: Kernel32) -> None:
    assert not obeys_escapes(7, console)


def test_a_console_that_obeys_already_is_left_alone() -> None:
    assert obeys_escapes(7, Kernel32(0b11 | VIRTUAL_TERMINAL, obedient=False))
