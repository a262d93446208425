"""Which layers of a transformer a LoRA's file changes, and which a transformer has: from names and shapes alone, without torch."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Shapes = Mapping[str, tuple[int, int]]  # layer -> how many numbers it takes and gives

LOW_RANK = re.compile(r"(?P<layer>.+)\.lora_(?P<half>A|B|down|up)\.weight")
PREFIXES = ("transformer.", "diffusion_model.", "lora_unet_")  # that diffusers reads: its own, the makers', and musubi-tuner's
UNDERLINED = re.compile(r"(blocks)_(\d+)_(self_attn|cross_attn|ffn)_(\w+)")  # of musubi-tuner
TAKE_WIDTH = ("attn1.to_q", "attn1.to_k", "attn1.to_v", "attn2.to_q", "ffn.net.0.proj", "ff.net.0.proj")
GIVE_WIDTH = ("attn1.to_out.0", "attn2.to_k", "attn2.to_v", "attn2.to_out.0", "ffn.net.2", "ff.net.2")
BLOCK = re.compile(r"(?:transformer_)?blocks\.(\d+)\.(.+)")
# The makers' names of Wan's layers -> diffusers' (loaders/lora_conversion_utils.py)
MAKERS_BLOCK = {
    **{
        f"{theirs}.{short}": f"{own}.{long}"
        for theirs, own in (("self_attn", "attn1"), ("cross_attn", "attn2"))
        for short, long in (("q", "to_q"), ("k", "to_k"), ("v", "to_v"), ("o", "to_out.0"))
    },
    "cross_attn.k_img": "attn2.add_k_proj",
    "cross_attn.v_img": "attn2.add_v_proj",
    "ffn.0": "ffn.net.0.proj",
    "ffn.2": "ffn.net.2",
}
MAKERS_REST = {
    "time_projection.1": "condition_embedder.time_proj",
    "time_embedding.0": "condition_embedder.time_embedder.linear_1",
    "time_embedding.2": "condition_embedder.time_embedder.linear_2",
    "text_embedding.0": "condition_embedder.text_embedder.linear_1",
    "text_embedding.2": "condition_embedder.text_embedder.linear_2",
    "img_emb.proj.1": "condition_embedder.image_embedder.ff.net.0.proj",
    "img_emb.proj.3": "condition_embedder.image_embedder.ff.net.2",
    "head.head": "proj_out",
}


@dataclass(frozen=True)
class Pair:
    """The two matrices of one layer in a LoRA's file; None where one is missing.

    Attributes:
        down: Shape of the first, (rank, numbers taken).
        up: Shape of the second, (numbers given, rank).
    """

    down: tuple[int, ...] | None
    up: tuple[int, ...] | None


def pairs_of(header: Mapping[str, Any]) -> tuple[dict[str, Pair], list[str]]:
    """The layers that a LoRA changes, in diffusers' names, and the names of low-rank tensors that are no transformer's.

    Args:
        header: From `storyvid.diffusion.tensors.read_header`.
    """
    halves: dict[str, dict[str, tuple[int, ...]]] = {}
    strays = []
    for name, entry in header.items():
        found = LOW_RANK.fullmatch(name)
        if found is None:
            continue
        prefix = next((prefix for prefix in PREFIXES if name.startswith(prefix)), None)
        if prefix is None:
            strays.append(name)
            continue
        half = "down" if found["half"] in ("A", "down") else "up"
        halves.setdefault(_own_name(found["layer"].removeprefix(prefix)), {})[half] = tuple(entry["shape"])
    return {layer: Pair(two.get("down"), two.get("up")) for layer, two in halves.items()}, strays


def blocks_of(layers: Iterable[str]) -> int:
    """How many blocks a model has at least that has these layers."""
    return max((int(found[1]) + 1 for name in layers if (found := BLOCK.fullmatch(name))), default=0)


def width_of(shapes: Shapes) -> int | None:
    """Numbers that pass from block to block; None where no layer of a block tells."""
    inside = {found[2]: shape for name, shape in shapes.items() if (found := BLOCK.fullmatch(name))}
    takes = (inside[layer][0] for layer in TAKE_WIDTH if layer in inside)
    gives = (inside[layer][1] for layer in GIVE_WIDTH if layer in inside)
    return next(takes, None) or next(gives, None)


def linear_layers(config: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Every linear layer of a transformer, in diffusers' names; none for a class that is not known here.

    Args:
        config: Of the transformer, with ``_class_name``.

    Raises:
        KeyError: A value that decides a shape is not in it.
    """
    kind = config.get("_class_name")
    layers = _wan(config) if kind == "WanTransformer3DModel" else _ltx(config) if kind == "LTXVideoTransformer3DModel" else {}
    return layers


def _own_name(layer: str) -> str:
    layer = UNDERLINED.sub(r"\1.\2.\3.\4", layer)
    found = re.fullmatch(r"(blocks\.\d+)\.(.+)", layer)
    if found is not None:
        return f"{found[1]}.{MAKERS_BLOCK.get(found[2], found[2])}"
    return MAKERS_REST.get(layer, layer)


def _attention(width: int, context: int) -> dict[str, tuple[int, int]]:
    return {"to_q": (width, width), "to_k": (context, width), "to_v": (context, width), "to_out.0": (width, width)}


def _wan(config: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    width, wide = config["num_attention_heads"] * config["attention_head_dim"], config["ffn_dim"]
    pictures, added = config["image_dim"], config["added_kv_proj_dim"]
    block = {f"{name}.{layer}": shape for name in ("attn1", "attn2") for layer, shape in _attention(width, width).items()}
    block |= {"ffn.net.0.proj": (width, wide), "ffn.net.2": (wide, width)}
    if added is not None:
        block |= {f"attn2.{name}": (added, width) for name in ("add_k_proj", "add_v_proj")}
    rest = {
        "time_embedder.linear_1": (config["freq_dim"], width),
        "time_embedder.linear_2": (width, width),
        "time_proj": (width, 6 * width),
        "text_embedder.linear_1": (config["text_dim"], width),
        "text_embedder.linear_2": (width, width),
    }
    if pictures is not None:
        rest |= {"image_embedder.ff.net.0.proj": (pictures, pictures), "image_embedder.ff.net.2": (pictures, width)}
    return {
        **{f"blocks.{number}.{name}": shape for number in range(config["num_layers"]) for name, shape in block.items()},
        **{f"condition_embedder.{name}": shape for name, shape in rest.items()},
        "proj_out": (width, config["out_channels"] * math.prod(config["patch_size"])),
    }


def _ltx(config: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    width = config["num_attention_heads"] * config["attention_head_dim"]
    contexts = {"attn1": width, "attn2": config["cross_attention_dim"]}
    block = {f"{name}.{layer}": shape for name, size in contexts.items() for layer, shape in _attention(width, size).items()}
    block |= {"ff.net.0.proj": (width, 4 * width), "ff.net.2": (4 * width, width)}
    return {
        **{f"transformer_blocks.{number}.{name}": shape for number in range(config["num_layers"]) for name, shape in block.items()},
        "proj_in": (config["in_channels"], width),
        "time_embed.emb.timestep_embedder.linear_1": (256, width),
        "time_embed.emb.timestep_embedder.linear_2": (width, width),
        "time_embed.linear": (width, 6 * width),
        "caption_projection.linear_1": (config["caption_channels"], width),
        "caption_projection.linear_2": (width, width),
        "proj_out": (width, config["out_channels"]),
    }
