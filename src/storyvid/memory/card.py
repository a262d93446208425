"""Whether the graphics card can be used: the card and its driver by NVML, and what torch was built for, without importing torch."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# Least CUDA that a build must be made with for a card (compute capability): https://developer.nvidia.com/cuda-gpus
# and the architecture lists of PyTorch's builds. 12.0 is Blackwell, the RTX 50 series; 8.9 is Ada, the RTX 40 series.
FIRST_CUDA = {(10, 0): (12, 8), (8, 9): (11, 8), (8, 0): (11, 0)}
LAST_CAPABILITY = {(13, 0): (7, 5), (12, 8): (7, 0)}  # builds for this CUDA and later ones hold no code for older cards
FAULTY = {"2.8": "it loses memory when models change", "2.9": "decoding takes many times the memory and time"}
INDEX_URL = "https://download.pytorch.org/whl"  # PyTorch's own wheels
ON_THE_PROCESSOR = "or add memory=cpu to try it on the processor, which is very slow"


@dataclass(frozen=True)
class Card:
    """An NVIDIA card as its driver tells of it.

    Attributes:
        name: As its maker calls it.
        capability: Compute capability; None where the driver does not tell.
        driver: Version of the driver.
        driver_cuda: Newest CUDA that the driver runs; None where it does not tell.
        memory_gb: GiB in all.
        free_gb: GiB that no program has; None where the driver does not tell.
    """

    name: str
    capability: tuple[int, int] | None
    driver: str
    driver_cuda: tuple[int, int] | None
    memory_gb: float
    free_gb: float | None = None


@dataclass(frozen=True)
class TorchBuild:
    """The torch that is installed.

    Attributes:
        version: For example ``2.11.0+cu128``.
        cuda: What it was built for; None for a build without CUDA.
    """

    version: str
    cuda: tuple[int, int] | None

    def __str__(self) -> str:
        return f"torch {self.version} ({'built without CUDA' if self.cuda is None else f'built for CUDA {_dotted(self.cuda)}'})"


def find_card() -> Card | None:
    """The first NVIDIA card; None without a card, or a driver, or where it is hidden.

    NVML, not torch: it needs no CUDA context, and on Windows it tells the device's memory, not the process's budget.
    """
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1"):
        return None
    try:
        import pynvml

        pynvml.nvmlInit()
        try:
            handle = pynvml.nvmlDeviceGetHandleByIndex(0)
            memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
            return Card(
                name=_text(_told(lambda: pynvml.nvmlDeviceGetName(handle)) or "an NVIDIA card"),
                capability=_told(lambda: tuple(map(int, pynvml.nvmlDeviceGetCudaComputeCapability(handle)))),
                driver=_text(_told(lambda: pynvml.nvmlSystemGetDriverVersion()) or "of an unknown version"),
                driver_cuda=_told(lambda: divmod(pynvml.nvmlSystemGetCudaDriverVersion_v2() // 10, 100)),  # 12080 is 12.8
                memory_gb=float(memory.total) / 2**30,
                free_gb=_told(lambda: float(memory.free) / 2**30),
            )
        finally:
            pynvml.nvmlShutdown()
    except Exception:  # any failure here means the same: no card can be read
        return None


def find_torch() -> TorchBuild | None:
    """What torch says of itself in its version.py, which is read as text: importing torch takes seconds. None without torch."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    try:
        text = Path(spec.origin).with_name("version.py").read_text(encoding="utf-8")
    except OSError:
        return None
    said = dict(part.partition("=")[::2] for part in text.splitlines() if "=" in part and not part.startswith(" "))
    values = {name.partition(":")[0].strip(): value.strip().strip("'\"") for name, value in said.items()}
    return TorchBuild(values.get("__version__", "of an unknown version"), _version(values.get("cuda", "None")))


def why_unusable(card: Card | None, torch: TorchBuild | None, platform: str = sys.platform) -> tuple[str, str] | None:
    """What keeps models from running on the card, and the way out; None when nothing does.

    Args:
        card: From `find_card`.
        torch: From `find_torch`.
        platform: As ``sys.platform``, for the install command.
    """
    if card is None:
        what = f"no NVIDIA card can be read (no card, no driver, or a driver that does not answer); installed is {_said(torch)}"
        return what, f"check that `nvidia-smi` shows the card, {ON_THE_PROCESSOR}"
    found = f"found are {card.name} with driver {card.driver}, and {_said(torch)}"
    install = f"{install_command(card, platform)}, {ON_THE_PROCESSOR}"
    if torch is None:
        return f"torch is not installed; {found}", install
    if torch.cuda is None:
        return f"this torch can't use the card; {found}", install
    if card.driver_cuda is not None and torch.cuda[0] > card.driver_cuda[0]:
        what = f"the driver is too old for CUDA {_dotted(torch.cuda)} (it runs CUDA {_dotted(card.driver_cuda)} at most); {found}"
        return what, f"update the driver of the card, or {install}"
    if card.capability is not None and not _has_code_for(torch.cuda, card.capability):
        return f"this torch holds no code for the card (compute capability {_dotted(card.capability)}); {found}", install
    return None


def torch_fault(torch: TorchBuild | None) -> str | None:
    """What is wrong with this version of torch for models of video; None when nothing is known.

    Args:
        torch: From `find_torch`.
    """
    return None if torch is None else FAULTY.get(".".join(torch.version.split(".")[:2]))


def install_command(card: Card, platform: str = sys.platform) -> str:
    """The command that installs a torch for this card.

    On Windows always torch 2.11 for CUDA 12.8, the pair that storyvid pins there; elsewhere that for CUDA 13 where the driver
    runs it. Cards of before 2018 have code only in builds for CUDA 12.6.

    Args:
        card: The card.
        platform: As ``sys.platform``.
    """
    if card.capability is not None and card.capability < (7, 5):
        wheel, index = "torch==2.11.0+cu126", "cu126"
    elif platform != "win32" and card.driver_cuda is not None and card.driver_cuda >= (13, 0):
        wheel, index = "torch==2.13.0+cu130", "cu130"
    else:
        wheel, index = "torch==2.11.0+cu128", "cu128"
    return f"python -m pip install {wheel} --index-url {INDEX_URL}/{index}"


def _has_code_for(cuda: tuple[int, int], capability: tuple[int, int]) -> bool:
    first = next((needed for since, needed in FIRST_CUDA.items() if capability >= since), (0, 0))
    oldest = next((least for since, least in LAST_CAPABILITY.items() if cuda >= since), (0, 0))
    return cuda >= first and capability >= oldest


def _told(ask: Callable[[], Any]) -> Any:
    """What the driver answers; None where it does not: older ones know fewer questions."""
    try:
        return ask()
    except Exception:
        return None


def _said(torch: TorchBuild | None) -> str:
    return "no torch" if torch is None else str(torch)


def _version(text: str) -> tuple[int, int] | None:
    """``12.8`` as numbers; None where it is none."""
    parts = text.split(".")
    return (int(parts[0]), int(parts[1])) if len(parts) >= 2 and all(part.isdecimal() for part in parts[:2]) else None


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
