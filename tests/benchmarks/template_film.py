"""The template film rendered by its own command, shortened when time is short; what the benchmarks of whole commands share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storyvid.storyboard.load import load

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "templates" / "storyboard.template.json"
SHORTEST_S = 0.5


@dataclass(frozen=True)
class Timed:
    """One command that has ended.

    Attributes:
        wall: Seconds from start to end.
        cpu: Processor seconds of the command and what it started; 0 on Windows, which doesn't say.
        printed: Standard output and error.
    """

    wall: float
    cpu: float
    printed: str


@dataclass(frozen=True)
class Rendered:
    """A film made by one command.

    Attributes:
        command: The whole command.
        work: Seconds of rendering the shots and assembling them, start-up aside, as the manifest says.
        root: The run folder.
    """

    command: Timed
    work: float
    root: Path


def run(folder: Path, words: Sequence[str], *, fails: bool = False) -> Timed:
    """Run Python in a folder of its own and take its time.

    Args:
        folder: Where outputs and mlruns go.
        words: What follows ``python``.
        fails: The command is meant to end with an error.
    """
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "STORYVID_ROOT": str(folder)}
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    wall, after = time.perf_counter() - started, os.times()
    if (done.returncode != 0) != fails:
        raise SystemExit(f"python {' '.join(words)} ended with {done.returncode}:\n{done.stdout}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Timed(wall, cpu, done.stdout)


def shortened(seconds: float | None) -> dict[str, Any]:
    """The template's storyboard, its shots and joins scaled so that the film lasts about so long.

    Args:
        seconds: Length wished for; None keeps the template's 20 s. No shot becomes shorter than half a second.
    """
    board: dict[str, Any] = load(TEMPLATE).storyboard.as_json()
    if seconds is None:
        return board
    scale = seconds / sum(shot["duration"] for shot in board["shots"])
    board.pop("target_duration", None)
    for shot in board["shots"]:
        shot["duration"] = max(SHORTEST_S, round(shot["duration"] * scale, 2))
        shot.pop("dialogue", None)  # a line may start after the shortened shot has ended
        for key in ("transition", "transition_in"):
            if key in shot:
                shot[key]["duration"] = round(shot[key]["duration"] * scale, 2)
    return board


def render(folder: Path, seconds: float | None, *words: str) -> Rendered:
    """Render the template film into a fresh folder.

    Args:
        folder: Is made; outputs and mlruns go below it.
        seconds: As of `shortened`.
        words: More of the command line.
    """
    folder.mkdir(parents=True)
    (folder / "film.json").write_text(json.dumps(shortened(seconds)), encoding="utf-8")
    command = run(folder, ["-m", "storyvid", "storyboard=film.json", "project=bench", *words])
    (manifest_path,) = (folder / "outputs" / "bench").glob("*/metadata/manifest.json")
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    return Rendered(command, manifest["seconds"]["shots"] + manifest["seconds"]["assembly"], manifest_path.parents[1])
