"""How the benchmarks take time: of a piece of work in this process, and of a whole command."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")
ROOT = Path(__file__).parents[2]


class Cost(NamedTuple):
    """Wall and processor seconds; the second says more where other programs share the machine."""

    wall: float
    cpu: float


class Ended(NamedTuple):
    """A command that has ended.

    Attributes:
        cost: Seconds from start to end, and of processors by the command and what it started (0 on Windows, which doesn't say).
        printed: Standard output and error.
    """

    cost: Cost
    printed: str


def cost(work: Callable[[], object]) -> Cost:
    """What a piece of work in this process takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def cost_of_programs(work: Callable[[], T]) -> tuple[T, Cost]:
    """What a piece of work gives that runs programs and waits for them, and what they took (no processor seconds on Windows)."""
    before, started = os.times(), time.perf_counter()
    given = work()
    wall, after = time.perf_counter() - started, os.times()
    return given, Cost(wall, after.children_user + after.children_system - before.children_user - before.children_system)


def run_python(folder: Path, words: Sequence[str], *, fails: bool = False) -> Ended:
    """Run Python, with storyvid importable and its outputs in a folder of their own.

    Args:
        folder: Where outputs and mlruns go.
        words: What follows ``python``.
        fails: The command is meant to end with an error.
    """
    environment = {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "STORYVID_ROOT": str(folder)}
    return run_program([sys.executable, *words], folder=folder, environment=environment, fails=fails)


def run_program(words: Sequence[str], *, folder: Path, environment: dict[str, str] | None = None, fails: bool = False) -> Ended:
    """Run a program and take its time.

    Args:
        words: The program and its arguments.
        folder: It runs there.
        environment: Set beside what this process has.
        fails: It is meant to end with an error.
    """
    done, taken = cost_of_programs(
        lambda: subprocess.run(
            words,
            cwd=folder,
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    )
    if (done.returncode != 0) != fails:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}")
    return Ended(taken, done.stdout)


def row(name: str, own: Cost, base: Cost, *, unit: float = 1.0) -> str:
    """A line of a table: wall and processor seconds (or others, by ``unit`` a second), and both as ratios to a base."""
    ratio = f"{own.wall / base.wall:6.2f} {own.cpu / base.cpu if base.cpu else 0:6.2f}"
    return f"  {name:<34}{own.wall * unit:9.2f} {own.cpu * unit:9.2f}   {ratio}"
