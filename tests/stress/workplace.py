"""What the stress programs share: small films, the command as a process of its own, and its stages told apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

SOURCES = Path(__file__).parents[2] / "src"
SMALL = ("resolution.height=72", "resolution.width=128", "upscale=none")
LONGEST_S = 900  # of one command, on a busy machine

# Stages of a command, and the words on standard error with which each begins; tracking is what comes after the assembly.
STAGES: Mapping[str, str] = {"planning": "", "shots": "backend animatic", "assembly": "(4 of 4): ", "tracking": "assembled "}


def write_storyboard(folder: Path, number: int, seconds: float = 1.25) -> Path:
    """A film of four shots: two that every film has, so that films share clips, and two of its own.

    Args:
        folder: Where the JSON is put.
        number: Of the film; names its own shots.
        seconds: Length of each shot.
    """
    shots = [
        {"prompt": "A red boat on a calm sea at dawn.", "transition": {"type": "dissolve", "duration": 0.2}},
        {"prompt": f"A boat with the number {number} leaves the harbour at night."},
        {"prompt": f"An old man counts to {number} in a forest.", "continuity": "continue", "caption": "One, two"},
        {"prompt": "A dog runs along the beach.", "transition": "fade_out"},
    ]
    board = {"title": "Stress", "defaults": {"duration": seconds}, "shots": shots}
    path = folder / f"film-{number}.json"
    path.write_text(json.dumps(board), encoding="utf-8")
    return path


@dataclass
class Command:
    """A render that was started.

    Attributes:
        process: The command itself.
        folder: Its current folder.
        errors: File that takes standard error.
        started: ``time.monotonic()`` at the start.
    """

    process: psutil.Popen
    folder: Path
    errors: Path
    started: float

    def said(self) -> str:
        """Standard error so far."""
        return self.errors.read_text(encoding="utf-8", errors="replace")

    def stage(self) -> str:
        """The stage the command is in, or was in when it ended."""
        said = self.said()
        return [name for name, words in STAGES.items() if words in said][-1]

    def family(self) -> list[psutil.Process]:
        """The command and every process below it that still runs."""
        try:
            return [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def wait(self) -> int:
        """Its exit code, negative for a signal."""
        return int(self.process.wait(LONGEST_S))

    def wait_for(self, stage: str) -> bool:
        """Wait until a stage begins; False when the command ended before."""
        limit = time.monotonic() + LONGEST_S
        while STAGES[stage] not in self.said():
            if self.process.poll() is not None or time.monotonic() > limit:
                return False
            time.sleep(0.01)
        return True


def start(folder: Path, storyboard: Path, *words: str, wait_s: int = 600) -> Command:
    """Start a render whose ``outputs`` and ``mlruns`` lie in a folder.

    Args:
        folder: Current folder of the command.
        storyboard: The film.
        words: More settings.
        wait_s: ``tracking.wait_s``; with 0 the tracking begins when the command ends.
    """
    errors = storyboard.with_name(f"{storyboard.stem}-{time.monotonic_ns()}.err")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("STORYVID")}
    with errors.open("wb") as stream:
        process = psutil.Popen(
            [sys.executable, "-m", "storyvid", f"storyboard={storyboard.as_posix()}", *SMALL, f"tracking.wait_s={wait_s}", *words],
            cwd=folder,
            env=kept | {"PYTHONPATH": str(SOURCES), "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stream,
        )
    return Command(process, folder, errors, time.monotonic())


def render(folder: Path, storyboard: Path, *words: str) -> tuple[int, str]:
    """Render to the end; returns (exit code, standard error)."""
    command = start(folder, storyboard, *words)
    return command.wait(), command.said()


def stage_seconds(folder: Path, storyboard: Path, *words: str) -> dict[str, float]:
    """Render undisturbed, and tell how many seconds each stage takes on this machine now."""
    command = start(folder, storyboard, *words)
    begun = [command.started]
    for stage in list(STAGES)[1:]:
        assert command.wait_for(stage), command.said()
        begun.append(time.monotonic())
    assert command.wait() == 0, command.said()
    ended = [*begun[1:], time.monotonic()]
    lengths = {stage: after - before for stage, before, after in zip(STAGES, begun, ended, strict=True)}
    return lengths | {"tracking": min(lengths["tracking"], lengths["planning"])}  # the first run makes the database, too


def wait_for_tracking(folder: Path) -> None:
    """Wait for tracking processes that outlive the commands of a folder."""
    _, alive = psutil.wait_procs(tracking_of(folder), timeout=LONGEST_S)
    assert not alive, f"tracking never ended: {alive}"


def tracking_of(folder: Path) -> list[psutil.Process]:
    """The processes that record the films of a folder; they need not be below a command."""
    return [process for process in psutil.process_iter() if _works_in(process, folder)]


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return "storyvid.record.mlflow" in process.cmdline() and Path(process.cwd()).is_relative_to(folder.resolve())
    except psutil.Error:
        return False
