"""The benchmarks start and are described; what they measure takes minutes and is run by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAMS = sorted(HERE.glob("bench_*.py"))


def run(program: Path, *words: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, str(program), *words], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_every_benchmark_starts_and_has_its_place_in_the_docs(program: Path) -> None:
    assert "ratio" in run(program, "--help")
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert f"| `tests/benchmarks/{program.name}` |" in page
    assert f"python tests/benchmarks/{program.name}\n" in page


def test_a_shortened_film_goes_all_the_way() -> None:
    """The one benchmark that goes through command, records and assembly, as small as it can be."""
    lines = run(HERE / "bench_film.py", "--seconds", "1", "--resolution", "180p").splitlines()
    assert lines[0].startswith("84 frames of 180p")
    assert [line.split("  ")[1] for line in lines[1:]] == ["libx264 alone", "shots and assembly", "whole command, with start-up"]
