"""Peak memory of assembling a long film, as a ratio to that of a short one.

python tests/benchmarks/bench_memory.py [--short 3] [--long 30] [--height 1080]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import psutil

FPS = Fraction(24)
CLIP_FRAMES, HANDLE = 36, 6


def write_test_clip(path: Path, height: int) -> None:
    """A clip of a picture that moves; every shot of both films shows it."""
    import numpy as np

    from storyvid.video import write_clip

    width = height * 16 // 9 // 2 * 2
    picture = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    picture = np.repeat(np.repeat(picture[::20, ::20], 20, axis=0), 20, axis=1)[:height, :width]
    write_clip(path, (np.ascontiguousarray(np.roll(picture, 4 * n, axis=1)) for n in range(CLIP_FRAMES)), FPS)


def assemble_shots(clip: Path, shots: int, height: int, film: Path) -> None:
    """A film of so many shots with a dissolve between each two."""
    from storyvid.assembly.film import assemble
    from storyvid.assembly.timeline import Segment, Timeline

    programme = CLIP_FRAMES - 2 * HANDLE
    segments = tuple(
        Segment(f"S{n:02}", clip, FPS, CLIP_FRAMES, HANDLE, programme, *(("dissolve", 2 * HANDLE) if n + 1 < shots else ("cut", 0)))
        for n in range(shots)
    )
    timeline = Timeline(segments, FPS, height, height * 16 // 9 // 2 * 2, "crop")
    assemble(timeline, film, codec="h264", crf=18, preset="medium", tags={})


def peak_mib(words: list[str]) -> float:
    """Most resident memory that this program held while it did what ``words`` say, asked for every 10 ms."""
    process = psutil.Popen([sys.executable, str(Path(__file__)), *words])
    peak = 0
    while process.poll() is None:
        try:
            peak = max(peak, process.memory_info().rss)
        except psutil.Error:  # ended just now
            break
        time.sleep(0.01)
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, words)
    return peak / 2**20


def main() -> None:
    """Each film is assembled by a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", type=int, default=3, help="shots of the short film, one second each")
    parser.add_argument("--long", type=int, default=30, help="shots of the long film")
    parser.add_argument("--height", type=int, default=1080, help="height of the pictures, pixels")
    parser.add_argument("--child", nargs=3, metavar=("WHAT", "CLIP", "SHOTS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, clip, shots = options.child[0], Path(options.child[1]), int(options.child[2])
        if what == "clip":
            write_test_clip(clip, options.height)
        elif what == "film":
            assemble_shots(clip, shots, options.height, clip.with_name("film.mp4"))
        return
    with tempfile.TemporaryDirectory() as folder:
        clip, height = str(Path(folder) / "clip.mp4"), ["--height", str(options.height)]
        peak_mib([*height, "--child", "clip", clip, "0"])
        short = peak_mib([*height, "--child", "film", clip, str(options.short)])
        long = peak_mib([*height, "--child", "film", clip, str(options.long)])
    print(f"assembly at {options.height} lines; peak MiB; ratio")
    print(f"  {options.short:>3} shots {short:8.0f}   {1:5.2f}")
    print(f"  {options.long:>3} shots {long:8.0f}   {long / short:5.2f}")


if __name__ == "__main__":
    main()
