from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from storyvid.record import environment


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(folder), *identity, *arguments], capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_environment_is_json_and_names_what_matters() -> None:
    facts = environment.describe_environment()
    assert json.loads(json.dumps(facts)) == facts
    assert facts["python"].startswith("3.")
    assert facts["packages"]["numpy"].count(".") >= 2
    assert facts["cpu"]["threads"] >= 1
    assert facts["ram_gb"] > 0.2


def test_environment_imports_no_model_library() -> None:
    code = (
        "import sys; from storyvid.record.environment import describe_environment; "
        "from storyvid.record.peaks import PeakMemory\n"
        "with PeakMemory(): describe_environment()\n"
        "print([m for m in ('torch', 'diffusers', 'transformers', 'mlflow', 'numpy', 'cv2', 'av') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_commit_and_dirty_flag_of_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "src" / "päckage"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    git(tmp_path, "init", "-q")
    assert environment.read_commit(package) == (None, None)  # inside a repository, but not of it
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "x")
    head = git(tmp_path, "rev-parse", "HEAD")
    assert environment.read_commit(package) == (head, False)
    (package / "__init__.py").write_text("changed = 1\n", encoding="utf-8")
    assert environment.read_commit(package) == (head, True)


def test_no_commit_outside_a_checkout_or_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.read_commit(tmp_path) == (None, None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.read_commit(Path(environment.__file__).parent) == (None, None)


def test_cards_are_listed_and_a_broken_driver_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    nvml = SimpleNamespace(
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlSystemGetDriverVersion=lambda: b"580.1",
        nvmlDeviceGetCount=lambda: 1,
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetName=lambda handle: "RTX 5070",
        nvmlDeviceGetMemoryInfo=lambda handle: SimpleNamespace(total=12 * 2**30),
    )
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    assert environment.list_gpus() == [{"name": "RTX 5070", "driver": "580.1", "vram_gb": 12.0}]

    def fail() -> None:
        raise RuntimeError("driver not loaded")

    nvml.nvmlInit = fail
    assert environment.list_gpus() == []
