"""Which checkpoints a model family can load: their pipelines, and what their configurations must say. Data, no torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.diffusion.layout import INDEX, parts, read_json
from storyvid.errors import Problem

if TYPE_CHECKING:
    from storyvid.diffusion.config import DiffusionConfig


@dataclass(frozen=True)
class Family:
    """The checkpoints of a kind of backend.

    Attributes:
        pipelines: What the index's ``_class_name`` may be.
        denoiser: The part that denoises.
        parts: The parts that are needed.
    """

    pipelines: tuple[str, ...]
    denoiser: str
    parts: tuple[str, ...]


SHIPPED = Path(__file__).parent / "configs"  # <option>/<part>/config.json
TEXT_PARTS = ("tokenizer", "text_encoder", "transformer", "vae", "scheduler")
FAMILIES = {
    # FastVideo's checkpoints call the same pipeline WanDMDPipeline.
    "wan": Family(("WanPipeline", "WanImageToVideoPipeline", "WanDMDPipeline"), "transformer", TEXT_PARTS),
    "ltx": Family(("LTXPipeline", "LTXImageToVideoPipeline", "LTXConditionPipeline"), "transformer", TEXT_PARTS),
    "svd": Family(("StableVideoDiffusionPipeline",), "unet", ("image_encoder", "unet", "vae", "scheduler", "feature_extractor")),
}
ONLY_PICTURES = ("WanImageToVideoPipeline",)  # start from a picture, never from text


def replaced_parts(config: DiffusionConfig, role: str) -> tuple[str, ...]:
    """Parts whose weights do not come from the checkpoint: a .gguf file replaces a transformer's.

    Args:
        config: The backend's configuration.
        role: Which of its checkpoints.
    """
    return ("transformer", "transformer_2")[: len(config.gguf)] if role == "model" else ()


def num_experts(config: DiffusionConfig) -> int:
    """How many transformers the model has: 1, or 2 of which each does a part of the steps."""
    return 2 if "cfg_2" in config.uses else 1


def family_problems(config: DiffusionConfig, role: str, folder: Path, name: str) -> list[Problem]:
    """Why a whole checkpoint is not one for this backend.

    Args:
        config: The backend's configuration.
        role: What it is used as: ``model``, ``image_model`` or ``keyframe``.
        folder: A diffusers folder.
        name: Hub id or folder, for messages.
    """
    kind, key = str(read_json(folder / INDEX)["_class_name"]), f"backend.{role}"
    if role == "keyframe":
        return list(_keyframe_problems(key, name, kind))
    family = FAMILIES.get(config.kind)
    if family is None:
        return []
    if kind not in family.pipelines:
        what = f"{name} is a checkpoint of {kind}, and backend={config.name} runs {family.pipelines[0]}"
        return [Problem(key, what, _other_backend(kind, folder), "family")]
    gone = [part for part in family.parts if part not in parts(folder)]
    if gone:
        what = f"it names no {' and no '.join(gone)}, which {kind} needs"
        return [Problem(str(folder / INDEX), what, "copy or download the whole model folder again", "index")]
    found = list(_wan_problems(config, role, folder, name)) if config.kind == "wan" else []
    return found or list(_grid_problems(config, key, folder, name, family))


def _keyframe_problems(key: str, name: str, kind: str) -> Iterator[Problem]:
    if any(kind in family.pipelines for family in FAMILIES.values()) or "Video" in kind:
        what = f"{name} makes videos ({kind}), and a keyframe is one picture"
        yield Problem(key, what, "name a text-to-picture checkpoint, such as Stable Diffusion XL", "family")


def _other_backend(kind: str, folder: Path) -> str:
    """The backend that such a checkpoint is for."""
    known = next((name for name, family in FAMILIES.items() if kind in family.pipelines), None)
    if known is None:
        return f"name a checkpoint of one of {', '.join(FAMILIES)}"
    return f"did you mean backend={_variant(folder) if known == 'wan' else known}?"


def _variant(folder: Path) -> str:
    """Which of the Wan backends a folder is for."""
    if "transformer_2" in parts(folder):
        return "wan_14b"
    return "wan" if _of(folder / INDEX, "expand_timesteps", False) else "wan_1_3b"


def _wan_problems(config: DiffusionConfig, role: str, folder: Path, name: str) -> Iterator[Problem]:
    """One or two experts, from text or from a picture: checkpoints of Wan look alike and are not."""
    kind, key = str(_of(folder / INDEX, "_class_name", "")), f"backend.{role}"
    expands = bool(_of(folder / INDEX, "expand_timesteps", False))
    fix = f"did you mean backend={_variant(folder)}?" if _variant(folder) != config.name else "name another checkpoint"
    experts = 2 if "transformer_2" in parts(folder) else 1
    if experts != num_experts(config):
        yield Problem(
            key, f"{name} has {_count(experts)}, and backend={config.name} runs {_count(num_experts(config))}", fix, "family"
        )
    elif role == "model" and kind in ONLY_PICTURES:
        what = f"{name} starts from a picture only ({kind})"
        yield Problem(key, what, "give it as backend.image_model, and a text-to-video checkpoint here", "family")
    elif role == "image_model" and not expands and kind not in ONLY_PICTURES:
        yield Problem(key, f"{name} starts from text only ({kind})", "name an image-to-video checkpoint of the family", "family")
    elif role == "model" and config.limits.accepts_first_frame and config.image_model is None and not expands:
        yield Problem(key, f"{name} starts from text only, and backend={config.name} also starts from pictures", fix, "family")


def _grid_problems(config: DiffusionConfig, key: str, folder: Path, name: str, family: Family) -> Iterator[Problem]:
    """Sizes and frame counts that the plan will ask for must be those of the checkpoint's VAE."""
    limits = config.limits
    vae, denoiser = (read_json(folder / part / "config.json") for part in ("vae", family.denoiser))
    if not isinstance(vae, Mapping) or not isinstance(denoiser, Mapping):
        return
    fix = f"name a checkpoint of the model that backend={config.name} is for"
    try:
        pixels, frames = _GRIDS[config.kind](vae, denoiser)
        if any(not isinstance(number, int) or number < 1 for number in (pixels, frames or 1)):
            raise ValueError(pixels, frames)
    except (TypeError, ValueError, IndexError):
        yield Problem(
            str(folder / "vae" / "config.json"), "its numbers make no sense", "copy the whole model folder again", "config"
        )
        return
    if limits.size_multiple % pixels:
        what = f"{name} renders multiples of {pixels} pixels, and backend={config.name} plans multiples of {limits.size_multiple}"
        yield Problem(key, what, fix, "grid")
    if frames is not None and frames != limits.frame_step:
        what = f"{name} renders {frames}k + 1 frames, and backend={config.name} plans {limits.frame_step}k + {limits.frame_offset}"
        yield Problem(key, what, fix, "grid")


def _wan_grid(vae: Mapping[str, Any], denoiser: Mapping[str, Any]) -> tuple[int, int | None]:
    """Pixels that a size is a multiple of, and frames that one latent frame stands for."""
    return vae.get("scale_factor_spatial", 8) * denoiser.get("patch_size", (1, 2, 2))[1], vae.get("scale_factor_temporal", 4)


def _ltx_grid(vae: Mapping[str, Any], denoiser: Mapping[str, Any]) -> tuple[int, int | None]:
    halvings = 2 ** sum(vae.get("spatio_temporal_scaling", (True, True, True, False)))
    pixels = vae.get("spatial_compression_ratio") or vae.get("patch_size", 4) * halvings
    return pixels * denoiser.get("patch_size", 1), vae.get("temporal_compression_ratio") or vae.get("patch_size_t", 1) * halvings


def _svd_grid(vae: Mapping[str, Any], denoiser: Mapping[str, Any]) -> tuple[int, int | None]:
    return 2 ** (len(vae.get("block_out_channels", (0,) * 4)) - 1), None


_GRIDS = {"wan": _wan_grid, "ltx": _ltx_grid, "svd": _svd_grid}


def _count(experts: int) -> str:
    return "one transformer" if experts == 1 else "two transformers"


def _of(path: Path, key: str, default: Any) -> Any:
    content = read_json(path)
    return content.get(key, default) if isinstance(content, Mapping) else default
