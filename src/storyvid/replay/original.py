"""The film that is to be rendered again: its recipe, where its pictures may lie, and the file to compare with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any, NoReturn

from storyvid.errors import Problem, StoryvidError
from storyvid.record.run_folder import RunFolder
from storyvid.replay.pictures import picture_problems
from storyvid.replay.recipe import RENDER_AGAIN, Recipe, read_recipe, recipe_sha256
from storyvid.replay.recorded import MAX_BYTES
from storyvid.storyboard.findings import show
from storyvid.storyboard.schema import Storyboard

TAG = "storyvid_recipe"
PICTURES_FIX = "add pictures=FOLDER, the folder that holds the film's pictures as they were"


@dataclass(frozen=True)
class Original:
    """What was given.

    Attributes:
        name: Of the file, for messages.
        recipe: Checked.
        key: SHA-256 of the recipe, 64 hexadecimal digits.
        film: The film, if it is there.
        folders: Where its pictures may lie, likeliest first.
    """

    name: str
    recipe: Recipe
    key: str
    film: Path | None
    folders: tuple[Path, ...]


def find_original(path: Path) -> Original:
    """A film, the manifest of its run, or its run folder.

    Raises:
        StoryvidError: It is none of these, or its recipe can't be used.
    """
    path = path.absolute()
    manifest = RunFolder(path).manifest if path.is_dir() else path
    if path.is_dir() and not manifest.is_file():
        what = "is a folder without metadata/manifest.json"
        raise StoryvidError(Problem(str(path), what, "give a film, its manifest.json, or its run folder", "no-recipe"))
    if not manifest.is_file():
        raise StoryvidError(Problem(str(path), "there is no such file", "check the path", "no-recipe"))
    return _from_manifest(manifest) if manifest.suffix.casefold() == ".json" else _from_film(path)


def picture_folder(original: Original, storyboard: Storyboard, named: Path | None) -> Path:
    """The folder in which all pictures of the film lie as they were.

    Args:
        original: The film.
        storyboard: Of its recipe.
        named: ``pictures=``, the only one that is looked at when it is given.

    Raises:
        StoryvidError: Pictures are missing or are other ones, told of the likeliest folder.
    """
    folders = (named,) if named is not None else original.folders
    found = {folder: list(picture_problems(folder, original.recipe.pictures, storyboard, PICTURES_FIX)) for folder in folders}
    whole = [folder for folder, problems in found.items() if not problems]
    if not whole:
        raise StoryvidError(min(found.values(), key=len))
    return whole[0]


def _from_manifest(path: Path) -> Original:
    if path.stat().st_size > MAX_BYTES:
        _refuse(path, f"has more than {MAX_BYTES // 10**6} MB, which no manifest has")
    try:
        values = _parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        _refuse(path, f"is no JSON that storyvid writes ({error})")
    if not isinstance(values, dict) or "recipe" not in values:
        _refuse(path, 'has no "recipe", so it is no manifest of storyvid\'s')
    if values.get("status") not in ("done", "partial"):
        what = f"is of a run that made no film (its status is {show(values.get('status'))})"
        fix = f'let it make one: python -m storyvid resume "{path.parent.parent}"'
        raise StoryvidError(Problem(str(path), what, fix, "no-film"))
    film = RunFolder(path.parents[1]).film if path.parent.name == "metadata" else None
    folders = (*_storyboard_folder(values, path), path.parent)
    return _original(path, values["recipe"], film if film is not None and film.is_file() else None, folders)


def _from_film(path: Path) -> Original:
    from storyvid.video import probe  # brings av

    tags = {name.casefold(): text for name, text in probe(path).tags.items()}
    if TAG not in tags:
        what = "holds no recipe: storyvid didn't make it, or another program wrote it again without"
        fix = "give the film as storyvid wrote it, or its metadata/manifest.json"
        raise StoryvidError(Problem(str(path), what, fix, "no-recipe"))
    try:
        values = _parse(tags[TAG])
    except (ValueError, RecursionError) as error:
        _refuse(path, f"holds a recipe that is no JSON ({error})")
    return _original(path, values, path, (*_folder_beside(path), path.parent))


def _original(path: Path, values: Any, film: Path | None, folders: tuple[Path, ...]) -> Original:
    recipe = read_recipe(values, path.name)
    try:
        key = recipe_sha256(values)
    except ValueError as error:
        _refuse(path, f"holds a recipe that can't be written down ({error})")
    return Original(path.name, recipe, key, film, tuple(dict.fromkeys(folders)))


def _folder_beside(film: Path) -> tuple[Path, ...]:
    """The folder of the storyboard, where the film still lies in its run folder."""
    manifest = RunFolder(film.parents[1]).manifest if film.parent.name == "assembled" else None
    if manifest is None or not manifest.is_file() or manifest.stat().st_size > MAX_BYTES:
        return ()
    try:
        return _storyboard_folder(_parse(manifest.read_text(encoding="utf-8")), film)
    except (OSError, ValueError, RecursionError):
        return ()


def _storyboard_folder(manifest: Any, near: Path) -> tuple[Path, ...]:
    source = manifest.get("storyboard") if isinstance(manifest, Mapping) else None
    folder = source.get("folder") if isinstance(source, Mapping) else None
    if not isinstance(folder, str) or not Path(folder).is_absolute() or leads_elsewhere(folder, near):
        return ()
    return (Path(folder),)


def leads_elsewhere(folder: str, near: PurePath) -> bool:
    """Whether a recorded folder is on another computer's share: Windows sends the user's name there with the first look.

    Args:
        folder: As recorded.
        near: What the user named; its own share is known already.
    """
    drive = PureWindowsPath(folder).drive
    return drive.startswith("\\\\") and drive != PureWindowsPath(near).drive


def _parse(text: str) -> Any:
    """Parsed JSON.

    Raises:
        ValueError: It is none, or holds NaN.
    """
    return json.loads(text, parse_constant=_no_number)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _refuse(path: Path, what: str) -> NoReturn:
    raise StoryvidError(Problem(str(path), what, RENDER_AGAIN, "recipe"))
