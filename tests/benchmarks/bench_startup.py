"""Time of the help page, of error messages and of a plan, as ratios to ``python -c "import hydra"``.

python tests/benchmarks/bench_startup.py [--repeats 5]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from template_film import TEMPLATE
from timing import Cost, row, run_python

BROKEN = "broken.json"
COMMANDS = {
    'python -c "import hydra"': ["-c", "import hydra"],
    "--help": ["-m", "storyvid", "--help"],
    "an error: no such verb": ["-m", "storyvid", "rendr"],
    "an error: no such file": ["-m", "storyvid", "storyboard=nothing.json"],
    "an error: no such option": ["-m", "storyvid", "backend=none", "storyboard=nothing.json"],
    "an error: no such key": ["-m", "storyvid", "sampler.stepz=4", f"storyboard={TEMPLATE}"],
    "an error: a value out of range": ["-m", "storyvid", "delivery.crf=99", f"storyboard={TEMPLATE}"],
    "an error: a broken storyboard": ["-m", "storyvid", f"storyboard={BROKEN}"],
    "plan of the template": ["-m", "storyvid", "plan", f"storyboard={TEMPLATE}"],
}


def main() -> None:
    """Take turns, so that a busy moment of the machine meets all of them; the quickest of each counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5, help="times each command is run, after one run that isn't counted")
    repeats = parser.parse_args().repeats
    costs: dict[str, list[Cost]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / BROKEN).write_text('{"title": "Broken", "shots": [{"prompt": "A boat", "duration": 4}', encoding="utf-8")
        for _ in range(repeats + 1):
            for name, words in COMMANDS.items():
                costs[name].append(run_python(Path(folder), words, fails=name.startswith("an error")).cost)
    best = {name: Cost(*map(min, zip(*taken[1:], strict=True))) for name, taken in costs.items()}
    base = next(iter(best.values()))
    print(f"the quickest of {repeats}: seconds wall, processor; ratio to importing hydra")
    for name, own in best.items():
        print(row(name, own, base))


if __name__ == "__main__":
    main()
