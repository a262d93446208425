"""The tracking process gives way while it computes, and no longer when somebody waits for it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's scheduling classes")

PROGRAM = """
import os
from storyvid.record.mlflow.background import hurry, in_background, relax
said = []
tell = lambda: said.append(os.sched_getscheduler(os.getpid()) == os.SCHED_IDLE)
tell()
with in_background():
    tell()
    hurry()
    tell()
with in_background():
    tell()
relax()
try:
    with in_background():
        tell()
        raise ValueError
except ValueError:
    tell()
print(said)
"""


def test_it_gives_way_only_inside_and_while_nobody_waits() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=os.environ, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.strip() == "[False, True, False, False, True, False]", done.stderr
