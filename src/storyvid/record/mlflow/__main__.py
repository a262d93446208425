"""The tracking process: JSON lines on standard input, replies on standard output.

Started by `storyvid.record.tracking_process`, to which it says besides when it begins to load MLflow with the lowest priority
and when it has loaded it. Until it is then told to record it does nothing that shows: it may be ended and replaced.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import IO, Any

from storyvid.record.mlflow.background import Background
from storyvid.record.mlflow.recorder import serve
from storyvid.record.mlflow.store import load


class _Inbox:
    """Messages, read as they come: a pipe holds as little as 4 KiB; what stays in it is lost when the render ends."""

    def __init__(self, pipe: IO[bytes], background: Background) -> None:
        self.may_record = threading.Event()
        self._pipe, self._background = pipe, background
        self._messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._drain, name="tracking-drain", daemon=True).start()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while (message := self._messages.get()) is not None:
            yield message
            if message["do"] == "finish":
                self._background.answered()

    def _drain(self) -> None:
        for line in self._pipe:
            message = json.loads(line)
            if message["do"] == "record":
                self.may_record.set()
                continue
            if message["do"] == "finish":
                self._background.hurry()
            self._messages.put(message)
        self.may_record.set()
        self._messages.put(None)


def main() -> None:
    """Serve the process that started this one over standard input and output."""
    at_once = "--at-once" in sys.argv
    messages, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # A library that prints must not garble the replies. One that looks at standard input when it is loaded, as numpy's
    # OpenBLAS does, would on Windows wait for as long as the pipe is being read (numpy issue 24290).
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    background = Background(at_once=at_once)
    inbox = _Inbox(messages, background)

    def reply(result: dict[str, Any]) -> None:
        with suppress(OSError):  # a render that was killed listens no more; its film is recorded all the same
            replies.write(json.dumps(result).encode("ascii") + b"\n")
            replies.flush()

    def load_in_idle_time(uri: str) -> None:
        replaceable = sys.platform == "linux" and not background.is_waited_for  # elsewhere it hastens when it is waited for
        if replaceable:
            reply({"state": "loading"})
        gc.disable()  # what is imported is no garbage: looking through it takes a sixth of the time, and later as much again
        try:
            background.do(partial(load, uri), idle=True)
        finally:
            gc.freeze()
            gc.enable()
            if replaceable:
                reply({"state": "loaded"})
                inbox.may_record.wait()

    serve(inbox, reply, background, load_in_idle_time)


if __name__ == "__main__":
    main()
