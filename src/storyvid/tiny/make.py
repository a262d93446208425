"""Writing a tiny checkpoint: under a temporary name, then renamed. Imports no torch before it starts."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
import tempfile
from pathlib import Path

from storyvid import tiny
from storyvid.diffusion.config import DiffusionConfig

SEED = 20  # of all weights; any other would do


def makers() -> tuple[str, ...]:
    """Kinds of backend that a tiny checkpoint can be made of, sorted."""
    from storyvid.backends.base import kinds

    return tuple(sorted(set(kinds()) & {module.name for module in pkgutil.iter_modules(tiny.__path__)}))


def make_tiny(config: DiffusionConfig, out: Path) -> None:
    """Write a complete random checkpoint for a backend, the same bytes every time.

    Args:
        config: The backend's option; its kind, limits and published recipe decide what is made.
        out: A folder that does not exist yet, or is empty.
    """
    import torch

    build = importlib.import_module(f"storyvid.tiny.{config.kind}").build
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as name, torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        made = Path(name) / "checkpoint"
        build(config, made)
        if out.exists():
            out.rmdir()
        shutil.move(made, out)
