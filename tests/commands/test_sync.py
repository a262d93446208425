"""`sync`: what waits is recorded, and what can't be is told."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from storyvid.commands import sync, ui
from storyvid.errors import ConfigError
from storyvid.record import recording
from storyvid.record.mlflow import Recording, Store
from storyvid.record.owner import describe_owner
from storyvid.record.tracking_queue import FilmFile, Queue, waiting_films

ADDRESS = "http://127.0.0.1:9"


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """A queue that is recorded in this process, into a store that refuses."""

    class InThisProcess:
        def __init__(self, command: list[str], **settings: Any) -> None:
            def refuse(uri: str) -> Any:
                raise ConnectionError(f"Connection refused by {uri}")

            Recording(Store(Queue(Path(command[-2]), command[-1]), refuse)).go_on()

        def poll(self) -> int:
            return 0

    monkeypatch.setattr(recording, "subprocess", SimpleNamespace(Popen=InThisProcess, DEVNULL=-3))
    return Queue(tmp_path / "mlruns", ADDRESS)


def queued(queue: Queue, *, finished: bool = True, **owner: str) -> FilmFile:
    film = FilmFile(queue.folder)
    told = {"film": {"name": "harbour 1", "project": "harbour"}, "owner": describe_owner() | owner}
    film.append({"do": "start_film", "time_ms": 1, **told})
    if finished:
        film.append({"do": "finish", "time_ms": 2, "status": "FINISHED", "metrics": {}})
    return film


def test_nothing_to_do_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sync.run([f"paths.mlruns={(tmp_path / 'mlruns').as_posix()}"]) == 0
    assert capsys.readouterr().out == f"Nothing waits to be recorded in {tmp_path / 'mlruns' / 'queue'}.\n"
    assert not (tmp_path / "mlruns").exists()


def test_what_cannot_be_recorded_is_told_with_its_file_each_time(queue: Queue, capsys: pytest.CaptureFixture[str]) -> None:
    films = [queued(queue), queued(queue)]
    for _ in range(2):
        assert sync.sync(queue) == 1
        said = capsys.readouterr().out
        assert said.count(f"Not recorded: MLflow at {ADDRESS} has not taken harbour 1: no server answers there") == 2
        assert all(f"It waits in {film.path}; delete that file to go without it" in said for film in films)
        assert "recorded in MLflow" not in said
        assert waiting_films(queue.folder) == []


def test_a_film_that_somebody_gave_up_is_not_counted(queue: Queue, capsys: pytest.CaptureFixture[str]) -> None:
    film = queued(queue)
    assert sync.sync(queue) == 1
    film.path.unlink()
    capsys.readouterr()
    assert sync.sync(queue) == 0
    assert capsys.readouterr().out == f"Nothing waits to be recorded in {queue.folder}.\n"


def test_a_film_of_another_computer_without_an_end_is_named(queue: Queue, capsys: pytest.CaptureFixture[str]) -> None:
    film = queued(queue, finished=False, host="elsewhere")
    assert sync.sync(queue) == 1
    said = capsys.readouterr().out
    assert "a film without an end, from another computer or container" in said
    assert str(film.path) in said


def test_a_film_that_is_still_rendered_is_nothing_to_do(queue: Queue, capsys: pytest.CaptureFixture[str]) -> None:
    queued(queue, finished=False)
    assert sync.sync(queue) == 0
    assert "Nothing waits" in capsys.readouterr().out


def test_the_pages_tell_it_too(queue: Queue, capsys: pytest.CaptureFixture[str]) -> None:
    queued(queue)
    ui.record_first(queue)
    assert f"Not recorded: MLflow at {ADDRESS} has not taken harbour 1" in capsys.readouterr().out


def test_a_recording_that_does_nothing_is_told(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    queued(queue)
    monkeypatch.setattr(recording, "start_recording", lambda queue: None)
    (queue.folder / "recorder.log").write_text("one\nno memory\n", encoding="utf-8")
    assert sync.sync(queue) == 1
    assert "Recording ended before all was done: no memory" in capsys.readouterr().out


def test_every_unknown_word_is_named() -> None:
    with pytest.raises(ConfigError) as error:
        sync.run(["path.mlruns=x", "now"])
    assert "'path.mlruns=x' is not an option" in str(error.value)
    assert "'now' is not an option" in str(error.value)
