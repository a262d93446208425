"""An outputs folder as renders leave it, written by hand: clips of a known size and age, runs that name them, work cut short."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from storyvid.clips.record import sealed
from storyvid.record.owner import describe_owner, temporary_name

DAY_S = 24 * 3600.0
NOW = time.time()


def key(number: int) -> str:
    return f"{number:064x}"


def put_files(folder: Path, files: dict[str, bytes], days: float) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content)
        os.utime(path, (NOW - days * DAY_S,) * 2)
    return folder


def put_clip(outputs: Path, number: int, size: int = 1000, days: float = 10) -> Path:
    """A clip of so many bytes, its record aside, that was rendered so many days ago."""
    record = sealed({"key": key(number), "made_for": {"project": "harbour", "shot": f"S{number:02d}", "take": 1}}).encode()
    folder = outputs / ".clips" / key(number)[:2] / key(number)
    return put_files(folder, {"clip.mp4": bytes(size - len(record)), "clip.json": record}, days)


def put_work(outputs: Path, number: int, size: int = 1000, days: float = 10) -> Path:
    """What a render that was cut short left of a clip."""
    return put_files(outputs / ".clips" / "work" / key(number), {"chunk-000.mkv": bytes(size)}, days)


def put_run(outputs: Path, name: str, keys: Sequence[int], days: float = 5, **manifest: Any) -> Path:
    """A run folder whose manifest names clips, the first as a take; their files are linked into it."""
    root = outputs / name
    takes = [{"take": 2, "fingerprint": key(number)} for number in keys[:1]]
    shots = [{"id": "S01", "fingerprint": key(number), "takes": takes} for number in keys[1:]] or [
        {"fingerprint": None, "takes": takes}
    ]
    content = {"status": "done", "owner": describe_owner(), "shots": shots, **manifest}
    put_files(root / "metadata", {"manifest.json": json.dumps(content).encode()}, days)
    put_files(root / "assembled", {"film.mp4": bytes(5000)}, days)
    (root / "shots").mkdir()
    for number in keys:
        source = outputs / ".clips" / key(number)[:2] / key(number) / "clip.mp4"
        if source.exists():
            (root / "shots" / f"{number}.mp4").hardlink_to(source)
    return root


def dead_name() -> str:
    """The name of a temporary whose process has ended."""
    host, _, start, token = temporary_name().removeprefix(".tmp-").split("-")
    return f".tmp-{host}-999999999-{start}-{token}"


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder, with its size and its number of names."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_nlink) for path in files}
