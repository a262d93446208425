"""A sweep of a model's settings, on the command line: its weights are loaded once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from storyvid.cli import main


def test_a_sweep_of_steps_and_cfg_loads_the_weights_once(
    tmp_path: Path, tiny_checkpoint: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    board = {"title": "Test", "shots": [{"id": "S01", "prompt": "A red boat on the calm grey sea.", "duration": 0.5}]}
    (tmp_path / "my.json").write_text(json.dumps(board), encoding="utf-8")
    size = ["resolution.height=64", "resolution.width=96", "upscale=none", "tracking=none"]
    model = ["backend=wan", "memory=cpu", f"backend.model={tiny_checkpoint('wan')}"]
    words = ["-m", "storyboard=my.json", *model, *size, "sampler.steps=2,3", "sampler.cfg=1,4"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STORYVID_ROOT", raising=False)
    assert main(words) == 0  # in this process, which may have imported torch already
    told = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "outputs").rglob("run.log"))
    assert told.count("Loaded the weights of wan") == told.count("Loaded the text encoder") == 1
    assert told.index("Loading the weights of wan …") < told.index("Loaded the weights of wan")
    records = sorted((tmp_path / "outputs").rglob("metadata/shots/S01.json"))
    made = [json.loads(path.read_text(encoding="utf-8")) for path in records]
    settings = [(record["num_inference_steps"], record["guidance_scale"]) for record in made]
    assert sorted(settings) == [(2, 1.0), (2, 4.0), (3, 1.0), (3, 4.0)]
    assert len({record["chunks"][0]["frames_sha256"] for record in made}) == 4
