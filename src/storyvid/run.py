"""One film from a prepared plan to the delivered file, one call per stage. Nothing goes back up."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from loguru import logger

from storyvid.assembly.deliver import deliver_film
from storyvid.awake import kept_awake
from storyvid.clips.record import preview_path
from storyvid.clips.shots import FinishedShot, render_shots
from storyvid.clips.store import ClipStore, link_or_copy
from storyvid.continuity.told import continuity_warnings
from storyvid.diffusion.config import DiffusionConfig
from storyvid.errors import Problem
from storyvid.film import Film
from storyvid.logs import run_log
from storyvid.progress import FilmProgress
from storyvid.record.disk import disk_problem
from storyvid.record.environment import describe_environment
from storyvid.record.leftovers import clear_dead_runs
from storyvid.record.manifest import manifest, other_take, shot_record, write_inputs, write_manifest
from storyvid.record.recipe import recipe
from storyvid.record.run_folder import RunFolder, Status, write_json
from storyvid.record.tracker import FilmRecord, Tracker
from storyvid.record.tracker import Status as TrackingStatus

# Keys of a backend that are the same in every film with it; the others are tracked.
MODEL_CARD = {
    "license", "published", "image_published", "distilled", "fixed_recipe", "schedulers", "limits", "sizes", "uses",
    "negative_prompt", "download_gb", "gated", "parameters",
}  # fmt: skip

DONE, NOTHING_USABLE, PARTIAL, STOPPED = 0, 1, 2, 130
EXIT_CODES: Mapping[Status, int] = {"done": DONE, "failed": NOTHING_USABLE, "partial": PARTIAL, "stopped": STOPPED}


@dataclass
class _Progressed:
    """What a run has so far, for the manifest; grows stage by stage."""

    film: Film
    folder: RunFolder
    overrides: Sequence[str]
    sweep_id: str | None
    notes: Mapping[str, str]
    shots: list[FinishedShot] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)
    manifest_refused: bool = False

    @property
    def in_film(self) -> list[FinishedShot]:
        """The shots without the other takes."""
        return [shot for shot in self.shots if other_take(self.film, shot) is None]

    def write(self, status: Status) -> None:
        """Write the manifest as things stand."""
        content = manifest(
            self.film,
            self.folder,
            self.records,
            status=status,
            exit_code=EXIT_CODES.get(status),
            overrides=self.overrides,
            sweep_id=self.sweep_id,
            seconds=self.seconds,
            notes=self.notes,
        )
        write_manifest(self.folder, content)

    def try_to_write(self, status: Status) -> None:
        """Write the manifest; a full disk must not hide how the run itself goes, and is told once."""
        try:
            self.write(status)
        except OSError as error:
            level = "DEBUG" if self.manifest_refused else "ERROR"
            problem = disk_problem(error, self.folder.root)
            logger.log(level, "The manifest could not be written; clips are kept all the same. {}", problem)
            self.manifest_refused = True

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add a stage's wall time."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - started


def render_film(
    film: Film,
    root: Path,
    tracker: Tracker,
    *,
    overrides: Sequence[str] = (),
    sweep_id: str | None = None,
    store: ClipStore | None = None,
    notes: Mapping[str, str] | None = None,
) -> int:
    """Render, assemble and record a film.

    Args:
        film: Prepared.
        root: The run folder; made by the caller.
        tracker: Where the run is recorded besides.
        overrides: The words of the command line, for the record.
        sweep_id: Shared by the films of one sweep.
        store: Where clips are found and kept; None = ``outputs/.clips``.
        notes: Added to the manifest, and to the tracked run as tags: what the run goes on from.

    Returns:
        Exit code: 0 done, 1 nothing usable, 2 some shots failed. KeyboardInterrupt is recorded and raised again.
    """
    folder = RunFolder(root)
    folder.make()
    run = _Progressed(film, folder, overrides, sweep_id, notes or {})
    with run_log(folder.log):
        logger.info(_headline(film))
        _warn(film.warnings)
        write_inputs(film, folder)
        run.write("running")
        tracker.start_film(_film_record(film, root, sweep_id, run.notes), root)
        status: Status = "failed"
        try:
            with kept_awake():
                status = _make(run, tracker, store or ClipStore(film.config.clips))
        except KeyboardInterrupt:
            status = "stopped"
            raise
        except Exception as error:
            logger.opt(exception=True).debug("The film could not be finished")
            logger.error("The film could not be finished: {}", disk_problem(error, root) if isinstance(error, OSError) else error)
            status = "partial" if any(shot.clip for shot in run.shots) else "failed"
            if status == "partial":
                logger.error("The shots are kept; the same command again goes on from them.")
        finally:
            _finish(run, tracker, status)
    return EXIT_CODES[status]


_cleared: set[Path] = set()  # folders of runs: every run ever made is looked at, which a sweep's jobs need not repeat
_told: set[Problem] = set()  # warnings that the console has shown: the jobs of a sweep share most of them


def _warn(warnings: Sequence[Problem]) -> None:
    """Every warning into the film's log, and on the console once per process."""
    for problem in warnings:
        logger.log("DEBUG" if problem in _told else "WARNING", "{}", problem)
    _told.update(warnings)


def _headline(film: Film) -> str:
    plan = film.plan
    length = f"{len(plan.shots)} shots, {plan.num_frames} frames, {float(plan.num_frames / plan.fps):.1f} s"
    return f"{film.loaded.storyboard.title}: {length}, {plan.film_width}x{plan.film_height}, backend {film.config.backend.name}"


def _make(run: _Progressed, tracker: Tracker, store: ClipStore) -> Status:
    """The stages: clips, then the film."""
    film, folder = run.film, run.folder
    store.remove_leftovers()
    for runs in (film.config.outputs / film.project, film.config.outputs):  # the second holds sweeps of several projects
        if runs not in _cleared:
            _cleared.add(runs)
            clear_dead_runs(runs)
    rendered = sum(planned.rendered_frames for planned in (*film.plan.shots, *film.other_takes))
    with FilmProgress(rendered, film.plan.num_frames) as progress:
        with run.timed("shots"), closing(render_shots(film, store, progress)) as shots:
            for shot in shots:
                _record_shot(run, shot, tracker)
        if all(shot.clip is None for shot in run.shots):
            return "failed"
        _tell_left_out(run)
        with run.timed("assembly"):
            deliver_film(film, run.in_film, folder, recipe(film, run.records), progress)
    _tell_rungs(run)
    failed = [_name(run, shot) for shot in run.shots if shot.failed]
    if failed:
        cards = " Cards stand in their place." if any(shot.failed for shot in run.in_film) else ""
        logger.error(f"{len(failed)} of {len(run.shots)} shots failed: {', '.join(failed)}.{cards}")
        logger.error("The same command again keeps what is finished and tries them once more.")
    return "partial" if failed else "done"


def _name(run: _Progressed, shot: FinishedShot) -> str:
    take = other_take(run.film, shot)
    return shot.planned.shot.id if take is None else f"{shot.planned.shot.id} take {take}"


def _tell_left_out(run: _Progressed) -> None:
    left_out = [shot.planned.shot.id for shot in run.shots if shot.left_out]
    if left_out:
        told = "not in shots=, and the store holds no clip of them as they are now"
        logger.warning(f"Left out: {', '.join(left_out)} ({told}). Cards stand in their place.")


def _tell_rungs(run: _Progressed) -> None:
    """What was done to fit clips into a full card: their pictures may differ by a hair, and it took longer."""
    from storyvid.memory.ladder import Rung

    shots: dict[str, list[str]] = {}
    for shot, record in zip(run.shots, run.records, strict=True):
        for rung in [] if shot.reused else record["rungs"]:
            names = shots.setdefault(str(Rung(rung["rung"], rung["value"])), [])
            names.extend({_name(run, shot)}.difference(names))
    if shots:
        told = "; ".join(f"{rung} ({', '.join(names)})" for rung, names in shots.items())
        logger.warning(f"The card's memory was full. What made it fit: {told}. A smaller profile or resolution spares the tries.")


def _record_shot(run: _Progressed, shot: FinishedShot, tracker: Tracker) -> None:
    """Keep a shot in the run folder. One that can't be kept counts as failed in this run; its clip stays in the store."""
    try:
        record = _keep_shot(run, shot)
    except OSError as error:
        problem = disk_problem(error, run.folder.root)
        logger.error(f'Shot "{shot.planned.shot.id}" is rendered, but can\'t be kept in the run folder: {problem}')
        shot = replace(shot, clip=None, error=str(problem))
        record = shot_record(run.film, shot, run.folder)
        with suppress(OSError):
            write_json(run.folder.shot_record(shot.planned.shot.id, other_take(run.film, shot)), record)
    _tell_joins(run, shot)
    run.shots.append(shot)
    run.records.append(record)
    run.try_to_write("running")
    if shot.left_out:
        return
    preview = preview_path(shot.clip.path.parent) if shot.clip else None
    tracker.log_shot(record, preview if preview and preview.exists() else None)


def _tell_joins(run: _Progressed, shot: FinishedShot) -> None:
    """Colours that drift or jump: told of a clip that is used again, too."""
    config = run.film.config
    warnings = continuity_warnings(
        f'shot "{_name(run, shot)}"',
        shot.clip.chunks if shot.clip else (),
        told_delta_e=config.continuity.told_delta_e,
        asked=shot.request.colour_match,
        may_ask="colour_match" in config.backend.uses,
    )
    _warn([*warnings])


def _keep_shot(run: _Progressed, shot: FinishedShot) -> dict[str, Any]:
    name = shot.planned.shot.id, other_take(run.film, shot)
    if shot.clip is not None:
        link_or_copy(shot.clip.path, run.folder.shot_clip(*name))
    record = shot_record(run.film, shot, run.folder)
    write_json(run.folder.shot_record(*name), record)
    return record


def _finish(run: _Progressed, tracker: Tracker, status: Status) -> None:
    run.seconds["total"] = time.perf_counter() - run.started
    run.try_to_write(status)
    folder = run.folder
    metrics = {f"seconds.{name}": value for name, value in run.seconds.items()}
    result = tracker.finish(_tracking_status(status), metrics)
    for warning in result.warnings:
        logger.warning(warning)
    if folder.film.exists():
        logger.info(f"Film: {folder.film}")
    logger.info(f"Run folder: {folder.root} ({status}, {run.seconds['total']:.1f} s)")
    if result.link:
        logger.info(f"Compare runs: python -m storyvid ui, then {result.link}")


def _tracking_status(status: Status) -> TrackingStatus:
    if status == "stopped":
        return "KILLED"
    return "FINISHED" if status in ("done", "partial") else "FAILED"


def _model_revision(film: Film) -> str:
    """The commit of the weights; the revision asked for where they are not known by one."""
    backend = film.config.backend
    if not isinstance(backend, DiffusionConfig):
        return str(backend.revision)
    from storyvid.diffusion.checkpoint import find_checkpoints

    checkpoint = find_checkpoints(backend)["model"]
    return (checkpoint.commit if checkpoint else None) or backend.revision


def _film_record(film: Film, root: Path, sweep_id: str | None, notes: Mapping[str, str]) -> FilmRecord:
    plan, config = film.plan, film.config
    choices = config.model_dump(mode="json", exclude={"paths", "plan"})
    choices["backend"] = {key: value for key, value in choices["backend"].items() if key not in MODEL_CARD}
    choices |= {
        "seed": plan.seed,
        "storyboard": film.loaded.path.name,
        "height": plan.height,
        "width": plan.width,
        "fps": float(plan.fps),
    }
    length = f"{len(plan.shots)} shots, {plan.num_frames} frames, {float(plan.num_frames / plan.fps):.1f} s"
    summary = f"**{film.loaded.storyboard.title}**: {length}\n\nRun folder: `{root}`"
    return FilmRecord(
        project=film.project,
        name=f"{film.project} {root.name}" if sweep_id is None else f"{film.project} {sweep_id}/{root.name}",
        choices=choices,
        summary=summary,
        sweep_id=sweep_id,
        git_commit=describe_environment()["git_commit"],
        model_revision=_model_revision(film),
        tags={"storyvid.storyboard_sha256": film.loaded.sha256, **{f"storyvid.{key}": value for key, value in notes.items()}},
    )
