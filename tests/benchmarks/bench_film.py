"""Time of the template film from command to MP4, as a ratio to libx264 medium alone on the same frames in memory.

python tests/benchmarks/bench_film.py [--seconds 5] [--resolution 1080p]   # 3 MB of memory for each frame of 1080p
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from template_film import Rendered, render

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


def encode_alone(rendered: Rendered, target: Path) -> tuple[int, float, float]:
    """Encode the film's frames out of memory; gives their number, wall seconds and processor seconds."""
    manifest = json.loads((rendered.root / "metadata" / "manifest.json").read_text(encoding="utf-8"))
    film = manifest["film"]
    fps, height, width = Fraction(film["fps_exact"]), film["height"], film["width"]
    frames = list(film_frames(Timeline(tuple(segments(rendered.root)), fps, height, width, "crop")))
    wall, cpu = time.perf_counter(), time.process_time()
    write_film(target, iter(frames), FilmFormat(height, width, fps, "h264", 18, "medium", "none", {}), lambda done: None)
    return len(frames), time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """One film, rendered from nothing, then encoded again from memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=None, help="length of the film; default: the template's 20 s")
    parser.add_argument("--resolution", default="1080p", help="size of clips and film")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        words = (f"resolution={options.resolution}", "upscale=none", "tracking=none")
        rendered = render(Path(folder) / "film", options.seconds, *words)
        count, wall, cpu = encode_alone(rendered, Path(folder) / "alone.mp4")
    print(f"{count} frames of {options.resolution}; seconds wall, processor; ratio to libx264 alone")
    whole = rendered.command
    print(f"  libx264 alone                {wall:7.2f} {cpu:7.2f}   {1:5.2f} {1:5.2f}")
    print(f"  shots and assembly           {rendered.work:7.2f} {'':>7}   {rendered.work / wall:5.2f}")
    print(f"  whole command, with start-up {whole.wall:7.2f} {whole.cpu:7.2f}   {whole.wall / wall:5.2f} {whole.cpu / cpu:5.2f}")


if __name__ == "__main__":
    main()
