"""Heavy work of the tracking process gives way to the render, and only that work does."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from storyvid.record.mlflow.background import NICE, in_background


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="reads a thread's niceness, which Linux alone has")
def test_work_gives_way_and_what_comes_after_does_not() -> None:
    before = niceness()
    assert in_background(niceness) == max(before, NICE)
    assert niceness() == before


def test_what_the_work_raises_is_raised_here() -> None:
    def fail() -> None:
        raise ValueError("no picture")

    with pytest.raises(ValueError, match="no picture"):
        in_background(fail)
