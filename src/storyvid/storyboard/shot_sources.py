"""Where the shots of a storyboard stand: a list under one of many names, nested in scenes, or the whole file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

from storyvid.errors import StoryboardError, did_you_mean
from storyvid.storyboard import aliases
from storyvid.storyboard.fields import keep_unknown, rename
from storyvid.storyboard.findings import Findings, show
from storyvid.storyboard.readers import Reading
from storyvid.storyboard.schema import MAX_SHOTS, SHOT_ID

SHOT_LIST_KEYS = {aliases.fold_key(key): key for key in aliases.SHOT_LISTS}
MAX_VALUES = 20_000  # 60 shots that say all they can have about 4,000
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
    if (
        len(data) == 1
        and isinstance(inner := next(iter(data.values())), dict)
        and SHOT_LIST_KEYS.keys() & set(map(aliases.fold_key, inner))
    ):
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
    near = [key for key in list(data)[:100] if did_you_mean(aliases.fold_key(key), ["shots"])]
    fix = f'rename {show(near[0])} to "shots"' if near else 'add "shots": [{"prompt": …}, …]'
    refuse(findings, f"there is no list of shots; the fields are {fields or 'none'}", fix, "shots-missing")


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
        for name in [name for name in fields if name != "scene"]:
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
        refuse_count(len(sources), findings)
    return sources


def refuse_too_much(data: Any, findings: Findings) -> None:
    """Refuse a file of far more than a storyboard, before any of it is looked at closely.

    Raises:
        StoryboardError: Too many values; told as too many shots where that is why.
    """
    count = count_values(data)
    if count <= MAX_VALUES:
        return
    lists = [data] if isinstance(data, list) else [part for key, part in data.items() if aliases.fold_key(key) in SHOT_LIST_KEYS]
    for items in lists:
        if isinstance(items, list) and len(items) > MAX_SHOTS and all(isinstance(item, dict | str) for item in items):
            refuse_count(len(items), findings)
    what = f"the file holds {count} values, more than a storyboard may ({MAX_VALUES})"
    refuse(findings, what, "keep what belongs to the film; 60 shots need a few thousand", "too-many-values")


def count_values(data: Any) -> int:
    """Texts, numbers, lists and objects at any depth."""
    count, waiting = 0, [data]
    while waiting:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return count


def refuse_count(count: int, findings: Findings) -> NoReturn:
    """Say that there are too many shots."""
    fix = f"keep {MAX_SHOTS}, or split the film into several storyboards"
    refuse(findings, f"{count} shots are more than a storyboard may have ({MAX_SHOTS})", fix, "shots-too-many")


def refuse(findings: Findings, what: str, fix: str, code: str = "shape") -> NoReturn:
    """Stop: nothing more can be said about this file."""
    findings.error((), what, fix, code)
    raise StoryboardError(findings.errors)
