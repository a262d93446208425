from __future__ import annotations

import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from storyvid.backends.animatic import Config, load
from storyvid.backends.animatic.backend import DRAWN_AHEAD
from storyvid.backends.animatic.draw import Painter
from storyvid.backends.base import Backend, ChunkRequest, ShotRequest
from storyvid.config import Memory
from storyvid.errors import RenderError

from .shots import make_request

CONF = Path(__file__).parents[3] / "conf" / "backend" / "animatic.yaml"


def make_backend(**keys: Any) -> Backend:
    memory = Memory.model_validate(yaml.safe_load((CONF.parents[1] / "memory" / "cpu.yaml").read_text(encoding="utf-8")))
    return load(Config.model_validate(yaml.safe_load(CONF.read_text(encoding="utf-8")) | keys), memory)


def render(request: ShotRequest, backend: Backend | None = None, first: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
    """All frames of a shot, its chunks handing their last frame on, joins dropped."""
    backend = backend or make_backend()
    frames: list[NDArray[np.uint8]] = []
    for chunk in request.chunks:
        handed = first if chunk.index == 0 else np.stack([frames[chunk.start_frame]])
        made = list(backend.generate_chunk(request, chunk, handed, lambda done, total: None))
        assert len(made) == chunk.num_frames
        frames[chunk.start_frame :] = made
    return np.stack(frames)


def in_chunks(request: ShotRequest, *lengths: int) -> ShotRequest:
    """The same shot in chunks that overlap by one frame."""
    chunks, start = [], 0
    for index, length in enumerate(lengths):
        chunks.append(ChunkRequest(index, length, 5 + index, "", start_frame=start))
        start += length - 1
    return replace(request, chunks=tuple(chunks))


def test_the_config_file_has_exactly_the_keys_of_config() -> None:
    assert set(yaml.safe_load(CONF.read_text(encoding="utf-8"))) == set(Config.model_fields)


def test_importing_the_package_brings_in_nothing_that_draws() -> None:
    code = "import sys, storyvid.backends.animatic; print([m for m in ('numpy', 'cv2', 'PIL', 'torch', 'av') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("movement", ["handheld", "whip_pan"])
def test_chunks_join_without_a_trace(movement: str) -> None:
    request = make_request(num_frames=13, weather="rain", camera={"movement": movement}, height=90, width=160)
    whole = render(request)
    assert np.array_equal(render(in_chunks(request, 5, 5, 5)), whole)
    assert np.array_equal(render(in_chunks(request, 13)), whole)


def test_first_frames_are_repeated_byte_for_byte() -> None:
    request = make_request(num_frames=9, height=90, width=160, opening="frame")
    first = np.random.default_rng(1).integers(0, 255, (2, 90, 160, 3), dtype=np.uint8)
    frames = render(request, first=first)
    assert np.array_equal(frames[:2], first)


def test_a_continued_shot_leaves_the_handed_frame_gently() -> None:
    own = render(make_request(num_frames=24, height=90, width=160))
    first = np.full((1, 90, 160, 3), 30, np.uint8)
    frames = render(make_request(num_frames=24, height=90, width=160, opening="frame"), first=first)
    assert np.array_equal(frames[16:], own[16:])
    distance = [float(np.abs(frame.astype(int) - 30).mean()) for frame in frames[:15]]
    assert distance[0] == 0
    assert distance == sorted(distance)
    assert max(b - a for a, b in pairwise(distance)) < 0.2 * distance[-1]


@pytest.mark.parametrize("opening", ["image", "frame"])
def test_an_opening_picture_joins_over_chunks_too(opening: str) -> None:
    request = make_request(num_frames=19, height=90, width=160, opening=opening, camera={"movement": "pan_right"})
    first = np.random.default_rng(2).integers(0, 255, (1, 90, 160, 3), dtype=np.uint8)
    whole = render(request, first=first)
    assert np.array_equal(whole[0], first[0])
    assert np.array_equal(render(in_chunks(request, 7, 7, 7), first=first), whole)


def test_a_shot_from_an_image_is_that_image_to_the_end() -> None:
    first = np.zeros((1, 90, 160, 3), np.uint8)
    first[..., 1] = 200
    frames = render(make_request(num_frames=12, height=90, width=160, opening="image", camera={"movement": "zoom_in"}), first=first)
    assert np.array_equal(frames[-1], first[0])


def test_a_later_chunk_without_its_opening_picture_is_refused() -> None:
    request = in_chunks(make_request(num_frames=13, opening="image", height=90, width=160), 7, 7)
    handed = np.zeros((1, 90, 160, 3), np.uint8)
    with pytest.raises(RenderError, match="picture that the shot opens with is not known"):
        list(make_backend().generate_chunk(request, request.chunks[1], handed, lambda done, total: None))


def test_first_frames_of_another_size_are_refused() -> None:
    request = make_request(height=90, width=160, opening="frame")
    with pytest.raises(RenderError, match="160x90"):
        next(
            iter(
                make_backend().generate_chunk(
                    request, request.chunks[0], np.zeros((1, 92, 160, 3), np.uint8), lambda done, total: None
                )
            )
        )


def test_frames_are_made_when_they_are_asked_for() -> None:
    told: list[tuple[int, int]] = []
    request = make_request(num_frames=1000, height=36, width=64)
    frames: Iterator[Any] = iter(make_backend().generate_chunk(request, request.chunks[0], None, lambda *step: told.append(step)))
    next(frames)
    next(frames)
    assert told == [(1, 1000), (2, 1000)]


def drawing_threads() -> int:
    return sum(thread.name.startswith("ahead") for thread in threading.enumerate())


def test_a_thread_draws_a_few_frames_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[int, str]] = []

    def painted(painter: Painter, index: int) -> NDArray[np.uint8]:
        drawn.append((index, threading.current_thread().name))
        return np.zeros((painter.height, painter.width, 3), np.uint8)

    monkeypatch.setattr(Painter, "frame", painted)
    request = make_request(num_frames=1000, height=36, width=64)
    tellers: set[str] = set()

    def tell(done: int, total: int) -> None:
        tellers.add(threading.current_thread().name)

    frames = iter(make_backend().generate_chunk(request, request.chunks[0], None, tell))
    next(frames)
    time.sleep(0.2)
    assert [index for index, _ in drawn] == list(range(1 + DRAWN_AHEAD))
    assert {name for _, name in drawn} != tellers == {threading.current_thread().name}
    del frames
    assert len(drawn) == 1 + DRAWN_AHEAD
    assert drawing_threads() == 0


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_no_drawing_goes_on_when_the_clip_is_given_up(error: type[BaseException], tmp_path: Path) -> None:
    request = make_request(num_frames=100, height=36, width=64)

    def stop(done: int, total: int) -> None:
        if done == 5:
            raise error

    with pytest.raises(error):
        make_backend().generate_shot(request, None, tmp_path / "clip.mp4", stop)
    assert drawing_threads() == 0
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_drawing_comes_out_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(painter: Painter, index: int) -> NDArray[np.uint8]:
        raise ValueError("a pencil broke")

    monkeypatch.setattr(Painter, "frame", broken)
    request = make_request(num_frames=9, height=36, width=64)
    with pytest.raises(ValueError, match="a pencil broke") as caught:
        list(make_backend().generate_chunk(request, request.chunks[0], None, lambda done, total: None))
    assert "broken" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert drawing_threads() == 0


def test_the_slate_changes_only_its_strip() -> None:
    request = make_request(num_frames=2)
    plain, slated = render(request), render(request, make_backend(slate=True))
    assert np.array_equal(plain[:, :160], slated[:, :160])
    assert not np.array_equal(plain[:, 165:], slated[:, 165:])
