"""What the jobs of every command share: one tracker, and how a job that can't be done is told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from loguru import logger

from storyvid.config import AnyRunConfig
from storyvid.errors import StoryvidError
from storyvid.record.disk import disk_problem
from storyvid.record.run_folder import RunFolder, write_text
from storyvid.record.tracker import Tracker, open_tracker

_trackers: dict[tuple[str, str | None, Path], Tracker] = {}


def tracker_of(config: AnyRunConfig) -> Tracker:
    """The tracker of a film; one serves all films of a sweep, so that MLflow is loaded once for them."""
    key = (config.tracking.kind, config.tracking.uri, config.mlruns)
    if key not in _trackers:
        _trackers[key] = open_tracker(config.tracking.kind, config.tracking.uri, config.tracking.wait_s, config.mlruns)
    return _trackers[key]


@contextmanager
def failures_told(folder: Path) -> Iterator[None]:
    """Tell of what keeps a job from being done, also in its run folder, and go on: raised it would end the other jobs.

    Args:
        folder: The run folder.
    """
    try:
        yield
    except (StoryvidError, OSError) as error:
        logger.opt(exception=True).debug("The job could not be done")
        said = disk_problem(error, folder) if isinstance(error, OSError) else error
        print(f"storyvid: {said}", file=sys.stderr)
        with suppress(OSError):
            write_text(RunFolder(folder).manifest.with_name("error.txt"), f"{said}\n")
