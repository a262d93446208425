"""Painting one frame of a scene: a pure function of the scene and the clip frame."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from storyvid.backends.animatic import camera, overhead
from storyvid.backends.animatic.camera import Pose
from storyvid.backends.animatic.framing import pov_hands
from storyvid.backends.animatic.grading import Finish
from storyvid.backends.animatic.lens import Picture, coarseness, enlarge, paint_soft, smear, soften, turn
from storyvid.backends.animatic.light import Colour
from storyvid.backends.animatic.patches import Follow
from storyvid.backends.animatic.performance import come, nearer, paint_cast
from storyvid.backends.animatic.pieces import Piece
from storyvid.backends.animatic.scene import Scene
from storyvid.backends.animatic.sky import TILE, paint_backdrop
from storyvid.backends.animatic.view import View

LEAST_BLUR_PX = 0.9  # nobody sees less
MIN_MOTION_BLUR_PX = 3
TURNED_WHOLE_PX = 720  # taller frames are turned at half their size, which is four times quicker


class Painter:
    """Paints the frames of one scene. Holds canvases only; frames may be asked for in any order."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        request = scene.request
        self.height, self.width = request.height, request.width
        self.margin = _margin(scene)  # extra pixels on each side, so that a rolled frame has no empty corners
        self._canvases: dict[tuple[int, int], Picture] = {}
        self._finish = Finish(self.height, self.width, scene.words.looks)

    def frame(self, index: int) -> Picture:
        """The frame at a clip frame number: (height, width, 3) RGB, C-contiguous, the caller's own."""
        scene = self.scene
        pose = scene.pose(index)
        view = self._view(pose, index, 1)
        self._paint_behind(view, pose, index)
        scene.weather.paint_behind(view)
        self._paint_subject(view, pose, index)
        scene.weather.paint_before(view)
        self._paint_front(view, pose, index)
        self._paint_hands(view)
        return self._finish.apply(self._lens(view, index))

    def _canvas(self, height: int, width: int) -> Picture:
        """A canvas for reuse, wide enough for whole tiles."""
        padded = -(-width // TILE) * TILE
        if (height, padded) not in self._canvases:
            self._canvases[height, padded] = np.zeros((height, padded, 3), np.uint8)
        return self._canvases[height, padded]

    def _view(self, pose: Pose, index: int, coarse: int) -> View:
        """The projection at a pose, onto a canvas of 1/coarse of the size."""
        scene, setup, unit = self.scene, self.scene.setup, self.scene.unit
        width, height = -(-self.width // coarse), -(-self.height // coarse)
        x, y, z = scene.station(pose)
        focal = setup.focal * pose.zoom
        turned = math.atan(pose.tilt * self.height / (focal * unit)) if not setup.above else 0.0
        return View(
            canvas=self._canvas(height, width), width=width, height=height, focal=focal * unit / coarse, x=x, y=y, z=z,
            middle=(self.width / 2 - pose.pan * self.width * pose.zoom) / coarse,
            level=(self.height / 2 + (setup.level - 0.5) * self.height * pose.zoom) / coarse,
            pitch=setup.pitch + turned, roll=math.radians(pose.roll + setup.roll), above=setup.above,
            t=scene.moment(index)[1], wind=scene.weather.wind,
        )  # fmt: skip

    def _paint_behind(self, view: View, pose: Pose, index: int) -> None:
        """The background, out of focus as far as the lens leaves it so; while focus is pulled, less or more."""
        share = pose.focus if self.scene.path.movement == "rack_focus" else 1.0
        blur = self.scene.blur_behind * share * self.height
        target = view.canvas[:, : view.width]
        if blur < LEAST_BLUR_PX and not view.roll:
            self._background(view)
            return
        coarse = 1 if blur < LEAST_BLUR_PX and self.height <= TURNED_WHOLE_PX else coarseness(blur)
        small = self._view(pose, index, coarse)
        if not small.roll:
            self._background(small)
            enlarge(soften(small.canvas[:, : small.width], blur, coarse), coarse, target)
            return
        level = self._levelled(small, coarse)  # rows of sky and haze are painted level, then turned while the picture is small
        self._background(level)
        turned = turn(level.canvas[:, : level.width], small.roll, small.width, small.height)
        enlarge(soften(turned, blur, coarse), coarse, target)

    def _levelled(self, small: View, coarse: int) -> View:
        """The same view without roll, wide enough for all corners of the rolled one."""
        mx, my = (-(-margin // coarse) + 1 for margin in self.margin)
        width, height = small.width + 2 * mx, small.height + 2 * my
        return replace(
            small, canvas=self._canvas(height, width), width=width, height=height, roll=0.0, middle=small.middle + mx,
            level=small.level + my,
        )  # fmt: skip

    def _background(self, view: View) -> None:
        scene = self.scene
        if view.above:
            surface = scene.table_top
            if surface is not None:
                overhead.paint_surface(view, surface)
                return
            overhead.paint_ground(view, scene.place)
            overhead.paint_all(scene.behind, view)
            return
        paint_backdrop(view, scene.place, scene.palette)
        for piece in scene.behind:
            piece.paint(view)

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
            way = (come(self.scene, piece.actor, index), -nearer(self.scene, piece.actor, index))
            piece = replace(piece.patch, points=piece.patch.points + np.array(way))
        if view.above:
            overhead.paint_piece(piece, view)
        else:
            piece.paint(view)

    def _paint_subject(self, view: View, pose: Pose, index: int) -> None:
        """The subject and what is about it; out of focus while focus is on the background."""
        blur = (1 - pose.focus) * self.scene.blur_behind * self.height if self.scene.path.movement == "rack_focus" else 0.0
        if blur < LEAST_BLUR_PX:
            self._paint_beside(view, index)
            return
        coarse = coarseness(blur)
        small = self._view(pose, index, coarse)
        paint_soft(view.canvas[:, : view.width], small, coarse, blur, lambda onto: self._paint_beside(onto, index))

    def _paint_front(self, view: View, pose: Pose, index: int) -> None:
        """What the framing puts before the lens, out of focus by its own distance."""
        for piece, distance in self.scene.front:
            blur = self.scene.setup.blur(distance) * self.height
            if blur < LEAST_BLUR_PX:
                piece.paint(view)
                continue
            coarse = coarseness(blur)
            paint_soft(view.canvas[:, : view.width], self._view(pose, index, coarse), coarse, blur, piece.paint)

    def _paint_hands(self, view: View) -> None:
        scene = self.scene
        if scene.request.shot.camera.framing != "pov":
            return
        sleeve: Colour = (84, 96, 116)
        for points, colour in pov_hands(self.width, self.height, view.t, scene.palette, sleeve):
            view.fill_canvas(points, colour)

    def _lens(self, view: View, index: int) -> Picture:
        """What happens to the whole picture: the smear of a whip pan."""
        frame = view.canvas[:, : view.width]
        if self.scene.path.movement != "whip_pan":
            return frame
        turned = abs(self.scene.pose(index + 0.5).pan - self.scene.pose(index - 0.5).pan) * self.width * camera.SHUTTER
        return smear(frame, turned) if turned >= MIN_MOTION_BLUR_PX else frame


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
