"""From words to checked configurations: every job of a sweep is composed and validated before the first one starts.

Hydra finds one mistake at a time, in the job whose turn it is, after the output folder was made. Here all jobs are
composed first, all mistakes are told together, and nothing has been created by then.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra import initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Override
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from storyvid.cli.arguments import Arguments, quote, typed_keys
from storyvid.cli.composition import Composed, compose_words, go_on_stopping, is_value, said_by_hydra, shipped_hydra
from storyvid.cli.folders import conf_dir
from storyvid.cli.help import by_size, list_groups
from storyvid.cli.own_files import check_own_files
from storyvid.cli.refusals import refusal
from storyvid.cli.safety import refuse_code
from storyvid.config import AnyRunConfig, validate
from storyvid.errors import ConfigError, Problem, did_you_mean
from storyvid.memory.decide import decide
from storyvid.memory.profiles import choose_profile, this_machine
from storyvid.storyboard.schema import Shot, Storyboard

# Keys whose change means loading another model: they vary slowest in a sweep, so that a loaded model is used again.
SLOW_KEYS = ("backend", "memory")

# Ways to say that no experiment is wanted, which is the default; Hydra 1.3 has no word for it.
STORYBOARD_WORDS = frozenset({*Storyboard.model_fields, *Shot.model_fields})
NOTHING_CHOSEN = frozenset({"experiment=null", "experiment=none", "experiment="})
OPEN = "pick."  # any shot may stand below it; the film knows which there are
MAX_JOBS = 1000  # checking takes about 0.1 s each; nobody renders more films at a sitting

# Groups whose files set keys of other groups, which Hydra allows only with a `# @package` line.
UNPACKAGED = ("local", "experiment")

# Keys of Hydra's own that storyvid sets, and what to use instead.
FOLDER_FIX = "set paths.outputs, project, or the environment variable STORYVID_ROOT"
RESERVED = {
    "hydra.mode": "use -m for a sweep",
    "hydra.run.dir": FOLDER_FIX,
    "hydra.sweep.dir": FOLDER_FIX,
    "hydra.sweep.subdir": FOLDER_FIX,
    "hydra.output_subdir": FOLDER_FIX,
    "hydra.job.chdir": FOLDER_FIX,
    "hydra.searchpath": "use --config-dir",
}


@dataclass(frozen=True)
class Job:
    """One film to render: its words, its checked configuration, and which keys were typed.

    Attributes:
        number: Position in the sweep, from 0.
        overrides: The words that compose it.
        label: Names the job in messages; empty when it is the only one.
        config: Checked.
        typed: Keys typed on the command line.
    """

    number: int
    overrides: tuple[str, ...]
    label: str
    config: AnyRunConfig
    typed: frozenset[str]


def compose_jobs(arguments: Arguments) -> list[Job]:
    """Every job of a command line, composed and validated.

    Args:
        arguments: From `storyvid.cli.arguments.parse`.

    Raises:
        ConfigError: Everything wrong with any job, each thing once.
    """
    overrides = _parse(arguments)
    if arguments.config_dir is not None:
        check_own_files(arguments.config_dir, [*list_groups([conf_dir()]), "backend_memory", "local"])
    folders = [conf_dir(), *([arguments.config_dir] if arguments.config_dir else [])]
    groups = {group: sorted(options) for group, options in list_groups(folders).items()}
    combinations = list(itertools.islice(_combinations(overrides, groups, arguments.multirun), MAX_JOBS + 1))
    if len(combinations) > MAX_JOBS:
        raise ConfigError(Problem("-m", f"this sweep has more than {MAX_JOBS} films", "give fewer values", "sweep"))
    jobs: list[Job] = []
    problems: dict[Problem, None] = {}
    with initialize_config_dir(str(conf_dir()), version_base="1.3"):
        for number, words in enumerate(combinations):
            label = f"[job {number}: {' '.join(_varying(words, combinations))}] " if len(combinations) > 1 else ""
            try:
                jobs.append(_compose_job(number, words, label, groups, arguments))
            except ConfigError as error:
                problems.update(dict.fromkeys(error.problems))
    if problems:
        raise ConfigError(_without_repeats(list(problems)))
    return jobs


def search_path_words(arguments: Arguments) -> list[str]:
    """The override that adds the user's own folder, for Hydra."""
    if arguments.config_dir is None:
        return []
    return [f"hydra.searchpath=[{quote(f'file://{arguments.config_dir.as_posix()}')}]"]


def search_words(words: Sequence[str]) -> list[str]:
    """Of some words, those that add folders of configuration files."""
    return [word for word in words if word.startswith("hydra.searchpath=")]


def sweep_words(arguments: Arguments) -> list[str]:
    """The overrides of a sweep in the order in which they should vary: model and memory slowest."""
    return sorted((word for word in arguments.overrides if word not in NOTHING_CHOSEN), key=_rank)


def _parse(arguments: Arguments) -> list[Override]:
    parser = OverridesParser.create()
    parsed, problems = [], []
    for word in sweep_words(arguments):
        try:
            override = parser.parse_override(word)
        except (HydraException, ArithmeticError, ValueError, RecursionError):  # its grammar lets some of int()'s through
            fix = "put the value in quotes, inside and out: \"key='the value'\""
            problems.append(Problem(word, "can't be read as key=value", fix, "grammar"))
            continue
        if override.is_sweep_override() and not arguments.multirun:
            fix = "add -m, or put the value in quotes: \"key='a,b'\""
            if override.key_or_group == "shots":
                fix = f"write shots=[{word.partition('=')[2]}]"
            problems.append(Problem(word, "gives several values, which is a sweep", fix, "sweep"))
        elif override.is_sweep_override() and not override.is_discrete_sweep():
            problems.append(
                Problem(word, "is a range to search in, not a list of values", f"write the values: {key_of(word)}=1,1.5,2", "sweep")
            )
        elif override.key_or_group in RESERVED:
            problems.append(Problem(word, "is set by storyvid itself", RESERVED[override.key_or_group], "hydra"))
        parsed.append(override)
    problems += _repeated_keys(parsed)
    if problems:
        raise ConfigError(problems)
    return parsed


def _repeated_keys(overrides: Sequence[Override]) -> list[Problem]:
    """Settings given twice: only the writer knows which is meant, and a sweep would count its jobs wrong."""
    given: dict[str, list[str]] = {}
    for override in overrides:
        given.setdefault(key_of(override.input_line or ""), []).append(override.input_line or "")
    return [
        Problem(key, f"is given {len(words)} times ({', '.join(words)})", "keep one of them", "twice")
        for key, words in given.items()
        if len(words) > 1
    ]


def _rank(word: str) -> int:
    key = key_of(word)
    return next((rank for rank, slow in enumerate(SLOW_KEYS) if key == slow or key.startswith(f"{slow}.")), len(SLOW_KEYS))


def _combinations(overrides: Sequence[Override], groups: dict[str, list[str]], multirun: bool) -> Iterator[tuple[str, ...]]:
    """The words of every job, in Hydra's own order: the last key changes fastest."""
    choices: dict[str, list[str]] = {}
    for override in overrides:
        key, value = override.get_key_element(), override.value()
        if not (multirun and override.is_sweep_override()):
            choices[key] = [override.input_line or key]
        elif isinstance(value, Glob):
            choices[key] = [f"{key}={name}" for name in value.filter(groups.get(key, []))]
        else:
            choices[key] = [f"{key}={text}" for text in override.sweep_string_iterator()]
    yield from itertools.product(*choices.values())


def _varying(words: Sequence[str], combinations: Sequence[Sequence[str]]) -> list[str]:
    """The words that differ between jobs, as they were typed."""
    changing = [word for index, word in enumerate(words) if any(other[index] != word for other in combinations)]
    return [word.removeprefix("++") if word.startswith(f"++{OPEN}") else word for word in changing]


def _compose_job(number: int, words: tuple[str, ...], label: str, groups: dict[str, list[str]], arguments: Arguments) -> Job:
    """One job, checked. Words that Hydra refuses are found one by one only when it does refuse, since composing takes time."""
    extra = search_path_words(arguments)
    problems = _unknown_options(words, groups, label)
    try:
        composed = None if problems else compose_words((*extra, *words), conf_dir())
    except Exception as error:  # see _compose; what is wrong is found below
        go_on_stopping(error)
        composed = None
    if composed is None:
        usable, found = _usable_words(words, groups, extra, label)
        problems += found
    else:
        usable = list(words)
    try:
        plain = _plain_values([*extra, *usable], composed, label)
        config = validate(plain, label=label)
    except ConfigError as error:
        raise ConfigError([*problems, *error.problems]) from None
    if problems:
        raise ConfigError(problems)
    return Job(number, words, label, config, typed_keys(words))


def _usable_words(
    words: Sequence[str], groups: dict[str, list[str]], extra: Sequence[str], label: str
) -> tuple[list[str], list[Problem]]:
    """The words that can be composed, and what is wrong with the others."""
    choices = [word for word in words if key_of(word) in groups or key_of(word).startswith("hydra/")]
    choices = [word for word in choices if not _unknown_options([word], groups, label)]
    composed = _compose([*extra, *choices], label)
    known = _flatten(OmegaConf.to_container(composed.settings, resolve=False))
    hydras_own = _flatten({"hydra": composed.hydra})
    values = [word for word in words if key_of(word) not in groups and not key_of(word).startswith("hydra/")]
    unknown = [word for word in values if key_of(word) not in known | hydras_own and not key_of(word).startswith(OPEN)]
    problems = [
        Problem(f"{label}{key_of(word) or word}", "there is no such key", _suggest(key_of(word), known), "unknown-key")
        for word in unknown
    ]
    return [*choices, *(word for word in values if word not in unknown)], problems


def _plain_values(words: Sequence[str], composed: Composed | None, label: str) -> dict[str, Any]:
    """The composed values as plain dicts and lists, with a real memory profile and with nothing in them that runs code.

    Raises:
        ConfigError: The words can't be composed, an interpolation leads nowhere, or Hydra is told to run something.
    """
    composed = composed or _compose(words, label)
    # Otherwise nothing but shipped files is in it.
    if (conf_dir() / "local").exists() or not all(is_value(word) or _chooses_a_shipped_file(word) for word in words):
        refuse_code(composed.hydra, shipped_hydra(conf_dir()), label)
    needs_gpu = bool(OmegaConf.select(composed.settings, "backend.limits.needs_gpu", default=False))
    resolved = resolve_memory(words, composed.options, needs_gpu=needs_gpu)
    if resolved != list(words):
        composed = _compose(resolved, label)
    try:
        values = composed.plain()
    except (OmegaConfBaseException, RecursionError) as error:
        raise ConfigError(_blame(error, words, label)) from error
    for group in UNPACKAGED:
        if isinstance(values.get(group), dict):
            fix = "make its first line:  # @package _global_"
            raise ConfigError(
                Problem(f"{label}{group}", "a file of this group sets keys of the whole configuration", fix, "package")
            )
    return values


def _chooses_a_shipped_file(word: str) -> bool:
    """Whether a word only names an option that comes with storyvid; a folder of the user's is a word of its own."""
    group, _, option = word.partition("=")
    return group.isidentifier() and f"_{option}".isidentifier() and (conf_dir() / group / f"{option}.yaml").is_file()


def key_of(word: str) -> str:
    """The key of an override, without ``+``, ``~`` and ``@package``."""
    return word.partition("=")[0].lstrip("+~").partition("@")[0]


def _unknown_options(words: Sequence[str], groups: dict[str, list[str]], label: str) -> list[Problem]:
    problems = []
    for word in words:
        key, value = key_of(word), word.partition("=")[2].strip("'\"")
        if key in groups and value not in groups[key]:
            known = sorted(groups[key], key=by_size)
            fix = did_you_mean(value, known)
            what = f"there is no such option; there are {', '.join(known)}"
            problems.append(
                Problem(
                    f"{label}{key}={value}",
                    what,
                    fix or "choose one of them",
                    "option",
                )
            )
    return problems


def _suggest(key: str, known: Collection[str]) -> str:
    """The keys that a wrong one may have meant: near in spelling, or the same word in its right section."""
    names = sorted(name for name in known if not any(other.startswith(f"{name}.") for other in known))
    last = key.rpartition(".")[2]
    same_word = [name for name in names if name.rpartition(".")[2] == last]
    if key in STORYBOARD_WORDS:
        return f'this is said in the storyboard: write "{key}": … there'
    if "." not in key and same_word:
        return f"did you mean {same_word[0]}?"
    return did_you_mean(key, names) or did_you_mean(last, same_word or names) or "python -m storyvid --cfg job prints every key"


def _compose(words: Sequence[str], label: str) -> Composed:
    try:
        return compose_words(tuple(words), conf_dir())
    except Exception as error:  # Hydra raises anything on odd words and files; whatever it is, it is about them
        go_on_stopping(error)
        raise ConfigError(_blame(said_by_hydra(words, error), words, label)) from error


def _blame(error: Exception, words: Sequence[str], label: str) -> list[Problem]:
    """What is wrong with each word that can't be composed by itself; of all together where none is to blame alone."""
    if isinstance(error, YAMLError):
        return [refusal(error, label)]
    extra = search_words(words)
    alone = [(word, _error_of([*extra, word])) for word in words if word not in extra]
    guilty = [refusal(own, f"{label}{word}") for word, own in alone if own is not None]
    return guilty or [refusal(error, label.strip() or "the settings together")]


def _error_of(words: Sequence[str]) -> Exception | None:
    try:
        composed = compose_words(tuple(words), conf_dir())
    except Exception as error:  # see _compose
        go_on_stopping(error)
        return said_by_hydra(words, error)
    try:
        composed.plain()
    except Exception as error:  # as odd as those
        go_on_stopping(error)
        return error
    return None


def _flatten(values: Any, prefix: str = "") -> set[str]:
    """Every key of nested values, with dots, sections included."""
    keys: set[str] = set()
    for name, value in values.items():
        keys.add(f"{prefix}{name}")
        if isinstance(value, dict):
            keys |= _flatten(value, f"{prefix}{name}.")
    return keys


def resolve_memory(words: Sequence[str], choices: Mapping[str, Any], *, needs_gpu: bool) -> list[str]:
    """The words with ``memory=auto`` replaced by a real profile, so that the tuned pair of backend and memory applies.

    Args:
        words: Overrides.
        choices: Option of each group that they compose to.
        needs_gpu: Whether the chosen backend runs on a card.
    """
    if choices.get("memory") != "auto":
        return list(words)
    others = [word for word in words if key_of(word) != "memory"]
    profile = choose_profile(needs_gpu=needs_gpu, fits=lambda name: _ram_holds([*others, f"memory={name}"]))
    if profile == "cpu" and not (conf_dir() / "backend_memory" / f"{choices.get('backend')}_cpu.yaml").exists():
        return list(words)  # conf/memory/auto.yaml is the cpu profile, so this would compose the same again
    return [*others, f"memory={profile}"]


def _ram_holds(words: Sequence[str]) -> bool:
    """Whether RAM holds a model's weights as a profile has them; true where it can't be told: what is wrong is told later."""
    from storyvid.diffusion.config import DiffusionConfig
    from storyvid.diffusion.room import published_parts

    try:
        config = validate(_plain_values(words, None, ""))
    except ConfigError:
        return True
    parts = published_parts(config.backend) if isinstance(config.backend, DiffusionConfig) else None
    return parts is None or not any(problem.code == "ram" for problem in decide(config.memory, parts, this_machine()).problems)


def _without_repeats(problems: Sequence[Problem]) -> list[Problem]:
    """The same mistake in every job is one mistake: told once, without the job's name."""
    seen: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        where = problem.where.partition("] ")[2] if problem.where.startswith("[job ") else problem.where
        seen.setdefault((where, problem.what), []).append(problem)
    merged = []
    for (where, what), same in seen.items():
        merged.append(same[0] if len(same) == 1 else Problem(where, what, same[0].fix, same[0].code))
    return merged
