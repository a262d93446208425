"""The words of ``resume`` and ``reproduce``: one path, and a few settings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from storyvid.errors import ConfigError, Problem, did_you_mean

VERBOSE, PICTURES = "hydra.verbose", "pictures"
EXAMPLES = {"memory": "8gb", "tracking": "none", "again": "true", VERBOSE: "true"}  # of the others a folder


@dataclass(frozen=True)
class Words:
    """A command line, sorted.

    Attributes:
        path: What the verb is about, as it was typed, a leading ``~`` as the user's own folder.
        settings: Values by key.
    """

    path: Path
    settings: Mapping[str, str]

    def is_on(self, key: str) -> bool:
        """Whether a switch was given as true.

        Raises:
            ConfigError: It is neither true nor false.
        """
        value = self.settings.get(key, "false").casefold()
        if value not in ("true", "false"):
            raise ConfigError(Problem(key, f"{value!r} is neither true nor false", f"write {key}=true or {key}=false"))
        return value == "true"

    @property
    def pictures(self) -> Path | None:
        """The folder of ``pictures=``, absolute.

        Raises:
            ConfigError: It is none.
        """
        return self.folder(PICTURES, "name the folder that holds the pictures")

    def folder(self, key: str, fix: str) -> Path | None:
        """The folder of a setting, absolute; None when it was not given.

        Args:
            key: The setting.
            fix: What to do when there is no such folder.

        Raises:
            ConfigError: It is none.
        """
        text = self.settings.get(key)
        if text is None:
            return None
        if not text or not as_path(text).is_dir():
            raise ConfigError(Problem(key, f"{text!r} is not a folder", fix, "folder"))
        return Path(os.path.normpath(as_path(text).absolute()))


def sort_words(verb: str, words: Sequence[str], what: str, keys: Sequence[str]) -> Words:
    """Tell the path from the settings, in any order.

    Args:
        verb: ``resume`` or ``reproduce``.
        words: What follows it.
        what: The path's name in messages, for example ``FOLDER``.
        keys: The settings that the verb takes.

    Raises:
        ConfigError: No path, two of them, a setting that is not known or given twice.
    """
    known = (*keys, VERBOSE)
    paths: list[str] = []
    settings: dict[str, str] = {}
    problems: list[Problem] = []
    for word in words:
        key, _, value = word.partition("=")
        if key in known and "=" in word:
            if key in settings:
                problems.append(Problem(f"{verb}, {key}", "is given twice", "keep one of them", "twice"))
            settings[key] = value
        elif word.startswith("-") or ("=" in word and not _is_there(word)):
            fix = did_you_mean(key.lstrip("-"), known) or f"use {', '.join(f'{name}=' for name in keys)}"
            problems.append(Problem(verb, f"{word!r} is not one of its settings", fix, "unknown-key"))
        elif word in known and not _is_there(word):
            fix = f"write {word}={EXAMPLES.get(word, 'FOLDER')}"
            problems.append(Problem(f"{verb}, {word}", "is a setting without a value", fix, "value"))
        else:
            paths.append(word)
    if len(paths) != 1:
        count = "needs" if not paths else f"takes one path, not {len(paths)} ({', '.join(paths)}):"
        fix = f"python -m storyvid {verb} {what}; use quotes around a path with spaces"
        problems.append(Problem(verb, f"{count} {what}", fix, "path"))
    if problems:
        raise ConfigError(problems)
    return Words(as_path(paths[0]), settings)


def as_path(text: str) -> Path:
    """A path as it was typed, ``~`` being the user's own folder where the shell has left it."""
    path = Path(text)
    return path.expanduser() if path.parts[:1] == ("~",) else path


def _is_there(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):  # what no file system takes as a name
        return False
