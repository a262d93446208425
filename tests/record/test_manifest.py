"""Manifest and recipe: enough to render the film again, and nothing of this machine's folders."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from storyvid.backends.base import ChunkRecord, Clip
from storyvid.clips.shots import FinishedShot
from storyvid.record.manifest import manifest, shot_numbers, shot_record
from storyvid.record.owner import describe_owner
from storyvid.record.recipe import model_name, recipe
from storyvid.record.run_folder import RunFolder
from tests.films import film, storyboard


@pytest.fixture
def prepared():
    return film(storyboard({}, {"prompt": "A man walks."}))


def finished(prepared, tmp_path, shot_id="S01"):
    planned, request = next(shot for shot in prepared.plan.shots if shot.shot.id == shot_id), prepared.requests[shot_id]
    request = replace(request, num_inference_steps=4)
    chunks = tuple(ChunkRecord(index, 1, 50, 50, 0, "0" * 64, 2.0, "as it was then") for index in range(len(request.chunks)))
    clip = Clip(tmp_path / "c.mp4", 96, request.fps, request.height, request.width, chunks, 3.0, 1.25, 0.5)
    return FinishedShot(planned, request, "k", clip, True, None, 0.25)


def test_a_local_model_is_named_without_its_folder(tmp_path):
    (tmp_path / "my model").mkdir()
    local = film(storyboard({}), f"backend.model='{(tmp_path / 'my model').as_posix()}'")
    assert recipe(local)["config"]["backend"]["model"] == "my model"
    record = shot_record(local, finished(local, tmp_path), RunFolder(tmp_path))
    assert record["model"] == "my model"
    assert str(tmp_path) not in json.dumps([recipe(local), record], default=str)
    assert model_name("Wan-AI/Wan2.2-TI2V-5B-Diffusers") == "Wan-AI/Wan2.2-TI2V-5B-Diffusers"


def test_a_shots_numbers(prepared, tmp_path):
    shot = finished(prepared, tmp_path)
    assert shot_numbers(shot) == {
        "seconds": 3.0,
        "run_seconds": 0.25,
        "seconds_per_frame": 0.06,
        "seconds_per_step": 0.5,
        "stages": {"video_s": 0.0},
        "peak_ram_gb": 1.25,
        "peak_vram_gb": 0.5,
        "peak_vram_allocated_gb": 0.0,
        "peak_device_gb": 0.0,
    }
    failed = shot_numbers(replace(shot, clip=None, error="out of ink"))
    assert (failed["seconds"], failed["seconds_per_step"], failed["peak_ram_gb"]) == (0.25, None, None)
    assert failed.keys() == shot_numbers(shot).keys()


MODEL = {
    "commit": "abc",
    "weights": {"model": "abc"},
    "dtype": "bfloat16",
    "quantization": "fp8",
    "memory": {"offload": "model"},
}


def diffused(prepared, tmp_path, shot_id="S01"):
    """Two chunks of three and two steps."""
    shot = finished(prepared, tmp_path, shot_id)
    sampler = {"class": "UniPCMultistepScheduler", "config": {"flow_shift": 5.0}}
    stages = {"denoise_s": 4.0, "decode_s": 1.0}
    once = {"load_s": 20.0, "encode_s": 5.0} if shot_id == "S01" else {}
    chunks = tuple(
        replace(
            shot.clip.chunks[0],
            index=index,
            facts={"stages": stages if index else stages | once, "scheduler": sampler, "step_s": steps},
        )
        for index, steps in enumerate(([2.0, 1.0, 1.0], [2.0, 1.5]))
    )
    request = replace(shot.request, chunks=shot.request.chunks[:1] * 2)
    peaks = {"peak_vram_allocated_gb": 0.4, "peak_device_gb": 2.0}
    clip = replace(shot.clip, chunks=chunks, metadata={"model": MODEL}, video_s=0.25, **peaks)
    return replace(shot, request=request, clip=clip)


def test_a_models_own_record_is_of_what_was_really_done(prepared, tmp_path):
    record = shot_record(prepared, diffused(prepared, tmp_path), RunFolder(tmp_path))
    assert record["seconds_per_step"] == 1.5
    assert record["stages"] == {"load_s": 20.0, "encode_s": 5.0, "denoise_s": 8.0, "decode_s": 2.0, "video_s": 0.25}
    assert [record[name] for name in ("model_commit", "weights", "dtype", "quantization", "memory_applied")] == [
        "abc", {"model": "abc"}, "bfloat16", "fp8", {"offload": "model"},
    ]  # fmt: skip
    assert record["scheduler_used"]["config"] == {"flow_shift": 5.0}
    assert (record["peak_vram_gb"], record["peak_vram_allocated_gb"], record["peak_device_gb"]) == (0.5, 0.4, 2.0)
    assert [len(chunk["facts"]["step_s"]) for chunk in record["chunks"]] == [3, 2]


def test_chunks_of_two_checkpoints_are_told_apart_where_they_differ(prepared, tmp_path):
    shot = diffused(prepared, tmp_path)
    text, image = ({"role": role, "commit": "abc", "memory": {}} for role in ("model", "image_model"))

    def record_with(*checkpoints):
        chunks = [replace(chunk, facts={"checkpoint": own}) for chunk, own in zip(shot.clip.chunks, checkpoints, strict=True)]
        return shot_record(prepared, replace(shot, clip=replace(shot.clip, chunks=tuple(chunks))), RunFolder(tmp_path))

    told = record_with(text | {"quantization": "gguf"}, image | {"quantization": "fp8"})
    assert (told["quantization"], told["model_commit"]) == ({"model": "gguf", "image_model": "fp8"}, "abc")
    assert record_with(image | {"quantization": "fp8"}, image | {"quantization": "fp8"})["quantization"] == "fp8"


def test_the_manifest_counts_loading_once_and_reused_shots_not_at_all(prepared, tmp_path):
    folder = RunFolder(tmp_path)
    rendered = [shot_record(prepared, replace(diffused(prepared, tmp_path, name), reused=False), folder) for name in ("S01", "S02")]
    told = {"status": "done", "exit_code": 0, "overrides": [], "sweep_id": None, "seconds": {}}
    stages = manifest(prepared, folder, rendered, **told)["stages"]
    assert stages == {"load_s": 20.0, "encode_s": 5.0, "denoise_s": 16.0, "decode_s": 4.0, "video_s": 0.5}
    assert manifest(prepared, folder, [record | {"reused": True} for record in rendered], **told)["stages"] == {}


def test_a_record_has_the_prompts_of_its_own_film(prepared, tmp_path):
    record = shot_record(prepared, finished(prepared, tmp_path), RunFolder(tmp_path))
    assert record["chunks"][0]["prompt"] == record["prompt"] == prepared.requests["S01"].chunks[0].prompt


def test_the_manifest_says_whose_it_is_and_where_everything_lies(prepared, tmp_path):
    folder = RunFolder(tmp_path / "run")
    records = [shot_record(prepared, finished(prepared, tmp_path, shot_id), folder) for shot_id in ("S01", "S02")]
    content = manifest(
        prepared, folder, records, status="running", exit_code=None, overrides=["seed=1"], sweep_id=None,
        seconds={"shots": 1.23456},
    )  # fmt: skip
    assert json.loads(json.dumps(content)) == content
    assert content["owner"] == describe_owner()
    assert [shot["record"] for shot in content["shots"]] == ["metadata/shots/S01.json", "metadata/shots/S02.json"]
    assert content["shots"][0].keys() == {
        *("id", "take", "status", "reused", "stale", "because", "file", "record", "fingerprint", "programme", "takes")
    }
    assert (content["film"]["file"], content["film"]["duration_s"], content["seconds"]) == (None, 8.0, {"shots": 1.235})
    assert content["recipe"] == recipe(prepared, records)
