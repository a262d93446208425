"""What every backend keeps, whatever it draws with. Add a line to `BACKENDS` for a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from storyvid.backends.base import Backend, ChunkRequest, ShotRequest, module_of
from storyvid.config import Memory
from storyvid.storyboard.schema import Shot, Storyboard

CONF = Path(__file__).parents[2] / "conf" / "backend"
Make = Callable[[Path], Backend]


def from_yaml(name: str, **keys: Any) -> Make:
    """A backend as its option sets it up, with a few keys of its own (a tiny checkpoint, say)."""

    def make(folder: Path) -> Backend:
        values = yaml.safe_load((CONF / f"{name}.yaml").read_text(encoding="utf-8")) | keys
        module = module_of(values["kind"])
        memory = Memory.model_validate(yaml.safe_load((CONF.parent / "memory" / "cpu.yaml").read_text(encoding="utf-8")))
        return module.load(module.Config.model_validate(values), memory)

    return make


# name -> (how to make it, height, width, frames of the first chunk)
BACKENDS: dict[str, tuple[Make, int, int, int]] = {
    "animatic": (from_yaml("animatic"), 64, 96, 9),
    "animatic with slate": (from_yaml("animatic", slate=True), 64, 96, 9),
}


def request_for(backend: Backend, height: int, width: int, num_frames: int, seed: int = 3) -> ShotRequest:
    shot = Shot(id="S01", prompt="A woman walks along a beach at sunset")
    chunk = ChunkRequest(0, num_frames, seed, shot.prompt)
    return ShotRequest(
        shot=shot, storyboard=Storyboard(shots=(shot,)), height=height, width=width, fps=Fraction(backend.limits.fps or 24),
        num_frames=num_frames,
        seed=seed, negative_prompt="", num_inference_steps=2, guidance_scale=2.0,
        scheduler=backend.config.published.scheduler, chunks=(chunk,),
        programme_frames=num_frames,
    )  # fmt: skip


def generate(backend: Backend, request: ShotRequest, first: NDArray[np.uint8] | None = None) -> list[NDArray[np.uint8]]:
    backend.prepare([request])
    return list(backend.generate_chunk(request, request.chunks[0], first, lambda done, total: None))


@pytest.mark.parametrize("name", BACKENDS)
class TestEveryBackend:
    def test_frames_are_pictures_of_the_size_and_number_asked_for(self, name: str, tmp_path: Path) -> None:
        make, height, width, count = BACKENDS[name]
        backend = make(tmp_path)
        frames = generate(backend, request_for(backend, height, width, count))
        assert len(frames) == count
        for frame in frames:
            assert frame.shape == (height, width, 3)
            assert frame.dtype == np.uint8
            assert frame.flags.c_contiguous
        assert np.stack(frames).std() > 0
        backend.close()

    def test_the_same_seed_repeats_and_another_differs(self, name: str, tmp_path: Path) -> None:
        make, height, width, count = BACKENDS[name]
        runs = []
        for seed in (3, 3, 4):
            backend = make(tmp_path)
            runs.append(np.stack(generate(backend, request_for(backend, height, width, count, seed))))
            backend.close()
        assert np.array_equal(runs[0], runs[1])
        assert not np.array_equal(runs[0], runs[2])

    def test_rendering_one_shot_leaves_the_next_as_it_was(self, name: str, tmp_path: Path) -> None:
        make, height, width, count = BACKENDS[name]
        backend = make(tmp_path)
        request = request_for(backend, height, width, count)
        alone = np.stack(generate(backend, request))
        generate(backend, request_for(backend, height, width, count, seed=9))
        assert np.array_equal(np.stack(generate(backend, request)), alone)
        backend.close()

    def test_handed_frames_come_first(self, name: str, tmp_path: Path) -> None:
        make, height, width, count = BACKENDS[name]
        backend = make(tmp_path)
        if not backend.limits.accepts_first_frame:
            pytest.skip("this backend starts from text only")
        request = replace(request_for(backend, height, width, count), opening="frame")
        overlap = backend.limits.overlap_frames
        first = np.random.default_rng(0).integers(0, 255, (overlap, height, width, 3), dtype=np.uint8)
        frames = generate(backend, request, first)
        assert len(frames) == count
        assert np.array_equal(np.stack(frames[:overlap]), first)
        backend.close()

    def test_progress_reaches_its_end(self, name: str, tmp_path: Path) -> None:
        make, height, width, count = BACKENDS[name]
        backend = make(tmp_path)
        request = request_for(backend, height, width, count)
        told: list[tuple[int, int]] = []
        backend.prepare([request])
        list(backend.generate_chunk(request, request.chunks[0], None, lambda *step: told.append(step)))
        assert told
        assert told[-1][0] == told[-1][1]
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        backend.close()
