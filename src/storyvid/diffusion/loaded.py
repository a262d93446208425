"""A model's checkpoints on this machine and the pipelines on them: each checkpoint is loaded once, when it is needed."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from loguru import logger

from storyvid.diffusion.checkpoint import Checkpoint, find_checkpoints
from storyvid.errors import Problem, RenderError
from storyvid.record.owner import TEMPORARY, is_left_behind, temporary_name

if TYPE_CHECKING:
    from storyvid.config import Memory
    from storyvid.diffusion.config import DiffusionConfig, Lora

Start = Literal["text", "image"]  # what a chunk starts from
WAITING = ".offload"  # folder of the outputs in which weights wait that RAM does not hold


class LoadedModel:
    """The weights of a backend, once `use` has said which.

    Args:
        memory: How they are fitted to the card.
        pipeline_class: The pipeline of diffusers for chunks that start from text, or from frames.
        folder: Says where groups of weights wait in files; None = the system's folder for temporary files.

    Attributes:
        config: Which weights.
        checkpoints: Where the weights are, by role: ``model``, ``image_model``, ``keyframe``.
        pipelines: What is loaded, by role: as it was loaded, then others on the same parts.
        load_s: Seconds that loading took, since the last `told`.
    """

    config: DiffusionConfig
    checkpoints: dict[str, Checkpoint]

    def __init__(
        self, memory: Memory, pipeline_class: Callable[[Start], Any], folder: Callable[[], Path | None] = lambda: None
    ) -> None:
        self.memory, self._pipeline_class, self._folder = memory, pipeline_class, folder
        self.pipelines: dict[str, list[Any]] = {}
        self.load_s = 0.0
        self._schedulers: dict[str, Any] = {}  # the checkpoints' own
        self._applied: dict[str, dict[str, Any]] = {}  # what was really done for the card's memory, by role
        self._files: list[Path] = []  # folders of groups that wait on disk

    def use(self, config: DiffusionConfig) -> None:
        """Take a film's settings. What is loaded stays: but for a keyframe's, which are never kept, the weights are the same.

        Args:
            config: Of the film.

        Raises:
            RenderError: Weights are not on this machine.
        """
        self.config, self.checkpoints = config, _all_here(config)

    def role(self, start: Start) -> str:
        """Which of the checkpoints a chunk is made with."""
        return "image_model" if start == "image" and "image_model" in self.checkpoints else "model"

    def pipeline(self, start: Start) -> Any:
        """The pipeline with its weights, loaded at the first call. One checkpoint serves several kinds of pipeline."""
        from storyvid.diffusion import loading

        role, pipeline_class = self.role(start), self._pipeline_class(start)
        if role not in self.pipelines:
            self._make_room(role)
            self.pipelines[role] = [self._load(role)]
        pipelines = self.pipelines[role]
        if pipeline_class not in map(type, pipelines):
            pipelines.append(loading.same_parts(pipelines[0], pipeline_class))
        return next(pipe for pipe in pipelines if type(pipe) is pipeline_class)

    def scheduler(self, start: Start) -> Any:
        """The scheduler that came with the checkpoint, once that was loaded."""
        return self._schedulers[self.role(start)]

    def make_room_for_encoder(self, checkpoint: Checkpoint) -> None:
        """Let go of the weights where a text encoder that is needed beside them, as in a sweep over texts, does not fit.

        Args:
            checkpoint: Holds the text encoder.
        """
        from storyvid.diffusion.room import fit_at_once

        folders = [self.checkpoints[role].folder for role in self.pipelines]
        both_on_card = self.memory.device == "cuda" and self.memory.text_encoder != "cpu" and self.memory.offload != "model"
        files = [Path(name) for name in self.config.gguf]
        if not folders or (not both_on_card and fit_at_once(folders, files, self.memory, encoder=checkpoint.folder)):
            return
        logger.info(
            f"Freeing the weights of {self.config.name} while texts are encoded: they do not fit together with the text encoder"
        )
        self.free()

    def told(self) -> float:
        """Seconds that loading took since the last call of this: they are recorded once, where it happened."""
        seconds, self.load_s = self.load_s, 0.0
        return seconds

    def facts(self, start: Start) -> dict[str, Any]:
        """Which checkpoint a chunk is made with and how it is held, in JSON values.

        Args:
            start: What the chunk starts from.
        """
        role = self.role(start)
        applied = self._applied[role]
        return {
            "role": role,
            "commit": self.checkpoints[role].commit,
            "quantization": "gguf" if self.config.gguf and role == "model" else applied.get("quantization"),
            "memory": applied,
        }

    def offload(self, start: Start) -> None:
        """After a call that was not the pipeline's own, such as the VAE's: what waits in RAM goes back there.

        Args:
            start: What the chunk starts from.
        """
        self.pipelines[self.role(start)][0].maybe_free_model_hooks()  # the first one has the hooks

    def free(self) -> None:
        """Let go of the weights; they are loaded again when they are needed."""
        from storyvid.diffusion.loading import free_memory
        from storyvid.memory.apply import uncap

        self.pipelines.clear()
        free_memory()
        uncap(self.memory)
        while self._files:
            shutil.rmtree(self._files.pop(), ignore_errors=True)  # what can't go now goes with the process, or at the next load

    def refit(self, memory: Memory) -> None:
        """Load the weights otherwise the next time they are needed.

        Args:
            memory: How they are fitted to the card from now on.
        """
        self.free()
        self.memory = memory

    def _load(self, role: str) -> Any:
        from storyvid.diffusion import loras
        from storyvid.diffusion.room import fitting_problems
        from storyvid.memory.apply import apply_memory

        problems = fitting_problems(self.config, self.checkpoints[role].folder, self.memory)
        if problems:  # before the weights are read: where RAM does not hold them the whole computer stands still
            raise RenderError(problems)
        started = time.perf_counter()
        start: Start = "image" if role == "image_model" else "text"
        what = f"{self.config.name} for pictures" if role == "image_model" else self.config.name
        logger.info(f"Loading the weights of {what} …")
        files = self._new_files() if self.memory.offload_disk else None
        pipe = self._load_parts(self._pipeline_class(start), role, files)
        fitting = {index: lora for index, lora in enumerate(self.config.loras) if self._is_for(lora, start)}
        loras.add_loras(pipe, fitting, self.config.name, fuse=self.config.fuse_loras)
        self._applied[role] = apply_memory(pipe, self.memory, files=files)
        self._schedulers[role] = pipe.scheduler
        seconds = time.perf_counter() - started
        self.load_s += seconds
        logger.info(f"Loaded the weights of {what} in {seconds:.1f} s")
        return pipe

    def _load_parts(self, pipeline_class: Any, role: str, files: Path | None) -> Any:
        """The pipeline of a checkpoint without its text encoder."""
        from storyvid.diffusion import loading, parts, prompts

        checkpoint = self.checkpoints[role]
        ggufs = self.config.gguf if role == "model" else ()
        replaced = {
            part: loading.load_gguf(checkpoint, part, Path(name), self.config.name, self.memory)
            for part, name in zip(("transformer", "transformer_2"), ggufs, strict=False)
        }
        if not self.config.loras:  # these are laid over whole weights
            replaced |= parts.load_small(checkpoint, self.memory, without=replaced, files=files)
        return loading.load_pipeline(pipeline_class, checkpoint, self.memory, without=prompts.TEXT_PARTS, **replaced)

    def _new_files(self) -> Path:
        """A folder of its own for each loading: diffusers would read the files of another one as its own."""
        parent = self._folder() or Path(tempfile.gettempdir()) / "storyvid"
        for dead in filter(is_left_behind, parent.glob(f"{TEMPORARY}*")):  # a killed run's: as large as a model
            shutil.rmtree(dead, ignore_errors=True)
        folder = parent / temporary_name()
        folder.mkdir(parents=True)
        self._files.append(folder)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)  # a model stays loaded for a sweep's next film, to the end
        return folder

    def _is_for(self, lora: Lora, start: Start) -> bool:
        """One checkpoint takes every LoRA; of two, each takes those that are not for the other."""
        return "image_model" not in self.checkpoints or lora.only in (None, start)

    def _make_room(self, role: str) -> None:
        """Let go of the other checkpoint where both do not fit into RAM."""
        from storyvid.diffusion.room import fit_at_once

        others = [other for other in self.pipelines if other != role]
        folders = [self.checkpoints[name].folder for name in (role, *others)]
        if not others or fit_at_once(folders, [Path(name) for name in self.config.gguf], self.memory):
            return
        logger.info(f"Freeing the weights of backend.{others[0]}: they do not fit into RAM together with those of backend.{role}")
        self.free()


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
