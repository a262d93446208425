"""A run folder read back: what was to be rendered, how it ended, and the film once more."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from storyvid import plain_words
from storyvid.cli.arguments import typed_keys
from storyvid.cli.machine import check_machine
from storyvid.config import AnyRunConfig, validate
from storyvid.errors import ConfigError, Problem, StoryvidError
from storyvid.film import Film, prepare_film
from storyvid.record.owner import is_dead
from storyvid.record.run_folder import RunFolder, Status
from storyvid.replay.older import composed_here, fill, lacking
from storyvid.replay.pictures import check_pictures
from storyvid.storyboard import references
from storyvid.storyboard.findings import Findings, show, write_path
from storyvid.storyboard.load import LoadedStoryboard
from storyvid.storyboard.schema import Storyboard, check_file_name

MAX_BYTES = 50_000_000  # of a record; a manifest of sixty shots has half a million
FIX = "render the film again from its storyboard: python -m storyvid storyboard=…"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _StoryboardFile(_Part):
    file: str = Field(min_length=1)
    folder: str | None = Field(min_length=1)
    sha256: str


class _Shot(_Part):
    fingerprint: str | None = None
    status: str


class _FilmFile(_Part):
    file: str | None


class _Recipe(_Part):
    pictures: dict[str, str | None] = Field(default_factory=dict)


class Manifest(_Part):
    """Of ``metadata/manifest.json``, what a later command needs."""

    manifest_version: Literal["1"]
    status: Status
    project: Annotated[str, AfterValidator(check_file_name)]
    sweep: str | None
    owner: dict[str, Any]
    overrides: Annotated[tuple[str, ...], Field(strict=False)]
    storyboard: _StoryboardFile
    film: _FilmFile
    recipe: _Recipe
    shots: Annotated[tuple[_Shot, ...], Field(strict=False)] = ()
    reproduces: str | None = None


@dataclass(frozen=True)
class RecordedRun:
    """A run as its folder tells of it.

    Attributes:
        folder: The run folder.
        manifest: What was written of it last.
    """

    folder: RunFolder
    manifest: Manifest

    @property
    def film(self) -> Path | None:
        """The film, if it is there."""
        path = self.folder.film
        return path if self.manifest.film.file is not None and path.is_file() else None

    @property
    def pictures(self) -> Mapping[str, str | None]:
        """SHA-256 of the pictures that shots start from, by name."""
        return self.manifest.recipe.pictures

    @property
    def finished_clips(self) -> tuple[str, ...]:
        """Fingerprints of the shots that have a clip."""
        return tuple(shot.fingerprint for shot in self.manifest.shots if shot.status == "done" and shot.fingerprint)

    @property
    def is_done(self) -> bool:
        """Everything was rendered, and the film is still there."""
        return self.manifest.status == "done" and self.film is not None

    @property
    def is_going_on(self) -> bool:
        """Its process has not ended, or is of another computer, where that can't be told."""
        return self.manifest.status == "running" and not is_dead(self.manifest.owner)


def read_run(root: Path) -> RecordedRun:
    """The run of a folder.

    Raises:
        StoryvidError: There is no manifest, or it can't be used.
    """
    folder = RunFolder(root)
    values = read_json(folder.manifest)
    try:
        return RecordedRun(folder, Manifest.model_validate(values))
    except ValidationError as error:
        raise StoryvidError(complaints(error, str(folder.manifest), FIX)) from None


def prepare_run(run: RecordedRun, outputs: Path, pictures: Path | None = None) -> Film:
    """The film that a run was to make.

    Args:
        run: As recorded; its storyboard may have changed or gone since.
        outputs: Where the run folder lies now.
        pictures: Where the storyboard's pictures lie now; None = where they lay.

    Raises:
        StoryvidError: The records are damaged, or the film can't be rendered here.
    """
    manifest = run.manifest
    source = manifest.storyboard
    try:
        storyboard = Storyboard.model_validate(read_json(run.folder.storyboard))
    except ValidationError as error:
        raise StoryvidError(complaints(error, str(run.folder.storyboard), FIX)) from None
    path = (pictures or Path(source.folder or run.folder.root)) / source.file
    loaded = LoadedStoryboard(storyboard, (), path, source.sha256, manifest.project)
    return film_again(loaded, read_config(run.folder.config), manifest.overrides, outputs, run.pictures)


def film_again(
    loaded: LoadedStoryboard,
    values: Mapping[str, Any],
    overrides: Sequence[str],
    outputs: Path,
    pictures: Mapping[str, str | None],
) -> Film:
    """A film from what was recorded of it.

    Args:
        loaded: Its storyboard, as it was understood.
        values: Its configuration, resolved.
        overrides: The words of the job, for what they win over.
        outputs: Where films go now.
        pictures: Hashes that its pictures had, by name.

    Raises:
        StoryvidError: The film can't be rendered here.
    """
    config = _checked({**values, "paths": moved_paths(values.get("paths"), outputs)})
    typed = typed_keys(overrides)
    check_machine(config, typed)
    fix = "put them back as they were, say where they are with pictures=FOLDER, or render from the storyboard"
    check_pictures(loaded.folder, pictures, loaded.storyboard, fix)
    return prepare_film(loaded, config, typed)


def _checked(values: Mapping[str, Any]) -> AnyRunConfig:
    """A recorded configuration; what an older storyvid did not know is taken as it is here, and told.

    Raises:
        ConfigError: Something else is wrong with it.
    """
    try:
        return validate(values)
    except ConfigError as error:
        if not any(problem.code == "missing" for problem in error.problems):
            raise
    here = composed_here(values)
    config = validate(fill(values, here))
    told = ", ".join(f"{key}={value}" for key, value in lacking(values, here))
    print(f"storyvid: settings that were not recorded are taken as they are here: {told}", file=sys.stderr)
    return config


def moved_paths(recorded: Any, outputs: Path) -> dict[str, str]:
    """``paths`` for an outputs folder that may have been moved: what lay in or beside it and is gone moved with it.

    Args:
        recorded: The section as it was.
        outputs: Where films go now, absolute.
    """
    before = recorded if isinstance(recorded, Mapping) else {}
    text = str(before.get("mlruns", "mlruns"))
    mlruns, old = Path(text), Path(str(before.get("outputs", "outputs")))
    if not mlruns.is_absolute():  # of an older storyvid, or of another system, whose separators are others
        mlruns = outputs.parent / PureWindowsPath(text).name
    elif old != outputs and mlruns.is_relative_to(old):
        mlruns = outputs / mlruns.relative_to(old)
    elif old != outputs and mlruns.parent == old.parent and not mlruns.exists():
        mlruns = outputs.parent / mlruns.name
    return {"outputs": str(outputs), "mlruns": str(mlruns)}


def read_config(path: Path) -> dict[str, Any]:
    """A recorded configuration.

    Raises:
        StoryvidError: It is missing or damaged.
    """
    try:
        return _object(path, yaml.safe_load(_text(path)))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise _unreadable(path, error) from None


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object that a run wrote.

    Raises:
        StoryvidError: It is missing or damaged.
    """
    try:
        return _object(path, json.loads(_text(path)))
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, error) from None


def complaints(error: ValidationError, where: str, fix: str) -> list[Problem]:
    """What is wrong with a record, in plain words.

    Args:
        error: Of the check.
        where: The file.
        fix: What to do instead of mending it.
    """
    found = []
    for details in error.errors(include_url=False):
        path = write_path(details["loc"])
        said = plain_words.explain(details, path, show(details["input"]))
        found.append(Problem(f"{where}, {path}" if path else where, said.what, fix, said.code))
    return found


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        what = f"has more than {MAX_BYTES // 10**6} MB, which nothing has that a run records"
        raise StoryvidError(Problem(str(path), what, FIX, "record"))
    return path.read_text(encoding="utf-8")


def _object(path: Path, values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise StoryvidError(Problem(str(path), f"holds {show(values)}, not what a run records", FIX, "record"))
    references.refuse_half_characters(values, Findings(str(path)))
    return values


def _unreadable(path: Path, error: Exception) -> StoryvidError:
    said = "there is no such file" if isinstance(error, FileNotFoundError) else f"it can't be read ({error})"
    return StoryvidError(Problem(str(path), said, FIX, "record"))
