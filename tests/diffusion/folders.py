"""Checkpoints written by hand: the files and configurations of real ones, with a few numbers for weights. No torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from storyvid.backends.base import module_of
from storyvid.cli.folders import conf_dir
from storyvid.diffusion.config import DiffusionConfig

COMMIT = "0123456789abcdef0123456789abcdef01234567"
T5 = {"tokenizer": ["transformers", "T5TokenizerFast"], "text_encoder": ["transformers", "UMT5EncoderModel"]}
WAN = {
    "_class_name": "WanPipeline",
    **T5,
    "transformer": ["diffusers", "WanTransformer3DModel"],
    "vae": ["diffusers", "AutoencoderKLWan"],
    "scheduler": ["diffusers", "UniPCMultistepScheduler"],
}
LTX = {
    "_class_name": "LTXPipeline",
    **T5,
    "transformer": ["diffusers", "LTXVideoTransformer3DModel"],
    "vae": ["diffusers", "AutoencoderKLLTXVideo"],
    "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
}
SVD = {
    "_class_name": "StableVideoDiffusionPipeline",
    "image_encoder": ["transformers", "CLIPVisionModelWithProjection"],
    "unet": ["diffusers", "UNetSpatioTemporalConditionModel"],
    "vae": ["diffusers", "AutoencoderKLTemporalDecoder"],
    "scheduler": ["diffusers", "EulerDiscreteScheduler"],
    "feature_extractor": ["transformers", "CLIPImageProcessor"],
}
SECOND = {"transformer_2": ["diffusers", "WanTransformer3DModel"]}
INDEXES = {
    "wan": {**WAN, "expand_timesteps": True, "transformer_2": [None, None]},
    "wan_fast": {**WAN, "_class_name": "WanDMDPipeline", "expand_timesteps": True},
    "wan_1_3b": WAN,
    "wan_14b": {**WAN, **SECOND, "boundary_ratio": 0.875},
    "wan_14b_image": {**WAN, **SECOND, "_class_name": "WanImageToVideoPipeline", "boundary_ratio": 0.9},
    "ltx": LTX,
    "ltx_13b": {**LTX, "_class_name": "LTXConditionPipeline"},
    "svd": SVD,
}
TRANSFORMER = {"patch_size": [1, 2, 2]}
CONFIGS = {  # what is looked at, of the published configurations
    "WanTransformer3DModel": TRANSFORMER,
    "LTXVideoTransformer3DModel": {"patch_size": 1},
    "AutoencoderKLLTXVideo": {"patch_size": 4, "patch_size_t": 1, "spatio_temporal_scaling": [True, True, True, False]},
    "AutoencoderKLTemporalDecoder": {"block_out_channels": [128, 256, 512, 512]},
}
BIG_VAE = {"scale_factor_spatial": 16, "scale_factor_temporal": 4}


def backend(name: str, **changes: Any) -> Any:
    """A shipped option of the backend group, with some of its keys changed."""
    values = yaml.safe_load((conf_dir() / "backend" / f"{name}.yaml").read_text(encoding="utf-8"))
    made = module_of(values["kind"]).Config.model_validate(values | changes)
    assert isinstance(made, DiffusionConfig)
    return made


def write_checkpoint(folder: Path, name: str = "wan", **index: Any) -> Path:
    """A whole checkpoint as that of a shipped option; ``index`` changes its model_index.json."""
    content = {**INDEXES[name], **index}
    write_json(folder / "model_index.json", content)
    for part, value in content.items():
        if isinstance(value, list) and value[0] is not None:
            write_part(folder / part, value[0], value[1])
    if content.get("expand_timesteps"):
        write_json(folder / "vae" / "config.json", BIG_VAE)
    return folder


def write_part(folder: Path, library: str, kind: str) -> None:
    """One of its folders."""
    if "Scheduler" in kind:
        write_json(folder / "scheduler_config.json", {"_class_name": kind})
    elif "Tokenizer" in kind:
        write_json(folder / "tokenizer_config.json", {})
        write_json(folder / "tokenizer.json", {})
    elif "Processor" in kind:
        write_json(folder / "preprocessor_config.json", {})
    else:
        write_json(folder / "config.json", {"_class_name": kind, **CONFIGS.get(kind, {})})
        stem = "diffusion_pytorch_model" if library == "diffusers" else "model"
        write_tensors(folder / f"{stem}.safetensors", "weight")


def write_json(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def write_tensors(path: Path, *names: str) -> Path:
    """A .safetensors file of tensors with one number each."""
    header = json.dumps(
        {name: {"dtype": "F32", "shape": [1], "data_offsets": [4 * at, 4 * at + 4]} for at, name in enumerate(names)}
    ).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 4 * len(names))
    return path


def write_shards(folder: Path, stem: str, count: int = 2) -> list[Path]:
    """The weights of a part in several files, with their index; the single file is taken away."""
    (folder / f"{stem}.safetensors").unlink(missing_ok=True)
    names = [f"{stem}-{number:05d}-of-{count:05d}.safetensors" for number in range(1, count + 1)]
    write_json(folder / f"{stem}.safetensors.index.json", {"weight_map": {f"w{name}": name for name in names}})
    return [write_tensors(folder / name, f"w{name}") for name in names]


def into_cache(cache: Path, model: str, name: str, ref: str = "main", commit: str = COMMIT) -> Path:
    """A checkpoint where the hub's cache keeps one: snapshots/<commit>, and a file that says which commit a branch is."""
    repository = cache / f"models--{model.replace('/', '--')}"
    (repository / "refs").mkdir(parents=True, exist_ok=True)
    (repository / "refs" / ref).write_text(commit, encoding="utf-8")
    return write_checkpoint(repository / "snapshots" / commit, name)
