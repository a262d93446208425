"""The storyboards that were checked are the ones that are rendered, however late a job of a sweep begins.

A job may start hours after the preflight, in another process, when the file has long been edited; and a storyboard with
``seed: -1`` draws its seed when it is read. So a sweep keeps what was read, and its jobs take it from there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from storyvid.errors import Problem
from storyvid.record.run_folder import write_json
from storyvid.storyboard.load import LoadedStoryboard, load
from storyvid.storyboard.schema import Storyboard

_read: dict[str, LoadedStoryboard] = {}  # by the path that was typed; serves the jobs of this process


def read_once(path: str) -> LoadedStoryboard:
    """A storyboard, read when it is first asked for.

    Args:
        path: As it was typed.

    Raises:
        StoryboardError: It can't be used.
    """
    if path not in _read:
        _read[path] = load(Path(path))
    return _read[path]


def keep(folder: Path, storyboards: Mapping[str, LoadedStoryboard]) -> None:
    """Write what was read into the sweep's folder, for jobs that run in other processes.

    Args:
        folder: Of the sweep.
        storyboards: By the path that was typed.
    """
    for path, loaded in storyboards.items():
        content = {
            "path": str(loaded.path),
            "sha256": loaded.sha256,
            "project": loaded.project,
            "warnings": [asdict(problem) for problem in loaded.warnings],
            "storyboard": loaded.storyboard.as_json(),
            "picks": dict(loaded.picks),
        }
        write_json(_kept(folder, path), content)


def take(folder: Path, path: str) -> LoadedStoryboard:
    """The storyboard as the preflight read it: of this process, else kept in the sweep's folder, else read now.

    Args:
        folder: Of the sweep, or the run folder.
        path: As it was typed.

    Raises:
        StoryboardError: It has to be read now and can't be used.
    """
    kept = None if path in _read else kept_storyboard(folder, path)
    return kept or read_once(path)


def kept_storyboard(folder: Path, path: str) -> LoadedStoryboard | None:
    """What `keep` wrote of a storyboard, whatever has become of its file since; None where it wrote nothing.

    Args:
        folder: Of the sweep.
        path: As it was typed.
    """
    kept = _kept(folder, path)
    if not kept.is_file():
        return None
    content = json.loads(kept.read_text(encoding="utf-8"))
    return LoadedStoryboard(
        storyboard=Storyboard.model_validate(content["storyboard"]),
        warnings=tuple(Problem(**problem) for problem in content["warnings"]),
        path=Path(content["path"]),
        sha256=content["sha256"],
        project=content["project"],
        picks=content["picks"],
    )


def _kept(folder: Path, path: str) -> Path:
    return folder / "storyboards" / f"{hashlib.sha256(path.encode()).hexdigest()[:12]}.json"
