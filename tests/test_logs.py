from __future__ import annotations

import io
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from loguru import logger

from storyvid import logs


@pytest.fixture(autouse=True)
def untouched_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, show = root.handlers[:], root.level, warnings.showwarning
    yield
    root.handlers[:], warnings.showwarning = handlers, show
    root.setLevel(level)
    if logs._console is not None:
        logger.remove(logs._console)
        logs._console = None


def test_console_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup_console(verbose=False)
    logs.setup_console(verbose=False)
    logs.capture_standard_logging()
    logger.debug("hidden detail")
    logger.info("shot {} of <b>{}</b> {{x}}", "S01", "café")
    logger.warning("short shot")
    logger.error("no card")
    logging.getLogger("diffusers.pipelines").info("library chatter")
    logging.getLogger("diffusers.pipelines").warning("library warning 100% {brace} <red>")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "shot S01 of <b>café</b> {x}",
        "warning: short shot",
        "error: no card",
        "warning: library warning 100% {brace} <red>",
    ]


def test_verbose_shows_details_and_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup_console(verbose=True)
    logger.debug("a detail")
    try:
        raise ValueError("the cause")
    except ValueError:
        logger.exception("it failed")
    text = capsys.readouterr().err
    assert "a detail" in text
    assert "Traceback" in text
    assert "ValueError: the cause" in text


def test_no_traceback_on_the_console_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup_console(verbose=False)
    try:
        raise ValueError("the cause")
    except ValueError:
        logger.exception("it failed")
    assert capsys.readouterr().err == "error: it failed\n"


def test_colours_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    logs.setup_console(verbose=False)
    logger.warning("x")
    assert terminal.getvalue() == "\x1b[33mwarning:\x1b[0m x\n"
    monkeypatch.setenv("NO_COLOR", "1")
    logs.setup_console(verbose=False)
    logger.warning("y")
    assert terminal.getvalue().endswith("m x\nwarning: y\n")


def test_a_narrow_console_shows_escapes() -> None:
    code = (
        "from storyvid.logs import setup_console; from loguru import logger; setup_console(False);"
        "logger.info('caf\\u00e9 \\u6545\\u4e8b'); print('\\u6545')"
    )
    environment = {"PYTHONIOENCODING": "cp1252", "PYTHONPATH": str(Path(logs.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment)
    assert done.stderr.decode("cp1252").strip() == "café \\u6545\\u4e8b"
    assert done.stdout.decode("cp1252").strip() == "\\u6545"


def test_run_log_holds_everything_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "metadata" / "run.log"
    logs.setup_console(verbose=False)
    logs.capture_standard_logging()

    def render() -> None:
        token = "hf_" + "secret"
        logger.debug("detail 故事")
        logging.getLogger("a.library").info("tables made")
        warnings.warn("old name", FutureWarning, stacklevel=1)
        raise ValueError(f"card lost after {len(token)} steps")

    with pytest.raises(ValueError, match="card lost"), logs.run_log(path):
        render()
    logger.info("after the run")
    text = path.read_text(encoding="utf-8")
    assert "detail 故事" in text
    assert "a.library" in text
    assert "FutureWarning: old name" in text
    assert "Traceback" in text
    assert "in render" in text
    assert "hf_secret" not in text
    assert "after the run" not in text


def test_a_name_that_is_no_text_is_written_as_an_escape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Linux allows folders whose names are no UTF-8; loguru would print a traceback for every line that names one."""
    with logs.run_log(tmp_path / "run.log"):
        logger.info("Film: {}", "outputs\udcff/film.mp4")
    assert r"outputs\udcff/film.mp4" in (tmp_path / "run.log").read_text(encoding="utf-8")
    assert "Logging error" not in capsys.readouterr().err


def test_ctrl_c_is_noted_without_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), logs.run_log(tmp_path / "run.log"):
        raise KeyboardInterrupt
    text = (tmp_path / "run.log").read_text(encoding="utf-8")
    assert "stopped by Ctrl-C" in text
    assert "Traceback" not in text


def test_libraries_with_handlers_of_their_own_are_captured_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    library = logging.getLogger("some_diffusers")
    file = logging.FileHandler(tmp_path / "kept.log")
    library.handlers[:] = [logging.StreamHandler(), file]
    library.propagate = False
    logs.setup_console(verbose=False)
    logs.capture_standard_logging()
    logs.capture_standard_logging()
    library.warning("said once")
    library.handlers.clear()
    file.close()
    assert capsys.readouterr().err == "warning: said once\n"
    assert "said once" in (tmp_path / "kept.log").read_text(encoding="utf-8")
