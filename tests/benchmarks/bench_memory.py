"""Peak memory of a long film, as a ratio to that of a short one: of the whole command, and of assembly alone at full size.

python tests/benchmarks/bench_memory.py [--seconds 20 300] [--resolution 180p] [--shots 3 12] [--height 1080]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from fractions import Fraction
from pathlib import Path

from peak import peak_mib
from template_film import film_words, of_equal_shots
from timing import ROOT

FPS = Fraction(24)
SHOT_S = 5.0
CLIP_FRAMES, HANDLE = 36, 6


def measure_command(folder: Path, seconds: int, resolution: str) -> float:
    """Peak of ``python -m storyvid`` for a film of shots of five seconds (shorter where that leaves none), MiB."""
    length = min(SHOT_S, seconds)
    folder.mkdir()
    (folder / "film.json").write_text(json.dumps(of_equal_shots(round(seconds / length), length)), encoding="utf-8")
    words = ["-m", "storyvid", *film_words(), f"resolution={resolution}", "upscale=none", "tracking=none"]
    return peak_mib(words, folder, {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "STORYVID_ROOT": str(folder)})


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


def measure_assembly(folder: Path, counts: list[int], height: int) -> list[float]:
    """Peaks of assembling films of so many shots of a second, each by a process of its own, MiB."""
    own = [str(Path(__file__)), "--height", str(height), "--child"]
    clip = str(folder / "clip.mp4")
    peak_mib([*own, "clip", clip, "0"], folder)
    return [peak_mib([*own, "film", clip, str(count)], folder) for count in counts]


def print_peaks(what: str, unit: str, sizes: list[int], peaks: list[float]) -> None:
    """One table; the first size is the base of the ratios."""
    print(f"{what}; peak MiB; ratio", flush=True)
    for size, peak in zip(sizes, peaks, strict=True):
        print(f"  {size:>4} {unit:<6}{peak:8.0f}   {peak / peaks[0]:5.2f}", flush=True)


def main() -> None:
    """Each film is made by a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, nargs="+", default=[20, 300], help="lengths of the films made by the whole command")
    parser.add_argument("--resolution", default="180p", help="size of those films")
    parser.add_argument("--shots", type=int, nargs="*", default=[3, 12], help="shots of the assembled films, one second each")
    parser.add_argument("--height", type=int, default=1080, help="height of their pictures, pixels")
    parser.add_argument("--child", nargs=3, metavar=("WHAT", "CLIP", "SHOTS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, clip, shots = options.child[0], Path(options.child[1]), int(options.child[2])
        if what == "clip":
            write_test_clip(clip, options.height)
        elif what == "film":
            assemble_shots(clip, shots, options.height, clip.with_name("film.mp4"))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peaks = [measure_command(folder / str(seconds), seconds, options.resolution) for seconds in options.seconds]
        print_peaks(f"the whole command at {options.resolution}", "s", options.seconds, peaks)
        if options.shots:
            peaks = measure_assembly(folder, options.shots, options.height)
            print_peaks(f"assembly at {options.height} lines", "shots", options.shots, peaks)


if __name__ == "__main__":
    main()
