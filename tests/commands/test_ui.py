from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from storyvid.commands import ui
from storyvid.errors import ConfigError, StoryvidError
from storyvid.record.database import Project, database_path, runs_link
from storyvid.record.server import HOST, is_free
from tests.database import record_film


@pytest.fixture(scope="module")
def mlruns(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one film in it."""
    folder = tmp_path_factory.mktemp("läufe %20") / "mlruns"
    folder.mkdir()
    shutil.copy(database_path(fresh), database_path(folder))
    film = {"project": "harbour", "name": "harbour 1", "choices": {"seed": 1}, "summary": "", "sweep_id": None}
    film |= {"git_commit": None, "model_revision": None, "tags": {}}
    [answer] = record_film(
        folder,
        {"do": "start_film", "film": film},
        {"do": "log_shot", "shot": {"id": "S01", "prompt": "A boat"}, "middle_frame": None},
        {"do": "finish", "status": "FINISHED", "metrics": {}},
    )
    assert answer["warnings"] == []
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def test_the_server_shows_the_film_and_ends_with_everything_it_started(mlruns: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "storyvid", "ui", f"paths.mlruns={mlruns}", f"port={port}", "open=false"]
    alone = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # else Windows would stop the tests, too
    running = subprocess.Popen(command, stdout=subprocess.PIPE, creationflags=alone)
    try:
        assert running.stdout is not None
        lines = [running.stdout.readline().decode() for _ in range(4)]
        assert lines[2].split()[:3] == ["harbour", "1", "film"]
        link = lines[2].split()[-1]
        assert link == runs_link("1", base=f"http://127.0.0.1:{port}")
        with urllib.request.urlopen(link, timeout=20) as page:
            assert b"<title>MLflow</title>" in page.read()
        search = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/2.0/mlflow/runs/search",
            json.dumps({"experiment_ids": ["1"]}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(search, timeout=20) as reply:
            runs = json.load(reply)["runs"]
        assert sorted(run["info"]["run_name"] for run in runs) == ["S01", "harbour 1"]
        listening = [part.laddr.ip for part in psutil.net_connections("tcp") if part.status == "LISTEN" and part.laddr.port == port]
        assert listening == ["127.0.0.1"]
        family = psutil.Process(running.pid).children(recursive=True)
        assert family
    finally:
        running.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))
        rest = running.communicate(timeout=30)[0].decode()
    assert running.returncode == 0
    assert "MLflow has ended." in rest
    assert not [process for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert is_free(port)
    others = sorted(path.name for path in mlruns.iterdir() if not path.name.startswith("mlflow.db"))
    assert others == ["artifacts", "queue", "ui.log"]


def test_without_films_it_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ui.run([f"paths.mlruns={tmp_path / 'mlruns'}"]) == 1
    said = capsys.readouterr().out
    assert str(tmp_path / "mlruns" / "mlflow.db") in said
    assert "python -m storyvid storyboard=" in said
    assert not (tmp_path / "mlruns").exists()


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        assert not is_free(taken)
        with pytest.raises(ConfigError, match=rf"port {taken} on 127.0.0.1 is taken[\s\S]*ui port=\d+"):
            ui.choose_port(taken)
        monkeypatch.setattr(ui, "DEFAULT_PORT", taken)
        chosen = ui.choose_port(None)
    assert chosen > taken
    assert f"Port {taken} is taken by another program; using {chosen}." in capsys.readouterr().out


def test_options() -> None:
    assert ui.parse([]) == ui.Options(None, True)
    assert ui.parse(["port=8123", "open=False"]) == ui.Options(8123, False)
    with pytest.raises(ConfigError) as caught:
        ui.parse(["port=70000", "open=maybe", "prot=1", "--help"])
    assert [problem.where for problem in caught.value.problems] == ["ui, port", "ui, open", "ui", "ui"]
    assert "did you mean port?" in str(caught.value)


def test_one_link_per_project() -> None:
    lines = list(ui.describe([Project("3", "harbour", 2), Project("12", "a", 1)], 5001))
    assert lines[1] == "  harbour    2 films  http://127.0.0.1:5001/#/experiments/3/runs?workflowType=machine_learning"
    assert lines[2].startswith("  a           1 film  http://127.0.0.1:5001/#/experiments/12/")


def test_a_database_of_a_newer_mlflow_is_refused_in_words(mlruns: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(mlruns, tmp_path / "mlruns")
    monkeypatch.setattr("storyvid.record.database.known_revisions", lambda: ("abc", frozenset({"abc"})))
    with pytest.raises(StoryvidError, match="written by a newer MLflow"):
        ui.show(database_path(tmp_path / "mlruns"), tmp_path / "artifacts", ui.Options())


def test_a_server_elsewhere_is_named_not_started(capsys: pytest.CaptureFixture[str]) -> None:
    assert ui.run(["tracking.uri=http://films.example:5000", "open=false"]) == 0
    assert "http://films.example:5000" in capsys.readouterr().out


def test_a_file_that_is_no_database_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"no database" * 500)
    with pytest.raises(StoryvidError, match="can't be read"):
        ui.show(tmp_path / "mlflow.db", tmp_path, ui.Options())
