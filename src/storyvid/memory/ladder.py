"""The way down where the card's memory is full: what is tried next. Pure; imports no torch.

What costs least comes first: smaller tiles change a picture by a hair, the processor decodes it whole but slowly, and whatever
waits in RAM makes every step slower. The order is that of ComfyUI's decoder, which goes on to tiles, and of diffusers' own
offloading, from whole models over blocks to layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from storyvid.memory.tiles import GRID
from storyvid.plan.chunks import least_frames

if TYPE_CHECKING:
    from storyvid.backends.base import BackendLimits
    from storyvid.config import Memory

Stage = Literal["encode", "load", "paint", "open", "denoise", "decode"]  # "open": a first frame is encoded, before any step
TEXT_ENCODERS = ("full", "int8", "cpu")  # from what takes most of the card
OFFLOADS = ("none", "model", "group", "group_leaf")
FRAMES = (8, 4, 2, 1)  # decoded at once
LEAST_TILE = 64  # pixels; of LTX two latents
WAYS: Mapping[Stage, tuple[str, ...]] = {  # what is tried while memory is full there, in this order
    "encode": ("text_encoder",),
    "load": ("offload",),
    "paint": ("offload",),
    "open": ("tile", "offload"),
    "denoise": ("offload",),
    "decode": ("tile", "frames", "on_processor", "offload"),
}


@dataclass(frozen=True)
class Stand:
    """How far down a model is.

    Attributes:
        text_encoder: As ``memory.text_encoder``.
        offload: As ``memory.offload``.
        tile: Side of the VAE's tiles, pixels; None = as the profile has them.
        frames: Frames decoded at once; None = as the model's option has it.
        on_processor: Whether the processor decodes.
    """

    text_encoder: str
    offload: str
    tile: int | None = None
    frames: int | None = None
    on_processor: bool = False


@dataclass(frozen=True)
class Abilities:
    """What a model and this computer can do.

    Attributes:
        text_encoders: Of `TEXT_ENCODERS`, those that can be had.
        offloads: Of `OFFLOADS`, those that can be had.
        tile: Side of the VAE's tiles where it decodes in tiles, pixels; None for one that can't.
        tiled: Whether it does so by the profile.
        longest_side: Of the picture, pixels: tiles that are no smaller change nothing.
        frames: Frames that are decoded at once by the model's option; None for a VAE that decodes a clip as a whole.
    """

    text_encoders: tuple[str, ...] = ()
    offloads: tuple[str, ...] = ()
    tile: int | None = None
    tiled: bool = False
    longest_side: int = 0
    frames: int | None = None


@dataclass(frozen=True)
class Rung:
    """One step down.

    Attributes:
        name: The field of `Stand` that changes.
        value: What it becomes.
    """

    name: str
    value: Any

    def __str__(self) -> str:
        return _WORDS[self.name].format(self.value)


_KINDS: Mapping[str, tuple[str, ...]] = {"text_encoder": TEXT_ENCODERS, "offload": OFFLOADS}
_WORDS = {
    "text_encoder": "memory.text_encoder={}",
    "offload": "memory.offload={}",
    "tile": "tiles of {} pixels",
    "frames": "decoding at most {} frames at once",
    "on_processor": "decoding on the processor",
}


def first_stand(memory: Memory) -> Stand:
    """Where a profile begins."""
    return Stand(memory.text_encoder, memory.offload)


def next_rung(stand: Stand, stage: Stage, can: Abilities) -> Rung | None:
    """What is tried next; None where nothing is left.

    Args:
        stand: How far down the model is.
        stage: What was being done when memory was full.
        can: What there is to try.
    """
    rungs = (Rung(name, value) for name in WAYS[stage] for value in _lower(name, stand, can))
    return next(rungs, None)


def after(stand: Stand, rung: Rung) -> Stand:
    """Where a step leads."""
    return replace(stand, **{rung.name: rung.value})


def lower_of(stand: Stand, other: Stand) -> Stand:
    """The lower one in each respect."""
    depths = {name: (depth(stand, name), depth(other, name)) for name in asdict(stand)}
    return Stand(**{name: getattr(stand if one >= two else other, name) for name, (one, two) in depths.items()})


def between(first: Stand, stand: Stand) -> Iterator[Rung]:
    """What was done on the way from one stand to another, each thing once."""
    for name, value in asdict(stand).items():
        if value != getattr(first, name):
            yield Rung(name, value)


def depth(stand: Stand, name: str) -> float:
    """How far down a model is in one respect; 0 is as the profile has it, or the most there is."""
    value = getattr(stand, name)
    if name in ("tile", "frames"):
        return 0.0 if value is None else 1 / value
    return float((False, True).index(value) if name == "on_processor" else _KINDS[name].index(value))


def _lower(name: str, stand: Stand, can: Abilities) -> Iterator[Any]:
    """The values below the one a model has, the nearest first."""
    value = getattr(stand, name)
    if name in _KINDS:
        there = can.text_encoders if name == "text_encoder" else can.offloads
        below = _KINDS[name][_KINDS[name].index(value) + 1 :]
        # A text encoder in 8 bit says something a little else, which is another picture; on the processor it says the same.
        yield from (kind for kind in below if kind in there and (name, kind) != ("text_encoder", "int8"))
    elif name == "tile":
        yield from _smaller_tiles(value, can)
    elif name == "frames":
        yield from (own for own in FRAMES if can.frames is not None and own < (value or can.frames))
    elif not value:
        yield True


def _smaller_tiles(side: int | None, can: Abilities) -> Iterator[int]:
    if can.tile is None:
        return
    largest = min(side or (can.tile if can.tiled else can.longest_side), can.longest_side)
    tile = can.tile
    while tile >= LEAST_TILE:
        if tile < largest:
            yield tile
        half = tile // 2 // GRID * GRID
        tile = max(half, LEAST_TILE) if tile > LEAST_TILE else 0


def shorter_chunk(limits: BackendLimits, frames: int) -> int | None:
    """The most frames of a chunk that needs at most two thirds of the memory; None where a shot can't be made of such chunks.

    Args:
        limits: The backend's.
        frames: Of the chunk that did not fit.
    """
    if not limits.accepts_first_frame:
        return None
    longest = next((number for number in range(2 * frames // 3, 0, -1) if limits.round_up(number) == number), None)
    return longest if longest is not None and longest >= least_frames(limits) else None
