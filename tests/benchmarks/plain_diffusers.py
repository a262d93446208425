"""Clips by diffusers alone, as its documentation writes it: load the pipeline, call it for each shot, export each clip.

python tests/benchmarks/plain_diffusers.py MODEL_FOLDER CALLS.json OUT_FOLDER [--reload]

CALLS.json lists the shots: their name, seed, fps, and the arguments of the pipeline. Imports nothing of storyvid.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import WanPipeline
from diffusers.utils import export_to_video


def load(folder: str) -> Any:
    """The pipeline with all its weights, in float32."""
    return WanPipeline.from_pretrained(folder, dtype=torch.float32)


class Steps:
    """Takes the time of the denoising steps."""

    def __init__(self) -> None:
        self._ended: list[float] = []

    def __call__(self, pipe: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        """Called by the pipeline after every step."""
        self._ended.append(time.perf_counter())
        return {}

    def seconds(self) -> float:
        """Of all steps; the first, whose start is not told, counts as long as the others are."""
        between = len(self._ended) - 1
        return (self._ended[-1] - self._ended[0]) * (between + 1) / between


def main() -> None:
    """Render every shot; what each took and the hash of its frames are written beside the clips."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="folder of the checkpoint")
    parser.add_argument("calls", type=Path, help="what to render")
    parser.add_argument("out", type=Path, help="folder for the clips")
    parser.add_argument("--reload", action="store_true", help="load the pipeline anew for every shot")
    options = parser.parse_args()
    pipe = None
    for shot in json.loads(options.calls.read_text(encoding="utf-8")):
        if pipe is None or options.reload:
            pipe = load(options.model)
        started, steps = time.perf_counter(), Steps()
        generator = torch.Generator("cpu").manual_seed(shot["seed"])
        frames = pipe(**shot["arguments"], generator=generator, output_type="np", callback_on_step_end=steps).frames[0]
        export_to_video(frames, str(options.out / f"{shot['id']}.mp4"), fps=shot["fps"])
        told = {
            "shot_s": time.perf_counter() - started,
            "steps_s": steps.seconds(),
            "frames_sha256": hashlib.sha256(np.round(frames * 255).astype(np.uint8).tobytes()).hexdigest(),
        }
        (options.out / f"{shot['id']}.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()
