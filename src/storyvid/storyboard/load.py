"""A storyboard file, read leniently, checked strictly.

Five steps: read the text, parse the JSON, bring names, shapes and values into the strict form, check it against the
schema, and check what its fields mean together. All errors of the last three are told at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from storyvid.errors import Problem, StoryboardError
from storyvid.storyboard import explain, references
from storyvid.storyboard.findings import Findings
from storyvid.storyboard.json_text import decode, parse_json, read_text
from storyvid.storyboard.normalise import film_rate, normalise
from storyvid.storyboard.picks import read_picks
from storyvid.storyboard.schema import Storyboard, check_file_name
from storyvid.storyboard.sequence import apply_defaults
from storyvid.storyboard.values import slug


@dataclass(frozen=True)
class LoadedStoryboard:
    """A storyboard in its strict form, and what was found on the way.

    Attributes:
        storyboard: The strict form.
        warnings: Everything that was read with a doubt, or repaired.
        path: The file, absolute. Pictures and sounds are named relative to its folder.
        sha256: Of the file's bytes, hexadecimal.
        project: Name of the film's folder below outputs: the storyboard's ``project``, else the title in plain letters.
        picks: Takes by shot id, from the picks file beside the storyboard.
    """

    storyboard: Storyboard
    warnings: tuple[Problem, ...]
    path: Path
    sha256: str
    project: str
    picks: Mapping[str, int] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where the storyboard's pictures and sounds lie."""
        return self.path.parent


def load(path: Path) -> LoadedStoryboard:
    """Read a storyboard file, and the picks file beside it.

    Args:
        path: A JSON file in UTF-8; what else it may hold is said in `storyvid.storyboard.json_text`. A leading ``~/`` is
            the user's own folder, for shells that leave it in place.

    Raises:
        StoryboardError: With every problem found. Problems of the file or its JSON come alone, being met first.
    """
    path = _without_tilde(Path(path))
    text, data = read_text(path)
    loaded = _load(text, path.absolute(), hashlib.sha256(data).hexdigest())
    picks, repairs = read_picks(loaded.path)
    return replace(loaded, picks=picks, warnings=(*loaded.warnings, *repairs))


def _without_tilde(path: Path) -> Path:
    """The path with the user's folder for ``~``. "~name" stays: a file may be called so."""
    return path.expanduser() if path.parts[:1] == ("~",) else path


def load_text(text: str, name: str, folder: Path) -> LoadedStoryboard:
    """Read a storyboard from its text.

    Args:
        text: What the file would hold.
        name: File name for messages and for a missing title.
        folder: Where its pictures and sounds lie.

    Raises:
        StoryboardError: With every problem found.
    """
    data = text.encode("utf-8", "surrogatepass")
    if not text.strip():
        decode(b"", name)
    return _load(text, folder.absolute() / name, hashlib.sha256(data).hexdigest())


def load_data(data: Any, name: str, folder: Path) -> tuple[Storyboard, tuple[Problem, ...]]:
    """The strict form of parsed JSON, and the warnings.

    Args:
        data: Parsed JSON, in the lenient form; importers of other formats build it too.
        name: File name for messages and for a missing title.
        folder: Where pictures and sounds lie.

    Raises:
        StoryboardError: With every problem found.
    """
    findings = Findings(name)
    references.refuse_half_characters(data, findings)
    normalised = normalise(data, findings)
    normalised.setdefault("title", Path(name).stem[:200] or "Untitled")
    apply_defaults(normalised["shots"], explain.usable_defaults(normalised.get("defaults", {}), findings))
    references.check(normalised, folder, _rate(normalised), findings)
    storyboard = explain.validate(normalised, findings)
    if findings.errors or storyboard is None:
        raise StoryboardError((*findings.errors, *findings.misspellings))
    return storyboard, findings.warnings


def _rate(normalised: dict[str, Any]) -> Fraction:
    return film_rate(normalised.get("fps"))


def _load(text: str, path: Path, sha256: str) -> LoadedStoryboard:
    value, repairs = parse_json(text, path.name)
    storyboard, warnings = load_data(value, path.name, path.parent)
    return LoadedStoryboard(storyboard, (*repairs, *warnings), path, sha256, project_name(storyboard))


def project_name(storyboard: Storyboard) -> str:
    """The film's folder name: what the storyboard says, else its title as lower case ASCII words.

    A title without Latin letters gives ``film-`` and the start of its SHA-256, which is the same on every machine.
    """
    if storyboard.project:
        return storyboard.project
    name = slug(storyboard.title) or f"film-{hashlib.sha256(storyboard.title.encode('utf-8')).hexdigest()[:8]}"
    try:
        return check_file_name(name)
    except ValueError:
        return f"{name}-film"
