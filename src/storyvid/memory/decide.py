"""What a memory profile comes to for one model on one computer. Decided from sizes alone, before anything is loaded: no torch.

The rules, in this order: weights are made smaller where the model can have it; whole models or groups of blocks wait in RAM;
groups are copied ahead through pinned RAM while that is a small share of it; what RAM does not hold waits in files or is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyvid.errors import Problem

if TYPE_CHECKING:
    from storyvid.config import Memory

GIB = 2**30
BILLION_GB = 1e9 / GIB  # a weight of one byte, 10^9 times
PINNED_SHARE = 0.4  # of RAM: Windows locks no more than about half of it, and ComfyUI stops at 40 %
RAM_SHARE = 0.75  # of RAM that weights may take: the system, frames and caches need the rest
TYPE_BYTES = {"float32": 4.0, "float16": 2.0, "bfloat16": 2.0}
QUANTIZED_BYTES = {"fp8": 1.0, "int8": 1.0, "sdnq_uint4": 0.6}  # a weight, with its share of scales
FOR_TRANSFORMERS = {  # settings that a UNet lacks, what they are, and the value that asks for nothing
    "quantization": ("a smaller type of weights", "none"),
    "attention": ("another attention", "native"),
    "step_cache": ("a step cache", "none"),
    "compile": ("compiling blocks", False),
}


@dataclass(frozen=True)
class Machine:
    """The computer.

    Attributes:
        ram_gb: GiB of RAM.
        card_gb: GiB of the card's memory; None where none can be read.
    """

    ram_gb: float
    card_gb: float | None = None


@dataclass(frozen=True)
class Parts:
    """What a model is made of.

    Attributes:
        denoisers: Weights of each of its transformers, or of its UNet, 10^9.
        vae: Weights of the VAE, 10^9.
        text_encoder: The same of its text encoder, which is loaded by itself; 0 where it reads no text.
        image_encoder: The same; 0 where there is none.
        unet: Whether its denoiser is a UNet.
        masks: Whether its attention is handed a mask.
        vae_kind: Class of the VAE.
        tiles: Whether that decodes in tiles.
        comes_as: How the denoisers' weights come quantised, such as ``gguf``; None where they do not.
        comes_gb: GiB that they take then, all together.
    """

    denoisers: tuple[float, ...]
    vae: float
    text_encoder: float = 0.0
    image_encoder: float = 0.0
    unet: bool = False
    masks: bool = False
    vae_kind: str = "AutoencoderKLWan"
    tiles: bool = True
    comes_as: str | None = None
    comes_gb: float = 0.0


@dataclass(frozen=True)
class Decision:
    """What is done.

    Attributes:
        values: Each setting as it is carried out; None where the model or the computer has no such thing.
        not_there: The reason for each of those.
        problems: What can't be done at all, with a way out.
        card_gb: GiB of weights that are on the card at once, at most.
        ram_gb: GiB of weights that are in RAM at once, at most.
        pinned_gb: GiB of these that no other program can use meanwhile.
    """

    values: Mapping[str, Any]
    not_there: Mapping[str, str]
    problems: tuple[Problem, ...]
    card_gb: float
    ram_gb: float
    pinned_gb: float


def decide(memory: Memory, parts: Parts, machine: Machine) -> Decision:
    """What a profile comes to.

    Args:
        memory: The profile, with what was typed.
        parts: Of the model.
        machine: The computer.
    """
    held = held_gb(memory, parts)
    stream, ram_gb = _stream(memory, sum(held), machine), _ram_gb(memory, parts, held)
    not_there = dict(_not_there(memory, parts))
    if memory.offload_stream and not stream:
        share = f"more than {100 * PINNED_SHARE:.0f} % of the RAM; weights are copied when they are needed"
        not_there["offload_stream"] = f"it would pin {sum(held):.1f} GiB, which is {share}"
    asked = {name: getattr(memory, name) for name in CARRIED_OUT} | {"offload_stream": stream}
    return Decision(
        values={name: None if name in not_there else value for name, value in asked.items()},
        not_there=not_there,
        problems=(*_refused(memory, parts, machine), *_too_much(memory, ram_gb, machine)),
        card_gb=_card_gb(memory, parts, held),
        ram_gb=ram_gb,
        pinned_gb=sum(held) if stream is True else 0.0,
    )


def held_gb(memory: Memory, parts: Parts) -> tuple[float, ...]:
    """GiB of each denoiser as it is held, estimated: a few layers of a quantised model stay as they are.

    Args:
        memory: The profile.
        parts: Of the model.
    """
    if parts.comes_as is not None:
        return (parts.comes_gb / len(parts.denoisers),) * len(parts.denoisers)
    whole = TYPE_BYTES[memory.dtype]
    each = whole if parts.unet else QUANTIZED_BYTES.get(memory.quantization, whole)
    return tuple(each * BILLION_GB * weights for weights in parts.denoisers)


def _not_there(memory: Memory, parts: Parts) -> Iterator[tuple[str, str]]:
    """What the model lacks, with the reason."""
    for name, (what, nothing) in FOR_TRANSFORMERS.items():
        if parts.unet and getattr(memory, name) != nothing:
            yield name, f"{what} is made for transformers, and this model has a UNet"
    if parts.comes_as is not None and memory.quantization != "none":
        yield "quantization", f"the weights come quantised ({parts.comes_as})"
    if memory.vae_tiling and not parts.tiles:
        yield "vae_tiling", f"{parts.vae_kind} can't decode in tiles"


def _stream(memory: Memory, held: float, machine: Machine) -> bool | dict[str, bool]:
    """Whether groups are copied ahead: all of them pinned at once, or layer by layer as they are copied, which is slower.

    Pinned block by block it takes longer than without (diffusers, pull request 11106: 38 s against 14 by layers).
    """
    if not memory.offload_stream:
        return False
    if memory.offload_disk or held <= PINNED_SHARE * machine.ram_gb:
        return True
    return {"low_cpu_mem_usage": True} if memory.offload == "group_leaf" else False


def _others_gb(memory: Memory, parts: Parts) -> float:
    return BILLION_GB * (TYPE_BYTES[memory.vae_dtype] * parts.vae + TYPE_BYTES[memory.dtype] * parts.image_encoder)


def _ram_gb(memory: Memory, parts: Parts, held: tuple[float, ...]) -> float:
    """The text encoder is read whole and freed first; of weights that wait in files, one model is read at a time, but of .gguf."""
    text = BILLION_GB * TYPE_BYTES[memory.dtype] * parts.text_encoder
    denoisers = max(held) if memory.offload_disk and parts.comes_as is None else sum(held)
    return max(text, denoisers + _others_gb(memory, parts))


def _card_gb(memory: Memory, parts: Parts, held: tuple[float, ...]) -> float:
    """Beside these, a group that is at work has its weights there, and every step what it works on."""
    if memory.device == "cpu":
        return 0.0
    others = _others_gb(memory, parts)
    at_work = {"none": sum(held) + others, "model": max(*held, others)}.get(memory.offload, others)
    byte = {"cpu": 0.0, "int8": 1.0, "full": TYPE_BYTES[memory.dtype]}[memory.text_encoder]
    return max(at_work, BILLION_GB * byte * parts.text_encoder)


def _refused(memory: Memory, parts: Parts, machine: Machine) -> Iterator[Problem]:
    """What this model, or this card, can't do."""
    if memory.attention == "sage" and parts.masks:
        what = "SageAttention takes no mask, and this model masks what its texts leave empty"
        yield Problem("memory.attention=sage", what, "use memory.attention=native or xformers", "memory")
    if memory.cap_gb is not None and machine.card_gb is not None and memory.cap_gb > machine.card_gb:
        what = f"is {memory.cap_gb:g} GiB, and the card has {machine.card_gb:.1f}"
        yield Problem("memory.cap_gb", what, f"set it to {int(machine.card_gb)} or less, or leave it out", "memory")


def _too_much(memory: Memory, ram_gb: float, machine: Machine) -> Iterator[Problem]:
    """Weights that RAM does not hold: the system would move them to its paging file, and every step take minutes."""
    may_gb = memory.ram_gb if memory.ram_gb is not None else RAM_SHARE * machine.ram_gb
    if ram_gb <= may_gb:
        return
    why = "memory.ram_gb says" if memory.ram_gb is not None else f"three quarters of the computer's {machine.ram_gb:.0f} GiB are"
    what = f"the model's weights take {ram_gb:.1f} GiB of RAM, and {why} {may_gb:.1f}"
    ways = [
        *(["memory.quantization=sdnq_uint4"] if memory.quantization != "sdnq_uint4" and memory.device == "cuda" else []),
        *(["backend.gguf with a small file"] if memory.device == "cuda" else ["a smaller model"]),
        *(["memory.offload_disk=true"] if memory.offload.startswith("group") and not memory.offload_disk else []),
        f"memory.ram_gb={int(ram_gb) + 1} to try it all the same",
    ]
    yield Problem("memory", what, f"take {', '.join(ways[:-1])}, or {ways[-1]}", "ram")


CARRIED_OUT = (  # in the order in which they are done
    "quantization",
    "attention",
    "vae_dtype",
    "vae_tiling",
    "vae_slicing",
    "offload_stream",
    "offload_disk",
    "offload",
    "step_cache",
    "compile",
)
