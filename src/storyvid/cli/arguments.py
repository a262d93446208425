"""The words of the command line, before Hydra sees them.

Hydra's grammar rejects many file names that are fine on disk (``story (1).json``, ``a=b.json``, ``故事.json``), so the
values of path keys are quoted here. Everything else is left to Hydra.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from storyvid.errors import ConfigError, Problem, did_you_mean

PATH_KEYS = frozenset({"storyboard", "paths.outputs", "paths.mlruns", "backend.model", "tracking.uri"})
MULTIRUN_FLAGS = frozenset({"-m", "--multirun"})
HYDRA_FLAGS_WITH_VALUE = frozenset({"--cfg", "-c", "--info", "-i", "--package", "-p"})
HYDRA_FLAGS = frozenset({"--resolve", "--hydra-help", "--shell-completion", "-sc", *HYDRA_FLAGS_WITH_VALUE})
FLAG_VALUES = {
    **dict.fromkeys(("--cfg", "-c"), ("job", "hydra", "all")),
    **dict.fromkeys(("--info", "-i"), ("all", "config", "defaults", "defaults-tree", "plugins", "searchpath")),
}
FLAGS = sorted({"--help", "--version", "--config-dir", *MULTIRUN_FLAGS, *HYDRA_FLAGS})


@dataclass(frozen=True)
class Arguments:
    """A command line, sorted.

    Attributes:
        overrides: ``key=value`` words, path values quoted for Hydra.
        multirun: A sweep was asked for.
        config_dir: Folder of the user's own configuration files.
        hydra_flags: Flags that print something and render nothing (``--cfg job``).
    """

    overrides: tuple[str, ...] = ()
    multirun: bool = False
    config_dir: Path | None = None
    hydra_flags: tuple[str, ...] = ()


def parse(words: Sequence[str]) -> Arguments:
    """Sort the words after the verb.

    Raises:
        ConfigError: Unknown flags, a flag without its value, a ``--config-dir`` that is no folder.
    """
    overrides: list[str] = []
    hydra_flags: list[str] = []
    problems: list[Problem] = []
    config_dir: Path | None = None
    multirun = any(word in MULTIRUN_FLAGS for word in words)
    rest = [word for word in words if word not in MULTIRUN_FLAGS]
    for word in [word for word in rest if is_broken(word)]:
        fix = "rename the file in plain letters, or type the word again"
        problems.append(Problem(word, "holds bytes or control characters that are no text", fix, "word"))
        rest.remove(word)
    while rest:
        word = rest.pop(0)
        flag, _, value = word.partition("=")
        if flag in ("--config-dir", "-cd"):
            value = value or (rest.pop(0) if rest else "")
            config_dir = Path(value).absolute()
            if not (value and _is_there(value) and config_dir.is_dir()):
                problems.append(
                    Problem("--config-dir", f"{value!r} is not a folder", "name the folder that holds your own configuration files")
                )
        elif word in HYDRA_FLAGS:
            hydra_flags.append(word)
            if word in HYDRA_FLAGS_WITH_VALUE:
                hydra_flags += rest[:1]
                problems += _flag_problems(word, rest[:1])
                del rest[:1]
        elif word.startswith("-"):
            fix = (
                did_you_mean(flag, FLAGS)
                or "python -m storyvid --help lists the flags; settings are written key=value, without dashes"
            )
            problems.append(Problem(word, "there is no such flag", fix, "unknown-flag"))
        elif "=" not in word and not word.startswith("~"):
            problems.append(Problem(word, "is neither a verb nor key=value", _fix_for_word(word), "word"))
        elif re.match(r"\+*pick\.[^A-Za-z_]", word):  # the first letter of a key, by Hydra's grammar
            fix = f"write it into the picks file beside the storyboard (my.picks.json for my.json): {_as_pick(word)}"
            problems.append(Problem(word, "Hydra can't take a key that begins so", fix, "pick"))
        else:
            overrides.append(quote_path(_open_words(word), multirun=multirun))
    if problems:
        raise ConfigError(problems)
    return Arguments(tuple(overrides), multirun, config_dir, tuple(hydra_flags))


def _open_words(word: str) -> str:
    """A choice of shots or takes as Hydra will read it: ids are not known to the configuration, and may look like numbers."""
    key, _, value = word.partition("=")
    if key.startswith("pick."):
        return f"++{word}"
    ids = re.fullmatch(r"\[\s*([\w-]+(?:\s*,\s*[\w-]+)*)\s*\]", value) if key == "shots" else None
    if ids is None:
        return word
    names = re.split(r"\s*,\s*", ids[1])
    return f"{key}=[{','.join(map(quote, names))}]"


def _as_pick(word: str) -> str:
    shot, _, take = word.partition("pick.")[2].partition("=")
    return f'{{"{shot}": {take or 2}}}'


def is_broken(word: str) -> bool:
    """Whether a word can't be written down: a file name in another encoding, a pasted control character."""
    return any(unicodedata.category(character) in ("Cc", "Cs") for character in word)


def _flag_problems(flag: str, value: Sequence[str]) -> list[Problem]:
    known = FLAG_VALUES.get(flag)
    if known is None or (value and value[0] in known):
        return []
    what = f"{value[0]!r} is not one of {', '.join(known)}" if value else "needs a word after it"
    return [Problem(flag, what, f"write {flag} {known[0]}", "flag-value")]


def _fix_for_word(word: str) -> str:
    if word.casefold().endswith(".json"):
        return f'write storyboard="{word}"'
    return "write settings as key=value, for example storyboard=my.json; verbs come first"


def quote_path(word: str, *, multirun: bool = False) -> str:
    """An override whose path value Hydra will read as it is written.

    In a sweep, commas separate storyboards when every piece is a JSON file's name and one of them exists; otherwise they
    belong to the name.

    Args:
        word: ``key=value``.
        multirun: Whether a comma may separate values.
    """
    key, _, value = word.partition("=")
    if key.lstrip("+") not in PATH_KEYS or value in ("", "null", "???") or _is_quoted(value):
        return word
    value = plain_path(value)
    pieces = value.split(",")
    if multirun and len(pieces) > 1 and not _is_there(value) and _is_list_of_files(pieces):
        return f"{key}={','.join(quote(piece.strip()) for piece in pieces)}"
    return f"{key}={quote(value)}"


def plain_path(value: str) -> str:
    """The path that the value of a path key stands for: without quotes meant for Hydra, or with the user's folder for ``~``."""
    if _is_quoted(value):
        return value[1:-1]
    # A shell that quotes the word, or PowerShell, leaves it to the program.
    return str(Path.home()) + value[1:] if re.match(r"~(?=[/\\]|$)", value) else value


def command_line(verb: str, *words: str) -> str:
    """A command as it would be typed, words with spaces and the like in quotes that every shell takes.

    Args:
        verb: Empty to render.
        *words: What follows it.
    """
    quoted = (f'"{word}"' if re.search(r"[^\w.=:/\\+-]", word) else word for word in words)
    return " ".join(filter(None, ["python -m storyvid", verb, *quoted]))


def _is_quoted(value: str) -> bool:
    """Whether the user has quoted a value for Hydra: the same quote at both ends and none between."""
    return len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" and value[0] not in value[1:-1]


def _is_list_of_files(pieces: Sequence[str]) -> bool:
    there = [_is_there(piece.strip()) for piece in pieces]
    return any(there) and all(
        known or piece.strip().casefold().endswith(".json") for known, piece in zip(there, pieces, strict=True)
    )


def _is_there(path: str) -> bool:
    """Whether something of a name exists; False for what no file system takes as a name."""
    try:
        return Path(path).exists()
    except OSError:  # Python 3.11 raises for names that are too long
        return False


def quote(text: str) -> str:
    """A value in single quotes by the rules of Hydra 1.3's grammar.

    Only a quote, and backslashes right before a quote or the end, are escaped; other backslashes stay (``C:\\films``).
    An interpolation sign is escaped too, so that a file name can't read the environment.
    """
    literal = re.sub(r"(\\*)\$\{", lambda match: match[1] * 2 + "\\${", text)
    body = re.sub(r"(\\*)'", lambda match: match[1] * 2 + "\\'", literal)
    body = re.sub(r"(\\+)$", lambda match: match[1] * 2, body)
    return f"'{body}'"


def typed_keys(overrides: Sequence[str]) -> frozenset[str]:
    """Keys and groups that were typed on the command line; what they set wins over the storyboard.

    See `storyvid.config.was_typed` for the keys that a group holds.

    Args:
        overrides: ``key=value`` words of one job.
    """
    return frozenset(word.partition("=")[0].lstrip("+~").partition("@")[0] for word in overrides)
