"""What a memory profile can't ask for on this computer, told before anything is loaded. Imports no torch."""

from __future__ import annotations

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
}


def refused_settings(memory: Memory) -> list[Problem]:
    """Every setting of a profile that this computer or diffusers can't carry out, with a way out of each.

    Args:
        memory: The profile, with what was typed.
    """
    problems = [
        _missing(f"memory.{setting}={value}", package, f"memory.{setting}={instead}")
        for (setting, value), (package, instead) in PACKAGES.items()
        if getattr(memory, setting) == value and find_spec(package) is None
    ]
    if memory.compile and memory.device == "cuda" and find_spec("triton") is None:
        problems.append(_missing("memory.compile=true", "triton", "memory.compile=false", "triton, on Windows triton-windows"))
    if memory.step_cache == "magcache":
        what = "MagCache needs ratios that were measured with the model, and there are none for these models"
        problems.append(Problem("memory.step_cache=magcache", what, "use memory.step_cache=first_block or taylorseer", "memory"))
    if memory.device == "cpu" and memory.offload == "model":
        what = "waiting in RAM needs a card to be away from, and memory.device is cpu"
        problems.append(Problem("memory.offload=model", what, "use memory.offload=none", "memory"))
    if memory.offload_stream and (memory.device == "cpu" or not memory.offload.startswith("group")):
        what = "only groups of blocks are copied ahead, and only to a card"
        problems.append(Problem("memory.offload_stream=true", what, "set memory.offload_stream=false", "memory"))
    return problems


def _missing(where: str, package: str, instead: str, install: str = "") -> Problem:
    fix = f"pip install {install or package}, or use {instead}"
    return Problem(where, f"it needs the package {package}, which is not installed", fix, "package")
