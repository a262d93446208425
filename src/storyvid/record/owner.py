"""Which process something half made belongs to, so that only what a dead process left is cleared away.

Host, process number and the process's start together: on a shared drive another host's process can't be looked up, and a
number is given anew after its process has ended.
"""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

TEMPORARY = ".tmp-"
CLOCK_S = 2.0  # a process's start is told from the boot time, which moves when the clock is set


def describe_owner() -> dict[str, Any]:
    """This process as records name it: ``host``, ``pid`` and ``process_start`` (seconds since 1970)."""
    return {"host": platform.node(), "pid": os.getpid(), "process_start": psutil.Process().create_time()}


def is_dead(owner: Mapping[str, Any]) -> bool:
    """Whether a process of this host has ended. False for another host's, and where it can't be told.

    Args:
        owner: As `describe_owner` gives it; the numbers may be text.
    """
    if owner.get("host") != platform.node():
        return False
    try:
        pid, process_start = int(owner["pid"]), float(owner["process_start"])
    except (KeyError, TypeError, ValueError):
        return False
    return _has_ended(pid, process_start)


def temporary_name() -> str:
    """A fresh name ``.tmp-<host>-<pid>-<start>-<random>`` from which `is_left_behind` can tell the owner."""
    start = round(psutil.Process().create_time())
    return f"{TEMPORARY}{_host_digest()}-{os.getpid()}-{start}-{secrets.token_hex(4)}"


def is_left_behind(path: Path) -> bool:
    """Whether a file or folder named by `temporary_name` was made by a process of this host that has ended.

    Args:
        path: Only its name is read; names of another form belong to nobody known and count as in use.
    """
    parts = path.name.removeprefix(TEMPORARY).split("-")
    if len(parts) < 4 or parts[0] != _host_digest() or not (parts[1].isdecimal() and parts[2].isdecimal()):
        return False
    return _has_ended(int(parts[1]), float(parts[2]))


def _has_ended(pid: int, process_start: float) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        return abs(process.create_time() - process_start) > CLOCK_S
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return True
    except psutil.AccessDenied:
        return False


def _host_digest() -> str:
    # A host name may hold what a file name can't.
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]
