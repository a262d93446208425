"""Full memory, as torch, Python and the system tell of it."""

from __future__ import annotations

import errno

import pytest
import torch
from safetensors import SafetensorError

from storyvid.errors import Problem, RenderError
from storyvid.memory.shortage import DENOISING, LOADING, is_full_card, shortage, shortage_told

CUDA = "CUDA out of memory. Tried to allocate 9.00 GiB. GPU 0 has a total capacity of 11.9 GiB"
WINDOWS = "Error while deserializing: The paging file is too small for this operation to complete. (os error 1455)"
ALLOCATOR = (
    "[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes. Buy new RAM!"
)


def test_of_the_card() -> None:
    problem = shortage(torch.OutOfMemoryError(CUDA), 'shot "S01", chunk 1', DENOISING)
    assert problem is not None
    assert str(problem).startswith(
        'shot "S01", chunk 1: the card\'s memory is full while it is denoised (CUDA out of memory)\n  Fix: close other programs'
    )


@pytest.mark.parametrize(
    "said",
    [
        "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported at some other API call",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
    ],
)
def test_of_the_card_as_its_libraries_tell_it(said: str) -> None:
    problem = shortage(RuntimeError(said), "here", DENOISING)
    assert problem is not None
    assert problem.code == "card-full"
    assert is_full_card(RuntimeError(said))
    assert not is_full_card(RuntimeError("CUDA error: an illegal memory access was encountered"))


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (RuntimeError(ALLOCATOR), "not enough memory: you tried to allocate 8 bytes"),
        (SafetensorError(WINDOWS), "Error while deserializing: The paging file is too small for this operation to complete"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), f"[Errno {errno.ENOMEM}] Cannot allocate memory"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_of_the_computer(error: Exception, why: str) -> None:
    problem = shortage(error, "my wan", LOADING)
    assert problem is not None
    assert str(problem).startswith(f"my wan: the computer's memory (RAM) is full while weights are loaded ({why})\n  Fix: close")


@pytest.mark.parametrize("error", [RuntimeError("mat1 and mat2 shapes cannot be multiplied"), OSError(errno.ENOENT, "no file")])
def test_other_errors_stay_what_they_are(error: Exception) -> None:
    assert shortage(error, "here", LOADING) is None
    with pytest.raises(type(error)) as caught, shortage_told("here", LOADING):
        raise error
    assert caught.value is error
    with (
        pytest.raises(RenderError, match="here: the card's memory is full while weights are loaded"),
        shortage_told("here", LOADING),
    ):
        raise torch.OutOfMemoryError(CUDA)


def test_what_is_told_already_is_not_told_again() -> None:
    told = RenderError(Problem("/models/wan", "the RAM is full (no memory (os error 12))", "close programs", "ram-full"))
    with pytest.raises(RenderError) as caught, shortage_told('shot "S01"', DENOISING):
        raise told
    assert caught.value is told
