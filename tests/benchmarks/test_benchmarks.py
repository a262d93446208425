"""The benchmarks start and are described; what they measure takes minutes and is run by hand."""

from __future__ import annotations

import ast
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storyvid.video import frames_sha256
from tests.backends.pipelines import ask, load, render

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
def test_every_benchmark_is_described_and_has_its_place_in_the_docs(program: Path) -> None:
    first_line, _, usage = (ast.get_docstring(ast.parse(program.read_text(encoding="utf-8"))) or "").partition("\n")
    assert "ratio" in first_line
    assert f"python tests/benchmarks/{program.name}" in usage
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert f"| `tests/benchmarks/{program.name}` |" in page
    assert f"python tests/benchmarks/{program.name}\n" in page


SMALL = {
    "bench_assembly.py": ("2 12 --heights 90 72 --film-height 90", ["libx264 alone", "assemble", "write_clip", "read and fit"]),
    "bench_drawing.py": ("--resolution 180p --every 40", ["S01", "film"]),
    "bench_film.py": ("--seconds 1 --resolution 180p", ["libx264 alone", "shots and assembly", "whole command, with start-up"]),
    "bench_memory.py": ("--seconds 1 --resolution 180p --shots 2 --height 90", ["1 s", "2 shots"]),
    "bench_rerun.py": ("--shots 2 --seconds 0.5 --resolution 180p", ["unchanged", "another seed of one shot"]),
    "bench_planning.py": ("--shots 4 --repeats 1", ["json and pydantic alone", "fingerprints"]),
}
LONG = {
    "bench_diffusion.py",
    "bench_speed.py",
    "bench_startup.py",
    "bench_tracking.py",
}  # many seconds however small; what they run is tested elsewhere


@pytest.mark.parametrize("program", SMALL)
def test_a_benchmark_goes_all_the_way(program: str) -> None:
    words, rows = SMALL[program]
    lines = run(HERE / program, *words.split()).splitlines()
    assert "ratio" in lines[0]
    named = {line.strip().split("   ")[0].strip() for line in lines}
    assert not [name for name in rows if not any(" ".join(have.split()).startswith(name) for have in named)], lines


@pytest.mark.parametrize("program", sorted(LONG))
def test_a_long_benchmark_starts(program: str) -> None:
    assert "ratio" in run(HERE / program, "--help")


def test_the_plain_script_of_the_diffusion_benchmark_renders_what_storyvid_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(HERE))
    bench, plain = (importlib.import_module(name) for name in ("bench_diffusion", "plain_diffusers"))
    bench.make_checkpoint(tmp_path / "model", width=64, layers=1)
    backend = load("wan", tmp_path / "model")
    request = ask(backend)
    chunk = {"prompt": request.chunks[0].prompt, "num_frames": request.num_frames, "chunk_seed": request.seed}
    names = ("negative_prompt", "height", "width", "num_inference_steps", "guidance_scale")
    record = {"id": "S01", "fps": 24, "chunks": [chunk], **{name: getattr(request, name) for name in names}}
    (tmp_path / "calls.json").write_text(json.dumps([bench.call_of(record)]), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["plain_diffusers.py", str(tmp_path / "model"), str(tmp_path / "calls.json"), str(tmp_path)])
    plain.main()
    chunk["frames_sha256"] = frames_sha256(render(backend, request))
    bench.require_same_frames([record], tmp_path)
    assert 0 < bench.share_of_denoising(tmp_path) < 1
    chunk["frames_sha256"] = "0" * 64
    with pytest.raises(SystemExit, match="not those of the plain script"):
        bench.require_same_frames([record], tmp_path)
    backend.close()


def test_no_benchmark_is_forgotten_here() -> None:
    assert {path.name for path in PROGRAMS} == {*SMALL, *LONG}
