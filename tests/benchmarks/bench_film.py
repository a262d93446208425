"""Time of the template film from command to MP4, as a ratio to libx264 medium alone on the same frames in memory.

python tests/benchmarks/bench_film.py [--seconds 5] [--resolution 1080p]   # 3 MB of memory for each frame of 1080p
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from template_film import Rendered, render, shortened
from timing import Cost, cost, row

from storyvid.assembly.film import film_frames
from storyvid.assembly.timeline import Segment, Timeline
from storyvid.video import FilmFormat, write_film


def segments(root: Path) -> Iterator[Segment]:
    """The shots of a run as assembly took them, from its records."""
    manifest = json.loads((root / "metadata" / "manifest.json").read_text(encoding="utf-8"))
    for shot in manifest["shots"]:
        record = json.loads((root / shot["record"]).read_text(encoding="utf-8"))
        place = record["programme"]
        yield Segment(
            shot_id=shot["id"],
            path=root / shot["file"],
            clip_fps=Fraction(record["fps_exact"]),
            clip_frames=record["num_frames"],
            in_frame=place["in_frame"],
            num_frames=place["num_frames"],
            transition=place["transition"],
            transition_frames=place["transition_frames"],
        )


def encode_alone(film: Rendered, target: Path) -> tuple[int, Cost]:
    """Encode the film's frames out of memory; gives their number and what it took."""
    manifest = json.loads((film.root / "metadata" / "manifest.json").read_text(encoding="utf-8"))
    fps, height, width = Fraction(manifest["film"]["fps_exact"]), manifest["film"]["height"], manifest["film"]["width"]
    frames = list(film_frames(Timeline(tuple(segments(film.root)), fps, height, width, "crop")))
    settings = FilmFormat(height, width, fps, "h264", 18, "medium", "none", {})
    return len(frames), cost(lambda: write_film(target, iter(frames), settings, lambda done: None))


def main() -> None:
    """One film, rendered from nothing, then encoded again from memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=None, help="length of the film; default: the template's 20 s")
    parser.add_argument("--resolution", default="1080p", help="size of clips and film")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        words = (f"resolution={options.resolution}", "upscale=none", "tracking=none")
        film = render(Path(folder) / "film", shortened(options.seconds), *words)
        count, alone = encode_alone(film, Path(folder) / "alone.mp4")
    print(f"{count} frames of {options.resolution}; seconds wall, processor; ratio to libx264 alone")
    print(row("libx264 alone", alone, alone))
    for name, seconds in {**film.seconds, "shots and assembly": film.work}.items():
        if name in ("shots", "assembly", "shots and assembly"):
            print(f"  {name:<34}{seconds:9.2f} {'':>9}   {seconds / alone.wall:6.2f}")
    print(row("whole command, with start-up", film.command, alone))


if __name__ == "__main__":
    main()
