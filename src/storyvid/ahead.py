"""Work done ahead: a thread makes the next items of a generator while the caller still uses the last one."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Generator[Item, None, None], depth: int) -> Generator[Item, None, None]:
    """The same items, made by one thread up to ``depth`` ahead of whoever asks.

    It gains only where the work on both sides gives up the interpreter's lock, as OpenCV, FFmpeg and hashes do. An error
    comes out where its item would have. Whoever asks closes this generator (``contextlib.closing``): the item at hand is
    then finished, the rest is not begun, ``items`` is closed in its own thread, and the thread has ended.

    Args:
        items: Closed when this generator is.
        depth: Items made and not yet asked for, at most; at least 1.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as worker:
        waiting: deque[Future[list[Item]]] = deque(worker.submit(_next, items) for _ in range(depth))
        try:
            while made := waiting.popleft().result():
                waiting.append(worker.submit(_next, items))
                yield made.pop()
        finally:
            for future in waiting:
                future.cancel()
            worker.submit(items.close)  # in the thread that makes them, after the item at hand


def _next(items: Generator[Item, None, None]) -> list[Item]:
    """The next item, or nothing at the end."""
    return list(islice(items, 1))
