"""From manifests to what the page shows: a row for each shot, a column for each take of each run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from storyvid.assembly.timeline import Segment
from storyvid.clips.changes import NONE_YET
from storyvid.errors import ConfigError, Problem
from storyvid.record.compare.facts import settings_of
from storyvid.record.compare.recorded import FIX, ShotBlock, ShotRecord, TakeBlock, checked, read_values
from storyvid.record.compare.runs import Run


@dataclass(frozen=True)
class Excerpt:
    """The programme part of a clip, as the film shows it.

    Attributes:
        segment: The clip and its programme frames.
        fps: Rate of the film, frames per second.
        height: Of the film, pixels.
        width: Of the film, pixels.
        fit: How a clip of another shape fills the film's: crop or pad.
        fingerprint: Of the clip; equal ones have equal pictures.
    """

    segment: Segment
    fps: Fraction
    height: int
    width: int
    fit: Literal["crop", "pad"]
    fingerprint: str

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for excerpts that show the same pictures, wherever their files are."""
        shown = (self.segment.in_frame, self.segment.num_frames, self.fps, self.height, self.width, self.fit)
        return (self.fingerprint, *shown)


@dataclass(frozen=True)
class Take:
    """One take of a shot, in one run.

    Attributes:
        number: Take number, from 1.
        picked: It is the one in the run's film.
        status: done, failed, left out.
        error: Why there is no clip.
        reused: Its clip was there already.
        because: Why it was rendered in this run although the store held a clip like it, in words.
        stale: It was kept although the shot it continues from has changed.
        settings: What it was made with, by name; compared with the other takes of the shot.
        prompt: As sent to the model.
        seconds: Time its render took, whenever that was; None when it was not rendered.
        excerpt: The clip to show, or None.
    """

    number: int
    picked: bool
    status: str
    error: str | None
    reused: bool
    because: str | None
    stale: bool
    settings: Mapping[str, str]
    prompt: str
    seconds: float | None
    excerpt: Excerpt | None


@dataclass(frozen=True)
class Column:
    """What stands below each other: one take number of a run, or all takes of a run that has one of each shot.

    Attributes:
        run: Index of the run.
        number: Take number, or None.
    """

    run: int
    number: int | None


@dataclass(frozen=True)
class Row:
    """One shot.

    Attributes:
        shot_id: Of the storyboard.
        start_s: Where it begins in the film, seconds.
        duration_s: Its programme time, seconds.
        prompt: What the storyboard says.
        takes: One for each column; None where the column's run has no such take.
    """

    shot_id: str
    start_s: Fraction
    duration_s: Fraction
    prompt: str
    takes: tuple[Take | None, ...]


@dataclass(frozen=True)
class Comparison:
    """Everything on the page but its videos.

    Attributes:
        title: Of the film, or of the films.
        runs: In the order asked for.
        columns: From left to right.
        rows: In film order.
    """

    title: str
    runs: tuple[Run, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def excerpts(self) -> dict[tuple[Any, ...], tuple[str, Excerpt]]:
        """Every clip to show, once, with words for it, by its key."""
        found: dict[tuple[Any, ...], tuple[str, Excerpt]] = {}
        for row in self.rows:
            for take in row.takes:
                if take is not None and take.excerpt is not None:
                    found.setdefault(take.excerpt.key, (f"{row.shot_id} take {take.number}", take.excerpt))
        return found


def compare_runs(runs: Sequence[Run]) -> Comparison:
    """Rows and columns for some runs.

    Args:
        runs: At least one.

    Raises:
        ConfigError: Clips or records that the manifests name are gone, or can't be understood; all of them at once.
    """
    problems: list[Problem] = []
    takes = [_takes_of_run(run, problems) for run in runs]
    if problems:
        raise ConfigError(problems)
    columns = tuple(column for index, run in enumerate(takes) for column in _columns(index, run))
    ids = list(dict.fromkeys(shot.id for run in runs for shot in run.shots))
    rows = tuple(_row(shot_id, runs, takes, columns) for shot_id in ids)
    title = " · ".join(dict.fromkeys(run.manifest.title for run in runs))
    return Comparison(title, tuple(runs), columns, rows)


def _columns(index: int, shots: Mapping[str, Sequence[Take]]) -> Iterator[Column]:
    if all(len(takes) <= 1 for takes in shots.values()):
        yield Column(index, None)
    else:
        numbers = {take.number for takes in shots.values() for take in takes}
        yield from (Column(index, number) for number in sorted(numbers))


def _row(shot_id: str, runs: Sequence[Run], takes: Sequence[Mapping[str, Sequence[Take]]], columns: Sequence[Column]) -> Row:
    home = next(run for run in runs if any(shot.id == shot_id for shot in run.shots))
    programme = next(shot.programme for shot in home.shots if shot.id == shot_id)
    fps = home.manifest.film.fps
    written = home.storyboard_shots.get(shot_id)
    prompt = (written.prompt or written.first_frame_prompt or "") if written else ""
    cells = tuple(_cell(takes[column.run].get(shot_id, ()), column) for column in columns)
    return Row(shot_id, programme.start_frame / fps, programme.num_frames / fps, prompt, cells)


def _cell(takes: Sequence[Take], column: Column) -> Take | None:
    return next((take for take in takes if column.number in (None, take.number)), None)


def _takes_of_run(run: Run, problems: list[Problem]) -> dict[str, tuple[Take, ...]]:
    """The takes of each shot by its id; what is wrong goes into ``problems``."""
    found: dict[str, tuple[Take, ...]] = {}
    for shot in run.shots:
        try:
            found[shot.id] = tuple(_take(run, shot, take) for take in shot.takes or (shot,))
        except ConfigError as error:
            problems += error.problems
    return found


def _take(run: Run, shot: ShotBlock, block: TakeBlock) -> Take:
    record = _record(run, block)
    done = block.status == "done"
    return Take(
        number=block.take,
        picked=block.picked,
        status=block.status,
        error=record.error,
        reused=done and block.reused,
        because=record.because if done and record.because != NONE_YET else None,
        stale=record.stale == "kept",
        settings=settings_of(record, block.seed, shot.programme.num_frames / run.manifest.film.fps),
        prompt=record.prompt or "",
        seconds=record.seconds if done else None,
        excerpt=_excerpt(run, shot, block, record) if done else None,
    )


def _record(run: Run, block: TakeBlock) -> ShotRecord:
    if block.record is None:
        return ShotRecord()
    path = _inside(run, block.record)
    if not path.is_file():
        raise ConfigError(Problem(str(path), "this record is gone", _again(run), "no-record"))
    return checked(read_values(path), path, ShotRecord)


def _excerpt(run: Run, shot: ShotBlock, block: TakeBlock, record: ShotRecord) -> Excerpt:
    """The part of a take's clip that the film shows.

    Raises:
        ConfigError: The clip is gone, or its record doesn't hold together.
    """
    path, film = _inside(run, block.file or ""), run.manifest.film
    if not path.is_file():
        raise ConfigError(Problem(str(path), f"the clip of {shot.id}, take {block.take}, is gone", _again(run), "no-clip"))
    if record.programme is None or record.fps_exact is None or record.num_frames is None:
        what = f"says of {shot.id}, take {block.take}, that it is done, and its record lacks programme, fps_exact or num_frames"
        raise ConfigError(Problem(str(run.folder.manifest), what, FIX, "damaged"))
    segment = Segment(
        shot_id=shot.id,
        path=path,
        clip_fps=Fraction(record.fps_exact),
        clip_frames=record.num_frames,
        in_frame=record.programme.in_frame,
        num_frames=record.programme.num_frames,
    )
    last = segment.clip_frame(segment.num_frames - 1, film.fps)
    if last >= segment.clip_frames:
        what = f"the film shows frames of {shot.id}, take {block.take}, up to {last}, and its clip has {segment.clip_frames}"
        raise ConfigError(Problem(str(run.folder.root / (block.record or "")), what, FIX, "clip-runs-dry"))
    fit = run.manifest.recipe.config.delivery.fit
    return Excerpt(segment, film.fps, film.height, film.width, fit, block.fingerprint or "")


def _again(run: Run) -> str:
    return f'make it again: python -m storyvid resume "{run.folder.root}" again=true, then compare the new run folder'


def _inside(run: Run, name: str) -> Path:
    """A file that the manifest names; never one outside the run folder, since manifests may come from other people."""
    path = run.folder.root / name
    try:
        is_inside = path.resolve().is_relative_to(run.folder.root.resolve())
    except (OSError, RuntimeError):  # links that lead in a circle
        is_inside = False
    if not is_inside:
        raise ConfigError(
            Problem(str(run.folder.manifest), f"names {name!r}, which is outside the run folder", "use a manifest of your own")
        )
    return path
