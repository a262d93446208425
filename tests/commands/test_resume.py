"""``resume``: a run goes on from what its folder recorded, wherever the storyboard and the outputs folder are now."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from storyvid import video
from storyvid.backends.animatic.backend import AnimaticBackend
from storyvid.backends.base import close_backends
from storyvid.cli import main
from storyvid.commands import resume
from storyvid.errors import StoryvidError
from storyvid.record.owner import describe_owner
from storyvid.replay.recorded import MAX_BYTES, prepare_run, read_run
from tests.films import config
from tests.replay.runs import SHOTS, change_manifest, digest, manifest_of, others, render, reused, stopped
from tests.stress.workplace import SMALL, start

TYPED = ("sampler.steps=7", "seed=5")


@pytest.fixture(autouse=True)
def _fresh_backend():
    close_backends()
    yield
    close_backends()


@pytest.fixture(scope="module")
def unfinished(tmp_path_factory) -> Path:
    """A run that was stopped, where it was rendered; not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        return stopped(tmp_path_factory.mktemp("unfinished"), patch)


@pytest.fixture
def root(unfinished, tmp_path) -> Path:
    """A copy of it that may be changed, with the clips beside it."""
    return Path(shutil.copytree(unfinished.parents[1], tmp_path / "outputs"), *unfinished.parts[-2:])


def refused(*words: str | Path) -> str:
    with pytest.raises(StoryvidError) as caught:
        resume.run([str(word) for word in words])
    assert all(problem.fix for problem in caught.value.problems)
    return str(caught.value)


def test_a_stopped_run_goes_on_as_it_was_meant(tmp_path, monkeypatch):
    shots = ({**SHOTS[0], "overrides": {"steps": 3}}, *SHOTS[1:])
    whole = render(tmp_path / "undisturbed", *shots, words=TYPED, seed=9)
    root = stopped(tmp_path / "größe x", monkeypatch, *shots, words=TYPED, seed=9)
    assert resume.run([f"{root}{os.sep}"]) == 0
    (again,) = others(root)
    manifest = manifest_of(again)
    assert reused(again) == [True, False, False]
    assert (manifest["status"], manifest["resumed_from"]) == ("done", "test/2026-01-01_00-00-00")
    assert manifest["overrides"] == manifest_of(root)["overrides"]
    assert [(shot["seed"], shot["steps"]) for shot in manifest["recipe"]["shots"].values()] == [
        (shot["seed"], shot["steps"]) for shot in manifest_of(whole)["recipe"]["shots"].values()
    ]
    assert manifest["recipe"]["seed"] == 5
    assert digest(again) == digest(whole)
    assert (manifest_of(root)["status"], manifest["storyboard"]) == ("stopped", manifest_of(root)["storyboard"])


@pytest.mark.skipif(os.name == "nt", reason="kills by a POSIX signal")
def test_a_killed_run_goes_on_although_its_storyboard_is_gone(tmp_path):
    board = tmp_path / "my.json"
    shots = [{"prompt": f"A dog counts to {n} in a forest.", "duration": 0.75} for n in range(4)]
    board.write_text(json.dumps({"title": "Killed", "shots": shots}), encoding="utf-8")
    command = start(tmp_path, board, "tracking=none")
    while "shot S02 (2 of 4)" not in command.said():
        assert command.process.poll() is None, command.said()
        time.sleep(0.01)
    command.process.kill()
    assert command.wait() == -9
    board.unlink()
    (root,) = (tmp_path / "outputs" / "killed").iterdir()
    assert resume.run([str(root)]) == 0
    (again,) = others(root)
    assert reused(again)[:2] == [True, True]
    assert manifest_of(root)["status"] == "stopped", "the dead run is told apart from one that goes on"
    shutil.rmtree(tmp_path / "outputs" / ".clips")
    assert resume.run([str(again), "again=true"]) == 0
    undisturbed = others(root)[-1]
    assert reused(undisturbed) == [False] * 4
    assert digest(again) == digest(undisturbed)


def test_a_run_that_is_done_is_left_alone_unless_asked(tmp_path, capsys):
    root = render(tmp_path)
    assert resume.run([str(root)]) == 0
    assert "nothing is left to do" in capsys.readouterr().out
    assert others(root) == []
    assert resume.run(["again=true", str(root / "metadata" / "manifest.json")]) == 0
    (again,) = others(root)
    assert reused(again) == [True, True, True]
    (again / "assembled" / "film.mp4").unlink()
    assert resume.run([str(again)]) == 0, "a film that was deleted is made again"
    assert len(others(root)) == 2


def test_a_run_that_still_goes_on_is_refused(root):
    change_manifest(root, status="running", exit_code=None, owner=describe_owner())
    assert f"still going on, as far as can be told from here (process {os.getpid()} of " in refused(root)
    change_manifest(root, owner={"host": "elsewhere 1", "pid": 12, "process_start": 1.0})
    assert "process 12 of elsewhere)" in refused(root)
    assert others(root) == []
    assert resume.run([str(root), "again=true"]) == 0


def test_an_outputs_folder_that_was_moved_is_used_where_it_is(tmp_path, monkeypatch):
    root = stopped(tmp_path / "before", monkeypatch)
    (tmp_path / "after").mkdir()
    shutil.move(tmp_path / "before" / "outputs", tmp_path / "after" / "films")
    root = tmp_path / "after" / "films" / "test" / root.name
    monkeypatch.chdir(root)
    assert resume.run(["."]) == 0
    (again,) = others(root)
    assert reused(again) == [True, False, False]
    assert not (tmp_path / "before" / "outputs").exists()
    assert not (tmp_path / "before" / "mlruns").exists()
    moved = tmp_path / "after" / "away"
    shutil.move(again, moved)
    change_manifest(moved, status="stopped")
    assert "move it back into outputs/test" in refused(moved)


def test_a_project_that_was_moved_alone_is_not_rendered_from_nothing(root, tmp_path):
    moved = tmp_path / "archive" / "test" / root.name
    moved.parent.mkdir(parents=True)
    shutil.move(root, moved)
    told = refused(moved)
    assert f"{tmp_path / 'archive' / '.clips'}: holds none of the clips that were finished" in told
    assert "paths.outputs=FOLDER" in told
    assert "again=true" in told
    assert "is not a folder" in refused(moved, "paths.outputs=nowhere")
    assert others(moved) == []
    assert resume.run([str(moved), f"paths.outputs={tmp_path / 'outputs'}"]) == 0
    (again,) = root.parent.iterdir()
    assert reused(again) == [True, False, False]
    assert manifest_of(again)["resumed_from"] == root.name
    assert resume.run([str(moved), "again=true"]) == 0
    assert reused(others(moved)[0]) == [False] * 3


def test_the_database_of_the_run_is_the_one_that_goes_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = stopped(tmp_path / "films", monkeypatch)
    recorded = read_run(root)
    assert prepare_run(recorded, root.parents[1]).config.mlruns == config().mlruns


def test_pictures_must_be_those_of_the_run(tmp_path, monkeypatch):
    picture, other = np.full((72, 128, 3), 90, np.uint8), np.full((72, 128, 3), 91, np.uint8)
    video.write_image(tmp_path / "start.png", picture)
    root = stopped(tmp_path, monkeypatch, SHOTS[0], {"duration": 0.5, "continuity": {"image": "start.png"}})
    video.write_image(tmp_path / "start.png", other)
    assert "is another picture than the film was rendered with" in refused(root)
    (tmp_path / "start.png").unlink()
    assert "start.png: this picture, which a shot starts from, is not there" in refused(root)
    assert "is not a folder" in refused(root, f"pictures={tmp_path / 'none'}")
    (tmp_path / "kept here").mkdir()
    video.write_image(tmp_path / "kept here" / "start.png", picture)
    assert resume.run([str(root), f"pictures={tmp_path / 'kept here'}"]) == 0


def test_what_is_no_run_is_told_in_words(root, tmp_path):
    assert "there is no such folder" in refused(tmp_path / "none")
    assert "is a file, not the folder of a run" in refused(root / "metadata" / "run.log")
    assert "is not the folder of a run" in refused(tmp_path)
    assert "needs RUN_FOLDER" in refused()
    assert "takes one path, not 2" in refused(root, tmp_path)
    assert "did you mean again?" in refused(root, "agian=true")
    assert "'maybe' is neither true nor false" in refused(root, "again=maybe")
    assert "is given twice" in refused(root, "again=true", "again=true")
    assert "write again=true" in refused(root, "again")
    assert "write pictures=FOLDER" in refused(root, "pictures")
    change_manifest(root, reproduces="0" * 16)
    assert "give the reproduce command once more" in refused(root)
    (root / "metadata" / "manifest.json").unlink()
    assert "this run was stopped before it began" in refused(root)
    assert others(root) == []


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("manifest.json", "{", "manifest.json: it can't be read"),
        ("manifest.json", "[]", "not what a run records"),
        ("manifest.json", '{"manifest_version": "2"}', "manifest.json, manifest_version: "),
        ("storyboard.json", '{"shots": []}', "storyboard.json, shots"),
        ("manifest.json", " " * (MAX_BYTES + 1), "manifest.json: has more than 50 MB"),
        ("storyboard.json", '{"title": "\\ud83d"}', "the text holds half of the character pair U+D83D"),
        ("config.yaml", 'project: "\\ud83d"', "config.yaml"),
        ("config.yaml", "a: [", "config.yaml: it can't be read"),
        ("config.yaml", "backend: {kind: os}", "'os' is not a kind of backend"),
    ],
    ids=lambda value: value[:20],
)
def test_damaged_records_are_told_by_their_file(root, name, text, told):
    (root / "metadata" / name).write_text(text, encoding="utf-8")
    assert told in refused(root)
    assert others(root) == []


def test_a_setting_that_an_older_storyvid_did_not_have_is_told(root, capsys):
    config = root / "metadata" / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("  fit: crop\n", ""), encoding="utf-8")
    assert resume.run([str(root)]) == 0
    assert "settings that were not recorded are taken as they are here: delivery.fit=crop" in capsys.readouterr().err


def test_a_card_that_is_gone_is_the_usual_refusal(root, monkeypatch):
    config = root / "metadata" / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("needs_gpu: false", "needs_gpu: true"), encoding="utf-8")
    monkeypatch.setattr("storyvid.memory.profiles.card_memory_gb", lambda: None)
    assert "needs an NVIDIA card" in refused(root)


@pytest.fixture(scope="module")
def sweep(tmp_path_factory) -> Path:
    """A sweep of three films whose storyboard was edited since."""
    folder = tmp_path_factory.mktemp("sweep")
    board = folder / "my.json"
    shots = [{"prompt": "A red ball in a cave.", "duration": 0.5}, {"prompt": "A dog in a cave.", "duration": 0.5}]
    board.write_text(json.dumps({"title": "Sweep", "shots": shots}), encoding="utf-8")
    words = [f"storyboard={board}", *SMALL, "tracking=none", f"paths.outputs={folder / 'outputs'}", "seed=1,2,3"]
    assert main(["-m", *words]) == 0
    board.write_text("{}", encoding="utf-8")
    (root,) = (folder / "outputs" / "sweep" / "sweeps").iterdir()
    return root


def test_a_sweep_goes_on_with_the_films_that_are_missing(sweep, monkeypatch, capsys):
    before = {number: digest(sweep / number) for number in "012"}
    assert resume.run([str(sweep)]) == 0
    assert "All 3 films of this sweep are done" in capsys.readouterr().out
    change_manifest(sweep / "1", status="stopped", exit_code=130)
    shutil.rmtree(sweep / "2")  # it never began
    monkeypatch.setattr(AnimaticBackend, "generate_chunk", lambda *args: pytest.fail("a clip was drawn again"))
    assert resume.run([str(sweep)]) == 0
    (again,) = others(sweep)
    assert sorted(path.name for path in again.iterdir()) == ["1", "2", "storyboards", "sweep.json"]
    assert {number: digest(again / number) for number in "12"} == {number: before[number] for number in "12"}
    assert [manifest_of(again / number)["sweep"] for number in "12"] == [again.name] * 2
    assert "1 more was done before" in capsys.readouterr().err
    change_manifest(again / "2", status="stopped")
    assert resume.run([str(again)]) == 0, "a resumed sweep can be resumed"
    change_manifest(again / "2", status="running", owner=describe_owner())
    assert "still going on" in refused(again)


def test_one_film_of_a_sweep_becomes_a_run_of_its_own(sweep):
    change_manifest(sweep / "0", status="failed")
    assert resume.run([str(sweep / "0")]) == 0
    (again,) = [path for path in sweep.parents[1].iterdir() if path.name != "sweeps"]
    assert (manifest_of(again)["resumed_from"], manifest_of(again)["sweep"]) == (f"sweep/sweeps/{sweep.name}/0", None)
    assert digest(again) == digest(sweep / "0")
