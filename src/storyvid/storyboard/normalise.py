"""From the JSON that people write to the one form the strict schema checks: names, shapes and values.

Steps, in order: find the shots, read the film's fields, read each shot's, give ids, fill in defaults, and put what
lies between two shots (transitions, time codes, references) where the strict form keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from storyvid.storyboard import aliases
from storyvid.storyboard.cast import read_map, read_shot_characters
from storyvid.storyboard.fields import keep_unknown, rename
from storyvid.storyboard.findings import Findings, Place, show
from storyvid.storyboard.readers import (
    NOTHING,
    Reader,
    Reading,
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
from storyvid.storyboard.schema import parse_fps
from storyvid.storyboard.sequence import give_ids, place_transitions, resolve_references, spread_time_codes
from storyvid.storyboard.shot_sources import ShotSource, find_shots, refuse_too_much
from storyvid.storyboard.values import read_span

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


def normalise(data: Any, findings: Findings) -> dict[str, Any]:
    """The storyboard in strict names and shapes. Values may still be wrong: the schema says so.

    Args:
        data: The parsed JSON: a film, or a bare list of shots.
        findings: Takes warnings, errors, and where every field came from.

    Raises:
        StoryboardError: There is no list of shots to speak about, or far too long a one, or far too much else.
    """
    refuse_too_much(data, findings)
    reading = Reading(findings)
    film, sources = find_shots(data, reading)
    project = read_project(film, reading)
    defaults = read_defaults(project.pop("defaults", {}), reading)
    shots = [read_shot(source, index, reading) for index, source in enumerate(sources)]
    give_ids(shots, sources, findings)
    spread_time_codes(shots, reading)
    place_transitions(shots, findings)
    resolve_references(shots, sources, findings)
    if reading.new_people:
        project["characters"] = {**project.get("characters", {}), **reading.new_people}
    extra = {**project.pop("extra", {}), **reading.extra}
    return {**project, **({"defaults": defaults} if defaults else {}), "shots": shots, **({"extra": extra} if extra else {})}


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
        said_at = reading.findings.path((*place, name))
        reading.findings.origins |= {(*place, "continuity"): said_at, (*place, "continuity", "from"): said_at}
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
