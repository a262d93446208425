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
from storyvid.record.database import back_up_before_upgrade, database_path, database_uri, known_revisions, schema_revision
from storyvid.record.mlflow.background import Background
from storyvid.record.mlflow.film import MAX_PARAM
from storyvid.record.owner import describe_owner

START_MS = 1_800_000_000_000
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
        **more,
    }


@pytest.fixture
def mlruns(fresh: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "läufe 100% 故事" / "mlruns"
    folder.mkdir(parents=True)
    shutil.copy(database_path(fresh), database_path(folder))
    return folder


def play(mlruns: Path, *messages: Mapping[str, Any], owner: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    uri = database_uri(database_path(mlruns))
    replies: list[dict[str, Any]] = []
    opening = {"do": "open", "uri": uri, "mlruns": str(mlruns), "owner": dict(owner or describe_owner())}
    timed = [{"time_ms": START_MS + 1000 * number, **message} for number, message in enumerate([opening, *messages])]
    recording.serve(timed, replies.append)
    return replies


def start(**more: Any) -> dict[str, Any]:
    return {"do": "start_film", "film": FILM | more}


def log(record: dict[str, Any], middle_frame: Path | None = None) -> dict[str, Any]:
    return {"do": "log_shot", "shot": record, "middle_frame": None if middle_frame is None else str(middle_frame)}


def finish(status: str = "FINISHED", artifacts: tuple[Path, ...] = (), **metrics: float) -> dict[str, Any]:
    return {"do": "finish", "number": 1, "status": status, "artifacts": [str(path) for path in artifacts], "metrics": metrics}


def runs_by_name(mlruns: Path) -> dict[str, Any]:
    client = recording.connect(database_uri(database_path(mlruns)))
    experiment = client.get_experiment_by_name("harbour")
    return {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}


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
    play(mlruns, start(), log(shot("S01", **told)), log(shot("S02", **told | {"model_commit": both})), finish())
    run = runs_by_name(mlruns)["S01"]
    assert json.loads(runs_by_name(mlruns)["S02"].data.tags["storyvid.model_revision"]) == both
    columns = [run.data.params[name] for name in ("sampler.cfg_2", "sampler.flow_shift", "model_commit", "weights")]
    assert columns == ["3.0", "null", "abc", '{"model": "abc"}']
    assert run.data.tags["storyvid.model_revision"] == "abc"
    assert (run.data.metrics["stage.denoise_s"], run.data.metrics["peak_device_gb"]) == (4.0, 11.5)
    steps = recording.connect(database_uri(database_path(mlruns))).get_metric_history(run.info.run_id, "step_s")
    assert [(point.step, point.value) for point in steps] == [(0, 1.0), (1, 0.5), (2, 0.25)]


def test_a_film_is_one_run_with_its_shots_below_it(mlruns: Path, tmp_path: Path) -> None:
    frame = tmp_path / "middle.png"
    Image.new("RGB", (1920, 1080), "teal").save(frame)
    film_file, page = tmp_path / "film.mp4", tmp_path / "prompts"
    film_file.write_bytes(b"mp4")
    page.mkdir()
    (page / "S01.txt").write_text("boat", encoding="utf-8")
    [reply] = play(
        mlruns,
        start(),
        log(shot("S01"), frame),
        log(shot("S02", reused=True)),
        log(shot("S03", error="out of memory"), frame),
        finish("FINISHED", (film_file, page), seconds=12.5),
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
    kept = files_of(mlruns, film)
    assert {"film.mp4", "prompts/S01.txt"} <= set(kept)
    pictures = [name for name in kept if name.endswith(".png")]
    assert [name.split("+step+")[1].split("+")[0] for name in pictures] == ["0", "1"]  # S02 has none, and leaves no gap
    with Image.open(mlruns / "artifacts" / "harbour" / film.info.run_id / "artifacts" / pictures[0]) as picture:
        assert picture.size == (960, 540)
    record = mlruns / "artifacts" / "harbour" / first.info.run_id / "artifacts" / "shot.json"
    assert json.loads(record.read_text(encoding="utf-8"))["prompt"] == "A boat, S01"


def test_long_text_many_params_and_strange_names_survive(mlruns: Path) -> None:
    choices = {"backend": {f"key {number}": number for number in range(250)}, "loras[0]/path:x": "y"}
    [reply] = play(mlruns, start(choices=choices), log(shot("S01", prompt="sea " * 2000)), finish(endless=float("inf")))
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
    assert play(mlruns, start(), log(shot("S01"))) == []
    runs = runs_by_name(mlruns)
    assert (runs[FILM["name"]].info.status, runs["S01"].info.status) == ("KILLED", "FINISHED")


def test_ctrl_c_is_told_as_killed(mlruns: Path) -> None:
    play(mlruns, start(), finish("KILLED"))
    assert runs_by_name(mlruns)[FILM["name"]].info.status == "KILLED"


def test_runs_of_dead_processes_are_closed_and_those_of_living_ones_left(mlruns: Path) -> None:
    uri = database_uri(database_path(mlruns))
    client = recording.open_store(uri)
    experiment_id, _ = recording.open_experiment(client, uri, mlruns, "harbour")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here = describe_owner()
    owners = {
        "alive": here,
        "dead": here | {"pid": ended.pid},
        "number given anew": here | {"process_start": here["process_start"] - 3600},
        "elsewhere": here | {"host": "another", "pid": ended.pid},
    }
    for name, owner in owners.items():
        recording.FilmLog(client, experiment_id, FILM | {"name": name}, owner, START_MS, Background())
    assert recording.close_dead_runs(client, here) == 2
    statuses = {name: run.info.status for name, run in runs_by_name(mlruns).items()}
    assert statuses == {"alive": "RUNNING", "dead": "KILLED", "number given anew": "KILLED", "elsewhere": "RUNNING"}


def test_trouble_becomes_warnings(mlruns: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    [reply] = play(mlruns, start(), log(shot("S01"), broken), finish("FINISHED", (tmp_path / "missing.mp4",)))
    assert len(reply["warnings"]) == 2
    assert "shot S01 is not wholly tracked" in reply["warnings"][0]
    assert "missing.mp4 is missing" in reply["warnings"][1]
    assert runs_by_name(mlruns)[FILM["name"]].info.status == "FINISHED"


def test_a_store_that_cannot_be_opened_is_one_warning_per_film(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"this is no database" * 100)
    replies = play(tmp_path, start(), log(shot("S01")), finish(), start(), finish())
    assert [len(reply["warnings"]) for reply in replies] == [1, 1]
    assert "can't be used" in replies[0]["warnings"][0]
    assert replies[0]["run_id"] is None


def test_a_project_deleted_in_the_ui_comes_back(mlruns: Path) -> None:
    play(mlruns, start(), finish())
    client = recording.connect(database_uri(database_path(mlruns)))
    client.delete_experiment(client.get_experiment_by_name("harbour").experiment_id)
    [reply] = play(mlruns, start(), finish())
    assert reply["warnings"] == []
    assert reply["run_id"] is not None


def test_a_moved_folder_is_named(mlruns: Path, tmp_path: Path) -> None:
    play(mlruns, start(), finish())
    moved = tmp_path / "moved"
    shutil.copytree(mlruns, moved)
    [reply] = play(moved, start(), finish())
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
