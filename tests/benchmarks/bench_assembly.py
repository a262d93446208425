"""Time of clip writing and assembly, as ratios to libx264 medium encoding the same frames alone.

python tests/benchmarks/bench_assembly.py [SHOTS] [FRAMES_PER_SHOT]   # 1080p; a gigabyte of memory at the default
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from storyvid.assembly.film import assemble, film_frames
from storyvid.assembly.timeline import Segment, Timeline
from storyvid.video import FilmFormat, Frame, YuvFrame, write_clip, write_film

FPS = Fraction(24)
HANDLE = 6


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


class Cost(NamedTuple):
    """Wall and processor seconds; the second says more where other programs share the machine."""

    wall: float
    cpu: float


def cost(work: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def bench(folder: Path, shots: int, num_frames: int, height: int, width: int) -> None:
    """Print the ratios for clips of one size delivered at 1080p."""
    clips, segments = [], []
    clip_frames = num_frames + 2 * HANDLE
    for shot in range(shots):
        frames = list(drawn_frames(shot, clip_frames, height, width))
        path = folder / f"S{shot:02}.mp4"
        clips.append(cost(partial(write_clip, path, frames, FPS)))
        transition = ("dissolve", 2 * HANDLE) if shot + 1 < shots else ("cut", 0)
        segments.append(Segment(path.stem, path, FPS, clip_frames, HANDLE, num_frames, *transition))
        del frames
    timeline = Timeline(tuple(segments), FPS, 1080, 1920, "crop")
    film = FilmFormat(1080, 1920, FPS, "h264", 18, "medium", "none", {})
    in_memory: list[YuvFrame] = []
    read = cost(lambda: in_memory.extend(film_frames(timeline)))
    alone = min(cost(lambda: write_film(folder / "alone.mp4", iter(in_memory), film, lambda done: None)) for _ in range(2))
    total = len(in_memory)
    in_memory.clear()
    whole = min(
        cost(lambda: assemble(timeline, folder / "film.mp4", codec="h264", crf=18, preset="medium", tags={})) for _ in range(2)
    )
    clip = Cost(*(sum(column) / clip_frames / shots * total for column in zip(*clips, strict=True)))
    print(
        f"{shots} shots of {width}x{height}, {total} film frames at 1920x1080; ms a frame: wall, processor; ratio to libx264 alone"
    )
    both = Cost(clip.wall + whole.wall, clip.cpu + whole.cpu)
    for name, part in {
        "libx264 alone": alone,
        "write_clip": clip,
        "read and fit": read,
        "assemble": whole,
        "write_clip + assemble": both,
    }.items():
        times = f"{part.wall / total * 1e3:7.1f} {part.cpu / total * 1e3:7.1f}"
        print(f"  {name:<22}{times}   {part.wall / alone.wall:5.2f} {part.cpu / alone.cpu:5.2f}", flush=True)


def main() -> None:
    """Clips at the film's size, and at 720p."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shots", type=int, nargs="?", default=3, help="shots of the film")
    parser.add_argument("num_frames", type=int, nargs="?", default=48, help="programme frames of each shot")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench(Path(folder), options.shots, options.num_frames, 1080, 1920)
        bench(Path(folder), options.shots, options.num_frames, 720, 1280)


if __name__ == "__main__":
    main()
