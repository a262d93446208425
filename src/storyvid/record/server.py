"""The MLflow server over the tracking database: started, waited for, and ended with everything it started.

It listens on this computer only. Nothing here imports MLflow; the server is a process of its own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from storyvid.errors import Problem, StoryvidError
from storyvid.record.database import database_uri

HOST = "127.0.0.1"
START_TIMEOUT_S = 300  # 7 s on a quiet computer; a virus scanner reads MLflow's 30 000 files first
STOP_TIMEOUT_S = 5


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
            except psutil.Error:  # it has ended, or (Windows) is ending just now
                continue
        _, family = psutil.wait_procs(family, timeout=STOP_TIMEOUT_S)
    server.wait()


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


def next_free(first: int) -> int | None:
    """The first free port of the hundred from ``first``, or None."""
    return next((port for port in range(first, min(first + 100, 65536)) if is_free(port)), None)
