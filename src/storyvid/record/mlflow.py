"""A film as MLflow runs: one run per film, its shots nested under it. The only module that imports MLflow.

Run as ``python -m storyvid.record.mlflow`` by `storyvid.record.tracker`: JSON lines come in, one JSON line per finished
film goes out. Written against MlflowClient alone, which mlflow-skinny has too; the fluent API's global active run would
mix up the films of a sweep.
"""

from __future__ import annotations

import json
import math
import os
import queue
import re
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from storyvid.record.database import back_up_before_upgrade, copy_database, database_of, database_uri, lock
from storyvid.record.owner import is_dead

if TYPE_CHECKING:
    from mlflow import MlflowClient

MAX_KEY = 250
MAX_PARAM = 6000  # MLflow cuts longer values without a word
MAX_TAG = 8000
BATCH = 100  # params and tags of one call
GRID_SIDE = 960  # pixels; the image grid shows thumbnails, and a 4K PNG would take seconds

# What `metadata/shots/<id>.json` calls it -> what the command line calls it, so that films and shots share columns.
SHOT_PARAMS = {
    "prompt": "prompt",
    "negative_prompt": "negative_prompt",
    "seed": "seed",
    "num_inference_steps": "sampler.steps",
    "guidance_scale": "sampler.cfg",
    "scheduler": "sampler.scheduler",
    "height": "height",
    "width": "width",
    "num_frames": "num_frames",
    "fps": "fps",
    "backend": "backend",
    "model": "model",
    "revision": "revision",
    "reused": "reused",
}
SHOT_METRICS = ("seconds", "seconds_per_frame", "seconds_per_step", "peak_ram_gb", "peak_vram_gb")


def connect(uri: str) -> MlflowClient:
    """A client, with MLflow's telemetry and chatter off. Imports MLflow."""
    for name, value in {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",  # its own 7 retries of 120 s would take a quarter of an hour
        "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    }.items():
        os.environ.setdefault(name, value)
    import mlflow

    return mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)


def open_store(uri: str) -> MlflowClient:
    """A client of a database that is whole and current, or of a server.

    MLflow creates its tables without a lock: two processes on a fresh file break it for good. So a new database is made
    under another name and copied in one transaction, with a lock held; one of an older MLflow is copied first.

    Args:
        uri: ``sqlite:///`` with an absolute path, or a server's address.

    Raises:
        StoryvidError: A newer MLflow wrote the database.
        filelock.Timeout: Another process holds the lock for too long.
    """
    database = database_of(uri)
    if database is None:
        return connect(uri)
    database.parent.mkdir(parents=True, exist_ok=True)
    with lock(database):
        if not database.exists():
            _create_database(database)
        back_up_before_upgrade(database)
        client = connect(uri)
        client.search_experiments(max_results=1)  # opens, and upgrades, while the lock is held
    return client


def open_experiment(client: MlflowClient, uri: str, mlruns: Path, project: str) -> tuple[str, list[str]]:
    """The experiment of a project, made when missing.

    Returns:
        (experiment id, warnings).
    """
    database = database_of(uri)
    if database is None:
        return _find_or_create(client, project, None), []
    location = (mlruns / "artifacts" / project).as_uri()
    with lock(database):
        experiment_id = _find_or_create(client, project, location)
    found = client.get_experiment(experiment_id).artifact_location
    if found == location:
        return experiment_id, []
    return experiment_id, [f"MLflow keeps the files of project {project} in {found}, where they were first put, not in {location}"]


def close_dead_runs(client: MlflowClient, owner: Mapping[str, Any]) -> int:
    """Mark runs of this host as KILLED when the process that opened them is gone; nobody else would.

    Args:
        client: Of the store.
        owner: From `storyvid.record.owner.describe_owner`.

    Returns:
        How many were marked.
    """
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    host = str(owner["host"]).replace("'", "")
    chosen = f"attributes.status = 'RUNNING' and tags.`storyvid.host` = '{host}'"
    dead = [run for run in client.search_runs(experiments, chosen) if _was_left_behind(run.data.tags)]
    for run in dead:
        client.set_terminated(run.info.run_id, "KILLED")
    return len(dead)


class FilmLog:
    """One film's run, and its shots below it.

    Args:
        client: Of the store.
        experiment_id: The project's.
        film: The fields of `storyvid.record.tracker.FilmRecord`.
        owner: The rendering process.
        time_ms: When the film began. All times are the render's, in ms since 1970: MLflow starts later and may lag behind.
    """

    def __init__(
        self, client: MlflowClient, experiment_id: str, film: Mapping[str, Any], owner: Mapping[str, Any], time_ms: int
    ) -> None:
        self.warnings: list[str] = []
        self.experiment_id = experiment_id
        self._client = client
        self._shared = {
            "storyvid.project": film["project"],
            "storyvid.sweep_id": film["sweep_id"],
            "storyvid.model_revision": film["model_revision"],
            "storyvid.host": owner["host"],
            "storyvid.pid": owner["pid"],
            "storyvid.process_start": owner["process_start"],
            "mlflow.source.name": "storyvid",
            "mlflow.source.type": "LOCAL",
            "mlflow.source.git.commit": film["git_commit"],
        }
        tags = dict(film["tags"]) | self._shared | {"storyvid.kind": "film", "mlflow.note.content": film["summary"] or None}
        self.run_id = self._create_run(film["name"], tags, time_ms)
        self._send(self.run_id, flatten(film["choices"]), [])
        self._pictures = 0

    def log_shot(self, shot: Mapping[str, Any], middle_frame: str | None, time_ms: int) -> None:
        """A run for the shot with all its numbers in one call; what no column holds is in its ``shot.json``."""
        start_ms = time_ms - (0 if shot.get("reused") else int(1000 * float(shot.get("seconds") or 0)))
        tags = self._shared | {
            "storyvid.kind": "shot",
            "storyvid.shot": shot.get("id"),
            "storyvid.scene": shot.get("scene"),
            "mlflow.parentRunId": self.run_id,
        }
        run_id = self._create_run(str(shot.get("id", "shot")), tags, start_ms)
        params = {key: shot[name] for name, key in SHOT_PARAMS.items() if name in shot}
        self._send(run_id, params, list(_shot_metrics(shot, time_ms)))
        self._client.log_dict(run_id, dict(shot), "shot.json")
        if middle_frame is not None:
            self._log_picture(run_id, Path(middle_frame))
        self._client.set_terminated(run_id, "FAILED" if shot.get("error") else "FINISHED", time_ms)

    def finish(self, status: str, artifacts: Iterable[str], metrics: Mapping[str, Any], time_ms: int) -> None:
        """Files, the film's numbers, and the end."""
        self._send(self.run_id, {}, [(key, value, time_ms, 0) for key, value in metrics.items()])
        for artifact in map(Path, artifacts):
            if artifact.is_dir():
                self._client.log_artifacts(self.run_id, artifact, artifact.name)
            elif artifact.is_file():
                self._client.log_artifact(self.run_id, artifact)
            else:
                self.warnings.append(f"{artifact} is missing and was not tracked")
        self._client.set_terminated(self.run_id, status, time_ms)

    def _create_run(self, name: str, tags: Mapping[str, Any], start_ms: int) -> str:
        texts = {key: _cut(str(value), MAX_TAG) for key, value in tags.items() if value is not None}
        run = self._client.create_run(self.experiment_id, start_time=start_ms, tags=texts, run_name=name)
        return str(run.info.run_id)

    def _send(self, run_id: str, params: Mapping[str, Any], metrics: list[tuple[str, Any, int, int]]) -> None:
        from mlflow.entities import Metric, Param

        texts = [Param(clean_key(key), _cut(_as_text(value), MAX_PARAM)) for key, value in params.items()]
        numbers = []
        for key, value, time_ms, step in metrics:
            if math.isinf(value):
                self.warnings.append(f"metric {key} is infinite, which MLflow would store as a finite number; not tracked")
            else:
                numbers.append(Metric(clean_key(key), float(value), time_ms, step))
        self._client.log_batch(run_id, params=texts[:BATCH], metrics=numbers[: 9 * BATCH])
        for first in range(BATCH, len(texts), BATCH):
            self._client.log_batch(run_id, params=texts[first : first + BATCH])
        for first in range(9 * BATCH, len(numbers), 9 * BATCH):
            self._client.log_batch(run_id, metrics=numbers[first : first + 9 * BATCH])

    def _log_picture(self, shot_run_id: str, path: Path) -> None:
        from PIL import Image

        with Image.open(path) as picture:
            small = picture.convert("RGB")
        small.thumbnail((GRID_SIDE, GRID_SIDE))
        # The grid shows nothing for a step that is missing, so steps count pictures, not shots.
        self._client.log_image(self.run_id, small, key="frames/middle", step=self._pictures)
        self._client.log_image(shot_run_id, small, key="frames/middle", step=0)
        self._pictures += 1


class Recorder:
    """Obeys the tracker's messages; what fails becomes a warning of the film it belongs to."""

    def __init__(self) -> None:
        self.film: FilmLog | None = None
        self._client: MlflowClient | None = None
        self._uri = ""
        self._mlruns = Path()
        self._owner: Mapping[str, Any] = {}
        self._trouble = ""  # why there is no store; told with every film
        self._warnings: list[str] = []

    def open(self, uri: str, mlruns: str, owner: Mapping[str, Any], time_ms: int) -> None:
        """Open the store, and tidy up after films whose process died."""
        self._uri, self._mlruns, self._owner = uri, Path(mlruns), owner
        try:
            self._client = open_store(uri)
        except Exception as error:
            self._trouble = f"MLflow at {uri} can't be used, so this film is not tracked: {_one_line(error)}. {_way_out(uri)}"
            return
        with self._warn("runs left over by a dead process could not be closed"):
            close_dead_runs(self._client, owner)

    def start_film(self, film: Mapping[str, Any], time_ms: int) -> None:
        """Open the film's run."""
        self.film, self._warnings = None, []
        if self._client is None:
            return
        with self._warn(f"the film is not tracked by MLflow at {self._uri}. {_way_out(self._uri)}. MLflow says"):
            experiment_id, warnings = open_experiment(self._client, self._uri, self._mlruns, film["project"])
            self._warnings += warnings
            self.film = FilmLog(self._client, experiment_id, film, self._owner, time_ms)

    def log_shot(self, shot: Mapping[str, Any], middle_frame: str | None, time_ms: int) -> None:
        """Record a shot of the open film."""
        if self.film is not None:
            with self._warn(f"shot {shot.get('id')} is not wholly tracked"):
                self.film.log_shot(shot, middle_frame, time_ms)

    def finish(
        self, number: int, status: str, artifacts: Iterable[str], metrics: Mapping[str, Any], time_ms: int
    ) -> dict[str, Any]:
        """Close the film's run.

        Returns:
            ``number``, ``run_id``, ``experiment_id`` and ``warnings``.
        """
        film, self.film = self.film, None
        if film is None:
            warnings = self._warnings or [self._trouble or "no film was started"]
            return {"number": number, "run_id": None, "experiment_id": None, "warnings": warnings}
        with self._warn("the film is not wholly tracked"):
            film.finish(status, artifacts, metrics, time_ms)
        warnings = list(dict.fromkeys(self._warnings + film.warnings))
        return {"number": number, "run_id": film.run_id, "experiment_id": film.experiment_id, "warnings": warnings}

    @contextmanager
    def _warn(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self._warnings.append(f"{what}: {_one_line(error)}")


def _way_out(uri: str) -> str:
    """What somebody can do who only wanted a film."""
    if uri.startswith("sqlite:///"):
        return "The film itself is complete; move the database's folder away to begin a new one, or use tracking=none"
    return "The film itself is complete; start the MLflow server, or use tracking=none"


def serve(messages: Iterable[Mapping[str, Any]], reply: Callable[[dict[str, Any]], None]) -> None:
    """Obey messages until they end. A film left open then has lost its render, and is closed as KILLED.

    Args:
        messages: ``{"do": method of Recorder, **arguments}``.
        reply: Called once per ``finish``.
    """
    recorder = Recorder()
    for message in messages:
        arguments = {key: value for key, value in message.items() if key != "do"}
        result = getattr(recorder, message["do"])(**arguments)
        if message["do"] == "finish":
            reply(result)
    if recorder.film is not None:
        recorder.finish(0, "KILLED", [], {}, int(time.time() * 1000))


def flatten(choices: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested choices as ``group.key``; lists stay whole, because MLflow refuses brackets in names."""
    flat: dict[str, Any] = {}
    for key, value in choices.items():
        if isinstance(value, Mapping) and value:
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def clean_key(key: str) -> str:
    """A name that every MLflow store accepts: letters, digits, ``_ - .`` and spaces, at most 250 characters."""
    return re.sub(r"[^A-Za-z0-9_.\- ]", "_", key)[:MAX_KEY]


def _shot_metrics(shot: Mapping[str, Any], time_ms: int) -> Iterator[tuple[str, Any, int, int]]:
    numbers = {name: shot[name] for name in SHOT_METRICS if _is_number(shot.get(name))} | dict(shot.get("metrics") or {})
    if "seconds_per_frame" not in numbers and "seconds" in numbers and shot.get("num_frames"):
        numbers["seconds_per_frame"] = numbers["seconds"] / shot["num_frames"]
    yield from ((name, value, time_ms, 0) for name, value in numbers.items() if _is_number(value))
    for step, chunk in enumerate(shot.get("chunks") or []):
        measured = {name: chunk.get(name) for name in ("seconds", *chunk.get("metrics", {}))} | dict(chunk.get("metrics", {}))
        yield from ((f"chunk.{name}", value, time_ms, step) for name, value in measured.items() if _is_number(value))


def _find_or_create(client: MlflowClient, project: str, location: str | None) -> str:
    found = client.get_experiment_by_name(project)
    if found is None:
        return str(client.create_experiment(project, artifact_location=location))
    if found.lifecycle_stage == "deleted":  # deleted in the UI, which keeps it for a while
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _create_database(database: Path) -> None:
    for left in database.parent.glob(f"{database.name}.new-*"):
        _remove(left)
    draft = database.with_name(f"{database.name}.new-{os.getpid()}")
    client = connect(database_uri(draft))
    client.search_experiments(max_results=1)
    source = sqlite3.connect(draft)
    try:
        copy_database(source, database)
    finally:
        source.close()
    _remove(draft)
    connection = sqlite3.connect(database)
    try:
        connection.execute("pragma journal_mode=wal")  # readers (the UI) don't wait for the writer
    finally:
        connection.close()


def _remove(path: Path) -> None:
    with suppress(OSError):  # on Windows MLflow still holds it open; the next creation removes it
        path.unlink()


def _was_left_behind(tags: Mapping[str, str]) -> bool:
    return is_dead({part: tags.get(f"storyvid.{part}") for part in ("host", "pid", "process_start")})


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    note = f" … [{len(text)} characters, cut by storyvid]"
    return text[: limit - len(note)] + note


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:240]


def _read(pipe: IO[bytes]) -> Iterator[dict[str, Any]]:
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def drain() -> None:  # a pipe holds as little as 4 KiB; what stays in it is lost when the render ends
        for line in pipe:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=drain, name="tracking-drain", daemon=True).start()
    while (line := lines.get()) is not None:
        yield json.loads(line)


def main() -> None:
    """Serve the process that started this one over standard input and output."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not garble the replies

    def reply(result: dict[str, Any]) -> None:
        replies.write(json.dumps(result).encode("ascii") + b"\n")
        replies.flush()

    serve(_read(sys.stdin.buffer), reply)


if __name__ == "__main__":
    main()
