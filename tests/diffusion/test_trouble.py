"""A model that fails while a film is made: what the command line tells, and that nothing broken is kept."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from storyvid import run as run_module
from storyvid.backends.base import close_backends
from storyvid.cli import main
from tests.diffusion.folders import write_tensors
from tests.diffusion.full_card import ENCODER, WAN, WAN_VAE, fill
from tests.tiny import TinyCheckpoint

SIZE = ["resolution.height=64", "resolution.width=64", "upscale=none", "tracking=none", "memory=cpu"]
Told = Callable[..., str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, with a storyboard of two short shots; the model is let go of at the end."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STORYVID_ROOT", raising=False)
    shots = [{"id": f"S{number:02d}", "prompt": f"A boat, seen {number} times.", "duration": 0.5} for number in (1, 2)]
    board = {"title": "Test", "project": "test", "aspect_ratio": "1:1", "shots": shots}
    (tmp_path / "my.json").write_text(json.dumps(board), encoding="utf-8")
    yield tmp_path
    close_backends()


@pytest.fixture
def told(folder: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """Runs a command line and gives what it tells, in one line. Nobody is told of a traceback."""

    def run(*words: str, code: int = 0) -> str:
        capsys.readouterr()
        assert main([f"storyboard={folder / 'my.json'}", *SIZE, *words]) == code
        said = capsys.readouterr().err
        assert "Traceback" not in said
        return " ".join(said.split())

    return run


@pytest.fixture
def model(folder: Path, tiny_checkpoint: TinyCheckpoint) -> Path:
    """A tiny checkpoint of wan_1_3b of the test's own."""
    return Path(shutil.copytree(tiny_checkpoint("wan_1_3b"), folder / "model"))


def words_of(model: Path) -> list[str]:
    return ["backend=wan_1_3b", f"backend.model={model}", "sampler.steps=1"]


def shot(run: Path, name: str = "S01") -> dict[str, Any]:
    """What is recorded of a shot."""
    record: dict[str, Any] = json.loads((run / "metadata" / "shots" / f"{name}.json").read_text(encoding="utf-8"))
    return record


def runs() -> list[Path]:
    """The run folders, in the order in which they were made."""
    return sorted(Path("outputs", "test").iterdir(), key=lambda path: path.stat().st_ctime_ns)


def spoil(path: Path, name: str) -> None:
    """Make a number of a file of weights none: the first of a tensor."""
    from safetensors.torch import load_file, save_file

    tensors = load_file(path)
    tensors[name].view(-1)[0] = float("nan")
    save_file(tensors, path, metadata={"format": "pt"})


def flip_a_bit(path: Path) -> None:
    """Of the last number."""
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def full_card(*_: Any, **__: Any) -> NoReturn:
    import torch

    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 9.00 GiB. GPU 0 has a total capacity of 11.9 GiB")


class TestWeightsThatChange:
    def test_a_bit_between_two_films_makes_other_clips(self, told: Told, model: Path) -> None:
        told(*words_of(model))
        flip_a_bit(model / "transformer" / "diffusion_pytorch_model.safetensors")
        said = told(*words_of(model))
        assert "Loaded the weights of wan_1_3b" in said
        first, second = (shot(run) for run in runs())
        assert first["fingerprint"] != second["fingerprint"]
        assert first["weights"] != second["weights"]
        assert not second["reused"]
        assert "weights" in second["because"]

    def test_a_bit_within_a_sweep_too(self, told: Told, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def finish(*arguments: Any) -> None:
            flip_a_bit(model / "vae" / "diffusion_pytorch_model.safetensors")
            finished(*arguments)

        finished = run_module._finish
        monkeypatch.setattr(run_module, "_finish", finish)
        said = told("-m", *words_of(model), "sampler.cfg=1,4")
        assert said.count("Loaded the weights of wan_1_3b") == 2
        first, second = (shot(path) for path in sorted(Path("outputs", "test", "sweeps").glob("*/[01]")))
        assert first["weights"] != second["weights"]


class TestNumbersThatAreNone:
    def test_of_the_decoder(self, told: Told, model: Path) -> None:
        spoil(model / "vae" / "diffusion_pytorch_model.safetensors", "decoder.conv_out.bias")
        said = told(*words_of(model), code=1)
        assert 'Shot "S01" failed: chunk 1: the VAE gave values that are no numbers (NaN or infinity) in frame 1' in said
        assert "where nothing helps the weights are damaged: copy or download them again" in said
        assert not list(Path("outputs").rglob("*.mp4"))

    def test_of_the_text_encoder(self, told: Told, model: Path) -> None:
        spoil(model / "text_encoder" / "model.safetensors", "encoder.final_layer_norm.weight")
        said = told(*words_of(model), code=1)
        assert "the text encoder gave values that are no numbers (NaN or infinity) for 'A boat, seen 1 times.'" in said
        assert "where nothing helps the weights are damaged: copy or download them again" in said
        assert not list(Path("outputs", ".embeddings").glob("*"))


class TestTensorsThatAreMissing:
    @pytest.mark.parametrize(
        ("file", "key"),
        [
            ("transformer/diffusion_pytorch_model.safetensors", "blocks.0.attn1.to_k.weight"),
            ("text_encoder/model.safetensors", "encoder.final_layer_norm.weight"),
        ],
    )
    def test_are_not_made_up(self, told: Told, model: Path, file: str, key: str) -> None:
        from safetensors.torch import load_file, save_file

        tensors = load_file(model / file)
        tensors["other"] = tensors.pop(key)
        save_file(tensors, model / file, metadata={"format": "pt"})
        said = told(*words_of(model), code=1)
        assert f"{(model / file).parent}: 1 of its tensors are not in its files: {key} Fix: copy or download" in said
        assert not list(Path("outputs").rglob("*.mp4"))


class TestFullMemory:
    @pytest.mark.parametrize(
        ("where", "says", "fix"),
        [
            ("torch.nn.Module.to", "memory=cpu: the card's memory is full while weights are loaded", "memory.quantization=fp8"),
            (
                "diffusers.WanPipeline.from_pretrained",
                "model: the card's memory is full while weights are loaded",
                "memory.offload=group",
            ),
            (
                "diffusers.WanPipeline.encode_prompt",
                "memory.text_encoder=cpu: the card's memory is full while texts are encoded",
                "memory.text_encoder=cpu",
            ),
            (
                "diffusers.WanPipeline.__call__",
                'Shot "S01" failed: chunk 1: the card\'s memory is full while it is denoised (CUDA',
                "a smaller profile (memory=8gb), a smaller resolution, or a shorter shot",
            ),
        ],
    )
    def test_of_the_card(self, told: Told, model: Path, monkeypatch: pytest.MonkeyPatch, where: str, says: str, fix: str) -> None:
        monkeypatch.setattr(where, full_card)
        said = told(*words_of(model), code=1)
        assert says in said
        has_less = "denoised" in says or where == "torch.nn.Module.to"  # the others are about the text encoder, in RAM already
        tried = "; tried: memory.offload=group, memory.offload=group_leaf" if has_less else ""
        assert f"(CUDA out of memory){tried} Fix: close other programs that use the card, or take {fix}" in said

    def test_while_a_keyframe_is_painted(
        self, told: Told, tiny_checkpoint: TinyCheckpoint, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        svd = tiny_checkpoint("svd")
        words = (
            "backend=svd",
            f"backend.model={svd}",
            f"backend.keyframe={svd / 'keyframe'}",
            "sampler.steps=1",
            "backend.keyframe_steps=2",
        )
        with monkeypatch.context() as full:
            full.setattr("diffusers.StableDiffusionPipeline.__call__", full_card)
            said = told(*words, code=1)
        assert (
            said.count("its keyframe is painted (CUDA out of memory); tried: memory.offload=group, memory.offload=group_leaf") == 2
        )
        assert "or take a smaller backend.keyframe or resolution, or give the shot a picture" in said
        assert "Painted the keyframe" in told(*words)  # the next film tries again

    def test_of_the_computer(self, told: Told, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: Any, **__: Any) -> NoReturn:
            import torch

            torch.empty(2**60, dtype=torch.uint8)
            raise AssertionError("there is that much memory")

        monkeypatch.setattr("diffusers.WanPipeline.from_pretrained", full)
        said = told(*words_of(model), code=1)
        assert "the computer's memory (RAM) is full while weights are loaded" in said
        assert "let the system's paging file (swap) grow" in said


class TestStepsDown:
    """Where the card is full now and then; `tests/diffusion/test_step_down.py` has each rung."""

    def test_a_film_that_is_full_at_every_stage_ends_complete(
        self, told: Told, model: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        raised = [fill(monkeypatch, where, 1) for where in (ENCODER, WAN, f"{WAN_VAE}.decode")]
        said = told("-m", *words_of(model), "memory.text_encoder=full", "sampler.cfg=1,4")
        assert [len(times) for times in raised] == [1, 1, 1]
        assert said.count("; trying ") == 3
        assert said.count("The card's memory was full. What made it fit: memory.text_encoder=") == 2
        assert "memory.offload=group (S01, S02); decoding on the processor (S01, S02). A smaller profile" in said
        for job in Path("outputs", "test", "sweeps").glob("*/[01]"):
            assert (job / "assembled" / "film.mp4").is_file()
            for name in ("S01", "S02"):
                assert [rung["stage"] for rung in shot(job, name)["rungs"]] == ["encode", "denoise", "decode"]
                assert (
                    shot(job, name)["rungs"][1]["because"] == "the card's memory is full while it is denoised (CUDA out of memory)"
                )

    def test_a_clip_that_can_not_be_decoded_keeps_what_was_denoised(
        self, told: Told, model: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as full:
            fill(full, f"{WAN_VAE}.decode", 99)
            assert "while it is decoded (CUDA out of memory); tried: decoding on the processor" in told(*words_of(model), code=1)
        assert len(list(Path("outputs", ".clips").rglob("*.latents.safetensors"))) == 2
        close_backends()
        monkeypatch.setattr("diffusers.WanPipeline.__call__", full_card)  # nothing is denoised again
        told(*words_of(model))
        assert len(shot(runs()[1])["chunks"][0]["facts"]["step_s"]) == 1

    def test_ctrl_c_ends_a_try(self, told: Told, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def stop(*_: Any, **__: Any) -> NoReturn:
            raise KeyboardInterrupt

        monkeypatch.setattr("diffusers.WanTransformer3DModel.forward", stop)
        fill(monkeypatch, WAN, 1)
        said = told(*words_of(model), code=130)
        assert said.count("; trying memory.offload=group") == 1
        assert "failed" not in said

    def test_the_next_film_begins_where_the_card_fitted(self, told: Told, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("storyvid.diffusion.step_down.card_of", lambda memory: "NVIDIA GeForce RTX 5070, 11.9 GiB")
        fill(monkeypatch, f"{WAN_VAE}.decode", 1)
        told(*words_of(model))
        close_backends()
        said = told(*words_of(model), "seed=7")
        assert (
            "An earlier film filled NVIDIA GeForce RTX 5070, 11.9 GiB: decoding on the processor. To try anew, delete outputs"
            in said
        )
        assert "trying" not in said
        assert shot(runs()[1])["rungs"][0]["stage"] == "remembered"


@pytest.mark.parametrize("package", ["gguf", "peft"])
def test_a_package_that_is_not_installed_is_told_before_anything_is_made(
    package: str, told: Told, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    Path("q4.gguf").write_bytes(b"GGUF")
    write_tensors(Path("style.safetensors"), *(f"transformer.blocks.0.attn1.to_q.lora_{half}.weight" for half in "AB"))
    files = {"gguf": "backend.gguf=q4.gguf", "peft": "backend.loras=[{path: style.safetensors}]"}
    said = told(*words_of(model), files[package], code=1)
    assert said.startswith("storyvid: one problem; nothing was made")
    assert f"the package {package} is not installed Fix: python -m pip install {package}" in said
    assert not Path("outputs").exists()


@pytest.mark.parametrize("name", ["wan", "wan_fast", "wan_1_3b", "wan_14b", "ltx", "ltx_13b", "svd"])
def test_the_prompts_of_every_option_are_shown_without_its_weights(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(folder / "hub"))
    keyframe = ["backend.keyframe=stabilityai/stable-diffusion-xl-base-1.0"] if name == "svd" else []
    assert main(["plan", f"storyboard={folder / 'my.json'}", f"backend={name}", *SIZE, "plan.show=prompts", *keyframe]) == 0
    said = capsys.readouterr()
    given = "keyframe: " if name == "svd" else "): "
    assert f"{given}A boat, seen 1 times." in said.out
    assert sorted(path.name for path in folder.iterdir()) == ["my.json"]
