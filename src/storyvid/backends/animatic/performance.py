"""The cast in one frame: how far each subject has come, what it does, and its polygons on the canvas."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import casting, subjects
from storyvid.backends.animatic.from_above import draw_from_above
from storyvid.backends.animatic.scene import Scene
from storyvid.backends.animatic.staging import Actor
from storyvid.backends.animatic.view import NEAR_M, View

HEAD_SHARE = 0.15  # of a person's height
RIM_M, RIM_HEIGHTS = 0.016, 0.006  # width of the line of light along the subject's edge: in metres, and at most
LOOK_DOWN = 0.75  # share of a subject's height that a camera above it sees at its true size
OVERRUN = 0.2  # of the programme time: actors go on in the handles before and after


def come(scene: Scene, actor: Actor, index: int) -> float:
    """How far right an actor has come from its place at a clip frame, metres."""
    pose, (u, _) = scene.pose(index), scene.moment(index)
    metres = scene.setup.distance_m / (scene.setup.focal * scene.unit)
    carried = pose.carry * scene.request.width * metres
    if scene.path.movement == "track":
        return carried
    return carried + actor.facing * actor.travel_m * (min(1 + OVERRUN, max(-OVERRUN, u)) - 0.5)


def nearer(scene: Scene, actor: Actor, index: int) -> float:
    """How much nearer than its place an actor is at a clip frame, metres."""
    if not actor.nears_m or scene.path.movement == "track":
        return 0.0
    u, _ = scene.moment(index)
    return actor.nears_m * (min(1 + OVERRUN, max(-OVERRUN, u)) - 0.5)


def paint_cast(scene: Scene, view: View, index: int) -> None:
    """Paint everybody, far ones first."""
    for actor in scene.cast:
        z = actor.z - nearer(scene, actor, index)
        if view.above or z - view.z >= NEAR_M:
            _paint_actor(scene, actor, view, index, z)


def manner_of(scene: Scene, actor: Actor, index: int, head_px: float, t: float) -> casting.Manner:
    """What an actor does at a clip frame. Its steps and wheels turn with the way it has really gone, so that nothing slides."""
    seconds = float((scene.request.programme_frames or scene.request.num_frames) / scene.request.fps)
    facing = 1 if scene.path.movement == "track" else actor.facing
    gone = facing * come(scene, actor, index) + abs(nearer(scene, actor, index)) * (
        1 if nearer(scene, actor, index) * actor.nears_m > 0 else -1
    )
    whole = abs(actor.nears_m) or actor.travel_m
    if scene.path.movement == "track":
        whole = abs(scene.pose(scene.request.num_frames).carry - scene.pose(0).carry) * scene.request.width * scene.setup.distance_m
        whole /= scene.setup.focal * scene.unit
    view = actor.view or ("side" if scene.path.movement == "track" and actor.member.kind == "person" else "")
    light_side = 1 if scene.palette.disc_place[0] > 0 else -1
    return casting.Manner(
        t, actor.pace, facing, head_px, light_side, scene.palette, way_m=gone, speed_mps=whole / max(0.2, seconds), view=view
    )


def _paint_actor(scene: Scene, actor: Actor, view: View, index: int, z: float) -> None:
    below = view.y - actor.y - LOOK_DOWN * casting.height_of(actor.member)
    scale = view.focal / max(NEAR_M, below) if view.above else view.scale(z)
    x = actor.x + come(scene, actor, index)
    manner = manner_of(scene, actor, index, scale * HEAD_SHARE * casting.height_of(actor.member), view.t)
    if view.above:
        column, row = view.middle + (x - view.x) * scale, view.level - (z - view.z) * scale
        shapes = draw_from_above(actor.member, manner)
    else:
        column, row = view.place(x, actor.y, z)
        shapes = subjects.draw_subject(actor.member, manner)
    pixels = np.concatenate([points for points, _ in shapes]) * (scale, -scale) + np.array((column, row))
    ends = np.cumsum([len(points) for points, _ in shapes]).tolist()
    cuts = [slice(end - len(points), end) for end, (points, _) in zip(ends, shapes, strict=True)]
    if scene.palette.rim is not None and not view.above and not view.white:
        edge = np.array((manner.lit_from, -0.5)) * min(RIM_M * scale, RIM_HEIGHTS * view.height)
        view.fill_groups(pixels + edge, [([cut], scene.palette.rim) for cut in cuts])
    view.fill_groups(pixels, [([cut], colour) for cut, (_, colour) in zip(cuts, shapes, strict=True)])
