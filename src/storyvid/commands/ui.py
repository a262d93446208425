"""``python -m storyvid ui [port=5000] [open=true]``: the MLflow pages over ``mlruns/``, on this computer only.

``paths.mlruns=`` and ``tracking.uri=`` are understood as in a render.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psutil

from storyvid.cli.arguments import parse as parse_settings
from storyvid.cli.compose import compose_jobs
from storyvid.errors import ConfigError, Problem, StoryvidError, did_you_mean
from storyvid.record.store import (
    Project,
    back_up_before_upgrade,
    database_of,
    database_path,
    database_uri,
    list_projects,
    lock,
    runs_link,
)

HOST = "127.0.0.1"
DEFAULT_PORT = 5000
SETTINGS = ("paths.mlruns", "tracking.uri")
START_TIMEOUT_S = 300  # 7 s on a quiet computer; a virus scanner reads MLflow's 30 000 files first
STOP_TIMEOUT_S = 5


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
    uri = config.tracking.uri
    database = database_path(config.mlruns) if uri is None else database_of(uri)
    if database is not None:
        return show(database, config.mlruns / "artifacts", options)
    print(f"Films are tracked by the server at {uri}.", flush=True)
    if options.open_browser:
        webbrowser.open(str(uri))
    return 0


def show(database: Path, artifacts: Path, options: Options) -> int:
    """Run an MLflow server over a database until Ctrl-C; arguments and results as of `run`."""
    projects = list_projects(database)
    if not projects:
        print(f"No films are tracked yet in {database}.")
        print("Make one:  python -m storyvid storyboard=templates/storyboard.template.json")
        return 1
    port = choose_port(options.port)
    print(f"Starting MLflow on {HOST}:{port}; it takes 10 to 30 s …", flush=True)
    with lock(database):  # the server upgrades an older database when it opens it
        back_up_before_upgrade(database)
    try:
        with _terminable(), serving(database, artifacts, port) as server:
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
        fix = "stop the program that uses it, or choose another: python -m storyvid ui port=" + str(
            _next_free(wanted) or DEFAULT_PORT
        )
        raise ConfigError(Problem("ui, port", f"port {wanted} on {HOST} is taken by another program", fix))
    port = _next_free(DEFAULT_PORT)
    if port is None:
        raise ConfigError(Problem("ui, port", f"no port from {DEFAULT_PORT} to {DEFAULT_PORT + 99} is free", "name one: port=8123"))
    if port != DEFAULT_PORT:
        print(f"Port {DEFAULT_PORT} is taken by another program; using {port}.", flush=True)
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of this computer."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform == "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # a port of a server that has just ended is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def describe(projects: Sequence[Project], port: int) -> Iterator[str]:
    """The lines to print while the server runs: one link per project, newest film first."""
    yield "MLflow shows every film with its shots below it:"
    width = max(len(project.name) for project in projects)
    for project in projects:
        films = f"{project.films} film" + ("" if project.films == 1 else "s")
        yield f"  {project.name:<{width}}  {films:>9}  {runs_link(project.experiment_id, base=f'http://{HOST}:{port}')}"
    yield "Ctrl-C ends it."


@contextmanager
def serving(database: Path, artifacts: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """An MLflow server that answers, ended with everything it started when the block is left.

    What the server prints is in ``ui.log`` beside the database.

    Args:
        database: SQLite file, absolute.
        artifacts: Folder for files of projects made in the browser, absolute.
        port: A free TCP port.

    Raises:
        StoryvidError: The server ended, or did not answer in time.
    """
    log = log_path(database)
    with log.open("wb") as output:
        server = subprocess.Popen(
            _server_command(database, artifacts, port),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=database.parent,
            env=os.environ | _server_environment(),
        )
    try:
        _wait_until(lambda: _answers(port), server, log)
        yield server
    finally:
        _end(server)


def log_path(database: Path) -> Path:
    """What the last server printed."""
    return database.with_name("ui.log")


def _server_command(database: Path, artifacts: Path, port: int) -> list[str]:
    options = {
        "--backend-store-uri": database_uri(database),
        "--default-artifact-root": artifacts.as_uri(),
        "--artifacts-destination": artifacts.as_uri(),
        "--host": HOST,
        "--port": str(port),
        "--workers": "1",
    }
    return [sys.executable, "-P", "-m", "mlflow", "server", *(word for option in options.items() for word in option)]


def _server_environment() -> dict[str, str]:
    # The job runner starts seven more processes and, without a login, is a way in for web pages (CVE-2026-0545).
    return {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _wait_until(ready: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + START_TIMEOUT_S
    while not ready():
        if server.poll() is not None or time.monotonic() > limit:
            what = "ended at once" if server.poll() is not None else f"did not answer within {START_TIMEOUT_S} s"
            last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            why = f": {last[0].strip()}" if last else ""
            raise StoryvidError(Problem("ui", f"the MLflow server {what}{why}", f"all it said is in {log}"))
        time.sleep(0.2)


def _end(server: subprocess.Popen[bytes]) -> None:
    # The server's workers are processes of their own; ending only the first would leave the port taken.
    try:
        family = [*psutil.Process(server.pid).children(recursive=True), psutil.Process(server.pid)]
    except psutil.NoSuchProcess:
        family = []
    for step in (psutil.Process.terminate, psutil.Process.kill):
        for process in family:
            try:
                step(process)
            except psutil.NoSuchProcess:
                continue
        _, family = psutil.wait_procs(family, timeout=STOP_TIMEOUT_S)
    server.wait()


@contextmanager
def _terminable() -> Iterator[None]:
    """Treat being told to end (closing the terminal, ``kill``) like Ctrl-C, so that no server stays behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = ("SIGTERM", "SIGHUP", "SIGBREAK")  # not every system has all
    before = {number: signal.signal(number, stop) for number in (getattr(signal, name, None) for name in names) if number}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _next_free(first: int) -> int | None:
    return next((port for port in range(first, min(first + 100, 65536)) if is_free(port)), None)
