"""What is kept of a clip that was cut short: whole chunks and latents, and only those that still fit."""

from __future__ import annotations

import json

import numpy as np
import pytest

from storyvid.backends.animatic.backend import AnimaticBackend
from storyvid.clips import chunks as chunks_module
from storyvid.clips.chunks import KeptChunks, KeptLatents, kept_files
from storyvid.clips.record import file_sha256
from storyvid.clips.render import render_shot
from storyvid.clips.store import clear_half_written
from tests.clips.counting import CountingBackend, Denoising
from tests.films import film, storyboard

SIZE = ("resolution.height=64", "resolution.width=96")
THREE = ("backend.max_frames=25",)  # a shot of two seconds in three chunks


def quiet(done, total):
    pass


class Stopped(CountingBackend):
    """Ctrl-C in the middle of one chunk."""

    def __init__(self, config, at: int) -> None:
        super().__init__(config)
        self.at = at

    def generate_chunk(self, shot, chunk, first_frames, progress):
        for number, frame in enumerate(super().generate_chunk(shot, chunk, first_frames, progress)):
            if (chunk.index, number) == (self.at, 9):
                raise KeyboardInterrupt
            yield frame


def render(backend, prepared, folder, first_frames=None):
    folder.mkdir(exist_ok=True)
    clear_half_written(folder)
    folder.mkdir(exist_ok=True)
    return render_shot(backend, prepared.requests["S01"], first_frames, folder / "clip.mp4", quiet, (), KeptChunks(folder))


@pytest.fixture
def two_seconds():
    return film(storyboard({"duration": 2}), *SIZE, *THREE)


@pytest.mark.parametrize(("stopped_in", "rendered"), [(0, [0, 1, 2]), (1, [1, 2]), (2, [2])])
def test_a_render_goes_on_at_the_chunk_in_which_it_was_stopped(tmp_path, two_seconds, stopped_in, rendered):
    config = two_seconds.config.backend
    with pytest.raises(KeyboardInterrupt):
        render(Stopped(config, stopped_in), two_seconds, tmp_path / "a")
    again = CountingBackend(config)
    clip = render(again, two_seconds, tmp_path / "a")
    assert [index for index, *_ in again.seen] == rendered
    whole = render(CountingBackend(config), two_seconds, tmp_path / "b")
    assert file_sha256(clip.path) == file_sha256(whole.path)
    assert [chunk.frames_sha256 for chunk in clip.chunks] == [chunk.frames_sha256 for chunk in whole.chunks]
    assert [chunk.handoff_frame for chunk in clip.chunks] == [chunk.handoff_frame for chunk in whole.chunks]


def test_what_the_first_try_took_counts(tmp_path, two_seconds):
    with pytest.raises(KeyboardInterrupt):
        render(Stopped(two_seconds.config.backend, 2), two_seconds, tmp_path)
    record = tmp_path / "chunk-000.json"
    values = json.loads(record.read_text(encoding="utf-8"))
    values["record"]["seconds"], values["peak_ram_gb"], values["record"]["facts"] = 1000.0, 900.0, {"peak_vram_gb": 800.0}
    record.write_text(json.dumps(values), encoding="utf-8")
    clip = render(CountingBackend(two_seconds.config.backend), two_seconds, tmp_path)
    assert clip.seconds > 1000
    assert (clip.peak_ram_gb, clip.peak_vram_gb) == (900.0, 800.0)


def test_progress_begins_where_the_render_goes_on(tmp_path, two_seconds):
    with pytest.raises(KeyboardInterrupt):
        render(Stopped(two_seconds.config.backend, 2), two_seconds, tmp_path)
    told = []
    backend, request = CountingBackend(two_seconds.config.backend), two_seconds.requests["S01"]
    render_shot(backend, request, None, tmp_path / "clip.mp4", lambda done, total: told.append(done), (), KeptChunks(tmp_path))
    lengths = [chunk.num_frames for chunk in request.chunks]
    assert told[:3] == [lengths[0], sum(lengths[:2]), sum(lengths[:2]) + 1]
    assert told[-1] == sum(lengths)


@pytest.mark.parametrize("damage", ["flip", "cut", "record", "missing"])
def test_a_damaged_chunk_is_told_and_rendered_again(tmp_path, two_seconds, damage):
    with pytest.raises(KeyboardInterrupt):
        render(Stopped(two_seconds.config.backend, 2), two_seconds, tmp_path)
    kept = tmp_path / "chunk-000.mkv"
    if damage == "flip":
        data = bytearray(kept.read_bytes())
        data[len(data) // 2] ^= 1
        kept.write_bytes(data)
    elif damage == "cut":
        kept.write_bytes(kept.read_bytes()[:50])
    elif damage == "record":
        kept.with_suffix(".json").write_text("{", encoding="utf-8")
    else:
        kept.unlink()
    told: list[str] = []
    sink = chunks_module.logger.add(told.append, format="{message}")
    again = CountingBackend(two_seconds.config.backend)
    render(again, two_seconds, tmp_path)
    chunks_module.logger.remove(sink)
    assert [index for index, *_ in again.seen] == [0, 2], "the second chunk starts from the same frame, so it stays"
    assert damage == "missing" or "The kept chunk 1 is damaged" in told[0]


def test_a_chunk_that_started_from_another_frame_is_not_used(tmp_path, two_seconds):
    with pytest.raises(KeyboardInterrupt):
        render(Stopped(two_seconds.config.backend, 2), two_seconds, tmp_path)
    (tmp_path / "chunk-000.json").unlink()
    again = CountingBackend(two_seconds.config.backend)
    again.frame = lambda shot, chunk, number: CountingBackend.frame(again, shot, chunk, number) ^ 1
    render(again, two_seconds, tmp_path)
    assert [index for index, *_ in again.seen] == [0, 1, 2]


def test_half_a_chunk_is_removed_and_whole_ones_stay(tmp_path, two_seconds):
    with pytest.raises(KeyboardInterrupt):
        render(Stopped(two_seconds.config.backend, 1), two_seconds, tmp_path)
    (tmp_path / ".tmp-77-chunk-001.mkv").write_bytes(b"half")
    (tmp_path / "chunk-002.mkv").write_bytes(b"whole, but its record was not written")
    clear_half_written(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["chunk-000.json", "chunk-000.mkv"]
    assert {path.name for path in kept_files(tmp_path)} == set(names)


def test_the_animatic_goes_on_in_a_shot_that_continues_from_another(tmp_path):
    """Its later chunks still need the picture that the shot began with."""
    prepared = film(storyboard({"duration": 1}, {"duration": 2, "continuity": "continue"}), *SIZE, *THREE)
    request, config = prepared.requests["S02"], prepared.config.backend
    opening = np.full((1, 64, 96, 3), 90, np.uint8)

    def run(folder, stop):
        def progress(done, total):
            if done == stop:
                raise KeyboardInterrupt

        folder.mkdir(exist_ok=True)
        return render_shot(AnimaticBackend(config), request, opening, folder / "clip.mp4", progress, (), KeptChunks(folder))

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "a", request.chunks[0].num_frames + 5)
    assert (tmp_path / "a" / "chunk-000.json").exists()
    assert file_sha256(run(tmp_path / "a", None).path) == file_sha256(run(tmp_path / "b", None).path)


@pytest.mark.parametrize(("stop", "denoised"), [(5, [1, 2]), (1005, [2]), (2005, [])])
def test_a_stop_while_decoding_costs_no_denoising(tmp_path, two_seconds, stop, denoised):
    config = two_seconds.config.backend
    with pytest.raises(KeyboardInterrupt):
        render(Denoising(config, stop), two_seconds, tmp_path / "a")
    again = Denoising(config)
    clip = render(again, two_seconds, tmp_path / "a")
    assert again.denoised == denoised
    assert file_sha256(clip.path) == file_sha256(render(Denoising(config), two_seconds, tmp_path / "b").path)


def test_latents_that_are_found_again_keep_what_is_known_of_their_making(tmp_path, two_seconds):
    with pytest.raises(KeyboardInterrupt):
        render(Denoising(two_seconds.config.backend, 1005), two_seconds, tmp_path)
    chunks = render(Denoising(two_seconds.config.backend), two_seconds, tmp_path).chunks
    assert [chunk.facts["stages"] for chunk in chunks] == [{"denoise_s": 2.0 + n, "decode_s": 1.0} for n in range(3)]
    assert [chunk.facts["step_s"] for chunk in chunks] == [[0.5, 1.5]] * 3


def flipped(data):
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: b"\x00" * 400, lambda data: data[:-3], flipped])
def test_damaged_latents_are_made_again(tmp_path, two_seconds, damage):
    config = two_seconds.config.backend
    with pytest.raises(KeyboardInterrupt):
        render(Denoising(config, 5), two_seconds, tmp_path)
    path = tmp_path / "chunk-000.latents.safetensors"
    path.write_bytes(damage(path.read_bytes()))
    again = Denoising(config)
    render(again, two_seconds, tmp_path)
    assert again.denoised == [0, 1, 2]


def test_latents_from_another_beginning_are_not_used(tmp_path, two_seconds):
    chunk = two_seconds.requests["S01"].chunks[1]
    frames = np.zeros((1, 64, 96, 3), np.uint8)
    kept = KeptChunks(tmp_path)
    kept.keep_latents(1, KeptLatents({"latents": np.ones(3, np.float32)}, {"step_s": [0.5]}), frames)
    found = kept.find_latents(chunk, frames)
    assert (found.arrays["latents"].tolist(), found.facts) == ([1, 1, 1], {"step_s": [0.5]})
    assert kept.find_latents(chunk, frames + 1) is None
    assert kept.find_latents(chunk, None) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chunk-001.latents.safetensors"]
