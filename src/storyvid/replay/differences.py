"""What differs between the machine that a film was rendered on and this one, as far as it may show in the pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from storyvid.cli.folders import conf_dir
from storyvid.config import AnyRunConfig
from storyvid.diffusion.checkpoint import weights_identity
from storyvid.diffusion.config import DiffusionConfig
from storyvid.record.environment import describe_environment
from storyvid.record.recipe import OF_THIS_MACHINE, model_name, portable
from storyvid.replay.models import told_weights
from storyvid.replay.older import lacking
from storyvid.replay.recipe import Environment, Recipe

# The others only record, serve or check.
PIXEL_PACKAGES = (
    "accelerate",
    "av",
    "diffusers",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "safetensors",
    "torch",
    "transformers",
)
# Keys that are not taken from the recipe's configuration.
DECIDED = (*OF_THIS_MACHINE, "seed", "takes", "pick", "shots", "stale", "plan")


@dataclass(frozen=True)
class Difference:
    """One of them.

    Attributes:
        what: For example ``numpy``, with the shots it is about where these are not all.
        recorded: When the film was rendered.
        here: On this machine.
    """

    what: str
    recorded: str
    here: str


def differences(recipe: Recipe, config: AnyRunConfig, here: AnyRunConfig) -> list[Difference]:
    """Everything that differs, in a settled order.

    Args:
        recipe: Of the film.
        config: What it is rendered with now.
        here: What the configuration is here, for settings that an older storyvid did not record.
    """
    found = list(_settings(recipe, config))
    unknown = ((key, value) for key, value in lacking(recipe.config, here) if key.partition(".")[0] not in DECIDED)
    found += [Difference(key, "not recorded", str(value)) for key, value in unknown]
    machine = Environment.model_validate(portable(describe_environment()))
    if recipe.environment is None:
        found.append(Difference("versions and card", "not recorded", ""))
    else:
        found += _compare(recipe.environment, machine, "")
    for environment, shots in _own_environments(recipe):
        found += _compare(environment, machine, f" ({', '.join(shots)})")
    return found


def _settings(recipe: Recipe, config: AnyRunConfig) -> Iterator[Difference]:
    """Model, revision and memory: the recorded ones are used unless this machine's were asked for."""
    name = model_name(config.backend.model)
    if name != recipe.model:
        yield Difference("model", recipe.model, name)
    drawn = drawn_revision(config.backend.kind, config.backend.model)
    if drawn is not None and drawn != config.backend.revision:
        yield Difference("model revision", config.backend.revision, drawn)
    if isinstance(config.backend, DiffusionConfig):
        yield from (Difference(*said) for said in told_weights(recipe.weights, weights_identity(config.backend)))
    memory, now = recipe.config.get("memory"), config.memory.model_dump(mode="json")
    if not isinstance(memory, Mapping) or any(now.get(key) != value for key, value in memory.items()):
        yield Difference("memory", str(memory.get("name")) if isinstance(memory, Mapping) else "not recorded", config.memory.name)


def drawn_revision(kind: str, model: str) -> str | None:
    """The revision of a model that storyvid draws itself; None for weights, which come in the revision that is asked for.

    Args:
        kind: ``backend.kind``.
        model: ``backend.model``.
    """
    if not model.startswith("storyvid/"):
        return None
    for path in sorted((conf_dir() / "backend").glob("*.yaml")):
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        if (values.get("kind"), values.get("model")) == (kind, model):
            return str(values["revision"])
    return None


def _own_environments(recipe: Recipe) -> list[tuple[Environment, list[str]]]:
    """Environments of shots whose clips are older than the film, each with its shots."""
    groups: dict[str, tuple[Environment, list[str]]] = {}
    for shot_id, shot in recipe.shots.items():
        if shot.environment is not None:
            groups.setdefault(shot.environment.model_dump_json(), (shot.environment, []))[1].append(shot_id)
    return list(groups.values())


def _compare(recorded: Environment, here: Environment, suffix: str) -> list[Difference]:
    before, now = _facts(recorded), _facts(here)
    return [Difference(f"{what}{suffix}", before[what], now[what]) for what in before if before[what] != now[what]]


def _facts(environment: Environment) -> dict[str, str]:
    packages = {name: environment.packages.get(name) or "not installed" for name in PIXEL_PACKAGES}
    return {
        "storyvid": environment.storyvid,
        "commit": (environment.git_commit or "not known")[:12],
        "python": environment.python,
        "system": environment.os,
        **packages,
        "card": ", ".join(card.name for card in environment.gpus) or "none",
        "driver": ", ".join(dict.fromkeys(card.driver for card in environment.gpus)) or "none",
    }
