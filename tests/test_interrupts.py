"""Being told to end is like Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from storyvid.interrupts import ENDING, terminable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that one process can send to itself alone")

CODE = """
import os, signal
from storyvid.interrupts import terminable
signal.signal(signal.{name}, signal.{before})
try:
    with terminable():
        os.kill(os.getpid(), signal.{name})
    print("goes on")
except KeyboardInterrupt:
    print("like Ctrl-C")
"""


def told_to_end(name: str, before: str) -> str:
    """What a process says that gets a signal, which it had been started with in a certain way."""
    code = CODE.format(name=name, before=before)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False).stdout.strip()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_that_would_end_the_process_is_like_ctrl_c(name: str) -> None:
    assert told_to_end(name, "SIG_DFL") == "like Ctrl-C"


def test_nohup_is_respected() -> None:
    assert told_to_end("SIGHUP", "SIG_IGN") == "goes on"


def test_the_signals_are_given_back() -> None:
    numbers = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
    before = [signal.getsignal(number) for number in numbers]
    with terminable():
        pass
    assert [signal.getsignal(number) for number in numbers] == before


def test_a_ctrl_c_that_was_dealt_with_leaves_the_exit_code_alone() -> None:
    code = """
from storyvid.interrupts import forget_interrupt
try:
    exec("raise KeyboardInterrupt")
except KeyboardInterrupt:
    forget_interrupt()
raise SystemExit(130)
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == 130
