"""Work done ahead: the same items, a few at a time, and no thread that outlives whoever asked."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Generator

import pytest

from storyvid.ahead import ahead


class Counting:
    """Numbers, and who made how many of them."""

    def __init__(self, count: int, seconds: float = 0.0) -> None:
        self.count, self.seconds = count, seconds
        self.made, self.closed_by = 0, ""

    def numbers(self) -> Generator[int, None, None]:
        try:
            for number in range(self.count):
                time.sleep(self.seconds)
                self.made = number + 1
                yield number
        finally:
            self.closed_by = threading.current_thread().name


def helpers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("ahead")]


@pytest.mark.parametrize("count", [0, 1, 2, 50])
@pytest.mark.parametrize("depth", [1, 3])
def test_items_come_in_order_and_the_thread_ends_with_them(count: int, depth: int) -> None:
    source = Counting(count)
    assert list(ahead(source.numbers(), depth)) == list(range(count))
    assert source.closed_by.startswith("ahead")
    assert helpers() == []


def test_so_many_are_made_ahead_and_no_more() -> None:
    source = Counting(100)
    items = ahead(source.numbers(), 3)
    assert source.made == 0, "nothing is made before somebody asks"
    assert next(items) == 0
    deadline = time.monotonic() + 5
    while source.made < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    assert source.made == 4
    items.close()
    assert source.made == 4
    assert source.closed_by.startswith("ahead"), "a clip is closed by the thread that reads it"
    assert helpers() == []


def test_what_is_not_begun_when_it_is_closed_is_never_made() -> None:
    source = Counting(100, seconds=0.02)
    items = ahead(source.numbers(), 50)
    next(items)
    items.close()
    assert source.made <= 5
    assert source.closed_by


def failing() -> Generator[int, None, None]:
    yield 0
    raise RuntimeError("the second can't be made")


def test_an_error_comes_in_its_place_and_says_where_it_happened() -> None:
    items = ahead(failing(), 4)
    assert next(items) == 0
    with pytest.raises(RuntimeError, match="the second") as caught:
        next(items)
    assert "failing" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert helpers() == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_of_whoever_asks_ends_the_thread(error: type[BaseException]) -> None:
    source = Counting(100)
    items = ahead(source.numbers(), 2)
    next(items)
    with pytest.raises(error):
        items.throw(error())
    assert source.closed_by
    assert helpers() == []
