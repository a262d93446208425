"""Time of a render with tracking, as a ratio to the same render without; and how long its calls hold the render up.

python tests/benchmarks/bench_tracking.py [--seconds 10] [--resolution 720p] [--repeats 2]
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psutil
from template_film import MOST_SHOTS, Rendered, render, shortened

from storyvid.record.recording import record_now
from storyvid.record.tracker import FilmRecord, Tracker, open_tracker
from storyvid.record.tracking_queue import Queue, waiting_films

POLL_S = 0.05


def calls_of_a_film(tracker: Tracker, record: dict[str, object], shots: int) -> list[float]:
    """Seconds of every call that a render makes, the start of the recording process included."""
    calls = [
        lambda: tracker.start_film(FilmRecord("bench", "bench", {"backend": {"name": "animatic"}})),
        *[lambda number=number: tracker.log_shot(record | {"id": f"S{number:02}"}, None) for number in range(shots)],
        lambda: tracker.finish("FINISHED", {}),
        tracker.close,
    ]
    seconds = []
    for call in calls:
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return seconds


def make_database(mlruns: Path) -> None:
    """What the first film of a folder does once: MLflow takes seconds to lay out its tables."""
    tracker = open_tracker("mlflow", None, 0, mlruns)
    tracker.start_film(FilmRecord("bench", "first", {}))
    tracker.finish("FINISHED", {})
    tracker.close()
    wait_for_recording(mlruns)


def wait_for_recording(mlruns: Path) -> float:
    """Wait until everything is recorded; returns the processor seconds that the recording process took."""
    taken = 0.0
    while (recorder := recorder_of(mlruns)) is not None:
        try:
            times = recorder.cpu_times()
        except psutil.Error:
            break
        taken = times.user + times.system
        time.sleep(POLL_S)
    record_now(Queue(mlruns), print)
    assert not waiting_films(Queue(mlruns).folder), "a film was not recorded"
    return taken


def recorder_of(mlruns: Path) -> psutil.Process | None:
    """The process that records the films of a folder, if there is one."""
    for process in psutil.process_iter():
        try:
            if str(mlruns) in process.cmdline() and "storyvid.record.mlflow" in process.cmdline():
                return process
        except psutil.Error:
            continue
    return None


def measure_calls(root: Path, mlruns: Path, shots: int) -> dict[str, list[float]]:
    """The calls with a free database, and with one that somebody else keeps locked all the while."""
    record = json.loads(next((root / "metadata" / "shots").iterdir()).read_text(encoding="utf-8"))
    free = calls_of_a_film(open_tracker("mlflow", None, 0, mlruns), record, shots)
    wait_for_recording(mlruns)
    with closing(sqlite3.connect(mlruns / "mlflow.db", isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        locked = calls_of_a_film(open_tracker("mlflow", None, 0, mlruns), record, shots)
        database.execute("ROLLBACK")
    wait_for_recording(mlruns)
    return {"free": free, "locked": locked}


def main() -> None:
    """Take turns, each time from nothing; the quickest of each counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=None, help="length of the film; default: the template's 20 s")
    parser.add_argument("--resolution", default="720p", help="size of clips and film")
    parser.add_argument("--repeats", type=int, default=2, help="films of each kind")
    parser.add_argument("--shots", type=int, default=MOST_SHOTS, help="shots whose calls are timed")
    options = parser.parse_args()
    films: dict[str, list[Rendered]] = {"none": [], "mlflow": []}
    behind: list[float] = []  # processor seconds that are taken after the command has ended
    with tempfile.TemporaryDirectory() as folder:
        mlruns = Path(folder) / "mlruns"
        make_database(mlruns)
        for turn in range(options.repeats):
            for kind, made in films.items():
                words = (
                    f"resolution={options.resolution}",
                    "upscale=none",
                    f"tracking={kind}",
                    f"paths.mlruns={mlruns.as_posix()}",
                )
                made.append(render(Path(folder) / f"{kind}{turn}", shortened(options.seconds), *words))
                behind.append(wait_for_recording(mlruns))
        calls = measure_calls(films["none"][0].root, mlruns, options.shots)
    print(f"the quickest of {options.repeats} at {options.resolution}: seconds of shots and assembly, of the whole command; ratio")
    best = {kind: (min(one.work for one in made), min(one.command.wall for one in made)) for kind, made in films.items()}
    work, wall = best["none"]
    for kind, (own_work, own_wall) in best.items():
        print(f"  tracking={kind:<8}{own_work:8.2f} {own_wall:8.2f}   {own_work / work:6.3f} {own_wall / wall:6.3f}")
    print("the median: wall and processor seconds of the whole command; ratio")
    middle = {
        kind: [statistics.median(getattr(one.command, name) for one in made) for name in ("wall", "cpu")]
        for kind, made in films.items()
    }
    for kind, own in middle.items():
        ratios = " ".join(f"{value / plain:6.3f}" for value, plain in zip(own, middle["none"], strict=True))
        print(f"  tracking={kind:<8}{own[0]:8.2f} {own[1]:8.2f}   {ratios}")
    print(f"  processor seconds of the recording, after the command has ended: {max(behind):.1f}")
    print(f"calls of {options.shots} shots: ms in all, the longest; ratio of all to shots and assembly")
    for name, seconds in calls.items():
        print(f"  database {name:<8}{sum(seconds) * 1e3:8.2f} {max(seconds) * 1e3:8.2f}   {sum(seconds) / work:8.5f}")


if __name__ == "__main__":
    main()
