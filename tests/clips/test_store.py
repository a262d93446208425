"""Clip store: damage is noticed, nothing finished is lost, nobody else's work is touched."""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import replace

import pytest

from storyvid.clips import store as store_module
from storyvid.clips.fingerprint import fingerprint, pixel_inputs
from storyvid.clips.record import MadeFor, frame_path
from storyvid.clips.render import render_shot
from storyvid.clips.store import ClipStore, handed_over, link_or_copy, release
from storyvid.record import owner
from tests.clips.counting import CountingBackend
from tests.films import film, storyboard

SIZE = ("resolution.height=64", "resolution.width=96")
SHOT = MadeFor("test", "S01", 1, 24, 24)


@pytest.fixture
def made(tmp_path):
    """A store with one clip, and how often it was rendered."""
    prepared = film(storyboard({"duration": 1}), *SIZE)
    request = prepared.requests["S01"]
    inputs = pixel_inputs(request, prepared.config, ())
    key = fingerprint(inputs)
    renders = []

    def make(path, frames):
        renders.append(frames)
        return render_shot(CountingBackend(prepared.config.backend), request, None, path, lambda done, total: None, frames)

    make.renders = renders

    store = ClipStore(tmp_path / ".clips")
    clip = store.add(key, inputs, (5,), SHOT, make)
    return store, key, clip, inputs, make


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


BROKEN_RECORDS = {"record": "{", "null": "null", "list": "[]", "half": '{"handoff": {"5": {"sha256": "0", "frames_sha256": "0"}}}'}


@pytest.mark.parametrize("damage", ["flip", "cut", "record", "null", "list", "half", "no record", "no clip", "frame", "no frame"])
def test_a_damaged_clip_is_not_used_and_is_replaced(made, damage):
    store, key, clip, inputs, make = made
    folder = clip.path.parent
    if damage == "flip":
        data = bytearray(clip.path.read_bytes())
        data[len(data) // 2] ^= 1
        clip.path.write_bytes(data)
    elif damage == "cut":
        os.truncate(clip.path, 100)
    elif damage in BROKEN_RECORDS:
        (folder / "clip.json").write_text(BROKEN_RECORDS[damage], encoding="utf-8")
    elif damage.startswith("no "):
        (folder / {"no record": "clip.json", "no clip": "clip.mp4", "no frame": "frame-000005.png"}[damage]).unlink()
    else:
        (folder / "frame-000005.png").write_bytes(b"")
    told: list[str] = []
    sink = store_module.logger.add(told.append, format="{message}")
    assert store.find(key, (5,)) is None
    store_module.logger.remove(sink)
    assert f"Stored clip {key[:12]} is damaged" in told[0]
    assert told[0].endswith("and is rendered again\n")
    assert store.add(key, inputs, (5,), SHOT, make).path == clip.path
    assert store.find(key, (5,)) is not None
    assert strays(store) == []


def test_a_render_that_fails_leaves_nothing(tmp_path):
    store = ClipStore(tmp_path)

    def fail(path, frames):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), store.rendering("a" * 64, "S01"):
        store.add("a" * 64, {}, (), SHOT, fail)
    assert [path for path in tmp_path.rglob("*") if path.name != "work"] == []


def test_of_several_at_once_one_renders_and_the_others_wait_for_it(made):
    store, key, clip, inputs, make = made
    shutil.rmtree(clip.path.parent)
    make.renders.clear()

    def render():
        with store.rendering(key, "S01"):
            if store.find(key, (5,)) is None:
                store.add(key, inputs, (5,), SHOT, make)

    threads = [threading.Thread(target=render) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.find(key, (5,)) is not None
    assert len(make.renders) == 1
    assert strays(store) == []


def test_a_wait_for_another_process_is_told(made, monkeypatch):
    store, key, *_ = made
    monkeypatch.setattr(store_module, "SOON_S", 0.01)
    told: list[str] = []
    sink = store_module.logger.add(told.append, format="{message}")
    held, ended = threading.Event(), threading.Event()

    def hold():
        lock = store.lock(key)
        lock.acquire()
        held.set()
        ended.wait(0.3)
        release(lock)

    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    with store.rendering(key, 'Shot "S01"'):
        other.join(1)
        assert not other.is_alive()
    store_module.logger.remove(sink)
    assert told == ['Shot "S01" is being rendered by another storyvid; waiting for its clip. Ctrl-C ends the wait.\n']


def strays(store):
    """Files of the store that belong to no finished clip."""
    return [path for path in store.root.rglob("*") if path.is_file() and len(path.parent.parent.name) != 2]


def test_leftovers_of_dead_processes_are_removed_and_others_kept(tmp_path):
    host, pid, start, token = owner.temporary_name().removeprefix(".tmp-").split("-")
    dead = tmp_path / f".tmp-{host}-999999999-{start}-{token}.old"
    reused = tmp_path / f".tmp-{host}-{pid}-{int(start) + 3600}-{token}"
    elsewhere = tmp_path / f".tmp-00000000-999999999-{start}-{token}"
    mine, unknown = tmp_path / owner.temporary_name(), tmp_path / ".tmp-999999999-aa"
    for folder in (dead, reused, elsewhere, mine, unknown):
        folder.mkdir()
    assert ClipStore(tmp_path).remove_leftovers() == 2
    assert {path.name for path in tmp_path.iterdir()} == {elsewhere.name, mine.name, unknown.name}


@pytest.mark.parametrize("damaged", [False, True])
def test_a_clip_that_was_whole_when_its_process_was_killed_gets_its_name(made, damaged):
    store, key, clip, *_ = made
    clip.path.parent.rename(store.workplace(key))
    if damaged:
        (store.workplace(key) / "clip.mp4").write_bytes(b"half")
    assert store.find(key) is None
    assert store.remove_leftovers() == 1
    assert store.find(key, (5,)) == (None if damaged else clip)
    assert strays(store) == []


def test_a_key_that_leads_elsewhere_is_not_followed(made):
    store, key, clip, *_ = made
    left = clip.path.parent.rename(store.workplace(key))
    record = json.loads((left / "clip.json").read_text(encoding="utf-8"))
    (left / "clip.json").write_text(json.dumps(record | {"key": "../../elsewhere"}), encoding="utf-8")
    store.remove_leftovers()
    assert [path.name for path in store.root.parent.rglob("clip.mp4")] == []


def test_what_a_living_process_works_at_is_left_alone(made):
    store, key, clip, *_ = made
    left = clip.path.parent.rename(store.workplace(key))
    (left / "clip.json").unlink()
    with store.rendering(key, "S01"):
        assert store.remove_leftovers() == 0
        assert (left / "clip.mp4").exists()
    assert store.remove_leftovers() == 1
    assert strays(store) == []


def test_a_lock_of_a_dead_process_is_no_hindrance_and_is_removed(made):
    store, key, *_ = made
    (store.root / "work" / f"{key}.lock").write_bytes(b"")
    with store.rendering(key, "S01"):
        pass
    (store.root / "work" / f"{key}.lock").write_bytes(b"")
    assert store.remove_leftovers() == 1
    assert strays(store) == []


def test_frames_kept_for_one_film_stay_when_another_needs_more(made):
    store, key, _, inputs, make = made
    assert store.find(key, (7,)) is None
    store.add(key, inputs, (7,), SHOT, make)
    assert set(make.renders[-1]) >= {5, 7}
    assert store.find(key, (5, 7)) is not None


def test_the_last_programme_frame_is_always_kept(made):
    store, key, clip, *_ = made
    assert store.find(key, (clip.num_frames - 1,)) is not None
    assert handed_over(clip, (clip.num_frames - 1,)).shape == (1, 64, 96, 3)


def test_a_frame_that_was_not_left_is_an_error_and_nothing_is_kept(tmp_path, made):
    *_, make = made
    store = ClipStore(tmp_path / "other")
    with pytest.raises(FileNotFoundError, match="frame-000009"):
        store.add("a" * 64, {}, (9,), SHOT, lambda path, frames: make(path, ()))
    assert store.find("a" * 64) is None
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def refuse_names(monkeypatch, target):
    """A folder can't be renamed to the name of a clip: a virus scanner has a file in it open."""
    rename = store_module.rename

    def refuse(source, wanted):
        if wanted == target and (source / "frame-000007.png").exists():
            raise PermissionError(13, "open elsewhere", str(source))
        rename(source, wanted)

    monkeypatch.setattr(store_module, "rename", refuse)


def test_a_clip_that_cannot_get_its_name_is_used_and_kept(made, monkeypatch):
    store, key, clip, inputs, make = made
    refuse_names(monkeypatch, clip.path.parent)
    told: list[str] = []
    sink = store_module.logger.add(told.append, format="{message}")
    used = store.add(key, inputs, (7,), SHOT, make)
    store_module.logger.remove(sink)
    assert f"Clip {key[:12]} is whole, but can't be given its name. It is used as {used.path.parent}" in told[0]
    assert used.path.parent == store.workplace(key)
    assert handed_over(used, (7,)).shape == (1, 64, 96, 3)
    assert store.find(key, (5,)) == clip, "the old one came back"


def test_a_later_run_names_such_a_clip_also_in_place_of_a_damaged_one(made, monkeypatch):
    store, key, clip, inputs, make = made
    refuse_names(monkeypatch, clip.path.parent)
    left = store.add(key, inputs, (7,), SHOT, make).path.parent
    store.remove_leftovers()
    assert frame_path(left, 7).exists(), "still refused, and still there"
    monkeypatch.undo()
    clip.path.write_bytes(b"half")
    store.remove_leftovers()
    assert store.find(key, (5, 7)) is not None
    assert strays(store) == []


def test_such_a_clip_is_named_and_not_rendered_again_when_its_shot_is_wanted(made):
    store, key, clip, inputs, make = made
    clip.path.parent.rename(store.workplace(key))
    make.renders.clear()
    assert store.add(key, inputs, (5,), SHOT, make) == clip
    assert make.renders == []


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
