"""The way from a prompt to frames that the diffusion families share. Imports torch only once a model is loaded."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from storyvid.backends.base import LatentBackend
from storyvid.diffusion.checkpoint import weights_identity
from storyvid.diffusion.loaded import WAITING, LoadedModel
from storyvid.diffusion.loaded import Start as Start
from storyvid.errors import Problem, RenderError

if TYPE_CHECKING:
    from storyvid.backends.base import BackendConfig, ChunkRequest, Frame, Frames, Latents, Progress, ShotRequest
    from storyvid.config import Memory
    from storyvid.diffusion.config import DiffusionConfig
    from storyvid.diffusion.denoise import Denoised, StepWatcher
    from storyvid.diffusion.prompts import Embedding
    from storyvid.memory.ladder import Stage
    from storyvid.memory.spill import SpillWatch


@dataclass(frozen=True)
class Recipe:
    """How one chunk is sampled; see `storyvid.backends.base.ShotRequest`."""

    num_inference_steps: int
    guidance_scale: float
    guidance_scale_2: float | None
    flow_shift: float | None


class DiffusionBackend(LatentBackend):
    """A family of diffusers' pipelines. A family says which pipeline, how it encodes a text, what it is called with, and
    how its latents are decoded.

    Attributes:
        cache: Folder in which embeddings are kept from run to run; None keeps them as long as the backend lives.
        max_sequence_length: Tokens the text encoder reads.
        model: The weights.
        spills: What is known of steps that are slow because the card is full.
        step_down: What is tried where it raises.
        texts: The shots' texts, encoded.
    """

    config: DiffusionConfig
    cache: Path | None = None
    max_sequence_length = 512

    def __init__(self, config: DiffusionConfig, memory: Memory) -> None:
        from storyvid.diffusion.libraries import import_libraries

        import_libraries()
        from storyvid.diffusion.step_down import StepDown
        from storyvid.diffusion.texts import Texts
        from storyvid.memory.spill import Spills

        self.memory = memory
        self.model = LoadedModel(memory, self.pipeline_class, lambda: self.cache and self.cache.with_name(WAITING))
        self.step_down = StepDown(self)
        self.spills = Spills()
        self.texts = Texts(self)
        super().__init__(config)

    # What a family says.

    @abstractmethod
    def pipeline_class(self, start: Start) -> Any:
        """The pipeline of diffusers for chunks that start from text, or from frames."""

    def encode(self, pipe: Any, text: str) -> Embedding:
        """What the text encoder makes of a text: the pipeline's arguments by name, on the processor.

        Args:
            pipe: Holds tokenizer and text encoder, and no other weights.
            text: A prompt or negative prompt.
        """
        raise RenderError(f"backend={self.config.name} reads no text")  # a family with takes_text: false is never asked

    @abstractmethod
    def denoise(self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress) -> Latents:
        """Call the pipeline, by `run`; the result holds all that `decode` needs."""

    @abstractmethod
    def decode(self, shot: ShotRequest, chunk: ChunkRequest, start: Start, latents: Mapping[str, Any]) -> Any:
        """The VAE's (1, 3, num_frames, height, width) in -1 … 1.

        Args:
            shot: The shot.
            chunk: The chunk.
            start: What it started from.
            latents: What `denoise` gave, as tensors.
        """

    def clean(self, text: str) -> str:
        """A text as the pipeline hands it to the tokenizer."""
        return text

    @property
    def frames_at_once(self) -> int | None:
        """Frames that the VAE decodes at once; None for one that decodes a clip as a whole."""
        return None

    # What a family uses.

    def pipeline(self, start: Start) -> Any:
        """The pipeline with its weights, loaded at the first call."""
        return self.step_down.fit(self.model.pipeline(start))

    @property
    def decode_device(self) -> str:
        """Where the VAE decodes; while a pipeline denoises, it may still wait in RAM."""
        return "cpu" if self.step_down.stand.on_processor else self.memory.device

    def embedding(self, start: Start, text: str) -> Embedding:
        """What the text encoder made of a text in `prepare`, on the model's device: not every pipeline moves it there."""
        found = self.texts.find(start, text)
        if found is None:  # it may be deleted at any time
            self.texts.encode({self.model.role(start): {text: start}})
            found = self.texts.find(start, text)
        assert found is not None, "it has just been encoded"
        return {name: tensor.to(self.memory.device) for name, tensor in found.items()}

    def scheduler(self, start: Start, name: str, flow_shift: float | None = None) -> Any:
        """A fresh scheduler, set up from the checkpoint's.

        Args:
            start: What the chunk starts from.
            name: Class name of diffusers.
            flow_shift: Shift of the noise schedule; None = the checkpoint's.
        """
        from storyvid.diffusion.schedulers import make_scheduler

        return make_scheduler(name, self.model.scheduler(start), flow_shift=flow_shift)

    def recipe(self, shot: ShotRequest, chunk: ChunkRequest) -> Recipe:
        """How a chunk is sampled: by its own values where it has them, else by the shot's."""
        names = [field.name for field in fields(Recipe)]
        return Recipe(**{name: getattr(shot if getattr(chunk, name) is None else chunk, name) for name in names})

    def run(self, pipe: Any, shot: ShotRequest, chunk: ChunkRequest, progress: Progress, **arguments: Any) -> Denoised:
        """Call a pipeline up to its latents, and note how long its steps took.

        Args:
            pipe: From `pipeline`.
            shot: The shot.
            chunk: Gives the seed.
            progress: Called with (steps done, steps in all).
            **arguments: Of the pipeline's call.
        """
        from storyvid.diffusion import loading
        from storyvid.diffusion.denoise import denoise
        from storyvid.diffusion.schedulers import draw_on_processor, scheduler_facts
        from storyvid.diffusion.step_cache import cached

        draw_on_processor(pipe.scheduler, chunk.seed)
        where, spill = where_of(shot, chunk), self._spill_watch(shot, chunk)
        watchers: list[StepWatcher] = [spill, *self.watchers(pipe, shot, chunk)]
        steps = self.recipe(shot, chunk).num_inference_steps
        with loading.vae_in_ram(pipe, self.memory), cached(pipe, self.memory, steps) as count:
            done = denoise(pipe, where=where, seed=chunk.seed, progress=progress, watchers=watchers, **arguments)
        self._chunk_facts |= self.spills.over(spill, shot.shot.id)
        self._chunk_facts |= {"step_s": list(done.step_s), "scheduler": scheduler_facts(pipe.scheduler)}
        if count is not None:
            self._chunk_facts["step_cache"] = count.facts(self.memory.step_cache)
        return done

    def watchers(self, pipe: Any, shot: ShotRequest, chunk: ChunkRequest) -> list[StepWatcher]:
        """What else is called after every step.

        Args:
            pipe: From `pipeline`.
            shot: The shot.
            chunk: The chunk.
        """
        return []

    # The contract.

    def use(self, config: BackendConfig) -> None:
        """Take a film's settings, on the weights that are loaded."""
        super().use(config)
        self.model.use(self.config)
        self._chunk_facts: dict[str, Any] = {}
        self._told_of: tuple[str, int, int] | None = None  # shot, chunk and seed that these facts are of

    def prepare(self, shots: Sequence[ShotRequest]) -> None:
        """Encode every distinct text that is not kept yet, one by one, and free the encoder."""
        self.step_down.begin(shots)
        if not self.limits.takes_text:
            return
        wanted: dict[str, dict[str, Start]] = {}
        for shot in shots:
            for chunk in shot.chunks:
                start = self.start_of(shot, chunk)
                for text in (chunk.prompt, shot.negative_prompt):  # read or not: another job of a sweep may have guidance
                    wanted.setdefault(self.model.role(start), {}).setdefault(text, start)
        self.texts.encode(wanted)

    def begin_shot(self, shot: ShotRequest, first_frames: Frames | None) -> None:
        """Encode what is not: a take of another run, or an embedding that was damaged meanwhile."""
        from storyvid.diffusion.loading import free_memory

        free_memory()  # of a shot that failed, its error held what was on the card
        self.prepare([shot])

    def start_of(self, shot: ShotRequest, chunk: ChunkRequest) -> Start:
        """What a chunk starts from, known before it is its turn."""
        return "text" if chunk.index == 0 and shot.opening == "text" else "image"

    def denoise_chunk(self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress) -> Latents:
        """The latents of one call, as arrays."""
        self._check_first_frames(shot, chunk, first_frames)
        self._check_length(shot, chunk)
        start: Start = "text" if first_frames is None else "image"
        self._told_of = (shot.shot.id, chunk.index, chunk.seed)
        self._chunk_facts = {"started_from": start}
        begun = False

        def tell(step: int, steps: int) -> None:
            nonlocal begun
            begun = True
            progress(step, steps)

        def denoised() -> Latents:
            nonlocal begun
            begun = False
            return self.denoise(shot, chunk, first_frames, tell)

        def stage() -> Stage:
            return self._loading(start) or ("denoise" if begun or first_frames is None else "open")

        with self._timed("denoise_s"):
            latents = self.step_down.run(where_of(shot, chunk), stage, denoised)
        self._chunk_facts |= {"checkpoint": self.model.facts(start), **self.step_down.facts()}
        return latents

    def decode_chunk(
        self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, latents: Latents
    ) -> Iterable[Frame]:
        """The frames of one call from its latents."""
        start: Start = "text" if first_frames is None else "image"
        if self._told_of != (shot.shot.id, chunk.index, chunk.seed):  # denoised in an earlier run, of which nothing is known here
            self._told_of, self._chunk_facts = (shot.shot.id, chunk.index, chunk.seed), {}
        with self._timed("decode_s"):
            frames = self.step_down.run(
                where_of(shot, chunk),
                lambda: self._loading(start) or "decode",
                lambda: self._decoded(shot, chunk, start, latents),
            )
        self._chunk_facts |= self.step_down.facts()
        yield from frames

    def facts(self) -> dict[str, Any]:
        """What was loaded and how, for records."""
        commits = {role: checkpoint.commit for role, checkpoint in self.model.checkpoints.items()}
        return {"commits": commits, "weights": weights_identity(self.config), "dtype": self.memory.dtype}

    def chunk_facts(self) -> dict[str, Any]:
        """What happened in the chunk that was rendered last, for its record."""
        return dict(self._chunk_facts)

    def close(self) -> None:
        """Free the weights, and what is known of texts."""
        self.texts.forget()
        self.model.free()

    # How it is done.

    def _spill_watch(self, shot: ShotRequest, chunk: ChunkRequest) -> SpillWatch:
        guided = self.recipe(shot, chunk).guidance_scale > 1
        kind = (shot.height, shot.width, chunk.num_frames, guided, self.memory.offload)
        return self.spills.watch(where_of(shot, chunk), shot.shot.id, kind, alike=self.memory.step_cache == "none")

    def _decoded(self, shot: ShotRequest, chunk: ChunkRequest, start: Start, latents: Latents) -> Iterator[Frame]:
        """The frames of a chunk; all are converted, and what waits in RAM is back there, before it returns."""
        import torch

        from storyvid.diffusion.frames import as_frames
        from storyvid.diffusion.heap import freed_blocks_kept

        try:
            with freed_blocks_kept(self.decode_device), torch.no_grad(), self.step_down.decoding(self.pipeline(start)):
                tensors = {name: torch.from_numpy(np.array(array)) for name, array in latents.items()}
                frames: Iterator[Frame] = as_frames(self.decode(shot, chunk, start, tensors), where_of(shot, chunk))
                first = next(frames)
        finally:  # also what took a hook off gets it back
            self.model.offload(start)
        return chain([first], frames)

    def _loading(self, start: Start) -> Stage | None:
        """The stage in which memory is full before the weights are there; None once they are."""
        return None if self.model.role(start) in self.model.pipelines else "load"

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        """Note how long a stage of the chunk took. What was loaded in it, or encoded before it, has seconds of its own."""
        started, loaded_before = time.perf_counter(), self.model.load_s
        yield
        seconds = time.perf_counter() - started - (self.model.load_s - loaded_before)
        stages = {**self._chunk_facts.get("stages", {}), stage: seconds}
        for name, once in (("load_s", self.model.told()), ("encode_s", self.texts.told())):
            if once:
                stages[name] = stages.get(name, 0.0) + once
        self._chunk_facts["stages"] = stages

    def _check_length(self, shot: ShotRequest, chunk: ChunkRequest) -> None:
        guided = self.recipe(shot, chunk).guidance_scale > 1
        if self.limits.takes_text:
            self.texts.check((chunk.prompt, shot.negative_prompt) if guided else (chunk.prompt,), where_of(shot, chunk))

    def _check_first_frames(self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None) -> None:
        if first_frames is None:
            return
        if not self.limits.accepts_first_frame:
            what = f"{self.config.name} starts from text alone and can't start from a frame"
            raise RenderError(Problem(where_of(shot, chunk), what, "choose backend=wan, which can"))
        if first_frames.shape[1:] != (shot.height, shot.width, 3) or first_frames.dtype != np.uint8:
            height, width = first_frames.shape[1:3]
            what = f"the first frames are {width}x{height} {first_frames.dtype}, the shot is {shot.width}x{shot.height} uint8"
            raise RenderError(Problem(where_of(shot, chunk), what, "hand over frames of the shot's own size"))


def where_of(shot: ShotRequest, chunk: ChunkRequest) -> str:
    """Which call a message is about."""
    return f'shot "{shot.shot.id}", chunk {chunk.index + 1}'
