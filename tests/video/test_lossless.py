"""Frames kept exactly."""

from __future__ import annotations

import numpy as np
import pytest

from storyvid.errors import RenderError
from storyvid.video import read_lossless, write_lossless


def noise(count, height=36, width=64):
    return list(np.random.default_rng(0).integers(0, 256, (count, height, width, 3), dtype=np.uint8))


def write(path, frames):
    with write_lossless(path) as writer:
        for frame in frames:
            writer.add(frame)


@pytest.mark.parametrize("size", [(36, 64), (2, 2), (18, 130)])
def test_frames_come_back_bit_for_bit(tmp_path, size):
    frames = noise(5, *size)
    write(tmp_path / "a.mkv", frames)
    assert np.array_equal(list(read_lossless(tmp_path / "a.mkv")), frames)


def test_the_same_frames_give_the_same_file(tmp_path):
    for name in ("a.mkv", "b.mkv"):
        write(tmp_path / name, noise(3))
    assert (tmp_path / "a.mkv").read_bytes() == (tmp_path / "b.mkv").read_bytes()


def test_a_file_that_was_not_finished_has_no_name(tmp_path):
    def stopped():
        yield noise(1)[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "a.mkv", stopped())
    assert list(tmp_path.iterdir()) == []


def test_a_frame_of_another_size_is_refused(tmp_path):
    with pytest.raises(ValueError, match="one size"):
        write(tmp_path / "a.mkv", [*noise(1), *noise(1, 38)])


def test_a_file_that_is_none_is_told(tmp_path):
    (tmp_path / "a.mkv").write_bytes(b"rubbish")
    with pytest.raises(RenderError, match=r"a\.mkv"):
        list(read_lossless(tmp_path / "a.mkv"))
