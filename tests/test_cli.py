"""The command line as a user meets it: printed text, exit codes, and what is left on disk.

Real processes where that matters (exit codes, signals, imports, what differs from one process to the next); the rest asks the
same in this process, since starting Python and importing storyvid takes seconds each time.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import storyvid
from storyvid import video
from storyvid.cli import main, storyboards
from tests.one_process import run_all

SOURCES = str(Path(storyvid.__file__).parents[1])
SMALL = ("resolution.height=72", "resolution.width=128", "upscale=none")
HEAVY = ("torch", "diffusers", "transformers", "mlflow")
BOARD = {
    "title": "Two shots",
    "shots": [
        {
            "id": "S01",
            "prompt": "A red boat drifts through a dark cave.",
            "duration": 0.5,
            "transition": {"type": "dissolve", "duration": 0.2},
        },
        {"id": "S02", "prompt": "An old man looks around in a cave.", "duration": 0.5},
    ],
}


def environment(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("STORYVID")}
    return kept | {"PYTHONPATH": SOURCES, "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}


def storyvid_command(folder: Path, *words: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "storyvid", *words],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


@pytest.fixture
def board(tmp_path, monkeypatch):
    """The current folder, which holds a storyboard; none is remembered from another test."""
    path = tmp_path / "my.json"
    path.write_text(json.dumps(BOARD), encoding="utf-8")
    monkeypatch.setattr(storyboards, "_read", {})
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STORYVID_ROOT", raising=False)
    return tmp_path


@pytest.fixture
def told(board, capsys) -> Callable[..., tuple[int, str, str]]:
    """Run a command line in this process; its exit code, standard output and standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        return main(words), *capsys.readouterr()

    return run


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "my.json")


def test_help_lists_verbs_groups_and_options(tmp_path):
    done = storyvid_command(tmp_path, "--help")
    assert done.returncode == 0
    for words in ("python -m storyvid plan", "backend\n", "animatic", "12gb", "upscale\n", "--config-dir", "delivery.codec"):
        assert words in done.stdout
    for words in ("takes=", "pick.S02=", "shots=[", "stale=keep", "edit.handles=", "again=true", "out=", "unreferenced=true"):
        assert words in done.stdout
    assert left_behind(tmp_path) == []


def test_no_words_print_the_help_and_fail(tmp_path):
    done = storyvid_command(tmp_path)
    assert done.returncode == 1
    assert "python -m storyvid storyboard=my.json" in done.stdout


def test_version(tmp_path):
    assert storyvid_command(tmp_path, "--version").stdout == f"storyvid {storyvid.__version__}\n"


MISTAKES: list[tuple[list[str], str]] = [
    (["planet", "storyboard=my.json"], "planet: is not a verb storyvid knows"),
    (["planet"], "did you mean plan?"),
    (["my.json"], 'Fix: write storyboard="my.json"'),
    (["storyboard", "=", "my.json"], "Fix: write it as one word, without spaces: storyboard=my.json"),
    (["--storyboard=my.json"], "settings are written key=value, without dashes"),
    ([""], "'': is not a verb"),
    (["storyboard=mine.json"], "mine.json"),
    (["sampler.steps=3"], "add storyboard=my.json"),
    (["storyboard=my.json", "sampler.steps=0", "backend=wann"], "storyvid: 2 problems; nothing was made"),
    (["storyboard=my.json", "sampler.stps=3"], "did you mean"),
    (["storyboard=my.json", "-m", "sampler.steps=3,x"], "'x' is not a whole number"),
    (["plan", "storyboard=my.json", "resolution.height=71", "resolution.width=128"], "71 is not a multiple of 2"),
    (["-m", "--cfg", "job"], "leave -m out"),
]


@pytest.fixture(scope="module")
def mistakes(tmp_path_factory) -> list[tuple[int, str, str]]:
    """Exit code, standard output and standard error of each mistake; together they have left nothing."""
    folder = tmp_path_factory.mktemp("mistakes")
    (folder / "my.json").write_text(json.dumps(BOARD), encoding="utf-8")
    told = run_all([words for words, _ in MISTAKES], folder)
    assert left_behind(folder) == []
    return told


@pytest.mark.parametrize("number", range(len(MISTAKES)), ids=[" ".join(words) for words, _ in MISTAKES])
def test_a_users_mistake_is_told_without_a_traceback_and_leaves_nothing(mistakes, number):
    code, _, told = mistakes[number]
    assert code == 1
    assert MISTAKES[number][1] in told
    assert "Traceback" not in told


def test_all_problems_of_configuration_and_storyboard_come_together(board):
    (board / "my.json").write_text('{"shots": [{"prompt": "A boat.", "duration": 40}, {"prompt": ""}]}', encoding="utf-8")
    done = storyvid_command(board, "storyboard=my.json", "sampler.steps=0")
    assert "sampler.steps: 0 is outside the range" in done.stderr
    assert "40 s is longer than one shot may be (15 s)" in done.stderr
    assert 'shot "S02" (2 of 2)' in done.stderr
    assert done.returncode == 1


def test_a_picture_that_cannot_be_read_is_found_before_rendering(board, told):
    (board / "my.json").write_text(
        '{"shots": [{"prompt": "A boat.", "continuity": {"image": "my.json"}}, {"prompt": "A cat on a wall."}]}', encoding="utf-8"
    )
    code, _, err = told("plan", "storyboard=my.json")
    assert code == 1
    assert 'shot "S01" (1 of 2), shots[0].continuity.image: my.json:' in err


def test_verbose_shows_the_traceback(board):
    done = storyvid_command(board, "storyboard=none.json", "hydra.verbose=true")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_plan_prints_the_table_and_writes_nothing(board):
    done = storyvid_command(board, "plan", "storyboard=my.json", *SMALL)
    assert done.returncode == 0, done.stderr
    assert "Two shots: 2 shots, 24 frames at 24 fps = 1.00 s" in done.stdout
    assert "dissolve 4" in done.stdout
    assert "clips 128x72, film 128x72 h264, film seed 42" in done.stdout
    assert "chunk 1" not in done.stdout
    assert left_behind(board) == []


def test_plan_prints_the_prompts_of_any_family(told):
    _, out, _ = told("plan", "storyboard=my.json", "plan.show=prompts", "backend.prompts=wan")
    assert "chunk 1 (14 frames, seed " in out
    assert "A red boat drifts through a dark cave." in out


def test_hydras_own_view_of_the_configuration(board, told):
    code, out, _ = told("--cfg", "job", "sampler.steps=7")
    assert code == 0
    assert "steps: 7" in out
    assert left_behind(board) == []


LIGHT = ("--help", "plan storyboard=my.json", "storyboard=nothing.json", "backend=wann", "resume nothing", "reproduce nothing.mp4")
WITHOUT_PICTURES = ("numpy", "av", "cv2")  # and of those, what the first four also go without


def test_nothing_heavy_is_imported_for_help_errors_and_plans(board):
    code = (
        f"import sys\nfrom storyvid.cli import main\nfor number, words in enumerate({LIGHT!r}):\n    main(words.split())\n"
        f"    names = {HEAVY!r} + ({WITHOUT_PICTURES!r} if number < 4 else ())\n"
        f"    if heavy := [name for name in names if name in sys.modules]:\n        sys.exit(f'{{words}} imported {{heavy}}')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=board, env=environment(board), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_film_with_tracking(board):
    done = storyvid_command(
        board, "storyboard=my.json", "project=first", *SMALL, "sampler.cfg=3", "tracking.wait_s=600", timeout=600
    )
    assert done.returncode == 0, done.stderr
    (run,) = (board / "outputs" / "first").iterdir()
    assert f"Film: {run / 'assembled' / 'film.mp4'}" in done.stderr
    assert "python -m storyvid ui" in done.stderr
    assert "sampler.cfg: changes nothing with backend=animatic" in done.stderr
    assert (board / "mlruns" / "mlflow.db").is_file()
    assert left_behind(board) == ["mlruns", "outputs"]


def test_a_sweep_makes_a_film_for_each_combination_and_shares_clips(board, told):
    code, _, err = told("-m", "storyboard=my.json", *SMALL, "tracking=none", "sampler.cfg=3,5", "delivery.crf=20")
    assert code == 0, err
    (sweep,) = (board / "outputs" / "two-shots" / "sweeps").iterdir()
    manifests = [json.loads((sweep / str(n) / "metadata" / "manifest.json").read_text(encoding="utf-8")) for n in range(2)]
    assert [m["status"] for m in manifests] == ["done"] * 2
    assert {m["sweep"] for m in manifests} == {sweep.name}
    assert [(m["recipe"]["config"]["sampler"]["cfg"], m["recipe"]["config"]["delivery"]["crf"]) for m in manifests] == [
        (3, 20),
        (5, 20),
    ]
    assert [shot["reused"] for m in manifests for shot in m["shots"]] == [False] * 2 + [True] * 2
    assert "1  done" in err


def test_two_runs_of_one_command_give_identical_frames(board):
    (board / "my.json").rename(board / "故事 🎬.json")
    for name in ("a", "b"):
        (board / name).mkdir()
        done = storyvid_command(board / name, "storyboard=../故事 🎬.json", *SMALL, "tracking=none")
        assert done.returncode == 0, done.stderr
    films = [next((board / name).glob("outputs/*/*/assembled/film.mp4")) for name in ("a", "b")]
    one, two = (np.stack(list(video.read_frames(path))) for path in films)
    assert np.array_equal(one, two)


@pytest.mark.parametrize("name", ["story (1).json", "a=b, it's.json", "故事 🎬.json"])
def test_awkward_file_names(board, told, name):
    (board / "my.json").rename(board / name)
    code, _, err = told(f"storyboard={name}", *SMALL, "tracking=none")
    assert code == 0, err


def test_storyboard_words_that_look_like_configuration_stay_words(board, told):
    words = "A sign reads ${oc.env:PATH} and ??? on the wall of a shop."
    (board / "my.json").write_text(json.dumps({"title": "x", "shots": [{"prompt": words, "duration": 0.5}]}), encoding="utf-8")
    _, out, _ = told("plan", "storyboard=my.json", "plan.show=prompts")
    assert words in out


def test_outputs_go_below_storyvid_root(board, told, monkeypatch):
    monkeypatch.setenv("STORYVID_ROOT", str(board / "elsewhere"))
    code, _, err = told("storyboard=my.json", *SMALL, "tracking=none")
    assert code == 0, err
    assert (board / "elsewhere" / "outputs" / "two-shots").is_dir()
    assert not (board / "outputs").exists()


def test_the_users_own_files_are_read(board, told):
    (board / "mine" / "sampler").mkdir(parents=True)
    (board / "mine" / "sampler" / "own.yaml").write_text("steps: 3\ncfg: 2.5\nscheduler: none\n", encoding="utf-8")
    code, _, err = told("storyboard=my.json", "--config-dir", "mine", "sampler=own", *SMALL, "tracking=none")
    assert code == 0, err
    (run,) = (board / "outputs" / "two-shots").iterdir()
    record = json.loads((run / "metadata" / "shots" / "S01.json").read_text(encoding="utf-8"))
    assert (record["num_inference_steps"], record["guidance_scale"]) == (3, 2.5)


def test_an_unwritable_place_is_one_plain_error(board, told):
    (board / "outputs").write_text("in the way", encoding="utf-8")
    code, _, err = told("storyboard=my.json", *SMALL, "tracking=none")
    assert code == 1
    assert "a run folder can't be made there" in err
    assert "Traceback" not in err


def long_film(folder: Path) -> list[str]:
    """The words that render a film of five shots of a cave, each of which takes longer than to notice that one is finished."""
    shots = [{"prompt": f"A ball with the number {n} rolls through a cave.", "duration": 2} for n in range(5)]
    (folder / "my.json").write_text(json.dumps({"title": "Long", "shots": shots}), encoding="utf-8")
    return ["storyboard=my.json", *SMALL, "tracking=none"]


def start(folder: Path, words: list[str]) -> subprocess.Popen[str]:
    """Start a render, and wait until its first clip is finished."""
    process = subprocess.Popen(
        [sys.executable, "-m", "storyvid", *words], cwd=folder, env=environment(folder), stderr=subprocess.PIPE, encoding="utf-8"
    )
    deadline = time.monotonic() + 60
    while not list(folder.glob("outputs/.clips/??/*/clip.mp4")) and time.monotonic() < deadline:
        time.sleep(0.02)
    return process


def status_of(run: Path) -> str:
    return str(json.loads((run / "metadata" / "manifest.json").read_text(encoding="utf-8"))["status"])


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_after_a_kill_the_same_command_goes_on_and_clears_up(board, told):
    words = long_film(board)
    process = start(board, words)
    process.kill()
    process.communicate()
    (killed,) = board.glob("outputs/long/*")
    assert status_of(killed) == "running"
    (killed / "assembled" / ".tmp-1-film.mp4").write_bytes(b"half")
    code, _, err = told(*words)
    assert code == 0, err
    assert "reused" in err
    assert not list(board.rglob(".tmp-*"))
    assert status_of(killed) == "stopped"


@pytest.mark.skipif(os.name == "nt", reason="a console signal would stop the tests themselves")
def test_ctrl_c_ends_quickly_and_the_same_command_goes_on(board, told):
    words = long_film(board)
    process = start(board, words)
    process.send_signal(signal.SIGINT)
    _, text = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in text
    assert "what was finished is kept" in text
    assert not list(board.glob("outputs/.clips/.tmp-*"))
    (run,) = board.glob("outputs/long/*")
    assert status_of(run) == "stopped"
    code, _, err = told(*words)
    assert code == 0, err
    assert "reused" in err
