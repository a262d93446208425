"""The process that runs MLflow (`storyvid.record.mlflow`), as the render sees it: lines go in, replies come out."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

import storyvid

STARVED_S = 2.0  # how long the loading is watched while the render waits for it
STARVED_SHARE = 0.05  # of a processor: what other sessions share fairly is more, what other programs of this one leave is less
Reply = dict[str, Any]


class TrackingProcess:
    """Takes lines without waiting; replies are in `replies`, None behind the last.

    The process loads MLflow (2 s) with the processor time that other programs leave. Where they leave none, the end of the
    render would wait for them, and on Linux a priority that was lowered stays low. Then another process begins anew, with
    the priority of the render and with every line so far; the first has recorded nothing yet.

    Raises:
        OSError: The process can't be started.
    """

    def __init__(self) -> None:
        self.replies: queue.SimpleQueue[Reply | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._kept: list[bytes] = []  # while it may have to begin anew
        self._may_begin_anew = True
        self._loads = False
        self._watched: tuple[float, float] | None = None  # seconds of the clock and of processors
        with self._lock:  # it may speak before it has its name here
            self._running = _Running(self._hear)

    def send(self, line: bytes) -> None:
        """Hand a line over."""
        with self._lock:
            if self._may_begin_anew:
                self._kept.append(line)
            self._running.lines.put(line)

    def hurry(self) -> None:
        """Begin anew when loading gets nowhere. Call it now and then while the render waits."""
        with self._lock:
            if self._loads and self._is_starved():
                self._begin_anew()

    def last_words(self) -> str:
        """How a process that has ended did so, and the last line it said."""
        code = self._running.process.wait()
        self._running.complaints.seek(0)
        lines = self._running.complaints.read().decode("utf-8", "replace").strip().splitlines()
        return f"its process ended with code {code}" + (f": {lines[-1]}" if lines else "")

    def close(self) -> None:
        """Let it end once it has done what it was told; it is not killed, which could break a database."""
        with self._lock:
            self._running.lines.put(None)
        self._running.feeder.join(timeout=2)

    def _hear(self, speaker: _Running, reply: Reply | None) -> None:
        with self._lock:
            if speaker is not self._running:
                return
            state = None if reply is None else reply.get("state")
            self._loads = state == "loading"
            if state != "loading":  # where nothing is said of loading, it can't be begun anew either
                self._keep_no_more()
            if state == "loaded":
                speaker.lines.put(b'{"do": "record"}\n')
        if state is None:
            self.replies.put(reply)

    def _is_starved(self) -> bool:
        try:
            taken = psutil.Process(self._running.process.pid).cpu_times()
        except psutil.Error:
            return False
        now = time.monotonic(), float(taken.user + taken.system)
        if self._watched is None:
            self._watched = now
        wall, cpu = now[0] - self._watched[0], now[1] - self._watched[1]
        if wall < STARVED_S:
            return False
        self._watched = now
        return cpu < STARVED_SHARE * wall

    def _begin_anew(self) -> None:
        self._loads = False
        starved = self._running
        try:
            self._running = _Running(self._hear, "--at-once")
        except OSError:  # the first goes on
            return
        starved.process.kill()
        starved.lines.put(None)
        for line in self._kept:
            self._running.lines.put(line)
        self._keep_no_more()

    def _keep_no_more(self) -> None:
        self._may_begin_anew = False
        self._kept.clear()


class _Running:
    """One process and the threads that feed and hear it."""

    def __init__(self, hear: Callable[[_Running, Reply | None], None], *words: str) -> None:
        self.lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self.process = _start(self.complaints.fileno(), words)
        self._hear = hear
        self.feeder = threading.Thread(target=self._feed, name="tracking-feed", daemon=True)
        self.feeder.start()
        threading.Thread(target=self._listen, name="tracking-listen", daemon=True).start()

    def _feed(self) -> None:
        assert self.process.stdin is not None
        with suppress(OSError), self.process.stdin as pipe:  # a process that has ended is reported by `_listen`
            while (line := self.lines.get()) is not None:
                pipe.write(line)
                pipe.flush()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as pipe, suppress(ValueError):  # a reply that was cut short is the last
            for line in pipe:
                self._hear(self, json.loads(line))
        self._hear(self, None)
        self.process.wait()


def _start(complaints: int, words: tuple[str, ...]) -> subprocess.Popen[bytes]:
    # A process group (on Windows a console) of its own: Ctrl-C stops the render, which then says KILLED. No session of its
    # own: Linux shares the processor among sessions first, so that giving way to the render would have no effect.
    package_root = str(Path(storyvid.__file__).resolve().parents[1])
    search = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "storyvid.record.mlflow", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(search)},
        process_group=0,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
