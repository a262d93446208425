from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from loguru import logger

from storyvid import progress
from storyvid.progress import FilmProgress


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def lines() -> Iterator[list[str]]:
    said: list[str] = []
    sink = logger.add(lambda message: said.append(message.record["message"]), level="INFO")
    yield said
    logger.remove(sink)


def test_without_a_terminal_one_line_per_finished_shot(lines: list[str]) -> None:
    clock, stream = Clock(), io.StringIO()
    with FilmProgress(200, 150, stream, clock) as film:
        film.shot_started("S01", 0, 3, 100)
        for done in range(0, 101, 10):
            film.advance(done)
        clock.now = 50.0
        film.shot_finished("S01", reused=False)
        film.shot_started("S02", 1, 3, 60)
        film.shot_finished("S02", reused=True)
        film.shot_started("S03", 2, 3, 40)
        film.shot_finished("S03", reused=False, failed=True)
        film.assembly_started(150)
        clock.now = 53.0
        film.assembly_finished()
    assert stream.getvalue() == ""
    assert lines == [
        "shot S01 (1 of 3): 100 frames in 50 s, about 50 s left",
        "shot S02 (2 of 3): reused",
        "shot S03 (3 of 3): failed",
        "assembled 150 frames in 3.0 s",
    ]


def test_remaining_time_counts_rendered_frames_only() -> None:
    clock = Clock()
    film = FilmProgress(300, 100, io.StringIO(), clock)
    film.shot_started("S01", 0, 3, 100)
    assert film.remaining_s() is None
    film.shot_finished("S01", reused=True)
    film.shot_started("S02", 1, 3, 100)
    clock.now = 10.0
    film.advance(25, 50)  # steps, half of the shot
    assert film.remaining_s() == pytest.approx(30.0)
    clock.now = 20.0
    film.shot_finished("S02", reused=False)
    assert film.remaining_s() == pytest.approx(20.0)
    film.assembly_started(100)
    assert film.remaining_s() is None
    clock.now = 21.0
    film.advance(25)
    assert film.remaining_s() == pytest.approx(3.0)


def test_a_long_shot_is_told_now_and_then_with_its_step(lines: list[str]) -> None:
    clock = Clock()
    film = FilmProgress(121, 121, io.StringIO(), clock)
    film.shot_started("S01", 0, 1, 121)
    for step in range(1, 11):
        clock.now = 12.0 * step
        film.step("S01", step, 10)
        film.advance(step, 10, "S01")
    film.shot_finished("S01", reused=False)
    assert lines == [
        "shot S01 (1 of 1) step 3/10: 30 %, about 1 min 24 s left",
        "shot S01 (1 of 1) step 6/10: 60 %, about 48 s left",
        "shot S01 (1 of 1) step 9/10: 90 %, about 12 s left",
        "shot S01 (1 of 1): 121 frames in 2 min 00 s",
    ]


def test_two_shots_in_work_are_counted_each_for_itself_and_their_time_once(lines: list[str]) -> None:
    """The first is encoded while the second is denoised."""
    clock = Clock()
    film = FilmProgress(300, 100, io.StringIO(), clock)
    film.shot_started("S01", 0, 3, 100)
    clock.now = 10.0
    film.advance(1, 1, "S01")
    film.shot_started("S02", 1, 3, 100)
    clock.now = 15.0
    film.advance(1, 2, "S02")
    assert film.remaining_s() == pytest.approx(15.0)  # 150 frames in 15 s
    film.advance(1, 1, "S01")
    assert film.remaining_s() == pytest.approx(15.0)
    film.shot_finished("S01", reused=False)
    assert film.remaining_s() == pytest.approx(15.0)
    clock.now = 20.0
    film.advance(1, 1, "S02")
    film.shot_finished("S02", reused=False)
    assert film.remaining_s() == pytest.approx(10.0)
    assert [line.split(",")[0] for line in lines] == [
        "shot S01 (1 of 3): 100 frames in 15 s",
        "shot S02 (2 of 3): 100 frames in 10 s",
    ]


def test_the_first_step_of_a_film_tells_no_time() -> None:
    """Until then the model was loaded."""
    clock = Clock()
    film = FilmProgress(1000, 100, io.StringIO(), clock)
    film.shot_started("S01", 0, 1, 1000)
    clock.now = 60.0
    film.advance(1, 400)
    assert film.remaining_s() is None
    clock.now = 61.0
    film.advance(5, 400)
    assert film.remaining_s() == pytest.approx(98.75)  # 4 steps a second
    clock.now = 159.75
    film.shot_finished("S01", reused=False)
    assert film.remaining_s() == pytest.approx(0.0)


def test_loading_is_no_part_of_the_pace_of_shots_to_come() -> None:
    clock = Clock()
    film = FilmProgress(300, 100, io.StringIO(), clock)
    film.shot_started("S01", 0, 3, 100)
    for step in (1, 2, 3, 4):
        clock.now = 60.0 + step
        film.advance(step, 4)
        assert film.remaining_s() == (None if step == 1 else pytest.approx(12.0 - step))
    film.shot_finished("S01", reused=False)
    assert film.remaining_s() == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (59.6, "1 min 00 s"), (75, "1 min 15 s"), (3661, "1 h 01 min")]
)
def test_durations_read_well(seconds: float, text: str) -> None:
    assert progress._clock_text(seconds) == text


SCRIPT = """
import sys, time
from loguru import logger
from storyvid.logs import setup_console
from storyvid.progress import FilmProgress
setup_console(False)
with FilmProgress(40, 20) as film:
    film.shot_started("S01", 0, 2, 20)
    for done in range(21):
        film.advance(done); time.sleep(0.02)
    logger.warning("in the middle")
    film.shot_finished("S01", reused=False)
    film.shot_started("S02", 1, 2, 20)
    film.step("S02", 3, 50)
    film.advance(10)
    print("ready", flush=True)
    time.sleep(0.4)
    time.sleep(20 if sys.argv[1:] else 0)
"""


def run_in_terminal(*arguments: str, interrupt: bool = False) -> str:
    """What a pseudo terminal gets to see."""
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key not in ("CI", "NO_COLOR")}
    environment |= {"TERM": "xterm", "COLUMNS": "100", "PYTHONPATH": str(Path(progress.__file__).parents[1])}
    running = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments], stderr=slave, stdout=subprocess.PIPE, env=environment, start_new_session=True
    )
    os.close(slave)
    guard = threading.Timer(20, running.kill)
    guard.start()
    assert running.stdout is not None
    if interrupt:
        assert running.stdout.readline().strip()
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
    seen = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux ends a pseudo terminal with an error
            break
        if not piece:
            break
        seen += piece
    running.wait(timeout=20)
    guard.cancel()
    running.stdout.close()
    os.close(master)
    return seen.decode("utf-8")


def test_bars_and_log_lines_share_a_terminal() -> None:
    seen = run_in_terminal()
    assert "film" in seen
    assert "S01 (1 of 2)" in seen
    assert "S02 (2 of 2) step 3/50" in seen
    assert "left" in seen
    assert any("warning:" in line and "in the middle" in line for line in seen.replace("\r", "\n").split("\n"))
    assert seen.count("in the middle") == 1
    assert seen.rindex("\x1b[?25h") > seen.rindex("\x1b[?25l")  # the cursor is shown again


def test_ctrl_c_leaves_a_clean_terminal() -> None:
    seen = run_in_terminal("wait", interrupt=True)
    assert seen.rindex("\x1b[?25h") > seen.rindex("\x1b[?25l")
    assert "KeyboardInterrupt" in seen[seen.rindex("\x1b[?25h") :]
