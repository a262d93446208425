"""The most memory that a program held."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil


def peak_mib(words: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> float:
    """Most resident memory of Python while it does what ``words`` say, MiB, asked for every 10 ms.

    Args:
        words: What follows ``python``.
        folder: It runs there.
        environment: Set beside what this process has.

    Raises:
        CalledProcessError: It ended with an error; what it printed was passed on.
    """
    log = folder / "printed.txt"
    with log.open("wb") as printed:
        process = psutil.Popen(
            [sys.executable, *words], cwd=folder, env=os.environ | dict(environment or {}), stdout=printed, stderr=subprocess.STDOUT
        )
        peak = 0
        while process.poll() is None:
            try:
                peak = max(peak, process.memory_info().rss)
            except psutil.Error:  # ended just now
                break
            time.sleep(0.01)
    if process.wait():
        sys.stderr.write(log.read_text(encoding="utf-8", errors="replace"))
        raise subprocess.CalledProcessError(process.returncode, words)
    return peak / 2**20
