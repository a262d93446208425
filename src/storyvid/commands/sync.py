"""``python -m storyvid sync``: record in MLflow what waits in ``mlruns/queue``.

Films get there by themselves, right after they are rendered. This tries again what failed: the database was locked, the server
was down, the computer went off. ``paths.mlruns=`` and ``tracking.uri=`` are understood as in a render.
"""

from __future__ import annotations

from storyvid.cli.arguments import parse as parse_settings
from storyvid.cli.compose import compose_jobs
from storyvid.errors import ConfigError, Problem, did_you_mean
from storyvid.record.recording import record_now
from storyvid.record.tracking_queue import Queue, counted, describe_left

SETTINGS = ("paths.mlruns", "tracking.uri")
DONE, LEFT = 0, 1


def run(words: list[str]) -> int:
    """Record what waits, and tell what could not be recorded.

    Args:
        words: What follows ``sync``.

    Returns:
        0 when nothing waits any more but films that are still rendered, else 1.

    Raises:
        ConfigError: A word is not understood.
    """
    problems = [
        Problem("sync", f"{word!r} is not an option", _fix(word)) for word in words if word.partition("=")[0] not in SETTINGS
    ]
    if problems:
        raise ConfigError(problems)
    config = compose_jobs(parse_settings(words))[0].config
    return sync(Queue(config.mlruns, config.tracking.uri))


def sync(queue: Queue) -> int:
    """Record a queue; results as of `run`."""
    recorded = record_now(queue, lambda line: print(line, flush=True))
    if recorded:
        print(f"{counted(recorded)} recorded in MLflow.")
    left = list(describe_left(queue.folder))
    for line in left:
        print(line)
    if not recorded and not left:
        print(f"Nothing waits to be recorded in {queue.folder}.")
    return LEFT if left else DONE


def _fix(word: str) -> str:
    return did_you_mean(word.partition("=")[0], SETTINGS) or "use paths.mlruns=FOLDER, tracking.uri=ADDRESS, or no word at all"
