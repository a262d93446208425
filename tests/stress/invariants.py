"""What must hold whatever was interrupted: whole clips, readable records, a whole tracking database, nothing left over."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from storyvid import video
from storyvid.clips.record import file_sha256, frame_path
from storyvid.record.database import database_path, database_uri


def whole_clips(outputs: Path) -> dict[str, str]:
    """SHA-256 of every clip in the store by fingerprint; each is checked against its record.

    Raises:
        AssertionError: A folder of the store is not whole.
    """
    return {folder.name: _checked(folder) for folder in sorted((outputs / ".clips").glob("[0-9a-f][0-9a-f]/*"))}


def _checked(folder: Path) -> str:
    record = json.loads((folder / "clip.json").read_text(encoding="utf-8"))
    sha256: str = record["sha256"]
    assert file_sha256(folder / "clip.mp4") == sha256, f"{folder} is damaged"
    for number, hashes in record["handoff"].items():
        assert file_sha256(frame_path(folder, int(number))) == hashes["sha256"], f"{folder}: frame {number} is damaged"
    return sha256


def manifests(outputs: Path) -> dict[Path, dict[str, Any]]:
    """Every run's manifest by its run folder."""
    return {
        path.parents[1]: json.loads(path.read_text(encoding="utf-8")) for path in sorted(outputs.glob("*/*/metadata/manifest.json"))
    }


def finished_shots(outputs: Path) -> dict[Path, str]:
    """SHA-256 of every shot that some manifest calls done, by the file in its run folder.

    Raises:
        AssertionError: The file or the shot's record is missing or can't be read.
    """
    found: dict[Path, str] = {}
    for root, manifest in manifests(outputs).items():
        for shot in manifest["shots"]:
            assert json.loads((root / shot["record"]).read_text(encoding="utf-8"))["id"] == shot["id"]
            if shot["status"] == "done":
                found[root / shot["file"]] = file_sha256(root / shot["file"])
    return found


def nothing_lost(before: Mapping[Any, str], now: Mapping[Any, str]) -> None:
    """Whatever was whole before still is, and holds the same bytes."""
    lost = [str(name) for name, digest in before.items() if now.get(name) != digest]
    assert not lost, f"lost: {lost}"


def check_database(mlruns: Path) -> None:
    """SQLite finds the tracking database whole; one that was never made is whole, too."""
    database = database_path(mlruns)
    if not database.exists():
        return
    with closing(sqlite3.connect(database, timeout=60)) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]


def tracked(mlruns: Path) -> list[Any]:
    """Every run that MLflow itself finds in the database, films and shots."""
    from storyvid.record.mlflow import connect

    if not database_path(mlruns).exists():
        return []
    client = connect(database_uri(database_path(mlruns)))
    return list(client.search_runs([experiment.experiment_id for experiment in client.search_experiments()], max_results=5000))


def statuses(mlruns: Path, kind: str) -> Counter[str]:
    """How many runs of a kind (film, shot) ended in which way."""
    return Counter(run.info.status for run in tracked(mlruns) if run.data.tags.get("storyvid.kind") == kind)


def temporaries(*roots: Path) -> Iterator[str]:
    """Whatever is left half made."""
    for root in roots:
        for pattern in (".tmp-*", "*.new-*"):
            yield from (path.relative_to(root).as_posix() for path in sorted(root.rglob(pattern)))


def film_digest(film: Path) -> str:
    """SHA-256 over the frames of a film, as they are shown."""
    digest = hashlib.sha256()
    for frame in video.read_frames(film):
        digest.update(frame.tobytes())
    return digest.hexdigest()


def newest_film(outputs: Path) -> Path:
    """The film of the run that ended last."""
    return max(outputs.glob("*/*/assembled/film.mp4"), key=lambda path: path.stat().st_mtime_ns)
