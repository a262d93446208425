"""Time of a render with tracking, as a ratio to the same render without.

python tests/benchmarks/bench_tracking.py [--seconds 10] [--resolution 1080p] [--repeats 3]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from template_film import Rendered, render


def main() -> None:
    """Take turns, each time from nothing; the quickest of each counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=None, help="length of the film; default: the template's 20 s")
    parser.add_argument("--resolution", default="1080p", help="size of clips and film")
    parser.add_argument("--repeats", type=int, default=3, help="films of each kind")
    options = parser.parse_args()
    films: dict[str, list[Rendered]] = {"none": [], "mlflow": []}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(options.repeats):
            for kind, made in films.items():
                words = (f"resolution={options.resolution}", "upscale=none", f"tracking={kind}")
                made.append(render(Path(folder) / f"{kind}{turn}", options.seconds, *words))
    print(f"the quickest of {options.repeats} at {options.resolution}: seconds of shots and assembly, of the whole command; ratio")
    best = {kind: (min(one.work for one in made), min(one.command.wall for one in made)) for kind, made in films.items()}
    work, wall = best["none"]
    for kind, (own_work, own_wall) in best.items():
        print(f"  tracking={kind:<8}{own_work:8.2f} {own_wall:8.2f}   {own_work / work:6.3f} {own_wall / wall:6.3f}")


if __name__ == "__main__":
    main()
