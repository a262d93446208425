"""Consoles and files with Windows' code pages: every command gets its message through, in letters the console has."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import storyvid

SOURCES = str(Path(storyvid.__file__).parents[1])
SMALL = ("resolution.height=72", "resolution.width=128", "upscale=none", "tracking=none")
TITLE = "Две лодки – שלום 🎬"
BOARD = {
    "title": TITLE,
    "project": "boats",
    "shots": [
        {"id": "S01", "prompt": "A red boat drifts on a calm sea 🚤 → שלום.", "duration": 0.5, "couleur": "çé"},
        {"id": "S02", "prompt": "An old man looks at the far horizon.", "duration": 0.5},
    ],
}
CODE_PAGES = ["cp1252:strict", "cp437:strict"]


def narrow(encoding: str) -> dict[str, str]:
    """The environment of a console that has only one code page."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("STORYVID", "LC_", "LANG"))}
    return kept | {"PYTHONPATH": SOURCES, "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONIOENCODING": encoding, "COLUMNS": "200"}


def printed_by(words: list[str], folder: Path, encoding: str) -> tuple[int, str]:
    """Exit code of Python with these words, and all that is printed, as the console shows it."""
    command = [sys.executable, *words]
    done = subprocess.run(
        command, cwd=folder, env=narrow(encoding), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=120
    )
    return done.returncode, done.stdout.decode(encoding.partition(":")[0])


def make_folder(parent: Path) -> Path:
    """A folder with a storyboard whose words no code page has."""
    place = parent / "фильм # 100% (1)"
    place.mkdir()
    (place / "my.json").write_text(json.dumps(BOARD), encoding="utf-8")
    (place / "wrong.json").write_text('{"shots": [{"id": "ש🎬", "prompt": "A boat.", "duration": "🎬"}]}', encoding="utf-8")
    return place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path)


# The help, a plan and an error in one process: starting Python and importing storyvid takes seconds each time.
HELP, PLAN, ERROR = (["--help"], ["plan", "storyboard=my.json", "plan.show=prompts", *SMALL], ["storyboard=wrong.json"])
THREE = f"""
from storyvid.cli import main
for words in {(HELP, PLAN, ERROR)!r}:
    code = main(words)
    print("code", code, flush=True)
"""


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[tuple[int, str]]]:
    """Exit code and all that is printed by the help, a plan and an error, as a console of an encoding shows it."""

    @cache
    def shown(encoding: str) -> list[tuple[int, str]]:
        printed = printed_by(["-c", THREE], make_folder(tmp_path_factory.mktemp("three")), encoding)[1]
        pieces = re.split(r"^code (\d+)\r?\n", printed, flags=re.MULTILINE)
        assert len(pieces) == 7, printed
        return [(int(code), text) for text, code in zip(pieces[0:6:2], pieces[1:6:2], strict=True)]

    return shown


@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_the_help_is_whole(three: Callable[[str], list[tuple[int, str]]], encoding: str) -> None:
    code, text = three(encoding)[0]
    assert code == 0
    assert text.rstrip().endswith("--version, --help")


@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_a_plan_is_whole_and_names_are_escaped_not_lost(three: Callable[[str], list[tuple[int, str]]], encoding: str) -> None:
    code, text = three(encoding)[1]
    assert code == 0, text
    assert TITLE.encode("ascii", "backslashreplace").decode()[-20:] in text  # the film's emoji is in none of them
    assert "A red boat drifts on a calm sea \\U0001f6a4 " in text
    assert "An old man looks at the far horizon." in text
    assert "?" not in text.replace("did you mean", "").partition("Warnings")[0]


@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_an_error_is_whole(three: Callable[[str], list[tuple[int, str]]], encoding: str) -> None:
    code, text = three(encoding)[2]
    assert code == 1
    assert "storyvid: 2 problems; nothing was made" in text
    assert 'shot "\\u05e9\\U0001f3ac" (1 of 1), shots[0].duration: "\\U0001f3ac" is not a length of time' in text
    assert "Traceback" not in text
    assert "Error" not in text


def test_a_render_is_whole_and_its_files_are_utf8(folder: Path) -> None:
    code, text = printed_by(["-m", "storyvid", "storyboard=my.json", *SMALL], folder, "cp437")
    assert code == 0, text
    assert "shot S02 (2 of 2): 12 frames" in text
    assert "film.mp4" in text
    (run_folder,) = (folder / "outputs" / "boats").iterdir()
    assert f"{TITLE}: 2 shots" in (run_folder / "metadata" / "run.log").read_text(encoding="utf-8")
    assert json.loads((run_folder / "metadata" / "manifest.json").read_text(encoding="utf-8"))["title"] == TITLE


def test_without_a_choice_of_encoding_files_and_pipes_get_utf8(folder: Path) -> None:
    environment = {key: value for key, value in narrow("").items() if key != "PYTHONIOENCODING"}
    command = [sys.executable, "-m", "storyvid", "plan", "storyboard=my.json", *SMALL]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert TITLE in done.stdout.decode("utf-8")


BARS = """
from loguru import logger
from storyvid.cli.output import speak_utf8
from storyvid.logs import setup_console
from storyvid.progress import FilmProgress
speak_utf8()
setup_console(False)
with FilmProgress(40, 20) as film:
    film.shot_started("S01", 0, 2, 20)
    for done in range(21):
        film.advance(done)
    logger.warning("in the middle \\U0001f3ac")
    film.shot_finished("S01", reused=False)
"""


@pytest.mark.parametrize("columns", ["20", "100"])
def test_bars_are_drawn_in_letters_that_the_console_has(columns: str) -> None:
    pty = pytest.importorskip("pty", reason="a Windows console can't be played; this plays its code page on a terminal")
    master, slave = pty.openpty()
    environment = {key: value for key, value in narrow("cp437").items() if key not in ("CI", "NO_COLOR")}
    environment |= {"TERM": "xterm", "COLUMNS": columns}
    running = subprocess.Popen([sys.executable, "-c", BARS], stderr=slave, env=environment)
    os.close(slave)
    guard = threading.Timer(60, running.kill)
    guard.start()
    seen = b""
    try:
        while piece := os.read(master, 65536):
            seen += piece
    except OSError:  # Linux ends a pseudo terminal with an error
        pass
    assert running.wait() == 0, seen
    guard.cancel()
    os.close(master)
    text = seen.decode("cp437")
    assert "film" in text
    assert "in the middle \\U0001f3ac" in text.replace("\r\n", "").replace("\n", "")
    assert "Traceback" not in text
    assert "\\u25" not in text  # no box characters that the code page lacks
