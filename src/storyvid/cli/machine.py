"""What a film needs of this machine: a card that works, and the weights."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from storyvid.config import AnyRunConfig
from storyvid.diffusion.config import DiffusionConfig
from storyvid.errors import ConfigError, Problem
from storyvid.memory.decide import decide
from storyvid.memory.profiles import card_warnings, check_card, this_machine
from storyvid.memory.settings import refused_settings


def check_machine(config: AnyRunConfig, typed: Collection[str]) -> None:
    """Refuse what can't be rendered here. The network is not used, and nothing is loaded.

    Args:
        config: Checked configuration.
        typed: Keys typed on the command line.

    Raises:
        ConfigError: Everything that is wrong with the card, the memory profile and the weights.
    """
    problems: list[Problem] = []
    try:
        check_card(config, typed)
    except ConfigError as error:
        problems += error.problems
    if "memory" in config.backend.uses:
        problems += refused_settings(config.memory)
    try:
        _check_weights(config)
        problems += _check_room(config)
    except ConfigError as error:
        problems += error.problems
    if problems:
        raise ConfigError(problems)


def machine_warnings(config: AnyRunConfig, typed: Collection[str]) -> list[Problem]:
    """What is worth knowing before a render: weights that it would download, a torch with known faults.

    Args:
        config: Checked configuration, for which `check_machine` found nothing.
        typed: Keys typed on the command line.
    """
    warnings = card_warnings(config)
    if isinstance(config.backend, DiffusionConfig):
        from storyvid.diffusion.hub import missing_weights

        missing = missing_weights(config.backend, typed)
        warnings += [*missing, *(_too_large(config) if missing and "backend.model" not in typed else ())]
    return warnings


def _too_large(config: AnyRunConfig) -> list[Problem]:
    """Weights that RAM will not hold, told before they are downloaded; once they are here they are refused."""
    from storyvid.diffusion import room

    parts = room.published_parts(config.backend)
    return [] if parts is None else [*decide(config.memory, parts, this_machine()).problems]


def fetch_weights(configs: Iterable[AnyRunConfig], *, to_render: bool = False) -> None:
    """Download what films need and this machine lacks, and learn which weights these are; each model once.

    Args:
        configs: Of the films, checked.
        to_render: This process renders them into their store: where weights have to be read that no clip can be of, torch is
            loaded meanwhile.

    Raises:
        ConfigError: It can't be had.
    """
    for config in configs:
        if isinstance(config.backend, DiffusionConfig):
            from storyvid.diffusion import checkpoint, hashes, hub

            hashes.remember(config.outputs)
            hub.fetch_missing(config.backend)
            if to_render and _has_no_clips(config):
                hashes.read_beside(checkpoint.hashed_files(config.backend), _load_libraries)
            checkpoint.weights_identity(config.backend)
            hashes.keep(config.outputs)


def _has_no_clips(config: AnyRunConfig) -> bool:
    """Whether a film needs its model whatever the weights turn out to be: its store holds no clip by any of the kind."""
    from storyvid.clips.store import ClipStore

    return all(record["inputs"]["kind"] != config.backend.kind for record in ClipStore(config.clips).records())


def _load_libraries() -> None:
    from storyvid.diffusion.libraries import import_libraries
    from storyvid.logs import capture_standard_logging, setup_console

    setup_console(verbose=False)
    capture_standard_logging()  # what they warn of on their way
    import_libraries()


def _check_room(config: AnyRunConfig) -> list[Problem]:
    """Weights that are here, and that this computer does not hold as the memory profile wants."""
    if not isinstance(config.backend, DiffusionConfig):
        return []
    from storyvid.diffusion import room

    return room.machine_problems(config.backend, config.memory)


def _check_weights(config: AnyRunConfig) -> None:
    if isinstance(config.backend, DiffusionConfig):
        from storyvid.diffusion import hashes, weights

        hashes.remember(config.outputs)
        weights.check_weights(config.backend)
