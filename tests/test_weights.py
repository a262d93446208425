"""Models on the command line: what is told of weights and cards before anything is made, as it is printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import huggingface_hub
import pytest

from storyvid.cli import main
from storyvid.commands import render
from storyvid.memory import profiles
from storyvid.memory.card import Card, TorchBuild
from tests.diffusion.folders import COMMIT, into_cache, write_checkpoint

MODEL = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
SMALL = ["storyboard=my.json", "resolution.height=64", "resolution.width=96", "tracking=none"]
WORDS = [*SMALL, "backend=wan", "memory=cpu"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The current folder, with a storyboard in it; no hub, and a cache of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STORYVID_ROOT", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(huggingface_hub, "is_offline_mode", lambda: True)
    board = {"title": "Test", "shots": [{"id": "S01", "prompt": "A red boat on the calm grey sea.", "duration": 1}]}
    (tmp_path / "my.json").write_text(json.dumps(board), encoding="utf-8")
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is printed of a command line that is refused. Nothing is made."""
    before = sorted(Path.cwd().rglob("*"))
    assert main([*SMALL, *words]) == 1
    assert sorted(Path.cwd().rglob("*")) == before
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_the_plan_warns_of_a_download_and_makes_nothing(folder, capsys):
    assert main(["plan", *WORDS]) == 0
    text = capsys.readouterr().out
    assert "S01  render, because: the model is not on this machine yet" in text
    assert f"backend.model: {MODEL} is not on this machine (or not all of it); a render downloads it into {folder / 'hub'}" in text
    assert "about 34 GB in all, licence Apache-2.0" in text
    assert sorted(path.name for path in folder.iterdir()) == ["my.json"]


def test_a_plan_with_weights_in_the_cache_or_in_a_folder_warns_of_nothing(folder, capsys):
    into_cache(folder / "hub", MODEL, "wan")
    write_checkpoint(folder / "wan")
    for words in ((), ("backend.model=wan",), (f"backend.revision={COMMIT}",)):
        assert main(["plan", *WORDS, *words]) == 0
        text = capsys.readouterr().out
        assert "is not on this machine" not in text
        assert "there is no clip like it yet" in text
        assert ("backend wan, wan (a folder)" in text) is ("backend.model=wan" in words)


def test_a_render_without_weights_is_refused_offline(capsys):
    said = refused(capsys, *WORDS[-2:])
    assert said.startswith("storyvid: one problem; nothing was made\n")
    assert f"{MODEL}: is not on this machine (or not all of it), and HF_HUB_OFFLINE=1 forbids downloads" in said


def test_a_wrong_folder_and_a_damaged_one_are_refused_by_plan_and_render(folder, capsys):
    ltx = write_checkpoint(folder / "ltx", "ltx")
    assert "did you mean backend=ltx?" in refused(capsys, *WORDS[-2:], "backend.model=ltx")
    weights = ltx / "vae" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    (ltx / "tokenizer" / "tokenizer.json").unlink()
    words = ["backend=ltx", "memory=cpu", "backend.model=ltx"]
    said = refused(capsys, *words)
    assert said.startswith("storyvid: 2 problems; nothing was made")
    assert "the tokenizer's words are missing" in said
    assert f"{weights}: it is cut short" in said
    assert main(["plan", *SMALL, *words]) == 1
    assert "it is cut short" in capsys.readouterr().err


def test_mistakes_of_the_machine_and_of_the_model_are_told_together(capsys, monkeypatch):
    monkeypatch.setattr(profiles, "find_card", lambda: Card("NVIDIA GeForce RTX 5070", (12, 0), "581.57", (13, 0), 11.9))
    monkeypatch.setattr(profiles, "find_torch", lambda: TorchBuild("2.6.0+cu124", (12, 4)))
    said = refused(capsys, "backend=wan", "memory=auto", "backend.model=./nowhere")
    assert said.startswith("storyvid: 2 problems; nothing was made")
    assert (
        "1. backend=wan: needs an NVIDIA card: this torch holds no code for the card (compute capability 12.0); found are "
        "NVIDIA GeForce RTX 5070 with driver 581.57, and torch 2.6.0+cu124 (built for CUDA 12.4)\n"
        "  Fix: python -m pip install torch==2."
    ) in said
    assert "2. backend.model: there is no folder" in said


@pytest.mark.parametrize("words", [("memory=auto",), ("memory=12gb",), ()])
def test_without_a_card_nothing_runs_on_the_processor_unasked(capsys, monkeypatch, words):
    monkeypatch.setattr(profiles, "find_card", lambda: None)
    said = refused(capsys, "backend=wan", *words)
    assert "backend=wan: needs an NVIDIA card: no NVIDIA card can be read" in said
    assert "or add memory=cpu to try it on the processor, which is very slow" in said


def test_weights_are_fetched_before_the_run_folder_is_made(folder, capsys, monkeypatch):
    def fetch(configs: object, *, to_render: bool) -> None:
        assert not (folder / "outputs").exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(render, "fetch_weights", fetch)
    assert main(WORDS) == 130
    assert sorted(path.name for path in folder.iterdir()) == ["my.json"]


def test_by_itself_too(folder):
    """The real command, with the variables that huggingface_hub reads."""
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "home"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "storyvid", *WORDS], capture_output=True, text=True, encoding="utf-8", env=environment, check=False
    )
    assert done.returncode == 1
    assert "HF_HUB_OFFLINE=1 forbids downloads" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["my.json"]
