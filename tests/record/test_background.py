"""Heavy work of the tracking process gives way to the render until that waits for it, and only that work does."""

from __future__ import annotations

import os
import sys
import threading
from types import SimpleNamespace

import pytest

from storyvid.record.mlflow import background as module
from storyvid.record.mlflow.background import NICE, Background

linux_alone = pytest.mark.skipif(sys.platform != "linux", reason="reads a thread's priority, which Linux alone has")


def priority() -> tuple[int, int]:
    return os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@linux_alone
def test_work_gives_way_and_what_comes_after_does_not() -> None:
    before = priority()
    assert Background().do(priority) == (os.SCHED_OTHER, max(before[1], NICE))
    assert Background().do(priority, idle=True)[0] == os.SCHED_IDLE
    assert priority() == before


@linux_alone
def test_work_that_is_waited_for_gives_way_no_more() -> None:
    before, background = priority(), Background()
    background.hurry()
    assert [background.do(priority), background.do(priority, idle=True)] == [before] * 2
    background.answered()
    assert background.do(priority) != before
    assert Background(at_once=True).do(priority) == before


def test_what_the_work_raises_is_raised_here() -> None:
    def fail() -> None:
        raise ValueError("no picture")

    with pytest.raises(ValueError, match="no picture"):
        Background().do(fail)


def test_on_windows_the_process_is_raised_again_even_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    classes: list[int] = []
    process = SimpleNamespace(nice=lambda value=None: classes.append(value) if value is not None else 32)
    names = {"IDLE_PRIORITY_CLASS": 64, "BELOW_NORMAL_PRIORITY_CLASS": 16384, "Error": OSError, "Process": lambda: process}
    monkeypatch.setattr(module, "psutil", SimpleNamespace(**names))
    monkeypatch.setattr(module, "sys", SimpleNamespace(platform="win32"))
    background = Background()
    background.do(lambda: classes.append(0))
    background.do(background.hurry, idle=True)
    background.do(lambda: classes.append(1))
    assert classes == [16384, 0, 32, 64, 32, 32, 1]
