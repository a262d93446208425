"""Whether two films show the same: frame by frame, identical or how far apart, shot by shot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from storyvid.errors import RenderError
from storyvid.plan import ShotPlan
from storyvid.video import Frame, RgbReader, YuvFrame, probe, read_yuv_frames

PEAK = 255.0


@dataclass(frozen=True)
class ShotDifference:
    """How far a shot of one film is from the same shot of another, over its programme frames.

    PSNR is over all 8-bit RGB values of a decoded frame: 10 log10(255² / mean squared error). 40 dB and more look alike.

    Attributes:
        num_frames: Frames compared.
        different_frames: Of these, those that are not identical.
        psnr_mean_db: Of the mean squared error of all frames; None when all are identical.
        psnr_min_db: Of the worst frame; None when all are identical.
    """

    num_frames: int
    different_frames: int
    psnr_mean_db: float | None
    psnr_min_db: float | None


def why_broken(film: Path) -> str | None:
    """Where a film breaks off that holds fewer frames than it says, found by decoding all of it; None for a whole one.

    Raises:
        RenderError: It can't be read at all.
    """
    promised, whole = probe(film).num_frames, 0
    with suppress(RenderError), closing(read_yuv_frames(film)) as frames:
        for _ in frames:
            whole += 1
    return f"the recorded film breaks off after {whole} of {promised} frames" if whole < promised else None


def why_not_comparable(original: Path, copy: Path) -> str | None:
    """Why two films can't be compared frame by frame; None when they can.

    Raises:
        RenderError: One can't be read.
    """
    one, other = probe(original), probe(copy)
    if (one.width, one.height) != (other.width, other.height):
        return f"the recorded film has {one.width}x{one.height} pixels, this one {other.width}x{other.height}"
    if one.num_frames != other.num_frames:
        return f"the recorded film has {one.num_frames} frames, this one {other.num_frames}"
    return None


def compare_films(original: Path, copy: Path, shots: Sequence[ShotPlan]) -> dict[str, ShotDifference]:
    """Compare two films of one size and length, two frames in memory at a time.

    Args:
        original: MP4.
        copy: MP4.
        shots: In film order, for where each begins and ends.

    Raises:
        RenderError: One can't be read.
    """
    to_rgb = RgbReader(), RgbReader()
    with closing(read_yuv_frames(original)) as one, closing(read_yuv_frames(copy)) as other:
        pairs = zip(one, other, strict=True)
        return {shot.shot.id: _summary([squared_error(a, b, to_rgb) for a, b in islice(pairs, shot.num_frames)]) for shot in shots}


def squared_error(one: YuvFrame, other: YuvFrame, to_rgb: tuple[RgbReader, RgbReader]) -> float:
    """Mean squared error of two decoded frames over their 8-bit RGB values; 0 when they are identical.

    Args:
        one: A frame.
        other: Of the same size.
        to_rgb: A converter for each film.
    """
    if one.format.name == other.format.name and np.array_equal(one.to_ndarray(), other.to_ndarray()):
        return 0.0
    return _mean_square(to_rgb[0](one), to_rgb[1](other))


def _mean_square(one: Frame, other: Frame) -> float:
    return float(cv2.norm(one, other, cv2.NORM_L2SQR)) / one.size


def _summary(errors: Sequence[float]) -> ShotDifference:
    different = sum(error > 0 for error in errors)
    if not different:
        return ShotDifference(len(errors), 0, None, None)
    return ShotDifference(len(errors), different, psnr_db(sum(errors) / len(errors)), psnr_db(max(errors)))


def psnr_db(error: float) -> float:
    """Peak signal-to-noise ratio of 8-bit values, decibels.

    Args:
        error: Mean squared error, above 0.
    """
    return 10 * math.log10(PEAK**2 / error)
