"""Where the chunks of a clip are cut: one rule for the loop that cuts them and for the fingerprint that names the result."""

from __future__ import annotations

from storyvid.backends.base import BackendLimits, ChunkRequest, ShotRequest


def dropped_frames(shot: ShotRequest, chunk: ChunkRequest, limits: BackendLimits) -> int:
    """Frames at a chunk's start that only repeat handed-over ones. A user's picture is the clip's first frame and stays.

    Args:
        shot: The shot.
        chunk: One of its chunks.
        limits: The backend's.
    """
    return limits.overlap_frames if chunk.index or shot.opening == "frame" else 0


def surplus_frames(shot: ShotRequest, chunk: ChunkRequest, limits: BackendLimits) -> int:
    """Frames at a chunk's end among which the handoff frame is chosen; none in the last chunk.

    Args:
        shot: The shot.
        chunk: One of its chunks.
        limits: The backend's.
    """
    return limits.join_surplus if chunk.index < len(shot.chunks) - 1 else 0
