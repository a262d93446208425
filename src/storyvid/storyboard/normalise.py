"""From the JSON that people write to the one form the strict schema checks: names, shapes and values.

Steps, in order: find the shots, read the film's fields, read each shot's, give ids, fill in defaults, and put what
lies between two shots (transitions, time codes, references) where the strict form keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

from storyvid.errors import StoryboardError
from storyvid.storyboard import aliases
from storyvid.storyboard.cast import read_map, read_shot_characters
from storyvid.storyboard.fields import keep_unknown, rename
from storyvid.storyboard.findings import Findings, Place, show
from storyvid.storyboard.readers import (
    NOTHING,
    Reader,
    Reading,
    as_number,
    number_reader,
    read_aspect_ratio,
    read_camera_fields,
    read_camera_value,
    read_continuity,
    read_dialogue,
    read_duration,
    read_fps,
    read_label,
    read_media_path,
    read_overrides,
    read_schema_version,
    read_seed,
    read_switch,
    read_text,
    read_text_or_none,
    read_transition,
    word_reader,
)
from storyvid.storyboard.schema import MAX_SHOTS, SHOT_ID, parse_fps
from storyvid.storyboard.values import read_seconds, read_span

SHOT_READERS: Mapping[str, Reader] = {
    "scene": read_label,
    "duration": read_duration,
    "prompt": read_text,
    "first_frame_prompt": read_text,
    "continuation_prompt": read_text,
    "negative_prompt": read_text_or_none,
    "camera": read_camera_value,
    "lighting": read_text,
    "mood": read_text,
    "location": read_text,
    "time_of_day": read_text,
    "weather": read_text,
    "characters": read_shot_characters,
    "continuity": read_continuity,
    "transition": read_transition,
    "transition_in": read_transition,
    "dialogue": read_dialogue,
    "narration": read_text_or_none,
    "sound": read_text_or_none,
    "music": read_text_or_none,
    "caption": read_text_or_none,
    "seed": read_seed,
    "overrides": read_overrides,
    "skip": read_switch,
    "notes": read_text_or_none,
}

PROJECT_READERS: Mapping[str, Reader] = {
    "schema_version": read_schema_version,
    "title": read_label,
    "logline": read_text,
    "project": read_label,
    "fps": read_fps,
    "aspect_ratio": read_aspect_ratio,
    "target_duration": read_duration,
    "style": read_text,
    "negative_prompt": read_text_or_none,
    "negative_mode": word_reader(("append", "replace"), {"add": "append"}, "a negative_mode"),
    "seed": read_seed,
}

KNOWN_SHOT_FIELDS = ("id", *SHOT_READERS)
KNOWN_PROJECT_FIELDS = (*(name for name in aliases.PROJECT if not name.startswith("_")), "shots")
SHOT_LIST_KEYS = {aliases.fold_key(key): key for key in aliases.SHOT_LISTS}
SHOT_NAMES = aliases.spellings(aliases.SHOT)


@dataclass
class ShotSource:
    """A shot as it stands in the user's file.

    Attributes:
        value: The object, or whatever stands in its place.
        path: Where, in the user's words.
        scene: Position of the scene it is nested in, or None.
        inherited: Fields that the scene says for its shots.
        scene_id: The scene's name in ids, when ids repeat from scene to scene.
    """

    value: Any
    path: str
    scene: int | None = None
    inherited: dict[str, Any] = field(default_factory=dict)
    scene_id: str = ""


def normalise(data: Any, findings: Findings) -> dict[str, Any]:
    """The storyboard in strict names and shapes. Values may still be wrong: the schema says so.

    Args:
        data: The parsed JSON: a film, or a bare list of shots.
        findings: Takes warnings, errors, and where every field came from.

    Raises:
        StoryboardError: There is no list of shots to speak about, or far too long a one.
    """
    reading = Reading(findings)
    film, sources = find_shots(data, reading)
    project = read_project(film, reading)
    defaults = read_defaults(project.pop("defaults", {}), reading)
    shots = [read_shot(source, index, reading) for index, source in enumerate(sources)]
    give_ids(shots, sources, findings)
    spread_time_codes(shots, reading)
    place_transitions(shots, findings)
    resolve_references(shots, sources, findings)
    apply_defaults(shots, defaults)
    if reading.new_people:
        project["characters"] = {**project.get("characters", {}), **reading.new_people}
    extra = {**project.pop("extra", {}), **reading.extra}
    return {**project, **({"defaults": defaults} if defaults else {}), "shots": shots, **({"extra": extra} if extra else {})}


def find_shots(data: Any, reading: Reading) -> tuple[dict[str, Any], list[ShotSource]]:
    """The film's own fields, and its shots from wherever they stand.

    Raises:
        StoryboardError: No list of shots, an empty one, one of whole stories, or one beyond the limit.
    """
    findings = reading.findings
    if isinstance(data, list):
        refuse_list_of_stories(data, findings)
        findings.warn((), "the file is a bare list, read as the list of shots", 'write {"title": …, "shots": […]}', "alias")
        return {}, check_count(unfold_scenes(data, "", reading), "", findings)
    if not isinstance(data, dict):
        refuse(findings, f"a storyboard is an object, not {show(data)}", 'write {"title": …, "shots": […]}')
    if len(data) == 1 and isinstance(inner := next(iter(data.values())), dict):
        key = next(iter(data))
        findings.warn((), f'the storyboard is taken out of "{key}"', "write its fields at the top of the file", "alias")
        findings.origins[()] = findings.path((key,))
        return find_shots(inner, reading)
    key = find_shot_list(data, findings)
    if key != "shots":
        findings.warn((key,), f'"{key}" is read as shots', 'write it as "shots"', "alias")
    film = {name: value for name, value in data.items() if name != key}
    return film, check_count(unfold_scenes(data[key], findings.path((key,)), reading), key, findings)


def find_shot_list(data: dict[str, Any], findings: Findings) -> str:
    """The key under which the shots stand.

    Raises:
        StoryboardError: There is none, or what stands there is not a list.
    """
    there = {SHOT_LIST_KEYS[aliases.fold_key(key)]: key for key in data if aliases.fold_key(key) in SHOT_LIST_KEYS}
    lists = [there[name] for name in aliases.SHOT_LISTS if name in there and isinstance(data[there[name]], list)]
    likely = [key for key in lists if key == "shots" or not data[key] or any(looks_like_shot(item) for item in data[key])]
    if len(likely) > 1 and data[likely[0]] != data[likely[1]]:
        refuse(
            findings,
            f'both "{likely[0]}" and "{likely[1]}" hold lists of shots, and they differ',
            "keep one of them",
            "alias-conflict",
        )
    if likely or lists:
        return (likely or lists)[0]
    if there:
        key = next(iter(there.values()))
        refuse(
            findings, f"{key} must be a list of shots, not {show(data[key])}", f'write "{key}": [{{"prompt": …}}, …]', "shots-type"
        )
    fields = ", ".join(show(key) for key in list(data)[:8])
    refuse(
        findings,
        f"there is no list of shots; the fields are {fields or 'none'}",
        'add "shots": [{"prompt": …}, …]',
        "shots-missing",
    )


def unfold_scenes(items: list[Any], key: str, reading: Reading) -> list[ShotSource]:
    """The shots of a list; where its items are scenes with shots of their own, those."""
    findings = reading.findings
    sources: list[ShotSource] = []
    for index, item in enumerate(items):
        path = f"{key}[{index}]"
        inner = nested_key(item)
        if inner is None:
            sources.append(ShotSource(item, path))
            continue
        findings.origins[("scenes", index)] = path
        fields, unknown = rename(
            {name: value for name, value in item.items() if name != inner}, aliases.SCENE, ("scenes", index), findings
        )
        for name in fields:
            findings.warn(
                ("scenes", index, name), f"the scene's {name} is given to its shots", "write it in each shot", "scene-field"
            )
        reading.extra |= keep_unknown(unknown, tuple(aliases.SCENE), ("scenes", index), findings, f"{path}.")
        number = fields.get("scene", index + 1)
        safe = (
            isinstance(number, str | int)
            and not isinstance(number, bool)
            and len(str(number)) <= 16
            and SHOT_ID.fullmatch(str(number))
        )
        scene_id = str(number) if safe else str(index + 1)
        inherited = {"scene": str(index + 1), **fields}
        for position, shot in enumerate(item[inner]):
            sources.append(ShotSource(shot, f"{path}.{inner}[{position}]", index, inherited, scene_id))
    return sources


def nested_key(item: Any) -> str | None:
    """The key under which a scene holds its shots, or None for a plain shot."""
    if not isinstance(item, dict):
        return None
    return next(
        (key for key in item if aliases.fold_key(key) in SHOT_LIST_KEYS and isinstance(item[key], list) and holds_shots(item[key])),
        None,
    )


def holds_shots(items: list[Any]) -> bool:
    """Whether a list inside a scene is one of shots; an empty one is."""
    return all(isinstance(item, dict) for item in items)


def looks_like_shot(item: Any) -> bool:
    """Whether an object has a prompt, a picture or a length, or is a text; or is a scene with shots."""
    if isinstance(item, str) or nested_key(item) is not None:
        return True
    names = {SHOT_NAMES.get(aliases.fold_key(key)) for key in item} if isinstance(item, dict) else set()
    return bool(names & {"prompt", "first_frame_prompt", "duration", "_timecode"})


def refuse_list_of_stories(data: list[Any], findings: Findings) -> None:
    """Refuse a list whose items are films, each with its own list of beats or shots."""
    stories = [item for item in data if isinstance(item, dict) and any(aliases.fold_key(key) in SHOT_LIST_KEYS for key in item)]
    films = [
        item for item in stories if nested_key(item) is None or {"title", "logline", "summary"} & set(map(aliases.fold_key, item))
    ]
    if len(films) < max(2, len(data)):
        return
    keys = ", ".join(show(key) for key in list(stories[0])[:6])
    inner = next(key for key in stories[0] if aliases.fold_key(key) in SHOT_LIST_KEYS)
    refuse(
        findings,
        f"this is a list of {len(data)} stories (each with {keys}), and a storyboard is one story",
        f'save one item of the list, for example [0], as a file of its own; its "{inner}" becomes the shots',
        "several-stories",
    )


def check_count(sources: list[ShotSource], key: str, findings: Findings) -> list[ShotSource]:
    """The shots, when there are between one and the most a storyboard may have.

    Raises:
        StoryboardError: None, or too many; said once, whatever else is wrong.
    """
    if not sources:
        refuse(
            findings,
            f"{key or 'the list'} holds no shots",
            'add at least one: {"prompt": "what is seen and what moves"}',
            "shots-empty",
        )
    if len(sources) > MAX_SHOTS:
        fix = f"keep {MAX_SHOTS}, or split the film into several storyboards"
        refuse(findings, f"{len(sources)} shots are more than a storyboard may have ({MAX_SHOTS})", fix, "shots-too-many")
    return sources


def refuse(findings: Findings, what: str, fix: str, code: str = "shape") -> NoReturn:
    """Stop: nothing more can be said about this file."""
    findings.error((), what, fix, code)
    raise StoryboardError(findings.errors)


def read_project(film: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """The film's own fields, strict names and values."""
    findings = reading.findings
    fields, unknown = rename(film, aliases.PROJECT, (), findings)
    project = read_fields(fields, PROJECT_READERS, (), reading)
    reading.fps = film_rate(project.get("fps"))
    for name in ("characters", "locations"):
        if name in fields:
            project[name] = read_map(fields[name], (name,), reading)
    characters = project.get("characters")
    for character_id, character in characters.items() if isinstance(characters, dict) else ():
        reading.people.setdefault(character_id.casefold(), character_id)
        if isinstance(character, dict) and isinstance(character.get("name"), str):
            reading.people.setdefault(character["name"].casefold(), character_id)
    if "audio" in fields:
        project["audio"] = read_audio(fields["audio"], reading)
    if "defaults" in fields:
        project["defaults"] = fields["defaults"]
    join_palette(project, fields.get("_color_palette"), "style", (), reading)
    kept = keep_unknown(unknown, KNOWN_PROJECT_FIELDS, (), findings)
    given = fields.get("extra", {})
    project["extra"] = {**given, **kept} if isinstance(given, dict) else kept
    if not isinstance(given, dict):
        findings.error(("extra",), f"{show(given)} must be an object", "delete it", "type")
    return project


def film_rate(fps: Any) -> Fraction:
    """The film's frame rate, or 24 where what is written can't be one (the schema says so)."""
    try:
        return parse_fps(fps) if isinstance(fps, int | float) and not isinstance(fps, bool) else Fraction(24)
    except ValueError:
        return Fraction(24)


def read_audio(value: Any, reading: Reading) -> Any:
    """The film's sound: an object, or the path of the music."""
    place: Place = ("audio",)
    if isinstance(value, str):
        reading.findings.warn(place, "the text is read as the music file", 'write {"music": …}', "alias")
        value = {"music": value}
    if not isinstance(value, dict):
        return value
    fields, unknown = rename(value, aliases.AUDIO, place, reading.findings)
    reading.extra |= keep_unknown(unknown, tuple(aliases.AUDIO), place, reading.findings, "audio.")
    readers: dict[str, Reader] = {
        "music": read_media_path,
        "volume": number_reader(),
        "temp": word_reader(("none", "tone", "silence"), {"silent": "silence", "beep": "tone"}, "a placeholder sound"),
    }
    return read_fields(fields, readers, place, reading)


def read_fields(fields: dict[str, Any], readers: Mapping[str, Reader], place: Place, reading: Reading) -> dict[str, Any]:
    """Each field by its reader; what says nothing is left out."""
    values = {name: readers[name](value, (*place, name), reading) for name, value in fields.items() if name in readers}
    return {name: value for name, value in values.items() if value is not NOTHING}


def read_defaults(value: Any, reading: Reading) -> dict[str, Any]:
    """What all shots say unless they say otherwise."""
    place: Place = ("defaults",)
    if not isinstance(value, dict):
        reading.findings.error(place, f"{show(value)} must be an object of shot fields", 'write {"duration": 4}', "type")
        return {}
    defaults = read_shot_fields(value, place, reading)
    for name in ("id", "transition_in"):
        if defaults.pop(name, None) is not None:
            reading.findings.error(
                (*place, name), f"{name} can't be the same for every shot", "write it in the shots", "defaults-field"
            )
    return {name: part for name, part in defaults.items() if not name.startswith("_")}


def read_shot(source: ShotSource, index: int, reading: Reading) -> dict[str, Any]:
    """One shot in strict names and values. Keys with an underscore wait for a step that sees all shots."""
    place: Place = ("shots", index)
    findings = reading.findings
    findings.origins[place] = source.path
    value = source.value
    if isinstance(value, str):
        findings.warn(place, "the text is read as the prompt of a shot", 'write {"prompt": …}', "shot-text")
        value = {"prompt": value}
    if not isinstance(value, dict):
        findings.error(place, f"a shot is an object, not {show(value)}", 'write {"prompt": …}', "type")
        return {}
    shot = read_shot_fields(value, place, reading)
    for name, part in source.inherited.items():
        if name not in shot and not findings.is_bad((*place, name)):
            shot |= read_fields({name: str(part) if name == "scene" else part}, SHOT_READERS, place, reading)
    return shot


def read_shot_fields(raw: dict[str, Any], place: Place, reading: Reading) -> dict[str, Any]:
    """The fields of a shot, or of ``defaults``."""
    findings = reading.findings
    fields, unknown = rename(raw, aliases.SHOT, place, findings)
    flatten_audio(fields, place, reading)
    for name in ("camera", "overrides"):
        gather(name, fields, place, reading)
    if "_time" in fields:
        time = fields.pop("_time")
        name = "_timecode" if isinstance(time, str) and read_span(time, reading.fps) else "time_of_day"
        fields.setdefault(name, time)
        findings.warn((*place, "_time"), f'"time" is read as {name.strip("_")}', "", "alias")
    shot = read_fields(fields, SHOT_READERS, place, reading)
    if "id" in fields:
        shot["id"] = fields["id"]
    shot |= {name: fields[name] for name in ("_start", "_end", "_timecode") if name in fields}
    read_continuity_aliases(fields, shot, place, reading)
    join_palette(shot, fields.get("_color_palette"), "lighting", place, reading)
    kept = keep_unknown(unknown, KNOWN_SHOT_FIELDS, place, findings)
    given = fields.get("extra", {})
    if not isinstance(given, dict):
        findings.error((*place, "extra"), f"{show(given)} must be an object", "delete it", "type")
    elif given or kept:
        shot["extra"] = {**given, **kept}
    return shot


def gather(name: str, fields: dict[str, Any], place: Place, reading: Reading) -> None:
    """Put fields of the shot such as ``shot_type`` and ``steps`` into the object they belong to."""
    loose = {key.split(".")[1]: fields.pop(key) for key in list(fields) if key.startswith(f"{name}.")}
    if not loose:
        return
    here = (*place, name)
    if name == "overrides":
        given = fields.get(name, {})
        if isinstance(given, dict):
            fields[name] = {**given, **loose}
        return
    loose = read_camera_fields(loose, here, reading)
    given = read_camera_value(fields.pop(name, {}), here, reading)
    if not isinstance(given, dict):
        fields[name] = {} if given is NOTHING else given
        return
    for key in set(given) & set(loose) - {"text"}:
        if given[key] != loose[key]:
            what = f"the camera and the shot's own field say both {show(given[key])} and {show(loose[key])}"
            reading.findings.error((*here, key), what, "keep one of them", "alias-conflict")
    texts = [camera["text"] for camera in (given, loose) if isinstance(camera.get("text"), str)]
    fields[name] = {**loose, **given, **({"text": ", ".join(texts)} if texts else {})}


def flatten_audio(fields: dict[str, Any], place: Place, reading: Reading) -> None:
    """A shot's ``audio``: a text is its sound, an object holds sound, music, narration, dialogue."""
    if "_audio" not in fields:
        return
    value = fields.pop("_audio")
    here = (*place, "_audio")
    if isinstance(value, dict):
        parts, unknown = rename(value, aliases.SHOT_AUDIO, here, reading.findings)
        reading.extra |= keep_unknown(unknown, tuple(parts), here, reading.findings, f"{reading.findings.path(here)}.")
    else:
        parts = {"sound": value}
        reading.findings.origins[(*here, "sound")] = reading.findings.path(here)
    for name, part in parts.items():
        target = (*place, name)
        if name in fields and fields[name] != part:
            reading.findings.error(
                target, f"audio and {name} both say the {name}, and differ", "keep one of them", "alias-conflict"
            )
        else:
            fields[name] = part
            reading.findings.origins[target] = reading.findings.path((*here, name))
            reading.findings.warn(target, f'"audio" is read as {name}', f'write it as "{name}"', "alias")


def read_continuity_aliases(fields: dict[str, Any], shot: dict[str, Any], place: Place, reading: Reading) -> None:
    """``cut``, ``use_last_frame`` and ``continue_from``, which say the same thing in other words."""
    meant: dict[str, Any] = {}
    for name, when_true, when_false in (("_cut", "cut", "continue"), ("_use_last_frame", "continue", "auto")):
        if name in fields:
            value = read_switch(fields[name], (*place, name), reading)
            if isinstance(value, bool):
                meant[name] = when_true if value else when_false
            else:
                reading.findings.error(
                    (*place, name), f"{show(value)} must be true or false", "write true or false without quotes", "type"
                )
    origin = fields.get("_continue_from", NOTHING)
    if isinstance(origin, bool):
        meant["_continue_from"] = "continue" if origin else "auto"
    elif origin is not NOTHING and origin != "":
        meant["_continue_from"] = {"from": origin}
    for name, value in meant.items():
        told = show(value["from"]) if isinstance(value, dict) else value
        if shot.get("continuity", value) != value:
            what = f"{reading.findings.path((*place, name)).split('.')[-1]} and continuity say different things"
            reading.findings.error((*place, name), what, "keep continuity", "alias-conflict")
            continue
        shot["continuity"] = value
        reading.findings.origins[(*place, "continuity")] = reading.findings.path((*place, name))
        fix = 'write it as "continuity"'
        reading.findings.warn((*place, name), f"{show(fields[name])} is read as continuity {told}", fix, "alias")


def join_palette(fields: dict[str, Any], palette: Any, name: str, place: Place, reading: Reading) -> None:
    """Add a colour palette to the text it belongs to: the film's style, a shot's lighting."""
    here = (*place, "_color_palette")
    text = NOTHING if palette is None else read_text(palette, here, reading)
    if text is NOTHING:
        return
    if not isinstance(text, str):
        reading.findings.error(here, f"{show(palette)} must be text", "write it in words", "type")
        return
    before = fields.get(name)
    fields[name] = f"{before}, color palette: {text}" if isinstance(before, str) else f"color palette: {text}"
    reading.findings.warn(here, f"the colour palette is added to {name}", f'write it in "{name}"', "alias")


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
        for index, shot in enumerate(shots):
            if isinstance(shot["_raw_id"], int) and not isinstance(shot["_raw_id"], bool):
                what = f"the number {shot['_raw_id']} is read as {shot['id']}"
                findings.warn(("shots", index, "id"), what, f'write "{shot["id"]}"', "number-id")
    seen: dict[str, int] = {}
    for index, shot in enumerate(shots):
        findings.labels[index] = f'shot "{shot["id"]}" ({index + 1} of {len(shots)})'
        first = seen.setdefault(shot["id"].casefold(), index)
        if first != index:
            refuse_same_id(index, first, shots, findings)


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
    if not isinstance(coming, dict) or "type" not in coming:
        return
    if coming["type"] == "cut":
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
        same = [other for other in shots if other["_raw_id"] == wanted or other["id"].casefold() == str(wanted).casefold()]
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
