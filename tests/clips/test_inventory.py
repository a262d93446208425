"""What an outputs folder holds, as the disk tells it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storyvid.clips import inventory
from storyvid.clips.inventory import Run, Stored, take_inventory
from storyvid.clips.store import ClipStore, release
from storyvid.record.owner import describe_owner, temporary_name
from tests.clips.holdings import DAY_S, NOW, dead_name, key, put_clip, put_files, put_run, put_work, tree

DEAD = describe_owner() | {"pid": 999999999}


def test_clips_work_and_runs_are_told_apart_with_their_sizes(tmp_path: Path) -> None:
    clip, alone, work = put_clip(tmp_path, 1, 3000), put_clip(tmp_path, 2, 2000, days=3), put_work(tmp_path, 3, 700)
    run = put_run(tmp_path, "harbour/2026-01-02_03-04-05", [1])
    before = tree(tmp_path)
    found = take_inventory(tmp_path)
    stored = {one.path: one for one in found.stored}
    assert set(stored) == {clip, alone, work}
    assert [stored[path].size for path in (clip, alone, work)] == [3000, 2000, 700]
    assert [stored[path].shared for path in (clip, alone, work)] == [(clip / "clip.mp4").stat().st_size, 0, 0]
    assert [stored[path].whole for path in (clip, alone, work)] == [True, True, False]
    assert stored[alone].modified == pytest.approx(NOW - 3 * DAY_S, abs=3)
    assert found.referenced == {key(1)}
    assert [(one.folder, one.project) for one in found.runs] == [(run, "harbour")]
    assert found.runs[0].size == 5000 + (run / "metadata" / "manifest.json").stat().st_size
    assert found.size == 3000 + 2000 + 700 + found.runs[0].size
    assert tree(tmp_path) == before


@pytest.mark.parametrize("place", ["harbour/sweeps/2026-01-02_03-04-05/0", "kept/for later/harbour/2026-01-02_03-04-05", "run"])
def test_a_run_is_found_at_any_depth_and_its_takes_count(tmp_path: Path, place: str) -> None:
    for number in (1, 2):
        put_clip(tmp_path, number)
    put_run(tmp_path, place, [1, 2], status="failed")
    assert take_inventory(tmp_path).referenced == {key(1), key(2)}


def test_a_clip_that_could_not_get_its_name_is_a_clip(tmp_path: Path) -> None:
    work = put_work(tmp_path, 1)
    for name in ("clip.mp4", "clip.json"):
        (work / name).write_bytes(b"{}")
    (stored,) = take_inventory(tmp_path).stored
    assert stored.whole


@pytest.mark.parametrize("content", ["{", "[]", "null", "{}", '{"shots": 3}', '{"shots": "\ud800"}', "[" * 100_000, "\x00"])
def test_a_manifest_that_cannot_be_read_is_told(tmp_path: Path, content: str) -> None:
    path = put_run(tmp_path, "harbour/one", []) / "metadata" / "manifest.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    (problem,) = take_inventory(tmp_path).unreadable
    assert problem.where == str(path)
    assert "can't be read" in problem.what
    assert "it is not known which clips it needs" in problem.what


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = put_run(tmp_path, "harbour/one", [1])
    scandir = os.scandir

    def refuse(path: str) -> object:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (problem,) = take_inventory(tmp_path).unreadable
    assert problem.where == str(closed)
    assert problem.what == "can't be read (Permission denied), so it is not known which clips it needs"


def test_a_run_goes_on_until_its_process_has_ended(tmp_path: Path) -> None:
    alive = put_run(tmp_path, "harbour/alive", [], status="running", days=2)
    put_run(tmp_path, "harbour/ended", [], status="running", owner=DEAD)
    elsewhere = put_run(tmp_path, "harbour/elsewhere", [], status="running", owner=DEAD | {"host": "another"})
    unknown = put_run(tmp_path, "harbour/unknown", [], status="running", owner="me")
    put_run(tmp_path, "harbour/done", [])
    found = take_inventory(tmp_path)
    assert {run.folder for run in found.going_on} == {alive, elsewhere, unknown}
    began = next(run.going_on_since for run in found.runs if run.folder == alive)
    assert began == pytest.approx(NOW - 2 * DAY_S, abs=3)


def test_a_run_began_with_its_first_record_though_its_manifest_is_written_again(tmp_path: Path) -> None:
    run = put_run(tmp_path, "harbour/one", [], status="running", days=0)
    put_files(run / "metadata" / "configs", {"config.yaml": b"seed: 42"}, days=3)
    (going_on,) = take_inventory(tmp_path).going_on
    assert going_on.going_on_since == pytest.approx(NOW - 3 * DAY_S, abs=3)


def test_a_clip_that_a_coarse_clock_dates_before_its_run_stays(tmp_path: Path) -> None:
    """FAT rounds times down to two seconds, so what a run makes may seem a little older than the run."""
    run = Run(tmp_path / "run", "harbour", frozenset(), 0, going_on_since=1000.0)
    found = inventory.Inventory(tmp_path, runs=(run,))
    stays = [found.must_stay(Stored(key(1), tmp_path / "clip", True, modified, 0, 0)) for modified in (999.0, 998.0, 997.9)]
    assert stays == [True, True, False]


def test_a_run_that_begins_while_clips_are_listed_keeps_its_clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = inventory._stored

    def begin_and_list(root: Path) -> Iterator[Stored]:
        put_clip(tmp_path, 1)
        put_run(tmp_path, "harbour/one", [1])
        yield from listed(root)

    monkeypatch.setattr(inventory, "_stored", begin_and_list)
    found = take_inventory(tmp_path)
    assert [found.must_stay(stored) for stored in found.stored] == [True]


def test_only_locks_that_somebody_holds_count(tmp_path: Path) -> None:
    store = ClipStore(tmp_path / ".clips")
    held = store.lock(key(1))
    held.acquire()
    (tmp_path / ".clips" / "work" / f"{key(2)}.lock").touch()
    assert take_inventory(tmp_path).locked == {key(1)}
    release(held)
    assert take_inventory(tmp_path).locked == frozenset()
    assert not list(tmp_path.rglob("*.lock"))


def test_encoded_prompts_that_a_film_may_just_have_made_are_new(tmp_path: Path) -> None:
    put_run(tmp_path, "harbour/one", [], days=2, status="running")
    put_files(tmp_path / ".embeddings", {"old": bytes(7)}, 3)
    put_files(tmp_path / ".embeddings" / "deeper", {"not mine": b""}, 3)
    os.utime(put_files(tmp_path / "x", {"new": bytes(5)}, 1) / "new", (NOW, NOW))
    (tmp_path / "x" / "new").rename(tmp_path / ".embeddings" / "new")
    found = take_inventory(tmp_path)
    assert {file.path.name: (file.size, found.is_new(file.modified)) for file in found.prompts} == {
        "old": (7, False),
        "new": (5, True),
    }


def test_leftovers_are_those_of_dead_processes(tmp_path: Path) -> None:
    run = put_run(tmp_path, "work/one", [])
    alive = tmp_path / ".clips" / temporary_name()
    alive.mkdir(parents=True)
    dead = put_files(tmp_path / ".clips" / dead_name(), {"clip.mp4": bytes(300), "clip.json": bytes(10)}, 1)
    empty = put_files(tmp_path / ".clips" / dead_name(), {}, 1)
    half = run / "assembled" / dead_name()
    half.write_bytes(bytes(70))
    linked = run / "assembled" / dead_name()
    linked.hardlink_to(run / "assembled" / "film.mp4")
    (run / "assembled" / temporary_name()).write_bytes(bytes(9))
    (put_work(tmp_path, 1) / dead_name()).write_bytes(bytes(9))
    (put_clip(tmp_path / ".reproduce" / "0123456789abcdef", 1) / dead_name()).write_bytes(bytes(9))
    found = take_inventory(tmp_path)
    assert {one.path: one.size for one in found.leftovers} == {dead: 310, empty: 0, half: 70, linked: 0}


def test_what_is_not_the_stores_is_left_out(tmp_path: Path) -> None:
    put_clip(tmp_path, 1)
    put_files(tmp_path / ".clips" / "ab" / key(1), {"clip.mp4": b"1"}, 1)
    put_files(tmp_path / ".clips" / "notes" / "mine", {"a.txt": b"1"}, 1)
    (tmp_path / ".clips" / "work").mkdir()
    (tmp_path / ".clips" / "work" / f"{key(4)}.lock").touch()
    assert [stored.key for stored in take_inventory(tmp_path).stored] == [key(1)]


def test_a_link_to_another_folder_is_not_the_stores(tmp_path: Path) -> None:
    put_work(tmp_path / "outputs", 1)
    elsewhere = put_clip(tmp_path / "elsewhere", 2)
    try:
        (tmp_path / "outputs" / ".clips" / "work" / key(2)).symlink_to(elsewhere, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets us make no symbolic links")
    assert [stored.key for stored in take_inventory(tmp_path / "outputs").stored] == [key(1)]


def link(path: Path, target: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.symlink_to(target, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets us make no symbolic links")


def test_runs_in_a_linked_folder_need_their_clips_and_nothing_else_there_counts(tmp_path: Path) -> None:
    outputs, drive = tmp_path / "outputs", tmp_path / "drive"
    for number in (1, 2):
        put_clip(outputs, number)
    put_run(drive, "harbour/one", [1])
    (drive / "harbour" / "one" / "assembled" / dead_name()).write_bytes(bytes(70))
    inside = put_run(outputs, "boat/one", [])
    link(outputs / "another name", outputs / "boat")
    link(outputs / "harbour", drive / "harbour")
    link(drive / "harbour" / "and back", tmp_path)
    found = take_inventory(outputs)
    assert [run.folder for run in found.runs] == [inside, outputs / "harbour" / "one"]
    assert found.referenced == {key(1)}
    assert found.leftovers == ()
    assert found.size == 2000 + found.runs[0].size


@pytest.mark.parametrize("place", ["harbour/one/metadata/manifest.json", "harbour"])
def test_a_link_that_leads_nowhere_is_told(tmp_path: Path, place: str) -> None:
    link(tmp_path / place, tmp_path / "missing")
    (problem,) = take_inventory(tmp_path).unreadable
    assert problem.where == str(tmp_path / place)
    assert problem.what == "is a link that leads nowhere, so it is not known which clips it needs"
    assert "delete the link" in problem.fix


def test_a_run_that_is_deleted_at_this_moment_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = put_run(tmp_path, "harbour/one", [])
    read = inventory._read_manifest

    def delete_and_read(path: Path) -> object:
        shutil.rmtree(run)
        return read(path)

    monkeypatch.setattr(inventory, "_read_manifest", delete_and_read)
    found = take_inventory(tmp_path)
    assert (found.runs, found.unreadable) == ((), ())


def test_an_empty_outputs_folder_holds_nothing(tmp_path: Path) -> None:
    found = take_inventory(tmp_path)
    assert (found.size, found.stored, found.runs, found.leftovers) == (0, (), (), ())
