"""Tiny checkpoints of the diffusion backends, made once for all tests of a run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.backends.pipelines import option

TinyCheckpoint = Callable[[str], Path]


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> TinyCheckpoint:
    """The folder of a backend option's tiny checkpoint; tests don't change it. Under ``-n`` all workers share them."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "tiny"
    folder.mkdir(exist_ok=True)

    def checkpoint(name: str) -> Path:
        from storyvid.tiny import make_tiny

        made = folder / name
        with FileLock(folder / f"{name}.lock"):
            if not made.exists():
                make_tiny(option(name), made)
        return made

    return checkpoint
