"""Giving a finished file or folder its name, also while something else looks at it for a moment."""

from __future__ import annotations

import time
from pathlib import Path

PATIENCE_S = 1.0
PAUSE_S = 0.05


def rename(source: Path, target: Path) -> None:
    """Rename a file over another, or a folder to a free name.

    Windows refuses while a virus scanner, an indexer or a reader has one of them open, so a refusal is tried again for
    about a second.

    Raises:
        PermissionError: It is still refused.
        OSError: Any other failure, at once.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            source.replace(target)
            return
        except PermissionError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE_S)
