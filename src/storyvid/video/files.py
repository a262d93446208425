"""A file appears under its name only when it is whole, and a refusal to write it names it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av

from storyvid.errors import Problem, RenderError
from storyvid.record.disk import disk_problem
from storyvid.record.renaming import discard, rename


@contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """A temporary name in the same folder that becomes ``path`` when the block ends, and vanishes when it fails.

    It begins with ``.tmp-``: what a process that was killed left in its run folder is removed by a later run.

    Args:
        path: The file to make; its folder is created.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        yield temporary
        rename(temporary, path)
    except BaseException:
        discard(temporary)
        raise


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """FFmpeg's and the disk's refusals, retold with the file's name."""
    try:
        yield
    except OSError as error:  # FFmpeg's are among them
        told = disk_problem(error, path)
        raise RenderError(Problem(str(path), f"the file can't be written: {told.what}", told.fix, "write")) from error
    except av.FFmpegError as error:
        fix = "check the settings of the encoder"
        raise RenderError(Problem(str(path), f"the file can't be written ({error})", fix, "write")) from error
