"""Folders that users name: the root of outputs, their own configuration files, a run's own folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from storyvid.cli.arguments import parse
from storyvid.cli.compose import compose_jobs
from storyvid.cli.folders import read_root, reserve
from storyvid.errors import ConfigError


@pytest.mark.parametrize("root", ["", "   "])
def test_an_empty_root_is_none(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYVID_ROOT", root)
    read_root()
    assert "STORYVID_ROOT" not in os.environ


def test_a_tilde_is_the_users_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for root, meant in (("~/films", str(tmp_path / "films")), ("~", str(tmp_path)), ("~films", "~films"), ("D:/films", "D:/films")):
        monkeypatch.setenv("STORYVID_ROOT", root)
        read_root()
        assert os.environ["STORYVID_ROOT"] == meant


@pytest.mark.parametrize("key", ["paths.outputs", "paths.mlruns"])
def test_a_folder_that_hydra_would_fill_in_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match=rf"{key}: .*holds \$\{{"):
        compose_jobs(parse([f"{key}=films/${{oc.env:PATH}}"]))


@pytest.mark.parametrize("name", ["mine", "my own (1)", "it's, mine = ours", "é 故事 #1 100%", "back'slash and [brackets]"])
def test_a_folder_of_own_files_may_have_any_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name / "sampler").mkdir(parents=True)
    (tmp_path / name / "sampler" / "own.yaml").write_text("steps: 3\ncfg: 2.5\nscheduler: none\n", encoding="utf-8")
    (job,) = compose_jobs(parse(["--config-dir", str(tmp_path / name), "sampler=own"]))
    assert job.config.sampler.steps == 3


def test_runs_of_one_second_get_folders_of_their_own(tmp_path: Path) -> None:
    names = [reserve(tmp_path / "film", "2026-11-22_10-30-00").name for _ in range(3)]
    assert names == ["2026-11-22_10-30-00", "2026-11-22_10-30-00-2", "2026-11-22_10-30-00-3"]
    assert ":" not in reserve(tmp_path / "film").name
