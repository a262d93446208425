from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from storyvid.errors import ConfigError
from storyvid.record.compare.runs import read_runs
from tests.record.compare.takes import copied


def refused(*paths: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_runs(paths)
    return str(caught.value)


def setting(*path: Any, to: Any):
    """A change of one value of a manifest."""

    def change(manifest: dict[str, Any]) -> None:
        for key in path[:-1]:
            manifest = manifest[key]
        manifest[path[-1]] = to

    return change


def test_a_run_is_called_by_its_name_and_knows_its_picks(run: Path):
    (read,) = read_runs([run])
    assert (read.label, read.settings, read.picks_file) == ("run", (), "test.picks.json")
    assert read.picks == {"S01": 1, "S02": 2}
    assert list(read.storyboard_shots) == ["S01", "S02"]


def test_the_folder_of_a_sweep_stands_for_its_jobs_by_number(run: Path, tmp_path: Path):
    for job, words in ((10, ["seed=3"]), (9, ["seed=2"]), (0, ["seed=1"])):

        def change(manifest: dict[str, Any], job: int = job, words: list[str] = words) -> None:
            manifest |= {"sweep": "morning", "run": str(job), "overrides": ["storyboard=test.json", *words]}

        copied(run, tmp_path / "morning" / str(job), change)
    (tmp_path / "morning" / "11").mkdir()  # a job that was never begun
    (tmp_path / "morning" / "storyboards").mkdir()
    runs = read_runs([tmp_path / "morning"])
    assert [read.label for read in runs] == ["morning/0", "morning/9", "morning/10"]
    assert [read.settings for read in runs] == [("seed=1",), ("seed=2",), ("seed=3",)]


def test_runs_are_told_apart_by_words_that_name_no_folder(run: Path, tmp_path: Path):
    words = (
        ["storyboard='/home/ivo/a/one.json'", "paths.outputs=/home/ivo/films", "backend.model='D:\\models\\wan'", "seed=1"],
        ["storyboard=/home/ivo/b/one.json", "tracking=none", "backend.model=Wan-AI/wan", "seed=2"],
        ["storyboard=/home/ivo/two.json", "hydra/launcher=joblib", "hydra.verbose=true", "seed=1"],
    )
    runs = [copied(run, tmp_path / str(number), setting("overrides", to=said)) for number, said in enumerate(words)]
    assert [read.settings for read in read_runs(runs[:2])] == [("seed=1",), ("seed=2",)]
    assert [read.settings for read in read_runs(runs)] == [
        ("storyboard=one.json", "backend.model=wan", "seed=1"),
        ("storyboard=one.json", "backend.model=wan", "seed=2"),
        ("storyboard=two.json", "seed=1"),
    ]


def test_runs_of_several_projects_are_called_by_both_names(run: Path, tmp_path: Path):
    other = copied(run, tmp_path / "other", setting("project", to="harbour"))
    assert [read.label for read in read_runs([run, other])] == ["test run", "harbour run"]


def test_folders_that_are_no_runs_are_told_together_with_what_is_meant(run: Path, tmp_path: Path):
    film = run / "assembled" / "film.mp4"
    said = refused(tmp_path / "nowhere", tmp_path, film, run.parent)
    assert f"{tmp_path / 'nowhere'}: there is no such folder" in said
    assert f"{tmp_path}: is no run folder\n  Fix: name a run folder: one that holds metadata/manifest.json" in said
    assert f"{film}: is inside a run folder\n  Fix: name the run folder itself: {run}" in said
    assert f"{run.parent}: is no run folder\n  Fix: name one or several of its runs: {run}" in said


def test_names_that_people_give_are_shown_and_names_that_move_a_cursor_are_not(run: Path, tmp_path: Path):
    named = copied(run, tmp_path / "named", setting("storyboard", "file", to="Die\u00a0Lampe\u3000\u706f's.json"))
    assert read_runs([named])[0].picks_file == "Die\u00a0Lampe\u3000\u706f's.picks.json"
    for number, bad in enumerate(("a\x1b[2J.json", "a\nb.json", "../a.json", "a\\b.json", "")):
        for keys in (("storyboard", "file"), ("run",), ("project",), ("sweep",)):
            spoilt = copied(run, tmp_path / f"{number}-{keys[0]}", setting(*keys, to=bad))
            assert f"manifest.json, {'.'.join(keys)}: " in refused(spoilt)


def test_a_folder_given_twice(run: Path):
    assert refused(run, run) == f"{run}: is given twice\n  Fix: name it once"


def test_manifests_that_cant_be_used(run: Path, tmp_path: Path):
    newer = copied(run, tmp_path / "newer", setting("manifest_version", to="2"))
    empty = copied(run, tmp_path / "empty", setting("shots", to=[]))
    lacking = copied(run, tmp_path / "lacking", lambda manifest: [manifest.pop("film"), manifest.pop("recipe")])
    torn, listed = copied(run, tmp_path / "torn"), copied(run, tmp_path / "listed")
    (torn / "metadata" / "manifest.json").write_text('{"manifest_version": "1", ', encoding="utf-8")
    (listed / "metadata" / "manifest.json").write_text("[]", encoding="utf-8")
    said = refused(newer, empty, lacking, torn, listed)
    assert 'manifest version "2"; this storyvid reads version 1\n  Fix: use the storyvid that made the run, or a newer one' in said
    assert f'this run has no finished shot to show\n  Fix: run it again: python -m storyvid resume "{empty}"' in said
    assert "manifest.json, film: is missing" in said
    assert "manifest.json, recipe: is missing" in said
    assert f"{torn / 'metadata' / 'manifest.json'}: it can't be read" in said
    assert "holds an empty list, not what a run records" in said
