"""``python -m storyvid compare RUN_FOLDER [RUN_FOLDER …] [out=FILE.html]``: takes side by side, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storyvid.errors import ConfigError, Problem, StoryvidError, did_you_mean
from storyvid.interrupts import terminable
from storyvid.replay.words import as_path

if TYPE_CHECKING:
    from storyvid.record.compare.read import Comparison

PAGE = "compare.html"


@dataclass(frozen=True)
class Options:
    """What the command line said.

    Attributes:
        folders: Run folders, and sweep folders.
        out: The page to write; None = in the first run's folder ``assembled``.
    """

    folders: tuple[Path, ...]
    out: Path | None = None


def run(words: list[str]) -> int:
    """Write the page.

    Args:
        words: What follows ``compare``.

    Returns:
        0.

    Raises:
        StoryvidError: A word is not understood, a folder is no run, or what a run recorded is gone; nothing is written then.
    """
    options = parse(words)
    from storyvid.record.compare.runs import read_runs

    runs = read_runs(options.folders)
    from storyvid.record.compare.read import compare_runs  # brings numpy and av, which no wrong folder needs

    comparison = compare_runs(runs)
    path = options.out or runs[0].folder.film.with_name(PAGE)
    with terminable():
        write_page(comparison, path)
    print(f"{path}  ({path.stat().st_size / 1e6:.1f} MB)")
    print("Open it with a double-click; it needs no network and no other file.")
    if len(comparison.columns) == 1:
        print("It has one take of each shot. More: add takes=3 to the command that made the run.")
    return 0


def parse(words: Sequence[str]) -> Options:
    """The words of ``compare``.

    Raises:
        ConfigError: With every word that is not understood.
    """
    folders: list[Path] = []
    problems: list[Problem] = []
    out = None
    for word in words:
        key, equals, value = word.partition("=")
        if key == "out" and equals:
            problems += [] if out is None else [Problem("compare, out", "is given twice", "keep one of them")]
            out = as_path(value)
            problems += out_problems(out)
        elif word.startswith("-") or (key.isidentifier() and equals and not Path(word).exists()):
            fix = did_you_mean(key.lstrip("-"), ["out"]) or "name run folders; the one option is out=FILE.html"
            problems.append(Problem("compare", f"{word!r} is not an option", fix))
        else:
            folders.append(as_path(word))
    if not folders and not problems:
        fix = "write python -m storyvid compare outputs/<project>/<time>, with one run folder or several"
        problems.append(Problem("compare", "no run folder is named", fix))
    if problems:
        raise ConfigError(problems)
    return Options(tuple(folders), out)


def out_problems(out: Path) -> list[Problem]:
    """Why a page can't have a name."""
    if out.suffix.casefold() not in (".html", ".htm"):
        what = f"{str(out)!r} doesn't end in .html, so no browser would show it"
        return [Problem("compare, out", what, "write out=compare.html, for example")]
    if out.is_dir():
        return [Problem("compare, out", f"{out} is a folder", "name a file in it, such as out=takes.html")]
    if not out.parent.is_dir():
        return [Problem("compare, out", f"there is no folder {out.parent}", "make it first, or name another one")]
    return []


def write_page(comparison: Comparison, path: Path) -> None:
    """Make the small videos and write the page; it appears only when whole.

    Args:
        comparison: What is shown.
        path: The HTML file; an existing one is replaced.

    Raises:
        StoryvidError: A clip can't be read, or the page can't be written.
    """
    from storyvid.logs import setup_console
    from storyvid.record.compare.page import page
    from storyvid.record.compare.preview import make_previews
    from storyvid.record.disk import disk_problem
    from storyvid.record.run_folder import write_text

    setup_console(verbose=False)
    text = page(comparison, make_previews(comparison))
    try:
        write_text(path, text)
    except OSError as error:
        raise StoryvidError(disk_problem(error, path)) from error
