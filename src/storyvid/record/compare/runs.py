"""The runs that are compared, found by their folders and read from their manifests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storyvid.cli.arguments import PATH_KEYS
from storyvid.errors import ConfigError, Problem
from storyvid.record.run_folder import RunFolder
from storyvid.storyboard.findings import show
from storyvid.storyboard.picks import picks_path

if TYPE_CHECKING:
    from storyvid.record.compare.recorded import Manifest, ShotBlock, Words

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
    manifest: Manifest
    label: str
    settings: tuple[str, ...] = ()

    @property
    def shots(self) -> Sequence[ShotBlock]:
        """The manifest's shots, in film order."""
        return self.manifest.shots

    @property
    def storyboard_shots(self) -> Mapping[str, Words]:
        """The storyboard's shots by id."""
        return {shot.id: shot for shot in self.manifest.recipe.storyboard.shots}

    @property
    def picks_file(self) -> str:
        """Name of the file beside the storyboard that holds picks."""
        return picks_path(Path(self.manifest.storyboard.file)).name

    @property
    def picks(self) -> Mapping[str, int]:
        """The take that is in the film, by shot id; also of shots that were not reached."""
        return {shot_id: shot.take for shot_id, shot in self.manifest.recipe.shots.items()}


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
    manifests: list[Manifest] = []
    for folder in folders:
        try:
            manifests.append(read_manifest(RunFolder(folder)))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return tuple(_named(folders, manifests))


def read_manifest(folder: RunFolder) -> Manifest:
    """The manifest of a run, with all that a comparison needs.

    Raises:
        ConfigError: It can't be read, belongs to a newer storyvid, or has no shots.
    """
    from storyvid.record.compare.recorded import Manifest, checked, read_values  # bring numpy and av
    from storyvid.record.manifest import MANIFEST_VERSION

    path = folder.manifest
    values = read_values(path)
    version = values.get("manifest_version")
    if version != MANIFEST_VERSION:
        what = f"manifest version {show(version)}; this storyvid reads version {MANIFEST_VERSION}"
        raise ConfigError(Problem(str(path), what, "use the storyvid that made the run, or a newer one", "manifest-version"))
    manifest = checked(values, path, Manifest)
    if not manifest.shots:
        fix = f'run it again: python -m storyvid resume "{folder.root}"'
        raise ConfigError(Problem(str(folder.root), "this run has no finished shot to show", fix, "no-shots"))
    return manifest


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


def _named(folders: Sequence[Path], manifests: Sequence[Manifest]) -> Iterator[Run]:
    """The runs with labels that tell them apart."""
    several_projects = len({manifest.project for manifest in manifests}) > 1
    words = [list(_telling_words(manifest)) for manifest in manifests]
    shared = set(words[0]).intersection(*words)
    for folder, manifest, said in zip(folders, manifests, words, strict=True):
        name = f"{manifest.sweep}/{manifest.run}" if manifest.sweep else manifest.run
        label = f"{manifest.project} {name}" if several_projects else name
        yield Run(RunFolder(folder), manifest, label, tuple(word for word in said if word not in shared))


def _telling_words(manifest: Manifest) -> Iterator[str]:
    """The words of a run's command line that change its film, without folders of this computer: pages are sent to people."""
    for word in manifest.overrides:
        key, _, value = word.partition("=")
        if re.split(r"[./]", key.lstrip("+"))[0] not in ("paths", "tracking", "hydra"):
            yield f"{key}={re.split(SEPARATOR, value.strip(QUOTES))[-1]}" if key.lstrip("+") in PATH_KEYS else word
