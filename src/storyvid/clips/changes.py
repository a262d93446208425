"""Why a clip has to be rendered, told by what differs from the nearest one that was rendered before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from storyvid.clips.record import MadeFor

NAMES = {
    "clip_format": "storyvid's own clip format",
    "prompt": "prompt",
    "negative_prompt": "negative prompt",
    "steps": "sampler.steps",
    "cfg": "sampler.cfg",
    "cfg_2": "sampler.cfg_2",
    "cfg_until": "sampler.cfg_until",
    "flow_shift": "sampler.flow_shift",
    "scheduler": "sampler.scheduler",
    "timesteps": "backend.published.timesteps",
    "seed": "seed",
    "fps": "frame rate",
    "model": "model",
    "revision": "model revision",
    "weights": "weights",
    "loras": "strength of backend.loras",
    "kind": "kind of backend",
    "overlap_frames": "backend.limits.overlap_frames",
    "handoff": "storyvid's choice of the frame that chunks hand over",
    "colour_match": "continuity.colour_match",
}
UNKNOWN = "?"  # begins what stands in place of the hash of a frame that is only going to be rendered
NONE_YET = "there is no clip like it yet"
NO_WEIGHTS = "the model is not on this machine yet"
MOST_OTHERS = 300  # clips of other shots that are looked at, the newest
FAR = 3  # a clip of another shot that differs in more tells nothing
SHORT = 40  # longer values are not told


def is_unknown(opening: Sequence[str]) -> bool:
    """Whether a shot starts from a frame that is only going to be rendered."""
    return any(part.startswith(UNKNOWN) for part in opening)


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Keys of the inputs that differ, sorted. A chunk's seed follows from the shot's and does not count."""
    return tuple(sorted(key for key in {*old, *new} if _comparable(key, old.get(key)) != _comparable(key, new.get(key))))


def nearest(records: Sequence[Mapping[str, Any]], inputs: Mapping[str, Any], made_for: MadeFor) -> Mapping[str, Any] | None:
    """The recorded clip that is most like a wanted one: one of the same shot, or else a late one that differs in little.

    Args:
        records: From `storyvid.clips.store.ClipStore.records`, oldest first.
        inputs: What the wanted clip would be made from.
        made_for: The shot that wants it.
    """
    own = [record for record in records if is_of(record, made_for)]
    ranked = []
    for age, record in enumerate(reversed(own or records[-MOST_OTHERS:])):
        count = len(differing(record["inputs"], inputs))
        if own or count <= FAR:
            ranked.append((count, record["made_for"]["take"] != made_for.take, age, record))
    return min(ranked, key=lambda one: one[:3])[3] if ranked else None


def is_of(record: Mapping[str, Any], made_for: MadeFor) -> bool:
    """Whether a recorded clip was rendered for this shot, any take of it."""
    other = record["made_for"]
    return (other["project"], other["shot"]) == (made_for.project, made_for.shot)


def reason(
    record: Mapping[str, Any] | None, inputs: Mapping[str, Any], made_for: MadeFor, names: Mapping[str, str], source: str | None
) -> str:
    """Why there is no such clip yet, in words for the plan and the record.

    Args:
        record: The nearest clip, or None.
        inputs: What the wanted clip would be made from.
        made_for: The shot that wants it.
        names: The backend's own words for its inputs.
        source: Id of the shot that it continues from.
    """
    if None in (inputs.get("weights") or {}).values():
        return NO_WEIGHTS
    if record is None:
        return NONE_YET
    keys = differing(record["inputs"], inputs)
    if not keys:
        return "a frame is to be handed over that its clip does not keep, or its clip is damaged"
    told = list(dict.fromkeys(_told(keys, record, inputs, made_for, names, source)))
    return "; ".join(told)


def _comparable(key: str, value: Any) -> Any:
    return (
        [{name: part for name, part in chunk.items() if name != "seed"} for chunk in value] if key == "chunks" and value else value
    )


def _told(
    keys: Sequence[str],
    record: Mapping[str, Any],
    new: Mapping[str, Any],
    made_for: MadeFor,
    names: Mapping[str, str],
    source: str | None,
) -> Iterator[str]:
    old = record["inputs"]
    if made_for.take != record["made_for"]["take"] and "seed" in keys:
        yield f"take {made_for.take}"
        keys = [key for key in keys if key != "seed"]
    length = _length(record["made_for"], made_for)
    for key in keys:
        if key in ("height", "width"):
            yield f"size {old['width']}x{old['height']} -> {new['width']}x{new['height']}"
        elif key == "opening":
            yield _opening(old[key], new[key], source)
        elif key == "chunks" and not length and old["opening"][0] != new["opening"][0]:
            continue  # a frame that is handed over is one more to render: no reason of its own
        elif key == "chunks" or (key == "programme" and length):
            yield length or f"chunks {_chunks(old[key])} -> {_chunks(new[key])}"
        else:
            yield _change(names.get(key) or NAMES.get(key, key), old.get(key), new.get(key))


def _length(before: Mapping[str, Any], now: MadeFor) -> str | None:
    """How a shot's length has changed: by itself, or by the handles that its joins need."""
    if before["programme_frames"] != now.programme_frames:
        return f"length {before['programme_frames']} -> {now.programme_frames} frames"
    more = now.asked_frames - before["asked_frames"]
    if not more:
        return None
    count = f"{abs(more)} frame{'s' if abs(more) > 1 else ''} {'more' if more > 0 else 'fewer'}"
    return f"its ends (transitions, edit.handles) need {count}"


def _chunks(chunks: Sequence[Mapping[str, Any]]) -> str:
    return "+".join(str(chunk["num_frames"]) for chunk in chunks)


def _opening(old: Sequence[str], new: Sequence[str], source: str | None) -> str:
    if old[0] != new[0]:
        how = {"text": "from text", "frame": f"from shot {source}", "image": "from a picture"}
        return f"it begins {how[new[0]]}, no longer {how[old[0]] if old[0] != 'frame' else 'from another shot'}"
    if new[0] == "image":
        return "the picture that it begins with"
    return f"{source}, which it continues from, is rendered again" if is_unknown(new) else f"the frame that {source} hands over"


def _change(name: str, old: Any, new: Any) -> str:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        parts = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        return f"{name} ({', '.join(part.replace('_', ' ') for part in parts)})"
    if isinstance(old, str | int | float) and isinstance(new, str | int | float) and len(f"{old}{new}") <= SHORT:
        return f"{name} {old} -> {new}"
    return name
