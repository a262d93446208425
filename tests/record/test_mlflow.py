from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from storyvid.errors import StoryvidError
from storyvid.record import mlflow as recording
from storyvid.record import tracking_queue
from storyvid.record.database import back_up_before_upgrade, database_path, database_uri, known_revisions, schema_revision
from storyvid.record.mlflow import Recording, Store, recorder
from storyvid.record.mlflow import recording as recordings
from storyvid.record.mlflow.film import MAX_PARAM
from storyvid.record.owner import describe_owner
from storyvid.record.run_folder import RunFolder
from storyvid.record.tracking_queue import Queue, recording_lock, troubles, try_anew, waiting_films
from tests.database import START_MS, queue_film, record_film

FILM = {
    "project": "harbour",
    "name": "harbour 2026-01-02_03-04-05",
    "choices": {"backend": {"name": "animatic"}, "sampler": {"steps": 20, "cfg": 5.0}, "seed": None, "sizes": [1, 2]},
    "summary": "Two shots.",
    "sweep_id": "harbour/sweeps/1",
    "git_commit": "0123abc",
    "model_revision": "1",
    "tags": {"scene": "dusk"},
}


def shot(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "prompt": f"A boat, {name}",
        "negative_prompt": "",
        "seed": 7,
        "num_inference_steps": 20,
        "guidance_scale": 5.0,
        "num_frames": 10,
        "fps": "24",
        "reused": False,
        "seconds": 5.0,
        "peak_ram_gb": 0.5,
        "peak_vram_gb": 0.0,
        "chunks": [{"seconds": 3.0}, {"seconds": 2.0, "metrics": {"drift": 0.25}}],
        "rungs": [{"stage": "decode", "rung": "tile", "value": 128}, {"stage": "decode", "rung": "tile", "value": 64}],
        **more,
    }


@pytest.fixture
def mlruns(fresh: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "läufe 100% 故事" / "mlruns"
    folder.mkdir(parents=True)
    shutil.copy(database_path(fresh), database_path(folder))
    return folder


def dead_owner() -> dict[str, Any]:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return describe_owner() | {"pid": ended.pid}


def start(**more: Any) -> dict[str, Any]:
    return {"do": "start_film", "film": FILM | more}


def log(record: dict[str, Any], middle_frame: Path | None = None) -> dict[str, Any]:
    return {"do": "log_shot", "shot": record, "middle_frame": None if middle_frame is None else str(middle_frame)}


def finish(status: str = "FINISHED", **metrics: float) -> dict[str, Any]:
    return {"do": "finish", "status": status, "metrics": metrics}


def runs_by_name(mlruns: Path, *, missing: bool = False) -> dict[str, Any]:
    client = recording.connect(database_uri(database_path(mlruns)))
    experiment = client.get_experiment_by_name("harbour")
    if missing and experiment is None:
        return {}
    return {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}


def add(film: Path, message: Mapping[str, Any]) -> None:
    with film.open("ab") as file:
        file.write(json.dumps({"time_ms": START_MS, **message}).encode("ascii") + b"\n")


def files_of(mlruns: Path, run: Any) -> list[str]:
    folder = mlruns / "artifacts" / "harbour" / run.info.run_id / "artifacts"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_models_settings_stages_and_steps_are_columns(mlruns: Path) -> None:
    told = {
        "guidance_scale_2": 3.0,
        "flow_shift": None,
        "model_commit": "abc",
        "weights": {"model": "abc"},
        "stages": {"denoise_s": 4.0},
        "peak_device_gb": 11.5,
        "chunks": [{"seconds": 3.0, "facts": {"step_s": [1.0, 0.5]}}, {"seconds": 2.0, "facts": {"step_s": [0.25]}}],
    }
    both = {"model": "abc", "image_model": "def"}
    record_film(mlruns, start(), log(shot("S01", **told)), log(shot("S02", **told | {"model_commit": both})), finish())
    run = runs_by_name(mlruns)["S01"]
    assert json.loads(runs_by_name(mlruns)["S02"].data.tags["storyvid.model_revision"]) == both
    columns = [run.data.params[name] for name in ("sampler.cfg_2", "sampler.flow_shift", "model_commit", "weights")]
    assert columns == ["3.0", "null", "abc", '{"model": "abc"}']
    assert run.data.tags["storyvid.model_revision"] == "abc"
    assert (run.data.metrics["stage.denoise_s"], run.data.metrics["peak_device_gb"]) == (4.0, 11.5)
    steps = recording.connect(database_uri(database_path(mlruns))).get_metric_history(run.info.run_id, "step_s")
    assert [(point.step, point.value) for point in steps] == [(0, 1.0), (1, 0.5), (2, 0.25)]


def test_a_film_is_one_run_with_its_shots_below_it(mlruns: Path, tmp_path: Path) -> None:
    frame = tmp_path / "preview.png"
    Image.new("RGB", (1920, 1080), "teal").save(frame)
    folder = RunFolder(mlruns.parent / "run")
    folder.make()
    folder.film.write_bytes(b"mp4")
    folder.prompts.write_text("boat", encoding="utf-8")
    (tmp_path / "secret").write_text("keep out", encoding="utf-8")
    folder.captions.symlink_to(tmp_path / "secret")
    [reply] = record_film(
        mlruns,
        start(),
        log(shot("S01"), frame),
        log(shot("S02", reused=True)),
        log(shot("S03", error="out of memory"), frame),
        finish(seconds=12.5),
    )
    assert reply["warnings"] == []
    runs = runs_by_name(mlruns)
    film, first, second, third = (runs[name] for name in (FILM["name"], "S01", "S02", "S03"))
    assert reply["run_id"] == film.info.run_id
    assert film.info.status == "FINISHED"
    assert film.data.params == {
        "backend.name": "animatic",
        "sampler.steps": "20",
        "sampler.cfg": "5.0",
        "seed": "null",
        "sizes": "[1, 2]",
    }
    assert film.data.metrics == {"seconds": 12.5}
    assert film.data.tags["storyvid.kind"] == "film"
    assert film.data.tags["storyvid.sweep_id"] == "harbour/sweeps/1"
    assert film.data.tags["mlflow.source.git.commit"] == "0123abc"
    assert film.data.tags["mlflow.source.name"] == "storyvid"
    assert film.data.tags["mlflow.note.content"] == "Two shots."
    assert film.data.tags["scene"] == "dusk"
    assert "mlflow.parentRunId" not in film.data.tags
    assert {run.data.tags["mlflow.parentRunId"] for run in (first, second, third)} == {film.info.run_id}
    assert first.data.params["prompt"] == "A boat, S01"
    assert first.data.params["sampler.steps"] == "20"
    assert (first.data.params["reused"], second.data.params["reused"]) == ("false", "true")
    assert first.data.metrics["seconds_per_frame"] == 0.5
    assert (first.info.status, third.info.status) == ("FINISHED", "FAILED")
    assert (film.info.start_time, film.info.end_time) == (START_MS + 1000, START_MS + 5000)
    assert (first.info.start_time, first.info.end_time) == (START_MS - 3000, START_MS + 2000)  # it took 5 s
    client = recording.connect(database_uri(database_path(mlruns)))
    chunks = client.get_metric_history(first.info.run_id, "chunk.seconds")
    assert [(point.step, point.value) for point in chunks] == [(0, 3.0), (1, 2.0)]
    assert first.data.metrics["chunk.drift"] == 0.25
    assert first.data.metrics["rungs"] == 2
    kept = files_of(mlruns, film)
    assert {name for name in kept if "/" not in name} == {"film.mp4", "manifest.json", "prompts.txt"}
    pictures = [name for name in kept if name.endswith(".png")]
    assert [name.split("+step+")[1].split("+")[0] for name in pictures] == ["0", "1"]  # S02 has none, and leaves no gap
    with Image.open(mlruns / "artifacts" / "harbour" / film.info.run_id / "artifacts" / pictures[0]) as picture:
        assert picture.size == (960, 540)
    record = mlruns / "artifacts" / "harbour" / first.info.run_id / "artifacts" / "shot.json"
    assert json.loads(record.read_text(encoding="utf-8"))["prompt"] == "A boat, S01"


def test_long_text_many_params_and_strange_names_survive(mlruns: Path) -> None:
    choices = {"backend": {f"key {number}": number for number in range(250)}, "loras[0]/path:x": "y"}
    [reply] = record_film(mlruns, start(choices=choices), log(shot("S01", prompt="sea " * 2000)), finish(endless=float("inf")))
    runs = runs_by_name(mlruns)
    params = runs[FILM["name"]].data.params
    assert len(params) == 251
    assert params["loras_0__path_x"] == "y"
    prompt = runs["S01"].data.params["prompt"]
    assert len(prompt) == MAX_PARAM
    assert prompt.endswith("[8000 characters, cut by storyvid]")
    assert [warning for warning in reply["warnings"] if "endless" in warning]
    assert len(reply["warnings"]) == 1


def test_a_render_that_vanishes_is_marked_killed(mlruns: Path) -> None:
    assert record_film(mlruns, start(), log(shot("S01"))) == []
    [left] = waiting_films(Queue(mlruns).folder)  # its render, this process, lives
    left.unlink()
    [reply] = record_film(mlruns, start(), log(shot("S02")), owner=dead_owner())
    assert reply["warnings"] == []
    assert list(Queue(mlruns).folder.iterdir()) == []
    killed = runs_by_name(mlruns)[FILM["name"]]
    assert (killed.info.status, killed.info.end_time) == ("KILLED", START_MS + 2000)


def test_a_film_is_recorded_when_it_is_complete_or_while_it_asks_to_be_followed(mlruns: Path) -> None:
    going, queue = Recording(Store(Queue(mlruns))), Queue(mlruns).folder
    path = queue_film(mlruns, start(), log(shot("S01")))
    assert not going.go_on()
    add(path, {"do": "follow"})
    assert going.go_on()
    assert {name: run.info.status for name, run in runs_by_name(mlruns).items()} == {FILM["name"]: "RUNNING", "S01": "FINISHED"}
    add(path, log(shot("S02")))
    add(path, finish())
    assert not going.go_on()
    assert {name: run.info.status for name, run in runs_by_name(mlruns).items()} == dict.fromkeys(
        [FILM["name"], "S01", "S02"], "FINISHED"
    )
    assert list(queue.iterdir()) == []


def test_a_recording_that_was_killed_is_done_again_and_counts_once(mlruns: Path, tmp_path: Path) -> None:
    frame = tmp_path / "preview.png"
    Image.new("RGB", (64, 36), "teal").save(frame)
    path = queue_film(mlruns, start(), {"do": "follow"}, log(shot("S01"), frame))
    assert Recording(Store(Queue(mlruns))).go_on()  # and that is the last of it
    kept = len(list((mlruns / "artifacts").rglob("shot.json")))
    add(path, finish())
    assert not Recording(Store(Queue(mlruns))).go_on()
    client = recording.connect(database_uri(database_path(mlruns)))
    runs = client.search_runs([client.get_experiment_by_name("harbour").experiment_id])
    assert sorted((run.info.run_name, run.info.status) for run in runs) == [("S01", "FINISHED"), (FILM["name"], "FINISHED")]
    assert len(list((mlruns / "artifacts").rglob("shot.json"))) == kept == 1, "files of the first try are left"


def test_several_films_at_once_do_not_mix(mlruns: Path) -> None:
    going = Recording(Store(Queue(mlruns)))
    films = [queue_film(mlruns, start(name=f"film {number}"), {"do": "follow"}) for number in range(2)]
    assert going.go_on()
    for number, film in enumerate(films):
        add(film, log(shot(f"S{number}")))
        add(film, finish())
    assert not going.go_on()
    runs = runs_by_name(mlruns)
    parents = {name: run.data.tags.get("mlflow.parentRunId") for name, run in runs.items()}
    assert parents == {"film 0": None, "film 1": None, "S0": runs["film 0"].info.run_id, "S1": runs["film 1"].info.run_id}


def test_what_is_damaged_or_unknown_is_left_with_the_reason_and_stops_no_other_film(mlruns: Path) -> None:
    queue = Queue(mlruns).folder
    damaged = [queue_film(mlruns, {"do": "start_film"}, finish())]
    for text in (b"no json\n", b"[]\n", b'{"do": 1}\n', b'{"do": "finish", "time_ms": 1}\n', b'{"do": "start_film", "film": 1}\n'):
        damaged.append(queue / f"{len(damaged)}.jsonl")
        damaged[-1].write_bytes(text)
    os.utime(damaged[-1])
    dances = queue_film(mlruns, start(), {"do": "dance"}, finish())
    [reply] = record_film(mlruns, start(), log(shot("S01")), finish())
    assert reply["run_id"] is not None
    told = troubles(queue)
    assert told.keys() == {*damaged[:-1], dances}
    assert "holds a message 'dance' that this storyvid does not know" in told[dances]
    assert all("the file of a film is damaged" in told[path] for path in damaged[:-1])
    assert waiting_films(queue) == [damaged[-1]], "nothing says that it is complete"


def test_a_name_that_is_no_unicode_is_recorded_all_the_same(mlruns: Path) -> None:
    [reply] = record_film(mlruns, start(name="k\udcfcste", summary="in k\udcfcste"), log(shot("S01", prompt="\udcff")), finish())
    assert reply["warnings"] == []
    assert "k\\udcfcste" in runs_by_name(mlruns)


def test_a_file_that_was_never_begun_goes(mlruns: Path) -> None:
    queue = Queue(mlruns).folder
    queue.mkdir()
    path = queue / "1-2-3.jsonl"
    path.write_bytes(b'{"do": "start_f')
    going = Recording(Store(Queue(mlruns)))
    assert not going.go_on()
    assert path.exists(), "it may still be written"
    os.utime(path, (1, 1))
    assert not going.go_on()
    assert not path.exists()


def test_a_film_whose_file_cannot_be_removed_counts_once_and_goes_later(mlruns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue(mlruns).folder
    going = Recording(Store(Queue(mlruns)))
    other = queue_film(mlruns, start(name="other"), {"do": "follow"})
    path = queue_film(mlruns, start(), finish(), owner=dead_owner())
    with monkeypatch.context() as patch:
        patch.setattr(tracking_queue, "discard_patiently", lambda path, patience_s=None: False)
        assert going.go_on()
        assert path.exists()
        assert waiting_films(queue) == [other]
        assert going.go_on()
        Recording(Store(Queue(mlruns))).go_on()
    assert runs_by_name(mlruns)[FILM["name"]].info.status == "FINISHED"
    assert waiting_films(queue) == [other]
    assert [path.name for path in queue.iterdir()] == [other.name]


def test_what_mlflow_does_not_find_is_no_film_that_is_gone(mlruns: Path) -> None:
    def refuse(uri: str) -> Any:
        raise FileNotFoundError(2, "No such file or directory", "Z:/artifacts")

    path = queue_film(mlruns, start(), finish())
    Recording(Store(Queue(mlruns), refuse)).go_on()
    assert "Z:/artifacts" in troubles(Queue(mlruns).folder)[path]


def test_a_failure_that_cannot_be_written_down_is_no_endless_loop(mlruns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> Any:
        raise OSError(28, "No space left on device")

    path = queue_film(mlruns, start(), {"do": "dance"}, finish())
    monkeypatch.setattr(recorder, "note_trouble", fail)
    recording.record_queue(Queue(mlruns))
    assert waiting_films(Queue(mlruns).folder) == [path]


def test_a_film_that_comes_while_the_recording_ends_is_taken_too(mlruns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = queue_film(mlruns, start(name="first"), finish())
    later: list[Path] = []

    class Slow(Recording):
        def go_on(self) -> bool:
            more = super().go_on()
            if not later:  # its command finds the lock taken, and leaves it
                later.append(queue_film(mlruns, start(name="later"), finish()))
            return more

    monkeypatch.setattr(recordings, "Recording", Slow)
    recording.record_queue(Queue(mlruns))
    assert not first.exists()
    assert not later[0].exists()
    assert runs_by_name(mlruns).keys() == {"first", "later"}


def test_whoever_finds_the_lock_taken_leaves_the_film_to_the_other(mlruns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "ASKED_S", 0.0)
    path = queue_film(mlruns, start(), finish())
    with recording_lock(Queue(mlruns).folder):
        recording.record_queue(Queue(mlruns))
    assert path.exists()


def test_mlflow_that_cannot_be_loaded_is_told_with_every_film(mlruns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Any:
        raise RuntimeError("no such symbol")

    path = queue_film(mlruns, start(), finish())
    monkeypatch.setattr(recordings, "import_mlflow", fail)
    recording.record_queue(Queue(mlruns))
    assert "MLflow can't be loaded (RuntimeError: no such symbol)" in troubles(Queue(mlruns).folder)[path]


def test_a_queues_file_names_no_place(mlruns: Path, tmp_path: Path) -> None:
    """It may be a stranger's: it decides neither where is written nor which files of this computer are copied."""
    victim = tmp_path / "victim"
    (victim / "metadata").mkdir(parents=True)
    (victim / "metadata" / "tracking.json").write_text("mine", encoding="utf-8")
    orders = {"uri": f"sqlite:///{tmp_path / 'else.db'}", "mlruns": str(tmp_path / "else"), "answer": str(victim / "x.json")}
    queue_film(mlruns, start(), finish(), **orders, run=str(victim))
    outside = queue_film(mlruns, start(project="../../else"), finish())
    picture = queue_film(mlruns, start(), log(shot("S01"), victim / "passport.png"), finish())
    Recording(Store(Queue(mlruns))).go_on()
    assert (victim / "metadata" / "tracking.json").read_text(encoding="utf-8") == "mine", "there is no manifest beside it"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("else")]
    assert not (victim / "x.json").exists()
    told = troubles(Queue(mlruns).folder)
    assert "can't be a file name" in told[outside]
    assert "is no middle frame of a clip" in told[picture]


def test_films_of_another_computer_without_an_end_are_left_alone(mlruns: Path) -> None:
    elsewhere = describe_owner() | {"host": "another"}
    path = queue_film(mlruns, start(), {"do": "follow"}, owner=elsewhere)
    assert not Recording(Store(Queue(mlruns))).go_on()
    assert runs_by_name(mlruns, missing=True) == {}
    add(path, finish())
    assert not Recording(Store(Queue(mlruns))).go_on()
    assert not path.exists()


def test_a_run_folder_that_is_gone_is_told_and_the_film_recorded(mlruns: Path) -> None:
    path = queue_film(mlruns, start(), finish(), run=str(mlruns / "gone"))
    Recording(Store(Queue(mlruns))).go_on()
    assert not path.exists()
    assert runs_by_name(mlruns)[FILM["name"]].info.status == "FINISHED"
    assert not (mlruns / "gone").exists()


def test_ctrl_c_is_told_as_killed(mlruns: Path) -> None:
    record_film(mlruns, start(), finish("KILLED"))
    assert runs_by_name(mlruns)[FILM["name"]].info.status == "KILLED"


def test_a_picture_that_cannot_be_read_is_a_warning(mlruns: Path, tmp_path: Path) -> None:
    broken = tmp_path / "preview.png"
    broken.write_bytes(b"no picture")
    [reply] = record_film(mlruns, start(), log(shot("S01"), broken), finish())
    [warning] = reply["warnings"]
    assert "shot S01 is tracked without its picture" in warning
    assert runs_by_name(mlruns)[FILM["name"]].info.status == "FINISHED"


def test_a_store_that_cannot_be_opened_leaves_every_film_in_the_queue(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"this is no database" * 100)
    for _ in range(2):
        [reply] = record_film(tmp_path, start(), log(shot("S01")), finish())
        assert reply["run_id"] is None
        assert len(reply["warnings"]) == 1
        assert f"has not taken {FILM['name']}: the file is no database, or damaged" in reply["warnings"][0]
    assert len(troubles(Queue(tmp_path).folder)) == 2
    assert waiting_films(Queue(tmp_path).folder) == []
    (tmp_path / "mlflow.db").unlink()
    try_anew(Queue(tmp_path).folder)
    assert not Recording(Store(Queue(tmp_path))).go_on()
    assert list(Queue(tmp_path).folder.iterdir()) == []
    client = recording.connect(database_uri(database_path(tmp_path)))
    assert len(client.search_runs([client.get_experiment_by_name("harbour").experiment_id])) == 4


def test_a_project_deleted_in_the_ui_comes_back(mlruns: Path) -> None:
    record_film(mlruns, start(), finish())
    client = recording.connect(database_uri(database_path(mlruns)))
    client.delete_experiment(client.get_experiment_by_name("harbour").experiment_id)
    [reply] = record_film(mlruns, start(), finish())
    assert reply["warnings"] == []
    assert reply["run_id"] is not None


def test_a_moved_folder_is_named(mlruns: Path, tmp_path: Path) -> None:
    record_film(mlruns, start(), finish())
    moved = tmp_path / "moved"
    shutil.copytree(mlruns, moved)
    [reply] = record_film(moved, start(), finish())
    assert len(reply["warnings"]) == 1
    assert (mlruns / "artifacts" / "harbour").as_uri() in reply["warnings"][0]


def test_the_database_uses_a_write_ahead_log_and_leaves_no_draft(fresh: Path) -> None:
    connection = sqlite3.connect(database_path(fresh))
    assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
    connection.close()
    assert not list(fresh.glob("*.new-*"))


def test_the_newest_revision_read_from_text_is_the_one_mlflow_makes(fresh: Path) -> None:
    newest, known = known_revisions()
    assert newest == schema_revision(database_path(fresh))
    assert len(known) > 30
    assert back_up_before_upgrade(database_path(fresh)) is None


def test_an_older_database_is_copied_first_and_a_newer_one_refused(mlruns: Path) -> None:
    database = database_path(mlruns)
    connection = sqlite3.connect(database)
    connection.execute("update alembic_version set version_num = '451aebb31d03'")
    connection.commit()
    copy = back_up_before_upgrade(database)
    assert copy is not None
    assert copy.name == "mlflow.db.backup-451aebb31d03"
    assert schema_revision(copy) == "451aebb31d03"
    connection.execute("update alembic_version set version_num = 'ffff00000000'")
    connection.commit()
    connection.close()
    with pytest.raises(StoryvidError, match="written by a newer MLflow"):
        back_up_before_upgrade(database)


def test_telemetry_is_off_before_mlflow_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []
    stub = SimpleNamespace(MlflowClient=lambda **_: seen.append(os.environ.get("MLFLOW_DISABLE_TELEMETRY")))
    monkeypatch.setitem(sys.modules, "mlflow", stub)
    monkeypatch.setattr(os, "environ", {})
    recording.connect("http://127.0.0.1:9")
    assert seen == ["true"]
