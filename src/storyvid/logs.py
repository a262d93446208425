"""loguru is the one log: the console for people, ``run.log`` for everything, and whatever libraries say goes there too."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from loguru import logger

from storyvid.terminal import is_screen

if TYPE_CHECKING:
    from loguru import Logger, Message, Record

RUN_LOG_FORMAT = "{time:YYYY-MM-DD HH:mm:ss.SSS} {level: <8} {name}:{line} {message}\n{exception}"
_console: int | None = None


def setup_console(verbose: bool) -> None:
    """Send messages for people to standard error; a second call replaces the first.

    Storyvid's own messages show from INFO (``verbose``: DEBUG, with tracebacks), those of libraries from WARNING. Colours
    only on a terminal. A character that the console can't show (Windows code pages) appears as its escape.

    Args:
        verbose: ``hydra.verbose=true``.
    """
    global _console
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if _console is None:
        logger.remove()  # loguru's own sink
    else:
        logger.remove(_console)
    _console = logger.add(
        _write_to_console,
        level="DEBUG" if verbose else "INFO",
        format=_verbose_line if verbose else _line,
        filter=_is_for_people,
        colorize=_shows_colour(sys.stderr),
        backtrace=False,
        diagnose=False,
    )


def capture_standard_logging() -> None:
    """Lead the standard ``logging`` module and Python's warnings into loguru.

    diffusers, transformers and MLflow put handlers of their own on their loggers when they are first imported; call
    this again after importing them.
    """
    root = logging.getLogger()
    root.handlers[:] = [_Intercept()]
    root.setLevel(logging.INFO)
    for name in sorted(root.manager.loggerDict):
        library = logging.getLogger(name)
        kept = [handler for handler in library.handlers if not _is_console(handler)]
        if len(kept) != len(library.handlers):
            library.handlers[:] = kept
            library.propagate = True
    warnings.showwarning = _show_warning


@contextmanager
def run_log(path: Path) -> Iterator[None]:
    """Write every message and every traceback to a file while the block runs.

    An exception that leaves the block is written too, and passes on. Values of variables are left out: they may hold
    tokens.

    Args:
        path: ``metadata/run.log``; its folder is made. Appended to when it exists.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    sink = logger.add(_LogFile(path), level="DEBUG", format=RUN_LOG_FORMAT, backtrace=True, diagnose=False)
    try:
        yield
    except KeyboardInterrupt:
        logger.debug("stopped by Ctrl-C")
        raise
    except BaseException as error:
        logger.opt(exception=error).debug("the run ended with an error")
        raise
    finally:
        logger.remove(sink)


class _LogFile:
    """A log that goes on without its file when the disk is full; loguru would print a traceback for every line.

    Args:
        path: Appended to.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("a", encoding="utf-8", errors="backslashreplace")  # a folder's name may be no UTF-8
        self._told = False

    def write(self, message: str) -> None:
        try:
            self._file.write(message)
            self._file.flush()
        except OSError as error:
            if not self._told and sys.stderr is not None:
                print(f"warning: {self._path} can't be written any more: {error.strerror or error}", file=sys.stderr)
            self._told = True

    def stop(self) -> None:
        with suppress(OSError):
            self._file.close()


class _Intercept(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        level = record.levelname if record.levelname in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL") else record.levelno
        _of_library(record.name, record.lineno).opt(exception=record.exc_info).log(level, "{}", record.getMessage())


def _show_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None, line: str | None = None
) -> None:
    _of_library(Path(filename).stem, lineno).warning("{}", f"{category.__name__}: {message} ({filename}:{lineno})")


def _of_library(name: str, line: int) -> Logger:
    def name_it(record: Record) -> None:
        record["name"], record["line"] = name, line

    return logger.bind(library=name).patch(name_it)


def _is_for_people(record: Record) -> bool:
    return "library" not in record["extra"] or record["level"].no >= logging.WARNING


def _line(record: Record) -> str:
    level = record["level"].no
    if level >= logging.ERROR:
        return "<red>error:</red> {message}\n"
    return "<yellow>warning:</yellow> {message}\n" if level >= logging.WARNING else "{message}\n"


def _verbose_line(record: Record) -> str:
    return "<dim>{time:HH:mm:ss} {name}:{line}</dim> <level>{level}</level> {message}\n{exception}"


def _write_to_console(message: Message) -> None:
    # Looked up at every message: a progress bar puts itself in front of sys.stderr while it is shown.
    stream = sys.stderr
    if stream is None:  # pythonw
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(message.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _shows_colour(stream: TextIO | None) -> bool:
    return is_screen(stream) and not os.environ.get("NO_COLOR")


def _is_console(handler: logging.Handler) -> bool:
    return isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler)
