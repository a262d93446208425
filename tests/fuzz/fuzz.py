"""Spoiled inputs, for as long as one likes: ``python tests/fuzz/fuzz.py --minutes 30 --seed 1``.

The template and the storyboards of ``--seeds DIR`` are mutated at random and given to the loader, the preflight and the
planner, in turn, in this process. Whatever ends otherwise than in a result or a `StoryvidError`, or takes too long, is
printed with its traceback and its input kept below ``--keep``. The same seed makes the same inputs.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from storyvid.errors import StoryvidError  # noqa: E402 - the folders above must be on the path first
from storyvid.storyboard.json_text import parse_json  # noqa: E402 - as above
from tests.fuzz.targets import Mistake, Target, targets  # noqa: E402 - as above

LONGEST_S = 10.0  # of the processor, for one input; the slowest honest ones take about a second
PROGRESS_S = 60.0
TEMPLATE = ROOT / "templates" / "storyboard.template.json"
OWN_BOARDS: tuple[Any, ...] = (
    {"shots": [{"prompt": "A red boat drifts on a calm sea at dawn."}, {"prompt": "A dog runs.", "continuity": "continue"}]},
    [{"video_prompt": "Anna waits.", "duration": "4s", "camera": "slow push-in, wide shot, 35mm", "characters": ["Anna"]}],
    {
        "title": "Scenes",
        "defaults": {"duration": 3, "camera": {"lens": 35}, "transition": "dissolve", "continuity": "continue"},
        "characters": [{"name": "Anna", "description": "a tall woman in a red coat"}, "Bo"],
        "locations": {"sea": "the sea at night"},
        "scenes": [
            {"scene": 1, "mood": "calm", "shots": [{"shot_id": 1, "prompt": "Anna walks.", "dialogue": "ANNA: Hello.", "seed": 7}]},
            {"scene": 2, "shots": [{"shot_id": 1, "prompt": "Bo sits.", "continue_from": "1-1", "time": "0:03-0:06"}]},
        ],
    },
)


class TooSlowError(Exception):
    """One input took longer than any should."""


@dataclass
class Tally:
    """What became of one target's inputs."""

    inputs: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    slowest: Any = None
    failures: list[str] = field(default_factory=list)


def main(argv: list[str] | None = None) -> int:
    """Run the fuzzer; 1 when it found something."""
    options = _options(argv)
    boards = [*OWN_BOARDS, json.loads(TEMPLATE.read_text(encoding="utf-8")), *_seed_boards(options.seeds)]
    tallies = fuzz(boards, seconds=options.minutes * 60, seed=options.seed, keep=options.keep.absolute())
    for name, tally in tallies.items():
        print(_report(name, tally))
    return 1 if any(tally.failures for tally in tallies.values()) else 0


def fuzz(boards: list[Any], *, seconds: float, seed: int, keep: Path) -> dict[str, Tally]:
    """Give every target the same share of the time.

    Args:
        boards: Good storyboards, parsed.
        seconds: In all.
        seed: Of everything random.
        keep: Folder for the inputs that failed; made when there is one.
    """
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        made = targets(seed, boards, Path(folder))
        tallies = {target.name: Tally() for target in made}
        started = told = time.monotonic()
        while (now := time.monotonic()) - started < seconds:
            for target in made:
                _spend(target, tallies[target.name], min(1.0, seconds / len(made)), keep)
            if now - told > PROGRESS_S:
                told = now
                counts = ", ".join(f"{name} {tally.inputs}" for name, tally in tallies.items())
                print(f"{(now - started) / 60:5.1f} min  {counts}", flush=True)
        left = {path.name for path in Path(folder).iterdir()} - {"fuzzed.json", "good.json"}  # those are the targets' own
        if left:
            tallies[made[-1].name].failures.append(f"files were left behind: {sorted(left)}")
    return tallies


def _spend(target: Target, tally: Tally, seconds: float, keep: Path) -> None:
    """Run one target on fresh inputs for a while."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        made = target.make()
        before = time.process_time()
        try:
            with _limit(LONGEST_S):
                kind = target.run(made)
        except (Exception, TooSlowError, Mistake) as error:
            kind = _keep_failure(target, tally, made, keep, error)
        took = time.process_time() - before
        tally.inputs += 1
        tally.kinds[kind] += 1
        if took > tally.slowest_s:
            tally.slowest_s, tally.slowest = took, made


def _keep_failure(target: Target, tally: Tally, made: Any, keep: Path, error: BaseException) -> str:
    """Write the input down and tell the traceback, once for each place it comes from."""
    trace = traceback.extract_tb(error.__traceback__)[-1]
    kind = f"FAILED {type(error).__name__} in {Path(trace.filename).name}:{trace.lineno}"
    if not any(kind in failure for failure in tally.failures):
        keep.mkdir(parents=True, exist_ok=True)
        path = keep / f"{target.name}-{len(tally.failures)}.txt"
        path.write_bytes(made if isinstance(made, bytes) else repr(made).encode("utf-8", "backslashreplace"))
        tally.failures.append(f"{kind}, input in {path}")
        print(f"{kind}, input in {path}\n{traceback.format_exc()[-3000:]}", flush=True)
    return kind


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Stop what takes too long, in seconds of the processor. Windows has no such alarm: there it is only reported."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise TooSlowError(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _seed_boards(folder: Path | None) -> list[Any]:
    """The JSON files of a folder that can be parsed."""
    boards = []
    for path in sorted(folder.glob("*.json")) if folder else ():
        try:
            boards.append(parse_json(path.read_text(encoding="utf-8"), path.name)[0])
        except (StoryvidError, ValueError):
            print(f"{path} is not JSON and is left out")
    return boards


def _report(name: str, tally: Tally) -> str:
    lines = [f"{name}: {tally.inputs} inputs, {len(tally.kinds)} kinds of outcome, slowest {tally.slowest_s:.2f} s"]
    lines += [f"  {count:>8}  {kind[:150]}" for kind, count in tally.kinds.most_common(12)]
    lines += [f"  slowest input: {repr(tally.slowest)[:150]}"]
    lines += [f"  {failure}" for failure in tally.failures]
    return "\n".join(lines)


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="how long, all targets together")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same inputs")
    parser.add_argument("--seeds", type=Path, help="a folder of storyboards to mutate besides the template")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / f"storyvid-fuzz-{os.getpid()}")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
