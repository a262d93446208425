"""One picture of the whole film: the middle frame of every shot, with its label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from storyvid.errors import Problem, RenderError
from storyvid.video import Frame, RgbReader, read_yuv_frames, write_image

CELL_WIDTH = 384
MARGIN = 16
LABEL_HEIGHT = 44
BACKGROUND = (18, 18, 20)
ID_COLOUR = (235, 235, 235)
LABEL_COLOUR = (150, 150, 155)


def middle_frames(film: Path, numbers: Iterable[int]) -> dict[int, Frame]:
    """Some frames of a film, read in one pass.

    Args:
        film: Video file.
        numbers: Frames wanted, counted from 0.

    Returns:
        Frame number to uint8 (height, width, 3) RGB.

    Raises:
        RenderError: The film is shorter than that.
    """
    wanted = sorted(set(numbers))
    found: dict[int, Frame] = {}
    if not wanted:
        return found
    to_rgb = RgbReader()
    with closing(read_yuv_frames(film, 0, wanted[-1] + 1)) as frames:
        for number, frame in enumerate(frames):
            if number in wanted:
                found[number] = to_rgb(frame)
    missing = [number for number in wanted if number not in found]
    if missing:
        raise RenderError(Problem(str(film), f"it has no frame {missing[0]}", "assemble the film again", "film-length"))
    return found


def contact_sheet(film: Path, shots: Sequence[tuple[str, int, str]], path: Path) -> None:
    """Write a PNG with a cell per shot: its picture, its id and a label.

    Args:
        film: The assembled film.
        shots: (shot id, number of its middle frame in the film, label) in order, at least one.
        path: PNG to write.

    Raises:
        RenderError: The film can't be read or is too short.
        ValueError: No shots.
    """
    if not shots:
        raise ValueError("a contact sheet needs at least one shot")
    frames = middle_frames(film, [number for _, number, _ in shots])
    height, width = next(iter(frames.values())).shape[:2]
    cell_height = max(1, round(CELL_WIDTH * height / width))
    columns = sheet_columns(len(shots), CELL_WIDTH + MARGIN, cell_height + LABEL_HEIGHT + MARGIN)
    rows = -(-len(shots) // columns)
    size = (columns * (CELL_WIDTH + MARGIN) + MARGIN, rows * (cell_height + LABEL_HEIGHT + MARGIN) + MARGIN)
    sheet = Image.new("RGB", size, BACKGROUND)
    for index, (shot_id, number, label) in enumerate(shots):
        left = MARGIN + index % columns * (CELL_WIDTH + MARGIN)
        top = MARGIN + index // columns * (cell_height + LABEL_HEIGHT + MARGIN)
        picture = Image.fromarray(frames[number]).resize((CELL_WIDTH, cell_height), Image.Resampling.LANCZOS)
        sheet.paste(picture, (left, top))
        _write_label(ImageDraw.Draw(sheet), left, top + cell_height + 6, shot_id, label)
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
