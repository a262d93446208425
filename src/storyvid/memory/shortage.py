"""Memory that ran out, the card's or the computer's, told in words with what takes less."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from storyvid.errors import Problem, RenderError, StoryvidError

PAGING_FILE = 1455  # Windows' error where RAM and paging file together are full
# What CUDA and its libraries say where memory that torch does not manage can't be had.
OF_THE_CARD = ("CUDA error: out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED")
RAM_LESS = "close other programs, let the system's paging file (swap) grow, or take smaller weights or a smaller resolution"


@dataclass(frozen=True)
class Stage:
    """What was being done.

    Attributes:
        doing: In words, after "full"; empty where the place says it.
        less: Settings that take less of the card.
    """

    doing: str
    less: str


SMALLER = "memory.offload=group, a smaller profile (memory=8gb), a smaller resolution, or a smaller backend.max_frames"
OPENING = Stage(" while its first frame is encoded", SMALLER)
DENOISING = Stage(" while it is denoised", SMALLER)
DECODING = Stage(" while it is decoded", SMALLER)
LOADING = Stage(" while weights are loaded", "memory.offload=group, memory.quantization=fp8, or a smaller profile (memory=8gb)")
ENCODING = Stage(" while texts are encoded", "memory.text_encoder=cpu")
PAINTING = Stage(" while its keyframe is painted", "a smaller backend.keyframe or resolution, or give the shot a picture")


class CardFullError(RenderError):
    """The card's memory is full, and nothing is left to try."""


def is_full_card(error: BaseException) -> bool:
    """Whether an error says that the card's memory is full, and less may be tried.

    Args:
        error: Of torch, or one that tells of it in words.
    """
    if isinstance(error, RenderError):
        return error.problems[0].code == "card-full" and not isinstance(error, CardFullError)
    return isinstance(error, torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and any(sign in str(error) for sign in OF_THE_CARD)
    )


def shortage(error: BaseException, where: str, stage: Stage) -> Problem | None:
    """What to tell of an error that means full memory; None of any other.

    Args:
        error: Of torch, of Python, or of the system.
        where: The shot and chunk, the setting or the folder that it is about.
        stage: What was being done.
    """
    if isinstance(error, StoryvidError):  # it is told already, in words that may hold the system's
        return None
    said = " ".join(str(error).split())
    if is_full_card(error):
        what = f"the card's memory is full{stage.doing} ({said.partition('.')[0]})"
        return Problem(where, what, f"close other programs that use the card, or take {stage.less}", "card-full")
    if not _is_of_ram(error, said):
        return None
    why = said.rpartition("DefaultCPUAllocator: ")[2].partition(". ")[0] or type(error).__name__  # more is said of where in torch
    return Problem(where, f"the computer's memory (RAM) is full{stage.doing} ({why})", RAM_LESS, "ram-full")


@contextmanager
def shortage_told(where: str, stage: Stage) -> Iterator[None]:
    """Say in words that memory is full.

    Args:
        where: As of `shortage`.
        stage: As of `shortage`.

    Raises:
        RenderError: It is.
    """
    try:
        yield
    except Exception as error:
        problem = shortage(error, where, stage)
        if problem is None:
            raise
        raise RenderError(problem) from error


def _is_of_ram(error: BaseException, said: str) -> bool:
    """torch raises RuntimeError by its allocator's name; safetensors, which maps files, the system's number in its text."""
    numbers = (getattr(error, "errno", None), getattr(error, "winerror", None))
    return (
        isinstance(error, MemoryError)
        or errno.ENOMEM in numbers
        or PAGING_FILE in numbers
        or any(sign in said for sign in ("DefaultCPUAllocator", f"(os error {PAGING_FILE})", f"(os error {errno.ENOMEM})"))
    )
