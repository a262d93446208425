"""The contact sheet shows the right frames in the right cells."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from storyvid.assembly.contact_sheet import (
    BACKGROUND,
    CELL_WIDTH,
    LABEL_HEIGHT,
    MARGIN,
    ContactSheet,
    sheet_columns,
)
from storyvid.errors import RenderError
from storyvid.video import YuvFrame, read_image, read_yuv_frames, write_clip

COLOURS = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0), (0, 200, 200)]
CELL_HEIGHT = 216


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> list[YuvFrame]:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_clip(path, (np.full((36, 64, 3), colour, np.uint8) for colour in COLOURS for _ in range(4)), Fraction(24))
    return list(read_yuv_frames(path))


def shown(film: list[YuvFrame], shots: list[tuple[str, int, str]]) -> ContactSheet:
    sheet = ContactSheet(shots)
    for number, frame in enumerate(film):
        sheet.take(number, frame)
    return sheet


def test_a_frame_beyond_the_end_is_an_error(film: list[YuvFrame], tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"sheet\.png: the film has no frame 20"):
        shown(film, [("S01", 3, ""), ("S02", 20, "")]).write(tmp_path / "sheet.png")
    assert list(tmp_path.iterdir()) == []


def test_two_shots_may_show_one_frame(film: list[YuvFrame], tmp_path: Path) -> None:
    shown(film, [("S01", 3, ""), ("S02", 3, "")]).write(tmp_path / "sheet.png")
    assert read_image(tmp_path / "sheet.png").shape[1] == 2 * (CELL_WIDTH + MARGIN) + MARGIN


def test_sheet_has_a_cell_per_shot_in_order(film: list[YuvFrame], tmp_path: Path) -> None:
    shown(film, [(f"S{i:02}", 4 * i + 2, "a very long label " * 9) for i in range(5)]).write(tmp_path / "sheet.png")
    sheet = read_image(tmp_path / "sheet.png").astype(int)
    step_x, step_y = CELL_WIDTH + MARGIN, CELL_HEIGHT + LABEL_HEIGHT + MARGIN
    columns = (sheet.shape[1] - MARGIN) // step_x
    assert sheet.shape == (-(-5 // columns) * step_y + MARGIN, columns * step_x + MARGIN, 3)
    for index, colour in enumerate(COLOURS):
        x, y = MARGIN + index % columns * step_x, MARGIN + index // columns * step_y
        assert np.abs(sheet[y + 2 : y + CELL_HEIGHT - 2, x + 2 : x + CELL_WIDTH - 2] - colour).max() <= 3
        label = sheet[y + CELL_HEIGHT : y + CELL_HEIGHT + LABEL_HEIGHT, x : x + CELL_WIDTH]
        assert label.max() > 100
        assert (sheet[y : y + CELL_HEIGHT, x + CELL_WIDTH : x + step_x] == BACKGROUND).all()  # the label is cut, not the margin
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.png"]


def test_an_empty_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one shot"):
        ContactSheet([])


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 2), (9, 4), (60, 9)])
def test_grid_is_about_as_wide_as_a_screen(count: int, columns: int) -> None:
    assert sheet_columns(count, 400, 276) == columns
