"""A model whose colours go astray: what it is handed comes back, and goes on, in other colours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from storyvid.backends.base import Backend, ChunkRequest, ShotRequest
from tests.continuity.pictures import drifted, scene

GAIN, OFFSET = 1.03, (5.0, 1.0, -4.0)  # of each way through the model


class StrayingBackend(Backend):
    """Shows a scene; each chunk strays from the colours of the frame it is handed, and so goes on where the last one ended.

    Args:
        config: Any backend's configuration; its limits apply.
        holds_first: The handed frame comes back as it was, and the colours change right after it.
        still: Whether the camera is.
        stop: (chunk, frame) at which Ctrl-C comes.
        within: Levels by which the light rises from each frame to the next inside a chunk.
    """

    def __init__(
        self, config, *, holds_first: bool = False, still: bool = True, stop: tuple[int, int] | None = None, within: float = 0.0
    ) -> None:
        super().__init__(config)
        self.holds_first, self.still, self.stop, self.within = holds_first, still, stop, within
        self.rendered: list[int] = []
        self._off: dict[int, np.ndarray] = {}  # by chunk: what its handed frame's colours are off, as a line in the colours drawn

    def generate_chunk(self, shot: ShotRequest, chunk: ChunkRequest, first_frames, progress) -> Iterator[np.ndarray]:
        self.rendered.append(chunk.index)
        for n in range(chunk.num_frames):
            if self.stop == (chunk.index, n):
                raise KeyboardInterrupt
            progress(n + 1, chunk.num_frames)
            frame = scene(chunk.start_frame + n, still=self.still, size=(shot.height, shot.width))
            if first_frames is not None:
                frame = first_frames[0] if n == 0 and self.holds_first else self._stray(frame, chunk, first_frames[-1])
            yield np.clip(frame + np.rint(self.within * n), 0, 255).astype(np.uint8) if self.within else frame

    def _stray(self, frame: np.ndarray, chunk: ChunkRequest, handed: np.ndarray) -> np.ndarray:
        """In the colours of the handed frame, as far as these are off already, and the usual way further."""
        if chunk.index not in self._off:
            as_drawn = scene(chunk.start_frame + chunk.dropped_frames - 1, still=self.still, size=frame.shape[:2])
            off = (handed.astype(np.float32) - as_drawn).reshape(-1, 3)
            self._off[chunk.index] = np.linalg.lstsq(_with_ones(as_drawn), off, rcond=None)[0]
        handed_on = frame + (_with_ones(frame) @ self._off[chunk.index]).reshape(frame.shape)
        return drifted(np.clip(handed_on, 0, 255), GAIN, OFFSET)


def _with_ones(frame: np.ndarray) -> np.ndarray:
    pixels = frame.reshape(-1, 3).astype(np.float64)
    return np.column_stack([pixels, np.ones(len(pixels))])
