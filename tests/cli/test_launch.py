"""Sweeps whose jobs run at the same time, in processes of their own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import storyvid
from storyvid import video

SOURCES = str(Path(storyvid.__file__).parents[1])
BOARD = {
    "title": "Two shots",
    "shots": [
        {"id": "S01", "prompt": "A red boat drifts on a calm sea at dawn.", "duration": 0.5},
        {"id": "S02", "prompt": "An old man looks at the far horizon.", "duration": 0.5},
    ],
}


@pytest.mark.skipif(
    importlib.util.find_spec("hydra_plugins") is None or importlib.util.find_spec("hydra_plugins.hydra_joblib_launcher") is None,
    reason='needs the extra: python -m pip install -e ".[parallel]"',
)
def test_two_jobs_at_the_same_time_give_two_films(tmp_path):
    (tmp_path / "my.json").write_text(json.dumps(BOARD), encoding="utf-8")
    small = ("resolution.height=72", "resolution.width=128", "upscale=none", "tracking=none")
    parallel = ("hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("STORYVID")}
    done = subprocess.run(
        [sys.executable, "-m", "storyvid", "-m", "storyboard=my.json", "delivery.crf=20,30", *small, *parallel],
        cwd=tmp_path,
        env=kept | {"PYTHONPATH": SOURCES, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (sweep,) = (tmp_path / "outputs" / "two-shots" / "sweeps").iterdir()
    manifests = [json.loads((sweep / str(n) / "metadata" / "manifest.json").read_text(encoding="utf-8")) for n in range(2)]
    assert [manifest["status"] for manifest in manifests] == ["done", "done"]
    assert [manifest["recipe"]["config"]["delivery"]["crf"] for manifest in manifests] == [20, 30]
    films = [sweep / str(n) / "assembled" / "film.mp4" for n in range(2)]
    assert [video.probe(film).num_frames for film in films] == [24, 24]
    assert films[0].stat().st_size > films[1].stat().st_size
