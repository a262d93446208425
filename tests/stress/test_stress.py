"""The stress programs work, in small (``-m stress``); in full they take minutes and are run by hand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, str(HERE / program), *words], env=environment, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.stress
@pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")
def test_kills() -> None:
    done = run("kills.py", "--kills", "1", "--seed", "5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^1 kills, nothing lost", done.stdout, re.MULTILINE)


@pytest.mark.stress
@pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")
def test_resumes() -> None:
    done = run("resumes.py", "--kills", "2", "--seed", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^2 kills, every film as if undisturbed", done.stdout, re.MULTILINE)


@pytest.mark.stress
def test_parallel() -> None:
    done = run("parallel.py", "--processes", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 films and 8 shots in MLflow, 4 clips in the store" in done.stdout


@pytest.mark.stress
def test_full_disk() -> None:
    done = run("full_disk.py", "--levels", "1")
    if done.returncode == 2 and "no disk can be made here" in done.stdout:
        pytest.skip("only the superuser of Linux can make a small disk")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 full disks, nothing lost" in done.stdout


@pytest.mark.parametrize("program", ["kills.py", "resumes.py", "parallel.py", "full_disk.py"])
def test_every_program_has_its_place_in_the_docs(program: str) -> None:
    assert f"python tests/stress/{program}" in (ROOT / "docs" / "developer.md").read_text(encoding="utf-8")
