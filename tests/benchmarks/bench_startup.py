"""Time of the help page, of an error message and of a plan, as ratios to ``python -c "import hydra"``.

python tests/benchmarks/bench_startup.py [--repeats 7]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from template_film import TEMPLATE, Timed, run

COMMANDS = {
    'python -c "import hydra"': ["-c", "import hydra"],
    "--help": ["-m", "storyvid", "--help"],
    "an error: no such file": ["-m", "storyvid", "storyboard=nothing.json"],
    "an error: no such option": ["-m", "storyvid", "backend=none", "storyboard=nothing.json"],
    "plan of the template": ["-m", "storyvid", "plan", f"storyboard={TEMPLATE}"],
}


def main() -> None:
    """Take turns, so that a busy moment of the machine meets all of them; the quickest of each counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7, help="times each command is run, after one run that isn't counted")
    repeats = parser.parse_args().repeats
    times: dict[str, list[Timed]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(repeats + 1):
            for name, words in COMMANDS.items():
                times[name].append(run(Path(folder), words, fails=name.startswith("an error")))
    best = {name: (min(one.wall for one in runs[1:]), min(one.cpu for one in runs[1:])) for name, runs in times.items()}
    wall, cpu = next(iter(best.values()))
    print(f"the quickest of {repeats}: seconds wall, processor; ratio to importing hydra")
    for name, (own_wall, own_cpu) in best.items():
        print(f"  {name:<26}{own_wall:7.3f} {own_cpu:7.3f}   {own_wall / wall:5.2f} {own_cpu / cpu if cpu else 0:5.2f}")


if __name__ == "__main__":
    main()
