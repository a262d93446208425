from __future__ import annotations

from pathlib import Path

import pytest

from storyvid.replay.recorded import moved_paths

HERE = Path("/films/outputs").absolute()
ROOT = Path("/old").absolute()


@pytest.mark.parametrize(
    ("recorded", "mlruns"),
    [
        ({"outputs": "./outputs", "mlruns": "./mlruns"}, HERE.parent / "mlruns"),
        ({"outputs": str(ROOT / "outputs"), "mlruns": str(ROOT / "mlruns")}, HERE.parent / "mlruns"),
        ({"outputs": str(ROOT / "outputs"), "mlruns": str(ROOT / "server" / "runs")}, ROOT / "server" / "runs"),
        ({"outputs": "./outputs", "mlruns": "../tracking"}, HERE.parent / "tracking"),
        ({"outputs": "C:\\films\\outputs", "mlruns": "C:\\films\\runs"}, HERE.parent / "runs"),
        ({"outputs": str(ROOT / "outputs"), "mlruns": str(ROOT / "outputs" / "db")}, HERE / "db"),
        ({"outputs": str(HERE), "mlruns": str(HERE.parent / "mlruns")}, HERE.parent / "mlruns"),
        ({"outputs": str(HERE), "mlruns": str(ROOT / "mlruns")}, ROOT / "mlruns"),
        (None, HERE.parent / "mlruns"),
    ],
)
def test_what_lay_beside_the_outputs_folder_is_looked_for_beside_it(recorded, mlruns):
    assert moved_paths(recorded, HERE) == {"outputs": str(HERE), "mlruns": str(mlruns)}
