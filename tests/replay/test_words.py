from __future__ import annotations

from pathlib import Path

import pytest

from storyvid.errors import ConfigError
from storyvid.replay.words import sort_words


def sort(*words: str):
    return sort_words("reproduce", words, "FILM", ("again", "pictures"))


def test_a_path_and_settings_in_any_order(tmp_path, monkeypatch):
    words = sort("again=True", "my film (1).mp4", "hydra.verbose=false")
    assert (words.path, words.settings) == (Path("my film (1).mp4"), {"again": "True", "hydra.verbose": "false"})
    assert (words.is_on("again"), words.is_on("hydra.verbose"), words.is_on("pictures")) == (True, False, False)
    assert sort("~/film.mp4").path == Path.home() / "film.mp4"


def test_a_file_whose_name_looks_like_a_setting_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"'take=2\.mp4' is not one of its settings"):
        sort("take=2.mp4")
    (tmp_path / "take=2.mp4").touch()
    assert sort("take=2.mp4").path == Path("take=2.mp4")


def test_every_mistake_is_told_at_once():
    with pytest.raises(ConfigError) as caught:
        sort("agian=true", "--resume", "again=true", "again=false")
    assert [problem.code for problem in caught.value.problems] == ["unknown-key", "unknown-key", "twice", "path"]
