"""Starting the process that records the queue (`storyvid.record.mlflow`), and waiting for it where somebody wants to."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import storyvid
from storyvid.record.tracking_queue import LOG, Queue, complete_films, counted, is_recording, ready_films, try_anew

LOOK_S = 1.0  # every look reads the whole queue
Process = subprocess.Popen[bytes]


def start_recording(queue: Queue) -> Process | None:
    """Have the films of a queue recorded by a process that goes on when this one ends. Returns at once.

    Returns:
        The process; None when there is nothing to record, or another process is at it, which then takes the rest, too.

    Raises:
        OSError: It can't be started.
    """
    folder = queue.folder
    try_anew(folder)
    if not ready_films(folder) or is_recording(folder):
        return None
    package_root = str(Path(storyvid.__file__).resolve().parents[1])
    search = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
    where = [str(queue.mlruns), *([] if queue.uri is None else [queue.address])]
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "storyvid.record.mlflow", *where],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(search), "PYTHONIOENCODING": "utf-8:backslashreplace"},
            # Neither Ctrl-C nor a terminal that is closed may end it.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )


def is_at_work(process: Process | None, folder: Path) -> bool:
    """Whether a queue's folder is being recorded, by a process that was started or by another."""
    return (process is not None and process.poll() is None) or is_recording(folder)


def record_now(queue: Queue, tell: Callable[[str], None]) -> int:
    """Record every film that is complete, and wait until that is done or has failed (`tracking_queue.troubles`).

    Args:
        queue: To record.
        tell: Given one line when there is something to wait for.

    Returns:
        How many films were recorded.

    Raises:
        OSError: The process can't be started.
    """
    try_anew(queue.folder)
    films = complete_films(queue.folder)
    if films:
        tell(f"Recording {counted(len(films))} in MLflow; Ctrl-C leaves that to the background …")
    process = start_recording(queue)
    while complete_films(queue.folder) and is_at_work(process, queue.folder):
        time.sleep(LOOK_S)
    return sum(not film.exists() for film in films)
