"""What is worth knowing of a plan before rendering: long chains, cropped pictures, settings that change nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from storyvid.backends.base import BackendConfig
from storyvid.config import AnyRunConfig
from storyvid.diffusion.checkpoint import sources
from storyvid.diffusion.config import DiffusionConfig
from storyvid.errors import Problem
from storyvid.plan.planned import Plan, ShotPlan, shot_place
from storyvid.plan.recipes import ignores_negative_prompt
from storyvid.plan.sizes import is_shape
from storyvid.storyboard.schema import parse_aspect_ratio
from storyvid.storyboard.vocabulary import CUT_TRANSITIONS

FEW_STEPS = 8  # of distilled models; step caches are measured with 20 and more
MAX_CHAINED_CHUNKS = 3  # beyond this, colour and detail drift visibly (users of Wan, VACE and FramePack report 3 to 6)


SETTING_USES = {
    **{f"sampler.{key}": key for key in ("steps", "cfg", "cfg_2", "cfg_until", "flow_shift", "scheduler")},
    "memory": "memory",
    "continuity.colour_match": "colour_match",
    "continuity.strength": "colour_match",
}


def plan_warnings(plan: Plan, config: AnyRunConfig, typed: Collection[str], name: str) -> Iterator[Problem]:
    """Warnings in the order in which a reader meets their causes: settings, shots, film.

    Args:
        plan: Finished, but for its warnings.
        config: Checked configuration.
        typed: Configuration keys that were typed on the command line.
        name: The storyboard's file name.
    """
    yield from _unused_settings(config, typed)
    yield from _idle_negative_prompts(plan, config, typed, name)
    yield from _idle_second_scales(plan, config.backend.name)
    yield from _other_weights(plan, config)
    yield from _idle_cache(plan, config)
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


def _idle_negative_prompts(plan: Plan, config: AnyRunConfig, typed: Collection[str], name: str) -> Iterator[Problem]:
    """Negative prompts that were written and are not read: the film's once, where no shot reads it."""
    backend: BackendConfig = config.backend
    idle = [planned for planned in plan.shots if ignores_negative_prompt(planned, backend)]
    written = [(shot_place(plan.storyboard, planned.shot, name), planned) for planned in idle if planned.shot.negative_prompt]
    places = [f"{where}.negative_prompt" for where, _ in written]
    if len(idle) == len(plan.shots):
        places += [f"{name}, negative_prompt"] if plan.storyboard.negative_prompt else []
        places += ["backend.negative_prompt"] if "backend.negative_prompt" in typed else []
    if "negative_prompt" in backend.uses:
        why, fix = "a guidance scale of 1 or less means none, and without guidance it is not read", "set sampler.cfg above 1"
    else:
        why, fix = f"backend={backend.name} reads none", "say in the prompt what is to be seen instead"
    for place in places:
        yield Problem(place, f"changes nothing: {why}", fix, "idle-negative-prompt")


def _idle_second_scales(plan: Plan, backend: str) -> Iterator[Problem]:
    """Guidance scales of a second expert that the first one's turns off: diffusers asks the first alone whether there is any."""
    idle: dict[tuple[float, float], list[str]] = {}
    for planned in plan.shots:
        for chunk in planned.chunks:
            first, second = (
                getattr(planned, name) if getattr(chunk, name) is None else getattr(chunk, name)
                for name in ("guidance_scale", "guidance_scale_2")
            )
            if second is not None and first <= 1 < second:
                idle.setdefault((first, second), []).append(planned.name_of(chunk))
    for (first, second), places in idle.items():
        what = (
            f"cfg {first:g} turns guidance off for both experts of {backend}, so cfg_2 {second:g} is not used: {', '.join(places)}"
        )
        fix = "set cfg_2 to 1, too; or cfg just above 1, such as 1.01, to keep the second expert's guidance"
        yield Problem("sampler.cfg", what, fix, "idle-cfg-2")


def _idle_cache(plan: Plan, config: AnyRunConfig) -> Iterator[Problem]:
    """A step cache with few steps: these differ too much from one another for one to stand in for the next."""
    steps = {
        planned.num_inference_steps if chunk.num_inference_steps is None else chunk.num_inference_steps
        for planned in plan.shots
        for chunk in planned.chunks
    }
    few = max(steps, default=FEW_STEPS + 1)
    if config.memory.step_cache != "none" and "memory" in config.backend.uses and few <= FEW_STEPS:
        what = f"with {few} steps it saves next to nothing, and still changes the picture"
        yield Problem(f"memory.step_cache={config.memory.step_cache}", what, "use memory.step_cache=none", "idle-step-cache")


def _other_weights(plan: Plan, config: AnyRunConfig) -> Iterator[Problem]:
    """That .gguf files replace one of two models, where the other is used, too."""
    backend = config.backend
    if not isinstance(backend, DiffusionConfig) or not backend.gguf or backend.image_model is None:
        return
    places = [
        planned.name_of(chunk)
        for planned in plan.shots
        for chunk in planned.chunks
        if chunk.index > 0 or planned.opening.kind != "text"
    ]
    if places:
        held = f"{sources(backend)['image_model'][0]} with memory.quantization={config.memory.quantization}"
        what = (
            f"replaces the weights for text alone; what starts from a picture or a frame is made with {held}: {', '.join(places)}"
        )
        fix = "nothing need change where both are good enough; without backend.gguf all shots are made with weights of one kind"
        yield Problem("backend.gguf", what, fix, "gguf-text-alone")


def _vanished(planned: ShotPlan) -> bool:
    return planned.transition == "cut" and planned.shot.transition.type not in CUT_TRANSITIONS
