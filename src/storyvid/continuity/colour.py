"""One colour transform for all frames of a chunk, from pixels that show the same thing in two colours.

Reinhard et al., Color transfer between images (2001), and the Monge-Kantorovitch linear map (Pitié and Kokaram, 2007): both
move mean and spread of the one onto those of the other. Numpy and OpenCV alone, in float, rounded once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from storyvid.backends.base import Frame

    Floats = NDArray[np.float32]  # (…, 3) sRGB, 0 to 255

# Part of what a stored clip looks like: raise MATCH_RULE in `storyvid.clips.fingerprint` when one of them changes.
LEAST_GAIN, MOST_GAIN = 0.8, 1.25  # a chunk needs no more contrast than this; more would only raise noise
NOISE = 4.0  # added to each variance (squared levels, squared Lab units): the noise of a flat picture is no contrast

_LINEAR = ((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4
_LINEAR[:11] = np.arange(11) / 255 / 12.92  # the sRGB curve (IEC 61966-2-1) is straight up to 0.04045
_LINEAR_OF_LEVEL = _LINEAR.astype(np.float32)


def to_lab(picture: Frame | Floats) -> Floats:
    """CIE L*a*b* (D65) of an sRGB picture. OpenCV's own way from sRGB goes through a coarse table, which is half a level off.

    Args:
        picture: (height, width, 3), uint8 or float of 0 to 255.
    """
    if picture.dtype == np.uint8:
        linear = cv2.LUT(picture, _LINEAR_OF_LEVEL)
    else:
        value = np.clip(picture.astype(np.float32) / 255, 0, 1)
        linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return np.asarray(cv2.cvtColor(linear, cv2.COLOR_LRGB2Lab), np.float32)


def mean_lab(picture: Frame | Floats) -> NDArray[np.float64]:
    """Mean colour in Lab, (3,).

    Args:
        picture: (height, width, 3), uint8 or float of 0 to 255.
    """
    return np.asarray(to_lab(picture).reshape(-1, 3).mean(axis=0, dtype=np.float64))


def delta_e(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Distance of two colours in Lab (CIE 1976): 1 is hardly seen side by side, 5 is seen in passing.

    Args:
        one: (3,) in Lab.
        other: Likewise.
    """
    return float(np.linalg.norm(one - other))


@dataclass(frozen=True)
class Transform:
    """A straight-line change of colours: ``matrix @ colour + shift``.

    Attributes:
        space: Where the line is straight: ``lab``, or ``srgb`` in levels of 0 to 255.
        matrix: (3, 3).
        shift: (3,).
        strength: 0 leaves everything as it is, 1 is the whole change.
    """

    space: Literal["lab", "srgb"]
    matrix: NDArray[np.float64]
    shift: NDArray[np.float64]
    strength: float = 1.0

    def apply(self, frame: Frame) -> Frame:
        """The frame in its new colours, rounded once.

        Args:
            frame: uint8 (height, width, 3) RGB.
        """
        if self.strength == 0:
            return frame
        moved = self.on_floats(frame)
        return np.clip(np.rint(moved, out=moved), 0, 255, out=moved).astype(np.uint8)

    def on_floats(self, picture: Frame | Floats) -> Floats:
        """The same without rounding: sRGB levels as floats.

        Args:
            picture: (height, width, 3), uint8 or float of 0 to 255.
        """
        affine = np.column_stack([self.matrix, self.shift])
        plain = picture.astype(np.float32)
        if self.space == "srgb":
            moved = cv2.transform(plain, affine)
        else:
            moved = cv2.cvtColor(cv2.transform(to_lab(picture), affine).astype(np.float32), cv2.COLOR_Lab2RGB) * np.float32(255)
        if self.strength < 1:
            moved = cv2.addWeighted(plain, 1 - self.strength, moved, self.strength, 0)
        return np.asarray(moved, np.float32)

    def described(self) -> Mapping[str, Any]:
        """The transform in JSON values, for the record."""
        matrix, shift = np.round(self.matrix, 5).tolist(), np.round(self.shift, 4).tolist()
        return {"space": self.space, "matrix": matrix, "shift": shift}


def estimate(method: Literal["reinhard", "mkl"], source: Floats, reference: Floats, strength: float = 1.0) -> Transform:
    """The transform that leads one picture's colours to another's.

    Args:
        method: ``reinhard``: mean and spread of each channel of Lab; ``mkl``: mean and covariance of the three colours together.
        source: (height, width, 3) sRGB levels; as they are.
        reference: Likewise: as they should be.
        strength: 0 to 1.
    """
    return (_reinhard if method == "reinhard" else _mkl)(source, reference, strength)


def _reinhard(source: Floats, reference: Floats, strength: float) -> Transform:
    ours, theirs = (to_lab(picture).reshape(-1, 3).astype(np.float64) for picture in (source, reference))
    gain = np.clip(np.sqrt((theirs.var(axis=0) + NOISE) / (ours.var(axis=0) + NOISE)), LEAST_GAIN, MOST_GAIN)
    return Transform("lab", np.diag(gain), theirs.mean(axis=0) - gain * ours.mean(axis=0), strength)


def _mkl(source: Floats, reference: Floats, strength: float) -> Transform:
    ours, theirs = (picture.reshape(-1, 3).astype(np.float64) for picture in (source, reference))
    before, after = (np.cov(pixels, rowvar=False, bias=True) + NOISE * np.eye(3) for pixels in (ours, theirs))
    root = _power(before, 0.5)
    back = _power(before, -0.5)
    values, axes = np.linalg.eigh(back @ _power(root @ after @ root, 0.5) @ back)
    matrix = (axes * np.clip(values, LEAST_GAIN, MOST_GAIN)) @ axes.T
    return Transform("srgb", matrix, theirs.mean(axis=0) - matrix @ ours.mean(axis=0), strength)


def _power(covariance: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    values, axes = np.linalg.eigh((covariance + covariance.T) / 2)
    power: NDArray[np.float64] = (axes * np.maximum(values, 1e-9) ** exponent) @ axes.T
    return power
