"""What every backend keeps, whatever it draws with. Add a line to `BACKENDS` for a new one."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from storyvid.backends.base import Backend, ChunkRequest, LatentBackend, ShotRequest, module_of
from storyvid.config import Memory
from storyvid.errors import PlanError, StoryvidError
from storyvid.plan import Plan, make_plan
from storyvid.storyboard.schema import Shot, Storyboard
from tests.films import config, storyboard
from tests.tiny import TinyCheckpoint

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


CHECKPOINTS: list[TinyCheckpoint] = []  # what makes them, once the tests have begun


@pytest.fixture(autouse=True)
def _checkpoints(tiny_checkpoint: TinyCheckpoint) -> Iterator[None]:
    CHECKPOINTS.append(tiny_checkpoint)
    yield
    CHECKPOINTS.clear()


def from_tiny(name: str, *, keyframe: bool = False) -> Make:
    """An option on its tiny checkpoint, in one thread: several wait for each other where tensors are so small.

    Args:
        name: The option.
        keyframe: With the text-to-picture model that lies beside it.
    """

    def make(folder: Path) -> Backend:
        import torch

        torch.set_num_threads(1)
        model = CHECKPOINTS[0](name)
        painting = {"keyframe": str(model / "keyframe"), "keyframe_steps": 2} if keyframe else {}
        return from_yaml(name, model=str(model), **painting)(folder)

    return make


# name -> (how to make it, height, width, frames of the first chunk)
BACKENDS: dict[str, tuple[Make, int, int, int]] = {
    "animatic": (from_yaml("animatic"), 64, 96, 9),
    "animatic with slate": (from_yaml("animatic", slate=True), 64, 96, 9),
    "wan": (from_tiny("wan"), 64, 96, 9),
    "wan_fast": (from_tiny("wan_fast"), 64, 96, 9),
    "wan_1_3b": (from_tiny("wan_1_3b"), 64, 96, 9),
    "wan_14b": (from_tiny("wan_14b"), 64, 96, 9),
    "ltx": (from_tiny("ltx"), 64, 96, 17),
    "svd": (from_tiny("svd", keyframe=True), 64, 64, 14),
}


def steps_of(config: Any) -> int:
    """Few, or those that a distilled model is bound to."""
    return int(config.published.steps) if getattr(config, "fixed_recipe", False) else 2


def request_for(backend: Backend, height: int, width: int, num_frames: int, seed: int = 3) -> ShotRequest:
    shot = Shot(id="S01", prompt="A woman walks along a beach at sunset")
    chunk = ChunkRequest(0, num_frames, seed, shot.prompt)
    return ShotRequest(
        shot=shot, storyboard=Storyboard(shots=(shot,)), height=height, width=width, fps=Fraction(backend.limits.fps or 24),
        num_frames=num_frames,
        seed=seed, negative_prompt="", num_inference_steps=steps_of(backend.config), guidance_scale=2.0,
        scheduler=backend.config.published.scheduler, chunks=(chunk,),
        programme_frames=num_frames, first_frame_prompt=shot.prompt,
    )  # fmt: skip


def generate(backend: Backend, request: ShotRequest, first: NDArray[np.uint8] | None = None) -> list[NDArray[np.uint8]]:
    backend.prepare([request])
    return list(backend.generate_chunk(request, request.chunks[0], first, lambda done, total: None))


def plan_for(backend: Backend, height: int, width: int, shot: dict[str, Any], **keys: Any) -> Plan:
    """The plan of one shot (after one second of another) on the backend's own limits."""
    sizes = config(f"resolution.height={height}", f"resolution.width={width}")
    recipe = sizes.sampler.model_copy(update=backend.config.published.model_dump(exclude={"timesteps"}))
    chosen = sizes.model_copy(update={"backend": backend.config.model_copy(update=keys), "sampler": recipe})
    return make_plan(storyboard({"duration": 1, **startable(backend)}, shot), chosen, name="test.json")


def outside(backend: Backend, side: int) -> Iterator[int]:
    """Lengths near an allowed one, in pixels, that the limits forbid."""
    limits = backend.limits
    if limits.size_multiple > 1:
        yield side + 1
    if limits.min_side > limits.size_multiple:
        yield (limits.min_side - 1) // limits.size_multiple * limits.size_multiple
    yield (limits.max_side // limits.size_multiple + 1) * limits.size_multiple


def startable(backend: Backend) -> dict[str, Any]:
    """What a shot must say so that the backend has something to start from."""
    return {"continuity": {"image": "start.png"}} if backend.limits.needs_first_frame else {}


def held_pictures(backend: Backend, smallest: int) -> list[Any]:
    """Arrays and tensors of at least so many bytes that can be reached from a backend, through any object it holds."""
    seen, found, waiting = set[int](), [], [backend]
    while waiting:
        item = waiting.pop()
        if id(item) in seen or isinstance(item, (type, ModuleType, FunctionType)):
            continue
        seen.add(id(item))
        if isinstance(getattr(item, "nbytes", None), int) and item.nbytes >= smallest:
            found.append(item)
        waiting += gc.get_referents(item)
    return found


@dataclass(frozen=True)
class Rendered:
    """What a backend gave for one shot, and what it told meanwhile."""

    frames: list[NDArray[np.uint8]]
    told: list[tuple[int, int]]


@cache
def rendered(name: str) -> Rendered:
    """The shot of seed 3, rendered by a backend of its own that is closed; several tests look at it."""
    make, height, width, count = BACKENDS[name]
    backend = make(Path())
    request = request_for(backend, height, width, count)
    told: list[tuple[int, int]] = []
    backend.prepare([request])
    frames = list(backend.generate_chunk(request, request.chunks[0], None, lambda *step: told.append(step)))
    backend.close()
    return Rendered(frames, told)


@pytest.mark.parametrize("name", BACKENDS)
class TestEveryBackend:
    def test_frames_are_pictures_of_the_size_and_number_asked_for(self, name: str) -> None:
        _, height, width, count = BACKENDS[name]
        frames = rendered(name).frames
        assert len(frames) == count
        for frame in frames:
            assert frame.shape == (height, width, 3)
            assert frame.dtype == np.uint8
            assert frame.flags.c_contiguous
        assert np.stack(frames).std() > 0

    def test_the_same_seed_repeats_and_another_differs(self, name: str, tmp_path: Path) -> None:
        make, height, width, count = BACKENDS[name]
        for seed in (3, 4):
            backend = make(tmp_path)
            frames = generate(backend, request_for(backend, height, width, count, seed))
            assert np.array_equal(np.stack(frames), np.stack(rendered(name).frames)) == (seed == 3)
            backend.close()

    def test_rendering_one_shot_leaves_the_next_as_it_was(self, name: str, tmp_path: Path) -> None:
        make, height, width, count = BACKENDS[name]
        backend = make(tmp_path)
        generate(backend, request_for(backend, height, width, count, seed=9))
        frames = generate(backend, request_for(backend, height, width, count))
        assert np.array_equal(np.stack(frames), np.stack(rendered(name).frames))
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
        if isinstance(backend, LatentBackend):  # a VAE gives pictures back nearly, and one of random weights not at all
            assert not np.array_equal(np.stack(generate(backend, request, 255 - first)), np.stack(frames))
        else:
            assert np.array_equal(np.stack(frames[:overlap]), first)
        backend.close()

    def test_progress_reaches_its_end(self, name: str) -> None:
        told = rendered(name).told
        assert told
        assert told[-1][0] == told[-1][1]
        assert [done for done, _ in told] == sorted(done for done, _ in told)

    def test_sizes_outside_the_limits_are_refused_and_never_rounded(self, name: str, tmp_path: Path) -> None:
        make, height, width, _ = BACKENDS[name]
        backend = make(tmp_path)
        shot = {"duration": 1, **startable(backend)}
        plan = plan_for(backend, height, width, shot)
        assert (plan.height, plan.width) == (height, width)
        for wrong in outside(backend, height):
            with pytest.raises(PlanError, match=f"resolution.height: {wrong} is"):
                plan_for(backend, wrong, width, shot)
        backend.close()

    def test_every_call_is_on_the_grid_and_within_the_longest_clip(self, name: str, tmp_path: Path) -> None:
        make, height, width, _ = BACKENDS[name]
        backend = make(tmp_path)
        limits = backend.limits
        short = limits.round_up(2 * limits.overlap_frames + limits.join_surplus + 8)
        assert short is not None
        with pytest.raises(ValueError, match="max_frames"):
            _ = backend.config.model_copy(update={"max_frames": backend.config.limits.max_frames + 1}).chunk_limits
        if not limits.accepts_first_frame:
            with pytest.raises(PlanError):
                plan_for(backend, height, width, {"duration": 15}, max_frames=short)
            return
        plan = plan_for(backend, height, width, {"duration": 15, **startable(backend)}, max_frames=short)
        chunks = plan.shots[1].chunks
        assert len(chunks) > 1
        for chunk in chunks:
            assert chunk.num_frames <= short
            assert limits.round_up(chunk.num_frames) == chunk.num_frames
        backend.close()

    def test_starting_where_the_model_can_not_is_refused(self, name: str, tmp_path: Path) -> None:
        make, height, width, _ = BACKENDS[name]
        backend = make(tmp_path)
        for keys, shot in (
            ({"accepts_first_frame": False}, {"continuity": "continue"}),
            ({"needs_first_frame": True}, {}),
        ):
            limited = backend.limits.model_copy(update=keys)
            unpainted = {"keyframe": None} if backend.config.makes_first_frames else {}
            with pytest.raises(PlanError, match=r"S02"):
                plan_for(backend, height, width, {"duration": 1, **shot}, limits=limited, **unpainted)
        backend.close()

    def test_first_frames_of_another_size_are_refused(self, name: str, tmp_path: Path) -> None:
        make, height, width, count = BACKENDS[name]
        backend = make(tmp_path)
        if not backend.limits.accepts_first_frame:
            pytest.skip("this backend starts from text only")
        request = replace(request_for(backend, height, width, count), opening="frame")
        wrong = np.zeros((backend.limits.overlap_frames, height, width + backend.limits.size_multiple, 3), np.uint8)
        with pytest.raises(StoryvidError, match=f"{wrong.shape[2]}x{height}"):
            generate(backend, request, wrong)
        backend.close()

    def test_close_lets_go_of_every_picture(self, name: str, tmp_path: Path) -> None:
        make, height, width, count = BACKENDS[name]
        backend = make(tmp_path)
        request = request_for(backend, height, width, count)
        if backend.limits.accepts_first_frame:
            request = replace(request, opening="frame")
            first = np.full((backend.limits.overlap_frames, height, width, 3), 90, np.uint8)
            generate(backend, request, first)
            del first
        else:
            generate(backend, request)
        backend.close()
        gc.collect()
        assert held_pictures(backend, height * width) == []

    def test_a_second_backend_leaves_nothing_in_memory(self, name: str, tmp_path: Path) -> None:
        """The first one may fill tables that all share; what grows with each is a leak, also where no attribute leads to it."""
        make, height, width, count = BACKENDS[name]

        rendered(name)
        gc.collect()
        tracemalloc.start()
        try:
            backend = make(tmp_path)
            generate(backend, request_for(backend, height, width, count, seed=4))
            backend.close()
            weightless = not isinstance(backend, LatentBackend)
            del backend
            gc.collect()
            kept = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        assert kept < (height * width * 3 * count / 2 if weightless else 2**20)  # libraries keep names of weights: 0.2 MB here
