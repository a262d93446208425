"""Weights in a recipe: no folder of anybody's computer, the commits that were used, and what is asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from storyvid.config import validate
from storyvid.errors import ConfigError, StoryvidError
from storyvid.film import prepare_film
from storyvid.record.recipe import recipe as make_recipe
from storyvid.replay.models import backend_here, told_weights
from storyvid.replay.recipe import read_recipe
from storyvid.storyboard.load import LoadedStoryboard
from tests.diffusion.folders import COMMIT, backend, write_checkpoint, write_tensors
from tests.films import composed_values, storyboard


def recorded(tmp_path, **changes: Any) -> dict[str, Any]:
    """The recipe of a film of a diffusion backend, as it would be read from its MP4."""
    words = ("backend=wan", "resolution.height=64", "resolution.width=96")
    values = composed_values(*words)
    own = backend("wan", **changes).model_dump(mode="json")
    config = validate(values | {"backend": own, "paths": {"outputs": str(tmp_path), "mlruns": str(tmp_path)}})
    loaded = LoadedStoryboard(storyboard({"duration": 1}), (), tmp_path / "test.json", "0" * 64, "test")
    made: dict[str, Any] = json.loads(json.dumps(make_recipe(prepare_film(loaded, config))))
    return made


@pytest.fixture
def own_weights(tmp_path) -> dict[str, Any]:
    """Settings that name a folder and files of this computer."""
    gguf = tmp_path / "secret place" / "q4.gguf"
    lora = write_tensors(tmp_path / "secret place" / "style.safetensors", "lora")
    gguf.write_bytes(b"GGUF")
    folder = write_checkpoint(tmp_path / "secret place" / "my wan")
    return {"model": str(folder), "gguf": [str(gguf)], "loras": [{"path": str(lora), "weight": 0.5}]}


def test_a_recipe_names_weights_by_content_and_no_place(tmp_path, own_weights):
    made = recorded(tmp_path, **own_weights)
    assert "secret place" not in json.dumps(made)
    named = made["config"]["backend"]
    assert (named["model"], named["gguf"], named["loras"][0]["path"]) == ("my wan", ["q4.gguf"], "style.safetensors")
    assert {role: len(value if isinstance(value, str) else value[0]) for role, value in made["weights"].items()} == {
        "model": 64,
        "gguf": 64,
        "loras": 64,
    }


def test_places_must_be_said_and_are_used(tmp_path, own_weights):
    recipe = read_recipe(recorded(tmp_path, **own_weights), "film.mp4")
    with pytest.raises(ConfigError) as caught:
        backend_here(recipe, {}, "film.mp4")
    assert [problem.fix for problem in caught.value.problems] == [
        "add backend.model=FOLDER",
        "add backend.gguf=FILE",
        "add backend.loras=FILE",
    ]
    lora = own_weights["loras"][0]["path"]
    given = {"backend.model": own_weights["model"], "backend.gguf": own_weights["gguf"][0], "backend.loras": f"[{lora}]"}
    here = backend_here(recipe, given, "film.mp4")
    assert here is not None
    assert {key: here[key] for key in ("model", "gguf")} == {key: own_weights[key] for key in ("model", "gguf")}
    assert (here["loras"][0]["path"], here["loras"][0]["weight"]) == (lora, 0.5)
    with pytest.raises(ConfigError, match="2 files given, and the film was rendered with 1"):
        backend_here(recipe, given | {"backend.gguf": "a.gguf,b.gguf"}, "film.mp4")
    with pytest.raises(ConfigError, match="the film was rendered without one"):
        backend_here(recipe, given | {"backend.keyframe": "a/b"}, "film.mp4")


def test_the_commit_that_was_used_is_used_again(tmp_path):
    made = recorded(tmp_path, revision="main")
    recipe = read_recipe(made | {"weights": {"model": COMMIT}}, "film.mp4")
    here = backend_here(recipe, {}, "film.mp4")
    assert here is not None
    assert here["revision"] == COMMIT
    assert backend_here(read_recipe(made, "film.mp4"), {}, "film.mp4") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"gguf": ["/home/me/q4.gguf"]},
        {"gguf": ["..\\q4.gguf"]},
        {"gguf": "C:q4.gguf"},
        {"loras": [{"path": "../x.safetensors"}]},
        {"loras": ["a/b"]},
        {"image_model": "/home/me/wan"},
        {"keyframe": "../sd"},
        {"keyframe": "a/b/c"},
        {"keyframe": ".."},
    ],
)
def test_a_recipe_that_leads_somewhere_is_refused(tmp_path, changes):
    made = recorded(tmp_path)
    made["config"]["backend"] |= changes
    with pytest.raises(StoryvidError, match="neither a model's name nor that of a folder or file"):
        read_recipe(made, "film.mp4")


@pytest.mark.parametrize("weights", [{"model": "x"}, {"model": COMMIT + "\n"}, {"model": 5}, {"gguf": ["zz"]}, []])
def test_identities_are_checked(tmp_path, weights):
    with pytest.raises(StoryvidError):
        read_recipe(recorded(tmp_path) | {"weights": weights}, "film.mp4")


def test_other_weights_are_told():
    here = {"model": "b" * 64, "gguf": ["c" * 64]}
    said = list(told_weights({"model": "a" * 64, "gguf": ["c" * 64], "image_model": COMMIT}, here))
    assert said == [("weights (model)", "a" * 12, "b" * 12), ("weights (image model)", COMMIT[:12], "not on this machine yet")]
    assert list(told_weights({}, here)) == []
