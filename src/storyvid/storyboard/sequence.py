"""What shots say of each other: ids, start and end times, transitions, references, and the defaults they share."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from storyvid.storyboard.findings import Findings, Place, show
from storyvid.storyboard.readers import Reading, as_number
from storyvid.storyboard.schema import SHOT_ID
from storyvid.storyboard.shot_sources import ShotSource
from storyvid.storyboard.values import read_seconds, read_span


def give_ids(shots: list[dict[str, Any]], sources: list[ShotSource], findings: Findings) -> None:
    """An id for every shot: the one written, S03 for the number 3, S01, S02 … by position where there is none."""
    for index, shot in enumerate(shots):
        shot["_raw_id"] = shot.get("id")
        shot["id"] = shot_id(shot.get("id"), index, findings)
    repeated = {
        id_ for id_ in (shot["id"].casefold() for shot in shots) if sum(other["id"].casefold() == id_ for other in shots) > 1
    }
    in_scenes = {source.scene for source in sources if source.scene is not None}
    if repeated and len(in_scenes) > 1 and any(isinstance(shot["_raw_id"], str | int) for shot in shots):
        for index, (shot, source) in enumerate(zip(shots, sources, strict=True)):
            if source.scene is not None and shot["_raw_id"] is not None:
                raw = f"{source.scene_id}-{shot['_raw_id']}"
                shot["id"] = raw if SHOT_ID.fullmatch(raw) else shot["id"]
                what = "ids begin anew in each scene; they become scene-shot"
                findings.warn(("shots", index, "id"), what, "give every shot an id of its own", "scene-ids")
    else:
        tell_number_ids(shots, findings)
    seen: dict[str, int] = {}
    for index, shot in enumerate(shots):
        findings.labels[index] = f"shot {show(shot['id'])} ({index + 1} of {len(shots)})"
        first = seen.setdefault(shot["id"].casefold(), index)
        if first != index:
            refuse_same_id(index, first, shots, findings)


def tell_number_ids(shots: list[dict[str, Any]], findings: Findings) -> None:
    """Say which numbers became ids."""
    numbered = [
        index for index, shot in enumerate(shots) if type(shot["_raw_id"]) is int and not findings.is_bad(("shots", index, "id"))
    ]
    told = ", ".join(f"{shots[index]['_raw_id']} is read as {shots[index]['id']}" for index in numbered)
    for index in numbered:
        findings.warn(("shots", index, "id"), told, "write ids as text", "number-id")


def shot_id(raw: Any, index: int, findings: Findings) -> str:
    """The id that a shot's ``id`` means; where it can't be one, an error and the id by position."""
    by_position = f"S{index + 1:02d}"
    if raw is None:
        return by_position
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 10**6:
        return f"S{raw:02d}"
    if isinstance(raw, str):
        return raw
    findings.error(
        ("shots", index, "id"),
        f"{show(raw)} can't be a shot id",
        f'write letters, digits, _ or -, for example "{by_position}"',
        "id",
    )
    return by_position


def refuse_same_id(index: int, first: int, shots: list[dict[str, Any]], findings: Findings) -> None:
    """Say that two shots have one id; upper and lower case are one file on Windows."""
    shot, other = shots[index], shots[first]
    if shot["_raw_id"] is None or other["_raw_id"] is None:
        what = f'the shot without an id would be called "{shot["id"]}", which is taken'
    elif shot["id"] == other["id"]:
        what = f'"{shot["id"]}" is the id of shot {first + 1} as well'
    else:
        what = f'"{shot["id"]}" and "{other["id"]}" (shot {first + 1}) are one file name on Windows'
    findings.error(("shots", index, "id"), what, "give every shot an id of its own", "duplicate-id")


def spread_time_codes(shots: list[dict[str, Any]], reading: Reading) -> None:
    """Durations from start and end, which must follow each other without gap or overlap."""
    before: tuple[int, Decimal] | None = None
    for index, shot in enumerate(shots):
        span = time_span(shot, index, reading)
        for name in ("_start", "_end", "_timecode"):
            shot.pop(name, None)
        if span is None:
            continue
        start, end = span
        place: Place = ("shots", index, "duration")
        if start >= end:
            what = f"the shot starts at {start:f} s and ends at {end:f} s"
            reading.findings.error(place, what, "let it end after it starts", "time-order")
            continue
        if before and before[0] == index - 1 and before[1] != start:
            word = "a gap" if start > before[1] else "an overlap"
            what = f"the shot starts at {start:f} s, but the one before ends at {before[1]:f} s: {word}"
            reading.findings.error(place, what, "let the times follow each other, or write durations", "time-gap")
        before = (index, end)
        length = as_number(end - start)
        if shot.setdefault("duration", length) != length:
            what = f"{show(shot['duration'])} s differs from the time from {start:f} to {end:f} s"
            reading.findings.error(place, what, "keep one of them", "alias-conflict")
        reading.findings.warn(place, "start and end are read as a duration", "write the duration in seconds", "time-code")


def time_span(shot: dict[str, Any], index: int, reading: Reading) -> tuple[Decimal, Decimal] | None:
    """Start and end of a shot in seconds, where it gives both."""
    place: Place = ("shots", index)
    if "_timecode" in shot:
        code = shot["_timecode"]
        span = read_span(code, reading.fps) if isinstance(code, str) else None
        reading.findings.origins.setdefault((*place, "duration"), reading.findings.path((*place, "_timecode")))
        if span is None:
            reading.findings.error(
                (*place, "_timecode"), f"{show(code)} is not a span of time", 'write it as "0:00-0:04"', "duration-text"
            )
        return span
    if "_end" not in shot:
        if "_start" in shot:
            reading.findings.warn(
                (*place, "_start"), "a start without an end is left out", "write the duration in seconds", "time-code"
            )
        return None
    if "_start" not in shot:
        reading.findings.error((*place, "_end"), "an end without a start", "write the duration in seconds", "time-order")
        return None
    reading.findings.origins.setdefault((*place, "duration"), reading.findings.path((*place, "_end")))
    ends: list[Decimal] = []
    for name in ("_start", "_end"):
        seconds = seconds_of(shot[name], reading.fps)
        if seconds is None:
            reading.findings.error(
                (*place, name), f"{show(shot[name])} is not a time", "write seconds as a number", "duration-text"
            )
        else:
            ends.append(seconds)
    return (ends[0], ends[1]) if len(ends) == 2 else None


def seconds_of(value: Any, fps: Fraction) -> Decimal | None:
    """A time as a number or text, exactly."""
    if isinstance(value, str):
        return read_seconds(value, fps)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**6:
        return Decimal(repr(value))
    return None


def place_transitions(shots: list[dict[str, Any]], findings: Findings) -> None:
    """Write every transition on the shot it leaves; only a fade into the first shot stays where it is."""
    programme = [index for index, shot in enumerate(shots) if shot.get("skip") is not True]
    for position, index in enumerate(programme):
        shot, place = shots[index], ("shots", index, "transition_in")
        if position == 0:
            keep_first_fade(shot, index, findings)
            continue
        if "transition_in" not in shot:
            continue
        coming = shot.pop("transition_in")
        before = shots[programme[position - 1]]
        target = ("shots", programme[position - 1], "transition")
        if before.setdefault("transition", coming) != coming:
            what = f"{before['id']}.transition and this one both say how the edit goes from one to the other, and differ"
            findings.error(place, what, f"keep the one of {before['id']}", "alias-conflict")
            continue
        findings.origins.setdefault(target, findings.path(place))
        findings.warn(
            place,
            f"the transition is moved to the shot before it, {before['id']}",
            'write it there as "transition"',
            "transition-moved",
        )


def keep_first_fade(shot: dict[str, Any], index: int, findings: Findings) -> None:
    """Keep ``fade_in`` on the first shot, where there is no shot before it to hold a transition."""
    place: Place = ("shots", index, "transition_in")
    leaving = shot.get("transition")
    if isinstance(leaving, dict) and leaving.get("type") == "fade_in" and "transition_in" not in shot:
        shot["transition_in"] = shot.pop("transition")
        findings.origins[place] = findings.path(("shots", index, "transition"))
        findings.warn(place, "a fade_in on the first shot opens the film", 'write it as "transition_in"', "transition-moved")
    coming = shot.get("transition_in")
    if not isinstance(coming, dict):
        return
    if coming.get("type", "cut") == "cut":
        del shot["transition_in"]
        findings.warn(place, "a cut into the first shot says nothing", "leave it out", "transition-moved")
    elif coming["type"] != "fade_in":
        what = f"{show(coming['type'])} needs a shot before it, and this is the first"
        findings.error(place, what, 'the first shot may only have "fade_in" here', "transition-in-first")


def resolve_references(shots: list[dict[str, Any]], sources: list[ShotSource], findings: Findings) -> None:
    """Turn ``continuity.from`` into the id of a shot, where it names one by its number or in another case."""
    for index, shot in enumerate(shots):
        continuity = shot.get("continuity")
        if not isinstance(continuity, dict) or "from" not in continuity:
            continue
        wanted = continuity["from"]
        if isinstance(wanted, bool) or not isinstance(wanted, str | int) or any(other["id"] == wanted for other in shots):
            continue
        scene = sources[index].scene
        names = {str(wanted).casefold(), f"s{wanted:02d}" if isinstance(wanted, int) else ""}
        same = [other for other in shots if other["_raw_id"] == wanted or other["id"].casefold() in names]
        near = [shots[at] for at, source in enumerate(sources) if source.scene == scene and shots[at] in same]
        chosen = near if len(same) > 1 else same
        if len(chosen) == 1:
            shot["continuity"] = {**continuity, "from": chosen[0]["id"]}
            what = f"{show(wanted)} is read as the shot {chosen[0]['id']}"
            findings.warn(("shots", index, "continuity"), what, f'write "{chosen[0]["id"]}"', "reference")
    for shot in shots:
        del shot["_raw_id"]


def apply_defaults(shots: list[dict[str, Any]], defaults: dict[str, Any]) -> None:
    """Give every shot what it doesn't say itself. ``camera`` and ``overrides`` are filled field by field.

    A default continuity doesn't reach the first shot, nor a default transition the last: there is nothing to join.
    """
    programme = [index for index, shot in enumerate(shots) if shot.get("skip", defaults.get("skip")) is not True]
    for index, shot in enumerate(shots):
        for name, value in defaults.items():
            edge = (
                (name == "continuity" and index == programme[0]) or (name == "transition" and index == programme[-1])
                if programme
                else False
            )
            if edge and value not in ("auto", "cut"):
                continue
            if name in ("camera", "overrides") and isinstance(value, dict) and isinstance(shot.get(name, {}), dict):
                shot[name] = {**value, **shot.get(name, {})}
            elif name not in shot or (name == "continuity" and shot[name] == "auto"):
                shot[name] = value
