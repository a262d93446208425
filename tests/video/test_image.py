"""Still pictures: lossless, upright, RGB, and refused in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from storyvid.errors import RenderError
from storyvid.video import read_image, write_image

from .pictures import HEIGHT, WIDTH, leftovers, noise


def test_image_is_lossless(tmp_path: Path) -> None:
    (frame,) = noise(1, height=35, width=63)
    write_image(tmp_path / "new" / "frame.png", frame)
    assert np.array_equal(read_image(tmp_path / "new" / "frame.png"), frame)
    assert leftovers(tmp_path / "new") == ["frame.png"]


def test_image_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    frame = np.zeros((20, 40, 3), np.uint8)
    frame[:, :20] = (255, 0, 0)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to view
    Image.fromarray(frame).save(tmp_path / "turned.png", exif=exif)
    turned = read_image(tmp_path / "turned.png")
    assert turned.shape == (40, 20, 3)
    assert turned[0, 0, 0] == 255
    assert turned[-1, 0, 0] == 0


def test_other_kinds_of_pictures_become_rgb(tmp_path: Path) -> None:
    Image.new("L", (4, 2), 77).save(tmp_path / "gray.png")
    assert (read_image(tmp_path / "gray.png") == 77).all()
    Image.new("RGBA", (4, 2), (200, 100, 50, 0)).save(tmp_path / "clear.png")
    assert (read_image(tmp_path / "clear.png") == 0).all()
    Image.fromarray(np.full((2, 4), 257 * 90, np.uint16)).save(tmp_path / "deep.png")
    assert (read_image(tmp_path / "deep.png") == 90).all()
    Image.new("F", (4, 2), 0.5).save(tmp_path / "float.tiff")
    with pytest.raises(RenderError, match="no 8-bit meaning"):
        read_image(tmp_path / "float.tiff")


def test_unreadable_pictures_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RenderError, match=r"missing\.png.*no such picture"):
        read_image(tmp_path / "missing.png")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(RenderError, match=r"broken\.png.*can't be read"):
        read_image(tmp_path / "broken.png")
    write_image(tmp_path / "large.png", noise(1)[0])
    whole = (tmp_path / "large.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RenderError, match=r"cut\.png.*can't be read"):
        read_image(tmp_path / "cut.png")
    monkeypatch.setattr("storyvid.video.image.MAX_IMAGE_PIXELS", HEIGHT * WIDTH - 1)
    with pytest.raises(RenderError, match=r"large\.png: 160x90 has more than"):
        read_image(tmp_path / "large.png")
