"""A chain of chunks whose colours stray: led back without a flicker, told where they are not, the same after every stop."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from storyvid import video
from storyvid.backends.base import ColourMatch
from storyvid.clips.chunks import KeptChunks
from storyvid.clips.record import file_sha256
from storyvid.clips.render import render_shot
from storyvid.clips.store import clear_half_written
from storyvid.continuity.colour import delta_e, mean_lab
from storyvid.continuity.seams import flicker
from tests.clips.straying import StrayingBackend
from tests.continuity.pictures import scene
from tests.films import film, storyboard

SIZE = ("resolution.height=64", "resolution.width=96")
METHODS = ("reinhard", "mkl")
LED_BACK = 0.2  # of the drift; measured: 0.01 to 0.03 of the true one


def quiet(done, total):
    pass


@cache
def prepared():
    return film(storyboard({"duration": 2}, {"duration": 0.5, "continuity": "continue"}), *SIZE, "backend.max_frames=16")


def render(folder, method=None, strength=1.0, shot="S01", first_frames=None, kept=False, **model):
    folder.mkdir(exist_ok=True)
    request = replace(prepared().requests[shot], colour_match=ColourMatch(method, strength) if method else None)
    backend = StrayingBackend(prepared().config.backend, **model)
    chunks = KeptChunks(folder) if kept else None
    clip = render_shot(backend, request, first_frames, folder / "clip.mp4", quiet, (), chunks)
    return clip, list(video.read_frames(clip.path)), backend


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return render(tmp_path_factory.mktemp("plain"))


def drift(clip):
    return [chunk.metrics.get("drift_delta_e", 0.0) for chunk in clip.chunks]


def true_drift(clip, frames, still=True):
    """How far the last chunk is from what the scene really looks like."""
    last = range(clip.num_frames - clip.chunks[-1].kept_frames, clip.num_frames)
    return np.mean([delta_e(mean_lab(frames[n]), mean_lab(scene(n, still=still))) for n in last])


def pumping(frames):
    return flicker([float(frame.mean()) for frame in frames])


def test_the_plain_chain_strays_and_its_numbers_tell(plain):
    clip, frames, _ = plain
    assert len(clip.chunks) == 4
    assert true_drift(clip, frames) > 8
    assert all(later > earlier + 2 for earlier, later in pairwise(drift(clip)))
    assert all(chunk.metrics["seam_delta_e"] > 2 for chunk in clip.chunks[1:])
    assert all(chunk.facts == {} or "colour_match" not in chunk.facts for chunk in clip.chunks)
    assert not any("match_delta_e" in chunk.metrics for chunk in clip.chunks)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "model", [{}, {"holds_first": True}, {"still": False}], ids=["comes back astray", "holds the first", "pans"]
)
def test_a_chain_is_led_back_to_the_colours_of_its_first_chunk(tmp_path, plain, method, model):
    astray, shown, _ = plain if model.get("still", True) else render(tmp_path / "plain", **model)
    clip, frames, _ = render(tmp_path / "matched", method, **model)
    still = model.get("still", True)
    assert true_drift(clip, frames, still) < LED_BACK * true_drift(astray, shown, still)
    assert max(drift(clip)) < LED_BACK * max(drift(astray))
    assert pumping(frames) <= pumping(shown) * 1.02 + 1e-3
    assert all(chunk.metrics["seam_delta_e"] < 0.5 for chunk in clip.chunks[1:])
    assert all(chunk.metrics["match_delta_e"] == pytest.approx(3, abs=0.3) for chunk in clip.chunks[1:])


def test_within_a_chunk_matching_adds_no_flicker(tmp_path, plain):
    clip, _, _ = render(tmp_path / "matched", "reinhard")
    for matched, raw in zip(clip.chunks, plain[0].chunks, strict=True):
        assert matched.metrics["luma_flicker"] <= raw.metrics["luma_flicker"] * 1.02 + 0.02


def test_the_first_chunk_and_all_hashes_are_what_the_model_gave(tmp_path, plain):
    raw, shown, _ = plain
    clip, frames, _ = render(tmp_path / "matched", "reinhard")
    first = clip.chunks[0].kept_frames
    assert all(np.array_equal(one, other) for one, other in zip(frames[:first], shown[:first], strict=True))
    assert clip.chunks[0].frames_sha256 == raw.chunks[0].frames_sha256
    assert clip.chunks[1].frames_sha256 == raw.chunks[1].frames_sha256, "both began from the same frame"
    assert clip.chunks[0].facts.get("colour_match") is None


def test_half_the_strength_leaves_half_of_it(tmp_path, plain):
    whole, half = (render(tmp_path / str(strength), "reinhard", strength)[0] for strength in (1.0, 0.5))
    assert max(drift(whole)) < 0.3 * max(drift(half)) < 0.3 * max(drift(plain[0]))
    assert half.chunks[1].metrics["match_delta_e"] == pytest.approx(whole.chunks[1].metrics["match_delta_e"] / 2, rel=0.05)


def test_drift_that_grows_inside_a_chunk_is_told(tmp_path):
    """At the joins there is nothing to see of it: what was handed comes back as it was."""
    clip, _, _ = render(tmp_path / "matched", "reinhard", within=0.4)
    assert max(drift(clip)) > 5
    assert all(chunk.metrics["seam_delta_e"] < 0.5 for chunk in clip.chunks[1:])


@pytest.mark.parametrize("chunk", [0, 1, 2, 3])
def test_a_stop_in_any_chunk_changes_nothing(tmp_path, chunk):
    whole, _, _ = render(tmp_path / "whole", "reinhard", kept=True)
    with pytest.raises(KeyboardInterrupt):
        render(tmp_path / "stopped", "reinhard", kept=True, stop=(chunk, 7))
    clear_half_written(tmp_path / "stopped")
    again, _, backend = render(tmp_path / "stopped", "reinhard", kept=True)
    assert backend.rendered == list(range(chunk, 4))
    assert file_sha256(again.path) == file_sha256(whole.path)
    assert [one.metrics for one in again.chunks] == [one.metrics for one in whole.chunks]
    assert [one.facts for one in again.chunks] == [one.facts for one in whole.chunks]


def test_a_shot_that_continues_gets_the_colours_of_the_frame_it_was_handed(tmp_path):
    handed = scene(-1)[None]
    shown, matched = (render(tmp_path / str(m), m, shot="S02", first_frames=handed)[0] for m in (None, "reinhard"))
    assert shown.chunks[0].metrics["seam_delta_e"] > 2
    assert matched.chunks[0].metrics["seam_delta_e"] < 0.5
    assert matched.chunks[0].facts["colour_match"]["estimated_from"] == "following"


def test_a_model_that_gives_back_something_else_is_left_alone_and_that_is_recorded(tmp_path):
    class Other(StrayingBackend):
        def _stray(self, frame, chunk, handed):
            return np.ascontiguousarray(frame[::-1])

    request = replace(prepared().requests["S01"], colour_match=ColourMatch("reinhard", 1.0))
    clip = render_shot(Other(prepared().config.backend), request, None, tmp_path / "clip.mp4", quiet, ())
    assert "another picture" in clip.chunks[1].facts["colour_match"]["skipped"]
    assert "match_delta_e" not in clip.chunks[1].metrics
    shown = list(video.read_frames(clip.path))[clip.chunks[0].kept_frames]
    assert np.abs(shown.astype(int) - scene(clip.chunks[0].kept_frames)[::-1]).mean() < 2, "the clip's own encoding"


def test_a_shot_of_one_chunk_that_begins_anew_has_no_joins_to_measure(tmp_path):
    one = film(storyboard({"duration": 1}), *SIZE)
    clip = render_shot(StrayingBackend(one.config.backend), one.requests["S01"], None, tmp_path / "clip.mp4", quiet, ())
    assert [chunk.metrics for chunk in clip.chunks] == [{}]
