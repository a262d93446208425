"""torch is loaded while weights are read for the first time, and only where a shot must be rendered for certain."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from storyvid.cli import machine
from storyvid.clips.record import sealed
from storyvid.config import AnyRunConfig
from storyvid.diffusion import hashes, libraries
from tests import films
from tests.diffusion.folders import COMMIT, into_cache, write_checkpoint


@pytest.fixture
def config(tmp_path, monkeypatch) -> AnyRunConfig:
    """Of a film by weights in a folder, which count as large, with an empty store."""
    monkeypatch.setenv("STORYVID_ROOT", str(tmp_path))
    monkeypatch.setattr(hashes, "WORTH_KEEPING", 1)
    monkeypatch.setattr(hashes, "_known", {})
    monkeypatch.setattr(hashes, "_read_here", set())
    return films.config("backend=wan", "memory=cpu", f"backend.model={write_checkpoint(tmp_path / 'wan').as_posix()}")


@pytest.fixture
def loads(monkeypatch) -> list[str]:
    """Grows each time that the libraries would be loaded."""
    made: list[str] = []
    monkeypatch.setattr(machine, "_load_libraries", lambda: made.append("torch"))
    return made


def keep_clip(config: AnyRunConfig, kind: str) -> None:
    folder = config.clips / "ab" / ("ab" * 32)
    folder.mkdir(parents=True)
    (folder / "clip.json").write_text(sealed({"inputs": {"kind": kind}}), encoding="utf-8")


def test_torch_is_loaded_while_weights_are_read(config, loads, capsys):
    machine.fetch_weights([config, config], to_render=True)
    assert loads == ["torch"]
    assert any(key.startswith(f"{Path(config.backend.model).as_posix()}/transformer/") for key in hashes._known)
    said = capsys.readouterr().err
    assert said == (
        "Reading the model's files once (0.0 GB), so that its clips are known again, while torch and diffusers are loaded\n"
    )


def test_a_file_of_weights_by_itself_is_read_so_too(config, loads, tmp_path):
    lora = tmp_path / "lora.safetensors"
    lora.write_bytes(b"x" * 100)
    words = ["backend=wan", "memory=cpu", f"backend.model={config.backend.model}"]
    machine.fetch_weights([config])
    machine.fetch_weights([films.config(*words, f"backend.loras=[{{path: {lora.as_posix()}}}]")], to_render=True)
    assert loads == ["torch"]


def test_torch_is_not_loaded_for_weights_that_are_known_or_named_by_a_commit(config, loads, tmp_path, monkeypatch, capsys):
    machine.fetch_weights([config])
    machine.fetch_weights([config], to_render=True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    into_cache(tmp_path / "hub", "Wan-AI/Wan2.2-TI2V-5B-Diffusers", "wan")
    machine.fetch_weights([films.config("backend=wan", "memory=cpu", f"backend.revision={COMMIT}")], to_render=True)
    assert loads == []
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("kind", "expected"), [("wan", []), ("animatic", ["torch"])])
def test_torch_is_not_loaded_where_the_store_may_hold_every_clip(config, loads, kind, expected):
    keep_clip(config, kind)
    machine.fetch_weights([config], to_render=True)
    assert loads == expected


def test_torch_is_not_loaded_for_films_that_another_process_renders(config, loads):
    machine.fetch_weights([config])
    assert loads == []


def test_ctrl_c_ends_the_loading_and_the_reading(config, monkeypatch):
    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(machine, "_load_libraries", stop)
    monkeypatch.setattr(hashes, "BLOCK", 1)
    long = Path(config.backend.model) / "vae" / "long.safetensors"
    long.write_bytes(bytes(2**24))  # at a byte a time some ten seconds
    with pytest.raises(KeyboardInterrupt):
        machine.fetch_weights([config], to_render=True)
    assert not any("long.safetensors" in key for key in hashes._known)


def test_what_the_libraries_warn_of_while_they_load_is_a_message(monkeypatch, capsys):
    warned = logging.getLogger("some.library")

    def import_libraries() -> None:
        warned.warning("it is old")

    monkeypatch.setattr(libraries, "import_libraries", import_libraries)
    machine._load_libraries()
    assert capsys.readouterr().err == "warning: it is old\n"
