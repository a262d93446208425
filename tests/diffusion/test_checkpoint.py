"""Where weights are found, and that what they are called does not decide which they are."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys

import pytest

from storyvid.commands import plan
from storyvid.diffusion import checkpoint as checkpoint_module
from storyvid.diffusion import hashes
from storyvid.diffusion.checkpoint import find_checkpoint, find_checkpoints, local_folder, weights_identity
from storyvid.errors import ConfigError
from tests.diffusion.folders import COMMIT, backend, into_cache, write_checkpoint, write_json, write_tensors

MODEL = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A hub cache of the test's own; the code that reads it is huggingface_hub's."""
    folder = tmp_path / "hub"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(folder))
    monkeypatch.setattr(checkpoint_module, "_whole", set())
    return folder


@pytest.mark.parametrize("model", ["owner/name", "Wan-AI/Wan2.2-TI2V-5B-Diffusers", "a1/b_c.d"])
def test_a_hub_id_is_no_folder(model):
    assert local_folder(model) is None


@pytest.mark.parametrize(
    "model", ["./wan", "../wan", "wan", "models/wan/5b", "C:\\models\\wan", "/models/wan", "a--b/c", "a/b..c", ""]
)
def test_what_looks_like_a_path_is_a_folder(model):
    assert local_folder(model) is not None


def test_a_folder_that_exists_wins_over_a_hub_id(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_checkpoint("models/wan", "main") is None
    write_checkpoint(tmp_path / "models" / "wan")
    found = find_checkpoint("models/wan", "main")
    assert found is not None
    assert found.folder == tmp_path / "models" / "wan"
    assert found.commit is None


def test_a_hub_id_is_looked_up_in_the_cache(cache):
    assert find_checkpoint(MODEL, "main") is None
    folder = into_cache(cache, MODEL, "wan")
    for revision in ("main", None, COMMIT):
        found = find_checkpoint(MODEL, revision)
        assert found is not None
        assert (found.folder, found.commit, found.identity) == (folder, COMMIT, COMMIT)
    assert find_checkpoint(MODEL, "other") is None


def test_a_download_that_broke_off_is_none(cache):
    folder = into_cache(cache, MODEL, "wan")
    (folder / "transformer" / "diffusion_pytorch_model.safetensors").unlink()
    assert find_checkpoint(MODEL, "main") is None
    assert find_checkpoint(MODEL, "main", without=("transformer",)) is not None


def test_the_network_is_never_touched(cache, monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("the network is used")

    monkeypatch.setattr("socket.socket.connect", refuse)
    assert weights_identity(backend("wan")) == {"model": None}
    into_cache(cache, MODEL, "wan")
    assert weights_identity(backend("wan")) == {"model": COMMIT}


def test_only_a_commit_is_known_before_its_weights_are_here():
    assert weights_identity(backend("wan", revision=COMMIT)) == {"model": COMMIT}


def test_the_same_files_elsewhere_are_the_same_weights(tmp_path):
    first = write_checkpoint(tmp_path / "a")
    shutil.copytree(first, tmp_path / "b")
    one, two = (weights_identity(backend("wan", model=str(tmp_path / name))) for name in "ab")
    assert one == two
    assert len(one["model"]) == 64
    (first / "README.md").write_text("hello", encoding="utf-8")
    write_json(first / ".cache" / "notes.json", {})
    assert weights_identity(backend("wan", model=str(first))) == one


@pytest.mark.parametrize(
    "file", ["model_index.json", "vae/config.json", "scheduler/scheduler_config.json", "tokenizer/tokenizer.json"]
)
def test_any_changed_file_is_another_model(tmp_path, file):
    config = backend("wan", model=str(write_checkpoint(tmp_path / "a")))
    before = weights_identity(config)
    path = tmp_path / "a" / file
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert weights_identity(config) != before


def test_changed_numbers_of_the_same_length_are_another_model(tmp_path):
    config = backend("wan", model=str(write_checkpoint(tmp_path / "a")))
    before = weights_identity(config)
    path = tmp_path / "a" / "vae" / "diffusion_pytorch_model.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    os.utime(path, ns=(1, 1))
    assert weights_identity(config) != before


def test_files_of_gguf_and_loras_count_by_content_and_weights_they_replace_do_not(tmp_path):
    folder = write_checkpoint(tmp_path / "a")
    gguf, lora = tmp_path / "q4.gguf", write_tensors(tmp_path / "l.safetensors", "lora")
    gguf.write_bytes(b"GGUF")
    config = backend("wan", model=str(folder), gguf=str(gguf), loras=[{"path": str(lora)}])
    before = weights_identity(config)
    assert set(before) == {"model", "gguf", "loras"}
    (folder / "transformer" / "diffusion_pytorch_model.safetensors").unlink()
    assert weights_identity(config) == before
    gguf.rename(tmp_path / "other.gguf")
    assert weights_identity(config.model_copy(update={"gguf": (str(tmp_path / "other.gguf"),)})) == before
    (tmp_path / "other.gguf").write_bytes(b"GGUF2")
    assert weights_identity(config.model_copy(update={"gguf": (str(tmp_path / "other.gguf"),)})) != before


def test_every_role_is_found_and_all_wrong_folders_are_told(tmp_path):
    both = tmp_path / "a14b"
    write_checkpoint(both / "text", "wan_14b")
    write_checkpoint(both / "image", "wan_14b_image")
    found = find_checkpoints(backend("wan_14b", model=str(both)))
    assert {role: checkpoint.folder for role, checkpoint in found.items() if checkpoint} == {
        "model": both / "text",
        "image_model": both / "image",
    }
    with pytest.raises(ConfigError) as caught:
        find_checkpoints(backend("wan_14b", model="./a", image_model="./b"))
    assert [problem.where for problem in caught.value.problems] == ["backend.model", "backend.image_model"]


def test_hashes_are_kept_for_the_next_command_and_never_in_the_models_folder(tmp_path, monkeypatch):
    folder, outputs = write_checkpoint(tmp_path / "a"), tmp_path / "outputs"
    config = backend("wan", model=str(folder))
    before = weights_identity(config)
    hashes.keep(outputs)  # it does not exist yet: nothing happens
    assert not outputs.exists()
    outputs.mkdir()
    hashes.keep(outputs)
    assert sorted(path.name for path in outputs.iterdir()) == [hashes.NOTES]
    assert not list(folder.rglob("*weights*"))
    monkeypatch.setattr(hashes, "_known", {})
    monkeypatch.setattr(hashes, "_read", lambda path, stopped: pytest.fail(f"{path} is read again"))
    hashes.remember(outputs)
    assert weights_identity(config) == before
    (outputs / hashes.NOTES).write_text("[1", encoding="utf-8")
    hashes.remember(outputs)


def test_a_plan_keeps_what_took_long_to_read_beside_the_hubs_cache_and_a_changed_file_is_read_anew(tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HOME", str(tmp_path / "hub"))
    monkeypatch.chdir(tmp_path)
    folder = write_checkpoint(tmp_path / "a")
    (tmp_path / "my.json").write_text('{"shots": [{"prompt": "A red boat."}]}', encoding="utf-8")
    words = ["storyboard=my.json", "backend=wan", "memory=cpu", f"backend.model={folder}"]
    read = []

    def read_by_a_plan(worth_keeping):
        monkeypatch.setattr(hashes, "_known", {})
        monkeypatch.setattr(hashes, "_read_here", set())
        monkeypatch.setattr(hashes, "_written", {})
        monkeypatch.setattr(hashes, "WORTH_KEEPING", worth_keeping)
        monkeypatch.setattr(hashes, "_read", lambda path, stopped: read.append(path.name) or "0" * 64)
        read.clear()
        assert plan.run(words) == 0
        return sorted(read)

    everything = read_by_a_plan(10**8)
    assert "model_index.json" in everything
    assert not (tmp_path / "hub").exists()
    assert read_by_a_plan(1) == everything
    assert read_by_a_plan(1) == []
    index = folder / "model_index.json"
    index.write_text(index.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert read_by_a_plan(1) == ["model_index.json"]
    assert not (tmp_path / "outputs").exists()


def test_looking_for_weights_imports_no_model_library():
    code = (
        "import sys, storyvid.diffusion.checkpoint, storyvid.diffusion.weights, storyvid.diffusion.hub, storyvid.memory.card as c;"
        "c.find_card(); c.find_torch(); print(sorted({'torch', 'diffusers', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_reading_weights_ends_with_what_stops_it(tmp_path, monkeypatch):
    monkeypatch.setattr(hashes, "BLOCK", 1)  # so that a megabyte takes long
    long, known = tmp_path / "long.safetensors", dict(hashes._known)
    long.write_bytes(bytes(2**20))
    with pytest.raises(FileNotFoundError), hashes._reading([tmp_path / "missing.safetensors", long], 2) as digests:
        list(digests)
    assert hashes._known == known
    monkeypatch.undo()
    with hashes._reading([long], 2) as digests:
        assert list(digests) == [hashlib.sha256(bytes(2**20)).hexdigest()]
