from __future__ import annotations

import errno

import pytest

from storyvid.cli.jobs import failures_told, tracker_of
from storyvid.errors import RenderError
from tests.films import config


def test_one_tracker_serves_the_films_of_a_sweep(tmp_path):
    one = tracker_of(config("tracking=none", "seed=1", f"paths.mlruns={tmp_path.as_posix()}"))
    assert tracker_of(config("tracking=none", "seed=2", f"paths.mlruns={tmp_path.as_posix()}")) is one
    assert tracker_of(config("tracking=none", f"paths.mlruns={tmp_path.as_posix()}/other")) is not one


@pytest.mark.parametrize(
    ("error", "said"), [(RenderError("out of ink"), "out of ink"), (OSError(errno.ENOSPC, "full"), "the disk is full")]
)
def test_a_job_that_fails_is_told_and_leaves_the_others_alone(tmp_path, capsys, error, said):
    with failures_told(tmp_path):
        raise error
    assert said in capsys.readouterr().err
    assert said in (tmp_path / "metadata" / "error.txt").read_text(encoding="utf-8")


def test_a_mistake_of_the_program_is_not_hidden(tmp_path):
    with pytest.raises(ZeroDivisionError), failures_told(tmp_path):
        raise ZeroDivisionError
