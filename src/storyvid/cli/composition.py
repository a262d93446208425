"""What Hydra makes of a job's words.

It reads some fifteen files for that, which takes longer than everything else that is checked. So each choice of files is
composed once, and jobs that differ in values alone take theirs from it: Hydra, too, sets values when all files are merged.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from hydra import compose
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import DictConfig, OmegaConf

# Keys of the top that are no section, and so no group: what is typed for them is a value, as it is for every key with a dot.
VALUES = frozenset({"storyboard", "project", "seed", "shots", "takes", "stale"})


@dataclass(frozen=True)
class Composed:
    """What words compose to. Several jobs share it, so nobody may change it.

    Attributes:
        settings: storyvid's own keys, interpolations not yet resolved.
        hydra: Hydra's own section in plain values, interpolations not resolved.
    """

    settings: DictConfig
    hydra: Mapping[str, Any]

    @property
    def options(self) -> Mapping[str, Any]:
        """The option of every group."""
        options: Mapping[str, Any] = self.hydra["runtime"]["choices"]
        return options

    def plain(self) -> dict[str, Any]:
        """The settings as plain dicts, lists and scalars, resolved.

        Raises:
            OmegaConfBaseException: An interpolation leads nowhere.
        """
        return as_values(self.settings)


def as_values(composed: DictConfig) -> dict[str, Any]:
    """A composed configuration as plain dicts, lists and scalars, its interpolations resolved.

    Args:
        composed: Without Hydra's own section.

    Raises:
        OmegaConfBaseException: An interpolation leads nowhere.
    """
    values = OmegaConf.to_container(composed, resolve=True)
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}


@lru_cache(maxsize=64)
def compose_words(words: tuple[str, ...], folder: Path) -> Composed:
    """What some words compose to, inside of ``initialize_config_dir`` or ``hydra.main``.

    Args:
        words: Overrides of one job.
        folder: Of the configuration files, which Hydra was started with.

    Raises:
        Exception: Hydra raises anything on odd words and files; `said_by_hydra` has its own words for it.
    """
    values = [word for word in words if is_value(word)]
    files = tuple(word for word in words if word not in values)
    if not values or not all(_chooses_a_file(word, folder) for word in files):
        return _compose_files(words)
    chosen = compose_words(files, folder)
    settings = copy.deepcopy(chosen.settings)
    for override in OverridesParser.create().parse_overrides(values):
        OmegaConf.update(settings, override.key_or_group, override.value(), merge=True, force_add=override.is_force_add())
    return Composed(settings, chosen.hydra)


def is_value(word: str) -> bool:
    """Whether a word only sets a value: it chooses no option of a group, and is none of Hydra's own settings."""
    key, equals, _ = word.removeprefix("++").partition("=")
    named = key in VALUES or ("." in key and key.replace(".", "_").isidentifier())
    return bool(equals) and named and not key.startswith("hydra.")


def _chooses_a_file(word: str, folder: Path) -> bool:
    """Whether a word sets nothing among storyvid's own keys, which is done in the order of the words."""
    key, _, value = word.partition("=")
    return (key.startswith("hydra") or (folder / key).is_dir()) and not value.lstrip().startswith("{")


def said_by_hydra(words: Sequence[str], error: Exception) -> Exception:
    """What Hydra itself says of words that can't be composed; it knows the word where OmegaConf knows the key.

    Args:
        words: Overrides of one job.
        error: From `compose_words`.
    """
    try:
        _compose_files(words)
    except Exception as own:
        go_on_stopping(own)
        return own
    return error


def go_on_stopping(error: BaseException) -> None:
    """Ctrl-C that OmegaConf lost: its clean-up, interrupted in the middle of a change, fails with an error of its own.

    Raises:
        KeyboardInterrupt: One is behind the error.
    """
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, KeyboardInterrupt):
            raise behind
        behind = behind.__cause__ or behind.__context__


@lru_cache(maxsize=4)
def shipped_hydra(folder: Path) -> dict[str, Any]:
    """Hydra's section as ``config.yaml`` alone makes it: without any option of a group and any file of the user's.

    Args:
        folder: Of the configuration files, which Hydra was started with.
    """
    top = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    chosen = {key: option for entry in top["defaults"] if isinstance(entry, dict) for key, option in entry.items()}
    words = [f"{key.removeprefix('override ')}={option}" for key, option in chosen.items() if key.startswith("override hydra/")]
    return _plain_section(OmegaConf.merge(compose(None, words, return_hydra_config=True).hydra, top["hydra"]))


def _compose_files(words: Sequence[str]) -> Composed:
    whole = compose("config", list(words), return_hydra_config=True)
    settings = OmegaConf.masked_copy(whole, [str(key) for key in whole if key != "hydra"])
    OmegaConf.set_struct(settings, True)  # as the whole is: a key that is not there can't be set
    return Composed(settings, _plain_section(whole.hydra))


def _plain_section(section: Any) -> dict[str, Any]:
    values = OmegaConf.to_container(section, resolve=False)
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}
