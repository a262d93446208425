"""Starting Hydra: one job, or every job of a sweep through the launcher that was chosen.

The task function lives here, not in ``__main__``: joblib, submitit and Ray send it to other processes by its name.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from storyvid.cli.arguments import Arguments, quote, typed_keys
from storyvid.cli.compose import resolve_memory, search_path_words, search_words
from storyvid.cli.composition import as_values, compose_words
from storyvid.cli.folders import conf_dir
from storyvid.cli.jobs import failures_told, tracker_of
from storyvid.cli.machine import fetch_weights
from storyvid.cli.storyboards import take
from storyvid.config import validate
from storyvid.film import prepare_film
from storyvid.logs import capture_standard_logging, setup_console


def launch(arguments: Arguments, words: Sequence[str], folder: Path) -> None:
    """Run the job or the jobs in a reserved folder.

    Args:
        arguments: The command line.
        words: Overrides, slow keys first.
        folder: The run folder, or the folder of the sweep.
    """
    place = [f"hydra.sweep.dir={quote(str(folder))}", "hydra.sweep.subdir=${hydra.job.num}"]
    if not arguments.multirun:
        place = [f"hydra.run.dir={quote(str(folder))}"]
    call_hydra([*(["-m"] if arguments.multirun else []), *search_path_words(arguments), *words, *place])


def call_hydra(words: Sequence[str]) -> None:
    """Hand a command line to Hydra, which reads it from ``sys.argv``."""
    before = sys.argv
    sys.argv = [before[0], *words]
    try:
        hydra.main(version_base="1.3", config_path=str(conf_dir()), config_name="config")(render_job)()
    finally:
        sys.argv = before


def render_job(composed: DictConfig) -> None:
    """One film. Its result is read from its manifest, since a launcher may run this in another process.

    Args:
        composed: Hydra's configuration of this job.
    """
    from storyvid.run import render_film  # brings av and cv2: not for `--cfg job`

    settings = HydraConfig.get()
    folder = Path(settings.runtime.output_dir)
    sweep_id = Path(settings.sweep.dir).name if settings.mode == RunMode.MULTIRUN else None
    words = [str(word) for word in settings.overrides.task]
    setup_console(verbose=bool(settings.verbose))
    capture_standard_logging()
    with failures_told(folder):
        values = as_values(_with_real_memory(composed, words))
        config = validate(values)
        fetch_weights([config])  # a launcher may have sent the job to another machine
        loaded = take(Path(settings.sweep.dir if sweep_id else folder), str(config.storyboard))
        film = prepare_film(loaded, config, typed_keys(words))
        render_film(film, folder, tracker_of(config), overrides=words, sweep_id=sweep_id)


def _with_real_memory(composed: DictConfig, words: Sequence[str]) -> DictConfig:
    """The configuration again with a real profile for ``memory=auto``, which each job of a sweep chooses for its backend."""
    settings = HydraConfig.get()
    given = [*search_words([str(word) for word in settings.overrides.hydra]), *words]
    needs_gpu = bool(OmegaConf.select(composed, "backend.limits.needs_gpu", default=False))
    resolved = resolve_memory(given, settings.runtime.choices, needs_gpu=needs_gpu)
    return composed if resolved == given else compose_words(tuple(resolved), conf_dir()).settings
