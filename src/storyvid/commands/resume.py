"""``python -m storyvid resume RUN_FOLDER``: what a run or a sweep recorded is rendered to its end, in a new run folder.

The storyboard file is not asked: it may have been edited, moved or deleted since. Finished shots and chunks are in the clip
store, so only what is missing is rendered.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from storyvid.clips.inventory import STORE
from storyvid.clips.store import ClipStore
from storyvid.errors import Problem, StoryvidError
from storyvid.film import Film
from storyvid.record.run_folder import RunFolder
from storyvid.replay.recorded import RecordedRun, prepare_run, read_run
from storyvid.replay.rendering import FilmJob, render_jobs, reserved
from storyvid.replay.sweep import SWEEP_FILE, Sweep, SweepJob, read_sweep, write_sweep
from storyvid.replay.words import PICTURES, VERBOSE, sort_words

AGAIN, OUTPUTS = "again", "paths.outputs"
ALL_THE_SAME = "To render it once more all the same, add again=true"


@dataclass(frozen=True)
class Options:
    """What the command line said besides the folder.

    Attributes:
        again: Also what is done, or seems to be going on.
        outputs: The folder of all films, whose clips are used; None = the one that the run folder lies in.
        pictures: Where the storyboard's pictures lie now; None = where they lay.
        verbose: Debug messages.
    """

    again: bool
    outputs: Path | None
    pictures: Path | None
    verbose: bool


def run(words: list[str]) -> int:
    """Render what a run folder, or a sweep's folder, was to become.

    Args:
        words: The folder or its manifest, and perhaps ``again=true``, ``pictures=FOLDER`` or ``paths.outputs=FOLDER``.

    Returns:
        0 done or nothing left to do, 1 nothing usable, 2 something failed and the rest is kept.

    Raises:
        StoryvidError: The folder is none of a run's, or can't be rendered here; nothing was made.
    """
    given = sort_words("resume", words, "RUN_FOLDER", (AGAIN, PICTURES, OUTPUTS))
    root = find_root(given.path)
    outputs = given.folder(OUTPUTS, "name the folder of films that holds the run's .clips")
    options = Options(given.is_on(AGAIN), outputs, given.pictures, given.is_on(VERBOSE))
    if (root / SWEEP_FILE).is_file():
        return _resume_sweep(read_sweep(root), options)
    return _resume_run(read_run(root), options)


def find_root(path: Path) -> Path:
    """The folder of a run or a sweep, from itself or from its manifest.

    Raises:
        StoryvidError: It is none.
    """
    folder = Path(os.path.normpath(path.absolute()))
    folder = folder.resolve() if folder.is_symlink() else folder
    if folder.is_file() and folder.parts[-2:] == ("metadata", "manifest.json"):
        folder = folder.parents[1]
    if RunFolder(folder).manifest.is_file() or (folder / SWEEP_FILE).is_file():
        return folder
    raise StoryvidError(_no_run(path))


def _no_run(path: Path) -> Problem:
    fix = "name the folder of a run, for example outputs/harbour/2026-11-22_10-30-00, or that of a sweep"
    if path.is_file():
        return Problem(str(path), "is a file, not the folder of a run", fix, "no-run")
    if not path.exists():
        return Problem(str(path), "there is no such folder", fix, "no-run")
    if RunFolder(path).storyboard.is_file():
        fix = "give the command that began it once more"
        return Problem(str(path), "this run was stopped before it began: it has no metadata/manifest.json", fix, "no-run")
    return Problem(str(path), "is not the folder of a run: it has no metadata/manifest.json", fix, "no-run")


def _resume_run(recorded: RecordedRun, options: Options) -> int:
    if recorded.is_done and not options.again:
        print(f"This run is done, and nothing is left to do. Film: {recorded.film}\n{ALL_THE_SAME}")
        return 0
    _refuse(recorded, options)
    outputs = options.outputs or _outputs(recorded)
    _refuse_without_clips([recorded], outputs, options)
    film = prepare_run(recorded, outputs, options.pictures)
    with reserved(outputs / film.project) as folder:
        job = FilmJob(folder, recorded.manifest.overrides, film, _notes(recorded.folder.root, outputs))
        return render_jobs([job], verbose=options.verbose)[0]


def _outputs(recorded: RecordedRun) -> Path:
    """The folder of all films, from where the run folder lies: it may have been moved as a whole.

    Raises:
        StoryvidError: The run folder does not lie where run folders lie.
    """
    root, manifest = recorded.folder.root, recorded.manifest
    if manifest.sweep is not None:
        return read_sweep(root.parent).outputs
    if root.parent.name != manifest.project:
        what = "is not where a run folder lies, so where its clips are is not known"
        raise StoryvidError(Problem(str(root), what, f"move it back into outputs/{manifest.project}", "place"))
    return root.parent.parent


def _refuse_without_clips(runs: Sequence[RecordedRun], outputs: Path, options: Options) -> None:
    """A run folder that was moved alone would be rendered from nothing, which may take days, and nobody would be told.

    Raises:
        StoryvidError: Clips were finished, and none of them is in the store.
    """
    store = ClipStore(outputs / STORE)
    finished = [key for recorded in runs for key in recorded.finished_clips]
    if options.again or not finished or any(store.folder(key).is_dir() for key in finished):
        return
    what = "holds none of the clips that were finished"
    fix = f"say with {OUTPUTS}=FOLDER which folder of films holds them, or render them anew with again=true"
    raise StoryvidError(Problem(str(store.root), what, fix, "no-clips"))


def _refuse(recorded: RecordedRun, options: Options) -> None:
    """Runs that are not for this command.

    Raises:
        StoryvidError: It is still going on, or it is a reproduction, whose clips are in a store of their own.
    """
    root, manifest = str(recorded.folder.root), recorded.manifest
    if manifest.reproduces is not None:
        fix = "give the reproduce command once more; it goes on where it was"
        raise StoryvidError(Problem(root, "is a film that reproduce was rendering", fix, "reproduction"))
    if recorded.is_going_on and not options.again:
        host, pid = (str(manifest.owner.get(name, "?")) for name in ("host", "pid"))
        what = f"is still going on, as far as can be told from here (process {pid} of {host.partition(' ')[0]})"
        fix = "wait until it has ended, or stop it; if you know that it has ended, add again=true"
        raise StoryvidError(Problem(root, what, fix, "going-on"))


def _notes(root: Path, outputs: Path) -> dict[str, str]:
    """What goes on: the folder below that of all films; its name alone where it lies elsewhere."""
    return {"resumed_from": root.relative_to(outputs).as_posix() if root.is_relative_to(outputs) else root.name}


def _resume_sweep(sweep: Sweep, options: Options) -> int:
    """Render every job that is not done, in a new sweep folder, under the same numbers."""
    jobs = [job for job in sweep.jobs if options.again or not _is_done(sweep, job)]
    done = len(sweep.jobs) - len(jobs)
    if not jobs:
        print(f"All {len(sweep.jobs)} films of this sweep are done, and nothing is left to do: {sweep.folder}\n{ALL_THE_SAME}")
        return 0
    outputs = options.outputs or sweep.outputs
    films = _prepare(sweep, jobs, outputs, options)
    words = [(job.number, job.overrides, film) for job, film in zip(jobs, films, strict=True)]
    with reserved(outputs / (sweep.project or "") / "sweeps") as folder:
        write_sweep(folder, words)
        again = [
            FilmJob(folder / str(number), overrides, film, _notes(sweep.folder / str(number), outputs), folder.name)
            for number, overrides, film in words
        ]
        codes = render_jobs(again, verbose=options.verbose)
    for job, code in zip(again, codes, strict=True):
        said = {0: "done", 1: "failed", 2: "partial"}[code]
        print(f"{job.folder.name:>3}  {said:<8} {' '.join(job.overrides)}  {job.folder}", file=sys.stderr)
    if done:
        print(f"{done} more {'was' if done == 1 else 'were'} done before: {sweep.folder}", file=sys.stderr)
    return exit_code(codes)


def _is_done(sweep: Sweep, job: SweepJob) -> bool:
    recorded = sweep.run(job)
    return recorded is not None and recorded.is_done


def _prepare(sweep: Sweep, jobs: Sequence[SweepJob], outputs: Path, options: Options) -> list[Film]:
    """The films of several jobs.

    Raises:
        StoryvidError: Every problem of every job, each once.
    """
    films: list[Film] = []
    problems: dict[Problem, None] = {}
    runs: list[RecordedRun] = []
    for job in jobs:
        try:
            recorded = sweep.run(job)
            if recorded is not None:
                _refuse(recorded, options)
                runs.append(recorded)
            films.append(sweep.film(job, outputs, options.pictures))
        except StoryvidError as error:
            problems.update(dict.fromkeys(error.problems))
    if problems:
        raise StoryvidError(list(problems))
    _refuse_without_clips(runs, outputs, options)
    return films


def exit_code(codes: Iterable[int]) -> int:
    """Of several films: 0 all done, 1 none usable, 2 anything between."""
    found = set(codes)
    return found.pop() if len(found) == 1 else 2
