"""What becomes of every shot, and why: the plan says it, and the render does it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from storyvid.backends.animatic.backend import AnimaticBackend
from storyvid.backends.base import close_backends
from storyvid.clips.lookup import plan_clips
from storyvid.clips.shots import render_shots
from storyvid.clips.store import ClipStore
from storyvid.progress import FilmProgress
from tests.films import film, storyboard

SMALL = ("resolution.height=72", "resolution.width=128")
# Of a cave, which is drawn in a quarter of the time of other places.
BOAT, MAN, DOG = {"prompt": "A red boat in a cave."}, {"prompt": "A man walks in a cave."}, {"prompt": "A dog in a cave."}
CHAIN = (BOAT, {**MAN, "continuity": "continue"}, DOG)


@pytest.fixture(autouse=True)
def _fresh_backend():
    close_backends()
    yield
    close_backends()


def prepare(tmp_path, *shots, overrides=(), **project):
    shots = [{"duration": 0.5, **shot} for shot in shots]
    return film(storyboard(*shots, **project), *SMALL, *overrides, folder=tmp_path)


def render(tmp_path, *shots, **words):
    prepared = prepare(tmp_path, *shots, **words)
    with FilmProgress(1, 1) as progress:
        return list(render_shots(prepared, ClipStore(tmp_path / ".clips"), progress))


def planned(tmp_path, *shots, **words):
    prepared = prepare(tmp_path, *shots, **words)
    return [choice for _, choice in plan_clips(prepared, ClipStore(tmp_path / ".clips"), {})]


def told(choices):
    return [f"{choice.action}: {choice.because}" if choice.because else choice.action for choice in choices]


def test_in_an_empty_store_everything_is_rendered(tmp_path):
    assert told(planned(tmp_path, *CHAIN)) == ["render: there is no clip like it yet"] * 3
    assert not list(tmp_path.iterdir()), "a plan writes nothing"


def test_what_is_unchanged_is_reused_and_the_plan_knows_the_keys(tmp_path):
    keys = [shot.key for shot in render(tmp_path, *CHAIN)]
    choices = planned(tmp_path, *CHAIN)
    assert told(choices) == ["reuse"] * 3
    assert [choice.key for choice in choices] == keys


@pytest.mark.parametrize(
    ("shots", "words", "expected"),
    [
        ((BOAT, CHAIN[1], {**DOG, "seed": 7}), {}, ["reuse", "reuse", "render: seed {seed} -> 7"]),
        ((BOAT, CHAIN[1], {**DOG, "caption": "Wuff", "notes": "x", "sound": "bark"}), {}, ["reuse"] * 3),
        (
            (BOAT, CHAIN[1], {**DOG, "prompt": "A cat in a cave."}),
            {},
            ["reuse", "reuse", "render: what is drawn (cast, surroundings)"],
        ),
        ((BOAT, CHAIN[1], {**DOG, "duration": 1}), {}, ["reuse", "reuse", "render: length 12 -> 24 frames"]),
        (CHAIN, {"overrides": ("upscale=4k", "delivery.crf=20")}, ["reuse"] * 3),
        (
            CHAIN,
            {"overrides": ("resolution.height=36", "resolution.width=64")},
            ["render: size 128x72 -> 64x36", "render: size 128x72 -> 64x36; S01, which it continues from, is rendered again"],
        ),
        (
            ({**BOAT, "seed": 7}, CHAIN[1], DOG),
            {},
            ["render: seed {seed} -> 7", "render: S01, which it continues from, is rendered again", "reuse"],
        ),
        ((BOAT, MAN, DOG), {}, ["reuse", "render: it begins from text, no longer from another shot", "reuse"]),
    ],
)
def test_the_reason_is_what_differs_from_the_nearest_clip(tmp_path, shots, words, expected):
    before = render(tmp_path, *CHAIN)
    seeds = [shot.request.seed for shot in before]
    choices = planned(tmp_path, *shots, **words)
    found = told(choices)[: len(expected)]
    assert found == [line.format(seed=seed) for line, seed in zip(expected, seeds, strict=False)]
    after = render(tmp_path, *shots, **words)
    assert [shot.reused for shot in after] == [choice.action == "reuse" for choice in choices], "the plan was right"


def test_a_join_that_needs_more_frames_says_how_many(tmp_path):
    shots = {**BOAT, "duration": 1}, {**DOG, "duration": 1}
    render(tmp_path, *shots)
    joined = {**shots[0], "transition": {"type": "dissolve", "duration": 0.25}}, shots[1]
    assert told(planned(tmp_path, *joined)) == ["render: its ends (transitions, edit.handles) need 3 frames more"] * 2


def test_handles_spare_the_render_when_a_join_is_changed(tmp_path):
    spare = {"overrides": ("edit.handles=0.25",)}
    shots = {**BOAT, "duration": 1}, {**DOG, "duration": 1}
    render(tmp_path, *shots, **spare)
    for kind, length in (("dissolve", 0.5), ("wipe_left", 0.25), ("cut", 0)):
        joined = {**shots[0], "transition": {"type": kind, "duration": length} if length else kind}, shots[1]
        assert told(planned(tmp_path, *joined, **spare)) == ["reuse", "reuse"]
    longer = {**shots[0], "transition": {"type": "dissolve", "duration": 0.75}}, shots[1]
    assert told(planned(tmp_path, *longer, **spare)) == ["render: its ends (transitions, edit.handles) need 3 frames more"] * 2


def test_a_join_within_the_surplus_of_a_models_grid_renders_nothing(tmp_path):
    """24 frames on a grid of 8k+1 are 25: one of them is to spare."""
    grid = {"overrides": ("backend.limits.frame_step=8", "backend.limits.frame_offset=1", "backend.kind=animatic")}
    prepared = [
        prepare(tmp_path, {**BOAT, "duration": 1, **join}, {**DOG, "duration": 1}, **grid)
        for join in ({}, {"transition": {"type": "dissolve", "duration": float(Fraction(2, 24))}})
    ]
    assert [[shot.rendered_frames for shot in one.plan.shots] for one in prepared] == [[25, 25]] * 2
    assert prepared[1].plan.shots[0].asked_frames == 25


def test_a_shot_whose_source_has_changed_is_kept_when_asked(tmp_path):
    first = render(tmp_path, *CHAIN)
    changed = ({**BOAT, "seed": 7}, *CHAIN[1:])
    keep = {"overrides": ("stale=keep",)}
    expected = ["render", "keep", "reuse"]
    assert [choice.action for choice in planned(tmp_path, *changed, **keep)] == expected
    kept = render(tmp_path, *changed, **keep)
    assert [(shot.reused, shot.stale) for shot in kept] == [(False, None), (True, "kept"), (True, None)]
    assert kept[1].key == first[1].key
    assert kept[1].because == "it is kept although S01, which it continues from, has changed"
    rerendered = render(tmp_path, *changed)
    assert [(shot.reused, shot.stale) for shot in rerendered] == [(True, None), (False, None), (True, None)]
    assert rerendered[1].because == "the frame that S01 hands over"
    assert [shot.reused for shot in render(tmp_path, *changed, **keep)] == [True] * 3
    assert render(tmp_path, *changed, **keep)[1].stale is None, "the right clip is there now"


def test_keeping_does_not_hide_other_changes(tmp_path):
    render(tmp_path, *CHAIN)
    changed = {**BOAT, "seed": 7}, {**CHAIN[1], "seed": 8}, DOG
    assert [choice.action for choice in planned(tmp_path, *changed, overrides=("stale=keep",))] == ["render", "render", "reuse"]


def test_a_part_of_a_film_renders_it_and_what_it_continues_from(tmp_path):
    part = {"overrides": ("shots=[S02]",)}
    assert [choice.action for choice in planned(tmp_path, *CHAIN, **part)] == ["render", "render", "leave out"]
    shots = render(tmp_path, *CHAIN, **part)
    assert [(shot.clip is not None, shot.left_out, shot.failed) for shot in shots] == [
        (True, False, False),
        (True, False, False),
        (False, True, False),
    ]
    alone = {"overrides": ("shots=[S03]",)}
    assert [shot.reused for shot in render(tmp_path, *CHAIN, **alone)] == [True, True, False]


def test_takes_differ_in_the_seed_alone_and_others_continue_from_the_picked_one(tmp_path):
    words = {"overrides": ("takes=2", "++pick.S01=3")}
    shots = render(tmp_path, *CHAIN, **words)
    order = [(shot.planned.shot.id, shot.planned.take) for shot in shots]
    assert order == [("S01", 3), ("S02", 1), ("S03", 1), ("S01", 1), ("S01", 2), ("S02", 2), ("S03", 2)]
    assert len({shot.key for shot in shots}) == 7
    assert len({shot.request.seed for shot in shots}) == 7
    again = render(tmp_path, *CHAIN, overrides=("++pick.S03=2",))
    assert [(shot.planned.take, shot.reused) for shot in again] == [(1, True), (1, False), (2, True)], (
        "S02 continued from the third take of S01; the first take of S03 is not asked for"
    )
    assert told(planned(tmp_path, *CHAIN, overrides=("++pick.S03=3",)))[2] == "render: take 3"


def test_jobs_of_one_sweep_count_each_others_clips(tmp_path):
    coming: dict[str, set[int]] = {}
    store = ClipStore(tmp_path / ".clips")
    first = plan_clips(prepare(tmp_path, BOAT, DOG), store, coming)
    second = plan_clips(prepare(tmp_path, BOAT, DOG, overrides=("sampler.cfg=3",)), store, coming)
    assert [choice.action for _, choice in first] == ["render", "render"]
    assert [choice.action for _, choice in second] == ["reuse", "reuse"]


def test_a_damaged_clip_is_rendered_again_with_its_reason(tmp_path):
    clip = render(tmp_path, BOAT)[0].clip
    data = bytearray(clip.path.read_bytes())
    data[len(data) // 2] ^= 1
    clip.path.write_bytes(data)
    (again,) = render(tmp_path, BOAT)
    assert (again.reused, again.because) == (False, "its stored clip is damaged")
    clip.path.write_bytes(b"")
    assert told(planned(tmp_path, BOAT))[0].endswith("or its clip is damaged")


def test_a_frame_that_was_not_kept_has_the_shot_rendered_again(tmp_path):
    render(tmp_path, BOAT, MAN)
    shots = BOAT, {**MAN, "continuity": {"from": "S01", "frame": 3}}
    assert told(planned(tmp_path, *shots))[0].startswith("render: a frame is to be handed over that its clip does not keep")
    assert [shot.reused for shot in render(tmp_path, *shots)] == [False, False]
    assert [shot.reused for shot in render(tmp_path, BOAT, MAN)] == [True, True], "and the last frame is still there"


def test_records_of_another_shape_hinder_nobody(tmp_path):
    """Of an older storyvid, or with a byte flipped: they are no reason, and no clip is taken by them."""
    clip = render(tmp_path, BOAT)[0].clip
    record = clip.path.with_name("clip.json")
    whole = record.read_text(encoding="utf-8")
    for damaged in (
        "[]",
        "null",
        "{}",
        whole.replace("made_for", "made_fos"),
        whole.replace('"num_frames": 12', '"num_frames": 13'),
    ):
        record.write_text(damaged, encoding="utf-8")
        assert told(planned(tmp_path, BOAT, DOG)) == ["render: there is no clip like it yet"] * 2
    (again,) = render(tmp_path, BOAT)
    assert not again.reused
    record.write_text(whole, encoding="utf-8")
    assert told(planned(tmp_path, BOAT)) == ["reuse"]


def test_every_take_keeps_the_frames_that_later_shots_start_from(tmp_path):
    shots = BOAT, {**MAN, "continuity": {"from": "S01", "frame": 3}}
    render(tmp_path, *shots, overrides=("takes=2",))
    assert [shot.reused for shot in render(tmp_path, *shots, overrides=("++pick.S01=2",))] == [True, False]


def test_two_shots_that_are_one_clip_render_it_once(tmp_path):
    same = {**BOAT, "seed": 3}
    shots = same, DOG, same, {**MAN, "continuity": {"from": "S03", "frame": 3}}
    choices = [choice.action for choice in planned(tmp_path, *shots)]
    assert choices == ["render", "render", "reuse", "render"]
    assert [shot.reused for shot in render(tmp_path, *shots)] == [False, False, True, False]


def test_only_the_shots_own_clip_is_kept_when_its_source_changes(tmp_path):
    render(tmp_path, *CHAIN)
    keep = {"overrides": ("stale=keep",)}
    twin = {**CHAIN[1], "seed": 4711}
    render(tmp_path, BOAT, twin, DOG)
    changed = {**BOAT, "seed": 7}
    another_shot = changed, CHAIN[1], DOG, {**twin, "continuity": {"from": "S01"}}
    assert [choice.action for choice in planned(tmp_path, *another_shot, **keep)] == ["render", "keep", "reuse", "render"]
    another_frame = BOAT, {**CHAIN[1], "continuity": {"from": "S01", "frame": "first"}}, DOG
    assert [choice.action for choice in planned(tmp_path, *another_frame, **keep)][1] == "render"
    elsewhere = {"overrides": ("stale=keep", "project=other")}
    assert [choice.action for choice in planned(tmp_path, changed, *CHAIN[1:], **elsewhere)] == ["render", "render", "reuse"]


def test_a_damaged_clip_outside_the_chosen_part_is_left_out(tmp_path):
    first, *_ = render(tmp_path, BOAT, MAN, DOG)
    first.clip.path.write_bytes(bytes(first.clip.path.stat().st_size))
    again = render(tmp_path, BOAT, MAN, DOG, overrides=("shots=[S03]",))
    assert [(shot.reused, shot.left_out) for shot in again] == [(False, True), (True, False), (True, False)]


def test_a_shot_is_kept_though_its_source_fails(tmp_path, monkeypatch):
    render(tmp_path, *CHAIN)
    monkeypatch.setattr(AnimaticBackend, "generate_chunk", lambda *words: iter(()))
    changed = ({**BOAT, "seed": 7}, *CHAIN[1:])
    assert [shot.failed for shot in render(tmp_path, *changed)] == [True, True, False]
    kept = render(tmp_path, *changed, overrides=("stale=keep",))
    assert [(shot.failed, shot.stale) for shot in kept] == [(True, None), (False, "kept"), (False, None)]


def test_jobs_of_a_sweep_count_chains_and_parts_of_each_other(tmp_path):
    coming: dict[str, set[int]] = {}
    store = ClipStore(tmp_path / ".clips")

    def actions(*overrides):
        return [choice.action for _, choice in plan_clips(prepare(tmp_path, *CHAIN, overrides=overrides), store, coming)]

    assert actions("shots=[S01]") == ["render", "leave out", "leave out"]
    assert actions("shots=[S02]") == ["reuse", "render", "leave out"]
    assert actions("sampler.cfg=3") == ["reuse", "reuse", "render"]


def test_a_clip_that_only_waits_for_its_name_is_no_reason_to_render(tmp_path):
    (shot,) = render(tmp_path, BOAT)
    store = ClipStore(tmp_path / ".clips")
    shot.clip.path.parent.rename(store.workplace(shot.key))
    assert told(planned(tmp_path, BOAT)) == ["reuse"]
