"""Renders that are killed at random moments, and what must hold after each.

python tests/stress/kills.py [--kills 50] [--seed 1]

Films share one outputs/ and one mlruns/. Each is begun several times, and ended by a random signal in a random stage. After
every kill each clip of the store, each finished shot, each manifest and the tracking database is checked. At the end every
film is rendered undisturbed, and compared with one that was never disturbed. Exit code 1 = something was lost.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil
from invariants import (
    check_database,
    film_digest,
    finished_shots,
    manifests,
    newest_film,
    nothing_lost,
    statuses,
    temporaries,
    tracked,
    whole_clips,
)
from workplace import STAGES, Command, render, stage_seconds, start, tracking_of, wait_for_tracking, write_storyboard

from storyvid.record.tracking_queue import Queue, troubles, waiting_films

ATTEMPTS = 4  # how often a film is begun before the next one
PYTHON_S = 0.3  # Python itself starts, and is ended by a signal in its own way
EARLY = ("planning", "shots", "shots")  # where the first two of them end, since later ones find most shots finished


def kill_all(command: Command) -> None:
    """The command and the tracking at once, as a power cut does."""
    for process in [*command.family(), *tracking_of(command.folder)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def kill_render(command: Command) -> None:
    """The command alone: its tracking finds it dead."""
    command.process.kill()


def kill_tracking(command: Command) -> None:
    """The tracking alone; the film must not notice."""
    for process in tracking_of(command.folder):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def interrupt(command: Command) -> None:
    """Ctrl-C."""
    command.process.send_signal(signal.SIGINT)


def interrupt_twice(command: Command) -> None:
    """Ctrl-C by somebody impatient."""
    interrupt(command)
    time.sleep(0.2)
    with suppress(psutil.NoSuchProcess):
        interrupt(command)


def terminate(command: Command) -> None:
    """A scheduler's or a shutdown's stop."""
    command.process.terminate()


WAYS: Mapping[Callable[[Command], None], frozenset[int]] = {  # and the exit codes that may follow
    kill_all: frozenset({-9}),
    kill_render: frozenset({-9}),
    kill_tracking: frozenset({0}),
    interrupt: frozenset({130}),
    interrupt_twice: frozenset({130}),
    terminate: frozenset({130, -15}),  # -15 while nothing is made yet
}


class Stress:
    """One workplace, its kills so far, and what was whole after the last of them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.outputs, self.mlruns = folder, folder / "outputs", folder / "mlruns"
        self.random = random.Random(seed)
        self.landed: Counter[str] = Counter()
        self.last = ""  # way and stage of the last kill
        self.clips: dict[str, str] = {}
        self.shots: dict[Path, str] = {}

    def kill_one(self, film: Path, attempt: int, lengths: Mapping[str, float]) -> None:
        """Begin a film and end it at a random moment of a random stage."""
        stage, way = self.random.choice(EARLY if attempt < 2 else list(STAGES)), self.random.choice(list(WAYS))
        command = start(self.folder, film, wait_s=self.random.choice((0, 600)))
        reached = command.wait_for(stage)
        time.sleep(self.random.uniform(PYTHON_S if stage == "planning" else 0, lengths[stage]))
        landed = command.stage() if reached and command.process.poll() is None else "after the end"
        with suppress(psutil.NoSuchProcess):
            way(command)
        code = command.wait()
        self.last = f"{way.__name__:16} {landed}"
        self.landed[self.last] += 1
        said = command.said()
        assert code in WAYS[way] | {0}, f"{way.__name__} in {landed}: exit code {code}\n{said}"
        assert "Traceback" not in said, said

    def check(self) -> None:
        """Everything that was whole still is."""
        clips, shots = whole_clips(self.outputs), finished_shots(self.outputs)
        nothing_lost(self.clips, clips)
        nothing_lost(self.shots, shots)
        self.clips, self.shots = clips, shots
        check_database(self.mlruns)

    def check_end(self, undisturbed: Mapping[Path, str]) -> None:
        """Every film rendered once more: whole, the same frames, nothing half made, nothing running."""
        wait_for_tracking(self.folder)
        for film, digest in undisturbed.items():
            code, said = render(self.folder, film)
            assert code == 0, said
            assert film_digest(newest_film(self.outputs)) == digest, f"{film.name} has other frames than undisturbed"
        wait_for_tracking(self.folder)
        self.check()
        queue = Queue(self.mlruns).folder
        assert not [*waiting_films(queue), *troubles(queue)], "films wait to be recorded for ever"
        assert not list(temporaries(self.outputs, self.mlruns)), list(temporaries(self.outputs, self.mlruns))
        assert not [run.info.run_id for run in tracked(self.mlruns) if run.info.status == "RUNNING"]
        assert not [root for root, manifest in manifests(self.outputs).items() if manifest["status"] == "running"]


def main() -> int:
    """Kill, check, and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="how many renders are ended")
    parser.add_argument("--seed", type=int, default=1, help="of the moments and the signals")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="storyvid-kills-") as name:
        work, reference = Path(name) / "work", Path(name) / "reference"
        work.mkdir()
        reference.mkdir()
        films = [write_storyboard(Path(name), number) for number in range(-(-options.kills // ATTEMPTS))]
        stress = Stress(work, options.seed)
        lengths = stage_seconds(reference, films[0])
        undisturbed = {films[0]: film_digest(newest_film(reference / "outputs"))}
        print("undisturbed: " + ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in lengths.items()), flush=True)
        for number in range(options.kills):
            stress.kill_one(films[number // ATTEMPTS], number % ATTEMPTS, lengths)
            stress.check()
            print(f"{number + 1:4} {stress.last}; {len(stress.clips)} clips, {len(stress.shots)} shots whole", flush=True)
        if films[1:]:
            code, said = render(reference, films[-1])
            assert code == 0, said
            undisturbed[films[-1]] = film_digest(newest_film(reference / "outputs"))
        stress.check_end(undisturbed)
        for where, count in sorted(stress.landed.items()):
            print(f"{count:4} {where}")
        ended = ", ".join(f"{count} {status}" for status, count in sorted(statuses(stress.mlruns, "film").items()))
        print(f"{len(stress.clips)} clips and {len(stress.shots)} finished shots whole; films in MLflow: {ended}")
    print(f"{options.kills} kills, nothing lost, {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    if os.name == "nt":
        sys.exit("this program sends POSIX signals")
    sys.exit(main())
