"""The runs that are compared, found by their folders and read from their manifests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storyvid.cli.arguments import PATH_KEYS
from storyvid.errors import ConfigError, Problem
from storyvid.record.manifest import MANIFEST_VERSION
from storyvid.record.run_folder import RunFolder
from storyvid.storyboard.picks import picks_path

SEPARATOR, QUOTES = r"[/\\]", "'\""
MOST_NAMED = 3  # run folders that an error suggests


@dataclass(frozen=True)
class Run:
    """One run to compare.

    Attributes:
        folder: Where it is.
        manifest: Its manifest.
        label: What the page calls it: the run's name, ``<sweep>/<job>`` for a job of a sweep.
        settings: Words of its command line that not all runs of the page have; of files only the names.
    """

    folder: RunFolder
    manifest: Mapping[str, Any]
    label: str
    settings: tuple[str, ...] = ()

    @property
    def shots(self) -> Sequence[Mapping[str, Any]]:
        """The manifest's shots, in film order."""
        shots: Sequence[Mapping[str, Any]] = self.manifest["shots"]
        return shots

    @property
    def storyboard_shots(self) -> Mapping[str, Mapping[str, Any]]:
        """The storyboard's shots by id, in the strict form."""
        return {shot["id"]: shot for shot in self.manifest["recipe"]["storyboard"]["shots"]}

    @property
    def picks_file(self) -> str:
        """Name of the file beside the storyboard that holds picks."""
        return picks_path(Path(self.manifest["storyboard"]["file"])).name

    @property
    def picks(self) -> Mapping[str, int]:
        """The take that is in the film, by shot id; also of shots that were not reached."""
        return {shot_id: int(shot.get("take", 1)) for shot_id, shot in self.manifest["recipe"]["shots"].items()}


def read_runs(paths: Sequence[Path]) -> tuple[Run, ...]:
    """The runs of some folders, in the order given; the folder of a sweep stands for its jobs.

    Args:
        paths: Run folders or sweep folders.

    Raises:
        ConfigError: Every folder that is none, holds nothing to compare, or has a manifest that can't be read.
    """
    folders: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        found = [path] if _has_manifest(path) else list(_jobs(path))
        if not found:
            problems.append(_no_run(path))
        problems += [Problem(str(path), "is given twice", "name it once", "twice") for again in found if again in folders][:1]
        folders += [folder for folder in found if folder not in folders]
    manifests: list[Mapping[str, Any]] = []
    for folder in folders:
        try:
            manifests.append(read_manifest(RunFolder(folder)))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return tuple(_named(folders, manifests))


def read_manifest(folder: RunFolder) -> Mapping[str, Any]:
    """The manifest of a run, with all that a comparison needs.

    Raises:
        ConfigError: It can't be read, belongs to a newer storyvid, or has no shots.
    """
    path = folder.manifest
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(_damaged(path, f"this manifest can't be read ({error})")) from error
    version = str(manifest.get("manifest_version")) if isinstance(manifest, dict) else "none"
    if version != MANIFEST_VERSION:
        what = f"manifest version {version}; this storyvid reads version {MANIFEST_VERSION}"
        raise ConfigError(Problem(str(path), what, "use the storyvid that made the run, or a newer one", "manifest-version"))
    missing = [
        key for key in ("run", "title", "project", "film", "shots", "storyboard", "recipe", "overrides") if key not in manifest
    ]
    if missing:
        raise ConfigError(_damaged(path, f"this manifest has no {', '.join(missing)}"))
    if not manifest["shots"]:
        fix = f"run it again: python -m storyvid resume {folder.root}"
        raise ConfigError(Problem(str(folder.root), "this run has no finished shot to show", fix, "no-shots"))
    return dict(manifest)


def _damaged(path: Path, what: str) -> Problem:
    return Problem(str(path), what, "render the film again: its clips are kept and used again", "damaged")


def _has_manifest(path: Path) -> bool:
    return RunFolder(path).manifest.is_file()


def _jobs(path: Path) -> Iterator[Path]:
    """The job folders of a sweep, by number; a job that was never begun has none."""
    if path.is_dir():
        numbered = [child for child in path.iterdir() if child.name.isascii() and child.name.isdecimal()]
        yield from (child for child in sorted(numbered, key=lambda child: int(child.name)) if _has_manifest(child))


def _no_run(path: Path) -> Problem:
    """Why a path can't be compared, naming run folders that could be meant."""
    if not path.exists():
        return Problem(str(path), "there is no such folder", "name a run folder, such as outputs/<project>/<time>", "no-folder")
    inside = next((parent for parent in path.resolve().parents if _has_manifest(parent)), None)
    if inside is not None:
        return Problem(str(path), "is inside a run folder", f"name the run folder itself: {inside}", "no-run")
    runs = sorted(child for child in path.iterdir() if _has_manifest(child)) if path.is_dir() else []
    newest = ", ".join(str(run) for run in runs[-MOST_NAMED:])
    fix = f"name one or several of its runs: {newest}" if runs else "name a run folder: one that holds metadata/manifest.json"
    return Problem(str(path), "is no run folder", fix, "no-run")


def _named(folders: Sequence[Path], manifests: Sequence[Mapping[str, Any]]) -> Iterator[Run]:
    """The runs with labels that tell them apart."""
    several_projects = len({manifest["project"] for manifest in manifests}) > 1
    words = [list(_telling_words(manifest)) for manifest in manifests]
    shared = set(words[0]).intersection(*words)
    for folder, manifest, said in zip(folders, manifests, words, strict=True):
        name = f"{manifest['sweep']}/{manifest['run']}" if manifest.get("sweep") else str(manifest["run"])
        label = f"{manifest['project']} {name}" if several_projects else name
        yield Run(RunFolder(folder), manifest, label, tuple(word for word in said if word not in shared))


def _telling_words(manifest: Mapping[str, Any]) -> Iterator[str]:
    """The words of a run's command line that change its film, without folders of this computer: pages are sent to people."""
    for word in manifest["overrides"]:
        key, _, value = str(word).partition("=")
        if re.split(r"[./]", key.lstrip("+"))[0] not in ("paths", "tracking", "hydra"):
            yield f"{key}={re.split(SEPARATOR, value.strip(QUOTES))[-1]}" if key.lstrip("+") in PATH_KEYS else str(word)
