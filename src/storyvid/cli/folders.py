"""Folders: where configuration files are, and a fresh run folder for every run."""

from __future__ import annotations

import os
import time
from pathlib import Path

from storyvid.errors import ConfigError, Problem


def conf_dir() -> Path:
    """The folder of configuration files: inside the installed package, or at the top of the checkout.

    Raises:
        ConfigError: Neither is there.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "conf", package.parents[1] / "conf"):
        if (folder / "config.yaml").is_file():
            return folder
    raise ConfigError(f"no conf/config.yaml beside {package}: install storyvid again")


def read_root() -> None:
    """Make STORYVID_ROOT what its user meant: set but empty would mean the root of the disk, and ``~`` a folder of that name."""
    root = os.environ.get("STORYVID_ROOT")
    if root is not None and not root.strip():
        del os.environ["STORYVID_ROOT"]
    elif root is not None and Path(root).parts[0] == "~":
        os.environ["STORYVID_ROOT"] = str(Path(root).expanduser())


def reserve(parent: Path, timestamp: str | None = None) -> Path:
    """Make a fresh folder named by the time, and by a suffix when two runs start in the same second.

    Args:
        parent: ``outputs/<project>`` or ``outputs/<project>/sweeps``.
        timestamp: Name wished for; default: the local time to the second.

    Raises:
        ConfigError: The folder can't be made.
    """
    name = timestamp or time.strftime("%Y-%m-%d_%H-%M-%S")
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, 1000):
            folder = parent / (name if attempt == 1 else f"{name}-{attempt}")
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder
    except OSError as error:
        from storyvid.record.disk import disk_problem  # brings shutil: not for --help

        told = disk_problem(error, parent)
        raise ConfigError(Problem(told.where, f"a run folder can't be made there: {told.what}", told.fix, "folder")) from error
    raise ConfigError(Problem(str(parent), f"has 999 runs named {name} already", "wait a second", "folder"))
