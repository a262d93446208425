"""The backend that the developer's page shows whole is one: it renders a film in chunks, and a shot that continues."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from storyvid import backends
from storyvid.cli import main
from storyvid.video import probe

PAGE = Path(__file__).parents[2] / "docs" / "developer.md"


def block(language: str, begins: str) -> str:
    """A block of the page's section on backends."""
    section = PAGE.read_text(encoding="utf-8").partition("## Adding a backend")[2].partition("\n## ")[0]
    found = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return next(text for text in found if text.startswith(begins))


def test_it_renders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modules, conf = tmp_path / "modules", tmp_path / "conf" / "backend"
    modules.mkdir()
    conf.mkdir(parents=True)
    (modules / "fade.py").write_text(block("python", '"""Fades'), encoding="utf-8")
    (conf / "fade.yaml").write_text(block("yaml", "# backend/fade.yaml"), encoding="utf-8")
    shots = [{"id": "S01", "prompt": "A fade.", "duration": 5}, {"id": "S02", "prompt": "On.", "continuity": "continue"}]
    (tmp_path / "my.json").write_text(json.dumps({"title": "Fade", "shots": shots}), encoding="utf-8")
    monkeypatch.setattr(backends, "__path__", [*backends.__path__, str(modules)])
    monkeypatch.setitem(sys.modules, "storyvid.backends.fade", None)
    del sys.modules["storyvid.backends.fade"]  # put back as it was, missing, after the test
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STORYVID_ROOT", raising=False)
    size = ["resolution.height=72", "resolution.width=128", "upscale=none", "tracking=none"]
    assert main(["storyboard=my.json", "--config-dir", "conf", "backend=fade", *size]) == 0
    (film,) = (tmp_path / "outputs").rglob("film.mp4")
    assert probe(film).num_frames == 9 * 24
    records = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "outputs").rglob("shots/S0*.json")}
    assert len(records["S01"]["chunks"]) == 2
    assert records["S02"]["opening"]["kind"] == "frame"
