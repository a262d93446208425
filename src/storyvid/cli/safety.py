"""A configuration file can't run code: Hydra's own section may say only which launcher and sweeper to use, and how.

Hydra builds whatever ``_target_`` names, sets environment variables, changes folders and calls callbacks, all from
configuration. Its own list of forbidden targets is, in its words, not a security boundary. So everything in its section
must be as storyvid ships it, but for the few keys below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from storyvid.errors import ConfigError, Problem

LAUNCHERS = frozenset(
    {
        "hydra._internal.core_plugins.basic_launcher.BasicLauncher",
        "hydra_plugins.hydra_joblib_launcher.joblib_launcher.JoblibLauncher",
        "hydra_plugins.hydra_ray_launcher.ray_launcher.RayLauncher",
        "hydra_plugins.hydra_submitit_launcher.submitit_launcher.LocalLauncher",
        "hydra_plugins.hydra_submitit_launcher.submitit_launcher.SlurmLauncher",
    }
)
SWEEPERS = frozenset(
    {
        "hydra._internal.core_plugins.basic_sweeper.BasicSweeper",
        "hydra_plugins.hydra_optuna_sweeper.optuna_sweeper.OptunaSweeper",
    }
)
CHOSEN = {"launcher": LAUNCHERS, "sweeper": SWEEPERS}
OPTUNA_SAMPLERS = "optuna.samplers."
SHELL_KEYS = frozenset({"setup", "python"})  # submitit runs these in a shell

# What differs from run to run, and the one switch that is the user's.
FREE = frozenset({"runtime", "overrides", "verbose", "searchpath"})
FREE_OF_JOB = frozenset({"override_dirname", "id", "num", "config_name"})


def refuse_code(composed: Mapping[str, Any], shipped: Mapping[str, Any], label: str) -> None:
    """Refuse what a file changed in Hydra's own section, unless it is harmless.

    Args:
        composed: Hydra's section of a job, in plain values.
        shipped: The same without any choice or file of the user's.
        label: Names the job in messages.

    Raises:
        ConfigError: Everything that could run code or write elsewhere.
    """
    current, original = _of_every_job(composed), _of_every_job(shipped)
    problems = [
        Problem(
            f"{label}hydra.{key}", "is set by storyvid itself and can't be changed", "remove it from the configuration file", "code"
        )
        for key in current
        if key not in FREE and key not in CHOSEN and current[key] != original.get(key)
    ]
    for key, allowed in CHOSEN.items():
        problems += [
            Problem(f"{label}hydra/{key}", f"{target!r} is not a known {key}", f"choose an installed {key} of Hydra's", "code")
            for target in _foreign_targets(current.get(key), allowed)
        ]
    if problems:
        raise ConfigError(problems)


def _of_every_job(section: Mapping[str, Any]) -> dict[str, Any]:
    return {**section, "job": {key: value for key, value in section["job"].items() if key not in FREE_OF_JOB}}


def _foreign_targets(section: Any, allowed: frozenset[str]) -> Iterator[str]:
    """What a launcher's or sweeper's section would run besides the launcher or sweeper itself."""
    if not isinstance(section, dict):
        return
    own = section.get("_target_")
    if own not in allowed:
        yield str(own)
    for key, value in section.items():
        if key in SHELL_KEYS and value:
            yield f"{key}: {value}"
        yield from (target for target in _targets(value) if not target.startswith(OPTUNA_SAMPLERS))


def _targets(value: Any) -> Iterator[str]:
    """Every ``_target_`` at any depth below a value."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key == "_target_":
                yield str(below)
            else:
                yield from _targets(below)
    elif isinstance(value, list):
        for below in value:
            yield from _targets(below)
