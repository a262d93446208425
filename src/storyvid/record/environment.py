"""What a film was made on: versions, commit, processor, memory and card, read without importing a single model library."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import psutil

import storyvid

PACKAGES = (
    "accelerate",
    "av",
    "diffusers",
    "hydra-core",
    "mlflow",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "pydantic",
    "safetensors",
    "torch",
    "transformers",
)
GIB = 2**30


@lru_cache(maxsize=1)
def describe_environment() -> dict[str, Any]:
    """The facts that a rerun elsewhere would want to compare, as JSON-ready values.

    Missing facts are None (or an empty list for cards), never an error: a record must not stop a render.

    Returns:
        ``storyvid``, ``git_commit``, ``git_dirty``, ``python``, ``platform``, ``packages`` (name -> version or None),
        ``cpu`` {name, cores, threads}, ``ram_gb`` (GiB) and ``gpus`` [{name, driver, vram_gb}].
    """
    commit, dirty = read_commit(Path(storyvid.__file__).resolve().parent)
    return {
        "storyvid": storyvid.__version__,
        "git_commit": commit,
        "git_dirty": dirty,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in PACKAGES},
        "cpu": {"name": _cpu_name(), "cores": psutil.cpu_count(logical=False), "threads": psutil.cpu_count()},
        "ram_gb": round(psutil.virtual_memory().total / GIB, 2),
        "gpus": list_gpus(),
    }


def read_commit(package: Path) -> tuple[str | None, bool | None]:
    """The git commit of the checkout that holds ``package``, and whether tracked files differ from it.

    A virtual environment may lie inside somebody else's repository, so the package's own file must be tracked there.

    Args:
        package: Folder with an ``__init__.py``.

    Returns:
        (commit, dirty), or (None, None) outside a checkout or without git.
    """
    if _git(package, "ls-files", "--error-unmatch", "__init__.py") is None:
        return None, None
    commit = _git(package, "rev-parse", "HEAD")
    changes = _git(package, "status", "--porcelain", "--untracked-files=no")
    return commit, None if changes is None else bool(changes)


def list_gpus() -> list[dict[str, Any]]:
    """NVIDIA cards with driver and memory (GiB); empty without a card, a driver or the optional nvidia-ml-py."""
    try:
        import pynvml

        pynvml.nvmlInit()
    except Exception:  # no package, no driver, or a driver that answers oddly: all mean "no card known"
        return []
    try:
        driver = _text(pynvml.nvmlSystemGetDriverVersion())
        handles = [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(pynvml.nvmlDeviceGetCount())]
        return [
            {
                "name": _text(pynvml.nvmlDeviceGetName(handle)),
                "driver": driver,
                "vram_gb": round(pynvml.nvmlDeviceGetMemoryInfo(handle).total / GIB, 2),
            }
            for handle in handles
        ]
    except Exception:
        return []
    finally:
        pynvml.nvmlShutdown()


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(folder), *arguments]
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows only
    environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(command, capture_output=True, timeout=10, check=False, env=environment, creationflags=flags)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _cpu_name() -> str | None:
    try:
        if sys.platform == "win32":
            import winreg

            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"HARDWARE\DESCRIPTION\System\CentralProcessor\0") as key:
                return str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or None


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
