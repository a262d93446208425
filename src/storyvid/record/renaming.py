"""Giving a finished file or folder its name, also while something else looks at it for a moment."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path

# A virus scanner may read a long clip for many seconds; elsewhere a refusal seldom passes.
PATIENCE_S = 30.0 if sys.platform == "win32" else 1.0
PAUSE_S = 0.05


def rename(source: Path, target: Path) -> None:
    """Rename a file over another, or a folder to a free name.

    Windows refuses while a virus scanner, an indexer, a cloud folder's sync or a player has one of them open (a folder: a
    file in it), so a refusal is tried again for some seconds.

    Raises:
        PermissionError: It is still refused; `storyvid.record.disk` has the words for it.
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


def discard_patiently(path: Path, patience_s: float | None = None) -> bool:
    """Remove a file that another program may look at for a moment.

    Args:
        path: Of the file; missing is fine.
        patience_s: How long to try, seconds; None = `PATIENCE_S`.

    Returns:
        Whether it is gone.
    """
    deadline = time.monotonic() + (PATIENCE_S if patience_s is None else patience_s)
    while True:
        try:
            path.unlink(missing_ok=True)
            return True
        except PermissionError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(PAUSE_S)
        except OSError:
            return False


def discard(temporary: Path) -> None:
    """Remove a temporary file, if it is there. One that a virus scanner holds open stays: that must not hide why it was made."""
    with suppress(OSError):
        temporary.unlink()
