"""The user's own configuration files, looked at before Hydra reads them.

Hydra says of a file in another encoding neither which one it is nor what to do, and a few lines of YAML whose anchors hold
each other become gigabytes when they are written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from storyvid.cli.refusals import refusal
from storyvid.errors import ConfigError, Problem

MAX_BYTES = 200_000  # the longest file of storyvid's own has 3,000
MAX_VALUES = 20_000  # with every anchor written out


def check_own_files(folder: Path, groups: Sequence[str]) -> None:
    """Refuse files that can't be read safely, chosen or not.

    Args:
        folder: From ``--config-dir``.
        groups: Names of the subfolders that are configuration; others are none of storyvid's business.

    Raises:
        ConfigError: Every file that is too large, in another encoding, or grows without measure.
    """
    paths = [path for group in groups for path in sorted((folder / group).glob("*.yaml"))]
    problems = [problem for path in paths for problem in _problems(path)]
    if problems:
        raise ConfigError(problems)


def _problems(path: Path) -> Iterator[Problem]:
    where = path.as_posix()
    try:
        if not path.is_file():
            yield Problem(where, "this is not a file", "rename it, or take it out of the folder", "config-file")
            return
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        yield Problem(where, f"the file can't be read: {error.strerror or error}", "check its permissions", "config-file")
        return
    except UnicodeDecodeError:
        yield Problem(where, "the file is not UTF-8", "save it again with the encoding UTF-8", "encoding")
        return
    if len(data) > MAX_BYTES:
        what = f"the file is larger than a configuration file may be ({MAX_BYTES // 1000} kB)"
        yield Problem(where, what, "keep only settings in it", "config-file")
    elif "\x00" in text:
        yield Problem(
            where, "the file holds zero bytes: it is binary, or UTF-16", "save it again with the encoding UTF-8", "encoding"
        )
    elif "*" in text and "&" in text:
        yield from _anchor_problems(text, where)


def _anchor_problems(text: str, where: str) -> Iterator[Problem]:
    """What is wrong with a file's anchors; other mistakes of its YAML are told when it is chosen."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        count = _written_out(node, {}, set()) if node is not None else 0
    except yaml.reader.ReaderError as error:
        yield refusal(error, where)
        return
    except (yaml.YAMLError, RecursionError):
        return
    if count > MAX_VALUES:
        what = f"its anchors (&x, *x), written out, make more than {MAX_VALUES} values"
        yield Problem(where, what, "write the values themselves", "config-file")


def _written_out(node: yaml.Node, known: dict[int, int], around: set[int]) -> int:
    """Values below a node with every anchor written out; one that holds itself has too many."""
    key = id(node)
    if key in around:
        return MAX_VALUES + 1
    if key not in known:
        below = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
        parts = below if isinstance(node, yaml.CollectionNode) else []
        known[key] = 1 + sum(_written_out(part, known, around | {key}) for part in parts)
    return known[key]
