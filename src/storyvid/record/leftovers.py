"""What runs leave when their process is killed: half-written files, and a manifest that says "running" for ever."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

from loguru import logger

from storyvid.record.owner import TEMPORARY, is_dead, is_left_behind
from storyvid.record.run_folder import RunFolder, write_json

FOLDERS = ("", "assembled/", "shots/", "metadata/", "metadata/shots/")  # of a run, where files are written
STOPPED = {"status": "stopped", "exit_code": 130}


def clear_dead_runs(project_folder: Path) -> None:
    """Clear up after the runs of a project whose processes have ended without finishing them.

    Their temporaries are removed and their manifests say ``stopped``; what they finished stays. Runs of other hosts, and
    runs whose owner is not recorded, are left alone. Trouble is only logged: clearing up must not stop a render.

    Args:
        project_folder: ``outputs/<project>``; may be missing.
    """
    for path in sorted(_in_runs(project_folder, f"metadata/{TEMPORARY}*")):  # killed before there was a manifest
        if is_left_behind(path):
            with suppress(OSError):
                _remove(path)
    for folder, manifest in _dead_runs(project_folder):
        try:
            _remove_temporaries(folder.root)
            if manifest["status"] == "running":
                write_json(folder.manifest, {**manifest, **STOPPED})
                logger.debug(f"{folder.root} was cut short; what it finished is kept")
        except OSError as error:  # open on Windows, or another run is clearing up too
            logger.debug(f"{folder.root} could not be cleared up: {error}")


def _dead_runs(project_folder: Path) -> Iterator[tuple[RunFolder, dict[str, Any]]]:
    """Run folders, jobs of sweeps among them, whose process has ended; it may have been killed before its last word or after."""
    for path in sorted(_in_runs(project_folder, "metadata/manifest.json")):
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            if "status" in manifest and is_dead(manifest["owner"]):
                yield RunFolder(path.parents[1]), manifest
        except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
            continue  # no manifest of ours, or without an owner


def _in_runs(project_folder: Path, name: str) -> Iterator[Path]:
    return chain(project_folder.glob(f"*/{name}"), project_folder.glob(f"sweeps/*/*/{name}"))


def _remove_temporaries(root: Path) -> None:
    for path in sorted(chain.from_iterable(root.glob(f"{folder}{TEMPORARY}*") for folder in FOLDERS)):
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
