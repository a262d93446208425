"""Renders that are killed (-9) at random moments, each followed by the same command.

python tests/stress/resumes.py [--kills 100] [--seed 1]

Every kill has an outputs folder of its own, so that it meets a render in which everything is still to do: four shots in
three chunks each, one of which continues from another. After the same command has been given again, the film must have the
frames of an undisturbed one, no clip or chunk that was whole may have been rendered a second time, and nothing may be left over.
Exit code 1 = one of these failed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
from invariants import film_digest, manifests, newest_film, temporaries, whole_clips
from workplace import Command, render, stage_seconds, start, write_storyboard

WORDS = ("backend.max_frames=16", "tracking=none")
SHOTS, CHUNKS = 4, 3


def kill_at(command: Command, outputs: Path, progress: int, later_s: float) -> bool:
    """Kill a command when it has got so far; False when it had ended by itself.

    Args:
        command: Just started.
        outputs: Where its clips come to lie.
        progress: Whole chunks to wait for, those of whole clips among them.
        later_s: Seconds to wait then.
    """
    while command.process.poll() is None and progress_of(outputs) < progress:
        time.sleep(0.005)
    with suppress(psutil.TimeoutExpired):
        command.process.wait(later_s)
        return False
    for process in command.family():
        with suppress(psutil.NoSuchProcess):
            process.kill()
    command.wait()
    return True


def progress_of(outputs: Path) -> int:
    """Whole chunks; the last of a clip is whole when the clip is."""
    clips = len(list((outputs / ".clips").glob("[0-9a-f][0-9a-f]/*/clip.json")))
    return CHUNKS * clips + len(list((outputs / ".clips" / "work").glob("*/chunk-*.json")))


def clip_files(outputs: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of every whole clip's file, by fingerprint: another file is another render.

    A clip whose record is written is whole, also where the kill came before it had its name.
    """
    store = outputs / ".clips"
    folders = [store / key[:2] / key for key in whole_clips(outputs)]
    folders += [path.parent for path in (store / "work").glob("*/clip.json")]
    files = {folder.name: (folder / "clip.mp4").stat() for folder in folders}
    return {key: (status.st_ino, status.st_mtime_ns) for key, status in files.items()}


def kept_chunks(outputs: Path) -> dict[tuple[str, int], float]:
    """Seconds that each whole chunk of an unfinished clip took, by fingerprint and number: rendered again, it would take others."""
    found = {}
    for path in (outputs / ".clips" / "work").glob("*/chunk-*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))["record"]
        found[path.parent.name, int(record["index"])] = float(record["seconds"])
    return found


def rendered_chunks(outputs: Path) -> dict[tuple[str, int], float]:
    """The same of every whole clip."""
    clips = [json.loads(path.read_text(encoding="utf-8")) for path in (outputs / ".clips").glob("[0-9a-f][0-9a-f]/*/clip.json")]
    return {(clip["key"], int(chunk["index"])): float(chunk["seconds"]) for clip in clips for chunk in clip["clip"]["chunks"]}


def check(outputs: Path, before: dict[str, tuple[int, int]], chunks: dict[tuple[str, int], float], digest: str) -> None:
    """The film is the undisturbed one, nothing was rendered twice, and nothing is left over.

    Raises:
        AssertionError: With what is not so.
    """
    assert film_digest(newest_film(outputs)) == digest, "the film has other frames than an undisturbed one"
    now = clip_files(outputs)
    assert len(now) == SHOTS, f"{len(now)} clips for {SHOTS} shots"
    again = [key for key, file in before.items() if now.get(key) != file]
    assert not again, f"rendered again though whole: {again}"
    assert chunks.items() <= rendered_chunks(outputs).items(), "a whole chunk was rendered again"
    last = manifests(outputs)[max(manifests(outputs))]
    reused = {shot["fingerprint"] for shot in last["shots"] if shot["reused"]}
    assert reused == set(before), f"reused {sorted(reused)}, whole were {sorted(before)}"
    left = [*temporaries(outputs), *map(str, (outputs / ".clips" / "work").glob("*"))]
    assert not left, f"left over: {left}"
    assert not [root for root, manifest in manifests(outputs).items() if manifest["status"] == "running"]


def main() -> int:
    """Kill, go on, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100, help="how many renders are killed")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    options = parser.parse_args()
    began, moments, found = time.monotonic(), random.Random(options.seed), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="storyvid-resumes-") as name:
        reference, work = Path(name) / "reference", Path(name) / "work"
        reference.mkdir()
        film = write_storyboard(Path(name), 1)
        lengths = stage_seconds(reference, film, *WORDS)
        digest = film_digest(newest_film(reference / "outputs"))
        rendering = lengths["shots"] + lengths["assembly"]
        print(f"undisturbed: {rendering:.1f} s after {lengths['planning']:.1f} s of planning", flush=True)
        for number in range(options.kills):
            work.mkdir()
            outputs = work / "outputs"
            step = rendering / (SHOTS * CHUNKS)
            killed = kill_at(
                start(work, film, *WORDS), outputs, moments.randrange(SHOTS * CHUNKS + 1), moments.uniform(0, 1.5 * step)
            )
            before = clip_files(outputs)
            chunks = kept_chunks(outputs)
            code, said = render(work, film, *WORDS)
            assert code == 0, said
            assert "Traceback" not in said, said
            check(outputs, before, chunks, digest)
            where = f"{len(before)} clips and {len(chunks)} chunks of the next" if killed else "after its end"
            found[where] += 1
            print(f"{number + 1:4} killed with {where} whole", flush=True)
            shutil.rmtree(work)
    for where, count in sorted(found.items()):
        print(f"{count:4} {where}")
    print(f"{options.kills} kills, every film as if undisturbed, nothing twice, nothing left: {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    if os.name == "nt":
        sys.exit("this program sends POSIX signals")
    sys.exit(main())
