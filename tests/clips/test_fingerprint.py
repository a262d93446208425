"""Fingerprint: what changes the pixels changes the key, nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storyvid.clips.fingerprint import HANDOFF_RULE, canonical_json, fingerprint, pixel_inputs
from tests.films import film, storyboard

SIZE = ("resolution.height=64", "resolution.width=96")
MODEL = "backend.uses=[prompt,negative_prompt,steps,cfg,scheduler,memory]"
CHUNKED = ("backend.max_frames=40", "backend.limits.join_surplus=2")


def key_of(*overrides, shot=None, index=0, opening=(), **project):
    prepared = film(storyboard(shot or {}, {}, **project), *SIZE, *overrides)
    request = list(prepared.requests.values())[index]
    return fingerprint(pixel_inputs(request, prepared.config, opening))


def test_canonical_json_does_not_depend_on_order_or_spaces():
    assert canonical_json({"b": 1.5, "a": ["é", None]}) == '{"a":["é",null],"b":1.5}'
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))


@pytest.mark.parametrize(
    "changed",
    [
        {"shot": {"prompt": "A blue boat on the sea."}},
        {"shot": {"seed": 7}},
        {"shot": {"duration": 3.5}},
        {"shot": {"camera": {"size": "cu"}}},
        {"shot": {"weather": "rain"}},
        {"shot": {"location": "a harbour at the end of the road"}},
        {"seed": 5},
        {"fps": 25},
        {"opening": ("0" * 64,)},
        {"style": "watercolour"},
        {"shot": {"mood": "tense"}},
    ],
)
def test_what_shows_changes_the_key(changed):
    assert key_of(**changed) != key_of()


@pytest.mark.parametrize(
    "overrides", [("resolution.height=66",), ("backend.revision=other",), ("backend.max_frames=40",), ("backend.slate=true",)]
)
def test_settings_that_show_change_the_key(overrides):
    assert key_of(*overrides) != key_of()


@pytest.mark.parametrize(
    "changed",
    [
        {"shot": {"caption": "Once"}},
        {"shot": {"dialogue": [{"text": "Hello."}]}},
        {"shot": {"notes": "x"}},
        {"shot": {"sound": "wind"}},
        {"title": "Another title"},
        {"style": "stop motion"},  # no look that the animatic knows
        {"shot": {"mood": "curious"}},
        {"logline": "x"},
        {"target_duration": 20},
    ],
)
def test_what_does_not_show_keeps_the_key(changed):
    assert key_of(**changed) == key_of()


@pytest.mark.parametrize(
    "overrides", [("upscale=4k",), ("delivery.crf=30",), ("tracking=none",), ("memory=12gb",), ("sampler.cfg=9",)]
)
def test_settings_that_do_not_show_keep_the_key(overrides):
    assert key_of(*overrides) == key_of()


def test_sampler_and_memory_count_for_a_backend_that_uses_them():
    uses = "backend.uses=[steps,cfg,scheduler,negative_prompt,memory]"
    keys = {
        key_of(uses),
        key_of(uses, "sampler.cfg=9"),
        key_of(uses, "sampler.steps=9"),
        key_of(uses, "memory.dtype=bfloat16"),
        key_of(uses, negative_prompt="fog"),
    }
    assert len(keys) == 5
    assert key_of(uses, "memory.budget_gb=9", "memory.offload=group", "memory.offload_stream=true") == key_of(uses)


def test_prompts_count_only_where_they_are_read():
    shot = {"camera": {"size": "cu", "movement": "pan_left"}, "mood": "tense"}
    assert key_of("backend.prompts=wan", shot=shot) == key_of(shot=shot)
    assert key_of(MODEL, "backend.prompts=wan", shot=shot) != key_of(MODEL, shot=shot)


@pytest.mark.parametrize("changed", ["backend.limits.join_surplus=3", "backend.limits.overlap_frames=2"])
def test_where_chunks_are_cut_changes_the_key_though_they_are_as_long(changed):
    before, after = (film(storyboard({}), *SIZE, *CHUNKED, *more) for more in ((), (changed,)))
    (one,), (two,) = (made.requests.values() for made in (before, after))
    assert len(one.chunks) > 1
    same_lengths = replace(
        two, chunks=tuple(replace(new, num_frames=old.num_frames) for old, new in zip(one.chunks, two.chunks, strict=True))
    )
    keys = {fingerprint(pixel_inputs(request, made.config, ())) for request, made in ((one, before), (same_lengths, after))}
    assert len(keys) == 2


MATCHES = "backend.uses=[colour_match]"


def inputs_of(*overrides, shot="S01", shots=({}, {"continuity": "continue"})):
    prepared = film(storyboard(*shots), *SIZE, *overrides)
    return pixel_inputs(prepared.requests[shot], prepared.config, ())


@pytest.mark.parametrize("changed", ["continuity.colour_match=reinhard", "continuity.colour_match=none", "continuity.strength=0.5"])
def test_colour_matching_counts_where_chunks_are_handed_frames(changed):
    for words, shot in (((*CHUNKED, MATCHES), "S01"), ((MATCHES,), "S02")):
        assert fingerprint(inputs_of(*words, changed, shot=shot)) != fingerprint(inputs_of(*words, shot=shot))


@pytest.mark.parametrize(
    "words", [(MATCHES,), CHUNKED, (MATCHES, "continuity.told_delta_e=2")], ids=["one chunk", "animatic", "told"]
)
def test_and_nowhere_else(words):
    assert "colour_match" not in inputs_of(*words)
    assert fingerprint(inputs_of(*words, "continuity.colour_match=none")) == fingerprint(inputs_of(*words))


def test_no_strength_is_no_matching():
    off = [fingerprint(inputs_of(*CHUNKED, MATCHES, f"continuity.{word}")) for word in ("strength=0", "colour_match=none")]
    assert off[0] == off[1]


def test_the_rule_of_handing_over_counts_only_where_there_is_a_choice():
    assert inputs_of(*CHUNKED)["handoff"] == HANDOFF_RULE
    assert not {"handoff", "colour_match"} & {*inputs_of(), *inputs_of("backend.max_frames=40", "backend.limits.join_surplus=0")}


def test_each_chunk_says_what_is_cut_off_it():
    prepared = film(storyboard({}, {"continuity": "continue"}), *SIZE, *CHUNKED)
    for shot_id, first in (("S01", 0), ("S02", 1)):
        chunks = pixel_inputs(prepared.requests[shot_id], prepared.config, ())["chunks"]
        assert [chunk["dropped_frames"] for chunk in chunks] == [first, *[1] * (len(chunks) - 1)]
        assert [chunk["surplus_frames"] for chunk in chunks] == [*[2] * (len(chunks) - 1), 0]


def test_the_asked_length_does_not_count_where_the_rendered_one_is_the_same():
    keys = set()
    for duration in (3.9, 4.0):  # 94 and 96 frames: 97 are rendered for both
        prepared = film(storyboard({"duration": duration}), *SIZE, "backend.limits.frame_step=8", "backend.limits.frame_offset=1")
        inputs = pixel_inputs(prepared.requests["S01"], prepared.config, ())
        del inputs["programme"]  # which only the animatic reads
        keys.add(fingerprint(inputs))
    assert len(keys) == 1


def test_only_the_characters_a_shot_draws_count():
    ivo = {"name": "Ivo", "description": "an old man in a yellow raincoat"}
    mia = {"name": "Mia", "description": "a girl with red hair"}
    drawn = {"characters": ["ivo"], "prompt": "Ivo waits, Mia is not there."}
    assert key_of(shot=drawn, characters={"ivo": ivo}) == key_of(shot=drawn, characters={"ivo": ivo, "mia": mia})
    old = key_of(shot=drawn, characters={"ivo": ivo})
    assert old != key_of(shot=drawn, characters={"ivo": ivo | {"description": "an old man in a red raincoat"}})
    assert old == key_of(shot=drawn, characters={"ivo": ivo | {"name": "Ivo Berg"}})


def test_a_location_counts_with_all_its_words():
    """A time of day that means nothing to the animatic falls back to the location's, which is then drawn."""
    shot = {"location": "pier", "time_of_day": "teatime"}
    by_night, by_day = (
        key_of(shot=shot, locations={"pier": {"description": "a pier", "time_of_day": time}}) for time in ("night", "noon")
    )
    assert by_night != by_day
