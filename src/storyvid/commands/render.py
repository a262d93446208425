"""``python -m storyvid storyboard=my.json …``: render a film, or with ``-m`` one film for every combination."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from storyvid.cli.arguments import parse
from storyvid.cli.compose import Job, compose_jobs, search_path_words, sweep_words
from storyvid.cli.folders import reserve
from storyvid.cli.machine import fetch_weights
from storyvid.cli.preflight import prepare_jobs
from storyvid.errors import ConfigError, Problem, StoryvidError
from storyvid.film import Film
from storyvid.interrupts import terminable


def run(words: list[str]) -> int:
    """Check everything, reserve the folder, render.

    Args:
        words: The command line without the verb.

    Returns:
        0 done, 1 nothing usable, 2 something failed and the rest is kept.

    Raises:
        StoryvidError: The command line, a configuration or a storyboard can't be used; nothing was made.
    """
    arguments = parse(words)
    if arguments.hydra_flags:
        from storyvid.cli.launch import call_hydra

        if arguments.multirun:
            raise StoryvidError(f"{arguments.hydra_flags[0]} shows one configuration: leave -m out")
        compose_jobs(arguments)
        call_hydra([*arguments.hydra_flags, *search_path_words(arguments), *arguments.overrides])
        return 0
    films = prepare_jobs(arguments)
    here = not any(word.startswith("hydra/launcher=") for word in arguments.overrides)  # other launchers' jobs run elsewhere
    fetch_weights((job.config for job, _ in films), to_render=here)
    folder = reserve(_parent(films) / "sweeps" if arguments.multirun else _parent(films))
    if arguments.multirun:
        from storyvid.replay.sweep import write_sweep  # brings av and cv2: not for errors

        write_sweep(folder, [(job.number, job.overrides, film) for job, film in films])

    from storyvid.cli.launch import launch

    try:
        with terminable():
            launch(arguments, sweep_words(arguments), folder)
    finally:
        with suppress(OSError):
            folder.rmdir()  # only where nothing was put into it: stopped before it began
    folders = [folder / str(job.number) for job, _ in films] if arguments.multirun else [folder]
    codes = [_exit_code(job_folder) for job_folder in folders]
    if arguments.multirun:
        _print_jobs(films, folders, codes)
    return 0 if not any(codes) else 1 if all(code == 1 for code in codes) else 2


def _parent(films: Sequence[tuple[Job, Film]]) -> Path:
    """``outputs/<project>``; ``outputs`` itself for a sweep over storyboards of several projects.

    Raises:
        ConfigError: The jobs of a sweep would write below different output folders.
    """
    outputs = {job.config.outputs for job, _ in films}
    if len(outputs) > 1:
        what = f"a sweep is one folder, and its jobs name {len(outputs)} ({', '.join(sorted(map(str, outputs)))})"
        raise ConfigError(Problem("paths.outputs", what, "give one value", "sweep"))
    projects = {film.project for _, film in films}
    return outputs.pop() / (projects.pop() if len(projects) == 1 else "")


def _exit_code(folder: Path) -> int:
    """How a job ended, from its manifest: a launcher may have run it in another process, or lost it."""
    try:
        manifest = json.loads((folder / "metadata" / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 1
    if manifest["exit_code"] is not None:
        return int(manifest["exit_code"])
    return 2 if any(shot["status"] == "done" for shot in manifest["shots"]) else 1  # cut short, or its end was not written


def _print_jobs(films: Sequence[tuple[Job, Film]], folders: Sequence[Path], codes: Sequence[int]) -> None:
    names = {0: "done", 1: "failed", 2: "partial"}
    for (job, _), folder, code in zip(films, folders, codes, strict=True):
        words = job.label.strip("[] ").partition(": ")[2] or " ".join(job.overrides)
        print(f"{job.number:>3}  {names.get(code, str(code)):<8} {words}  {folder}", file=sys.stderr)
