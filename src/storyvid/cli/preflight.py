"""Everything that can be wrong, found before anything is made: command line, configuration, storyboards, plans."""

from __future__ import annotations

import gc
from dataclasses import replace
from functools import cache

from storyvid.cli.arguments import Arguments
from storyvid.cli.compose import Job, compose_jobs
from storyvid.cli.machine import check_machine, machine_warnings
from storyvid.cli.storyboards import read_once
from storyvid.errors import ConfigError, Problem, StoryvidError
from storyvid.film import Film, prepare_film
from storyvid.plan import shot_place
from storyvid.storyboard.load import LoadedStoryboard

ALLOCATIONS_BETWEEN_COLLECTIONS = 20_000


def prepare_jobs(arguments: Arguments) -> list[tuple[Job, Film]]:
    """Every job of a command line with the film it would render. Pure: nothing is written.

    Args:
        arguments: From `storyvid.cli.arguments.parse`.

    Raises:
        StoryvidError: Every problem of every job, each once.
    """
    problems: dict[Problem, None] = {}
    try:
        jobs = compose_jobs(arguments)
        _spare_the_collector()
    except ConfigError as error:
        problems.update(dict.fromkeys(error.problems))
        jobs = []
        problems.update(dict.fromkeys(_typed_storyboard_problems(arguments)))
    films: list[tuple[Job, Film]] = []
    for job in jobs:
        try:
            check_machine(job.config, job.typed)
            film = prepare_film(_read(job.config.storyboard), job.config, job.typed)
            films.append((job, replace(film, warnings=(*film.warnings, *machine_warnings(job.config, job.typed)))))
            problems.update(dict.fromkeys(_picture_problems(film)))
        except StoryvidError as error:
            problems.update(dict.fromkeys(error.problems))
    if problems:
        raise StoryvidError(list(problems))
    return films


@cache
def _spare_the_collector() -> None:
    """What is loaded by now, Hydra and the configuration's classes above all, stays to the end, so Python's garbage collector need
    not look through it time and again while storyboards are read. What reading them makes is kept, too: it is looked through after
    more allocations than Python's 700.
    """
    gc.freeze()
    gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])


def _read(path: str | None) -> LoadedStoryboard:
    if not path:
        what = "is missing: there is nothing to render"
        raise ConfigError(
            Problem("storyboard", what, "add storyboard=my.json (templates/storyboard.template.json is a start)", "storyboard")
        )
    return read_once(path)


def _picture_problems(film: Film) -> list[Problem]:
    """Pictures that shots start from and that can't be read: found now, not when their shot's turn comes."""
    pictures = {planned.opening.image: planned.shot for planned in film.plan.shots if planned.opening.image is not None}
    if not pictures:
        return []
    from storyvid.video import read_image  # brings av and numpy

    problems: list[Problem] = []
    for image, shot in pictures.items():
        try:
            read_image(film.loaded.folder / image)
        except StoryvidError as error:
            where = f"{shot_place(film.loaded.storyboard, shot, film.loaded.path.name)}.continuity.image"
            problems += [replace(problem, where=where, what=f"{image}: {problem.what}") for problem in error.problems]
    return problems


def _typed_storyboard_problems(arguments: Arguments) -> list[Problem]:
    """When the configuration is wrong, the storyboard is read all the same, so that its mistakes are told as well."""
    words = [word.partition("=")[2] for word in arguments.overrides if word.startswith("storyboard=")]
    plain = [word[1:-1] for word in words if len(word) > 2 and word[0] == word[-1] == "'" and "\\" not in word]
    problems: list[Problem] = []
    for path in plain:
        try:
            read_once(path)
        except StoryvidError as error:
            problems += error.problems
    return problems
