"""The contract between storyvid and a model family: limits as data, and four methods.

One module of this package plus one file in ``conf/backend/`` adds a model. A module defines ``Config`` (its YAML keys,
a `BackendConfig`) and ``load(config, memory) -> Backend``; the module must import without torch, so that plans stay light.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.backends.options import BackendConfig, BackendLimits, Published
from storyvid.backends.requests import ChunkRecord, ChunkRequest, Clip, ColourMatch, ShotRequest
from storyvid.errors import ConfigError, Problem, did_you_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from storyvid.clips.chunks import KeptChunks
    from storyvid.config import Memory

    Frame = NDArray[np.uint8]  # (height, width, 3) RGB
    Frames = NDArray[np.uint8]  # (num_frames, height, width, 3) RGB
    Latents = Mapping[str, NDArray[Any]]  # by name; what `LatentBackend.decode_chunk` needs

__all__ = [
    "Backend",
    "BackendConfig",
    "BackendLimits",
    "ChunkRecord",
    "ChunkRequest",
    "Clip",
    "ColourMatch",
    "LatentBackend",
    "Progress",
    "Published",
    "ShotRequest",
    "close_backends",
    "kinds",
    "load_backend",
    "module_of",
]

CONTRACT = ("base", "options", "requests")  # modules of this package that are no family
Progress = Callable[[int, int], None]


class Backend(ABC):
    """A model family, loaded. `limits` and `config` are readable without weights."""

    def __init__(self, config: BackendConfig) -> None:
        self.use(config)

    def use(self, config: BackendConfig) -> None:
        """Take a film's settings. Another film's may come later; its weights are the same (`BackendConfig.weights_key`).

        Args:
            config: Of the film.
        """
        self.config = config
        self.limits = config.chunk_limits

    def prepare(self, shots: Sequence[ShotRequest]) -> None:  # noqa: B027 - not abstract: a family without a text encoder prepares nothing
        """Do what is done once for all shots, such as encoding every distinct prompt."""

    def facts(self) -> dict[str, Any]:
        """What is loaded, in JSON values, recorded with every clip: commits and identity of the weights, types.

        Known keys: ``weights`` (by what they hold), ``dtype``, ``commits``; and ``commit``, ``quantization``, ``memory`` where
        these are the same for all chunks (see `LatentBackend.chunk_facts`). A backend without weights has none.
        """
        return {}

    def begin_shot(self, shot: ShotRequest, first_frames: Frames | None) -> None:  # noqa: B027 - not abstract: most need only the chunk's own frames
        """Learn what a shot opens with, before any of its chunks. After a stop the first chunks may be there already.

        Args:
            shot: The shot.
            first_frames: (overlap_frames, height, width, 3) that its first chunk starts from, or None.
        """

    @abstractmethod
    def generate_chunk(
        self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress
    ) -> Iterable[Frame]:
        """The frames of one call.

        Args:
            shot: The shot the chunk belongs to.
            chunk: What to render.
            first_frames: (overlap_frames, height, width, 3) to start from; the result repeats them first. None = from text.
            progress: Called with (steps done, steps in all) while the model works.

        Yields:
            ``chunk.num_frames`` frames, uint8 (height, width, 3) RGB.
        """

    def generate_shot(
        self,
        shot: ShotRequest,
        first_frames: Frames | None,
        path: Path,
        progress: Progress,
        handoff: Sequence[int] = (),
        kept: KeptChunks | None = None,
    ) -> Clip:
        """Render every chunk of a shot into one file.

        Args:
            shot: What to render.
            first_frames: (overlap_frames, height, width, 3) that the first chunk starts from, or None.
            path: The MP4 to write; missing until it is whole.
            progress: Called with (frames done, frames in all).
            handoff: Clip frames that later shots start from; each is kept losslessly beside the clip, as is the last of
                programme time in any case.
            kept: Where finished chunks are found and kept until the clip is whole; None keeps nothing.
        """
        from storyvid.clips.render import render_shot  # the loop needs this module's types

        return render_shot(self, shot, first_frames, path, progress, handoff, kept)

    def close(self) -> None:  # noqa: B027 - not abstract: a family without weights frees nothing
        """Free models and memory. A closed backend is not used again."""


class LatentBackend(Backend):
    """A family that denoises and decodes in two steps: what is denoised is kept, so that a stop while decoding costs no step.

    Attributes:
        cache: Folder in which encoded prompts are kept from film to film; None keeps none.
    """

    cache: Path | None = None

    @abstractmethod
    def denoise_chunk(self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress) -> Latents:
        """The latents of one call, on the CPU and in a type that numpy has; arguments as of `generate_chunk`."""

    @abstractmethod
    def decode_chunk(
        self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, latents: Latents
    ) -> Iterable[Frame]:
        """The frames of one call from its latents."""

    def chunk_facts(self) -> dict[str, Any]:
        """What is known of the chunk that was denoised or decoded last, in JSON values.

        Known keys: ``stages`` (``denoise_s``, ``decode_s``; ``load_s`` and ``encode_s`` of a chunk that weights were loaded or
        texts encoded for), ``step_s`` (seconds of each denoising step), ``scheduler`` (``class``, ``config``), ``started_from``,
        ``checkpoint`` (which of the model's the chunk was made with: ``role``, ``commit``, ``quantization``, and ``memory``,
        each setting as it was really applied), ``rungs`` (what was done to fit it into a full card: ``stage``, ``rung``, ``value``,
        ``because``). Asked for once after `denoise_chunk` and once after `decode_chunk`; the answers
        are merged, so that latents which are found again keep what is known of their making.
        """
        return {}

    def generate_chunk(
        self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress
    ) -> Iterable[Frame]:
        """Denoise and decode."""
        return self.decode_chunk(shot, chunk, first_frames, self.denoise_chunk(shot, chunk, first_frames, progress))


def kinds() -> tuple[str, ...]:
    """The modules of this package that a backend YAML may name, sorted."""
    from storyvid import backends

    return tuple(sorted(module.name for module in pkgutil.iter_modules(backends.__path__) if module.name not in CONTRACT))


def module_of(kind: str) -> Any:
    """The module that runs a kind of backend. Only modules of this package: a config file can't name code of its own.

    Raises:
        ConfigError: There is no such module.
    """
    if kind not in kinds():
        raise ConfigError(
            Problem(
                "backend.kind",
                f"{kind!r} is not a kind of backend",
                did_you_mean(kind, kinds()) or f"use one of {', '.join(kinds())}",
            )
        )
    return importlib.import_module(f"storyvid.backends.{kind}")


_loaded: dict[str, Backend] = {}


def load_backend(config: BackendConfig, memory: Memory) -> Backend:
    """The loaded backend. The one before is used again while its weights are the same, and closed when they are not.

    A sweep's jobs run in one process, and loading a model takes far longer than a shot's few steps.

    Args:
        config: The backend's configuration.
        memory: How the model is fitted to the card.
    """
    key = config.weights_key() + memory.model_dump_json()
    if key in _loaded:
        _loaded[key].use(config)
    else:
        close_backends()
        _loaded[key] = module_of(config.kind).load(config, memory)
    return _loaded[key]


def close_backends() -> None:
    """Free whatever model is loaded."""
    while _loaded:
        _loaded.popitem()[1].close()
