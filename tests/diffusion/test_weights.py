"""What is refused before anything is made: each mistake with a model's folder, as it is told."""

from __future__ import annotations

import json
import shutil

import pytest

from storyvid.diffusion import weights as weights_module
from storyvid.diffusion.weights import check_weights
from storyvid.errors import ConfigError
from tests.diffusion.folders import INDEXES, backend, write_checkpoint, write_json, write_shards, write_tensors

STEM = "diffusion_pytorch_model"


def told(config) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        check_weights(config)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def folder(tmp_path):
    return write_checkpoint(tmp_path / "my wan")


@pytest.mark.parametrize("name", [name for name in INDEXES if not name.startswith("wan_14b")])
def test_a_whole_checkpoint_of_every_option_is_fine(tmp_path, name):
    check_weights(backend(name, model=str(write_checkpoint(tmp_path / name, name))))


def test_one_folder_with_both_models_of_a_family(tmp_path):
    both = tmp_path / "a14b"
    write_checkpoint(both / "text", "wan_14b")
    write_checkpoint(both / "image", "wan_14b_image")
    config = backend("wan_14b", model=str(both))
    check_weights(config)
    shutil.rmtree(both / "image" / "transformer_2")
    assert "its part 'transformer_2' is missing" in told(config)[0]


def test_a_folder_that_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "backend.model: there is no folder" in told(backend("wan", model="./nowhere"))[0]
    assert "there is no folder" in told(backend("wan", model="C:\\models\\wan"))[0]
    single = write_tensors(tmp_path / "wan.safetensors", "a")
    assert "is a single file" in told(backend("wan", model=str(single)))[0]
    gguf = tmp_path / "wan.gguf"
    gguf.write_bytes(b"GGUF")
    assert f"Fix: write backend.gguf={gguf}" in told(backend("wan", model=str(gguf)))[0]


def test_a_folder_without_an_index(tmp_path, folder):
    (tmp_path / "empty").mkdir()
    said = told(backend("wan", model=str(tmp_path / "empty")))[0]
    assert "empty holds no model_index.json\n  Fix: name the model's folder: a diffusers folder holds" in said
    assert f"did you mean {folder}?" in told(backend("wan", model=str(folder / "transformer")))[0]
    assert f"did you mean {folder}?" in told(backend("wan", model=str(tmp_path)))[0].replace("name one of", "")
    comfy = tmp_path / "ComfyUI" / "models"
    for name in ("checkpoints", "vae", "loras"):
        (comfy / name).mkdir(parents=True)
    assert "it seems to be a ComfyUI folder" in told(backend("wan", model=str(comfy)))[0]
    write_tensors(comfy.parent / "wan2.2_ti2v_5B_fp16.safetensors", "a")
    assert "it holds single files (wan2.2_ti2v_5B_fp16.safetensors)" in told(backend("wan", model=str(comfy.parent)))[0]
    cached = tmp_path / "models--Wan-AI--Wan2.2"
    cached.mkdir()
    assert "write the hub id, Wan-AI/Wan2.2" in told(backend("wan", model=str(cached)))[0]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"_class_name": 5}', "\0"])
def test_an_index_that_is_none(folder, text):
    (folder / "model_index.json").write_text(text, encoding="utf-8")
    assert "does not name a pipeline" in told(backend("wan", model=str(folder)))[0]


@pytest.mark.parametrize(
    ("part", "file", "says"),
    [
        ("transformer", "config.json", "it is missing"),
        ("transformer", f"{STEM}.safetensors", f"its weights are missing: {STEM}.safetensors"),
        ("text_encoder", "model.safetensors", "its weights are missing: model.safetensors"),
        ("tokenizer", "tokenizer_config.json", "it is missing"),
        ("tokenizer", "tokenizer.json", "the tokenizer's words are missing"),
        ("scheduler", "scheduler_config.json", "it is missing"),
    ],
)
def test_a_missing_file_is_named(folder, part, file, says):
    (folder / part / file).unlink()
    (problem,) = told(backend("wan", model=str(folder)))
    assert says in problem
    assert str(folder / part) in problem
    assert "Fix: copy or download the whole model folder again" in problem


def test_everything_is_told_at_once(tmp_path, folder):
    shutil.rmtree(folder / "vae")
    (folder / "tokenizer" / "tokenizer.json").unlink()
    broken = folder / "transformer" / f"{STEM}.safetensors"
    broken.write_bytes(broken.read_bytes()[:-1])
    config = backend("wan", model=str(folder), loras=[{"path": str(tmp_path / "none.safetensors")}], gguf=["none.gguf", "b.gguf"])
    problems = "\n".join(told(config))
    for says in ("'vae' is missing", "words are missing", "loras[0].path: there is no file", "there is no file 'none.gguf'"):
        assert says in problems
    assert "2 given, and backend=wan takes one file" in problems
    problems = "\n".join(told(backend("wan", model=str(folder))))
    assert "it is cut short" in problems


def test_shards(folder):
    first, second = write_shards(folder / "transformer", STEM)
    config = backend("wan", model=str(folder))
    check_weights(config)
    second.write_bytes(second.read_bytes() + b"\0")
    assert f"{second}: it is too long" in told(config)[0]
    first.unlink()
    assert f"1 of its 2 files of weights are missing: {first.name}" in told(config)[0]
    index = folder / "transformer" / f"{STEM}.safetensors.index.json"
    write_json(index, {"weight_map": {"a": "../../secret.safetensors"}})
    assert "a file that can't be part of it" in told(config)[0]
    write_json(index, {"weight_map": {}})
    assert "does not say which file" in told(config)[0]


@pytest.mark.parametrize("name", [f"{STEM}.bin", "pytorch_model.pt", "model.ckpt"])
def test_pickles_are_refused(folder, name):
    (folder / "transformer" / f"{STEM}.safetensors").rename(folder / "transformer" / name)
    (problem,) = told(backend("wan", model=str(folder)))
    assert f"its weights are in {name}, a format that can run code" in problem
    assert "only .safetensors is read" in problem


def test_an_index_beside_a_whole_file_names_no_pickle(folder):
    index = folder / "transformer" / f"{STEM}.safetensors.index.json"  # read by diffusers before the whole file
    write_json(index, {"weight_map": {"a": "evil.bin"}})
    assert "it names a file that can't be part of it: 'evil.bin'" in told(backend("wan", model=str(folder)))[0]


def test_an_adapter_that_leads_to_other_weights_is_refused(folder):
    write_json(folder / "text_encoder" / "adapter_config.json", {"peft_type": "LORA", "base_model_name_or_path": "/elsewhere"})
    assert "it names weights that lie elsewhere" in told(backend("wan", model=str(folder)))[0]


def test_a_copy_in_another_precision_is_not_taken_unasked(folder):
    (folder / "transformer" / f"{STEM}.safetensors").rename(folder / "transformer" / f"{STEM}.fp16.safetensors")
    assert f"Fix: rename it to {STEM}.safetensors" in told(backend("wan", model=str(folder)))[0]


def test_code_that_comes_with_a_checkpoint_is_refused(tmp_path, folder):
    write_json(folder / "text_encoder" / "config.json", {"auto_map": {"AutoModel": "evil.Model"}})
    assert "it names code of the checkpoint's own (auto_map), which is never run" in told(backend("wan", model=str(folder)))[0]
    other = write_checkpoint(tmp_path / "other", transformer=["my_transformer", "MyTransformer"])
    assert "comes with code of its own (my_transformer), which is never run" in told(backend("wan", model=str(other)))[0]


@pytest.mark.parametrize(
    ("option", "given", "says"),
    [
        ("wan", "ltx", "did you mean backend=ltx?"),
        ("wan", "svd", "did you mean backend=svd?"),
        ("svd", "wan", "did you mean backend=wan?"),
        ("ltx", "wan_14b", "did you mean backend=wan_14b?"),
        ("wan", "wan_14b", "two transformers, and backend=wan runs one transformer\n  Fix: did you mean backend=wan_14b?"),
        (
            "wan",
            "wan_1_3b",
            "starts from text only, and backend=wan also starts from pictures\n  Fix: did you mean backend=wan_1_3b?",
        ),
        ("wan_1_3b", "wan", "renders multiples of 32 pixels, and backend=wan_1_3b plans multiples of 16"),
        ("wan_14b", "wan", "one transformer, and backend=wan_14b runs two transformers"),
        ("wan_14b", "wan_14b_image", "starts from a picture only"),
    ],
)
def test_a_checkpoint_of_another_model(tmp_path, option, given, says):
    problem = told(backend(option, model=str(write_checkpoint(tmp_path / "x", given))))[0]
    assert problem.startswith("backend.model: ")
    assert says in problem


def test_the_picture_model_must_start_from_pictures(tmp_path):
    text = write_checkpoint(tmp_path / "text", "wan_14b")
    problem = told(backend("wan_14b", model=str(text), image_model=str(text)))[0]
    assert problem.startswith("backend.image_model: ")
    assert "starts from text only" in problem


def test_a_vae_of_another_grid_is_refused(tmp_path):
    folder = write_checkpoint(tmp_path / "ltx", "ltx")
    write_json(folder / "vae" / "config.json", {"patch_size": 4, "patch_size_t": 1, "spatio_temporal_scaling": [True, True, False]})
    problem = told(backend("ltx", model=str(folder)))[0]
    assert "renders 4k + 1 frames, and backend=ltx plans 8k + 1" in problem
    write_json(folder / "vae" / "config.json", {"patch_size": "four"})
    assert "its numbers make no sense" in told(backend("ltx", model=str(folder)))[0]


def test_a_keyframe_is_painted_by_a_model_of_pictures(tmp_path):
    svd, wan = (write_checkpoint(tmp_path / name, name) for name in ("svd", "wan"))
    problem = told(backend("svd", model=str(svd), keyframe=str(wan)))[0]
    assert problem.startswith("backend.keyframe: ")
    assert "makes videos (WanPipeline), and a keyframe is one picture" in problem
    index = {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"]}
    write_json(tmp_path / "sd" / "model_index.json", index)
    assert "its part 'unet' is missing" in told(backend("svd", model=str(svd), keyframe=str(tmp_path / "sd")))[0]
    checker = {"safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"]}  # the index of Stable Diffusion 1.5
    write_checkpoint(tmp_path / "sd15", "svd", _class_name="StableDiffusionPipeline", **checker)
    check_weights(backend("svd", model=str(svd), keyframe=str(tmp_path / "sd15")))


def test_a_gguf_file_stands_in_for_the_transformer(tmp_path, folder):
    gguf = tmp_path / "q4.gguf"
    gguf.write_bytes(b"GGUF")
    shutil.rmtree(folder / "transformer")
    check_weights(backend("wan", model=str(folder), gguf=str(gguf)))
    assert "its part 'transformer' is missing" in told(backend("wan", model=str(folder)))[0]
    gguf.write_bytes(b"none")
    assert "is not a GGUF file" in told(backend("wan", model=str(folder), gguf=str(gguf)))[0]


def test_a_model_without_a_transformer_takes_neither_gguf_nor_loras(tmp_path):
    svd = write_checkpoint(tmp_path / "svd", "svd")
    gguf, lora = tmp_path / "q4.gguf", write_tensors(tmp_path / "style.safetensors", "a.lora_A.weight")
    gguf.write_bytes(b"GGUF")
    problems = told(backend("svd", model=str(svd), gguf=str(gguf), loras=[{"path": str(lora)}]))
    assert [problem.split(":")[0] for problem in problems] == ["backend.gguf", "backend.loras"]
    assert "backend=svd has no transformer" in problems[0]
    assert "Fix: leave it out" in problems[0]


def test_packages_that_are_only_needed_for_some_files(tmp_path, folder, monkeypatch):
    gguf = tmp_path / "q4.gguf"
    gguf.write_bytes(b"GGUF")
    lora = write_tensors(tmp_path / "style.safetensors", "a.lora_A.weight")
    config = backend("wan", model=str(folder), gguf=str(gguf), loras=[{"path": str(lora), "expert": 2}])
    monkeypatch.setattr(weights_module, "find_spec", lambda name: None)
    problems = "\n".join(told(config))
    assert "the package gguf is not installed\n  Fix: python -m pip install gguf" in problems
    assert "the package peft is not installed" in problems
    assert "loras[0].expert: 2, and backend=wan has one transformer" in problems


def test_nothing_is_written_into_the_models_folder(folder):
    before = sorted(str(path) for path in folder.rglob("*"))
    check_weights(backend("wan", model=str(folder)))
    assert sorted(str(path) for path in folder.rglob("*")) == before
    assert json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
