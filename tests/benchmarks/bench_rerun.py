"""Time of rendering a film again, unchanged and with one shot changed, as a ratio to its first render.

python tests/benchmarks/bench_rerun.py [--shots 6] [--seconds 3] [--resolution 720p]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from template_film import Rendered, film_words, of_equal_shots
from timing import Cost, run_python


def render_here(folder: Path, board: dict[str, Any], *words: str) -> tuple[Rendered, int]:
    """Render a film in a folder that may hold its clips; returns it, and how many shots were rendered."""
    before = set((folder / "outputs" / "bench").glob("*"))
    (folder / "film.json").write_text(json.dumps(board), encoding="utf-8")
    cost: Cost = run_python(folder, ["-m", "storyvid", *film_words(), "tracking=none", "upscale=none", *words]).cost
    (root,) = set((folder / "outputs" / "bench").glob("*")) - before
    manifest = json.loads((root / "metadata" / "manifest.json").read_text(encoding="utf-8"))
    return Rendered(cost, manifest["seconds"], root), sum(not shot["reused"] for shot in manifest["shots"])


def main() -> None:
    """The first render, the same again, and again with another caption and with another seed of one shot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=int, default=6, help="shots of the film")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of each")
    parser.add_argument("--resolution", default="720p", help="size of clips and film")
    options = parser.parse_args()
    board = of_equal_shots(options.shots, options.seconds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = {}
        for what in ("the first render", "unchanged", "another caption", "another seed of one shot"):
            if what == "another caption":
                board["shots"][0]["caption"] = "Another"
            elif what == "another seed of one shot":
                board["shots"][-1]["seed"] = 4711
            made[what] = render_here(folder, board, f"resolution={options.resolution}")
    first = made["the first render"][0]
    print(f"{options.shots} shots of {options.seconds:g} s at {options.resolution}: rendered; s of shots, assembly, command; ratio")
    for what, (film, rendered) in made.items():
        times = f"{film.seconds['shots']:8.2f} {film.seconds['assembly']:8.2f} {film.command.wall:8.2f}"
        print(f"  {what:<26}{rendered:3} {times}   {film.command.wall / first.command.wall:6.3f}")


if __name__ == "__main__":
    main()
