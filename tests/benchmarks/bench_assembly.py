"""Time of clip writing and assembly, as ratios to libx264 medium alone on the same frames; and that of the ffmpeg program.

python tests/benchmarks/bench_assembly.py [SHOTS] [FRAMES_PER_SHOT] [--heights 1080 720]   # a gigabyte of memory at the default
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from ffmpeg_program import ffmpeg_words, find_ffmpeg, version_of
from timing import Cost, cost, row, run_program

from storyvid.assembly.film import assemble, film_frames
from storyvid.assembly.timeline import Segment, Timeline
from storyvid.video import FilmFormat, Frame, YuvFrame, probe, write_clip, write_film

FPS = Fraction(24)
HANDLE = 6
CRF, PRESET = 18, "medium"
FULL = 1080  # lines of the film


def drawn_frames(shot: int, count: int, height: int, width: int) -> Iterator[Frame]:
    """A textured picture that pans under a moving disc: neither a still nor noise."""
    rng = np.random.default_rng(shot)
    coarse = cv2.resize(rng.random((height // 40, width // 40, 3)), (width + 512, height + 256), interpolation=cv2.INTER_CUBIC)
    fine = rng.normal(0, 0.02, (height + 256, width + 512, 1))
    picture = (np.clip(coarse + fine, 0, 1) * 255).astype(np.uint8)
    for i in range(count):
        frame = np.ascontiguousarray(picture[i : i + height, 2 * i : 2 * i + width])
        cv2.circle(frame, (width // 4 + 5 * i, height // 2), height // 8, (240, 200, 40), -1, cv2.LINE_AA)
        yield frame


def make_clips(folder: Path, shots: int, num_frames: int, height: int) -> tuple[list[Segment], Cost]:
    """Clips with a dissolve between each two; and what writing all of them took."""
    segments, costs = [], []
    clip_frames = num_frames + 2 * HANDLE
    for shot in range(shots):
        frames = list(drawn_frames(shot, clip_frames, height, height * 16 // 9 // 2 * 2))
        path = folder / f"S{shot:02}-{height}.mp4"
        costs.append(cost(partial(write_clip, path, frames, FPS)))
        transition = ("dissolve", 2 * HANDLE) if shot + 1 < shots else ("cut", 0)
        segments.append(Segment(path.stem, path, FPS, clip_frames, HANDLE, num_frames, *transition))
    per_frame = [sum(column) / clip_frames / shots for column in zip(*costs, strict=True)]
    return segments, Cost(*(seconds * num_frames * shots for seconds in per_frame))


def film_by_ffmpeg(program: str, timeline: Timeline, film: Path) -> Cost:
    """The same film by the program; it must have the same number of frames."""
    taken = run_program(ffmpeg_words(program, timeline, film, crf=CRF, preset=PRESET), folder=film.parent).cost
    if (made := probe(film).num_frames) != timeline.num_frames:
        raise SystemExit(f"{program} made {made} frames, not {timeline.num_frames}")
    return taken


def bench(folder: Path, shots: int, num_frames: int, height: int, full: int) -> None:
    """Print the ratios for clips of one height, delivered at the film's."""
    segments, clips = make_clips(folder, shots, num_frames, height)
    timeline = Timeline(tuple(segments), FPS, full, full * 16 // 9 // 2 * 2, "crop")
    film = FilmFormat(timeline.height, timeline.width, FPS, "h264", CRF, PRESET, "none", {})
    in_memory: list[YuvFrame] = []
    read = cost(lambda: in_memory.extend(film_frames(timeline)))
    program, taken = find_ffmpeg(), dict[str, list[Cost]]()
    for _ in range(2):  # in turns, so that a busy moment of the machine meets all of them
        encode = partial(write_film, folder / "alone.mp4", in_memory, film, lambda done: None)
        taken.setdefault("libx264 alone", []).append(cost(encode))
        whole = partial(assemble, timeline, folder / "film.mp4", codec="h264", crf=CRF, preset=PRESET, tags={})
        taken.setdefault("assemble", []).append(cost(whole))
        if program is not None:
            taken.setdefault("the ffmpeg program", []).append(film_by_ffmpeg(program, timeline, folder / "ffmpeg.mp4"))
    best = {name: Cost(*map(min, zip(*costs, strict=True))) for name, costs in taken.items()}
    alone, total = best["libx264 alone"], timeline.num_frames
    print(
        f"{shots} shots of {height} lines, {total} film frames of {full} lines; ms a frame: wall, processor; ratio to libx264 alone"
    )
    for name, own in {**best, "write_clip": clips, "read and fit": read}.items():
        print(row(name, own, alone, unit=1e3 / total), flush=True)
    print("  left out: there is no ffmpeg program here" if program is None else f"  {version_of(program)}")


def main() -> None:
    """Clips at the film's size, and smaller ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shots", type=int, nargs="?", default=3, help="shots of the film, at least 2")
    parser.add_argument("num_frames", type=int, nargs="?", default=36, help="programme frames of each shot, at least 12")
    parser.add_argument("--heights", type=int, nargs="+", default=[1080, 720], help="lines of the clips")
    parser.add_argument("--film-height", type=int, default=FULL, help="lines of the film")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for height in options.heights:
            bench(Path(folder), options.shots, options.num_frames, height, options.film_height)


if __name__ == "__main__":
    main()
