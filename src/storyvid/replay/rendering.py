"""Films that are prepared already are rendered, one after another, without Hydra."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storyvid.cli.folders import reserve
from storyvid.cli.jobs import failures_told, tracker_of
from storyvid.cli.machine import fetch_weights
from storyvid.film import Film
from storyvid.interrupts import terminable
from storyvid.logs import capture_standard_logging, setup_console

if TYPE_CHECKING:
    from storyvid.clips.store import ClipStore


@dataclass(frozen=True)
class FilmJob:
    """A film to render.

    Attributes:
        folder: Its run folder.
        overrides: The words of its command line, for the record.
        film: Prepared.
        notes: Added to its manifest, and to its MLflow run as tags.
        sweep_id: Shared by the films of one sweep.
        store: Where clips are found and kept; None = ``outputs/.clips``.
    """

    folder: Path
    overrides: Sequence[str]
    film: Film
    notes: Mapping[str, str]
    sweep_id: str | None = None
    store: ClipStore | None = None


@contextmanager
def reserved(parent: Path) -> Iterator[Path]:
    """A fresh folder named by the time; removed when nothing was put into it, since it was stopped before it began."""
    folder = reserve(parent)
    try:
        yield folder
    finally:
        with suppress(OSError):
            folder.rmdir()


def render_jobs(jobs: Sequence[FilmJob], *, verbose: bool = False) -> list[int]:
    """Render films; one that fails stops no other.

    Args:
        jobs: In order.
        verbose: Show debug messages.

    Returns:
        Exit codes: 0 done, 1 nothing usable, 2 some shots failed.
    """
    setup_console(verbose)
    capture_standard_logging()
    fetch_weights(job.film.config for job in jobs)
    with terminable():
        return [_render(job) for job in jobs]


def _render(job: FilmJob) -> int:
    from storyvid.run import render_film  # brings av and cv2: not for a command that is refused

    with failures_told(job.folder):
        return render_film(
            job.film,
            job.folder,
            tracker_of(job.film.config),
            overrides=job.overrides,
            sweep_id=job.sweep_id,
            store=job.store,
            notes=job.notes,
        )
    return 1
