"""What is printed reaches whoever can take it, and a reader who leaves or a full disk is no crash."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import storyvid
from storyvid.cli import output

SOURCES = str(Path(storyvid.__file__).parents[1])


def run(words: list[str], folder: Path, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    """A command line in a folder; ``settings`` are `subprocess.run`'s."""
    given: dict[str, Any] = {
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "env": os.environ | {"PYTHONPATH": SOURCES},
        **settings,
    }
    return subprocess.run([sys.executable, "-m", "storyvid", *words], cwd=folder, check=False, **given)


def test_a_reader_who_leaves_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(["--help"], tmp_path, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_behind_the_output_is_told(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(["--help"], tmp_path, stdout=full)
    assert done.returncode == 1
    assert b"storyvid: output: the disk is full\n  Fix: free some space" in done.stderr.replace(b"\r\n", b"\n")
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody remove the folder that a process works in")
def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    shell = shutil.which("sh")
    assert shell
    words = [shell, "-c", f'rmdir ../gone; "{sys.executable}" -m storyvid plan storyboard=x.json']
    done = subprocess.run(words, cwd=gone, capture_output=True, check=False, env=os.environ | {"PYTHONPATH": SOURCES})
    assert b"current folder: it no longer exists" in done.stderr
    assert b"Traceback" not in done.stderr


def test_without_standard_output_a_command_still_works(tmp_path: Path) -> None:
    code = "import sys; sys.stdout = None; from storyvid.cli import main; sys.exit(main(['--version']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=os.environ | {"PYTHONPATH": SOURCES})
    assert (done.returncode, done.stderr) == (0, b"")


def test_windows_tells_of_a_reader_who_left_in_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    left = OSError(errno.EINVAL, "Invalid argument")
    assert not output.reader_has_left(left)
    monkeypatch.setattr(output.sys, "platform", "win32")
    assert output.reader_has_left(left)
    assert not output.reader_has_left(OSError(errno.EINVAL, "Invalid argument", "a:b.json"))
    assert output.reader_has_left(BrokenPipeError())
