"""What the disk refuses, in plain words: which folder, why, and the way out."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from storyvid.errors import Problem, RenderError

FULL = "free some space there, or set STORYVID_ROOT to a disk that has more"
CLOSED = "check the permissions of the folder, or set STORYVID_ROOT to another place"

# Error number -> what it means, and what to do. Not every system has all of them.
MEANINGS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", FULL),
    errno.EDQUOT: ("your share of the disk is used up", FULL),
    errno.EFBIG: ("the file is larger than the disk or the system allows", "set STORYVID_ROOT to another disk"),
    errno.EACCES: ("nothing may be written there", CLOSED),
    errno.EPERM: ("nothing may be written there", CLOSED),
    errno.EROFS: ("nothing may be written there", CLOSED),
    errno.ENOTDIR: ("a file is in the way of a folder", "move the file away"),
    errno.EEXIST: ("a file is in the way of a folder", "move the file away"),
    errno.EIO: ("the disk can't be read or written", "check the disk and its cable"),
}

# Windows' own number -> the same: 32 and 33 a file that is held open, 5 also a folder with such a file in it.
# https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-
CLOSE_IT = "close what has it open (a player, a virus scanner, OneDrive)"
MEANINGS_ON_WINDOWS: dict[int | None, tuple[str, str]] = {
    5: ("nothing may be written there, or another program has it open", f"{CLOSE_IT}, or {CLOSED}"),
    32: ("another program has it open", f"{CLOSE_IT}, and run the same command again"),
    33: ("another program has it open", f"{CLOSE_IT}, and run the same command again"),
}


def disk_problem(error: OSError, folder: Path) -> Problem:
    """A refusal of the system as a problem of a folder.

    Args:
        error: What was raised; the file that it names is told, too.
        folder: Where the work was going on.
    """
    said = error.strerror or str(error)
    on_windows = MEANINGS_ON_WINDOWS.get(getattr(error, "winerror", None))
    what, fix = on_windows or MEANINGS.get(error.errno or 0, (said, "check the folder and the disk"))
    return Problem(str(error.filename or folder), what, fix, "disk")


def require_room(folder: Path, size: int) -> None:
    """Refuse to begin what can't be kept: on a full disk a shot would fail only after it was rendered.

    Args:
        folder: An existing folder on the disk.
        size: Bytes that are certainly needed.

    Raises:
        RenderError: Less is free.
    """
    free = shutil.disk_usage(folder).free
    if free < size:
        what = f"the disk is full: {free / 1e6:.1f} MB are free, and more than {size / 1e6:.1f} MB are needed"
        raise RenderError(Problem(str(folder), what, FULL, "disk"))
