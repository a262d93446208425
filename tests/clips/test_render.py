"""The chunk loop: frames repeated at joins are dropped once, the sharpest frame is handed over, the contract is kept."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from storyvid import video
from storyvid.clips.record import frame_path, preview_path
from storyvid.clips.render import render_shot
from storyvid.errors import RenderError
from tests.clips.counting import CountingBackend
from tests.films import film, storyboard

SIZE = ("resolution.height=64", "resolution.width=96")


def quiet(done, total):
    pass


def render(tmp_path, *shots, overrides=(), first_frames=None, handoff=(), shot="S01", **backend):
    prepared = film(storyboard(*shots), *SIZE, *overrides)
    made = CountingBackend(prepared.config.backend, **backend)
    clip = render_shot(made, prepared.requests[shot], first_frames, tmp_path / "clip.mp4", quiet, handoff)
    return made, clip


def numbers(path):
    """The frame numbers written into the frames' green channel."""
    return [round(float(np.median(frame[..., 1])) / 4) for frame in video.read_frames(path)]


def test_one_chunk_gives_every_frame_once(tmp_path):
    made, clip = render(tmp_path, {"duration": 1})
    assert clip.num_frames == 24
    assert numbers(clip.path) == list(range(24))
    assert made.seen[0][:2] == (0, 0)
    (chunk,) = clip.chunks
    assert (chunk.num_frames, chunk.kept_frames, chunk.dropped_frames, chunk.handoff_frame) == (24, 24, 0, None)


def test_chunks_join_without_a_repeated_or_missing_frame(tmp_path):
    made, clip = render(tmp_path, {"duration": 2}, overrides=("backend.max_frames=25",))
    assert len(clip.chunks) == 3
    assert numbers(clip.path) == list(range(clip.num_frames))
    assert clip.num_frames >= 48
    for index, start, first_frames in made.seen[1:]:
        handed = clip.chunks[index - 1].handoff_frame
        assert start == handed
        assert first_frames.shape == (1, 64, 96, 3)
        assert round(float(np.median(first_frames[..., 1])) / 4) == handed


def test_the_sharpest_surplus_frame_is_handed_over(tmp_path):
    _, clip = render(tmp_path, {"duration": 2}, overrides=("backend.max_frames=29",), sharp_every=5)
    for chunk in clip.chunks[:-1]:
        assert chunk.handoff_frame is not None
        assert chunk.handoff_frame % 5 == 0


def test_the_frame_just_before_the_surplus_may_be_handed_over_too(tmp_path):
    overrides = ("backend.max_frames=29",)
    prepared = film(storyboard({"duration": 2}), *SIZE, *overrides)
    first = prepared.requests["S01"].chunks[0].num_frames - prepared.config.backend.limits.join_surplus - 1
    _, clip = render(tmp_path, {"duration": 2}, overrides=overrides, sharp_every=first)
    assert clip.chunks[0].handoff_frame == first
    assert clip.chunks[0].kept_frames == first + 1


def test_of_equally_sharp_frames_the_last_is_handed_over(tmp_path):
    _, clip = render(tmp_path, {"duration": 2}, overrides=("backend.max_frames=29",), sharp_every=1)
    assert clip.chunks[0].kept_frames == clip.chunks[0].num_frames


def test_several_overlap_frames_are_handed_over_in_order(tmp_path):
    overrides = ("backend.max_frames=33", "backend.limits.overlap_frames=5")
    made, clip = render(tmp_path, {"duration": 2}, overrides=overrides)
    assert numbers(clip.path) == list(range(clip.num_frames))
    first_frames = made.seen[1][2]
    assert [round(float(np.median(frame[..., 1])) / 4) for frame in first_frames] == list(
        range(clip.chunks[0].handoff_frame - 4, clip.chunks[0].handoff_frame + 1)
    )


def test_no_surplus_means_the_last_frame(tmp_path):
    _, clip = render(tmp_path, {"duration": 2}, overrides=("backend.max_frames=25", "backend.limits.join_surplus=0"))
    assert all(chunk.kept_frames == chunk.num_frames - chunk.dropped_frames for chunk in clip.chunks)
    assert numbers(clip.path) == list(range(clip.num_frames))


def test_a_continued_shot_drops_the_frame_it_was_handed(tmp_path):
    handed = np.full((1, 64, 96, 3), 222, np.uint8)
    made, clip = render(tmp_path, {}, {"duration": 1, "continuity": "continue"}, shot="S02", first_frames=handed)
    assert made.seen[0][1] == -1
    assert clip.chunks[0].dropped_frames == 1
    assert numbers(clip.path)[:3] == [0, 1, 2]


def test_a_picture_is_the_first_frame_and_stays(tmp_path):
    (tmp_path / "a.png").touch()
    picture = np.full((1, 64, 96, 3), 100, np.uint8)
    _, clip = render(tmp_path, {"duration": 1, "continuity": {"image": "a.png"}}, first_frames=picture)
    assert clip.num_frames == 24
    assert numbers(clip.path)[0] == 25


def test_frames_to_hand_over_are_kept_losslessly(tmp_path):
    made, clip = render(tmp_path, {"duration": 1}, handoff=(3, 23))
    for number in (3, 23):
        kept = video.read_image(frame_path(tmp_path, number))
        assert np.array_equal(kept, made.frame(film(storyboard({}), *SIZE).requests["S01"], 0, number))
    assert clip.num_frames == 24


def test_the_middle_of_programme_time_is_kept_as_the_preview(tmp_path):
    made, _ = render(tmp_path, {"duration": 1, "transition": "dissolve"}, {"duration": 1})
    request = film(storyboard({}), *SIZE).requests["S01"]
    assert np.array_equal(video.read_image(preview_path(tmp_path)), made.frame(request, 0, 12))


def test_a_frame_beyond_the_clip_cannot_be_handed_over(tmp_path):
    with pytest.raises(RenderError, match="frame 24 is to be handed over"):
        render(tmp_path, {"duration": 1}, handoff=(24,))


def test_chunks_are_hashed_over_what_the_model_gave(tmp_path):
    made, clip = render(tmp_path, {"duration": 1})
    digest = hashlib.sha256()
    request = film(storyboard({"duration": 1}), *SIZE).requests["S01"]
    for number in range(24):
        digest.update(made.frame(request, 0, number).tobytes())
    assert clip.chunks[0].frames_sha256 == digest.hexdigest()


@pytest.mark.parametrize(("wrong", "said"), [("size", r"\(62, 96, 3\)"), ("dtype", "float32"), ("count", "gave 23 frames, not 24")])
def test_a_backend_that_breaks_the_contract_is_named_and_nothing_is_left(tmp_path, wrong, said):
    with pytest.raises(RenderError, match=said):
        render(tmp_path, {"duration": 1}, wrong=wrong)
    assert list(tmp_path.glob("*.mp4")) == []


def test_progress_counts_the_frames_of_all_chunks(tmp_path):
    prepared = film(storyboard({"duration": 2}), *SIZE, "backend.max_frames=25")
    told = []
    render_shot(
        CountingBackend(prepared.config.backend),
        prepared.requests["S01"],
        None,
        tmp_path / "clip.mp4",
        lambda done, total: told.append((done, total)),
        (),
    )
    total = sum(chunk.num_frames for chunk in prepared.plan.shots[0].chunks)
    assert told[-1] == (total, total)
    assert [done for done, _ in told] == list(range(1, total + 1))


def test_the_backend_is_let_go_at_once_when_the_clip_cannot_be_written(tmp_path, monkeypatch):
    """Even while the error, and with it everything on its way, is still being told: a backend may hold a thread or a model."""
    ended = []

    class Slow(CountingBackend):
        def generate_chunk(self, *words):
            try:
                yield from super().generate_chunk(*words)
            finally:
                ended.append(True)

    prepared = film(storyboard({"duration": 1}), *SIZE)

    def refuse(path, frames, fps):
        kept = iter(frames)
        next(kept)
        raise RenderError("the disk is full") from OSError(kept)

    monkeypatch.setattr(video, "write_clip", refuse)
    with pytest.raises(RenderError, match="disk is full") as told:
        render_shot(Slow(prepared.config.backend), prepared.requests["S01"], None, tmp_path / "clip.mp4", quiet, ())
    assert ended
    assert told.value.__cause__.args, "the error still holds the frames"
