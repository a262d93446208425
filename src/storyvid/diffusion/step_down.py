"""Full memory of the card while a model works: the next rung of the ladder is taken, and the same work is done again.

What was denoised before is kept, so that the rungs of decoding cost no step; a chunk that is denoised again begins from its
seeds, and gives what a film gives that began at this rung.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from loguru import logger

from storyvid.diffusion.loading import free_memory
from storyvid.diffusion.room import machine_problems
from storyvid.errors import Problem, RenderError
from storyvid.memory.ladder import (
    OFFLOADS,
    TEXT_ENCODERS,
    Abilities,
    Rung,
    Stage,
    Stand,
    after,
    between,
    first_stand,
    lower_of,
    next_rung,
    shorter_chunk,
)
from storyvid.memory.remembered import NOTES, Fitting, card_of, find_fitting, fitting_key, keep_fitting
from storyvid.memory.settings import refused_settings
from storyvid.memory.shortage import (
    DECODING,
    DENOISING,
    ENCODING,
    LOADING,
    OPENING,
    PAINTING,
    CardFullError,
    is_full_card,
    shortage,
)
from storyvid.memory.tiles import lay_tiles

if TYPE_CHECKING:
    from storyvid.backends.base import ShotRequest
    from storyvid.diffusion.backend import DiffusionBackend

T = TypeVar("T")
STAGES = {"encode": ENCODING, "load": LOADING, "paint": PAINTING, "open": OPENING, "denoise": DENOISING, "decode": DECODING}


class StepDown:
    """How far down a backend's model is, and the way from there.

    Args:
        backend: Whose ``memory`` is changed where weights have to wait elsewhere; smaller tiles and the like are this object's.

    Attributes:
        stand: How far down the model is.
        taken: The rungs in force, in JSON values, in the order in which they were taken: ``stage`` (``remembered`` for those of
            an earlier film), ``rung``, ``value``, ``because``.
    """

    def __init__(self, backend: DiffusionBackend) -> None:
        self._backend, self._asked = backend, backend.memory
        self.stand = first_stand(self._asked)
        self.taken: list[dict[str, Any]] = []
        self._size = (0, 0)
        self._longest = 0

    def begin(self, shots: Sequence[ShotRequest]) -> None:
        """Learn what comes next. With another size all is tried anew, unless an earlier film has found it out.

        Args:
            shots: Of one film; none do nothing.
        """
        if not shots:
            return
        size = shots[0].height, shots[0].width
        self._longest = max(chunk.num_frames for shot in shots for chunk in shot.chunks)
        if size != self._size:
            if self.taken:
                self._backend.model.free()  # its tiles are another size's
            self._size, self.taken = size, []
            self._use(first_stand(self._asked))
        known = self._known()
        if known is not None and known.frames <= self._longest:
            self._go_on_from(known.stand)

    def run(self, where: str, stage: Callable[[], Stage], work: Callable[[], T]) -> T:
        """Do something that may need more of the card than there is, with less and less until it fits.

        Args:
            where: The shot and chunk, or the setting, for messages.
            stage: What is being done; asked for when memory is full.
            work: Does it, from the beginning each time.

        Raises:
            CardFullError: Nothing is left to try.
            RenderError: The computer's memory is full: nothing is tried then.
        """
        before = self.stand, list(self.taken)
        while True:
            try:
                done = work()
            except Exception as error:
                now = stage()
                full = _full(error, where, now)
                if full is None:
                    raise
                rung = self._next(now) if full.code == "card-full" and self._asked.step_down else None
                if rung is None:
                    raise self._at_the_end(full, *before) from error
            else:
                if self.stand != before[0]:
                    self._remember()
                return done
            # Not before the error is let go of: the frames of its traceback hold what was on the card.
            self._take(now, rung, full)

    def fit(self, pipe: Any) -> Any:
        """A loaded pipeline with tiles as small as they have to be."""
        tile, vae = self.stand.tile, pipe.vae
        if tile is not None and (not vae.use_tiling or vae.tile_sample_min_height != tile):
            lay_tiles(vae, tile)
        return pipe

    @contextmanager
    def decoding(self, pipe: Any) -> Iterator[None]:
        """While the block runs, the VAE is where it has to decode: as it is, or on the processor, in float32, which loses nothing.

        Args:
            pipe: The pipeline, loaded.
        """
        if not self.stand.on_processor:
            yield
            return
        vae, device, dtype = pipe.vae, pipe.vae.device, pipe.vae.dtype
        if hasattr(vae, "_hf_hook"):
            from accelerate.hooks import remove_hook_from_module

            remove_hook_from_module(vae)  # it would send the VAE to the card; `LoadedModel.offload` has a new one made
        torch.nn.Module.to(vae, "cpu", torch.float32)  # diffusers' own warns of every change of type
        try:
            yield
        finally:
            torch.nn.Module.to(vae, device, dtype)

    def at_once(self, frames: int) -> int:
        """How many frames are decoded at once.

        Args:
            frames: As the option has it.
        """
        return min(frames, self.stand.frames or frames)

    def facts(self) -> dict[str, Any]:
        """For a chunk's record; nothing where no rung was needed."""
        return {"rungs": [dict(rung) for rung in self.taken]} if self.taken else {}

    # How it is done.

    def _next(self, stage: Stage) -> Rung | None:
        """The next rung; asked for while the error is at hand, since it looks at the pipeline that raised it."""
        vae = next((pipes[0].vae for pipes in self._backend.model.pipelines.values()), None)
        can = Abilities(
            text_encoders=tuple(kind for kind in TEXT_ENCODERS if self._can_be(text_encoder=kind)),
            offloads=tuple(kind for kind in OFFLOADS if self._can_be(offload=kind) and self._ram_holds(offload=kind)),
            tile=getattr(vae, "tile_sample_min_height", None) if hasattr(vae, "use_tiling") else None,
            tiled=bool(getattr(vae, "use_tiling", False)),
            longest_side=max(self._size),
            frames=self._backend.frames_at_once,
        )
        return next_rung(self.stand, stage, can)

    def _can_be(self, **setting: str) -> bool:
        return not refused_settings(self._asked.model_copy(update=setting))

    def _ram_holds(self, **setting: str) -> bool:
        """What waits in RAM has to have room there."""
        return not machine_problems(self._backend.config, self._asked.model_copy(update=setting))

    def _take(self, stage: Stage, rung: Rung, full: Problem) -> None:
        free_memory()
        logger.warning("{}: {}; trying {}", full.where, full.what, rung)
        self.taken.append({"stage": stage, "rung": rung.name, "value": rung.value, "because": full.what})
        self._use(after(self.stand, rung))

    def _use(self, stand: Stand) -> None:
        backend, self.stand = self._backend, stand
        memory = self._asked.model_copy(update={"text_encoder": stand.text_encoder, "offload": stand.offload})
        if memory.offload != backend.memory.offload:
            backend.model.refit(memory)
        backend.memory = backend.model.memory = memory

    def _at_the_end(self, full: Problem, stand: Stand, taken: list[dict[str, Any]]) -> RenderError:
        """What is raised where nothing is left to try. What did not help is taken back: the next shot may be a lighter one."""
        if full.code != "card-full":
            return RenderError(full)
        tried = [str(Rung(rung["rung"], rung["value"])) for rung in self.taken]
        what = f"{full.what}; tried: {', '.join(tried)}" if tried else full.what
        shorter = shorter_chunk(self._backend.limits, self._longest)
        fix = full.fix.replace("a smaller backend.max_frames", f"backend.max_frames={shorter}" if shorter else "a shorter shot")
        for rung in tried:
            fix = fix.replace(f"{rung}, ", "")  # of what is advised
        self.taken = taken
        self._use(stand)
        return CardFullError(replace(full, what=what, fix=fix))

    # What is remembered.

    def _outputs(self) -> Path | None:
        return self._backend.cache.parent if self._backend.cache is not None and self._asked.step_down else None

    def _key(self) -> str | None:
        card = card_of(self._asked)
        config = self._backend.config
        weights = [config.model, *map(str, config.gguf or ()), len(config.loras)]
        return None if card is None else fitting_key(card, config.name, *self._size, self._asked, weights)

    def _known(self) -> Fitting | None:
        outputs = self._outputs()
        key = None if outputs is None else self._key()
        return None if outputs is None or key is None else find_fitting(outputs, key)

    def _remember(self) -> None:
        outputs = self._outputs()
        key = None if outputs is None else self._key()
        if outputs is not None and key is not None:
            known = find_fitting(outputs, key) or Fitting(self.stand, self._longest)
            keep_fitting(outputs, key, known.and_also(self.stand, self._longest))

    def _go_on_from(self, stand: Stand) -> None:
        """Begin where an earlier film had to go."""
        below = lower_of(self.stand, stand)
        rungs = list(between(self.stand, below))
        if not rungs:
            return
        because = f"An earlier film filled {card_of(self._asked)}"
        self.taken += [{"stage": "remembered", "rung": rung.name, "value": rung.value, "because": because} for rung in rungs]
        logger.info("{}: {}. To try anew, delete outputs/{}", because, ", ".join(map(str, rungs)), NOTES)
        self._use(below)


def _full(error: Exception, where: str, stage: Stage) -> Problem | None:
    """What to tell of full memory; None of an error of another kind, or one that is told already and can't be helped."""
    if isinstance(error, RenderError):
        return error.problems[0] if is_full_card(error) else None
    return shortage(error, where, STAGES[stage])
