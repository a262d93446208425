"""The tracking process: JSON lines on standard input, replies on standard output. Started by `storyvid.record.tracker`."""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Iterator
from typing import IO, Any

from storyvid.record.mlflow.recorder import serve


def _read(pipe: IO[bytes]) -> Iterator[dict[str, Any]]:
    messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def drain() -> None:  # a pipe holds as little as 4 KiB; what stays in it is lost when the render ends
        for line in pipe:
            messages.put(json.loads(line))
        messages.put(None)

    threading.Thread(target=drain, name="tracking-drain", daemon=True).start()
    while (message := messages.get()) is not None:
        yield message


def main() -> None:
    """Serve the process that started this one over standard input and output."""
    messages, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # A library that prints must not garble the replies. One that looks at standard input when it is loaded, as numpy's
    # OpenBLAS does, would on Windows wait for as long as the pipe is being read (numpy issue 24290).
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def reply(result: dict[str, Any]) -> None:
        replies.write(json.dumps(result).encode("ascii") + b"\n")
        replies.flush()

    serve(_read(messages), reply)


if __name__ == "__main__":
    main()
