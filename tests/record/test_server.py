"""The server with small programs in its place: started, waited for, ended. tests/commands/test_ui.py has the real one."""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from storyvid.errors import StoryvidError
from storyvid.record import server

# Answers every page, and starts a worker, as MLflow does. A worker that is not ended would keep the port.
ANSWERING = """
import http.server, subprocess, sys
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("worker", worker.pid, flush=True)
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "START_TIMEOUT_S", 15)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((server.HOST, 0))
        return int(probe.getsockname()[1])


def run_instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(server, "_server_command", lambda database, artifacts, port: [sys.executable, "-c", code, str(port)])


def serving(folder: Path, port: int) -> None:
    """Start and end it."""
    with server.serving(folder / "mlflow.db", folder / "artifacts", port):
        pass


def test_everything_that_was_started_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, ANSWERING)
    port = free_port()
    with server.serving(tmp_path / "mlflow.db", tmp_path / "artifacts", port) as running:
        assert running.poll() is None
        assert not server.is_free(port)
        worker = int(server.log_path(tmp_path / "mlflow.db").read_text(encoding="utf-8").split()[1])
        assert psutil.pid_exists(worker)
    assert running.returncode is not None
    assert not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE
    assert server.is_free(port)


def test_a_server_that_ends_at_once_is_an_error_with_its_last_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "raise SystemExit('no tables')")
    with pytest.raises(StoryvidError, match=r"ended at once: no tables[\s\S]*ui\.log"):
        serving(tmp_path, free_port())


def test_a_server_that_never_answers_is_given_up_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "import os, time; print(os.getpid(), flush=True); time.sleep(600)")
    monkeypatch.setattr(server, "START_TIMEOUT_S", 1)
    started = time.monotonic()
    with pytest.raises(StoryvidError, match="did not answer within 1 s"):
        serving(tmp_path, free_port())
    assert time.monotonic() - started < 20
    silent = int(server.log_path(tmp_path / "mlflow.db").read_text(encoding="utf-8"))
    assert not psutil.pid_exists(silent)


def test_the_command_names_the_database_this_computer_and_one_worker(tmp_path: Path) -> None:
    words = server._server_command(tmp_path / "mlflow.db", tmp_path / "artifacts", 5001)
    options = dict(zip(words[5::2], words[6::2], strict=True))
    assert words[:5] == [sys.executable, "-P", "-m", "mlflow", "server"]
    assert options["--backend-store-uri"].startswith("sqlite:///")
    assert options["--backend-store-uri"].endswith("/mlflow.db")
    assert (options["--host"], options["--port"], options["--workers"]) == ("127.0.0.1", "5001", "1")


def test_the_next_free_port_skips_those_taken() -> None:
    with socket.socket() as other:
        other.bind((server.HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        assert not server.is_free(taken)
        found = server.next_free(taken)
    assert found is None or found > taken
