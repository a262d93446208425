"""``sweep.json``: every job of a sweep as it was checked, so that one which never began can still be rendered as it was meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from storyvid.cli.storyboards import keep, kept_storyboard
from storyvid.errors import Problem, StoryvidError
from storyvid.film import Film
from storyvid.record.manifest import config_values
from storyvid.record.run_folder import write_json
from storyvid.replay.recorded import FIX, RecordedRun, complaints, film_again, read_json, read_run
from storyvid.storyboard.schema import check_file_name

SWEEP_FILE = "sweep.json"


class SweepJob(BaseModel):
    """One film of a sweep."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    number: int = Field(ge=0, description="Position in the sweep, and name of its folder.")
    overrides: Annotated[tuple[str, ...], Field(strict=False, description="The words that make it.")]
    config: dict[str, Any] = Field(description="Its configuration, resolved.")


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sweep_version: Literal["1"]
    project: Annotated[str, AfterValidator(check_file_name)] | None
    jobs: Annotated[tuple[SweepJob, ...], Field(strict=False, min_length=1)]


@dataclass(frozen=True)
class Sweep:
    """A sweep as its folder tells of it.

    Attributes:
        folder: ``outputs/<project>/sweeps/<time>``, or ``outputs/sweeps/<time>`` for films of several projects.
        jobs: Every film of it, by number.
        project: The one project of its films; None for several.
    """

    folder: Path
    jobs: tuple[SweepJob, ...]
    project: str | None

    @property
    def outputs(self) -> Path:
        """The folder of all films.

        Raises:
            StoryvidError: The sweep does not lie where sweeps lie.
        """
        above = self.folder.parent.parent
        if self.folder.parent.name != "sweeps" or (self.project is not None and above.name != self.project):
            place = "sweeps" if self.project is None else f"{self.project}/sweeps"
            what = "is not where a sweep lies, so where its clips are is not known"
            raise StoryvidError(Problem(str(self.folder), what, f"move it back into outputs/{place}", "place"))
        return above if self.project is None else above.parent

    def run(self, job: SweepJob) -> RecordedRun | None:
        """What is recorded of a job; None when it never began.

        Raises:
            StoryvidError: Its manifest is damaged.
        """
        root = self.folder / str(job.number)
        return read_run(root) if (root / "metadata" / "manifest.json").is_file() else None

    def film(self, job: SweepJob, outputs: Path, pictures: Path | None = None) -> Film:
        """The film of a job.

        Args:
            job: Of this sweep.
            outputs: The folder of all films.
            pictures: Where the storyboard's pictures lie now; None = where they lay.

        Raises:
            StoryvidError: The records are damaged, or the film can't be rendered here.
        """
        loaded = kept_storyboard(self.folder, str(job.config.get("storyboard")))
        if loaded is None:
            raise StoryvidError(Problem(str(self.folder), f"the storyboard of job {job.number} was not kept", FIX, "record"))
        if pictures is not None:
            loaded = replace(loaded, path=pictures / loaded.path.name)
        run = self.run(job)
        return film_again(loaded, job.config, job.overrides, outputs, run.pictures if run else {})


def write_sweep(folder: Path, jobs: Sequence[tuple[int, Sequence[str], Film]]) -> None:
    """Write what a sweep is going to render, and the storyboards as they were read.

    Args:
        folder: Of the sweep.
        jobs: Number, words and film of each.
    """
    projects = {film.project for _, _, film in jobs}
    keep(folder, {str(film.config.storyboard): film.loaded for _, _, film in jobs})
    content = {
        "sweep_version": "1",
        "project": projects.pop() if len(projects) == 1 else None,
        "jobs": [{"number": number, "overrides": list(words), "config": config_values(film)} for number, words, film in jobs],
    }
    write_json(folder / SWEEP_FILE, content)


def read_sweep(folder: Path) -> Sweep:
    """The sweep of a folder.

    Raises:
        StoryvidError: There is no ``sweep.json``, or it can't be used.
    """
    path = folder / SWEEP_FILE
    try:
        content = _Content.model_validate(read_json(path))
    except ValidationError as error:
        raise StoryvidError(complaints(error, str(path), FIX)) from None
    return Sweep(folder, content.jobs, content.project)
