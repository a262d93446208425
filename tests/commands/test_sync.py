"""`sync`: what waits is recorded, and what can't be is told."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from storyvid.commands import sync, ui
from storyvid.errors import ConfigError
from storyvid.record import recording
from storyvid.record.mlflow import Recording, Stores
from storyvid.record.owner import describe_owner
from storyvid.record.tracking_queue import FilmFile, queue_of, waiting_films


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A queue that is recorded in this process, into nothing."""

    class InThisProcess:
        def __init__(self, command: list[str], **settings: Any) -> None:
            def refuse(uri: str) -> Any:
                raise ConnectionError(f"Connection refused by {uri}")

            Recording(Path(command[-1]), Stores(refuse)).go_on()

        def poll(self) -> int:
            return 0

    monkeypatch.setattr(recording, "subprocess", SimpleNamespace(Popen=InThisProcess, DEVNULL=-3))
    return queue_of(tmp_path / "mlruns")


def queued(queue: Path) -> FilmFile:
    film = FilmFile(queue)
    where = {"uri": "http://127.0.0.1:9", "mlruns": str(queue.parent), "owner": describe_owner(), "answer": None}
    film.append({"do": "start_film", "time_ms": 1, "film": {"name": "harbour 1", "project": "harbour"}, **where})
    film.append({"do": "finish", "time_ms": 2, "status": "FINISHED", "artifacts": [], "metrics": {}})
    return film


def test_nothing_to_do_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sync.run([f"paths.mlruns={(tmp_path / 'mlruns').as_posix()}"]) == 0
    assert capsys.readouterr().out == f"Nothing waits to be recorded in {tmp_path / 'mlruns' / 'queue'}.\n"
    assert not (tmp_path / "mlruns").exists()


def test_what_cannot_be_recorded_is_told_with_its_file_each_time(queue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    films = [queued(queue), queued(queue)]
    for _ in range(2):
        assert sync.sync(queue) == 1
        said = capsys.readouterr().out
        assert said.count("Not recorded: MLflow at http://127.0.0.1:9 has not taken harbour 1: no server answers there") == 2
        assert all(f"It waits in {film.path}" in said for film in films)
        assert waiting_films(queue) == []


def test_the_pages_tell_it_too(queue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queued(queue)
    ui.record_first(queue.parent)
    assert "Not recorded: MLflow at http://127.0.0.1:9 has not taken harbour 1" in capsys.readouterr().out


def test_a_recording_that_does_nothing_is_told(
    queue: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    queued(queue)
    monkeypatch.setattr(recording, "start_recording", lambda queue: None)
    (queue / "recorder.log").write_text("one\nno memory\n", encoding="utf-8")
    assert sync.sync(queue) == 1
    assert "Recording ended before all was done: no memory" in capsys.readouterr().out


def test_every_unknown_word_is_named() -> None:
    with pytest.raises(ConfigError) as error:
        sync.run(["path.mlruns=x", "now"])
    assert "'path.mlruns=x' is not an option" in str(error.value)
    assert "'now' is not an option" in str(error.value)
