"""``python -m storyvid reproduce film.mp4``: render a film again from the recipe inside it, and compare the two.

Everything is rendered afresh, in a clip store of its own, so that the answer says something about the recipe and this machine
rather than about clips that are still there. Stopped, the same command goes on where it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from storyvid.clips.inventory import REPRODUCTIONS
from storyvid.clips.store import ClipStore, release
from storyvid.config import AnyRunConfig
from storyvid.errors import Problem, StoryvidError
from storyvid.film import Film
from storyvid.record.path_lengths import store_problems
from storyvid.record.run_folder import RunFolder
from storyvid.replay.differences import Difference, differences
from storyvid.replay.models import KEYS, backend_here
from storyvid.replay.older import composed_here
from storyvid.replay.original import Original, find_original, picture_folder
from storyvid.replay.recipe import Recipe, film_of, loaded_storyboard, storyboard_of
from storyvid.replay.rendering import FilmJob, render_jobs, reserved
from storyvid.replay.reproduction import compare, why_not_compared
from storyvid.replay.words import PICTURES, VERBOSE, Words, sort_words
from storyvid.tables import columns

OF_THIS_RUN = ("paths.outputs", "paths.mlruns", "tracking", "memory")  # understood as in a render


def run(words: list[str]) -> int:
    """Render a film again, and say whether the same came out.

    Args:
        words: A film, its manifest or its run folder, and perhaps settings of this machine.

    Returns:
        0 rendered, identical or not; 1 nothing usable; 2 some shots failed and the rest is kept.

    Raises:
        StoryvidError: There is no recipe, or it can't be rendered here; nothing was made.
    """
    given = sort_words("reproduce", words, "FILM_OR_MANIFEST", (*OF_THIS_RUN, *KEYS, PICTURES))
    original = find_original(given.path)
    words_here = [f"{key}={given.settings[key]}" for key in OF_THIS_RUN if key in given.settings]
    here = composed_here(original.recipe.config, words_here)
    film = _prepare(original, given, here)
    store = _store(original, film)
    found = differences(original.recipe, film.config, here)
    print("\n".join(_told(original, found)), flush=True)
    reason = why_not_compared(original)
    if reason is not None:
        print(f"Films will not be compared: {reason}.", flush=True)
    with _alone(store), reserved(film.config.outputs / film.project) as folder:
        job = FilmJob(folder, ["reproduce", *words], film, {"reproduces": store.name}, store=ClipStore(store))
        (code,) = render_jobs([job], verbose=given.is_on(VERBOSE))
        if RunFolder(folder).film.is_file():
            _compare(original, film, RunFolder(folder), found, reason)
        if code == 0:  # the run folder keeps its clips
            shutil.rmtree(store, ignore_errors=True)
    return code


def _store(original: Original, film: Film) -> Path:
    """The clip store of this recipe's films, below the folder of films.

    Raises:
        StoryvidError: Windows can't hold its paths.
    """
    store = film.config.outputs / REPRODUCTIONS / original.key[:16]
    problems = store_problems(store)
    if problems:
        raise StoryvidError(problems)
    return store


def _prepare(original: Original, given: Words, here: AnyRunConfig) -> Film:
    """The film of a recipe, with what is this machine's.

    Raises:
        StoryvidError: It can't be rendered here.
    """
    recipe, name = original.recipe, original.name
    storyboard = storyboard_of(recipe, name)
    settings = _settings_here(given, recipe, name, here)
    folder = picture_folder(original, storyboard, given.pictures)
    return film_of(recipe, loaded_storyboard(storyboard, recipe, folder, name), settings, here)


def _settings_here(given: Words, recipe: Recipe, name: str, config: AnyRunConfig) -> dict[str, Any]:
    """Sections of the configuration that are not the recipe's: folders, tracking, and what was asked for by a word.

    Raises:
        ConfigError: It is not said where the model's folder or files are.
    """
    settings: dict[str, Any] = {"paths": config.paths.model_dump(mode="json"), "tracking": config.tracking.model_dump(mode="json")}
    if "memory" in given.settings:
        settings["memory"] = config.memory.model_dump(mode="json")
    backend = backend_here(recipe, given.settings, name)
    return settings | ({"backend": backend} if backend is not None else {})


def _told(original: Original, found: Sequence[Difference]) -> list[str]:
    recipe = original.recipe
    head = f"{original.name}: {len(recipe.shots)} shots, written by storyvid {recipe.storyvid}"
    if not found:
        return [head, "Nothing differs between this machine and the recorded one."]
    rows = [("what differs", "recorded", "here"), *((each.what, each.recorded, each.here) for each in found)]
    return [head, "", *columns(rows), ""]


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """Be the only one who reproduces a film here.

    Raises:
        StoryvidError: Another process does.
    """
    store.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(store.with_suffix(".lock"))
    try:
        lock.acquire(blocking=False)
    except Timeout:
        what = "another storyvid is rendering this very film again"
        raise StoryvidError(Problem(str(store), what, "wait until it has ended", "going-on")) from None
    try:
        yield
    finally:
        release(lock)
        with suppress(OSError):
            store.parent.rmdir()


def _compare(original: Original, film: Film, folder: RunFolder, found: Sequence[Difference], reason: str | None) -> None:
    print("Comparing with the recorded film …", flush=True)
    reproduction = compare(original, film, folder, found, reason)
    reproduction.write(folder)
    print("\n".join(reproduction.lines()))
    print(f"Kept in {folder.manifest.with_name('reproduction.json')}")
