"""What the package gives, and that nothing else in storyvid knows the library below it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import storyvid
from storyvid import video

SOURCES = Path(storyvid.__file__).parent


def imported_by(path: Path) -> Iterator[str]:
    """The top-level packages that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name.partition(".")[0] for name in names)


def test_only_this_package_imports_av() -> None:
    importers = {path.relative_to(SOURCES).parts[0] for path in SOURCES.rglob("*.py") if "av" in imported_by(path)}
    assert importers == {"video"}


def test_what_others_use_is_at_the_top_of_the_package() -> None:
    assert {name for name in video.__all__ if not hasattr(video, name)} == set()
    assert callable(video.probe), "the function, not its module"
