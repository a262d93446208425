"""``tiny``: checkpoints in the real layout, the same bytes each time, whose pictures answer to what they are asked."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from storyvid.commands import tiny
from storyvid.errors import ConfigError
from tests.backends.pipelines import option
from tests.tiny import TinyCheckpoint

NAMES = ("wan", "wan_fast", "wan_1_3b", "wan_14b", "ltx", "ltx_13b", "svd")


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# As `python -m storyvid tiny …`, then what else storyvid loads of diffusers: loading torch takes many seconds, so it is done once.
NEW_PROCESS = """
import runpy, sys
sys.argv = ["storyvid", "tiny", "backend=wan_14b", "out=small ones"]
try:
    runpy.run_module("storyvid", run_name="__main__", alter_sys=True)
except SystemExit as ended:
    code = ended.code
import diffusers
diffusers.StableDiffusionPipeline
sys.exit(code)
"""


@pytest.fixture(scope="module")
def new_process(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A new process that has made a tiny checkpoint and imported a model of pictures, and the folder it ran in."""
    folder = tmp_path_factory.mktemp("new process")
    return folder, subprocess.run([sys.executable, "-c", NEW_PROCESS], cwd=folder, capture_output=True, text=True)


def problems(*words: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        tiny.parse(words)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("name", NAMES)
def test_a_second_one_has_the_same_bytes_and_only_safe_files(name, tmp_path, tiny_checkpoint: TinyCheckpoint):
    from storyvid.tiny import make_tiny

    make_tiny(option(name), tmp_path / "new" / "again")
    made = hashes(tmp_path / "new" / "again")
    assert made == hashes(tiny_checkpoint(name))
    assert {Path(file).suffix for file in made} == {".json", ".safetensors"}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["again"], "nothing temporary stays"


@pytest.mark.parametrize(
    ("name", "index", "family"),
    [
        ("wan", "model_index.json", "WanPipeline"),
        ("wan_14b", "text/model_index.json", "WanPipeline"),
        ("wan_14b", "image/model_index.json", "WanImageToVideoPipeline"),
        ("ltx", "model_index.json", "LTXPipeline"),
        ("ltx_13b", "model_index.json", "LTXConditionPipeline"),
        ("svd", "model_index.json", "StableVideoDiffusionPipeline"),
        ("svd", "keyframe/model_index.json", "StableDiffusionPipeline"),
    ],
)
def test_the_index_names_the_pipeline_of_the_published_repository(name, index, family, tiny_checkpoint: TinyCheckpoint):
    assert json.loads((tiny_checkpoint(name) / index).read_text(encoding="utf-8"))["_class_name"] == family


def test_the_scheduler_is_that_of_the_recipe(tiny_checkpoint: TinyCheckpoint):
    for folder, shift in (("wan", 5.0), ("wan_1_3b", 8.0), ("wan_14b/text", 12.0), ("wan_14b/image", 5.0)):
        name, _, part = folder.partition("/")
        config = json.loads((tiny_checkpoint(name) / part / "scheduler" / "scheduler_config.json").read_text(encoding="utf-8"))
        assert (config["_class_name"], config["flow_shift"]) == ("UniPCMultistepScheduler", shift)


def test_pictures_answer_to_prompt_guidance_and_seed(tiny_checkpoint: TinyCheckpoint):
    import torch
    from diffusers import WanPipeline

    pipe = WanPipeline.from_pretrained(tiny_checkpoint("wan"))
    pipe.set_progress_bar_config(disable=True)

    def frames(prompt: str = "A man walks.", negative_prompt: str = "ugly", guidance_scale: float = 4.0, seed: int = 1):
        video = pipe(
            prompt=prompt, negative_prompt=negative_prompt, height=64, width=96, num_frames=5, num_inference_steps=2,
            guidance_scale=guidance_scale, generator=torch.Generator("cpu").manual_seed(seed), output_type="np",
        ).frames[0]  # fmt: skip
        return np.round(255 * video)

    usual = frames()
    assert 20 < usual.std() < 100
    assert np.mean((usual == 0) | (usual == 255)) < 0.1
    for other in ({"prompt": "The sea."}, {"negative_prompt": "blurred"}, {"guidance_scale": 6.0}, {"seed": 2}):
        assert np.abs(frames(**other) - usual).mean() > 2, other


def test_a_transformer_in_a_gguf_file_loads_with_the_configuration_beside_it(tmp_path, tiny_checkpoint: TinyCheckpoint):
    pytest.importorskip("gguf", reason="an optional package")
    import torch
    from diffusers import GGUFQuantizationConfig, WanTransformer3DModel

    from storyvid.tiny.gguf import make_gguf

    folder = tiny_checkpoint("wan")
    make_gguf(folder / "transformer", tmp_path / "tiny.gguf")
    loaded = WanTransformer3DModel.from_single_file(
        str(tmp_path / "tiny.gguf"), quantization_config=GGUFQuantizationConfig(compute_dtype=torch.float32),
        config=str(folder), subfolder="transformer", dtype=torch.float32, local_files_only=True,
    )  # fmt: skip
    kinds = {type(weight).__name__ for weight in loaded.parameters()}
    assert "GGUFParameter" in kinds
    whole = WanTransformer3DModel.from_pretrained(folder / "transformer")
    assert torch.equal(loaded.patch_embedding.weight, whole.patch_embedding.weight)


def test_every_word_that_is_wrong_is_told():
    assert problems("bakend=wan", "out=x") == [
        "tiny: 'bakend=wan' is not an option\n  Fix: did you mean backend?",
        "tiny, backend: is missing\n  Fix: name the model: backend=wan",
    ]
    assert problems("backend=wan")[0].startswith("tiny, out: is missing")
    assert "there is no such option" in problems("backend=wann", "out=x")[0]
    assert problems("backend=animatic", "out=x") == [
        "tiny, backend: backend=animatic has no weights\n  Fix: use it as it is, or name a model"
    ]


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    assert (
        "the folder is not empty\n  Fix: name a folder that is not there yet"
        in problems("backend=wan", f"out={tmp_path / 'full'}")[0]
    )
    assert "there is a file of this name" in problems("backend=wan", f"out={tmp_path / 'full' / 'a'}")[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wan", "resolution.height=64 resolution.width=96 sampler.steps=2"),
        ("wan_fast", "resolution.height=64 resolution.width=96"),
        ("svd", "backend.keyframe=x/keyframe resolution.height=64 resolution.width=128 sampler.steps=2"),
    ],
)
def test_the_command_to_try_it_fits_the_model(name, words):
    usual = f"python -m storyvid storyboard=templates/storyboard.template.json backend={name} backend.model=x memory=cpu"
    assert tiny.command(option(name), Path("x")) == f"{usual} {words} upscale=none"


def test_models_are_imported_without_warnings_on_the_screen(new_process):
    _, done = new_process
    assert (done.returncode, done.stderr) == (0, "")


def test_on_the_command_line(new_process):
    folder, done = new_process
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("Wrote a tiny checkpoint of wan_14b to small ones (")
    assert '"backend.model=small ones"' in second
    assert "shards" not in done.stderr
    assert sorted(path.name for path in (folder / "small ones").iterdir()) == ["image", "text"]
