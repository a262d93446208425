"""The cast in one frame: how far each subject has come, what it does, and its polygons on the canvas."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import casting, subjects
from storyvid.backends.animatic.people import draw_from_above
from storyvid.backends.animatic.scene import Scene
from storyvid.backends.animatic.staging import Actor
from storyvid.backends.animatic.view import NEAR_M, View

HEAD_SHARE = 0.15  # of a person's height
RIM_M, RIM_HEIGHTS = 0.016, 0.006  # width of the line of light along the subject's edge: in metres, and at most
LOOK_DOWN = 0.75  # share of a subject's height that a camera above it sees at its true size


def come(scene: Scene, actor: Actor, index: int) -> float:
    """How far right an actor has come from its place at a clip frame, metres."""
    pose, (u, _) = scene.pose(index), scene.moment(index)
    metres = scene.setup.distance_m / (scene.setup.focal * scene.unit)
    carried = pose.carry * scene.request.width * metres
    if actor.pace == "still" or scene.path.movement == "track":
        return carried
    return carried + actor.facing * scene.travel_m * (min(1.2, max(-0.2, u)) - 0.5)


def paint_cast(scene: Scene, view: View, index: int) -> None:
    """Paint everybody, far ones first."""
    for actor in scene.cast:
        if view.above or actor.z - view.z >= NEAR_M:
            _paint_actor(scene, actor, view, index)


def _paint_actor(scene: Scene, actor: Actor, view: View, index: int) -> None:
    below = view.y - actor.y - LOOK_DOWN * casting.height_of(actor.member)
    scale = view.focal / max(NEAR_M, below) if view.above else view.scale(actor.z)
    facing = 1 if scene.path.movement == "track" else actor.facing
    light_side = 1 if scene.palette.disc_place[0] > 0 else -1
    manner = casting.Manner(
        view.t, actor.pace, facing, scale * HEAD_SHARE * casting.height_of(actor.member), light_side, scene.palette
    )
    x = actor.x + come(scene, actor, index)
    upright = 1.0
    if view.above:
        column, row = view.middle + (x - view.x) * scale, view.level - (actor.z - view.z) * scale
        upright = 1.0 if actor.member.kind == "person" else 0.5
    else:
        column, row = view.place(x, actor.y, actor.z)
    person = view.above and actor.member.kind == "person"
    shapes = draw_from_above(actor.member, manner) if person else subjects.draw_subject(actor.member, manner)
    size, foot = (scale, -scale * upright), np.array((column, row))
    if scene.palette.rim is not None and not view.above and not view.white:
        edge = foot + np.array((light_side, -0.5)) * min(RIM_M * scale, RIM_HEIGHTS * view.height)
        for points, _ in shapes:
            view.fill(points * size + edge, scene.palette.rim)
    for points, colour in shapes:
        view.fill(points * size + foot, colour)
