"""One film's run, and its shots nested under it: params, numbers, tags, pictures and files."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    "guidance_scale_2": "sampler.cfg_2",
    "flow_shift": "sampler.flow_shift",
    "scheduler": "sampler.scheduler",
    "height": "height",
    "width": "width",
    "num_frames": "num_frames",
    "fps": "fps",
    "backend": "backend",
    "model": "model",
    "revision": "revision",
    "model_commit": "model_commit",
    "weights": "weights",
    "dtype": "dtype",
    "quantization": "quantization",
    "take": "take",
    "reused": "reused",
}
PEAKS = ("peak_ram_gb", "peak_vram_gb", "peak_vram_allocated_gb", "peak_device_gb")
PREVIEW = "preview.png"  # as `storyvid.clips.record` calls it
RECORD = "storyvid.record"  # tag of all runs of a film: its name in the queue, which no other film has
SHOT_METRICS = ("seconds", "seconds_per_frame", "seconds_per_step", *PEAKS)


class FilmLog:
    """One film's run, and its shots below it.

    Args:
        client: Of the store.
        experiment_id: The project's.
        film: The fields of `storyvid.record.tracker.FilmRecord`.
        name: The film's name in the queue, a tag of its runs.
        host: Where it was rendered.
        time_ms: When the film began. All times are the render's, in ms since 1970: it is recorded later.
    """

    def __init__(
        self,
        client: MlflowClient,
        experiment_id: str,
        film: Mapping[str, Any],
        name: str,
        host: str,
        time_ms: int,
    ) -> None:
        self.warnings: list[str] = []
        self.experiment_id, self.start_ms = experiment_id, time_ms
        self._client = client
        self._shared = {
            "storyvid.project": film["project"],
            "storyvid.sweep_id": film["sweep_id"],
            "storyvid.model_revision": film["model_revision"],
            "storyvid.host": host,
            RECORD: name,
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
            "storyvid.stale": shot.get("stale"),
            "storyvid.model_revision": shot.get("model_commit") or self._shared["storyvid.model_revision"],
            "mlflow.parentRunId": self.run_id,
        }
        name = str(shot.get("id", "shot")) + ("" if shot.get("picked", True) else f" take {shot.get('take')}")
        run_id = self._create_run(name, tags, start_ms)
        params = {key: shot[name] for name, key in SHOT_PARAMS.items() if name in shot}
        self._send(run_id, params, list(_shot_metrics(shot, time_ms)))
        self._client.log_text(run_id, json.dumps(shot, indent=2), "shot.json")
        if middle_frame is not None:
            self._log_picture(run_id, Path(middle_frame), str(shot.get("id")))
        self._client.set_terminated(run_id, "FAILED" if shot.get("error") else "FINISHED", time_ms)

    def finish(self, status: str, artifacts: Iterable[Path], metrics: Mapping[str, Any], time_ms: int) -> None:
        """Files, the film's numbers, and the end."""
        self._send(self.run_id, {}, [(key, value, time_ms, 0) for key, value in metrics.items()])
        for artifact in artifacts:
            self._client.log_artifact(self.run_id, artifact)
        self._client.set_terminated(self.run_id, status, time_ms)

    def _create_run(self, name: str, tags: Mapping[str, Any], start_ms: int) -> str:
        texts = {key: _cut(_as_text(value), MAX_TAG) for key, value in tags.items() if value is not None}
        run = self._client.create_run(self.experiment_id, start_time=start_ms, tags=texts, run_name=_as_text(name))
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

    def _log_picture(self, shot_run_id: str, path: Path, shot: str) -> None:
        from PIL import Image

        if path.name != PREVIEW:  # the queue's file may be a stranger's, and ask for any picture of this computer
            raise ValueError(f"{path} is no middle frame of a clip")
        try:
            with Image.open(path) as picture:
                small = picture.convert("RGB")
        except OSError as error:  # `clean` may have removed it by now
            self.warnings.append(f"shot {shot} is tracked without its picture: {error}")
            return
        small.thumbnail((GRID_SIDE, GRID_SIDE))
        # The grid shows nothing for a step that is missing, so steps count pictures, not shots.
        self._client.log_image(self.run_id, small, key="frames/middle", step=self._pictures)
        self._client.log_image(shot_run_id, small, key="frames/middle", step=0)
        self._pictures += 1


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
    if shot.get("rungs"):
        numbers["rungs"] = len(shot["rungs"])
    numbers |= {f"stage.{name}": value for name, value in (shot.get("stages") or {}).items()}
    yield from ((name, value, time_ms, 0) for name, value in numbers.items() if _is_number(value))
    for step, chunk in enumerate(shot.get("chunks") or []):
        measured = {name: chunk.get(name) for name in ("seconds", *chunk.get("metrics", {}))} | dict(chunk.get("metrics", {}))
        yield from ((f"chunk.{name}", value, time_ms, step) for name, value in measured.items() if _is_number(value))
    steps = [seconds for chunk in shot.get("chunks") or [] for seconds in chunk.get("facts", {}).get("step_s", [])]
    yield from (("step_s", seconds, time_ms, step) for step, seconds in enumerate(steps) if _is_number(seconds))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text.encode("utf-8", "backslashreplace").decode()  # names of files on Linux need not be UTF-8


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    note = f" … [{len(text)} characters, cut by storyvid]"
    return text[: limit - len(note)] + note
