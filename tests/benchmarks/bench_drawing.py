"""Frames per second of the drawing alone, shot by shot of the template, as a ratio to the film's own 24.

python tests/benchmarks/bench_drawing.py [--resolution 1080p] [--every 4]
"""

from __future__ import annotations

import argparse

from template_film import TEMPLATE
from timing import Cost, cost

from storyvid.backends.animatic.draw import Painter
from storyvid.backends.animatic.scene import build_scene
from storyvid.backends.base import ShotRequest
from storyvid.cli.arguments import parse
from storyvid.cli.preflight import prepare_jobs


def draw(request: ShotRequest, every: int) -> tuple[int, Cost]:
    """Draw some frames of a shot; gives their number and what it took. The first one isn't counted."""
    painter, numbers = Painter(build_scene(request)), range(0, request.num_frames, every)
    painter.frame(0)
    return len(numbers), cost(lambda: [painter.frame(number) for number in numbers])


def main() -> None:
    """Every shot in turn, then the whole film."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resolution", default="1080p", help="size of the frames")
    parser.add_argument("--every", type=int, default=4, help="draw every so many frames")
    options = parser.parse_args()
    ((_, film),) = prepare_jobs(parse([f"storyboard={TEMPLATE}", f"resolution={options.resolution}"]))
    print(f"{options.resolution}; ms a frame: wall, processor; frames per second; ratio to the film's own rate")
    frames, seconds, fps = 0, 0.0, float(film.plan.fps)
    for shot_id, request in film.requests.items():
        count, own = draw(request, options.every)
        frames, seconds = frames + request.num_frames, seconds + own.wall / count * request.num_frames
        times = f"{own.wall / count * 1e3:8.1f} {own.cpu / count * 1e3:8.1f}"
        print(f"  {shot_id:<12}{times}   {count / own.wall:7.1f} {count / own.wall / fps:6.2f}", flush=True)
    print(f"  {'film':<12}{seconds / frames * 1e3:8.1f} {'':>8}   {frames / seconds:7.1f} {frames / seconds / fps:6.2f}")


if __name__ == "__main__":
    main()
