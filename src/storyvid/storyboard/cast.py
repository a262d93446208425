"""The film's characters and locations, from a map, a list of objects or a list of names."""

from __future__ import annotations

from typing import Any

from storyvid.storyboard import aliases
from storyvid.storyboard.fields import keep_unknown, rename
from storyvid.storyboard.findings import Place, show
from storyvid.storyboard.readers import NOTHING, Reading, read_media_path, read_text
from storyvid.storyboard.values import slug


def read_character(item: Any, place: Place, reading: Reading) -> tuple[str | None, dict[str, Any]]:
    """Id and fields of one character. The id is the slug of the name unless given."""
    if isinstance(item, str):
        item = {"name": item}
    fields, unknown = rename(item, aliases.CHARACTER, place, reading.findings)
    _keep(unknown, aliases.CHARACTER, place, reading)
    fields = _read_texts(fields, place, reading)
    if "reference_image" in fields:
        fields["reference_image"] = read_media_path(fields["reference_image"], (*place, "reference_image"), reading)
    character_id = _take_id(fields, place, reading)
    fields.setdefault("name", character_id)
    return character_id, {name: value for name, value in fields.items() if value is not NOTHING}


def read_location(item: Any, place: Place, reading: Reading) -> tuple[str | None, dict[str, Any]]:
    """Id and fields of one location. A name that is not the id goes before the description."""
    if isinstance(item, str):
        item = {"description": item}
    fields, unknown = rename(item, aliases.LOCATION, place, reading.findings)
    _keep(unknown, aliases.LOCATION, place, reading)
    fields = _read_texts(fields, place, reading)
    location_id = _take_id(fields, place, reading)
    name = fields.pop("name", None)
    if isinstance(name, str) and "description" not in fields:
        fields["description"] = name
    return location_id, fields


def read_map(value: Any, place: Place, reading: Reading) -> Any:
    """Characters or locations by id. ``place`` ends in the field's name and says which of the two."""
    read_one = read_character if place[-1] == "characters" else read_location
    entries: dict[str, Any] = {}
    findings = reading.findings
    if isinstance(value, dict):
        for key, item in value.items():
            here = (*place, key)
            if isinstance(item, str):
                findings.warn(here, "the text is read as the description", 'write {"description": …}', "description-text")
                item = {"description": item}
            if isinstance(item, dict):
                named = (
                    item
                    if "id" in item or place[-1] == "locations"
                    else {**item, "name": item.get("name") or _name_in(item) or key}
                )
                entries[key] = read_one({**named, "id": key}, here, reading)[1]
            elif item is not None:
                entries[key] = item
        return entries
    if not isinstance(value, list):
        return value
    findings.warn(place, "the list is read as a map by id", f'write {{"id": {{…}}}} as {place[-1]}', "list-as-map")
    for index, item in enumerate(value):
        if not isinstance(item, str | dict):
            findings.error(
                (*place, index), f"{show(item)} is not one of the {place[-1]}", "write an object with name and description", "type"
            )
            continue
        origin = findings.path((*place, index))
        item_id, fields = read_one(item, (*place, index), reading)
        if item_id is None or item_id in entries:
            what = "has neither id nor name" if item_id is None else f"has the id {show(item_id)} of another one"
            findings.error((*place, index), what, "give it an id of its own", "duplicate-id" if item_id else "missing")
            continue
        entries[item_id] = fields
        findings.origins[(*place, item_id)] = origin
    return entries


def read_shot_characters(value: Any, place: Place, reading: Reading) -> Any:
    """Ids of characters; names become ids, objects are added to the film's characters."""
    if isinstance(value, str | dict):
        reading.findings.warn(place, "one character is read as a list of one", "write a list", "list")
        parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else []
        value = parts if len(parts) > 1 and all(part.casefold() in reading.people for part in parts) else [value]
    if not isinstance(value, list):
        return value
    found = [_shot_character(item, (*place, index), reading) for index, item in enumerate(value) if item is not None]
    return (
        list(dict.fromkeys(item if isinstance(item, str) else show(item) for item in found))
        if all(isinstance(i, str) for i in found)
        else found
    )


def _shot_character(item: Any, place: Place, reading: Reading) -> Any:
    if isinstance(item, dict):
        return _define_character(item, place, reading)
    if not isinstance(item, str) or item in reading.people.values():
        return item
    known = reading.people.get(item.strip().casefold())
    if known:
        reading.findings.warn(place, f"{show(item)} is read as the character {show(known)}", f'write "{known}"', "character-name")
    return known or item


def _define_character(item: dict[str, Any], place: Place, reading: Reading) -> Any:
    character_id, character = read_character(item, place, reading)
    if character_id is None:
        return item
    known = reading.new_people.get(character_id)
    if known is None and character_id not in reading.people.values():
        reading.new_people[character_id] = character
        reading.findings.warn(
            place, f"the object is added to the film's characters as {show(character_id)}", "define it there", "character-object"
        )
    elif known is not None and known != character and character.get("description"):
        reading.findings.error(
            place,
            f"the character {show(character_id)} is described in two ways",
            "describe it once, in the film's characters",
            "character-conflict",
        )
    return character_id


def _name_in(item: dict[str, Any]) -> Any:
    names = {aliases.fold_key(alias) for alias in aliases.CHARACTER["name"]}
    return next((value for key, value in item.items() if aliases.fold_key(key) in names), None)


def _take_id(fields: dict[str, Any], place: Place, reading: Reading) -> str | None:
    """The id out of the fields, or one made from the name or, for a text alone, from the description."""
    given = fields.pop("id", None)
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if isinstance(given, str) and given.strip():
        return given
    name = fields.get("name") or (fields.get("description") if place[0] == "locations" else None)
    if not isinstance(name, str) or not name.strip():
        return None
    return slug(name) or name.strip()


def _read_texts(fields: dict[str, Any], place: Place, reading: Reading) -> dict[str, Any]:
    texts = {
        name: value if name in ("id", "name", "reference_image") else read_text(value, (*place, name), reading)
        for name, value in fields.items()
    }
    return {name: value for name, value in texts.items() if value is not NOTHING}


def _keep(unknown: dict[str, Any], table: aliases.Table, place: Place, reading: Reading) -> None:
    path = reading.findings.path(place)
    reading.extra |= keep_unknown(unknown, tuple(table), place, reading.findings, f"{path}.")
