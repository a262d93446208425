"""The plan: arithmetic on frames, the model's grid, seeds, joins, and what a backend can't do."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyvid.backends.base import BackendLimits
from storyvid.errors import PlanError
from storyvid.plan import make_plan
from storyvid.plan.chunks import chunk_lengths
from storyvid.plan.timing import count_programme_frames, derive_seed, even_frames
from tests.films import config, storyboard

FPS = Fraction(24)
WAN = BackendLimits(fps=16, frame_step=4, frame_offset=1, max_frames=81, size_multiple=16, min_side=16, max_side=2048)
LTX = BackendLimits(
    fps=24, frame_step=8, frame_offset=1, max_frames=257, size_multiple=32, min_side=32, max_side=2048, overlap_frames=9
)
SVD = BackendLimits(fps=7, frame_counts=(14, 25), max_frames=25, size_multiple=64, min_side=64, max_side=2048)
TOY = BackendLimits(fps=None, max_frames=30, size_multiple=2, min_side=2, max_side=2048)


def plan(*shots, overrides=(), typed=(), **project):
    return make_plan(storyboard(*shots, **project), config(*overrides), typed=typed, name="test.json")


def problems(*shots, overrides=(), **project):
    with pytest.raises(PlanError) as caught:
        plan(*shots, overrides=overrides, **project)
    return [str(problem) for problem in caught.value.problems]


def test_shots_end_at_the_rounded_running_sum():
    thirds = [Fraction("0.73")] * 7
    frames = count_programme_frames(thirds, FPS)
    assert sum(frames) == int(sum(thirds) * FPS + Fraction(1, 2)) == 123
    assert frames == [18, 17, 18, 17, 18, 17, 18]


def test_ntsc_rates_are_exact():
    assert count_programme_frames([Fraction(10)] * 3, Fraction(24000, 1001)) == [240, 240, 239]


@pytest.mark.parametrize(("frame", "handed"), [("last", 9), (8, 9), (7, 1), ("first", 1)])
def test_a_shot_starts_from_as_many_frames_as_the_model_takes_or_from_one(frame, handed):
    shots = ({"duration": 1}, {"duration": 1, "continuity": {"from": "S01", "frame": frame}})
    second = plan(*shots, overrides=("backend.limits.overlap_frames=9",)).shots[1]
    assert second.opening.handed_frames(9) == second.chunks[0].dropped_frames == handed
    assert second.chunks[0].num_frames >= 24 + handed


@pytest.mark.parametrize(("duration", "frames"), [(0.5, 12), (0.04, 0), (0.042, 2), (0.3, 8), (1, 24), (0, 0)])
def test_transitions_have_an_even_number_of_frames(duration, frames):
    assert even_frames(duration, FPS) == frames


@pytest.mark.parametrize(
    ("limits", "wanted", "rounded"),
    [
        (WAN, 1, 1),
        (WAN, 2, 5),
        (WAN, 80, 81),
        (WAN, 82, None),
        (LTX, 120, 121),
        (SVD, 14, 14),
        (SVD, 15, 25),
        (SVD, 26, None),
        (TOY, 7, 7),
    ],
)
def test_frame_counts_round_up_to_the_grid(limits, wanted, rounded):
    assert limits.round_up(wanted) == rounded


def covered(lengths, limits, opening):
    """Frames that are sure to be kept, whichever frame is handed over."""
    return sum(lengths) - opening - (len(lengths) - 1) * (limits.overlap_frames + limits.join_surplus)


@settings(max_examples=300, deadline=None)
@given(asked=st.integers(1, 900), limits=st.sampled_from([WAN, LTX, SVD, TOY]), opening=st.booleans())
def test_chunks_cover_the_shot_on_the_grid_with_no_chunk_too_many(asked, limits, opening):
    opening_frames = limits.overlap_frames if opening else 0
    lengths = chunk_lengths(asked, limits, opening_frames=opening_frames)
    assert lengths is not None
    assert all(limits.round_up(length) == length for length in lengths)
    assert covered(lengths, limits, opening_frames) >= asked
    if len(lengths) > 1:
        longest = [limits.longest] * (len(lengths) - 1)
        assert covered(longest, limits, opening_frames) < asked
    step = max(limits.frame_step, 11 if limits is SVD else 1)
    assert max(lengths) - min(lengths) <= step


@settings(max_examples=300, deadline=None)
@given(
    asked=st.integers(1, 900),
    step=st.integers(1, 9),
    offset=st.integers(0, 3),
    most=st.integers(4, 90),
    overlap=st.integers(1, 12),
    surplus=st.integers(0, 8),
)
def test_any_limits_give_chunks_that_cover_the_shot_or_a_refusal(asked, step, offset, most, overlap, surplus):
    if most < offset + step:
        most = offset + step
    limits = BackendLimits(
        fps=24,
        frame_step=step,
        frame_offset=offset,
        max_frames=most,
        size_multiple=2,
        min_side=2,
        max_side=99,
        overlap_frames=overlap,
        join_surplus=surplus,
    )
    lengths = chunk_lengths(asked, limits, opening_frames=0)
    if lengths is None:
        assert limits.longest < asked
        assert limits.longest < 2 * overlap + surplus
    else:
        assert covered(lengths, limits, 0) >= asked


def test_a_shot_that_no_chunks_can_cover_is_refused():
    tiny = TOY.model_copy(update={"max_frames": 4})
    assert chunk_lengths(5, tiny, opening_frames=0) is None
    text = problems({"duration": 4}, overrides=("backend.max_frames=4",))
    assert "can't be covered" in text[0]
    assert "Fix: set backend.max_frames to 6 or more, or shorten the shot" in text[0]
    assert len(plan({"duration": 4}, overrides=("backend.max_frames=6",)).shots[0].chunks) > 1


def test_seeds_are_the_documented_hash():
    assert derive_seed(42, "S01") == int.from_bytes(hashlib.sha256(b"42/S01").digest()[:4], "big")
    shot = plan({}).shots[0]
    assert shot.seed == derive_seed(42, "S01")
    assert [chunk.seed for chunk in shot.chunks] == [derive_seed(shot.seed, 0)]


def test_inserting_a_shot_changes_no_other_seed():
    before = {shot.shot.id: shot.seed for shot in plan({"id": "A"}, {"id": "B"}).shots}
    after = {shot.shot.id: shot.seed for shot in plan({"id": "A"}, {"id": "new"}, {"id": "B"}).shots}
    assert {key: after[key] for key in before} == before


@pytest.mark.parametrize(
    ("overrides", "typed", "written", "seed"),
    [
        ((), (), None, 42),
        ((), (), 7, 7),
        (("seed=5",), (), None, 5),
        (("seed=5",), (), 7, 7),
        (("seed=5",), ("seed",), 7, 5),
    ],
)
def test_film_seed_command_line_then_storyboard_then_files_then_42(overrides, typed, written, seed):
    assert plan({}, overrides=overrides, typed=typed, seed=written).seed == seed


def test_a_written_shot_seed_is_used_as_it_is():
    assert plan({"seed": 123}, overrides=("seed=5",), typed=("seed",)).shots[0].seed == 123


def test_steps_and_cfg_command_line_then_shot_then_files():
    shot = {"overrides": {"steps": 7, "cfg": 2.5}}
    chosen = plan(shot, overrides=("sampler.steps=20", "sampler.cfg=9")).shots[0]
    assert (chosen.num_inference_steps, chosen.guidance_scale) == (7, 2.5)
    chosen = plan(shot, overrides=("sampler.steps=20", "sampler.cfg=9"), typed=("sampler.steps",)).shots[0]
    assert (chosen.num_inference_steps, chosen.guidance_scale) == (20, 2.5)


def test_a_dissolve_takes_half_from_each_side_and_keeps_the_length():
    film = plan({"duration": 4, "transition": {"type": "dissolve", "duration": 0.5}}, {"duration": 4})
    first, second = film.shots
    assert film.num_frames == 192
    assert (first.head_frames, first.tail_frames, first.transition_frames) == (0, 6, 12)
    assert (second.head_frames, second.tail_frames, second.in_frame) == (6, 0, 6)
    assert (first.asked_frames, second.asked_frames) == (102, 102)


@pytest.mark.parametrize("kind", ["fade_out", "fade_in", "match_cut"])
def test_fades_and_cuts_need_no_handles(kind):
    first, second = plan({"transition": kind}, {}).shots
    assert (first.tail_frames, second.head_frames) == (0, 0)


def test_a_transition_of_the_last_shot_is_left_out():
    assert plan({}, {"transition": "dissolve"}).shots[1].transition == "cut"


def test_a_transition_of_less_than_two_frames_is_told():
    film = plan({"transition": {"type": "dissolve", "duration": 0.02}}, {})
    assert film.shots[0].transition == "cut"
    assert [problem.what for problem in film.warnings] == ["0.02 s is less than two frames, so the dissolve becomes a cut"]


def test_a_slower_model_is_asked_for_fewer_frames():
    shot = plan(
        {"duration": 5}, overrides=("backend.limits.fps=16", "backend.limits.frame_step=4", "backend.limits.frame_offset=1")
    ).shots[0]
    assert (shot.num_frames, shot.asked_frames, shot.rendered_frames) == (120, 80, 81)
    assert shot.clip_frame(119) == 79


def test_continuing_renders_the_handed_over_frame_again_and_drops_it():
    film = plan({"duration": 2}, {"duration": 2, "continuity": "continue"})
    first, second = film.shots
    assert (second.opening.shot_id, second.opening.clip_frame) == ("S01", first.num_frames - 1)
    assert second.rendered_frames == 49
    assert second.chunks[0].dropped_frames == 1


def test_the_handed_over_frame_lies_after_the_head_handle():
    film = plan({"transition": "dissolve"}, {}, {"continuity": "continue"})
    assert film.shots[2].opening.clip_frame == 6 + 96 - 1


def test_a_frame_of_an_earlier_shot_can_be_named_but_not_beyond_its_end():
    film = plan({"duration": 2}, {}, {"continuity": {"from": "S01", "frame": 10}})
    assert film.shots[2].opening.clip_frame == 10
    text = problems({"duration": 2}, {"continuity": {"from": "S01", "frame": 48}})
    assert "frame 48 is beyond" in text[0]
    assert "use 0 to 47" in text[0]


def test_skipped_shots_take_no_time():
    film = plan({}, {"skip": True}, {})
    assert [shot.shot.id for shot in film.shots] == ["S01", "S03"]
    assert film.num_frames == 192


def test_long_chains_are_warned_about():
    film = plan({}, *[{"continuity": "continue"}] * 3)
    assert [problem.code for problem in film.warnings] == ["drift"]
    assert 'shot "S04"' in film.warnings[0].where


def test_later_chunks_drop_what_they_repeat_and_all_but_the_last_have_frames_to_choose_from():
    film = plan({"duration": 3}, {"duration": 4, "continuity": "continue"}, overrides=("backend.max_frames=50",))
    assert [(chunk.dropped_frames, chunk.surplus_frames) for chunk in film.shots[0].chunks] == [(0, 4), (1, 0)]
    assert [(chunk.dropped_frames, chunk.surplus_frames) for chunk in film.shots[1].chunks] == [(1, 4), (1, 4), (1, 0)]


def test_chunks_of_one_shot_count_as_a_chain():
    film = plan({"duration": 4}, overrides=("backend.max_frames=29",))
    assert len(film.shots[0].chunks) == 4
    assert [problem.code for problem in film.warnings] == ["drift"]


def test_what_the_backend_cannot_do_is_told_all_at_once():
    text = problems(
        {"duration": 10},
        {"duration": 2, "continuity": "continue"},
        overrides=(
            "backend.limits.accepts_first_frame=false",
            "backend.max_frames=81",
            "resolution.height=35",
            "resolution.width=64",
        ),
    )
    assert len(text) == 4
    assert "resolution.height: 35 is not a multiple of 2" in text[0]
    assert "35 is outside what backend=animatic renders" in text[1]
    assert "10 s needs 4 chunks" in text[2]
    assert "set it to 3.3 or less" in text[2]
    assert "can't start from a picture or a frame" in text[3]


def test_a_backend_without_text_needs_a_picture():
    text = problems({}, overrides=("backend.limits.needs_first_frame=true",))
    assert "every shot needs a picture" in text[0]


@pytest.mark.parametrize(
    ("ratio", "overrides", "clip", "film"),
    [
        ("16:9", (), (1080, 1920), (1080, 1920)),
        ("9:16", ("upscale=4k",), (1920, 1080), (3840, 2160)),
        ("1:1", ("upscale=2k",), (1080, 1080), (1440, 1440)),
        ("2.39:1", ("resolution=360p",), (360, 860), (1080, 2582)),
        ("16:9", ("resolution.height=704", "resolution.width=1280"), (704, 1280), (1080, 1920)),
        ("16:9", ("resolution=180p", "upscale=none"), (180, 320), (180, 320)),
        ("16:9", ("resolution=480p", "upscale=none"), (480, 854), (480, 854)),
        ("16:9", ("resolution.height=704", "resolution.width=1280", "upscale=none"), (704, 1280), (704, 1252)),
        ("16:9", ("resolution.height=704", "resolution.width=1280", "upscale=none", "delivery.fit=pad"), (704, 1280), (720, 1280)),
        ("16:9", ("resolution.height=720", "resolution.width=720", "upscale=none"), (720, 720), (406, 720)),
    ],
)
def test_sizes(ratio, overrides, clip, film):
    planned = plan({}, overrides=overrides, aspect_ratio=ratio)
    assert ((planned.height, planned.width), (planned.film_height, planned.film_width)) == (clip, film)


def test_half_a_size_is_refused():
    assert "add resolution.width" in problems({}, overrides=("resolution.height=720",))[0]


def test_a_ratio_outside_the_table_needs_a_backend_that_renders_any():
    text = problems({}, overrides=("backend.limits.any_size=false",), aspect_ratio="5:4")
    assert "has no size for aspect_ratio 5:4" in text[0]


def test_cropping_is_told():
    film = plan({}, overrides=("resolution.height=704", "resolution.width=1280"))
    assert [problem.code for problem in film.warnings] == ["aspect-ratio"]


def test_settings_that_change_nothing_are_told():
    film = plan({}, overrides=("sampler.cfg=3",), typed=("sampler.cfg", "storyboard"))
    assert [(problem.where, problem.code) for problem in film.warnings] == [("sampler.cfg", "unused-setting")]
