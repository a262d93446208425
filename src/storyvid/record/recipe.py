"""The recipe: all that is needed to render a film again, written into the MP4 and the manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from storyvid import __version__
from storyvid.clips.record import file_sha256
from storyvid.diffusion.checkpoint import weights_identity
from storyvid.diffusion.config import DiffusionConfig
from storyvid.errors import StoryvidError
from storyvid.film import Film
from storyvid.plan import ShotPlan
from storyvid.plan.recipes import NAMES, own_settings
from storyvid.record.environment import describe_environment

OF_THIS_MACHINE = ("paths", "tracking", "storyboard")  # keys of the configuration that name folders


def recipe(film: Film, records: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """All that is needed to render the film again, and to tell afterwards whether the same frames came out.

    It names no folder and no computer, since films are sent to other people. ``shots`` holds what was decided among the
    command line, the shots' overrides and the configuration: which of them had been typed is not known afterwards.

    Args:
        film: As prepared.
        records: Records of shots that are finished; those of takes which are not in the film are passed over.
    """
    environment = portable(describe_environment())
    finished = {record["id"]: record for record in records if record["picked"]}
    return {
        "storyvid": __version__,
        "seed": film.plan.seed,
        "storyboard": film.loaded.storyboard.as_json(),
        "config": _portable_config(film),
        **({"weights": weights} if (weights := _weights(film)) else {}),
        "shots": {
            planned.shot.id: decided(planned) | _rendered(finished.get(planned.shot.id, {}), environment)
            for planned in film.plan.shots
        },
        "pictures": pictures(film),
        "environment": environment,
    }


def model_name(model: str) -> str:
    """A hub id as it is; of a folder on this machine its last name alone.

    Args:
        model: ``backend.model``.
    """
    path = Path(model)
    return path.resolve().name if path.is_dir() else model


def portable(environment: Mapping[str, Any]) -> dict[str, Any]:
    """What may change pixels, and nothing by which the computer could be told from others of its kind.

    Args:
        environment: From `describe_environment`, now or when a clip was rendered.
    """
    kept = {key: environment[key] for key in ("storyvid", "git_commit", "python", "packages")}
    cards = [{"name": card["name"], "driver": card["driver"]} for card in environment["gpus"]]
    return kept | {"os": str(environment["platform"]).partition("-")[0], "gpus": cards}


def pictures(film: Film) -> dict[str, str | None]:
    """SHA-256 of every picture that a shot starts from, by its name in the storyboard; None where it can't be read."""
    names = dict.fromkeys(planned.opening.image for planned in film.plan.shots if planned.opening.image is not None)
    return {name: picture_sha256(film.loaded.folder / name) for name in names}


def picture_sha256(path: Path) -> str | None:
    """SHA-256 of a picture's bytes; None where it can't be read. Manifests are written often, so it is read once."""
    try:
        status = path.stat()
        return _sha256_of(path, status.st_mtime_ns, status.st_size)
    except OSError:
        return None


@lru_cache(maxsize=256)
def _sha256_of(path: Path, time_ns: int, size: int) -> str:
    """Args but the path only tell one content of the file from another."""
    return file_sha256(path)


def _portable_config(film: Film) -> dict[str, Any]:
    values = film.config.model_dump(mode="json", exclude=set(OF_THIS_MACHINE))
    return values | {"backend": _portable_backend(values["backend"])}


def _portable_backend(backend: Mapping[str, Any]) -> dict[str, Any]:
    """Its settings, with the last names alone of folders and files."""
    models = {key: model_name(backend[key]) for key in ("model", "image_model", "keyframe") if backend.get(key)}
    files = {"gguf": [Path(path).name for path in backend.get("gguf", ())]} if backend.get("gguf") else {}
    loras = [{**lora, "path": Path(lora["path"]).name} for lora in backend.get("loras", ())]
    return {**backend, **models, **files, **({"loras": loras} if loras else {})}


def _weights(film: Film) -> dict[str, Any]:
    """Which weights are used, by role; nothing for a backend without any, or where their folder went away meanwhile."""
    if not isinstance(film.config.backend, DiffusionConfig):
        return {}
    try:
        return weights_identity(film.config.backend)
    except (StoryvidError, OSError):
        return {}


def decided(planned: ShotPlan) -> dict[str, Any]:
    """What was decided for a shot; ``chunks`` are the settings that each has otherwise, where one has."""
    settings = {key: getattr(planned, name) for key, name in NAMES.items()}
    chunks = [own_settings(chunk) for chunk in planned.chunks]
    return {
        **{key: value for key, value in settings.items() if value is not None},
        **({"chunks": chunks} if any(chunks) else {}),
        "seed": planned.seed,
        "take": planned.take,
    }


def _rendered(record: Mapping[str, Any], environment: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a shot once it is rendered; its environment only where a reused clip came from another one."""
    made: dict[str, Any] = {}
    if record.get("chunks"):
        made["frames_sha256"] = [chunk["frames_sha256"] for chunk in record["chunks"]]
        own = portable(record["environment"])
        made |= {"environment": own} if own != environment else {}
    return made | ({"stale": record["stale"]} if record.get("stale") else {})
