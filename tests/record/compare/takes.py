"""A run with two takes of each shot, made for real and small, and copies of it to spoil."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storyvid.backends.base import close_backends
from storyvid.record.compare.read import Comparison, compare_runs
from storyvid.record.compare.runs import read_runs
from storyvid.record.tracker import NoTracker
from storyvid.run import render_film
from tests.films import film, storyboard

SMALL = ("resolution.height=72", "resolution.width=128", "upscale=none", "tracking=none")
SHOTS = (
    {"duration": 0.75, "transition": {"type": "dissolve", "duration": 0.25}, "prompt": "A red boat on the sea."},
    {"duration": 0.5, "prompt": "An old man walks through a forest at night."},
)
HOSTILE = "</script><img src=x onerror=alert(1)>&amp;\"'<!--http://example.org/"


def render_takes(folder: Path, name: str = "run", *overrides: str) -> Path:
    """Render two shots with two takes each; the second shot's second take is in the film.

    Args:
        folder: Outputs and the run go into it.
        name: Of the run folder.
        overrides: More settings.
    """
    settings = (*SMALL, "takes=2", "+pick.S02=2", f"paths.outputs={folder.as_posix()}", *overrides)
    prepared = film(storyboard(*SHOTS), *settings, folder=folder)
    assert render_film(prepared, folder / name, NoTracker(), overrides=["storyboard=test.json", "takes=2", *overrides]) == 0
    close_backends()
    return folder / name


def copied(run: Path, target: Path, change: Callable[[dict[str, Any]], object] = lambda manifest: None) -> Path:
    """A copy of a run, its manifest changed.

    Args:
        run: The run folder.
        target: The copy.
        change: Changes the manifest in place.
    """
    shutil.copytree(run, target)
    path = target / "metadata" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return target


def change_record(run: Path, name: str, **values: Any) -> None:
    """Change some values of a shot's record.

    Args:
        run: The run folder.
        name: Of the record, such as ``S01.take2``.
        values: By key.
    """
    path = run / "metadata" / "shots" / f"{name}.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")


def compared(*folders: Path) -> Comparison:
    return compare_runs(read_runs(folders))
