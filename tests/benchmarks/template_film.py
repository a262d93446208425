"""The template film rendered by its own command, shorter or longer than it is; what the benchmarks of whole films share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from timing import ROOT, Cost, run_python

from storyvid.storyboard.load import load

TEMPLATE = ROOT / "templates" / "storyboard.template.json"
SHORTEST_S = 0.5
MOST_SHOTS = 60


@dataclass(frozen=True)
class Rendered:
    """A film made by one command.

    Attributes:
        command: The whole command.
        seconds: Of rendering the shots and of assembling them, start-up aside, as the manifest says.
        root: The run folder.
    """

    command: Cost
    seconds: Mapping[str, float]
    root: Path

    @property
    def work(self) -> float:
        """Seconds of the shots and the assembly together."""
        return self.seconds["shots"] + self.seconds["assembly"]


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


def of_equal_shots(shots: int, seconds: float) -> dict[str, Any]:
    """The template's shots over and over, each as long as the others, a short dissolve between each two.

    Args:
        shots: How many, at most 60.
        seconds: Length of each.
    """
    board = shortened(None)
    board.pop("target_duration", None)
    places = [dict(shot) for shot in islice(cycle(board["shots"]), shots)]
    for number, shot in enumerate(places, 1):
        for key in ("dialogue", "transition_in", "continuity"):
            shot.pop(key, None)
        join = {"type": "dissolve", "duration": round(seconds / 10, 2)} if number < shots else {"type": "cut"}
        shot |= {"id": f"S{number:02}", "duration": seconds, "transition": join, "seed": number}
    board["shots"] = places
    return board


def render(folder: Path, board: Mapping[str, Any], *words: str) -> Rendered:
    """Render a film into a fresh folder.

    Args:
        folder: Is made; outputs and mlruns go below it.
        board: The storyboard.
        words: More of the command line.
    """
    folder.mkdir(parents=True)
    (folder / "film.json").write_text(json.dumps(board), encoding="utf-8")
    command = run_python(folder, ["-m", "storyvid", *film_words(), *words]).cost
    return rendered(folder, command)


def film_words() -> list[str]:
    """What names the film of `render` on the command line."""
    return ["storyboard=film.json", "project=bench"]


def rendered(folder: Path, command: Cost) -> Rendered:
    """What a command left in the folder it ran in."""
    (manifest_path,) = (folder / "outputs" / "bench").glob("*/metadata/manifest.json")
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    return Rendered(command, manifest["seconds"], manifest_path.parents[1])
