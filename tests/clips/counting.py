"""A backend whose frames say who made them: red is the chunk, green the frame's number in the shot, blue the sharpness."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from storyvid.backends.base import Backend, ChunkRequest, LatentBackend, ShotRequest


class CountingBackend(Backend):
    """Draws plain frames; every ``sharp_every``-th carries a checkerboard, so that it is the sharpest around.

    Args:
        config: Any backend's configuration; its limits apply.
        sharp_every: Which frames are sharp.
        wrong: A way to break the contract: ``size``, ``count`` or ``dtype``.
    """

    def __init__(self, config, sharp_every: int = 3, wrong: str = "") -> None:
        super().__init__(config)
        self.sharp_every, self.wrong = sharp_every, wrong
        self.seen: list[tuple[int, int, np.ndarray | None]] = []

    def generate_chunk(self, shot: ShotRequest, chunk: ChunkRequest, first_frames, progress) -> Iterator[np.ndarray]:
        self.seen.append((chunk.index, chunk.start_frame, first_frames))
        given = [] if first_frames is None else list(first_frames)
        for n in range(chunk.num_frames - (1 if self.wrong == "count" else 0)):
            progress(n + 1, chunk.num_frames)
            yield given[n] if n < len(given) else self.frame(shot, chunk.index, chunk.start_frame + n)

    def frame(self, shot: ShotRequest, chunk: int, number: int) -> np.ndarray:
        height = shot.height - (2 if self.wrong == "size" else 0)
        frame = np.zeros((height, shot.width, 3), np.float32 if self.wrong == "dtype" else np.uint8)
        frame[..., 0] = 20 + 40 * chunk
        frame[..., 1] = 4 * number
        frame[..., 2] = 50
        if number % self.sharp_every == 0:  # as light as the others
            frame[..., 2] = 0
            frame[::2, ::2, 2] = 200
        return frame


class Denoising(LatentBackend):
    """Latents are numbers; decoding paints them. May be stopped after so many decoded frames. Tells of its last call alone."""

    def __init__(self, config, stop_decoding: int | None = None) -> None:
        super().__init__(config)
        self.denoised: list[int] = []
        self.stop_decoding = stop_decoding

    def denoise_chunk(self, shot, chunk, first_frames, progress):
        self.denoised.append(chunk.index)
        self.told = {"stages": {"denoise_s": 2.0 + chunk.index}, "step_s": [0.5, 1.5]}
        progress(chunk.num_frames, chunk.num_frames)
        start = 0 if first_frames is None else int(first_frames[-1][0, 0, 0])
        return {"latents": np.arange(start, start + chunk.num_frames, dtype=np.float32)}

    def chunk_facts(self):
        return self.told

    def decode_chunk(self, shot, chunk, first_frames, latents):
        self.told = {"stages": {"decode_s": 1.0}}
        for number, value in enumerate(latents["latents"]):
            if self.stop_decoding is not None and chunk.index * 1000 + number == self.stop_decoding:
                raise KeyboardInterrupt
            yield np.full((shot.height, shot.width, 3), value, np.uint8)
