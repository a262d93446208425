"""The verb `clean`: its words, what it says, and that films and clips of real runs survive it."""

from __future__ import annotations

import json
import math
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from storyvid.clips.housekeeping import Criteria
from storyvid.commands import clean
from storyvid.errors import ConfigError, StoryvidError
from storyvid.record.tracker import NoTracker
from storyvid.run import render_film
from tests.clips.holdings import DAY_S, NOW, dead_name, key, put_clip, put_files, put_run, put_work, tree
from tests.films import film, storyboard
from tests.test_cli import SMALL, environment

HEAVY = ("hydra", "omegaconf", "torch", "mlflow", "av", "numpy", "cv2")


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs with three clips, two clips of no run, one of them linked from elsewhere, and work that was cut short."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STORYVID_ROOT", raising=False)
    folder = tmp_path / "outputs"
    for number in range(1, 6):
        put_clip(folder, number, 1_000_000 * number, days=10 * number)
    put_work(folder, 6, 600_000)
    put_run(folder, "harbour/one", [1, 2])
    put_run(folder, "harbour/sweeps/s/0", [2, 3])
    (tmp_path / "kept.mp4").hardlink_to(folder / ".clips" / key(5)[:2] / key(5) / "clip.mp4")
    return folder


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert clean.run(words) == 0
    return capsys.readouterr().out


def test_words() -> None:
    assert clean.parse([]) == clean.Options()
    options = clean.parse(["older=1.5d", "size=20GB", "unfinished=True", "delete=true", "paths.outputs=~/films"])
    assert options.criteria == Criteria(older_s=1.5 * DAY_S, size=20 * 10**9, unfinished=True)
    assert options.delete
    assert options.outputs == Path.home() / "films"
    assert "delete=true" not in options.words
    assert clean.parse(["size=1GiB"]).criteria.size == 2**30
    assert clean.parse(["older=2w"]).criteria.older_s == 14 * DAY_S
    assert not clean.parse(["unreferenced=false"]).criteria


def test_all_wrong_words_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        clean.parse(["oldre=3d", "older=3y", "older=-1d", "size=20", "size=1e3GB", "delete=yes", "paths.outputs=", "--all"])
    told = str(caught.value)
    assert len(caught.value.problems) == 10
    assert "did you mean older?" in told
    assert "clean, older: it is given 2 times" in told
    assert "clean, older: '3y' is not a time in hours, days or weeks\n  Fix: write older=12h, older=30d or older=4w" in told
    assert "clean, size: '20' is not a size in MB, GB or TB" in told
    assert "clean, delete: 'yes' is neither true nor false" in told


def test_a_word_without_its_value_is_told() -> None:
    with pytest.raises(ConfigError) as caught:
        clean.parse(["delete", "older", "paths.outputs"])
    assert [(problem.where, problem.what, problem.fix) for problem in caught.value.problems] == [
        ("clean, delete", "it needs a value", "write delete=true"),
        ("clean, older", "it needs a value", "write older=12h, older=30d or older=4w"),
        ("clean, paths.outputs", "it needs a value", "write paths.outputs=FOLDER"),
    ]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("'my films'", Path("my films").absolute()),
        ('"my films"', Path("my films").absolute()),
        ("'~/films'", Path("~/films").absolute()),  # Hydra is not asked to look into quotes
        ("~", Path.home()),
        ("~nosuchuser/x", Path("~nosuchuser/x").absolute()),
    ],
)
def test_the_folder_is_read_as_in_a_render(value: str, path: Path) -> None:
    assert clean.parse([f"paths.outputs={value}"]).outputs == path


@pytest.mark.parametrize("name", ["missing", "~nosuchuser/x", "it's", "${oc.env:HOME}", "a file", "a file/below"])
def test_a_named_folder_that_cannot_be_cleaned_is_an_error(outputs: Path, name: str) -> None:
    (outputs.parent / "a file").touch()
    with pytest.raises(ConfigError) as caught:
        clean.run([f"paths.outputs={name}"])
    (problem,) = caught.value.problems
    assert problem.where == "clean, paths.outputs"
    what = {"a file": "is a file, not a folder", "${oc.env:HOME}": "holds ${"}.get(name, "there is no folder")
    assert what in problem.what
    assert problem.fix


def test_a_file_in_place_of_the_outputs_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STORYVID_ROOT", raising=False)
    (tmp_path / "outputs").touch()
    with pytest.raises(ConfigError, match="is a file, not a folder"):
        clean.run([])


@pytest.mark.parametrize("text", ["", "d", "3", "nan d", "infd", "٣d", "3 0d", "1.d", "3dd", "9" * 400 + "d"])
def test_what_is_no_time(text: str) -> None:
    assert math.isnan(clean._amount(text, clean.SECONDS))


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0.0 MB"), (1_234_567, "1.2 MB"), (999_400_000, "999.4 MB"), (999_960_000, "1.0 GB"), (12_345 * 10**6, "12.3 GB")],
)
def test_sizes_in_words(size: int, text: str) -> None:
    assert clean.in_words(size) == text


def test_the_summary_changes_nothing_and_tells_how_to_go_on(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(outputs.parent)
    text = said([], capsys)
    assert f"{outputs} holds 15.6 MB; " in text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "clips of runs 3 6.0 MB they stay" in lines
    assert "clips of no run 2 9.0 MB" in lines
    assert "unfinished work 1 0.6 MB a render goes on from it" in lines
    assert "harbour 0.0 MB 6.0 MB" in lines
    assert "harbour/one 0.0 MB 1.0 MB" in lines, "the second clip is the other run's, too"
    assert "python -m storyvid clean older=30d those of them that are older; also 12h, 4w" in lines
    assert tree(outputs.parent) == before


def test_a_dry_run_names_what_would_go_and_the_command_that_does_it(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(outputs.parent)
    text = said(["unreferenced=true"], capsys)
    assert tree(outputs.parent) == before
    assert "harbour S04 take 1" in text
    assert "harbour S05 take 1" in text
    assert "S01" not in text
    assert "2 clips (9.0 MB) would go. That frees 4.0 MB; 5.0 MB are also in other folders, and stay there.\n" in text
    command = text.splitlines()[-1].strip()
    assert command == "python -m storyvid clean unreferenced=true delete=true"
    assert said(command.split()[4:], capsys) == (
        "2 clips (9.0 MB) removed; 4.0 MB freed; 5.0 MB are also in other folders, and stay there.\n"
    )
    assert {name for name in before if name not in tree(outputs.parent)} == {
        f"outputs/.clips/{key(n)[:2]}/{key(n)}/{name}" for n in (4, 5) for name in ("clip.mp4", "clip.json")
    }
    assert "Nothing can go by these words.\n" in said(["unreferenced=true"], capsys)


def test_a_size_that_cannot_be_reached_is_told(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "The clip store would hold 6.6 MB, more than you asked for" in said(["size=1MB"], capsys)
    assert "The clip store would hold 10.6 MB.\n" in said(["size=11MB"], capsys)


def test_unfinished_work_goes_only_when_it_is_named(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "2 clips and 1 unfinished one (9.6 MB) would go" in said(["unfinished=true", "older=9d"], capsys)
    assert "Nothing can go by these words.\n" in said(["unfinished=true", "older=99d"], capsys)
    said(["unfinished=true", "delete=true"], capsys)
    assert not (outputs / ".clips" / "work" / key(6)).exists()
    assert (outputs / ".clips" / key(4)[:2] / key(4) / "clip.mp4").exists()


def test_encoded_prompts_are_listed_and_go_with_clips_of_no_run(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_files(outputs / ".embeddings", {f"{key(1)}.safetensors": bytes(300_000), ".tmp-7-cut-short": bytes(100_000)}, 10)
    assert "prompts and keyframes 2 0.4 MB made again when needed" in " ".join(said([], capsys).split())
    told = said(["unreferenced=true"], capsys)
    assert "  2 files of prompts and keyframes (0.4 MB)\n" in told
    assert "That frees 4.4 MB" in told
    assert "prompts and keyframes (" not in said(["older=11d"], capsys)
    for words in (["size=1MB"], ["older=9d", "size=1MB"], ["unfinished=true"]):
        said([*words, "delete=true"], capsys)
    assert len(list((outputs / ".embeddings").iterdir())) == 2
    assert "2 files of prompts and keyframes (0.4 MB) removed.\n" in said(["older=9d", "delete=true"], capsys)
    assert not list((outputs / ".embeddings").iterdir())


def test_without_a_criterion_only_leftovers_are_deleted(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(outputs.parent)
    put_files(outputs / ".clips" / dead_name(), {"clip.mp4": bytes(3_000_000)}, 1)
    assert said(["delete=true"], capsys) == "0 clips (0.0 MB) removed; 3.0 MB freed.\n"
    assert tree(outputs.parent) == before


def test_with_a_manifest_that_cannot_be_read_nothing_goes(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = outputs / "harbour" / "one" / "metadata" / "manifest.json"
    broken.write_text("{", encoding="utf-8")
    before = tree(outputs.parent)
    for words in (["unreferenced=true"], ["size=0MB", "delete=true"], ["delete=true"]):
        with pytest.raises(StoryvidError) as caught:
            clean.run(words)
        assert str(broken) in str(caught.value)
    text = said([], capsys)
    assert "Nothing can be removed before this is mended" in text
    assert str(broken) in text
    assert "What could go" not in text
    assert tree(outputs.parent) == before


def test_a_film_that_is_being_rendered_keeps_what_is_new(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_run(outputs, "harbour/now", [], days=45, status="running")
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(NOW - 45 * DAY_S))
    text = said(["unreferenced=true"], capsys)
    assert f"A film seems to be rendering in {outputs / 'harbour' / 'now'}, since {began} on {platform.node()}: " in text
    assert "what is newer stays" in text
    assert f'python -m storyvid resume "{outputs / "harbour" / "now"}" again=true' in text
    assert "or delete that run folder" in text
    assert "S05" in text
    assert "S04" not in text


def test_a_run_that_was_killed_on_another_computer_is_told_with_its_name(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_run(outputs, "harbour/a", [], status="running", owner={"host": "studio-2 pid:[4026531836]", "pid": 1})
    put_run(outputs, "harbour/b", [], status="running", owner=None)
    text = said([], capsys)
    assert " on studio-2: " in text
    assert " on a computer that its record doesn't name: " in text


def test_another_folder_is_named_and_quoted_in_the_command(outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    films = outputs.rename(outputs.with_name("my films"))
    assert said([], capsys).startswith("Nothing to clean: there is no folder ")
    assert f'python -m storyvid clean "paths.outputs={films}" older=1d delete=true' in said(
        [f"paths.outputs={films}", "older=1d"], capsys
    )


def test_what_could_not_be_removed_is_an_exit_code(
    outputs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "rmtree", lambda path, ignore_errors: None)
    assert clean.run(["unreferenced=true", "delete=true"]) == 2
    assert "2 clips (9.0 MB) removed; 0.0 MB freed" in (captured := capsys.readouterr()).out
    assert "could not be deleted whole" in captured.err


def test_nothing_heavy_is_imported(outputs: Path) -> None:
    code = (
        "import sys\nfrom storyvid.cli import main\ncode = main(['clean', 'unreferenced=true', 'delete=true'])\n"
        f"sys.exit(code or [name for name in {HEAVY!r} if name in sys.modules] or 0)"
    )
    folder = outputs.parent
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment(folder), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_users_own_settings_name_the_folder(outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "conf"
    shutil.copytree(clean.conf_dir(), own)
    (own / "local").mkdir(exist_ok=True)
    text = "# @package _global_\npaths:\n  outputs: ${oc.env:STORYVID_TEST_FILMS}/mine\n"
    (own / "local" / "default.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("STORYVID_TEST_FILMS", str(tmp_path))
    monkeypatch.setattr(clean, "conf_dir", lambda: own)
    monkeypatch.setattr("storyvid.cli.compose.conf_dir", lambda: own)
    assert clean.default_outputs() == tmp_path / "mine"


def test_films_of_real_runs_survive_and_are_not_rendered_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A film, changed and rendered again; its first run is deleted, and with it the clips that only the first film needed."""
    outputs = tmp_path / "outputs"

    def render(name: str, prompt: str) -> dict[str, Any]:
        board = storyboard({"duration": 0.5}, {"duration": 0.5, "prompt": prompt})
        prepared = film(board, *SMALL, "takes=2", f"paths.outputs={outputs.as_posix()}", folder=tmp_path)
        assert render_film(prepared, outputs / "boat" / name, NoTracker()) == 0
        manifest: dict[str, Any] = json.loads((outputs / "boat" / name / "metadata" / "manifest.json").read_text(encoding="utf-8"))
        return manifest

    words = [f"paths.outputs={outputs}", "unreferenced=true"]
    render("one", "A gull in a cave.")
    render("two", "A dog in a cave.")
    assert len(set(outputs.glob(".clips/??/*"))) == 6
    assert "Nothing can go" in said(words, capsys)
    shutil.rmtree(outputs / "boat" / "one")
    assert said([*words, "delete=true"], capsys).startswith("2 clips (")
    assert len(set(outputs.glob(".clips/??/*"))) == 4
    again = render("three", "A dog in a cave.")
    assert [take["reused"] for shot in again["shots"] for take in shot["takes"]] == [True] * 4
