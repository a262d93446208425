"""Renders on disks that are nearly full, and what must hold after each.

python tests/stress/full_disk.py [--levels 12]

Each film gets a disk of its own (tmpfs, on Linux as root or with user namespaces) with less room than it needs, from
nothing to nearly enough. Whatever was finished must be whole, the reason told without a traceback, and the same command
must finish the film, from what is there, once there is room. Exit code 1 = something was lost; 2 = no disk can be made.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from invariants import check_database, film_digest, finished_shots, newest_film, nothing_lost, temporaries, tracked, whole_clips
from workplace import render, wait_for_tracking, write_storyboard

ROOM = 256 * 2**20  # bytes of each disk
PAGE = 4096


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """A small file system of its own below a folder."""
    place = folder / "disk"
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        wait_for_tracking(place)
        subprocess.run(["umount", "-l", str(place)], check=True)  # this process has read the database with MLflow


def used(place: Path) -> int:
    """Bytes taken on the disk."""
    state = os.statvfs(place)
    return (state.f_blocks - state.f_bfree) * state.f_frsize


def fill(place: Path, free: int) -> Path:
    """Take all room but ``free`` bytes; gives the file that takes it."""
    ballast = place / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(PAGE, (ROOM - used(place) - free) // PAGE * PAGE))
    return ballast


def measure(folder: Path, film: Path) -> tuple[int, str]:
    """(bytes that the film and its records need, digest of its frames) on a disk with room."""
    with disk(folder) as place:
        code, said = render(place, film)
        assert code == 0, said
        wait_for_tracking(place)
        return used(place), film_digest(newest_film(place / "outputs"))


def try_one(folder: Path, film: Path, free: int, digest: str) -> str:
    """A film on a disk with too little room, then with enough; says how it went.

    Raises:
        AssertionError: Something was lost, or badly told.
    """
    with disk(folder) as place:
        outputs, mlruns = place / "outputs", place / "mlruns"
        ballast = fill(place, free)
        code, said = render(place, film)
        wait_for_tracking(place)
        assert code in (0, 1, 2), f"exit code {code}\n{said}"
        assert "Traceback" not in said, said
        assert re.search(r"full|space", said) or code == 0, said
        clips = whole_clips(outputs)
        shots = finished_shots(outputs)
        ballast.unlink()
        again, words = render(place, film)
        assert again == 0, words
        nothing_lost(clips, whole_clips(outputs))
        nothing_lost(shots, finished_shots(outputs))
        assert words.count(": reused") >= len(clips), f"{len(clips)} clips were there\n{words}"
        assert film_digest(newest_film(outputs)) == digest, "another film than with room from the start"
        wait_for_tracking(place)
        check_database(mlruns)
        assert not [run for run in tracked(mlruns) if run.info.status == "RUNNING"], "a run is still RUNNING"
        assert not list(temporaries(outputs, mlruns)), list(temporaries(outputs, mlruns))
    return f"exit {code}, {len(clips)} clips whole and used again"


def main() -> int:
    """Fill, render, check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", type=int, default=12, help="how many amounts of room are tried")
    options = parser.parse_args()
    if sys.platform != "linux" or shutil.which("mount") is None or os.geteuid() != 0:
        print("no disk can be made here: needs Linux, and root or `unshare -rm`")
        return 2
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="storyvid-full-disk-") as name:
        folder = Path(name)
        film = write_storyboard(folder, 1)
        needed, digest = measure(folder, film)
        print(f"with room: {needed / 2**20:.2f} MiB", flush=True)
        for level in range(options.levels):
            free = round(needed * (level / options.levels) ** 2)  # closest together where little room is left
            print(f"{free / 2**20:6.2f} MiB free: {try_one(folder, film, free, digest)}", flush=True)
    print(f"{options.levels} full disks, nothing lost, {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
