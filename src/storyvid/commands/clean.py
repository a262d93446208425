"""``python -m storyvid clean [older=30d] [size=20GB] [unreferenced=true] [unfinished=true] [delete=true]``: make room.

Without ``delete=true`` it only tells what is there and what would go. ``paths.outputs=`` is understood as in a render.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from storyvid.cli.arguments import command_line, plain_path
from storyvid.cli.folders import conf_dir
from storyvid.clips.files import File
from storyvid.clips.housekeeping import Criteria, Removal, choose, choose_prompts, remove
from storyvid.clips.inventory import Inventory, Run, Stored, take_inventory
from storyvid.clips.record import DAMAGE, read_record
from storyvid.errors import ConfigError, Problem, StoryvidError, did_you_mean, tell
from storyvid.interrupts import terminable
from storyvid.tables import columns

SECONDS = {"h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}
BYTES = {"mb": 10**6, "gb": 10**9, "tb": 10**12, "mib": 2**20, "gib": 2**30, "tib": 2**40}
AMOUNTS = {
    "older": (SECONDS, "a time in hours, days or weeks", "older=12h, older=30d or older=4w"),
    "size": (BYTES, "a size in MB, GB or TB", "size=500MB or size=20GB"),
}
SWITCHES = ("unreferenced", "unfinished", "delete")
OPTIONS = (*AMOUNTS, *SWITCHES, "paths.outputs")
LARGEST = 5  # projects and runs that are listed
Row = tuple[str, ...]


@dataclass(frozen=True)
class Options:
    """What the command line said.

    Attributes:
        criteria: What may go.
        delete: Remove it; else it is only told.
        outputs: ``paths.outputs=``, if that was given.
        words: All words but ``delete=``, for the command that the answer proposes.
    """

    criteria: Criteria = field(default_factory=Criteria)
    delete: bool = False
    outputs: Path | None = None
    words: tuple[str, ...] = ()


def run(words: list[str]) -> int:
    """Tell what the outputs folder holds, or what would go, or remove it.

    Args:
        words: What follows ``clean``.

    Returns:
        0 done, 2 when something could not be removed.

    Raises:
        ConfigError: A word is not understood.
        StoryvidError: A manifest can't be read, so that it is not known what may go.
    """
    options = parse(words)
    outputs = options.outputs or default_outputs()
    if not outputs.is_dir():
        _check_missing(outputs, options)
        print(f"Nothing to clean: there is no folder {outputs}. If your films are elsewhere, name it: paths.outputs=FOLDER")
        return 0
    with terminable():
        inventory = take_inventory(outputs)
        if not options.criteria and not options.delete:
            _print(summary(inventory, options))
            return 0
        if inventory.unreadable:
            raise StoryvidError(inventory.unreadable)
        now = time.time()
        chosen, prompts = choose(inventory, options.criteria, now), choose_prompts(inventory, options.criteria, now)
        if not options.delete:
            _print(preview(inventory, chosen, prompts, options))
            return 0
        removal = remove(inventory, chosen, prompts)
    _print(report(removal))
    if removal.problems:
        print(tell(removal.problems), file=sys.stderr)
    return 2 if removal.problems else 0


def _check_missing(outputs: Path, options: Options) -> None:
    what = f"{outputs} is a file, not a folder" if outputs.is_file() else f"there is no folder {outputs}"
    if options.outputs or outputs.is_file():
        raise ConfigError(Problem("clean, paths.outputs", what, "name the folder that holds your films: paths.outputs=FOLDER"))


def parse(words: Sequence[str]) -> Options:
    """The options of ``clean``.

    Raises:
        ConfigError: With every word that is not understood.
    """
    amounts: dict[str, float] = {}
    switches: dict[str, bool] = {}
    outputs: Path | None = None
    problems = _unknown(words)
    for key, sign, value in (word.partition("=") for word in words):
        if key in OPTIONS and not sign:
            example = AMOUNTS[key][2] if key in AMOUNTS else f"{key}=true" if key in SWITCHES else "paths.outputs=FOLDER"
            problems.append(Problem(f"clean, {key}", "it needs a value", f"write {example}"))
        elif key in AMOUNTS:
            units, kind, example = AMOUNTS[key]
            amounts[key] = _amount(value, units)
            if math.isnan(amounts[key]):
                problems.append(Problem(f"clean, {key}", f"{value!r} is not {kind}", f"write {example}"))
        elif key in SWITCHES:
            switches[key] = value.lower() == "true"
            if value.lower() not in ("true", "false"):
                problems.append(Problem(f"clean, {key}", f"{value!r} is neither true nor false", f"write {key}=true"))
        elif key == "paths.outputs" and "${" in value:
            what = f"{value!r} holds ${{, which Hydra would fill in"
            problems.append(Problem("clean, paths.outputs", what, "write the folder itself"))
        elif key == "paths.outputs" and value:
            outputs = Path(plain_path(value)).absolute()
        elif key == "paths.outputs":
            problems.append(Problem("clean, paths.outputs", "there is no folder behind it", "write paths.outputs=FOLDER"))
    if problems:
        raise ConfigError(problems)
    criteria = Criteria(
        older_s=amounts.get("older"),
        size=round(amounts["size"]) if "size" in amounts else None,
        unreferenced=switches.get("unreferenced", False),
        unfinished=switches.get("unfinished", False),
    )
    kept = tuple(word for word in words if not word.startswith("delete="))
    return Options(criteria, switches.get("delete", False), outputs, kept)


def _unknown(words: Sequence[str]) -> list[Problem]:
    keys = Counter(word.partition("=")[0] for word in words)
    unknown = [word for word in words if word.partition("=")[0] not in OPTIONS]
    problems = [
        Problem("clean", f"{word!r} is not an option", did_you_mean(word.partition("=")[0], OPTIONS) or f"use {', '.join(OPTIONS)}")
        for word in unknown
    ]
    twice = [key for key, count in keys.items() if count > 1 and key in OPTIONS]
    return [*problems, *(Problem(f"clean, {key}", f"it is given {keys[key]} times", "keep one of them") for key in twice)]


def _amount(text: str, units: dict[str, int]) -> float:
    """A number with a unit behind it, in the smallest unit; nan where it is none."""
    match = re.fullmatch(r"(\d{1,12}(?:\.\d{1,6})?) ?([a-z]+)", text.lower(), flags=re.ASCII)
    return float(match[1]) * units[match[2]] if match and match[2] in units else math.nan


def default_outputs() -> Path:
    """The folder that a render from here would write to."""
    if (conf_dir() / "local" / "default.yaml").is_file():  # it may name another folder, in ways that only Hydra understands
        from storyvid.cli.arguments import Arguments
        from storyvid.cli.compose import compose_jobs

        return compose_jobs(Arguments())[0].config.outputs
    return Path(os.environ.get("STORYVID_ROOT", ".")).absolute() / "outputs"


def summary(inventory: Inventory, options: Options) -> Iterator[str]:
    """What is there, and how to go on."""
    free = shutil.disk_usage(inventory.outputs).free
    yield f"{inventory.outputs} holds {in_words(inventory.size)}; {in_words(free)} are free on its disk."
    yield ""
    clips = [stored for stored in inventory.stored if stored.whole]
    yield from _indented(
        [
            ("", "", "size", ""),
            _counted("clips of runs", [one.size for one in clips if one.key in inventory.referenced], "they stay"),
            _counted("clips of no run", [one.size for one in clips if one.key not in inventory.referenced], ""),
            _counted("unfinished work", [one.size for one in inventory.stored if not one.whole], "a render goes on from it"),
            _counted("prompts and keyframes", [one.size for one in inventory.prompts], "made again when needed"),
            _counted("leftovers", [one.size for one in inventory.leftovers], "of processes that died"),
            _counted("run folders", [run.size for run in inventory.runs], "films and records, without the clips above"),
        ],
        right=(1, 2),
    )
    yield from _largest(inventory)
    yield from _notes(inventory)
    yield ""
    if inventory.unreadable:
        yield "Nothing can be removed before this is mended:"
        yield tell(inventory.unreadable)
        return
    yield "What could go (nothing is removed until you add delete=true):"
    yield from _indented(
        [
            (command_line("clean", *options.words, "unreferenced=true"), "all clips of no run, prompts and keyframes"),
            (command_line("clean", *options.words, "older=30d"), "those of them that are older; also 12h, 4w"),
            (command_line("clean", *options.words, "size=20GB"), "the oldest of them, until the rest is no larger"),
            (command_line("clean", *options.words, "unfinished=true"), "work of renders that were cut short"),
        ]
    )
    yield "Delete the run folder of a film that you no longer want: its clips then belong to no run."


def preview(inventory: Inventory, chosen: Sequence[Stored], prompts: Sequence[File], options: Options) -> Iterator[str]:
    """What would go, and the command for it."""
    freed = sum(one.size - one.shared for one in chosen) + sum(file.size for file in prompts)
    freed += sum(one.size for one in inventory.leftovers)
    yield from _indented([_line(stored) for stored in chosen], right=(2,))
    if inventory.leftovers:
        yield f"  {_things(len(inventory.leftovers), 'leftover')} of dead processes"
    if prompts:
        yield f"  {_encoded(prompts)}"
    if not chosen and not inventory.leftovers and not prompts:
        yield "Nothing can go by these words."
    else:
        yield f"{_tally(chosen)} would go. That frees {in_words(freed)}{_held_elsewhere(chosen)}."
    yield from _rest(inventory, chosen, options.criteria)
    yield from _notes(inventory)
    if chosen or inventory.leftovers or prompts:
        yield "Nothing has been removed. To remove it:"
        yield f"  {command_line('clean', *options.words, 'delete=true')}"


def report(removal: Removal) -> Iterator[str]:
    """What was removed."""
    yield f"{_tally(removal.removed)} removed; {in_words(removal.freed)} freed{_held_elsewhere(removal.removed)}."
    if removal.prompts:
        yield f"{_encoded(removal.prompts)} removed."
    if removal.in_use:
        yield f"{_tally(removal.in_use)} came into use meanwhile, and stay."


def in_words(size: int) -> str:
    """A size in GB (10^9 bytes), or MB where it is smaller."""
    return f"{size / 1e9:.1f} GB" if size >= 0.9995e9 else f"{size / 1e6:.1f} MB"


def _line(stored: Stored) -> Row:
    day = time.strftime("%Y-%m-%d", time.localtime(stored.modified))
    return day, "clip" if stored.whole else "unfinished", in_words(stored.size), _made_for(stored), stored.key[:12]


def _made_for(stored: Stored) -> str:
    """Project, shot and take for which a clip was first rendered."""
    if stored.is_reproduction:
        return "a film rendered again (reproduce)"
    with suppress(*DAMAGE):
        made_for: dict[str, Any] = read_record(stored.path)["made_for"]
        return f"{made_for['project']} {made_for['shot']} take {made_for['take']}"
    return ""


def _largest(inventory: Inventory) -> Iterator[str]:
    """The largest projects and runs, each with the clips that would belong to no run if it were deleted."""
    sizes = {stored.key: stored.size for stored in inventory.stored if stored.whole}
    projects: dict[str, list[Run]] = {}
    for run in inventory.runs:
        projects.setdefault(run.project, []).append(run)
    users = Counter(key for run in inventory.runs for key in run.keys)
    named = {name: _sizes(runs, users, sizes) for name, runs in projects.items()}
    single = {run.folder.relative_to(inventory.outputs).as_posix(): _sizes([run], users, sizes) for run in inventory.runs}
    for title, found in (("Largest projects", named), ("Largest runs", single)):
        largest = sorted(found.items(), key=lambda item: (-sum(item[1]), item[0]))[:LARGEST]
        if largest:
            yield ""
            rows = [(name, in_words(own), in_words(clips)) for name, (own, clips) in largest]
            yield from _indented([(title, "films", "clips of it alone"), *rows], right=(1, 2))


def _sizes(runs: Sequence[Run], users: Counter[str], sizes: Mapping[str, int]) -> tuple[int, int]:
    """Bytes of some runs' own files, and of the clips that no other run refers to."""
    own = Counter(key for run in runs for key in run.keys)
    return sum(run.size for run in runs), sum(sizes.get(key, 0) for key, count in own.items() if users[key] == count)


def _rest(inventory: Inventory, chosen: Sequence[Stored], criteria: Criteria) -> Iterator[str]:
    if criteria.size is None:
        return
    left = sum(one.size for one in inventory.stored) - sum(one.size for one in chosen)
    more = ", more than you asked for: the rest belongs to runs, is in use, or is left out by the other words"
    yield f"The clip store would hold {in_words(left)}{more if left > criteria.size else ''}."


def _notes(inventory: Inventory) -> Iterator[str]:
    for run in inventory.going_on:
        assert run.going_on_since is not None, "only runs that go on are listed"
        since = datetime.fromtimestamp(run.going_on_since).isoformat(" ", "minutes")
        host = run.host or "a computer that its record doesn't name"
        yield f"A film seems to be rendering in {run.folder}, since {since} on {host}: what is newer stays;"
        yield "  which older clips it may use is not known."
        yield f'  If it has ended, python -m storyvid resume "{run.folder}" again=true goes on with it, or delete that run folder.'


def _held_elsewhere(chosen: Iterable[Stored]) -> str:
    shared = sum(stored.shared for stored in chosen)
    return f"; {in_words(shared)} are also in other folders, and stay there" if shared else ""


def _tally(chosen: Sequence[Stored]) -> str:
    clips = sum(stored.whole for stored in chosen)
    work = f" and {_things(len(chosen) - clips, 'unfinished one')}" if len(chosen) > clips else ""
    return f"{_things(clips, 'clip')}{work} ({in_words(sum(stored.size for stored in chosen))})"


def _encoded(prompts: Sequence[File]) -> str:
    return f"{_things(len(prompts), 'file')} of prompts and keyframes ({in_words(sum(file.size for file in prompts))})"


def _things(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _counted(name: str, sizes: Sequence[int], remark: str) -> Row:
    return name, str(len(sizes)), in_words(sum(sizes)), remark


def _indented(rows: Sequence[Row], right: Sequence[int] = ()) -> Iterator[str]:
    yield from (f"  {line}" for line in columns(rows, right))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)
