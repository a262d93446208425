"""Still pictures, read and written."""

from __future__ import annotations

import warnings
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from storyvid.errors import Problem, RenderError
from storyvid.video.files import temporary_beside
from storyvid.video.frame import Frame

MAX_IMAGE_PIXELS = 100_000_000
# One filter for all rows: a third of the time of choosing one for each, for a file just as small.
PNG_OPTIONS = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB)


def write_image(path: Path, frame: Frame) -> None:
    """Write a lossless PNG of a uint8 (height, width, 3) RGB frame; it appears only when whole."""
    with temporary_beside(path) as temporary:
        whole, data = cv2.imencode(".png", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), PNG_OPTIONS)
        if not whole:
            raise RenderError(Problem(str(path), f"a picture of {frame.shape} {frame.dtype} can't become a PNG", "report this"))
        temporary.write_bytes(data.tobytes())


def read_image(path: Path) -> Frame:
    """A picture as uint8 (height, width, 3) RGB, turned as its EXIF says; transparent parts become black.

    Raises:
        RenderError: Missing, not a picture, of a kind with no 8-bit meaning, or more than `MAX_IMAGE_PIXELS` pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit below names the file
            with Image.open(path) as image:
                if image.width * image.height > MAX_IMAGE_PIXELS:
                    raise RenderError(_too_large(path, f"{image.width}x{image.height}"))
                return _rgb(ImageOps.exif_transpose(image), path)
    except Image.DecompressionBombError as error:
        raise RenderError(_too_large(path, "this picture")) from error
    except FileNotFoundError as error:
        raise RenderError(Problem(str(path), "there is no such picture", "check the path", "no-image")) from error
    except (OSError, SyntaxError, ValueError) as error:  # Pillow raises all three for broken files
        problem = Problem(str(path), f"this picture can't be read ({error})", "save it again as PNG or JPEG", "unreadable-image")
        raise RenderError(problem) from error


def _too_large(path: Path, size: str) -> Problem:
    return Problem(str(path), f"{size} has more than {MAX_IMAGE_PIXELS // 10**6} million pixels", "make it smaller", "image-size")


def _rgb(image: Image.Image, path: Path) -> Frame:
    if image.mode.startswith("I;16"):
        gray = np.round(np.asarray(image, dtype=np.uint16) / 257).astype(np.uint8)
        return np.repeat(gray[:, :, None], 3, axis=2)
    if image.mode in {"I", "F"}:
        raise RenderError(
            Problem(str(path), f"pixels of type {image.mode} have no 8-bit meaning", "save it as 8-bit RGB", "image-mode")
        )
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image.convert("RGBA"))
    return np.array(image.convert("RGB"), dtype=np.uint8)
