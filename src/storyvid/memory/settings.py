"""What a memory profile can't ask for on this computer, told before anything is loaded. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING

from storyvid.errors import Problem

if TYPE_CHECKING:
    from storyvid.config import Memory

# (setting, value) -> the package that it needs, and the value that needs none
PACKAGES = {
    ("quantization", "int8"): ("torchao", "fp8"),
    ("quantization", "sdnq_uint4"): ("sdnq", "fp8"),
    ("text_encoder", "int8"): ("torchao", "cpu"),
    ("attention", "sage"): ("sageattention", "native"),
    ("attention", "xformers"): ("xformers", "native"),
}
OLDEST = {"sageattention": (2, 1, 1), "xformers": (0, 0, 29)}  # that diffusers calls (models/attention_dispatch.py)


def refused_settings(memory: Memory) -> list[Problem]:
    """Every setting of a profile that this computer or diffusers can't carry out, with a way out of each.

    Args:
        memory: The profile, with what was typed.
    """
    problems = [
        problem
        for (setting, value), (package, instead) in PACKAGES.items()
        if getattr(memory, setting) == value
        for problem in _lacking(f"memory.{setting}={value}", package, f"memory.{setting}={instead}")
    ]
    if memory.compile and memory.device == "cuda" and find_spec("triton") is None:
        problems.append(_missing("memory.compile=true", "triton", "memory.compile=false", "triton, on Windows triton-windows"))
    if memory.step_cache == "magcache":
        what = "MagCache needs ratios that were measured with the model, and there are none for these models"
        problems.append(Problem("memory.step_cache=magcache", what, "use memory.step_cache=first_block or taylorseer", "memory"))
    if memory.compile and memory.step_cache != "none":
        what = f"not with memory.step_cache={memory.step_cache}, which compiled blocks do not see"
        problems.append(Problem("memory.compile=true", what, "use one of the two", "memory"))
    return [*problems, *_without_card(memory), *_without_groups(memory)]


def _without_card(memory: Memory) -> Iterator[Problem]:
    """What only a card can do, on the processor."""
    if memory.device != "cpu":
        return
    if memory.offload == "model":
        what = "waiting in RAM needs a card to be away from, and memory.device is cpu"
        yield Problem("memory.offload=model", what, "use memory.offload=none", "memory")
    if memory.cap_gb is not None:
        what = "is a share of a card's memory, and memory.device is cpu"
        yield Problem("memory.cap_gb", what, "leave it out", "memory")
    if memory.attention != "native":
        what = "runs on a card alone, and memory.device is cpu"
        yield Problem(f"memory.attention={memory.attention}", what, "use memory.attention=native", "memory")


def _without_groups(memory: Memory) -> Iterator[Problem]:
    """What is about groups that wait, where there are none, or none that could be."""
    groups = memory.offload.startswith("group")
    if memory.offload_stream and (memory.device == "cpu" or not groups):
        what = "only groups of blocks are copied ahead, and only to a card"
        yield Problem("memory.offload_stream=true", what, "set memory.offload_stream=false", "memory")
    if memory.offload_disk and not groups:
        what = f"only groups can wait in files, and memory.offload is {memory.offload}"
        yield Problem("memory.offload_disk=true", what, "set memory.offload=group, or memory.offload_disk=false", "memory")
    if memory.offload_disk and memory.quantization == "int8":
        what = "weights of torchao can't be kept in files"
        yield Problem("memory.offload_disk=true", what, "use memory.quantization=fp8 or sdnq_uint4", "memory")


def _lacking(where: str, package: str, instead: str) -> Iterator[Problem]:
    """A package that is not there, or older than the oldest that will do."""
    if find_spec(package) is None:
        yield _missing(where, package, instead)
    elif package in OLDEST and (found := _version(package)) is not None and found < OLDEST[package]:
        oldest = ".".join(map(str, OLDEST[package]))
        what = f"it needs {package} {oldest} or later, and {metadata.version(package)} is installed"
        yield Problem(where, what, f'pip install "{package}>={oldest}", or use {instead}', "package")


def _version(package: str) -> tuple[int, ...] | None:
    """Of an installed package; None where it does not tell."""
    try:
        parts = metadata.version(package).partition("+")[0].split(".")[:3]
    except metadata.PackageNotFoundError:
        return None
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else None


def _missing(where: str, package: str, instead: str, install: str = "") -> Problem:
    fix = f"pip install {install or package}, or use {instead}"
    return Problem(where, f"it needs the package {package}, which is not installed", fix, "package")
