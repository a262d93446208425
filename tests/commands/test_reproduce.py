"""``reproduce``: a film alone is enough to render it again, the answer is in frames, and a stranger's recipe can do no harm."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np
import pytest

from storyvid import video
from storyvid.backends.animatic.backend import AnimaticBackend
from storyvid.backends.base import close_backends
from storyvid.clips.store import release
from storyvid.commands import reproduce, resume
from storyvid.errors import StoryvidError
from storyvid.record.path_lengths import LONGEST
from storyvid.replay.original import leads_elsewhere
from tests.replay.runs import SHOTS, change_manifest, film_of, manifest_of, render, stop_at

OVERRIDDEN = ({**SHOTS[0], "overrides": {"steps": 3, "cfg": 2.0}}, *SHOTS[1:])


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch):
    """A folder of its own for what is rendered again, below one with a long history."""
    (tmp_path / "hier" / "ä b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "hier" / "ä b")
    monkeypatch.delenv("STORYVID_ROOT", raising=False)
    close_backends()
    yield
    close_backends()


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The run folder of a film; not to be changed."""
    return render(tmp_path_factory.mktemp("whole"), *OVERRIDDEN, words=("sampler.steps=7", "seed=5", "pick.S02=2"), seed=9)


@pytest.fixture
def root(whole, tmp_path) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(whole, tmp_path / "outputs" / "test" / whole.name))


def again(*words: str | Path) -> tuple[int, Path, dict[str, Any]]:
    """Exit code, run folder and ``reproduction.json`` of the film that was rendered again."""
    code = reproduce.run([*map(str, words), "tracking=none"])
    folder = sorted(Path("outputs/test").iterdir())[-1]
    return code, folder, json.loads((folder / "metadata" / "reproduction.json").read_text(encoding="utf-8"))


def refused(*words: str | Path) -> str:
    with pytest.raises(StoryvidError) as caught:
        reproduce.run([*map(str, words), "tracking=none"])
    assert not Path("outputs").exists(), "nothing is made"
    assert all(problem.fix for problem in caught.value.problems)
    return str(caught.value)


def test_a_film_alone_gives_the_same_film(root, capsys):
    film = Path(shutil.copyfile(film_of(root), "der fílm.MP4"))
    shutil.rmtree(root)
    code, folder, told = again(film)
    assert (code, told["identical"], told["differences"], told["not_compared"]) == (0, True, [], None)
    assert set(told["model_frames"].values()) == {"identical"}
    assert [shot["num_frames"] for shot in told["film_frames"].values()] == [18, 12, 12]
    manifest = manifest_of(folder)
    assert (manifest["reproduces"], manifest["overrides"][:2]) == (told["recipe_sha256"][:16], ["reproduce", "der fílm.MP4"])
    assert [(shot["steps"], shot["cfg"], shot["take"]) for shot in manifest["recipe"]["shots"].values()] == [
        (7, 2.0, 1), (7, 1.0, 2), (7, 1.0, 1),
    ]  # fmt: skip
    assert video.frames_sha256(video.read_frames(film_of(folder))) == video.frames_sha256(video.read_frames(film))
    assert not Path("outputs/.reproduce").exists(), "its store is removed"
    assert not Path("outputs/.clips").exists()
    assert (folder / "shots" / "S02.mp4").stat().st_size > 0
    printed = capsys.readouterr().out
    assert "Nothing differs between this machine and the recorded one." in printed
    assert "Reproduced: every frame of the film is identical" in printed


def test_other_settings_are_told_in_decibels(root, capsys):
    recipe = manifest_of(root)["recipe"]
    recipe["config"]["delivery"]["crf"] = 45
    code, _, told = again(change_manifest(root, recipe=recipe))
    assert (code, told["identical"]) == (0, False)
    assert set(told["model_frames"].values()) == {"identical"}
    for shot in told["film_frames"].values():
        assert 15 < shot["psnr_min_db"] <= shot["psnr_mean_db"] < 50
        assert shot["num_frames"] - 1 <= shot["different_frames"] <= shot["num_frames"], "the last frame is black"
    assert "PSNR " in capsys.readouterr().out


def test_other_frames_of_the_model_are_noticed(root, capsys):
    recipe = manifest_of(root)["recipe"]
    recipe["shots"]["S01"]["frames_sha256"] = ["0" * 64]
    recipe["shots"]["S03"] |= {"frames_sha256": ["0" * 64], "stale": "kept"}
    film_of(root).unlink()
    code, _, told = again(change_manifest(root, recipe=recipe).parents[1])
    assert (code, told["model_frames"]) == (0, {"S01": "different", "S02": "identical", "S03": "kept from before"})
    assert (told["identical"], told["film_frames"]) == (False, {})
    assert "no original to compare with" in told["not_compared"]
    assert "no original to compare with" in capsys.readouterr().out


def test_a_film_that_was_cut_short_is_told_before_rendering(root, capsys, monkeypatch):
    data = film_of(root).read_bytes()
    film_of(root).write_bytes(data[: len(data) * 3 // 4])
    with monkeypatch.context() as patch:
        stop_at(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            again(film_of(root))
    (before,) = re.findall("breaks off after [0-9]+ of 42 frames", capsys.readouterr().out)
    code, _, told = again(film_of(root))
    assert (code, told["identical"], told["film_frames"]) == (0, False, {})
    assert told["not_compared"] == f"the recorded film {before}"
    assert set(told["model_frames"].values()) == {"identical"}


def test_what_differs_is_told_before_rendering(root, capsys, monkeypatch):
    recipe = manifest_of(root)["recipe"]
    recipe["environment"]["packages"]["numpy"] = "1.0.0"
    recipe["environment"]["gpus"] = [{"name": "NVIDIA GeForce RTX 5070", "driver": "581.0"}]
    recipe["config"]["backend"]["revision"] = "1"
    recipe["shots"]["S02"]["environment"] = recipe["environment"] | {"storyvid": "0.0.9"}
    stop_at(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        again(change_manifest(root, recipe=recipe), "memory=12gb")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["model", "revision", "1", "2"] in lines
    assert ["memory", "cpu", "12gb"] in lines
    assert ["numpy", "1.0.0", np.__version__] in lines
    assert [line[-1] for line in lines if line[:1] == ["card"]] == ["none"] * 2
    assert ["storyvid", "(S02)", "0.0.9", "0.1.0"] in lines


def test_stopped_it_goes_on_where_it_was(root, monkeypatch):
    with monkeypatch.context() as patch:
        stop_at(patch, 3)
        with pytest.raises(KeyboardInterrupt):
            again(film_of(root))
    (store,) = Path("outputs/.reproduce").iterdir()
    assert len(list(store.glob("??/*/clip.mp4"))) == 2
    (folder,) = Path("outputs/test").iterdir()
    with pytest.raises(StoryvidError, match="give the reproduce command once more"):
        resume.run([str(folder)])
    code, folder, told = again(film_of(root))
    assert (code, told["identical"]) == (0, True)
    assert [shot["reused"] for shot in manifest_of(folder)["shots"]] == [True, True, False]
    assert not store.exists()


def test_two_at_once_are_refused(root):
    key = reproduce.find_original(film_of(root)).key
    lock = reproduce.FileLock(Path("outputs/.reproduce").absolute() / f"{key[:16]}.lock")
    Path(lock.lock_file).parent.mkdir(parents=True)
    with lock, pytest.raises(StoryvidError, match="another storyvid is rendering this very film again"):
        reproduce.run([str(film_of(root)), "tracking=none"])
    release(lock)


def test_a_film_whose_shot_was_left_out_or_failed(root, monkeypatch):
    recipe = manifest_of(root)["recipe"]
    del recipe["shots"]["S01"]["frames_sha256"]
    code, folder, told = again(change_manifest(root, recipe=recipe))
    assert (code, told["model_frames"]["S01"]) == (0, "left out")
    assert [shot["status"] for shot in manifest_of(folder)["shots"]] == ["left out", "done", "done"]

    def fail(self, shot, *args):
        raise RuntimeError("out of ink")

    monkeypatch.setattr(AnimaticBackend, "generate_chunk", fail)
    assert reproduce.run([str(film_of(root)), "tracking=none"]) == 1


def test_pictures_are_asked_for_and_checked(tmp_path):
    picture = np.full((72, 128, 3), 90, np.uint8)
    video.write_image(tmp_path / "start.png", picture)
    root = render(tmp_path, {"duration": 0.5, "continuity": {"image": "start.png"}})
    assert len(manifest_of(root)["recipe"]["pictures"]["start.png"]) == 64
    film = shutil.copyfile(film_of(root), "film.mp4")
    told = refused(film)
    assert "start.png: this picture, which a shot starts from, is not there" in told
    assert "add pictures=FOLDER" in told
    Path("other").mkdir()
    video.write_image(Path("other/start.png"), picture + 1)
    assert "is another picture than the film was rendered with" in refused(film, "pictures=other")
    assert again(film, f"pictures={tmp_path}")[2]["identical"]
    shutil.rmtree("outputs")
    assert again(film_of(root))[2]["identical"], "the film in its run folder knows where the storyboard was"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_picture_that_is_a_link_out_of_its_folder_is_refused(tmp_path):
    (tmp_path / "films" / "kept").mkdir(parents=True)
    video.write_image(tmp_path / "films" / "start.png", np.full((72, 128, 3), 90, np.uint8))
    root = render(tmp_path / "films", {"duration": 0.5, "continuity": {"image": "start.png"}})
    Path(tmp_path / "films" / "kept" / "start.png").symlink_to(tmp_path / "films" / "start.png")
    for again in (reproduce.run, resume.run):
        change_manifest(root, status="done" if again is reproduce.run else "stopped")
        with pytest.raises(StoryvidError, match="leads out of the folder of pictures"):
            again([str(root), f"pictures={tmp_path / 'films' / 'kept'}"])


@pytest.mark.parametrize(
    ("folder", "near", "elsewhere"),
    [
        ("\\\\evil\\share\\films", "C:\\films\\manifest.json", True),
        ("//evil/share/films", "\\\\nas\\films\\manifest.json", True),
        ("\\\\?\\UNC\\evil\\share\\films", "C:\\films\\manifest.json", True),
        ("\\\\nas\\films\\harbour", "\\\\nas\\films\\out\\manifest.json", False),
        ("D:\\films", "C:\\films\\manifest.json", False),
        ("/home/ada/films", "/tmp/manifest.json", False),
    ],
)
def test_a_recorded_share_of_another_computer_is_not_looked_at(folder, near, elsewhere):
    assert leads_elsewhere(folder, PureWindowsPath(near)) == elsewhere


def test_a_model_from_a_folder_has_to_be_named(root):
    recipe = manifest_of(root)["recipe"]
    recipe["config"]["backend"]["model"] = "my model"
    path = change_manifest(root, recipe=recipe)
    assert "a model from a folder named 'my model'" in refused(path)
    Path("my model").mkdir()
    assert again(path, "backend.model=my model")[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["paths.output=x"], "did you mean paths.outputs?"),
        (["sampler.steps=3"], "is not one of its settings"),
        (["memory=13gb"], "there is no such option"),
        (["backend.model=storyvid/animatik"], "leave it out; it is storyvid/animatic"),
        (["memory"], "write memory=8gb"),
        (["pictures=nowhere"], "is not a folder"),
        (["again.mp4"], "takes one path, not 2"),
    ],
)
def test_wrong_words(root, words, told):
    assert told in refused(film_of(root), *words)


def test_what_holds_no_recipe_is_told_in_words(root, tmp_path):
    assert "holds no recipe" in refused(root / "shots" / "S01.mp4")
    assert "there is no such file" in refused(tmp_path / "none.mp4")
    assert "is a folder without metadata/manifest.json" in refused(tmp_path)
    (tmp_path / "film.mp4").write_bytes(b"no film")
    assert "this is not a video that can be read" in refused(tmp_path / "film.mp4")
    for text in ("{", "[]", "{}", '{"recipe": NaN}', "[" * 100_000, '{"recipe": 1' + "0" * 5000 + "}"):
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
        assert "manifest" in refused(tmp_path / "manifest.json")
    assert "needs FILM_OR_MANIFEST" in refused()


def test_a_setting_that_an_older_storyvid_did_not_have_is_told(root, capsys):
    recipe = manifest_of(root)["recipe"]
    del recipe["config"]["edit"], recipe["config"]["delivery"]["fit"], recipe["config"]["memory"]["compile"]
    code, _, told = again(change_manifest(root, recipe=recipe))
    assert (code, told["identical"]) == (0, True)
    assert [(each["what"], each["recorded"]) for each in told["differences"]] == [
        (key, "not recorded") for key in ("memory.compile", "delivery.fit", "edit")
    ]
    assert "delivery.fit    not recorded  crop" in capsys.readouterr().out


def test_a_run_that_made_no_film_has_to_be_resumed(root):
    change_manifest(root, status="stopped")
    assert "python -m storyvid resume" in refused(root)


def test_paths_that_windows_cannot_hold_are_told_before(root, monkeypatch):
    monkeypatch.setattr("storyvid.record.path_lengths.paths_are_limited", lambda: True)
    deep = Path.cwd() / ("x" * (LONGEST - 115 - len(str(Path.cwd()))))
    assert "Windows allows 259" in refused(film_of(root), f"paths.outputs={deep}")
    shorter = deep.with_name(deep.name[:-60])
    assert reproduce.run([str(film_of(root)), "tracking=none", f"paths.outputs={shorter}"]) == 0


def put(recipe: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of a recipe with another value at a dotted path."""
    recipe = copy.deepcopy(recipe)
    place: Any = recipe
    *above, last = path.split(".")
    for key in above:
        place = place[int(key) if isinstance(place, list) else key]
    place[int(last) if isinstance(place, list) else last] = value
    return recipe


UP = "../../../x"
HOSTILE: tuple[tuple[str, Any, str], ...] = (
    ("config.backend.kind", "os", "is not a kind of backend"),
    ("config.backend.kind", "animatic.backend", "is not a kind of backend"),
    ("config.backend.kind", None, "must name a module"),
    ("config.backend.model", "/etc", "neither a model's name"),
    ("config.backend.model", "../..", "neither a model's name"),
    ("config.backend.model", "C:\\models\\x", "where that is here is not known"),
    ("config.backend._target_", "os.system", "is not known to this storyvid"),
    ("config.hydra", {"run": {"dir": "/tmp"}}, "is not known to this storyvid"),
    ("config.paths", {"outputs": "/tmp", "mlruns": "/tmp"}, "it names paths"),
    ("config.tracking", {"kind": "mlflow", "uri": "http://evil", "wait_s": 1}, "it names tracking"),
    ("config.storyboard", "/etc/passwd", "it names storyboard"),
    ("config.project", UP, "can't be a file name"),
    ("config.project", "CON", "Windows reserves"),
    ("config.project", ".clips", "begins with a dot"),
    ("config.sampler.steps", 10**9, "must be at most 1000"),
    ("config.delivery.crf", "0 -f null", "whole number"),
    ("config.delivery.preset", "medium:x", "is not one of"),
    ("config.memory.name", ["cpu"], "is not text"),
    ("config.backend.name", {"a": 1}, "is not text"),
    ("config.sampler", None, "recipe.config.sampler"),
    ("storyboard.project", "..", "can't be a file name"),
    ("storyboard.shots.0.id", "../S01", "can't be a shot id"),
    ("storyboard.shots.0.id", "s02", "two shots have one id"),
    ("storyboard.shots.0.continuity", {"image": "../../etc/passwd"}, "is not a path inside"),
    ("storyboard.shots.0.continuity", {"from": "S03", "frame": "last"}, "comes later in the film"),
    ("storyboard.shots.0.prompt", "\ud83d", "that can't be written down"),
    ("storyboard.shots.0.prompt", 5, "is not text"),
    ("storyboard.shots.0.transition", {"type": "xfade:custom:expr=1"}, "is not a transition"),
    ("storyboard.shots", [], "recipe, shots"),
    ("storyboard", "../my.json", "is not an object"),
    ("shots.S01.seed", 3, "says steps 7"),
    ("shots.S09", {"steps": 1, "cfg": 1.0, "seed": 1}, "says steps 1"),
    ("shots.S01.frames_sha256", ["../x"], "recipe, shots.S01.frames_sha256[0]"),
    ("pictures", {"../../x.png": None}, "is not a path inside"),
    ("environment.packages", 5, "recipe, environment.packages"),
    ("environment.os", "Linux\x1b[2J", "recipe, environment.os"),
    ("environment.packages", {"numpy": "1\nNothing differs"}, "recipe, environment.packages.numpy"),
    ("environment.python", "3\u202e11", "recipe, environment.python"),
    ("shots.S01.environment", {"storyvid": "\x9b2J"}, "recipe, shots.S01.environment.storyvid"),
    ("storyvid", "0\r1", "recipe, storyvid"),
    ("config.memory.name", "cpu\x1b[2J", "the control character U+001B"),
    ("config.backend.revision", "2\n3", "must be one line of text"),
    ("new_in_9", 1, "the recipe was written by 9.9.9"),
    ("storyvid", 9, "is not text"),
    ("seed", -1, "must be at least 0"),
)


@pytest.mark.parametrize(("path", "value", "told"), HOSTILE, ids=[f"{path} {value}"[:60] for path, value, _ in HOSTILE])
def test_a_hostile_recipe_does_nothing(root, path, value, told):
    recipe = put(put(manifest_of(root)["recipe"], "storyvid", "9.9.9"), path, value)
    (root / "metadata" / "manifest.json").write_text(json.dumps(manifest_of(root) | {"recipe": recipe}), encoding="utf-8")
    assert told in refused(root)
