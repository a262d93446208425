from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from storyvid import video
from storyvid.errors import RenderError
from storyvid.record.compare import preview as preview_module
from storyvid.record.compare.preview import make_preview, make_previews, preview_size
from tests.record.compare.takes import compared


def test_a_preview_is_the_programme_part_and_the_same_every_time(run: Path, tmp_path: Path):
    excerpt = next(take.excerpt for take in compared(run).rows[1].takes if take and take.excerpt)
    done: list[int] = []
    preview = make_preview(excerpt, done.append)
    assert done == list(range(1, 13))
    assert make_preview(excerpt) == preview
    path = tmp_path / "preview.mp4"
    path.write_bytes(preview.video)
    info = video.probe(path)
    assert (info.codec, info.pix_fmt, info.num_frames, info.fps) == ("h264", "yuv420p", 12, 24)
    assert (info.height, info.width) == (preview.height, preview.width) == (72, 128)
    shown = np.stack(list(video.read_frames(path))).astype(int)
    clip = np.stack(list(video.read_frames(excerpt.segment.path, 3, 15))).astype(int)
    assert abs(shown - clip).mean() < 4
    poster = np.asarray(Image.open(io.BytesIO(preview.poster))).astype(int)
    assert abs(poster - clip[6]).mean() < 4


def test_a_clip_whose_frames_are_too_large_is_not_decoded(run: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preview_module, "MAX_SIDE", 127)
    with pytest.raises(RenderError, match="its frames have 128x72 pixels; a side may have 127"):
        make_previews(compared(run))


def test_every_clip_is_encoded_once(run: Path):
    comparison = compared(run)
    assert list(make_previews(comparison)) == list(comparison.excerpts)


SIZES = [((1080, 1920), (360, 640)), ((1920, 1080), (640, 360)), ((804, 1920), (360, 860)), ((72, 128), (72, 128))]


@pytest.mark.parametrize(("film", "small"), SIZES)
def test_the_short_side_is_360_lines_and_nothing_is_enlarged(film: tuple[int, int], small: tuple[int, int]):
    assert preview_size(*film) == small
