"""``python -m storyvid sync``: record in MLflow what waits in ``mlruns/queue``.

Films get there by themselves, right after they are rendered. This tries again what failed: the database was locked, the server
was down, the computer went off. ``paths.mlruns=`` is understood as in a render.
"""

from __future__ import annotations

from pathlib import Path

from storyvid.cli.arguments import parse as parse_settings
from storyvid.cli.compose import compose_jobs
from storyvid.errors import ConfigError, Problem, did_you_mean
from storyvid.record.recording import last_words, record_now
from storyvid.record.tracking_queue import complete_films, queue_of, troubles, waiting_films

SETTINGS = ("paths.mlruns",)
DONE, LEFT = 0, 1


def run(words: list[str]) -> int:
    """Record what waits, and tell what could not be recorded.

    Args:
        words: What follows ``sync``.

    Returns:
        0 when nothing complete waits any more, else 1.

    Raises:
        ConfigError: A word is not understood.
    """
    unknown = [word for word in words if word.partition("=")[0] not in SETTINGS]
    if unknown:
        fix = f"use {', '.join(f'{key}=FOLDER' for key in SETTINGS)}, or no word at all"
        raise ConfigError(
            [
                Problem("sync", f"{word!r} is not an option", did_you_mean(word.partition("=")[0], SETTINGS) or fix)
                for word in unknown
            ]
        )
    return sync(queue_of(compose_jobs(parse_settings(words))[0].config.mlruns))


def sync(queue: Path) -> int:
    """Record a queue; arguments and results as of `run`."""
    before = {*waiting_films(queue), *troubles(queue)}
    record_now(queue, lambda line: print(line, flush=True))
    left, failed = complete_films(queue), troubles(queue)
    recorded = len(before - {*waiting_films(queue), *failed})
    if recorded:
        print(f"{recorded} film{'s' * (recorded != 1)} recorded in MLflow.")
    for film, why in failed.items():
        print(f"Not recorded: {why}\n  It waits in {film}")
    if left:
        print(f"Recording ended before all was done: {last_words(queue) or 'it gave no reason'}")
    if not recorded and not failed and not left:
        print(f"Nothing waits to be recorded in {queue}.")
    return LEFT if failed or left else DONE
