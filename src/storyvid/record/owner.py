"""Which process something half made belongs to, so that only what a dead process left is cleared away.

Host, process number and the process's start together: on a shared drive another host's process can't be looked up, nor can
that of a container, or of Windows from its own Linux (WSL), all of which may have one name; and a number is given anew after
its process has ended. The start must not depend on the clock, which may be set while a run
goes on: a run that is alive would look dead, and lose what it is writing.
"""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

TEMPORARY = ".tmp-"
SAME_START_S = 2.0  # names hold whole seconds, and only Linux tells the start without the clock


def describe_owner() -> dict[str, Any]:
    """This process as records name it: ``host``, ``pid`` and ``process_start`` (see `process_start`)."""
    return {"host": _host(), "pid": os.getpid(), "process_start": process_start(psutil.Process())}


def process_start(process: psutil.Process) -> float:
    """When a process started, in seconds; the same number for as long as it lives.

    On Linux since the computer's start: psutil adds the boot time, and that moves whenever the clock is set. Elsewhere since
    1970, as the system noted it then.

    Raises:
        psutil.NoSuchProcess: It has ended.
        psutil.AccessDenied: It may not be looked at.
    """
    if sys.platform != "linux":
        return process.create_time()
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_bytes().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError) as error:
        raise psutil.NoSuchProcess(process.pid) from error
    except PermissionError as error:
        raise psutil.AccessDenied(process.pid) from error
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")  # proc(5): starttime is field 22, the third comes after the name


def is_of_this_host(owner: Mapping[str, Any]) -> bool:
    """Whether a process runs, or ran, where its end can be seen.

    Args:
        owner: As `describe_owner` gives it.
    """
    return bool(owner.get("host") == _host())


def is_dead(owner: Mapping[str, Any]) -> bool:
    """Whether a process of this host has ended. False for another host's, and where it can't be told.

    Args:
        owner: As `describe_owner` gives it; the numbers may be text.
    """
    if not is_of_this_host(owner):
        return False
    try:
        pid, start = int(owner["pid"]), float(owner["process_start"])
    except (KeyError, TypeError, ValueError):
        return False
    return _has_ended(pid, start)


def temporary_name() -> str:
    """A fresh name ``.tmp-<host>-<pid>-<start>-<random>`` from which `is_left_behind` can tell the owner."""
    start = round(process_start(psutil.Process()))
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


def _has_ended(pid: int, start: float) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        return abs(process_start(process) - start) > SAME_START_S
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return True
    except psutil.AccessDenied:
        return False


def _host() -> str:
    """Name of the computer, and of what counts its processes: on Linux a namespace, which containers have of their own."""
    try:
        counts = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        counts = sys.platform
    return f"{platform.node()} {counts}"


def _host_digest() -> str:
    # A host name may hold what a file name can't.
    return hashlib.sha256(_host().encode()).hexdigest()[:8]
