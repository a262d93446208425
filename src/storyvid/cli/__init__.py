"""The command line: ``python -m storyvid [verb] key=value …``. The only package that imports hydra.

The first word chooses the verb; without one a film is rendered. Words are checked before anything is made on disk,
and only then does Hydra start the jobs.
"""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from storyvid.cli import output
from storyvid.cli.folders import read_root
from storyvid.errors import Problem, StoryvidError, did_you_mean, tell
from storyvid.interrupts import forget_interrupt

VERBS = ("plan", "ui", "sync", "compare", "resume", "reproduce", "clean", "tiny")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line.

    Args:
        argv: The words after ``python -m storyvid``; default: this process's.

    Returns:
        0 done, 1 nothing usable, 2 some shots failed and the rest is kept, 130 stopped by Ctrl-C.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    output.speak_utf8()
    read_root()
    try:
        _check_current_folder()
        code = _run(words)
        output.flush()
        return code
    except StoryvidError as error:
        print_problems(error)
        if "hydra.verbose=true" in words:
            raise
        return 1
    except OSError as error:  # of the computer, not of the program: a full disk, a pipe
        if error.filename is None:
            output.print_no_more()
        if output.reader_has_left(error):
            return 0
        from storyvid.record.disk import disk_problem  # brings shutil: not for --help

        print(f"storyvid: {disk_problem(error, Path('output'))}", file=sys.stderr)
        if "hydra.verbose=true" in words:
            raise
        return 1
    except KeyboardInterrupt:
        if argv is None:  # pressed again, it would be a traceback
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("\nstoryvid: stopped; what was finished is kept", file=sys.stderr)
        forget_interrupt()
        return 130
    finally:
        if argv is None:  # Ctrl-C while Python ends would be a traceback and another exit code
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def print_problems(error: StoryvidError) -> None:
    """Every problem on stderr, numbered when there are several."""
    count = len(error.problems)
    print(
        f"storyvid: {count} problems; nothing was made" if count > 1 else "storyvid: one problem; nothing was made", file=sys.stderr
    )
    print(tell(error.problems), file=sys.stderr)


def _check_current_folder() -> None:
    try:
        Path.cwd()
    except OSError:
        fix = "go to another one (cd) and try again"
        raise StoryvidError(Problem("current folder", "it no longer exists, or can't be read", fix, "folder")) from None


def _run(words: list[str]) -> int:
    if not words or words[0] in ("--help", "-h", "help") or "--help" in words or "-h" in words:
        return _print_help(asked=bool(words))
    if "--version" in words:
        from storyvid import __version__

        print(f"storyvid {__version__}")
        return 0
    verb, rest = ("render", words) if _is_setting(words[0]) else (words[0], words[1:])
    if verb not in (*VERBS, "render"):
        what = f"is not a verb storyvid knows ({', '.join(VERBS)}; none to render)"
        raise StoryvidError(Problem(verb or "''", what, _fix_for_verb(verb, rest), "verb"))
    return int(importlib.import_module(f"storyvid.commands.{verb}").run(rest))


def _fix_for_verb(verb: str, rest: Sequence[str]) -> str:
    if verb.casefold().endswith(".json"):
        return f'write storyboard="{verb}"'
    if rest[:1] == ["="]:
        return f"write it as one word, without spaces: {''.join((verb, *rest[:2]))}"
    return did_you_mean(verb, VERBS) or "python -m storyvid --help lists the verbs"


def _is_setting(word: str) -> bool:
    return "=" in word or word.startswith(("-", "+", "~"))


def _print_help(*, asked: bool) -> int:
    from storyvid.cli.folders import conf_dir
    from storyvid.cli.help import help_page

    print(help_page([conf_dir()]))
    return 0 if asked else 1
