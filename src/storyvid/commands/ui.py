"""``python -m storyvid ui [port=5000] [open=true]``: the MLflow pages over ``mlruns/``, on this computer only.

``paths.mlruns=`` and ``tracking.uri=`` are understood as in a render.
"""

from __future__ import annotations

import time
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from storyvid.cli.arguments import parse as parse_settings
from storyvid.cli.compose import compose_jobs
from storyvid.errors import ConfigError, Problem, StoryvidError, did_you_mean
from storyvid.interrupts import terminable
from storyvid.record.database import Project, database_of, database_path, database_uri, list_projects, needs_upgrade, runs_link
from storyvid.record.recording import record_now
from storyvid.record.server import HOST, is_free, log_path, next_free, serving
from storyvid.record.tracking_queue import Queue, describe_left

DEFAULT_PORT = 5000
SETTINGS = ("paths.mlruns", "tracking.uri")


@dataclass(frozen=True)
class Options:
    """What the command line said.

    Attributes:
        port: TCP port, 1 to 65535; None = 5000, or the next free one.
        open_browser: Show the page when it answers.
        words: Settings of the tracking, as in a render.
    """

    port: int | None = None
    open_browser: bool = True
    words: tuple[str, ...] = ()


def run(words: list[str]) -> int:
    """Show the tracked films until Ctrl-C.

    Args:
        words: What follows ``ui``.

    Returns:
        0 after Ctrl-C, 1 when there is nothing to show.

    Raises:
        ConfigError: A word is not understood, or the port is taken.
        StoryvidError: The database can't be read, or the server does not start.
    """
    options = parse(words)
    config = compose_jobs(parse_settings(options.words))[0].config
    record_first(Queue(config.mlruns, config.tracking.uri))
    uri = config.tracking.uri
    database = database_path(config.mlruns) if uri is None else database_of(uri)
    if database is not None:
        return show(database, config.mlruns / "artifacts", options)
    print(f"Films are tracked by the server at {uri}.", flush=True)
    if options.open_browser:
        webbrowser.open(str(uri))
    return 0


def record_first(queue: Queue) -> None:
    """Record what waits, so that the pages show it; Ctrl-C goes on without.

    Args:
        queue: Of the store that is shown.
    """
    with suppress(KeyboardInterrupt):
        record_now(queue, lambda line: print(line, flush=True))
    for line in describe_left(queue.folder):
        print(line, flush=True)


def show(database: Path, artifacts: Path, options: Options) -> int:
    """Run an MLflow server over a database until Ctrl-C; arguments and results as of `run`."""
    projects = list_projects(database)
    if not projects:
        print(f"No films are tracked yet in {database}.")
        print("Make one:  python -m storyvid storyboard=templates/storyboard.template.json")
        return 1
    port = choose_port(options.port)
    print(f"Starting MLflow on {HOST}:{port}; it takes 10 to 30 s …", flush=True)
    if needs_upgrade(database):  # rare, and a server would refuse most older ones
        from storyvid.record.mlflow import open_store

        open_store(database_uri(database))
    try:
        with terminable(), serving(database, artifacts, port) as server:
            for line in describe(projects, port):
                print(line, flush=True)
            if options.open_browser:
                webbrowser.open(runs_link(projects[0].experiment_id, base=f"http://{HOST}:{port}"))
            while server.poll() is None:  # wait() can't be interrupted on Windows
                time.sleep(0.2)
    except KeyboardInterrupt:
        print("\nMLflow has ended.", flush=True)
        return 0
    fix = f"all it said is in {log_path(database)}"
    raise StoryvidError(Problem("ui", f"the MLflow server ended by itself with code {server.returncode}", fix))


def parse(words: Sequence[str]) -> Options:
    """The options of ``ui``.

    Raises:
        ConfigError: With every word that is not understood.
    """
    port, open_browser, settings, problems = None, True, [], []
    for word in words:
        key, _, value = word.partition("=")
        if key == "port" and value.isascii() and value.isdigit() and 1 <= int(value) <= 65535:
            port = int(value)
        elif key == "port":
            problems.append(Problem("ui, port", f"{value!r} is not a port", "give a number from 1 to 65535, e.g. port=5001"))
        elif key == "open" and value.lower() in ("true", "false"):
            open_browser = value.lower() == "true"
        elif key == "open":
            problems.append(Problem("ui, open", f"{value!r} is neither true nor false", "write open=true or open=false"))
        elif key in SETTINGS:
            settings.append(word)
        else:
            known = ("port", "open", *SETTINGS)
            problems.append(Problem("ui", f"{word!r} is not an option", did_you_mean(key, known) or f"use {', '.join(known)}"))
    if problems:
        raise ConfigError(problems)
    return Options(port, open_browser, tuple(settings))


def choose_port(wanted: int | None) -> int:
    """The port that was asked for; with none, 5000 or the next free one, and a line that says so.

    Args:
        wanted: 1 to 65535, or None.

    Raises:
        ConfigError: The port is taken, or none of a hundred is free.
    """
    if wanted is not None:
        if is_free(wanted):
            return wanted
        other = next_free(wanted) or DEFAULT_PORT
        fix = f"stop the program that uses it, or choose another: python -m storyvid ui port={other}"
        raise ConfigError(Problem("ui, port", f"port {wanted} on {HOST} is taken by another program", fix))
    port = next_free(DEFAULT_PORT)
    if port is None:
        raise ConfigError(Problem("ui, port", f"no port from {DEFAULT_PORT} to {DEFAULT_PORT + 99} is free", "name one: port=8123"))
    if port != DEFAULT_PORT:
        print(f"Port {DEFAULT_PORT} is taken by another program; using {port}.", flush=True)
    return port


def describe(projects: Sequence[Project], port: int) -> Iterator[str]:
    """The lines to print while the server runs: one link per project, newest film first."""
    yield "MLflow shows every film with its shots below it:"
    width = max(len(project.name) for project in projects)
    for project in projects:
        films = f"{project.films} film" + ("" if project.films == 1 else "s")
        yield f"  {project.name:<{width}}  {films:>9}  {runs_link(project.experiment_id, base=f'http://{HOST}:{port}')}"
    yield "Ctrl-C ends it."
