"""The way from a prompt to frames that the diffusion families share. Imports torch only once a model is loaded."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from loguru import logger

from storyvid.backends.base import LatentBackend
from storyvid.diffusion.checkpoint import Checkpoint, find_checkpoints, weights_identity
from storyvid.errors import Problem, RenderError

if TYPE_CHECKING:
    from storyvid.backends.base import ChunkRequest, Frame, Frames, Latents, Progress, ShotRequest
    from storyvid.config import Memory
    from storyvid.diffusion.config import DiffusionConfig, Lora
    from storyvid.diffusion.denoise import Denoised
    from storyvid.diffusion.prompts import Embedding, EmbeddingCache

Start = Literal["text", "image"]  # what a chunk starts from


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
    """

    config: DiffusionConfig
    cache: Path | None = None
    max_sequence_length = 512

    def __init__(self, config: DiffusionConfig, memory: Memory) -> None:
        super().__init__(config)
        self.memory = memory
        self._checkpoints = _all_here(config)
        self._pipelines: dict[str, list[Any]] = {}  # by role of the checkpoint: as it was loaded, then others on the same parts
        self._schedulers: dict[str, Any] = {}  # the checkpoints' own
        self._embeddings: EmbeddingCache | None = None
        self._too_long: dict[str, str] = {}  # words that the encoder would not read, by text
        self._facts: dict[str, Any] = {"load_s": 0.0, "encode_s": 0.0}
        self._chunk_facts: dict[str, Any] = {}
        self._told_of: tuple[str, int, int] | None = None  # shot, chunk and seed that these facts are of

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

    # What a family uses.

    def role(self, start: Start) -> str:
        """Which of the checkpoints a chunk is made with."""
        return "image_model" if start == "image" and "image_model" in self._checkpoints else "model"

    def pipeline(self, start: Start) -> Any:
        """The pipeline with its weights, loaded at the first call. One checkpoint serves several kinds of pipeline."""
        from storyvid.diffusion import loading

        role, pipeline_class = self.role(start), self.pipeline_class(start)
        if role not in self._pipelines:
            self._make_room(role)
            self._pipelines[role] = [self._load(role)]
        pipelines = self._pipelines[role]
        if pipeline_class not in map(type, pipelines):
            pipelines.append(loading.same_parts(pipelines[0], pipeline_class))
        return next(pipe for pipe in pipelines if type(pipe) is pipeline_class)

    def embedding(self, start: Start, text: str) -> Embedding:
        """What the text encoder made of a text in `prepare`, on the model's device: not every pipeline moves it there."""
        found = self._cache().find(self._key(start, text))
        assert found is not None, "begin_shot has every text of a shot encoded"
        return {name: tensor.to(self.memory.device) for name, tensor in found.items()}

    def scheduler(self, start: Start, name: str, flow_shift: float | None = None) -> Any:
        """A fresh scheduler, set up from the checkpoint's.

        Args:
            start: What the chunk starts from.
            name: Class name of diffusers.
            flow_shift: Shift of the noise schedule; None = the checkpoint's.
        """
        from storyvid.diffusion.schedulers import make_scheduler

        return make_scheduler(name, self._schedulers[self.role(start)], flow_shift=flow_shift)

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
        from storyvid.diffusion.schedulers import scheduler_facts

        with loading.vae_in_ram(pipe, self.memory):
            done = denoise(pipe, where=where_of(shot, chunk), seed=chunk.seed, progress=progress, **arguments)
        self._chunk_facts |= {"step_s": list(done.step_s), "scheduler": scheduler_facts(pipe.scheduler)}
        return done

    # The contract.

    def prepare(self, shots: Sequence[ShotRequest]) -> None:
        """Encode every distinct text that is not kept yet, one by one, and free the encoder."""
        if not self.limits.takes_text:
            return
        wanted: dict[str, dict[str, Start]] = {}
        for shot in shots:
            for chunk in shot.chunks:
                start = self.start_of(shot, chunk)
                for text in (chunk.prompt, shot.negative_prompt):  # read or not: another job of a sweep may have guidance
                    wanted.setdefault(self.role(start), {}).setdefault(text, start)
        for texts in wanted.values():
            self._encode_missing(texts)

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
        from storyvid.diffusion.denoise import full_card_told

        self._check_first_frames(shot, chunk, first_frames)
        self._check_length(shot, chunk)
        started = time.perf_counter()
        self._told_of = (shot.shot.id, chunk.index, chunk.seed)
        self._chunk_facts = {"started_from": "text" if first_frames is None else "image"}
        with full_card_told(where_of(shot, chunk)):
            latents = self.denoise(shot, chunk, first_frames, progress)
        self._chunk_facts["stages"] = {"denoise_s": time.perf_counter() - started}
        return latents

    def decode_chunk(
        self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, latents: Latents
    ) -> Iterable[Frame]:
        """The frames of one call from its latents."""
        import torch

        from storyvid.diffusion.denoise import full_card_told
        from storyvid.diffusion.frames import as_frames

        started = time.perf_counter()
        start: Start = "text" if first_frames is None else "image"
        with full_card_told(where_of(shot, chunk)), torch.no_grad():
            tensors = {name: torch.from_numpy(np.array(array)) for name, array in latents.items()}
            frames: Iterator[Frame] = as_frames(self.decode(shot, chunk, start, tensors), where_of(shot, chunk))
            first = next(frames)
        self._pipelines[self.role(start)][0].maybe_free_model_hooks()
        self._note_decoding((shot.shot.id, chunk.index, chunk.seed), time.perf_counter() - started)
        yield first
        yield from frames

    def facts(self) -> dict[str, Any]:
        """What was loaded and how, for records."""
        commits = {role: checkpoint.commit for role, checkpoint in self._checkpoints.items()}
        return {
            "commit": commits["model"],
            "commits": commits,
            "weights": weights_identity(self.config),
            "dtype": self.memory.dtype,
            "quantization": "gguf" if self.config.gguf else self._facts.get("memory", {}).get("quantization"),
            **self._facts,
        }

    def chunk_facts(self) -> dict[str, Any]:
        """What happened in the chunk that was rendered last, for its record."""
        return dict(self._chunk_facts)

    def close(self) -> None:
        """Free the weights."""
        from storyvid.diffusion.loading import free_memory

        self._pipelines.clear()
        self._schedulers.clear()
        self._embeddings = None
        free_memory()

    # How it is done.

    def _note_decoding(self, chunk: tuple[str, int, int], seconds: float) -> None:
        """Latents may have been denoised in an earlier run, of which nothing is known here."""
        if self._told_of != chunk:
            self._told_of, self._chunk_facts = chunk, {}
        self._chunk_facts["stages"] = {**self._chunk_facts.get("stages", {}), "decode_s": seconds}

    def _load(self, role: str) -> Any:
        from storyvid.diffusion import loading
        from storyvid.memory.apply import apply_memory

        started = time.perf_counter()
        start: Start = "image" if role == "image_model" else "text"
        what = f"{self.config.name} for pictures" if role == "image_model" else self.config.name
        logger.info(f"Loading the weights of {what} …")
        pipe = self.load_weights(self.pipeline_class(start), role)
        loading.add_loras(pipe, [lora for lora in self.config.loras if self._is_for(lora, start)])
        self._facts["memory"] = apply_memory(pipe, self.memory)
        self._schedulers[role] = pipe.scheduler
        seconds = time.perf_counter() - started
        self._facts["load_s"] += seconds
        logger.info(f"Loaded the weights of {what} in {seconds:.1f} s")
        return pipe

    def _is_for(self, lora: Lora, start: Start) -> bool:
        """One checkpoint takes every LoRA; of two, each takes those that are not for the other."""
        return "image_model" not in self._checkpoints or lora.only in (None, start)

    def load_weights(self, pipeline_class: Any, role: str) -> Any:
        """The pipeline of a checkpoint without its text encoder.

        Args:
            pipeline_class: From `pipeline_class`.
            role: Which checkpoint.
        """
        from storyvid.diffusion import loading, prompts

        checkpoint = self._checkpoints[role]
        files = self.config.gguf if role == "model" else ()
        replaced = {
            part: loading.load_gguf(checkpoint, part, Path(name), self.config.name, self.memory)
            for part, name in zip(("transformer", "transformer_2"), files, strict=False)
        }
        return loading.load_pipeline(pipeline_class, checkpoint, self.memory, without=prompts.TEXT_PARTS, **replaced)

    def _make_room(self, role: str) -> None:
        """Let go of the other checkpoint where both do not fit into RAM; it is loaded again when it is needed."""
        from storyvid.diffusion.loading import free_memory
        from storyvid.diffusion.room import fit_at_once

        others = [other for other in self._pipelines if other != role]
        folders = [self._checkpoints[name].folder for name in (role, *others)]
        if not others or fit_at_once(folders, [Path(name) for name in self.config.gguf], self.memory):
            return
        logger.info(f"Freeing the weights of backend.{others[0]}: they do not fit into RAM together with those of backend.{role}")
        self._pipelines.clear()
        free_memory()

    def _make_room_for_encoder(self, checkpoint: Checkpoint) -> None:
        """The same for a text encoder that is needed when the model is there already, as in a sweep over texts."""
        from storyvid.diffusion.loading import free_memory
        from storyvid.diffusion.room import fit_at_once

        folders = [self._checkpoints[role].folder for role in self._pipelines]
        both_on_card = self.memory.device == "cuda" and self.memory.text_encoder != "cpu" and self.memory.offload != "model"
        files = [Path(name) for name in self.config.gguf]
        if not folders or (not both_on_card and fit_at_once(folders, files, self.memory, encoder=checkpoint.folder)):
            return
        logger.info(
            f"Freeing the weights of {self.config.name} while texts are encoded: they do not fit together with the text encoder"
        )
        self._pipelines.clear()
        free_memory()

    def _cache(self) -> EmbeddingCache:
        from storyvid.diffusion.prompts import EmbeddingCache

        if self._embeddings is None or self._embeddings.folder != self.cache:
            self._embeddings = EmbeddingCache(self.cache)
        return self._embeddings

    def _key(self, start: Start, text: str) -> str:
        from storyvid.diffusion.prompts import embedding_key, encoder_identity

        return embedding_key(
            prompt=text,
            encoder=encoder_identity(self._checkpoints[self.role(start)]),
            dtype=self.memory.dtype,
            text_encoder=self.memory.text_encoder,
            max_sequence_length=self.max_sequence_length,
            kind=self.config.kind,
        )

    def _encode_missing(self, texts: Mapping[str, Start]) -> None:
        import torch

        from storyvid.diffusion import loading, prompts

        missing = [t for t, start in texts.items() if t not in self._too_long and self._cache().find(self._key(start, t)) is None]
        if not missing:
            return
        started = time.perf_counter()
        start = texts[missing[0]]
        checkpoint = self._checkpoints[self.role(start)]
        self._make_room_for_encoder(checkpoint)
        with loading.text_encoder(self.pipeline_class(start), checkpoint, self.memory) as pipe, torch.no_grad():
            for text in missing:
                lost = prompts.lost_words(pipe.tokenizer, self.clean(text), self.max_sequence_length)
                if lost:
                    self._too_long[text] = lost
                else:
                    self._cache().keep(self._key(start, text), prompts.checked(self.encode(pipe, text), text))
        self._facts["encode_s"] += time.perf_counter() - started

    def _check_length(self, shot: ShotRequest, chunk: ChunkRequest) -> None:
        read = (chunk.prompt, shot.negative_prompt) if self.recipe(shot, chunk).guidance_scale > 1 else (chunk.prompt,)
        for text in read if self.limits.takes_text else ():
            if text in self._too_long:
                what = f"its text is longer than the {self.max_sequence_length} tokens that {self.config.name} reads; it would lose"
                raise RenderError(
                    Problem(
                        where_of(shot, chunk), f'{what} "{self._too_long[text]}"', "shorten the text by these words", "long-prompt"
                    )
                )

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


def _all_here(config: DiffusionConfig) -> dict[str, Checkpoint]:
    found = find_checkpoints(config)
    here = {role: checkpoint for role, checkpoint in found.items() if checkpoint is not None}
    problems = [
        Problem(f"backend.{role}", "its weights are not on this machine", "give the render command again, which downloads them")
        for role in found
        if role not in here
    ]
    if problems:
        raise RenderError(problems)
    return here
