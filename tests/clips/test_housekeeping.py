"""Making room: nothing that a film needs goes, whatever is asked, and what goes goes whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from storyvid.clips import housekeeping
from storyvid.clips.housekeeping import Criteria, choose, remove
from storyvid.clips.inventory import Inventory, Run, Stored, take_inventory
from storyvid.clips.store import ClipStore, release
from tests.clips.holdings import DAY_S, NOW, dead_name, key, put_clip, put_files, put_run, put_work, tree

numbers = st.integers(0, 7)
times = st.floats(0, 100)


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    folders = draw(st.lists(st.tuples(numbers, st.booleans()), unique=True, max_size=12))
    stored = tuple(
        Stored(key(n), Path("outputs") / f"{n}{whole}", whole, draw(times), draw(st.integers(0, 50)), 0) for n, whole in folders
    )
    named = st.frozensets(numbers.map(key), max_size=4)
    runs = draw(st.lists(st.builds(Run, st.just(Path("run")), st.just("p"), named, st.just(0), st.none() | times), max_size=3))
    return Inventory(Path("outputs"), stored=stored, runs=tuple(runs), locked=draw(named))


criteria_of_any_kind = st.builds(
    Criteria,
    older_s=st.none() | st.floats(0, 100),
    size=st.none() | st.integers(0, 300),
    unreferenced=st.booleans(),
    unfinished=st.booleans(),
)


@given(inventories(), criteria_of_any_kind)
def test_nothing_referenced_locked_or_of_a_run_that_goes_on_is_ever_chosen(inventory: Inventory, criteria: Criteria) -> None:
    starts = [run.going_on_since for run in inventory.runs if run.going_on_since is not None]
    for stored in choose(inventory, criteria, now=100):
        assert stored.key not in inventory.locked
        assert all(stored.modified < start for start in starts)
        assert not stored.whole or all(stored.key not in run.keys for run in inventory.runs)


@given(inventories(), criteria_of_any_kind)
def test_exactly_what_was_asked_is_chosen_oldest_first(inventory: Inventory, criteria: Criteria) -> None:
    chosen = choose(inventory, criteria, now=100)
    asks_for_clips = criteria.unreferenced or criteria.older_s is not None or criteria.size is not None
    candidates = [
        stored
        for stored in inventory.stored
        if (asks_for_clips if stored.whole else criteria.unfinished)
        and (criteria.older_s is None or stored.modified < 100 - criteria.older_s)
        and not inventory.must_stay(stored)
    ]
    assert list(chosen) == sorted(chosen, key=lambda one: (one.modified, one.path))
    left = [stored for stored in candidates if stored not in chosen]
    assert set(chosen) <= set(candidates)
    assert max([stored.modified for stored in chosen], default=0) <= min([stored.modified for stored in left], default=100)
    total = sum(stored.size for stored in inventory.stored)
    if criteria.size is None:
        assert left == []
    elif chosen:
        assert total - sum(stored.size for stored in chosen[:-1]) > criteria.size, "one fewer would not have been enough"
    if criteria.size is not None and left:
        assert total - sum(stored.size for stored in chosen) <= criteria.size


def clean(outputs: Path, criteria: Criteria) -> housekeeping.Removal:
    inventory = take_inventory(outputs)
    return remove(inventory, choose(inventory, criteria, NOW))


def test_clips_of_no_run_go_and_all_others_stay_as_they_are(tmp_path: Path) -> None:
    for number in range(1, 5):
        put_clip(tmp_path, number)
    put_work(tmp_path, 5)
    put_run(tmp_path, "harbour/one", [1, 3])
    before = tree(tmp_path)
    removal = clean(tmp_path, Criteria(unreferenced=True))
    gone = {name for name in before if key(2) in name or key(4) in name}
    assert tree(tmp_path) == {name: value for name, value in before.items() if name not in gone}
    assert {stored.key for stored in removal.removed} == {key(2), key(4)}
    assert (removal.freed, removal.in_use, removal.problems) == (2000, (), ())


def test_only_what_has_no_other_name_is_freed(tmp_path: Path) -> None:
    clip = put_clip(tmp_path, 1, 4000)
    record = (clip / "clip.json").stat().st_size
    (tmp_path / "kept.mp4").hardlink_to(clip / "clip.mp4")
    removal = clean(tmp_path, Criteria(unreferenced=True))
    assert removal.freed == record
    assert removal.removed[0].shared == 4000 - record
    assert (tmp_path / "kept.mp4").stat().st_size == 4000 - record


def test_age_and_size_narrow_each_other(tmp_path: Path) -> None:
    for number in range(1, 6):
        put_clip(tmp_path, number, days=number)
    put_work(tmp_path, 6, days=9)
    inventory = take_inventory(tmp_path)

    def chosen(**asked: float | bool) -> list[int]:
        return [int(stored.key, 16) for stored in choose(inventory, Criteria(**asked), NOW)]

    assert chosen(older_s=3.5 * DAY_S) == [5, 4]
    assert chosen(size=4000) == [5, 4]
    assert chosen(size=4000, older_s=4.5 * DAY_S) == [5]
    assert chosen(size=4000, unfinished=True) == [6, 5]
    assert chosen(unfinished=True) == [6]
    assert chosen(unfinished=True, older_s=9.5 * DAY_S) == []
    assert chosen() == []
    assert chosen(size=0) == [5, 4, 3, 2, 1]
    assert chosen(size=6000) == []


def test_work_of_a_shot_that_failed_may_go_though_its_run_names_the_clip(tmp_path: Path) -> None:
    work = put_work(tmp_path, 1)
    put_run(tmp_path, "harbour/one", [1], status="partial")
    assert [stored.path for stored in choose(take_inventory(tmp_path), Criteria(unfinished=True), NOW)] == [work]


def test_a_reproduction_goes_as_a_whole_unless_it_goes_on(tmp_path: Path) -> None:
    """`reproduce` keeps the clips of the film it renders in a store of its own, under a lock of its own."""
    alone, going_on = (put_clip(tmp_path / ".reproduce" / name, 1).parents[2] for name in ("0123456789abcdef", "fedcba9876543210"))
    with FileLock(going_on.with_suffix(".lock")):
        assert clean(tmp_path, Criteria(unreferenced=True)).removed == ()
        inventory = take_inventory(tmp_path)
        chosen = choose(inventory, Criteria(unfinished=True), NOW)
    assert [stored.path for stored in chosen] == [alone]
    with FileLock(alone.with_suffix(".lock")):
        assert remove(inventory, chosen).removed == ()
    assert remove(inventory, chosen).freed == 1000
    assert not alone.exists()
    assert going_on.exists()


def test_what_came_into_use_since_it_was_chosen_stays(tmp_path: Path) -> None:
    folders = [put_clip(tmp_path, number) for number in range(1, 5)]
    inventory = take_inventory(tmp_path)
    chosen = choose(inventory, Criteria(unreferenced=True), NOW)
    rendered_again = ClipStore(tmp_path / ".clips").lock(key(1))
    rendered_again.acquire()
    (tmp_path / "film.mp4").hardlink_to(folders[1] / "clip.mp4")  # used by a run
    shutil.rmtree(folders[2])  # another clean
    removal = remove(inventory, chosen)
    release(rendered_again)
    assert [folder.exists() for folder in folders] == [True, True, False, False]
    assert [stored.key for stored in removal.removed] == [key(4)]
    assert {stored.key for stored in removal.in_use} == {key(1), key(2), key(3)}


def test_what_a_run_names_since_it_was_chosen_stays_where_there_are_no_hard_links(tmp_path: Path) -> None:
    for number in range(1, 5):
        put_clip(tmp_path, number)
    old = put_run(tmp_path, "harbour/old", [1])
    inventory = take_inventory(tmp_path)
    chosen = choose(inventory, Criteria(unreferenced=True), NOW)
    for name, number in (("resumed", 2), ("new", 3)):
        put_run(tmp_path / "elsewhere", name, [number])
    (tmp_path / "elsewhere" / "resumed" / "metadata" / "manifest.json").replace(old / "metadata" / "manifest.json")
    removal = remove(inventory, chosen)
    assert [stored.key for stored in removal.removed] == [key(4)]
    assert {stored.key for stored in removal.in_use} == {key(2), key(3)}


def test_a_manifest_that_cannot_be_read_meanwhile_keeps_everything(tmp_path: Path) -> None:
    clip = put_clip(tmp_path, 1)
    inventory = take_inventory(tmp_path)
    chosen = choose(inventory, Criteria(unreferenced=True), NOW)
    manifest = put_files(tmp_path / "harbour" / "one" / "metadata", {"manifest.json": b"{"}, 1) / "manifest.json"
    removal = remove(inventory, chosen)
    assert removal.removed == ()
    assert [problem.where for problem in removal.problems] == [str(manifest)]
    assert clip.exists()
    assert not list(tmp_path.rglob("*.lock"))


def test_a_clip_and_work_at_the_same_one_go_together(tmp_path: Path) -> None:
    clip, work = put_clip(tmp_path, 1), put_work(tmp_path, 1)
    assert clean(tmp_path, Criteria(unreferenced=True, unfinished=True)).in_use == ()
    assert not clip.exists()
    assert not work.exists()


def test_leftovers_of_dead_processes_go_with_it(tmp_path: Path) -> None:
    put_files(tmp_path / ".clips" / dead_name(), {"clip.mp4": bytes(300)}, 1)
    (put_run(tmp_path, "harbour/one", []) / "assembled" / dead_name()).write_bytes(bytes(70))
    assert clean(tmp_path, Criteria()).freed == 370
    assert not list(tmp_path.rglob(".tmp-*"))


def test_a_stop_in_between_leaves_no_half_clip_and_the_rest_goes_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 6):
        put_clip(tmp_path, number)
    put_run(tmp_path, "harbour/one", [1])
    rmtree = shutil.rmtree

    def stop(path: Path, ignore_errors: bool = False) -> None:
        (path / "clip.mp4").unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", stop)
    monkeypatch.setattr(housekeeping, "temporary_name", dead_name)  # as the next process sees it
    with pytest.raises(KeyboardInterrupt):
        clean(tmp_path, Criteria(unreferenced=True))
    monkeypatch.setattr(shutil, "rmtree", rmtree)
    assert all((stored.path / "clip.mp4").exists() for stored in take_inventory(tmp_path).stored)
    clean(tmp_path, Criteria(unreferenced=True))
    assert [stored.key for stored in take_inventory(tmp_path).stored] == [key(1)]
    assert not list((tmp_path / ".clips").glob(".tmp-*"))
    assert not list((tmp_path / ".clips").rglob("*.lock"))


def test_a_clip_that_is_open_elsewhere_is_told_and_the_others_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = put_clip(tmp_path, 1)
    put_clip(tmp_path, 2)
    rename = housekeeping.rename

    def refuse(source: Path, target: Path) -> None:
        if source == held:
            raise PermissionError(13, "open elsewhere", str(source))
        rename(source, target)

    monkeypatch.setattr(housekeeping, "rename", refuse)
    removal = clean(tmp_path, Criteria(unreferenced=True))
    assert [stored.key for stored in removal.removed] == [key(2)]
    assert [problem.where for problem in removal.problems] == [str(held)]
    assert (held / "clip.mp4").exists()


def test_what_cannot_be_deleted_is_told_and_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_clip(tmp_path, 1, 1000)
    monkeypatch.setattr(shutil, "rmtree", lambda path, ignore_errors: (path / "clip.json").unlink())
    removal = clean(tmp_path, Criteria(unreferenced=True))
    assert 0 < removal.freed < 1000
    assert "could not be deleted whole" in removal.problems[0].what
    assert ClipStore(tmp_path / ".clips").find(key(1)) is None
