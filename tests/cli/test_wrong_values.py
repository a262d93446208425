"""Wrong values for every key of every group, on the command line and in a file of the user's.

The keys come from the composed configuration, so that a new one is tested by itself. What each wrong value should meet is
taken from the checks alone, key by key; the command line and the files must say the same of all keys at once.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from storyvid.cli.arguments import PATH_KEYS, parse
from storyvid.cli.compose import compose_jobs
from storyvid.config import validate
from storyvid.errors import ConfigError, Problem
from tests.films import composed_values


def leaves(values: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


KEYS = tuple(leaves(composed_values()))
# `backend.kind` decides which keys there are, so it is tried alone; Hydra's grammar has no colons in keys ("16:9").
TOGETHER = tuple(key for key in KEYS if key != "backend.kind" and ":" not in key)

# As it is typed, and what is meant.
WRONG: tuple[tuple[str, Any], ...] = (
    ("some words", "some words"),
    ("''", ""),
    ("-1", -1),
    ("0", 0),
    ("1.5", 1.5),
    ("1e30", 1e30),
    ("9" * 30, int("9" * 30)),
    ("nan", float("nan")),
    ("-inf", float("-inf")),
    ("true", True),
    ("null", None),
    ("[]", []),
    ("[1,a]", [1, "a"]),
    ("{a: 1}", {"a": 1}),
    ("'../x'", "../x"),
    ("CON", "CON"),
)
IDS = [typed[:20] for typed, _ in WRONG]
# The only values of the list that each kind of key takes; every other one must be refused.
FREE_TEXT = ("storyboard", "backend.name", "backend.model", "backend.revision", "backend.license", "backend.negative_prompt")
FREE_TEXT += ("memory.name", "resolution.name", "sampler.scheduler", "upscale.name", "backend.published.scheduler")
FREE_TEXT += ("paths.outputs", "paths.mlruns")


def problems_with(key: str, value: Any) -> list[Problem]:
    """What the checks say of a configuration with one wrong value."""
    values = copy.deepcopy(composed_values())
    section = values
    *sections, last = key.split(".")
    for name in sections:
        section = section[name]
    section[last] = value
    try:
        validate(values)
    except ConfigError as error:
        return list(error.problems)
    return []


@pytest.mark.parametrize("key", KEYS)
def test_every_key_refuses_what_it_is_not(key):
    taken = [typed for typed, value in WRONG if not problems_with(key, value)]
    if key in FREE_TEXT:
        assert "[1,a]" not in taken
        assert "{a: 1}" not in taken
        assert "true" not in taken
    else:
        assert len(taken) <= 6, f"{key} takes {taken}"
    for typed, value in WRONG:
        for problem in problems_with(key, value):
            assert problem.where.startswith(key.partition(".")[0]), (typed, problem)
            assert problem.fix, (typed, problem)
            assert not any(jargon in str(problem) for jargon in ("Input should", "validation error", "pydantic", "type="))


def refused_keys(problems: list[Problem]) -> set[str]:
    return {key for key in TOGETHER for problem in problems if problem.where == key or problem.where.startswith(f"{key}.")}


def problems_of(*words: str) -> list[Problem]:
    try:
        compose_jobs(parse(words))
    except ConfigError as error:
        return list(error.problems)
    return []


def expected(keys: tuple[str, ...], value: Any) -> set[str]:
    return {key for key in keys if any(p.where == key or p.where.startswith(f"{key}.") for p in problems_with(key, value))}


@pytest.mark.parametrize(("typed", "value"), WRONG, ids=IDS)
def test_wrong_values_on_the_command_line(typed, value):
    keys = tuple(key for key in TOGETHER if not (key in PATH_KEYS and not isinstance(value, str)))
    if isinstance(value, dict):  # OmegaConf takes no object in the place of a list, and says so by itself
        keys = tuple(key for key in keys if not isinstance(composed_values()["backend"].get(key.partition(".")[2]), list))
    found = problems_of("memory=cpu", *(f"{key}={typed}" for key in keys))
    assert refused_keys(found) >= expected(keys, value)


@pytest.mark.parametrize(("typed", "value"), WRONG[1::2], ids=IDS[1::2])
def test_wrong_values_in_a_file(tmp_path, typed, value):
    nested: dict[str, Any] = {}
    for key in TOGETHER:
        section = nested
        *sections, last = key.split(".")
        for name in sections:
            section = section.setdefault(name, {})
        section[last] = value
    (tmp_path / "experiment").mkdir()
    text = "# @package _global_\n" + yaml.safe_dump(nested, allow_unicode=True)
    (tmp_path / "experiment" / "wrong.yaml").write_text(text, encoding="utf-8")
    found = problems_of("--config-dir", str(tmp_path), "memory=cpu", "experiment=wrong")
    if isinstance(value, dict):
        assert found
    else:
        assert refused_keys(found) >= expected(TOGETHER, value)


def misspelt(key: str) -> str:
    section, dot, name = key.rpartition(".")
    return f"{section}{dot}{name[:-1]}x{name[-1]}"


def test_every_misspelt_key_is_told_with_the_right_one():
    found = {problem.where: problem for problem in problems_of("memory=cpu", *(f"{misspelt(key)}=1" for key in TOGETHER))}
    for key in TOGETHER:
        problem = found[misspelt(key)]
        assert problem.code == "unknown-key"
        assert key in problem.fix or "this is said in the storyboard" in problem.fix, problem


GROUPS = ("backend", "memory", "resolution", "sampler", "upscale", "tracking", "paths", "experiment")


@pytest.mark.parametrize("option", ["nonsense", "../x", "[a]", "{a: 1}", "1.5", "${oc.env:PATH}"])
def test_every_group_refuses_an_option_it_does_not_have(option):
    found = problems_of(*(f"{group}={option}" for group in GROUPS))
    assert [problem.where.partition("=")[0] for problem in found] == list(GROUPS)
    assert all("there is no such option; there are " in problem.what for problem in found)


def test_the_environment_does_not_leak_into_messages(monkeypatch):
    monkeypatch.setenv("STORYVID_SECRET", "hunter2")
    (problem,) = problems_of("sampler.steps=${oc.env:STORYVID_SECRET}")
    assert problem.where == "sampler.steps"
    assert problem.fix


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("seed=${oc.env:STORYVID_NOT_SET}", "the environment variable STORYVID_NOT_SET is not set"),
        ("seed=${nowhere}", "${nowhere} leads nowhere: there is no such key"),
        ("seed=${seed}", "can't be worked out"),
        ("seed=" + "9" * 5000, "can't be read as key=value"),
        ("seed=" + "[" * 300, "can't be read as key=value"),
        ("+delivery.crf=3", "delivery.crf is there already"),
        ("~sampler.steps=77", "takes away a value that the setting does not have"),
        ("~nonsense", "there is no such key"),
        ("hydra/launcher=nonsense", "there is no hydra/launcher/nonsense"),
        ("hydra/launcher=1", "is not the name of an option"),
        ("++sampler=draft", "++ can't choose an option of a group"),
        ("backend.uses={a: 1}", "the value does not fit there"),
        ("=3", "=3: there is no such key"),
        ("sampler..steps=3", "can't be read as key=value"),
        ("+experiment=draft", "write experiment=… without +"),
        ("storyboard=a\nb.json", "holds bytes or control characters that are no text"),
    ],
)
def test_what_hydra_refuses_is_told_in_plain_words(word, said):
    told = []
    try:
        compose_jobs(parse([word]))
    except ConfigError as error:
        told = [str(problem) for problem in error.problems]
    assert any(said in text for text in told), told
    assert not any(
        jargon in text for text in told for jargon in ("Override(", "OverrideType", "object_type", "full_key", "config.")
    )
