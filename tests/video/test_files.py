"""A file appears whole or not at all; a refusal names it."""

from __future__ import annotations

import os
from pathlib import Path

import av
import pytest

from storyvid.errors import RenderError
from storyvid.video import temporary_beside
from storyvid.video.files import writing

from .pictures import leftovers


def test_the_name_appears_when_the_block_ends_and_until_then_a_temporary_with_the_process_number(tmp_path: Path) -> None:
    path = tmp_path / "new" / "film.mp4"
    with temporary_beside(path) as temporary:
        temporary.write_bytes(b"film")
        assert leftovers(path.parent) == [f".tmp-{os.getpid()}-film.mp4"]
    assert leftovers(path.parent) == ["film.mp4"]


@pytest.mark.parametrize("error", [ValueError("drawing failed"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")

    def write() -> None:
        with temporary_beside(path) as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises(type(error)):
        write()
    assert leftovers(tmp_path) == ["film.mp4"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("error", "fix"),
    [
        (av.error.OSError(28, "No space left on device"), "free some space"),
        (PermissionError(13, "Permission denied"), "check the permissions of the folder"),
        (OSError(30, "Read-only file system"), "check the permissions of the folder"),
        (av.error.ArgumentError(22, "Invalid argument"), "check the settings of the encoder"),
    ],
)
def test_a_refusal_names_the_file_and_the_fix(tmp_path: Path, error: Exception, fix: str) -> None:
    with pytest.raises(RenderError, match=rf"film\.mp4: the file can't be written[\s\S]*{fix}"), writing(tmp_path / "film.mp4"):
        raise error
