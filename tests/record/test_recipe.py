"""The recipe: enough to render the film again, and nothing by which its author's computer could be known."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import numpy as np
import pytest

from storyvid import video
from storyvid.record.environment import describe_environment
from storyvid.record.recipe import model_name, pictures, portable, recipe
from storyvid.replay.recipe import film_of, loaded_storyboard, read_recipe, recipe_sha256, storyboard_of
from tests.films import config, film, storyboard

HERE = {"paths": {"outputs": "outputs", "mlruns": "mlruns"}, "tracking": {"kind": "none", "uri": None, "wait_s": 0}}


def record(shot_id: str, **values: object) -> dict[str, object]:
    """What a recipe reads of a shot's record."""
    made = {"chunks": [{"frames_sha256": "a" * 64}], "environment": describe_environment(), "stale": None, "picked": True}
    return {"id": shot_id, **made, **values}


def test_it_says_what_was_decided_for_each_shot():
    shots = {"overrides": {"steps": 40, "cfg": 6.5}}, {"seed": 9}
    written = recipe(film(storyboard(*shots), "sampler.steps=7", typed=("sampler.steps",)))["shots"]
    assert (written["S01"]["steps"], written["S01"]["cfg"], written["S02"]["steps"], written["S02"]["seed"]) == (7, 6.5, 7, 9)
    untyped = recipe(film(storyboard(*shots), "sampler.steps=7"))["shots"]
    assert (untyped["S01"]["steps"], untyped["S02"]["steps"]) == (40, 7)


def test_it_says_what_the_model_gave_for_the_takes_in_the_film():
    prepared = film(storyboard({}, {}, {}))
    older = describe_environment() | {"storyvid": "0.0.1"}
    records = [
        record("S01"),
        record("S02", environment=older, stale="kept", chunks=[{"frames_sha256": "b" * 64}, {"frames_sha256": "c" * 64}]),
        record("S03", chunks=[]),
        record("S01", picked=False, chunks=[{"frames_sha256": "d" * 64}]),
    ]
    shots = recipe(prepared, records)["shots"]
    assert shots["S01"]["frames_sha256"] == ["a" * 64]
    assert "environment" not in shots["S01"]
    assert (shots["S02"]["frames_sha256"], shots["S02"]["stale"]) == (["b" * 64, "c" * 64], "kept")
    assert shots["S02"]["environment"] == portable(older)
    assert shots["S03"].keys() == {"steps", "cfg", "seed", "take"}


def test_it_knows_its_pictures_by_their_content(tmp_path):
    picture = np.zeros((8, 8, 3), np.uint8)
    video.write_image(tmp_path / "a.png", picture)
    prepared = film(storyboard({"continuity": {"image": "a.png"}}, {"continuity": {"image": "none.png"}}), folder=tmp_path)
    before = pictures(prepared)
    assert (len(str(before["a.png"])), before["none.png"]) == (64, None)
    video.write_image(tmp_path / "a.png", np.zeros((16, 16, 3), np.uint8))
    assert pictures(prepared)["a.png"] != before["a.png"]


def test_it_names_neither_folder_nor_computer_nor_user(tmp_path, monkeypatch):
    (tmp_path / "my model").mkdir()
    local = film(storyboard({}), f"backend.model='{(tmp_path / 'my model').as_posix()}'", folder=tmp_path)
    written = recipe(local, [record("S01")])
    assert written["config"]["backend"]["model"] == "my model"
    text = json.dumps(written)
    assert [secret for secret in (str(tmp_path), str(Path.home()), platform.node()) if secret in text] == []
    assert written["environment"].keys() == {"storyvid", "git_commit", "python", "os", "packages", "gpus"}
    assert written["environment"]["os"] in ("Linux", "Windows", "macOS")
    assert model_name("Wan-AI/Wan2.2-TI2V-5B-Diffusers") == "Wan-AI/Wan2.2-TI2V-5B-Diffusers"


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ((), ()),
        (("sampler.steps=7",), ("sampler.steps",)),
        (("sampler.cfg=3",), ("sampler.cfg",)),
        (("seed=7",), ("seed",)),
        (("seed=7",), ()),
        (("+pick.S02=3", "takes=2"), ("pick.S02",)),
        (("shots=[S01]", "edit.handles=0.5", "stale=keep"), ()),
    ],
)
def test_it_reads_back_as_the_same_plan(words, typed, tmp_path):
    shots = {"overrides": {"steps": 40, "cfg": 6.5}, "id": "A"}, {"seed": 9, "id": "S02", "continuity": "continue"}, {"id": "S01"}
    prepared = film(storyboard(*shots, seed=11, title="Ein Märchen"), *words, typed=typed)
    values = json.loads(json.dumps(recipe(prepared)))
    read = read_recipe(values, "film.mp4")
    board = storyboard_of(read, "film.mp4")
    again = film_of(read, loaded_storyboard(board, read, tmp_path, "film.mp4"), HERE, config())
    assert again.plan.shots == prepared.plan.shots
    assert (again.plan.seed, again.plan.film_height) == (prepared.plan.seed, prepared.plan.film_height)
    assert again.project == "ein-marchen"
    assert recipe_sha256(values) == recipe_sha256(json.loads(json.dumps(values, sort_keys=True)))


def test_a_recipe_of_the_first_kind_is_still_read(tmp_path):
    values = recipe(film(storyboard({}, {})))
    for key in ("pictures", "environment"):
        del values[key]
    for shot in values["shots"].values():
        del shot["take"]
    read = read_recipe(values, "old.mp4")
    assert (read.rendered, read.pictures, read.environment) == (("S01", "S02"), {}, None)
