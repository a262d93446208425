"""One picture: what a frame is, in RGB and in YUV, how its colour is tagged, and the hash of many."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import av
import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

Frame = NDArray[np.uint8]  # (height, width, 3) RGB
YuvFrame = av.VideoFrame  # as decoded or filtered, not yet RGB

# AVColorSpace, AVColorPrimaries and AVColorTransferCharacteristic all number BT.709 1; AVColorRange numbers limited 1.
BT709 = 1
LIMITED = 1
UNSPECIFIED = 2

EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT | Interpolation.FULL_CHR_H_INT


def check_frame(frame: Frame, shape: tuple[int, ...]) -> None:
    """Refuse what a clip can't hold.

    Args:
        frame: Should be uint8 (height, width, 3) RGB, both sides even.
        shape: Of the clip's first frame.

    Raises:
        ValueError: With what it is instead.
    """
    if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
        raise ValueError(f"a frame must be uint8 (height, width, 3), not {frame.dtype} {frame.shape}")
    if frame.shape[0] % 2 or frame.shape[1] % 2 or 0 in frame.shape:
        raise ValueError(f"height and width must be even, not {frame.shape[0]}x{frame.shape[1]}")
    if frame.shape != shape:
        raise ValueError(f"all frames must have one size: {frame.shape[0]}x{frame.shape[1]} after {shape[0]}x{shape[1]}")


def assume_bt709(frame: YuvFrame) -> None:
    """Tag YUV that names no matrix as BT.709."""
    if frame.colorspace == UNSPECIFIED and "rgb" not in frame.format.name and "gbr" not in frame.format.name:
        frame.colorspace = BT709


def tag_bt709(context: av.VideoCodecContext) -> None:
    """Tag a stream to be written as BT.709, limited range."""
    context.color_range = LIMITED
    context.colorspace = context.color_primaries = context.color_trc = BT709


def yuv_frame_like(like: YuvFrame, planes: NDArray[np.uint8]) -> YuvFrame:
    """A frame of the same format and colour as ``like`` from ``like.to_ndarray()``'s layout."""
    frame = av.VideoFrame.from_ndarray(planes, format=like.format.name)
    frame.colorspace, frame.color_range = like.colorspace, like.color_range
    return frame


class FrameHasher:
    """SHA-256 over raw RGB frames, fed one at a time."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()

    def update(self, frame: Frame) -> None:
        """Add one frame, uint8 (height, width, 3)."""
        if frame.dtype != np.uint8:
            raise ValueError(f"a frame must be uint8, not {frame.dtype}")
        self._sha.update(np.ascontiguousarray(frame).data)

    def hexdigest(self) -> str:
        """The digest of all frames so far, 64 hex digits."""
        return self._sha.hexdigest()


def frames_sha256(frames: Iterable[Frame]) -> str:
    """SHA-256 over the raw bytes of uint8 RGB frames, one after the other, as 64 hex digits."""
    hasher = FrameHasher()
    for frame in frames:
        hasher.update(frame)
    return hasher.hexdigest()
