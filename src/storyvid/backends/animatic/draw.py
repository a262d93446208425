"""Painting one frame of a scene: a pure function of the scene and the clip frame."""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic import camera
from storyvid.backends.animatic.camera import Pose
from storyvid.backends.animatic.framing import pov_hands
from storyvid.backends.animatic.light import Colour
from storyvid.backends.animatic.performance import come, paint_cast
from storyvid.backends.animatic.pieces import Ground, Piece
from storyvid.backends.animatic.scene import Scene
from storyvid.backends.animatic.sky import TILE, paint_backdrop
from storyvid.backends.animatic.staging import Follow
from storyvid.backends.animatic.view import View

Picture = NDArray[np.uint8]  # (height, width, 3) RGB

VIGNETTE_DEPTH = 0.20  # darkening of the far corners
RACK_BLUR = 0.012  # standard deviation, frame heights
COARSEST = 4  # blurred pictures are painted at a fraction of the size, down to a quarter
MIN_MOTION_BLUR_PX = 3


class Painter:
    """Paints the frames of one scene. Holds canvases only; frames may be asked for in any order."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        request = scene.request
        self.height, self.width = request.height, request.width
        self.margin = _margin(scene)  # extra pixels on each side, so that a rolled frame has no empty corners
        self._canvases: dict[tuple[int, int], Picture] = {}
        self._vignette = vignette(self.height, self.width)

    def frame(self, index: int) -> Picture:
        """The frame at a clip frame number: (height, width, 3) RGB, C-contiguous, the caller's own."""
        scene = self.scene
        pose = scene.pose(index)
        view = self._view(pose, index, 1)
        if scene.path.movement == "rack_focus":
            self._rack(view, pose, index)
        else:
            self._paint_behind(view, pose, index)
            self._paint_beside(view, index)
        turn = pose.pan * self.width
        scene.weather.paint(view, turn)
        self._paint_hands(view)
        canvas = self._lens(view, pose, index)
        out = np.empty((self.height, self.width, 3), np.uint8)
        cv2.multiply(canvas, self._vignette, out, 1 / 255)
        return out

    def _canvas(self, height: int, width: int) -> Picture:
        """A canvas for reuse, wide enough for whole tiles."""
        padded = -(-width // TILE) * TILE
        if (height, padded) not in self._canvases:
            self._canvases[height, padded] = np.zeros((height, padded, 3), np.uint8)
        return self._canvases[height, padded]

    def _view(self, pose: Pose, index: int, coarse: int) -> View:
        """The projection at a pose, onto a canvas of 1/coarse of the size."""
        scene, setup = self.scene, self.scene.setup
        (mx, my), unit = self.margin, scene.unit
        width, height = -(-(self.width + 2 * mx) // coarse), -(-(self.height + 2 * my) // coarse)
        focal = setup.focal * pose.zoom
        metres = setup.distance_m / (setup.focal * unit)  # per pixel at the subject
        level = (setup.horizon - 0.5) * self.height + pose.tilt * self.height
        return View(
            canvas=self._canvas(height, width), width=width, height=height, focal=focal * unit / coarse,
            x=(setup.aside + pose.truck) * self.width * metres, y=max(camera.MIN_EYE_M,
            setup.eye_m + pose.rise * self.height * metres),
            z=-setup.distance_m * (1 - pose.advance),
            middle=(mx + self.width / 2 - pose.pan * self.width * pose.zoom) / coarse,
            horizon=(my + self.height / 2 + level * pose.zoom) / coarse,
            upright=setup.upright, t=scene.moment(index)[1], wind=scene.weather.wind,
        )  # fmt: skip

    def _paint_behind(self, view: View, pose: Pose, index: int) -> None:
        blur = self.scene.setup.blur * self.height
        coarse = max(1, min(COARSEST, int(blur / 1.5)))
        if coarse == 1:
            self._background(view)
            return
        small = self._view(pose, index, coarse)
        self._background(small)
        soft = cv2.GaussianBlur(small.canvas[:, : small.width], (0, 0), blur / coarse)
        _enlarge(soft, coarse, view.canvas[:, : view.width])

    def _background(self, view: View) -> None:
        paint_backdrop(view, self.scene.place, self.scene.palette)
        _paint_all(self.scene.behind, view)

    def _paint_beside(self, view: View, index: int) -> None:
        """Ground patches under the cast, the cast, and what stands in front of it, by depth."""
        for piece in self.scene.beside:
            if piece.z >= 0:
                self._paint_piece(piece, view, index)
        paint_cast(self.scene, view, index)
        for piece in self.scene.beside:
            if piece.z < 0:
                self._paint_piece(piece, view, index)

    def _paint_piece(self, piece: Piece, view: View, index: int) -> None:
        if isinstance(piece, Follow):
            shifted = piece.patch.points + np.array((come(self.scene, piece.actor, index), 0.0))
            Ground(shifted, piece.patch.colour, piece.patch.z).paint(view)
        else:
            piece.paint(view)

    def _rack(self, view: View, pose: Pose, index: int) -> None:
        """Pull focus: the background softens while the subject sharpens."""
        sigma = max(self.scene.setup.blur, RACK_BLUR) * self.height
        self._background(view)
        frame = view.canvas[:, : view.width]
        _soften(frame, sigma, pose.focus)
        if pose.focus >= 1:
            self._paint_beside(view, index)
            return
        subject, mask = self._canvas(view.height, view.width + TILE), np.zeros_like(view.canvas)
        subject = subject[:, : view.canvas.shape[1]]
        subject[:] = 0
        sharp = frame.copy()
        behind = view.canvas
        self._paint_beside(view, index)
        for view.canvas, view.white in ((subject, False), (mask, True)):
            self._paint_beside(view, index)
        view.canvas, view.white = behind, False
        _blend_blurred(sharp, subject[:, : view.width], mask[:, : view.width], sigma)
        cv2.addWeighted(frame, pose.focus, sharp, 1 - pose.focus, 0, dst=frame)

    def _paint_hands(self, view: View) -> None:
        scene = self.scene
        if scene.request.shot.camera.framing != "pov":
            return
        mx, my = self.margin
        sleeve: Colour = (84, 96, 116)
        for points, colour in pov_hands(self.width, self.height, view.t, scene.palette, sleeve):
            view.fill(points + np.array((mx, my)), colour)

    def _lens(self, view: View, pose: Pose, index: int) -> Picture:
        """What happens to the whole picture: roll and the smear of a whip pan."""
        frame = view.canvas[:, : view.width]
        if self.margin != (0, 0):
            degrees = pose.roll + self.scene.setup.roll
            turn = cv2.getRotationMatrix2D((view.width / 2 - 0.5, view.height / 2 - 0.5), degrees, 1.0)
            turn[:, 2] -= self.margin
            frame = cv2.warpAffine(frame, turn, (self.width, self.height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        smear = abs(self.scene.pose(index + 0.5).pan - self.scene.pose(index - 0.5).pan) * self.width * camera.SHUTTER
        if smear >= MIN_MOTION_BLUR_PX and self.scene.path.movement == "whip_pan":
            frame = cv2.blur(frame, (int(smear) | 1, 1), borderType=cv2.BORDER_REPLICATE)
        return frame


def _paint_all(pieces: Iterable[Piece], view: View) -> None:
    for piece in pieces:
        piece.paint(view)


def _margin(scene: Scene) -> tuple[int, int]:
    """Pixels to paint beyond each side (x, y), for the largest roll of the shot."""
    degrees = abs(scene.setup.roll)
    if scene.path.movement == "roll":
        degrees += camera.ROLL_DEGREES * scene.path.gain / 2
    if not degrees:
        return 0, 0
    angle = math.radians(degrees)
    width, height = scene.request.width, scene.request.height
    wide = width * math.cos(angle) + height * math.sin(angle)
    tall = height * math.cos(angle) + width * math.sin(angle)
    return max(0, math.ceil((wide - width) / 2)) + 2, max(0, math.ceil((tall - height) / 2)) + 2


def _enlarge(small: Picture, coarse: int, target: Picture) -> None:
    height, width = target.shape[:2]
    large = cv2.resize(small, (small.shape[1] * coarse, small.shape[0] * coarse), interpolation=cv2.INTER_LINEAR)
    target[:] = large[:height, :width]


def blurred(picture: Picture, sigma: float) -> Picture:
    """The picture out of focus; painted small where that can't be seen."""
    coarse = max(1, min(COARSEST, int(sigma / 1.5)))
    height, width = picture.shape[:2]
    size = (max(1, width // coarse), max(1, height // coarse))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if coarse > 1 else picture
    soft = cv2.GaussianBlur(small, (0, 0), max(0.3, sigma / coarse))
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _soften(frame: Picture, sigma: float, amount: float) -> None:
    """Out of focus by a share, in place. Mixing sharp and soft stands in for a growing blur at the first few percent."""
    if amount <= 0:
        return
    soft = blurred(frame, sigma * max(0.25, amount))
    share = min(1.0, 4 * amount)
    cv2.addWeighted(frame, 1 - share, soft, share, 0, dst=frame)


def _blend_blurred(frame: Picture, subject: Picture, mask: Picture, sigma: float) -> None:
    """Lay a blurred subject (on black, with its mask) over a frame, in place."""
    soft, cover = blurred(np.ascontiguousarray(subject), sigma), blurred(np.ascontiguousarray(mask), sigma)
    cv2.multiply(frame, cv2.bitwise_not(cover), dst=frame, scale=1 / 255)
    cv2.add(frame, soft, dst=frame)


def vignette(height: int, width: int) -> Picture:
    """A gentle darkening towards the corners, as factors of 255."""
    y = (np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1
    x = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
    far = (y[:, None] ** 2 + x[None, :] ** 2) / 2
    factor = 255 * (1 - VIGNETTE_DEPTH * far**1.6)
    return np.repeat(np.round(factor)[..., None], 3, axis=2).astype(np.uint8)
