"""Small films that several tests share: a configuration as the command line would compose it, and storyboards."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hydra import initialize_config_dir

from storyvid.cli.composition import compose_words
from storyvid.cli.folders import conf_dir
from storyvid.config import AnyRunConfig, validate
from storyvid.film import Film, prepare_film
from storyvid.storyboard.load import LoadedStoryboard
from storyvid.storyboard.schema import Storyboard


@cache
def composed_values(*overrides: str) -> dict[str, Any]:
    """The composed configuration as plain values."""
    with initialize_config_dir(str(conf_dir()), version_base="1.3"):
        return compose_words(("memory=cpu", *overrides), conf_dir()).plain()


def config(*overrides: str) -> AnyRunConfig:
    """A checked configuration. Folders, of which every test has its own, are put in last: composing takes a third of a second."""
    folders = dict(word.removeprefix("paths.").split("=", 1) for word in overrides if word.startswith("paths."))
    values = composed_values(*(word for word in overrides if not word.startswith("paths.")))
    return validate(values | {"paths": values["paths"] | {key: yaml.safe_load(folder) for key, folder in folders.items()}})


def storyboard(*shots: dict[str, Any], **project: Any) -> Storyboard:
    """A storyboard of shots that need only say what matters to a test. A cave is drawn in a quarter of the time of the sea."""
    numbered = [{"id": f"S{number:02d}", "prompt": "A red ball in a cave.", **shot} for number, shot in enumerate(shots, start=1)]
    return Storyboard.model_validate({"title": "Test", "shots": numbered, **project})


def film(board: Storyboard, *overrides: str, folder: Path = Path(), typed: tuple[str, ...] = ()) -> Film:
    """A prepared film."""
    loaded = LoadedStoryboard(storyboard=board, warnings=(), path=folder / "test.json", sha256="0" * 64, project="test")
    return prepare_film(loaded, config(*overrides), typed)
