"""Renders that start at the same moment on fresh folders, and what must hold when all have ended.

python tests/stress/parallel.py [--processes 8]

Every process renders the same film into one outputs/ and one mlruns/, neither of which exists. All must succeed with the
same frames, render each clip once and share it, and be found whole in MLflow. Exit code 1 = something was lost.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from invariants import (
    check_database,
    film_digest,
    finished_shots,
    manifests,
    newest_film,
    statuses,
    temporaries,
    tracked,
    whole_clips,
)
from workplace import render, start, wait_for_tracking, write_storyboard

SHOTS = 4


def check(folder: Path, films: int) -> str:
    """Everything that the processes made; says what that was.

    Raises:
        AssertionError: Something is missing, half made, or other than it should be.
    """
    outputs, mlruns = folder / "outputs", folder / "mlruns"
    assert len(whole_clips(outputs)) == SHOTS, "clips are shared"
    assert len(finished_shots(outputs)) == films * SHOTS
    runs = manifests(outputs)
    assert Counter(manifest["status"] for manifest in runs.values()) == {"done": films}
    answers = [json.loads((root / "metadata" / "tracking.json").read_text(encoding="utf-8")) for root in runs]
    assert [answer["warnings"] for answer in answers] == [[]] * films
    assert len({answer["run_id"] for answer in answers} - {None}) == films
    digests = {film_digest(root / "assembled" / "film.mp4") for root in runs}
    assert len(digests) == 1, "the films differ"
    check_database(mlruns)
    assert sorted(path.name for path in (mlruns / "queue").iterdir()) == ["recorder.lock", "recorder.log"]
    found = statuses(mlruns, "film"), statuses(mlruns, "shot")
    assert found == ({"FINISHED": films}, {"FINISHED": films * SHOTS}), found
    parents = Counter(run.data.tags.get("mlflow.parentRunId") for run in tracked(mlruns))
    assert sorted(parents.values()) == sorted([films, *[SHOTS] * films]), "every film has its own shots below it"
    assert not list(temporaries(outputs, mlruns)), list(temporaries(outputs, mlruns))
    assert not list((outputs / ".clips" / "work").glob("*")), "locks or workplaces are left over"
    rendered = sum(not shot["reused"] for manifest in runs.values() for shot in manifest["shots"])
    assert rendered == SHOTS, f"{rendered} shots were rendered, {SHOTS} of them for the first time"
    return f"{films} films and {films * SHOTS} shots in MLflow, {SHOTS} clips in the store, {rendered} shots rendered"


def main() -> int:
    """Start all, wait for all, check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=8, help="how many render at once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="storyvid-parallel-") as name:
        folder = Path(name) / "work"
        folder.mkdir()
        film = write_storyboard(Path(name), 1)
        began = time.monotonic()
        commands = [start(folder, film, wait_s=0) for _ in range(options.processes)]
        for command in commands:
            assert command.wait() == 0, command.said()
            assert "record" not in command.said(), command.said()
        seconds = time.monotonic() - began
        wait_for_tracking(folder)
        print(check(folder, options.processes))
        (Path(name) / "alone").mkdir()
        assert render(Path(name) / "alone", film)[0] == 0
        assert film_digest(newest_film(folder / "outputs")) == film_digest(newest_film(Path(name) / "alone" / "outputs"))
        wait_for_tracking(Path(name) / "alone")
    print(f"{options.processes} at once, nothing lost, {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
