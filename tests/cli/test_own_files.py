"""The user's own configuration files: what is wrong with one is told with its name, its place and a way out."""

from __future__ import annotations

import os
import time

import pytest

from storyvid.cli.arguments import parse
from storyvid.cli.compose import compose_jobs
from storyvid.cli.own_files import MAX_BYTES
from storyvid.errors import ConfigError

GOOD = "steps: 3\ncfg: 2.0\nscheduler: none\n"
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def told(folder, data: bytes | str, *words: str) -> str:
    """Everything that is wrong when ``sampler/mine.yaml`` holds this and is chosen."""
    (folder / "sampler").mkdir(exist_ok=True)
    (folder / "sampler" / "mine.yaml").write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    try:
        compose_jobs(parse(["--config-dir", str(folder), *(words or ["sampler=mine"])]))
    except ConfigError as error:
        return "\n".join(str(problem) for problem in error.problems)
    return ""


@pytest.mark.parametrize(
    "data",
    [GOOD, "\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), GOOD + "# caf\u00e9 🎬\n", "steps: &n 3\ncfg: *n\nscheduler: none\n"],
)
def test_files_that_work(tmp_path, data):
    assert told(tmp_path, data) == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("steps: [3\ncfg: : 4\n", "mine.yaml, line 2, column 4: this is not YAML"),
        ("steps:\n\t3\n", "indent with spaces; YAML allows no tabs there"),
        ("steps: 3\nsteps: 4\n", "found duplicate key steps"),
        ("steps: 'open\n", "this is not YAML"),
        (GOOD.encode("utf-16"), "mine.yaml: the file is not UTF-8"),
        (GOOD.encode("utf-16-le"), "mine.yaml: the file holds zero bytes"),
        ("scheduler: é\n".encode("latin-1"), "mine.yaml: the file is not UTF-8"),
        ("steps: \x07\n", "this is not YAML"),
        (b"\x89PNG\r\n\x1a\n", "mine.yaml: the file is not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "mine.yaml: the file is larger than a configuration file may be (200 kB)"),
        (LAUGHS, "mine.yaml: its anchors (&x, *x), written out, make more than 20000 values"),
        ("a: &a [*a]\n", "mine.yaml: its anchors (&x, *x), written out"),
        ("- 1\n- 2\n", "sampler"),
        ("just words\n", "sampler"),
        ("_target_: os.system\n" + GOOD, "sampler._target_: there is no such key"),
        ("!!python/object/apply:os.system ['true']\n", "this is not YAML"),
        ("stepz: 3\ncfg: 2.0\nscheduler: none\n", "did you mean steps?"),
        ("steps: many\ncfg: 2.0\nscheduler: none\n", "'many' is not a whole number"),
        ("1: 2\n" + GOOD, "sampler.1: there is no such key"),
        ("defaults:\n  - mine\n" + GOOD, "sampler"),
        ("defaults:\n  - nowhere\n" + GOOD, "nowhere"),
        ("defaults: 5\n" + GOOD, "sampler"),
        ("steps: ${oc.env:STORYVID_NOT_SET}\ncfg: 1\nscheduler: none\n", "the environment variable STORYVID_NOT_SET is not set"),
        ("steps: ???\ncfg: 1\nscheduler: none\n", "sampler.steps"),
        ("steps: null\ncfg: 1\nscheduler: none\n", "sampler.steps: null is not a whole number"),
        ("", "sampler.steps"),
    ],
)
def test_files_that_do_not(tmp_path, data, said):
    started = time.process_time()
    text = told(tmp_path, data)
    assert said in text
    assert "\n  Fix: " in text
    assert len(text) < 3000
    assert time.process_time() - started < 10


def test_a_broken_file_that_is_not_chosen_harms_nothing(tmp_path):
    assert told(tmp_path, "steps: [3\n", "sampler=draft") == ""


def test_folders_that_are_no_groups_are_left_alone(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "big.yaml").write_bytes(b"\xff" * (MAX_BYTES + 1))
    assert told(tmp_path, GOOD) == ""


def test_a_folder_named_like_a_file(tmp_path):
    (tmp_path / "sampler" / "other.yaml").mkdir(parents=True)
    assert "other.yaml: this is not a file" in told(tmp_path, GOOD)


@pytest.mark.skipif(os.name == "nt", reason="POSIX file kinds")
def test_pipes_and_links_in_a_circle(tmp_path):
    (tmp_path / "sampler").mkdir()
    os.mkfifo(tmp_path / "sampler" / "pipe.yaml")
    (tmp_path / "sampler" / "circle.yaml").symlink_to("circle.yaml")
    text = told(tmp_path, GOOD)
    assert "pipe.yaml: this is not a file" in text
    assert "circle.yaml: this is not a file" in text
