"""The animatic behind the contract of `storyvid.backends.base`: chunks, first frames, progress."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from fractions import Fraction
from typing import TYPE_CHECKING

import cv2
import numpy as np

from storyvid.ahead import ahead
from storyvid.backends.animatic import Config
from storyvid.backends.animatic.camera import smoothstep
from storyvid.backends.animatic.draw import Painter
from storyvid.backends.animatic.picture import crop_at, show
from storyvid.backends.animatic.scene import build_scene
from storyvid.backends.animatic.slate import Slate
from storyvid.backends.animatic.words import with_spoken_camera
from storyvid.backends.base import Backend, ChunkRequest, ShotRequest
from storyvid.errors import Problem, RenderError

if TYPE_CHECKING:
    from storyvid.backends.base import Frame, Frames, Progress

# Drawing takes one core and what is done with a frame (hash, conversion, encoding) another. Three frames (18 MB at 1080p)
# bridge the moment in which a picture is kept as PNG.
DRAWN_AHEAD = 3
HANDOVER_S = Fraction(3, 5)  # a continued shot leaves the handed-over picture within this time


class AnimaticBackend(Backend):
    """Draws frames one by one; a frame depends on the shot and its place in the clip alone, never on the chunk."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.slate = config.slate
        self._opening: tuple[str, Frame] | None = None  # of the shot that is being rendered

    def generate_chunk(
        self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress
    ) -> Iterator[Frame]:
        """The chunk's frames, drawn in a thread of their own that is a few frames ahead of whoever asks.

        Args:
            shot: The shot the chunk belongs to.
            chunk: Which frames.
            first_frames: (n, height, width, 3) uint8 that the result repeats first, unchanged.
            progress: Called with (frames drawn, frames in all) after each frame.

        Yields:
            ``chunk.num_frames`` frames, uint8 (height, width, 3) RGB, C-contiguous.

        Raises:
            RenderError: ``first_frames`` has another size, or the shot's opening picture isn't known.
        """
        _check_size(shot, first_frames)
        opening = self._opening_of(shot, chunk, first_frames)
        given = [] if first_frames is None else list(first_frames[: chunk.num_frames])
        numbers = range(chunk.start_frame + len(given), chunk.start_frame + chunk.num_frames)
        with closing(ahead(self._drawn(shot, numbers, opening), DRAWN_AHEAD)) as drawn:
            for index in range(chunk.num_frames):
                frame = np.ascontiguousarray(given[index]) if index < len(given) else next(drawn)
                progress(index + 1, chunk.num_frames)
                yield frame

    def _drawn(self, shot: ShotRequest, numbers: Iterable[int], opening: Frame | None) -> Generator[Frame, None, None]:
        """The clip frames of these numbers."""
        shot = with_spoken_camera(shot)
        painter, slate = Painter(build_scene(shot)), Slate(shot) if self.slate else None
        for number in numbers:
            frame = _draw(painter, shot, opening, number)
            if slate is not None:
                slate.stamp(frame, number)
            yield frame

    def close(self) -> None:
        """Forget the opening picture."""
        self._opening = None

    def begin_shot(self, shot: ShotRequest, first_frames: Frames | None) -> None:
        """Keep the picture that the shot starts from, which its later chunks need again.

        Raises:
            RenderError: The shot opens with a picture, and there is none, or one of another size.
        """
        _check_size(shot, first_frames)
        self._opening = None
        if shot.opening == "text":
            return
        if first_frames is None or not len(first_frames):
            raise RenderError(
                Problem(f'shot "{shot.shot.id}"', f"it opens with {shot.opening!r} but no first frame was handed over")
            )
        self._opening = (shot.shot.id, first_frames[-1].copy())

    def _opening_of(self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None) -> Frame | None:
        """The picture the shot starts from."""
        if shot.opening == "text":
            return None
        if chunk.index == 0:
            self.begin_shot(shot, first_frames)  # also where a chunk is asked for by itself
        if self._opening is None or self._opening[0] != shot.shot.id:
            where = f'shot "{shot.shot.id}", chunk {chunk.index + 1}'
            what = "the picture that the shot opens with is not known here"
            raise RenderError(Problem(where, what, "begin the shot with its first frames"))
        return self._opening[1]


def _check_size(shot: ShotRequest, first_frames: Frames | None) -> None:
    wanted = (shot.height, shot.width, 3)
    if first_frames is not None and (first_frames.shape[1:] != wanted or first_frames.dtype != np.uint8):
        height, width = first_frames.shape[1:3]
        raise RenderError(
            Problem(
                f'shot "{shot.shot.id}"',
                f"the first frames are {width}x{height} {first_frames.dtype}, the shot is {shot.width}x{shot.height} uint8",
                "hand over frames of the shot's own size",
            )
        )


def _draw(painter: Painter, shot: ShotRequest, opening: Frame | None, clip_frame: int) -> Frame:
    """One frame of the clip: the drawing, the opening picture under the camera's move, or the way from one to the other."""
    if opening is None:
        return painter.frame(clip_frame)
    handover = max(1, round(HANDOVER_S * shot.fps))
    if shot.opening == "frame" and clip_frame >= handover:
        return painter.frame(clip_frame)
    u, t = painter.scene.moment(clip_frame)
    picture = show(opening, crop_at(painter.scene.path, u, t))
    if shot.opening == "image":
        return picture
    share = smoothstep(clip_frame / handover)
    return np.asarray(cv2.addWeighted(picture, 1 - share, painter.frame(clip_frame), share, 0), dtype=np.uint8)
