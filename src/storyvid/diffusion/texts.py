"""The texts of shots as a backend's text encoder reads them: each encoded once, one that is too long told at its shot's turn."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from storyvid.diffusion.prompts import EmbeddingCache, checked, embedding_key, encoder_identity, lost_words
from storyvid.errors import Problem, RenderError

if TYPE_CHECKING:
    from storyvid.diffusion.backend import DiffusionBackend
    from storyvid.diffusion.loaded import Start
    from storyvid.diffusion.prompts import Embedding


class Texts:
    """What is known of texts.

    Args:
        backend: Says how a text is cleaned and encoded, by what, and where embeddings are kept.

    Attributes:
        encode_s: Seconds that encoding took, since the last `told`.
    """

    def __init__(self, backend: DiffusionBackend) -> None:
        self._backend = backend
        self._too_long: dict[str, str] = {}  # words that the encoder would not read, by text
        self._kept = EmbeddingCache(backend.cache)
        self.encode_s = 0.0

    def kept(self) -> EmbeddingCache:
        """Where embeddings are, in the folder that the backend names now."""
        if self._kept.folder != self._backend.cache:
            self._kept = EmbeddingCache(self._backend.cache)
        return self._kept

    def find(self, start: Start, text: str) -> Embedding | None:
        """What the text encoder made of a text, or None."""
        return self.kept().find(self._key(start, text))

    def encode(self, wanted: Mapping[str, Mapping[str, Start]]) -> None:
        """Encode every text that is not kept, one by one, and free the encoder.

        Args:
            wanted: Role of a checkpoint -> text -> what a chunk with this text starts from.
        """
        for texts in wanted.values():
            missing = [text for text, start in texts.items() if text not in self._too_long and self.find(start, text) is None]
            if missing:
                self._encode(missing, texts[missing[0]])

    def check(self, texts: Iterable[str], where: str) -> None:
        """Refuse a text whose end the encoder would not read.

        Args:
            texts: Those that are read.
            where: The shot and chunk.

        Raises:
            RenderError: One is too long.
        """
        for text in texts:
            if text in self._too_long:
                longest, name = self._backend.max_sequence_length, self._backend.config.name
                what = f'its text is longer than the {longest} tokens that {name} reads; it would lose "{self._too_long[text]}"'
                raise RenderError(Problem(where, what, "shorten the text by these words", "long-prompt"))

    def told(self) -> float:
        """Seconds that encoding took since the last call of this: they are recorded once."""
        seconds, self.encode_s = self.encode_s, 0.0
        return seconds

    def forget(self) -> None:
        """Let go of embeddings that are held in memory."""
        self._kept = EmbeddingCache(self._backend.cache)

    def _encode(self, texts: Sequence[str], start: Start) -> None:
        self._backend.step_down.run("memory.text_encoder", lambda: "encode", lambda: self._encode_missing(texts, start))

    def _encode_missing(self, texts: Iterable[str], start: Start) -> None:
        import torch

        from storyvid.diffusion import loading

        started, backend = time.perf_counter(), self._backend
        checkpoint = backend.model.checkpoints[backend.model.role(start)]
        backend.model.make_room_for_encoder(checkpoint)
        with loading.text_encoder(backend.pipeline_class(start), checkpoint, backend.memory) as pipe, torch.no_grad():
            for text in texts:
                if self.find(start, text) is not None:  # it is tried again, with the encoder elsewhere
                    continue
                lost = lost_words(pipe.tokenizer, backend.clean(text), backend.max_sequence_length)
                if lost:
                    self._too_long[text] = lost
                else:
                    self.kept().keep(self._key(start, text), checked(backend.encode(pipe, text), text))
        self.encode_s += time.perf_counter() - started

    def _key(self, start: Start, text: str) -> str:
        backend = self._backend
        return embedding_key(
            prompt=text,
            encoder=encoder_identity(backend.model.checkpoints[backend.model.role(start)]),
            dtype=backend.memory.dtype,
            text_encoder=backend.memory.text_encoder,
            max_sequence_length=backend.max_sequence_length,
            kind=backend.config.kind,
        )
