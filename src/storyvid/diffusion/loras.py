"""LoRAs: small weights that are added to a transformer's own. Whether one fits is told from its header, before anything is made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.diffusion.lora_layers import BLOCK, Pair, Shapes, blocks_of, linear_layers, pairs_of, width_of
from storyvid.diffusion.tensors import read_header
from storyvid.errors import Problem, RenderError

if TYPE_CHECKING:
    from storyvid.diffusion.config import Lora

CONVOLUTIONS = ("patch_embedding",)  # layers that are not linear and can have low-rank tensors, too
NO_LORA = ("lokr_", "hada_", "lora_mid")  # parts of names
USE_ANOTHER = "use a LoRA that was made for this model"


def lora_misfit(header: Mapping[str, Any], config: Mapping[str, Any], backend: str) -> str | None:
    """Why a LoRA does not belong to a transformer, or only in part: diffusers would leave out what does not fit, with a warning.

    Args:
        header: The file's, from `storyvid.diffusion.tensors.read_header`.
        config: The transformer's, with ``_class_name``.
        backend: The option's name, for the message.

    Returns:
        The reason, as it goes on after the file's name; None where every layer fits, or the transformer's shapes are not known.
    """
    try:
        own = linear_layers(config)
    except (KeyError, TypeError):
        return None
    if not own:
        return None
    if any("dora_scale" in name or "lora_magnitude_vector" in name for name in header):
        return "does not fit: it is a DoRA, whose scales of each layer diffusers leaves out"
    others = [name for name in header if any(mark in name for mark in NO_LORA)]
    if others:
        return f"does not fit: it is a LoKr or LoHa, at least in part, which diffusers does not read here ({others[0]!r})"
    pairs, strays = pairs_of(header)
    if not pairs:
        example = next(iter([*strays, *header]), "it holds none")
        return f"does not fit: none of its tensors belongs to a transformer as diffusers or the makers name it ({example!r})"
    return _other_size(pairs, own, backend) or _in_part(pairs, strays, own, backend)


def transformer_config(folder: Path) -> Mapping[str, Any]:
    """What a transformer's own configuration says; nothing where it can't be read.

    Args:
        folder: Of the part.
    """
    try:
        content = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def misfit_problem(index: int, path: Path, why: str) -> Problem:
    """A LoRA that does not fit, for the user.

    Args:
        index: Its place in ``backend.loras``.
        path: The file.
        why: From `lora_misfit`.
    """
    return Problem(f"backend.loras[{index}].path", f"{path.name} {why}", USE_ANOTHER, "lora")


def add_loras(pipe: Any, loras: Mapping[int, Lora], backend: str, *, fuse: bool = False) -> None:
    """Load LoRAs onto the transformers of a pipeline.

    Args:
        pipe: The pipeline, with its weights as they come: fusing adds to them before they are made smaller.
        loras: By their place in ``backend.loras``: files, strengths and the expert each belongs to.
        backend: The option's name, for messages.
        fuse: Add them to the weights once, instead of two more products at every layer of every step.

    Raises:
        RenderError: The package peft is missing, or a file does not fit.
    """
    strengths: dict[str, dict[str, float]] = {}
    for index, lora in loras.items():
        part, name = ("transformer_2" if lora.expert == 2 else "transformer"), f"lora_{index + 1}"
        _add_lora(pipe, part, name, index, lora, backend)
        strengths.setdefault(part, {})[name] = lora.weight
    for part, weights in strengths.items():
        model = getattr(pipe, part)
        model.set_adapters(list(weights), list(weights.values()))
        if fuse:
            model.fuse_lora(adapter_names=list(weights))
            model.unload_lora()


def _add_lora(pipe: Any, part: str, name: str, index: int, lora: Lora, backend: str) -> None:
    path = Path(lora.path).absolute()
    model = getattr(pipe, part)
    why = lora_misfit(read_header(path), {**model.config, "_class_name": type(model).__name__}, backend)
    if why is not None:
        raise RenderError(misfit_problem(index, path, why))
    second = {"load_into_transformer_2": True} if part == "transformer_2" else {}
    try:
        pipe.load_lora_weights(
            str(path.parent), weight_name=path.name, adapter_name=name, local_files_only=True, use_safetensors=True, **second
        )
    except Exception as error:  # the libraries raise whatever their parts do
        raise RenderError(_unloaded(index, path, f"{type(error).__name__}: {error}")) from error
    if name not in getattr(model, "peft_config", {}):  # diffusers only warns
        raise RenderError(misfit_problem(index, path, "does not fit: none of its tensors belongs to the transformer"))


def _unloaded(index: int, path: Path, why: str) -> Problem:
    if "PEFT" in why:
        return Problem(f"backend.loras[{index}]", "LoRAs need the package peft, which is not installed", "pip install peft")
    return misfit_problem(index, path, f"does not fit this model ({why})")


def _other_size(pairs: Mapping[str, Pair], own: Shapes, backend: str) -> str | None:
    """A LoRA of a larger or smaller model of the same family."""
    shapes = {name: (pair.down[1], pair.up[0]) for name, pair in pairs.items() if pair.down and pair.up and _are_matrices(pair)}
    blocks, width = blocks_of(pairs), width_of(shapes)
    has_blocks, has_width = blocks_of(own), width_of(own)
    same_names = any(name in own for name in pairs if BLOCK.fullmatch(name))
    if not same_names or (blocks <= has_blocks and width in (None, has_width)):
        return None
    made = f"{blocks} blocks" if width is None else f"{blocks} blocks of width {width}"
    return f"was made for {made}, and backend={backend} has {has_blocks} of {has_width}"


def _in_part(pairs: Mapping[str, Pair], strays: Sequence[str], own: Shapes, backend: str) -> str | None:
    gone = [name for name in pairs if name not in own and name not in CONVOLUTIONS]
    inside = [name for name in pairs if BLOCK.fullmatch(name)] or list(pairs)
    if gone and not any(name in own for name in inside):
        return f"was made for another model: backend={backend} has no layer {gone[0]}"
    if gone or strays:
        missing = [*gone, *strays]
        return f"fits only in part: {len(missing)} of its layers are not in backend={backend}, such as {missing[0]}"
    halved = [name for name, pair in pairs.items() if pair.down is None or pair.up is None]
    if halved:
        return f"fits only in part: one of the two tensors is missing for {len(halved)} of its layers, such as {halved[0]}"
    for name, pair in pairs.items():
        if pair.down and pair.up and name in own and _are_matrices(pair) and (pair.down[1], pair.up[0]) != own[name]:
            made, has = f"{pair.down[1]} numbers into {pair.up[0]}", "{} into {}".format(*own[name])
            return f"does not fit: its layer {name} turns {made}, and that of backend={backend} {has}"
    return None


def _are_matrices(pair: Pair) -> bool:
    return all(shape is not None and len(shape) == 2 for shape in (pair.down, pair.up))
