"""One picture of the whole film: the middle frame of every shot, with its label."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from storyvid.errors import Problem, RenderError
from storyvid.video import RgbReader, YuvFrame, write_image

CELL_WIDTH = 384
MARGIN = 16
LABEL_HEIGHT = 44
BACKGROUND = (18, 18, 20)
ID_COLOUR = (235, 235, 235)
LABEL_COLOUR = (150, 150, 155)


class ContactSheet:
    """A cell per shot: its picture, its id and a label. The pictures are taken while the film's frames pass by.

    Args:
        shots: (shot id, number of its middle frame in the film, label) in order, at least one.

    Raises:
        ValueError: No shots.
    """

    def __init__(self, shots: Sequence[tuple[str, int, str]]) -> None:
        if not shots:
            raise ValueError("a contact sheet needs at least one shot")
        self._shots = shots
        self._wanted = frozenset(number for _, number, _ in shots)
        self._cells: dict[int, Image.Image] = {}  # kept small: a film may have sixty shots
        self._to_rgb = RgbReader()

    def take(self, number: int, frame: YuvFrame) -> None:
        """Look at a frame of the film, numbered from 0; the middle one of a shot is kept."""
        if number in self._wanted:
            cell_height = max(1, round(CELL_WIDTH * frame.height / frame.width))
            picture = Image.fromarray(self._to_rgb(frame))
            self._cells[number] = picture.resize((CELL_WIDTH, cell_height), Image.Resampling.LANCZOS)

    def write(self, path: Path) -> None:
        """Write the sheet as PNG.

        Raises:
            RenderError: The film ended before a shot's middle frame.
        """
        missing = sorted(self._wanted.difference(self._cells))
        if missing:
            raise RenderError(Problem(str(path), f"the film has no frame {missing[0]}", "assemble the film again", "film-length"))
        cell_height = self._cells[self._shots[0][1]].height
        step_x, step_y = CELL_WIDTH + MARGIN, cell_height + LABEL_HEIGHT + MARGIN
        columns = sheet_columns(len(self._shots), step_x, step_y)
        rows = -(-len(self._shots) // columns)
        sheet = Image.new("RGB", (columns * step_x + MARGIN, rows * step_y + MARGIN), BACKGROUND)
        draw = ImageDraw.Draw(sheet)
        for index, (shot_id, number, label) in enumerate(self._shots):
            left, top = MARGIN + index % columns * step_x, MARGIN + index // columns * step_y
            sheet.paste(self._cells[number], (left, top))
            _write_label(draw, left, top + cell_height + 6, shot_id, label)
        write_image(path, np.asarray(sheet))


def sheet_columns(count: int, cell_width: int, cell_height: int) -> int:
    """Columns of the grid that comes nearest to 16:9 without leaving an empty row.

    Args:
        count: Cells, at least one.
        cell_width: Pixels.
        cell_height: Pixels.
    """

    def shape_error(columns: int) -> float:
        ratio = columns * cell_width / (-(-count // columns) * cell_height)
        return max(ratio * 9 / 16, 16 / 9 / ratio)

    return min(range(1, count + 1), key=lambda columns: (shape_error(columns), columns))


def _write_label(draw: ImageDraw.ImageDraw, left: int, top: int, shot_id: str, label: str) -> None:
    large, small = ImageFont.load_default(16), ImageFont.load_default(13)
    draw.text((left, top), _fit(draw, shot_id, large), ID_COLOUR, large)
    draw.text((left, top + 20), _fit(draw, " ".join(label.split()), small), LABEL_COLOUR, small)


def _fit(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont) -> str:
    """The text, ended with an ellipsis where it is wider than a cell."""
    if draw.textlength(text, font) <= CELL_WIDTH:
        return text
    while text and draw.textlength(text + "…", font) > CELL_WIDTH:
        text = text[:-1]
    return text.rstrip() + "…"
