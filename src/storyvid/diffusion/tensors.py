"""Cheap checks of files of weights: whether they are what their ending says, and whole. Nothing is loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from storyvid.errors import Problem

LONGEST_HEADER = 100_000_000  # bytes; the format's own limit
LFS_POINTER = b"version https://git-lfs"
COPY_AGAIN = "copy or download this file again"


class BrokenWeightsError(Exception):
    """A file of weights can't be used. Its text says why; the fix is in ``fix``."""

    def __init__(self, what: str, fix: str = COPY_AGAIN) -> None:
        super().__init__(what)
        self.fix = fix


def read_header(path: Path) -> Mapping[str, Any]:
    """The tensors that a .safetensors file holds, by name, after checking that the file is exactly as long as they need.

    The format: 8 bytes with the header's length, the header (JSON with type, shape and place of each tensor), the numbers.

    Args:
        path: The file.

    Raises:
        BrokenWeightsError: It is no safetensors file, or not a whole one.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
            _refuse_pointer(start + file.read(32))
            length = int.from_bytes(start, "little")
            if len(start) < 8 or not 2 <= length <= min(LONGEST_HEADER, size - 8):
                raise BrokenWeightsError("it is damaged: its header can't be read")
            file.seek(8)
            header = json.loads(file.read(length))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        needed = 8 + length + max(ends, default=0)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise BrokenWeightsError("it is damaged: its header can't be read") from None
    except OSError as error:
        raise BrokenWeightsError(f"it can't be read ({error.strerror or error})", "check the file and its permissions") from None
    if size != needed:
        how = "cut short" if size < needed else "too long"
        raise BrokenWeightsError(f"it is {how}: it has {size:,} bytes, and its header speaks of {needed:,}")
    return {name: entry for name, entry in header.items() if name != "__metadata__"}


def safetensors_problems(path: Path) -> list[Problem]:
    """What is wrong with a .safetensors file; nothing when it is whole.

    Args:
        path: A file that exists.
    """
    try:
        read_header(path)
    except BrokenWeightsError as error:
        return [Problem(str(path), str(error), error.fix, "broken-weights")]
    return []


def gguf_problems(path: Path, key: str) -> list[Problem]:
    """What is wrong with a .gguf file.

    Args:
        path: Perhaps a file.
        key: The setting that names it.
    """
    if not path.is_file():
        return [_no_file(path, key, ".gguf")]
    try:
        with path.open("rb") as file:
            start = file.read(40)
        _refuse_pointer(start)
    except (OSError, BrokenWeightsError) as error:
        return [Problem(key, f"{path}: {error}", getattr(error, "fix", COPY_AGAIN), "broken-weights")]
    if start[:4] != b"GGUF":
        return [Problem(key, f"{path} is not a GGUF file", "name a .gguf file, downloaded whole", "broken-weights")]
    return []


def lora_problems(path: Path, key: str) -> list[Problem]:
    """What is wrong with a LoRA's file.

    Args:
        path: Perhaps a file.
        key: The setting that names it.
    """
    if not path.is_file():
        return [_no_file(path, key, ".safetensors")]
    if path.suffix != ".safetensors":
        what = f"{path.name} is not a .safetensors file; other formats can run code when they are opened"
        return [Problem(key, what, "use the .safetensors version of it", "pickle")]
    try:
        names = read_header(path)
    except BrokenWeightsError as error:
        return [Problem(key, f"{path}: {error}", error.fix, "broken-weights")]
    if not any("lora" in name.casefold() for name in names):
        what = f"{path.name} holds no LoRA: none of its {len(names)} tensors is called so"
        return [Problem(key, what, "name the file of a LoRA that was made for this model", "no-lora")]
    return []


def _no_file(path: Path, key: str, suffix: str) -> Problem:
    return Problem(key, f"there is no file {str(path)!r}", f"name a {suffix} file on this machine", "no-file")


def _refuse_pointer(start: bytes) -> None:
    if start.startswith(LFS_POINTER):
        what = "it only points at the weights: it was copied with git, without Git LFS"
        raise BrokenWeightsError(what, "run `git lfs pull` in that folder, or download the model again")
