"""Time of planning a film of 60 shots and of their fingerprints, as ratios to reading and checking the same file.

python tests/benchmarks/bench_planning.py [--shots 60] [--repeats 5]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from template_film import MOST_SHOTS, of_equal_shots
from timing import Cost, cost, row

from storyvid.backends.base import ShotRequest
from storyvid.cli.arguments import parse
from storyvid.cli.preflight import prepare_jobs
from storyvid.clips.fingerprint import fingerprint, pixel_inputs
from storyvid.film import Film, prepare_film
from storyvid.storyboard.load import load
from storyvid.storyboard.schema import Storyboard


def quickest(work: Callable[[], object], repeats: int) -> Cost:
    """The quickest of some runs, after one that isn't counted."""
    work()
    return min(cost(work) for _ in range(repeats))


def unread(film: Film, turn: int) -> list[ShotRequest]:
    """The film's shots in words that no shot had before, since what was read once is kept."""
    shots = {
        one.id: one.model_copy(update={"prompt": f"{one.prompt} Take {turn}, {one.id}."}) for one in film.loaded.storyboard.shots
    }
    storyboard = film.loaded.storyboard.model_copy(update={"shots": tuple(shots.values())})
    return [replace(one, shot=shots[one.shot.id], storyboard=storyboard) for one in film.requests.values()]


def stages(path: Path, film: Film, turns: Iterator[list[ShotRequest]]) -> dict[str, Callable[[], object]]:
    """What is measured, the base of the ratios first."""
    return {
        "json and pydantic alone": lambda: Storyboard.model_validate(json.loads(path.read_text(encoding="utf-8"))),
        "reading, every alias and check": lambda: load(path),
        "plan, prompts, requests": lambda: prepare_film(film.loaded, film.config).requests,
        "fingerprints": lambda: [fingerprint(pixel_inputs(shot, film.config, ())) for shot in next(turns)],
    }


def main() -> None:
    """Each stage by itself, on one film."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=int, default=MOST_SHOTS, help="shots of the film, at most 60")
    parser.add_argument("--repeats", type=int, default=5, help="times each stage is run, after one run that isn't counted")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.json"
        path.write_text(json.dumps(of_equal_shots(options.shots, 5.0)), encoding="utf-8")
        ((_, film),) = prepare_jobs(parse([f"storyboard={path}"]))
        turns = [unread(film, turn) for turn in range(options.repeats + 1)]
        costs = {name: quickest(work, options.repeats) for name, work in stages(path, film, iter(turns)).items()}
    base = next(iter(costs.values()))
    print(f"{options.shots} shots, the quickest of {options.repeats}: ms wall, processor; ratio to json and pydantic alone")
    for name, own in costs.items():
        print(row(name, own, base, unit=1e3))


if __name__ == "__main__":
    main()
