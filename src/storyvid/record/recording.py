"""Starting the process that records the queue (`storyvid.record.mlflow`), and waiting for it where somebody wants to."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import storyvid
from storyvid.record.tracking_queue import LOG, complete_films, is_recording, try_anew, waiting_films

POLL_S = 0.1
Process = subprocess.Popen[bytes]


def start_recording(queue: Path) -> Process | None:
    """Have the films of a queue recorded by a process that goes on when this one ends. Returns at once.

    Returns:
        The process; None when there is nothing to record, or another process is at it, which then takes the rest, too.

    Raises:
        OSError: It can't be started.
    """
    try_anew(queue)
    if not waiting_films(queue) or is_recording(queue):
        return None
    package_root = str(Path(storyvid.__file__).resolve().parents[1])
    search = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
    with (queue / LOG).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "storyvid.record.mlflow", str(queue)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=queue,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(search)},
            # Neither Ctrl-C nor a terminal that is closed may end it.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )


def last_words(queue: Path) -> str:
    """The last line that the process said, or an empty text."""
    try:
        lines = (queue / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip() if lines else ""


def is_at_work(process: Process | None, queue: Path) -> bool:
    """Whether the queue is being recorded, by a process that was started or by another."""
    return (process is not None and process.poll() is None) or is_recording(queue)


def record_now(queue: Path, tell: Callable[[str], None]) -> None:
    """Record every film that is complete, and wait until that is done or has failed (`tracking_queue.troubles`).

    Args:
        queue: Folder.
        tell: Given one line when there is something to wait for.

    Raises:
        OSError: The process can't be started.
    """
    process = start_recording(queue)
    films = complete_films(queue)
    if films:
        tell(f"Recording {len(films)} film{'s' * (len(films) != 1)} in MLflow first; Ctrl-C leaves that to the background …")
    while complete_films(queue) and is_at_work(process, queue):
        time.sleep(POLL_S)
