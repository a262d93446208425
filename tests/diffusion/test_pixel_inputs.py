"""Weights in the fingerprint: by content, and only those that a shot needs."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from storyvid.backends.base import close_backends, load_backend
from storyvid.clips.fingerprint import fingerprint, pixel_inputs
from storyvid.config import validate
from storyvid.film import prepare_film
from storyvid.storyboard.load import LoadedStoryboard
from tests.diffusion.folders import COMMIT, backend, into_cache, write_checkpoint, write_json
from tests.films import composed_values, storyboard

MODEL = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
SHOTS = ({"duration": 1}, {"duration": 1, "continuity": "continue"})


def inputs(name: str, *shots: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    """What the clips of a film are made from, shot by shot."""
    values = composed_values(f"backend={name}", "resolution.height=64", "resolution.width=96")
    config = validate(values | {"backend": backend(name, **changes).model_dump(mode="json")})
    loaded = LoadedStoryboard(storyboard(*(shots or SHOTS)), (), Path("test.json"), "0" * 64, "test")
    film = prepare_film(loaded, config)
    return [pixel_inputs(request, config, ("0" * 64,)) for request in film.requests.values()]


@pytest.fixture
def both(tmp_path) -> Path:
    write_checkpoint(tmp_path / "a14b" / "text", "wan_14b")
    write_checkpoint(tmp_path / "a14b" / "image", "wan_14b_image")
    return tmp_path / "a14b"


def test_a_moved_folder_and_a_branch_and_its_commit_are_one_model(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    into_cache(tmp_path / "hub", MODEL, "wan")
    assert inputs("wan", revision="main") == inputs("wan", revision=COMMIT)
    first = write_checkpoint(tmp_path / "first")
    before = inputs("wan", model=str(first))
    shutil.move(first, tmp_path / "second")
    assert inputs("wan", model=str(tmp_path / "second")) == before
    assert {"model", "revision"}.isdisjoint(before[0])
    write_json(tmp_path / "second" / "vae" / "config.json", {"changed": 1})
    assert [fingerprint(one) for one in inputs("wan", model=str(tmp_path / "second"))] != [fingerprint(one) for one in before]


def test_only_the_model_that_a_shot_needs_counts(both):
    from_text, from_picture = inputs("wan_14b", model=str(both))
    assert set(from_text["weights"]) == {"model"}
    assert set(from_picture["weights"]) == {"image_model"}
    (chunked,) = inputs("wan_14b", {"duration": 8}, model=str(both))
    assert set(chunked["weights"]) == {"model", "image_model"}
    before = from_text
    write_json(both / "image" / "vae" / "config.json", {"changed": 1})
    assert inputs("wan_14b", model=str(both))[0] == before


def test_a_lora_for_the_other_model_of_two_does_not_count(both, tmp_path):
    (tmp_path / "a.safetensors").write_bytes(b"1")
    lora = {"path": str(tmp_path / "a.safetensors"), "only": "image"}
    plain, given = (inputs("wan_14b", *SHOTS, {"duration": 8}, model=str(both), loras=loras) for loras in ([], [lora]))
    from_text, from_picture, chunked = (fingerprint(one) == fingerprint(other) for one, other in zip(plain, given, strict=True))
    assert (from_text, from_picture, chunked) == (True, False, False)


def test_strength_and_content_of_small_weights_count_and_their_names_do_not(tmp_path):
    folder = write_checkpoint(tmp_path / "wan")
    for name, content in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        (tmp_path / f"{name}.safetensors").write_bytes(content)

    def key(name: str, weight: float = 1.0) -> str:
        loras = [{"path": str(tmp_path / f"{name}.safetensors"), "weight": weight}]
        return fingerprint(inputs("wan", model=str(folder), loras=loras)[0])

    assert key("a") == key("b")
    assert len({key("a"), key("c"), key("a", 0.5)}) == 3


def test_weights_that_change_in_their_folder_are_loaded_anew(tmp_path, monkeypatch):
    folder, made = write_checkpoint(tmp_path / "model"), []

    def load(config: Any, memory: Any) -> Any:
        made.append(SimpleNamespace(use=lambda config: None, close=lambda: None))
        return made[-1]

    monkeypatch.setattr("storyvid.backends.wan.load", load)
    config, memory = backend("wan", model=str(folder)), validate(composed_values("memory=cpu")).memory
    try:
        first = load_backend(config, memory)
        assert load_backend(config, memory) is first
        write_json(folder / "vae" / "config.json", {"changed": 1})
        assert load_backend(config, memory) is not first
    finally:
        close_backends()
    assert len(made) == 2


def test_files_below_the_users_own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    config = backend("wan", gguf="~/w.gguf", loras=[{"path": "~/l.safetensors"}])
    assert config.gguf == (str(tmp_path / "w.gguf"),)
    assert config.loras[0].path == str(tmp_path / "l.safetensors")
