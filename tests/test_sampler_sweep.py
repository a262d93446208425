"""A sweep of a model's settings, on the command line: its weights are loaded once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from storyvid.backends.base import close_backends, load_backend
from storyvid.cli import main
from tests.backends.pipelines import memory, option


def sweep(folder: Path, name: str, model: Path, shot: dict[str, Any], *words: str) -> tuple[str, list[dict[str, Any]]]:
    """The logs and the records of S01 of a sweep over films of one short shot; in this process, which may have torch already."""
    board = {"title": "Test", "shots": [{"id": "S01", "prompt": "A red boat on the calm grey sea.", "duration": 0.5, **shot}]}
    (folder / f"{name}.json").write_text(json.dumps(board), encoding="utf-8")
    size = ["resolution.height=64", "resolution.width=128", "upscale=none", "tracking=none", "memory=cpu"]
    assert main(["-m", f"storyboard={name}.json", f"backend={name}", f"backend.model={model}", *size, *words]) == 0
    told = "".join(path.read_text(encoding="utf-8") for path in sorted((folder / "outputs").rglob("run.log")))
    records = sorted((folder / "outputs").rglob("metadata/shots/S01.json"))
    return told, [json.loads(path.read_text(encoding="utf-8")) for path in records]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, and the place of outputs/."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STORYVID_ROOT", raising=False)
    return tmp_path


def test_a_sweep_of_steps_and_cfg_loads_the_weights_once(workplace: Path, tiny_checkpoint: Callable[[str], Path]) -> None:
    told, made = sweep(workplace, "wan", tiny_checkpoint("wan"), {}, "sampler.steps=2,3", "sampler.cfg=1,4")
    assert told.count("Loaded the weights of wan") == told.count("Loaded the text encoder") == 1
    assert told.index("Loading the weights of wan …") < told.index("Loaded the weights of wan")
    assert sum("load_s" in record["stages"] for record in made) == sum("encode_s" in record["stages"] for record in made) == 1
    settings = [(record["num_inference_steps"], record["guidance_scale"]) for record in made]
    assert sorted(settings) == [(2, 1.0), (2, 4.0), (3, 1.0), (3, 4.0)]
    assert len({record["chunks"][0]["frames_sha256"] for record in made}) == 4


def test_a_sweep_of_what_no_weight_depends_on_loads_them_once_and_each_film_has_its_own(
    workplace: Path, tiny_checkpoint: Callable[[str], Path]
) -> None:
    Image.new("RGB", (128, 64), "orange").save(workplace / "sun.png")
    shot, model = {"continuity": {"image": "sun.png"}}, tiny_checkpoint("svd")
    told, made = sweep(workplace, "svd", model, shot, "backend.motion_bucket_id=100,200", "sampler.steps=1")
    assert told.count("Loaded the weights of svd") == 1
    assert len({record["chunks"][0]["frames_sha256"] for record in made}) == 2


def test_a_loaded_backend_takes_the_next_films_limits_and_other_weights_are_another_backend(
    tiny_checkpoint: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_checkpoint("wan_1_3b"), tmp_path / "model")
    loaded = load_backend(option("wan_1_3b", model=str(folder)), memory())
    assert load_backend(option("wan_1_3b", model=str(folder), max_frames=9), memory()) is loaded
    assert (loaded.config.max_frames, loaded.limits.max_frames) == (9, 9)
    assert load_backend(option("wan_1_3b", model=str(folder)), memory(dtype="bfloat16")) is not loaded
    loaded = load_backend(option("wan_1_3b", model=str(folder)), memory())
    (folder / "vae" / "config.json").write_bytes((folder / "vae" / "config.json").read_bytes() + b" ")
    assert load_backend(option("wan_1_3b", model=str(folder)), memory()) is not loaded
    close_backends()
