"""Command lines one after another in one process of their own: starting Python and importing storyvid takes a second each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "src"

# Runs storyvid's command lines as `python -m storyvid` would, and keeps what they print.
WORKER = """
import contextlib, io, json, sys, traceback
from storyvid.cli import main
results = []
for argv in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(argv)
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        except BaseException:
            code = -1
            traceback.print_exc()
    results.append([code, out.getvalue(), err.getvalue()])
json.dump(results, sys.stdout)
"""


def run_all(lines: Sequence[Sequence[str]], folder: Path) -> list[tuple[int, str, str]]:
    """Exit code, standard output and standard error of each command line.

    Args:
        lines: The words after ``python -m storyvid`` of each.
        folder: Where they run.
    """
    settings = {"PYTHONPATH": str(SOURCES), "PYTHONUTF8": "1", "COLUMNS": "200"}
    environment = {key: value for key, value in os.environ.items() if key != "STORYVID_ROOT"} | settings
    done = subprocess.run(
        [sys.executable, "-c", WORKER],
        input=json.dumps(lines),
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [(code, out, err) for code, out, err in json.loads(done.stdout)]
