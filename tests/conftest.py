"""What every test may use: `--regenerate-goldens` and the `golden` check; and which tests share a process under `-n`."""

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.database import fresh
from tests.tiny import tiny_checkpoint

__all__ = ["fresh", "tiny_checkpoint"]

# On a busy machine any example may take a second: time is for the benchmarks.
settings.register_profile("storyvid", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("storyvid")

# Tiny models on the cores of a busy machine: torch's threads wait for one another most of the time. Also for the programs started.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Where Python is told to keep no compiled files, as in many containers, each program that tests start would compile storyvid anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

GOLDEN = Path(__file__).parent / "golden"


# Files whose tests share what takes long to make, and folders that share a database and the import of MLflow.
SHARING = (
    "tests/test_docs.py",
    "tests/backends/test_conformance.py",
    "tests/windows/test_console.py",
    "tests/backends/test_options.py",
    "tests/test_plan",  # both files of it: what is composed for one test serves the others
    "tests/test_cli.py::test_a_users_mistake",
    "tests/commands/test_reproduce.py",
    "tests/commands/test_resume.py",
    "tests/commands/test_tiny.py",
    "tests/record/",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `-n`: all tests that share are one worker's, and go first; every other test goes to whoever is free."""
    from xdist.scheduler import LoadScopeScheduling

    class SharingScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((place for place in SHARING if nodeid.startswith(place)), nodeid)

    return SharingScheduling(config, log)


MODULES_OF_A_LIBRARY = 100  # many more have come when torch, diffusers, transformers or MLflow was loaded
modules_kept = 0


def pytest_runtest_setup() -> None:
    """What libraries bring stays to the end: Python's collector, which closing a model calls, need not look through it each time.

    With all of them loaded a collection takes a third of a second, longer than most tests on tiny models. Nothing of a test is
    spared: the collector still finds what it leaves.
    """
    global modules_kept
    if len(sys.modules) > modules_kept + MODULES_OF_A_LIBRARY:
        modules_kept = len(sys.modules)
        gc.collect()
        gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate-goldens", action="store_true", help="write tests/golden from what the code gives now")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a file below tests/golden, or write the file when asked to."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--regenerate-goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"{path} is missing: run pytest --regenerate-goldens"
        assert text == path.read_text(encoding="utf-8"), "if the change is meant: pytest --regenerate-goldens, and read the diff"

    return check
