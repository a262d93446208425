"""What is worth knowing of a plan before rendering: long chains, cropped pictures, settings that change nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from storyvid.config import AnyRunConfig
from storyvid.errors import Problem
from storyvid.plan.planned import Plan, ShotPlan, shot_place
from storyvid.plan.sizes import is_shape
from storyvid.storyboard.schema import parse_aspect_ratio
from storyvid.storyboard.vocabulary import CUT_TRANSITIONS

MAX_CHAINED_CHUNKS = 3  # beyond this, colour and detail drift visibly (users of Wan, VACE and FramePack report 3 to 6)


SETTING_USES = {"sampler.steps": "steps", "sampler.cfg": "cfg", "sampler.scheduler": "scheduler", "memory": "memory"}


def plan_warnings(plan: Plan, config: AnyRunConfig, typed: Collection[str], name: str) -> Iterator[Problem]:
    """Warnings in the order in which a reader meets their causes: settings, shots, film.

    Args:
        plan: Finished, but for its warnings.
        config: Checked configuration.
        typed: Configuration keys that were typed on the command line.
        name: The storyboard's file name.
    """
    yield from _unused_settings(config, typed)
    chain = 0
    for planned in plan.shots:
        where = shot_place(plan.storyboard, planned.shot, name)
        chain = (chain if planned.opening.kind == "frame" else 0) + len(planned.chunks)
        if chain > MAX_CHAINED_CHUNKS:
            what = f"{chain} chunks in a row start from one another; colour and detail drift beyond {MAX_CHAINED_CHUNKS}"
            yield Problem(f"{where}.continuity", what, "cut here, or shorten the shots before", "drift")
        if planned is not plan.shots[-1] and _vanished(planned):
            wanted = planned.shot.transition
            what = f"{wanted.duration:g} s is less than two frames, so the {wanted.type} becomes a cut"
            yield Problem(f"{where}.transition", what, "make it longer, or write cut", "transition")
    if not is_shape(plan.height, plan.width, parse_aspect_ratio(plan.storyboard.aspect_ratio)):
        verb = {"crop": "cropped", "pad": "given black bars"}[config.delivery.fit]
        what = f"clips of {plan.width}x{plan.height} are {verb} to aspect_ratio {plan.storyboard.aspect_ratio}"
        yield Problem("resolution", what, code="aspect-ratio")


def _unused_settings(config: AnyRunConfig, typed: Collection[str]) -> Iterator[Problem]:
    idle = [key for key, use in SETTING_USES.items() if key in typed and use not in config.backend.uses]
    if idle:
        verb = "changes" if len(idle) == 1 else "change"
        what = f"{verb} nothing with backend={config.backend.name}; recorded all the same"
        yield Problem(", ".join(idle), what, code="unused-setting")


def _vanished(planned: ShotPlan) -> bool:
    return planned.transition == "cut" and planned.shot.transition.type not in CUT_TRANSITIONS
