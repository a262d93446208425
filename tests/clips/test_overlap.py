"""One shot is encoded while the next is denoised: order, threads, failures, Ctrl-C, and nothing else than without it."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable
from contextlib import closing

import numpy as np
import pytest
from loguru import logger

from storyvid.backends.animatic import Config
from storyvid.clips import render, shots
from storyvid.clips.chunks import kept_files
from storyvid.clips.overlap import SharedModel, Stage, Turn, two_at_a_time
from storyvid.clips.record import file_sha256
from storyvid.clips.store import ClipStore
from storyvid.errors import Problem, RenderError
from storyvid.progress import FilmProgress
from tests.clips.counting import Denoising
from tests.films import film, storyboard

SIZE = ("resolution.height=64", "resolution.width=96", "backend.max_frames=25")
THREE = {"duration": 1.5}, {"duration": 1.5, "prompt": "A man in a cave."}, {"duration": 1.5, "prompt": "A dog in a cave."}


class Model(Denoising):
    """Paints every shot in its own colours, and may do something before it denoises a chunk."""

    def __init__(self, config, before: Callable[[str, int], None] = lambda shot, chunk: None) -> None:
        super().__init__(config)
        self.before, self.threads, self.order = before, set(), []

    def prepare(self, requests) -> None:
        self.threads.add(threading.current_thread())

    def denoise_chunk(self, shot, chunk, first_frames, progress):
        self.threads.add(threading.current_thread())
        self.order.append((shot.shot.id, chunk.index))
        self.before(shot.shot.id, chunk.index)
        latents = super().denoise_chunk(shot, chunk, first_frames, progress)["latents"]
        return {"latents": latents if first_frames is not None else latents + int(shot.shot.id[1:]) * 50}


def prepare(tmp_path, monkeypatch, *told, before=lambda shot, chunk: None, overlaps=True, **project):
    """A film, and the model that renders it."""
    prepared = film(storyboard(*(told or THREE), **project), *SIZE, folder=tmp_path)
    model = Model(prepared.config.backend, before)
    monkeypatch.setattr(Config, "overlaps", overlaps)
    monkeypatch.setattr(shots, "load_backend", lambda config, memory: model)
    return prepared, model


def finish(prepared, folder):
    """All finished shots, until the film ends or is stopped."""
    finished, stopped = [], False
    with FilmProgress(1, 1) as progress, closing(shots.render_shots(prepared, ClipStore(folder), progress)) as rendering:
        try:
            finished.extend(rendering)  # what came before an error is kept
        except KeyboardInterrupt:
            stopped = True
    assert not [thread for thread in threading.enumerate() if thread.name == "shot"]
    assert not list((folder / "work").glob("*.lock"))
    return finished, stopped


def test_a_shot_is_encoded_while_the_next_is_denoised(tmp_path, monkeypatch):
    begun = threading.Event()
    prepared, model = prepare(tmp_path, monkeypatch, before=lambda shot, chunk: shot == "S02" and begun.set())
    write_clip = render.video.write_clip

    def write_slowly(path, frames, fps):
        written = write_clip(path, frames, fps)
        assert begun.wait(10), "the second shot waits for the first one's file"
        return written

    monkeypatch.setattr(render.video, "write_clip", write_slowly)
    finished, _ = finish(prepared, tmp_path / ".clips")
    assert [(shot.planned.shot.id, shot.error) for shot in finished] == [("S01", None), ("S02", None), ("S03", None)]
    assert model.order == [(shot, chunk) for shot in ("S01", "S02", "S03") for chunk in (0, 1)]
    assert model.threads == {threading.main_thread()}


def test_the_clips_are_those_that_come_out_without(tmp_path, monkeypatch):
    told = *THREE, {"duration": 1, "continuity": "continue"}
    made = []
    for overlaps in (False, True):
        prepared, _ = prepare(tmp_path, monkeypatch, *told, overlaps=overlaps)
        finished, _ = finish(prepared, tmp_path / str(overlaps))
        made.append([(shot.key, shot.because, file_sha256(shot.clip.path), shot.clip.chunks[-1].facts) for shot in finished])
    assert made[0] == made[1]


def test_a_failing_shot_stops_only_those_that_continue_from_it(tmp_path, monkeypatch):
    def before(shot, chunk):
        if shot == "S01" and chunk == 1:
            raise RenderError(Problem('shot "S01", chunk 2', "out of ink"))

    told = THREE[0], {"duration": 1, "continuity": "continue"}, THREE[2]
    prepared, model = prepare(tmp_path, monkeypatch, *told, before=before)
    logged: list[str] = []
    sink = logger.add(lambda message: logged.append(message.record["message"]), level="ERROR")
    finished, _ = finish(prepared, tmp_path / ".clips")
    logger.remove(sink)
    reasons = ['shot "S01", chunk 2: out of ink', 'it continues from shot "S01", which failed', None]
    assert [shot.error for shot in finished] == reasons
    assert logged == ['Shot "S01" failed: chunk 2: out of ink', f'Shot "S02" failed: {reasons[1]}'], "named once"
    assert model.order == [("S01", 0), ("S01", 1), ("S03", 0), ("S03", 1)]


@pytest.mark.parametrize("stop", ["S01", "S02"])
def test_ctrl_c_keeps_what_is_finished(tmp_path, monkeypatch, stop):
    def before(shot, chunk):
        if (shot, chunk) == (stop, 1):
            raise KeyboardInterrupt  # as the signal does in the thread that calls the model

    prepared, _ = prepare(tmp_path, monkeypatch, before=before)
    finished, stopped = finish(prepared, tmp_path / ".clips")
    assert stopped
    assert [shot.planned.shot.id for shot in finished] == ([] if stop == "S01" else ["S01"])
    (workplace,) = (tmp_path / ".clips" / "work").iterdir()
    kept = sorted(path.name for path in workplace.iterdir())
    assert kept == ["chunk-000.json", "chunk-000.latents.safetensors", "chunk-000.mkv"]
    assert {path.name for path in kept_files(workplace)} == set(kept)
    prepared, model = prepare(tmp_path, monkeypatch)
    again, stopped = finish(prepared, tmp_path / ".clips")
    assert not stopped
    assert model.order[0] == (stop, 1)
    assert [shot.reused for shot in again] == [stop == "S02", False, False]


def test_ctrl_c_ends_the_wait_for_another_process(tmp_path, monkeypatch):
    prepared, model = prepare(tmp_path, monkeypatch, {"duration": 0.5})
    store = ClipStore(tmp_path / ".clips")
    waiting = threading.Event()
    monkeypatch.setattr("storyvid.clips.store.SOON_S", 0.1)
    monkeypatch.setattr("storyvid.clips.store.logger.info", lambda *words: waiting.set())
    key = shots.Lookup(prepared, store).wanted(prepared.plan.shots[0], ()).key
    threading.Thread(target=lambda: (waiting.wait(30), _thread.interrupt_main()), daemon=True).start()
    with store.lock(key), FilmProgress(1, 1) as progress, pytest.raises(KeyboardInterrupt):
        next(shots.render_shots(prepared, store, progress))
    assert model.order == []
    assert not [thread for thread in threading.enumerate() if thread.name == "shot"]


def test_two_shots_that_are_one_clip_are_rendered_once(tmp_path, monkeypatch):
    told = {"duration": 1, "seed": 5}, {"duration": 1, "seed": 5}
    prepared, model = prepare(tmp_path, monkeypatch, *told)
    finished, _ = finish(prepared, tmp_path / ".clips")
    assert [shot.reused for shot in finished] == [False, True]
    assert model.order == [("S01", 0)]


def test_no_more_than_two_jobs_are_in_work():
    at_once, most = [], []

    def job(number: int) -> Callable[[Turn], int]:
        def run(turn: Turn) -> int:
            at_once.append(number)
            most.append(len(at_once))
            turn.stage.ask(lambda: None)
            turn.leave()
            at_once.remove(number)
            return number

        return run

    assert list(two_at_a_time([job(number) for number in range(20)])) == list(range(20))
    assert max(most) <= 2


def test_frames_are_let_go_of_one_by_one(tmp_path, monkeypatch):
    """What is held of a clip that is being encoded shrinks to nothing."""
    prepared, model = prepare(tmp_path, monkeypatch, {"duration": 1})
    stage = Stage()
    request, steps = prepared.requests["S01"], []
    turn = Turn(stage)
    shared = SharedModel(model, turn, lambda step, total: steps.append((step, total)))
    held = []

    def shot() -> None:
        latents = shared.denoise_chunk(request, request.chunks[0], None, lambda step, total: None)
        frames = shared.decode_chunk(request, request.chunks[0], None, latents)
        held.extend(len(frames.gi_frame.f_locals["frames"]) for _ in frames)
        stage.tell()

    thread = threading.Thread(target=shot)
    thread.start()
    stage.serve(until=lambda: not thread.is_alive())
    count = request.chunks[0].num_frames
    assert held == list(range(count - 1, -1, -1))
    assert steps == [(count, count)]
    assert not turn.needs_model
    assert np.isclose(shared.chunk_facts()["stages"]["decode_s"], 1.0)
