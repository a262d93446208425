"""Sound written in step with the picture."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import av
import numpy as np

AUDIO_RATE = 48_000


class PlaceholderSound:
    """A stereo AAC track of silence or a quiet tone, written in step with the picture.

    Args:
        container: The film's file.
        kind: silence or tone (440 Hz at -40 dBFS).
    """

    def __init__(self, container: av.container.OutputContainer, kind: Literal["silence", "tone"]) -> None:
        self._container = container
        self._stream = container.add_stream("aac", rate=AUDIO_RATE, layout="stereo")
        turns = np.arange(1200) * 11 / 1200  # 440 Hz at 48 kHz repeats after 11 turns in 1200 samples
        wave = 0.01 * np.sin(2 * np.pi * turns) if kind == "tone" else np.zeros(1200)
        self._wave = wave.astype(np.float32)
        self._samples = 0

    def write_until(self, seconds: Fraction) -> None:
        """Add samples up to a time of the film, to the nearest sample."""
        until = int(seconds * AUDIO_RATE + Fraction(1, 2))
        if until <= self._samples:
            return
        mono = self._wave[np.arange(self._samples, until) % len(self._wave)]
        frame = av.AudioFrame.from_ndarray(np.stack([mono, mono]), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = AUDIO_RATE, self._samples, Fraction(1, AUDIO_RATE)
        self._container.mux(self._stream.encode(frame))
        self._samples = until

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._container.mux(self._stream.encode(None))
