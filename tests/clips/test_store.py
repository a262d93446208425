"""Clip store and fingerprint: what changes the pixels changes the key, nothing else does; damage is noticed."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace

import pytest

from storyvid.clips import store as store_module
from storyvid.clips.fingerprint import canonical_json, fingerprint, pixel_inputs
from storyvid.clips.render import render_shot
from storyvid.clips.store import ClipStore, link_or_copy
from tests.clips.counting import CountingBackend
from tests.films import film, storyboard

SIZE = ("resolution.height=64", "resolution.width=96")


def key_of(*overrides, shot=None, index=0, opening=None, **project):
    prepared = film(storyboard(shot or {}, {}, **project), *SIZE, *overrides)
    request = list(prepared.requests.values())[index]
    return fingerprint(pixel_inputs(request, prepared.config, opening))


@pytest.fixture
def made(tmp_path):
    """A store with one clip, and how often it was rendered."""
    prepared = film(storyboard({"duration": 1}), *SIZE)
    request = prepared.requests["S01"]
    inputs = pixel_inputs(request, prepared.config, None)
    key = fingerprint(inputs)
    renders = []

    def make(path):
        renders.append(path)
        return render_shot(CountingBackend(prepared.config.backend), request, None, path, lambda done, total: None, (5,))

    store = ClipStore(tmp_path / ".clips")
    clip = store.add(key, inputs, (5,), make)
    return store, key, clip, inputs, make


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
        {"style": "watercolour"},
        {"seed": 5},
        {"fps": 25},
        {"opening": "0" * 64},
    ],
)
def test_what_shows_changes_the_key(changed):
    assert key_of(**changed) != key_of()


@pytest.mark.parametrize(
    "overrides", [("resolution.height=66",), ("backend.revision='2'",), ("backend.max_frames=40",), ("backend.slate=true",)]
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
    assert key_of(uses, "memory.budget_gb=9") == key_of(uses)


def test_a_stored_clip_is_found_with_all_that_was_recorded(made):
    store, key, clip, _, _ = made
    found = store.find(key, (5,))
    assert found == clip
    assert found.path.exists()
    assert found.chunks == clip.chunks


def test_an_unknown_key_or_a_frame_that_was_not_kept_is_not_found(made):
    store, key, *_ = made
    assert store.find("0" * 64) is None
    assert store.find(key, (6,)) is None


@pytest.mark.parametrize("damage", ["flip", "cut", "record", "no record", "frame"])
def test_a_damaged_clip_is_not_used_and_is_replaced(made, damage):
    store, key, clip, inputs, make = made
    folder = clip.path.parent
    if damage == "flip":
        data = bytearray(clip.path.read_bytes())
        data[len(data) // 2] ^= 1
        clip.path.write_bytes(data)
    elif damage == "cut":
        os.truncate(clip.path, 100)
    elif damage == "record":
        (folder / "clip.json").write_text("{", encoding="utf-8")
    elif damage == "no record":
        (folder / "clip.json").unlink()
    else:
        (folder / "frame-000005.png").write_bytes(b"")
    assert store.find(key, (5,)) is None
    assert store.add(key, inputs, (5,), make).path == clip.path
    assert store.find(key, (5,)) is not None
    assert [path.name for path in store.root.iterdir() if path.name.startswith(".tmp")] == []


def test_a_render_that_fails_leaves_nothing(tmp_path):
    store = ClipStore(tmp_path)

    def fail(path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.add("a" * 64, {}, (), fail)
    assert list(tmp_path.iterdir()) == []


def test_two_at_once_end_with_one_whole_clip(made):
    store, key, _, inputs, make = made
    threads = [threading.Thread(target=store.add, args=(key, inputs, (5,), make)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.find(key, (5,)) is not None


def test_leftovers_of_dead_processes_are_removed_and_others_kept(tmp_path):
    (tmp_path / ".tmp-999999999-aa").mkdir(parents=True)
    mine = tmp_path / f".tmp-{os.getpid()}-bb"
    mine.mkdir()
    assert ClipStore(tmp_path).remove_leftovers() == 1
    assert [path.name for path in tmp_path.iterdir()] == [mine.name]


def test_the_record_says_what_the_clip_was_made_from(made):
    _, key, clip, inputs, _ = made
    record = json.loads((clip.path.parent / "clip.json").read_text(encoding="utf-8"))
    assert fingerprint(record["inputs"]) == key == fingerprint(inputs)


def test_a_copy_where_links_fail(tmp_path, monkeypatch):
    source = tmp_path / "a.mp4"
    source.write_bytes(b"film")
    link_or_copy(source, tmp_path / "x" / "linked.mp4")
    assert source.samefile(tmp_path / "x" / "linked.mp4")

    def refuse(self, target):
        raise OSError("no links here")

    monkeypatch.setattr(store_module.Path, "hardlink_to", refuse)
    link_or_copy(source, tmp_path / "copied.mp4")
    assert not source.samefile(tmp_path / "copied.mp4")
    assert (tmp_path / "copied.mp4").read_bytes() == b"film"


def test_a_clip_keeps_its_place_in_the_store(made):
    store, key, clip, *_ = made
    assert clip.path == store.root / key[:2] / key / "clip.mp4"
    assert replace(clip, path=clip.path) == clip
