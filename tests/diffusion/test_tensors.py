"""Files of weights: whole, cut short, too long, or something else."""

from __future__ import annotations

import pytest

from storyvid.diffusion.tensors import BrokenWeightsError, gguf_problems, lora_problems, read_header, safetensors_problems
from tests.diffusion.folders import write_tensors

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 19990000000\n"


@pytest.fixture
def weights(tmp_path):
    return write_tensors(tmp_path / "model.safetensors", "a", "b")


def test_a_whole_file_is_fine_and_names_its_tensors(weights):
    assert list(read_header(weights)) == ["a", "b"]
    assert safetensors_problems(weights) == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda data: data[:-1], "cut short"),
        (lambda data: data[:20], "can't be read"),
        (lambda data: data + b"\0", "too long"),
        (lambda data: b"", "can't be read"),
        (lambda data: b"PK\x03\x04" + data, "can't be read"),
        (lambda data: (2**63).to_bytes(8, "little") + data[8:], "can't be read"),
        (lambda data: data.replace(b'"data_offsets"', b'"data_offsetz"'), "can't be read"),
        (lambda data: data[:8] + b"[" + data[9:], "can't be read"),
        (lambda data: POINTER, "only points at the weights"),
    ],
)
def test_damage_is_told(weights, damage, told):
    weights.write_bytes(damage(weights.read_bytes()))
    (problem,) = safetensors_problems(weights)
    assert str(weights) in str(problem)
    assert told in problem.what
    assert problem.fix


def test_a_file_that_is_gone_is_told(tmp_path):
    with pytest.raises(BrokenWeightsError, match="can't be read"):
        read_header(tmp_path / "none.safetensors")


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "there is no file"), (b"PK\x03\x04 zip", "not a GGUF file"), (b"", "not a GGUF file"), (POINTER, "only points")],
)
def test_gguf(tmp_path, content, told):
    path = tmp_path / "a.gguf"
    if content is not None:
        path.write_bytes(content)
    assert told in str(gguf_problems(path, "backend.gguf")[0])
    path.write_bytes(b"GGUF\x03\0\0\0")
    assert gguf_problems(path, "backend.gguf") == []


def test_lora(tmp_path):
    key, path = "backend.loras[0].path", tmp_path / "style.safetensors"
    assert "there is no file" in str(lora_problems(path, key)[0])
    write_tensors(path, "blocks.0.attn.weight")
    assert "holds no LoRA: none of its 1 tensors" in str(lora_problems(path, key)[0])
    write_tensors(path, "blocks.0.attn.lora_A.weight")
    assert lora_problems(path, key) == []
    path.write_bytes(path.read_bytes()[:-2])
    assert "cut short" in str(lora_problems(path, key)[0])
    pickle = tmp_path / "style.pt"
    pickle.write_bytes(b"\x80\x04")
    assert "can run code" in str(lora_problems(pickle, key)[0])
