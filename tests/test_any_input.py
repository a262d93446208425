"""Any input at all: a result, or an error with words; the same twice; and in a time that grows with the input's length."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyvid.assembly.captions import caption_entries
from storyvid.backends.base import BackendLimits
from storyvid.cli.arguments import parse
from storyvid.cli.preflight import prepare_jobs
from storyvid.config import validate
from storyvid.errors import MOST_TOLD, Problem, StoryvidError, did_you_mean, printable, tell
from storyvid.film import prepare_film
from storyvid.plan.chunks import chunk_lengths
from storyvid.storyboard.load import load_text
from tests.films import composed_values
from tests.fuzz.mutate import Mutator
from tests.fuzz.targets import outcome
from tests.fuzz.words import PLANNED_KEYS, PLAUSIBLE
from tests.storyboard.boards import read, shot

TEMPLATE = json.loads((Path(__file__).parents[1] / "templates" / "storyboard.template.json").read_text(encoding="utf-8"))
QUICK = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FEW = settings(QUICK, max_examples=12)


def told(run: Callable[[], Any]) -> Any:
    """What a run gives, or the words of its error, which must be fit to print."""
    outcome(run)
    try:
        return run()
    except StoryvidError as error:
        return [str(problem) for problem in error.problems]


def load(board: Any) -> Any:
    return load_text(json.dumps(board), "my.json", Path("no-such-folder"))


@QUICK
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_a_spoiled_template_loads_or_is_refused(seed, rounds):
    board = Mutator(random.Random(seed), [TEMPLATE]).json(TEMPLATE, rounds)
    first, again = (told(lambda: load(board).storyboard.as_json()) for _ in range(2))
    assert first == again or "-1" in json.dumps(board)  # a seed of -1 is drawn


def places(value: Any) -> list[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(), *((step, *rest) for step, part in parts for rest in places(part))]


def test_every_field_of_the_template_replaced():
    wrong = [None, 5, "words", [], {}, [{}], True, -1.5]
    for number, place in enumerate(places(TEMPLATE)[1:]):
        board = json.loads(json.dumps(TEMPLATE))
        section = board
        for step in place[:-1]:
            section = section[step]
        section[place[-1]] = wrong[number % len(wrong)]
        outcome(lambda board=board: load(board))


@FEW
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "+", "++", "~"]),
            st.sampled_from(
                [
                    "sampler.steps",
                    "backend",
                    "seed",
                    "memory",
                    "project",
                    "hydra.run.dir",
                    "experiment",
                    "x",
                    "a.b",
                    "",
                    "plan.show",
                ]
            ),
            st.one_of(
                st.text(max_size=12),
                st.sampled_from(["3", "null", "${seed}", "[1]", "{a: 1}", "1,2", "draft", "'", "cpu", "range(1,3)"]),
            ),
        ),
        max_size=3,
    ),
    st.booleans(),
)
def test_any_words_are_checked_or_refused(words, sweep):
    line = [f"{sign}{key}={value}" for sign, key, value in words] + (["-m"] if sweep else [])
    assert "loaded" not in outcome(lambda: prepare_jobs(parse(line)))  # there is no storyboard among them


@FEW
@given(st.lists(st.text(max_size=20), max_size=3))
def test_any_text_for_words(words):
    assert outcome(lambda: prepare_jobs(parse(words))) != "loaded"


LIMITS = {name: st.sampled_from(PLAUSIBLE) for name in PLANNED_KEYS if name.startswith("backend.limits.")}


@QUICK
@given(st.fixed_dictionaries({}, optional=LIMITS), st.integers(0, 2**32))
def test_any_limits_give_a_plan_or_a_refusal(changes, seed):
    values = json.loads(json.dumps(composed_values()))
    for key, value in changes.items():
        values["backend"]["limits"][key.rpartition(".")[2]] = value
    board = Mutator(random.Random(seed), [TEMPLATE]).json(TEMPLATE, seed % 2)

    def plan() -> str:
        film = prepare_film(load(board), validate(values))
        caption_entries(film.plan.storyboard, {}, film.plan.fps)
        return f"{film.plan} {film.requests}"

    first, again = told(plan), told(plan)
    assert first == again or "-1" in json.dumps(board)


@QUICK
@given(
    st.integers(1, 2000),
    st.integers(1, 10**6),
    st.integers(0, 10**6),
    st.integers(1, 10**6),
    st.integers(1, 300),
    st.integers(0, 300),
)
def test_chunks_of_any_limits_are_found_quickly(asked, step, offset, most, overlap, surplus):
    if most < offset + step:
        most = offset + step
    limits = BackendLimits(
        fps=24, frame_step=step, frame_offset=offset, max_frames=most, size_multiple=2, min_side=2, max_side=99,
        overlap_frames=overlap, join_surplus=surplus,
    )  # fmt: skip
    lengths = chunk_lengths(asked, limits, opening_frames=overlap)
    assert lengths is None or (len(lengths) <= asked + 1 and all(limits.round_up(length) == length for length in lengths))


RUNS = {
    "spaces": " ", "tabs": "\t", "line breaks": "\n", "backslashes": "\\", "quotes": '"', "single quotes": "'", "brackets": "[",
    "round brackets": "(", "braces": "{", "dots": ".", "colons": ":", "commas": ",", "dashes": "-", "digits": "1", "letters": "a",
    "sizes": "wide ", "numbers": "1 ", "times": "0:0", "seconds": "1s", "names": "Anna ", "dotted": "a.a ", "articles": "the  ",
    "accents": "e\u0301\u0327", "combining": "\u0315\u0300", "kana": "ア", "ligatures": "ﷺ", "signs": 'sign "', "cuts": "cut  to ",
    "lenses": "35 mm ", "fences": "```\n", "comments": "/*", "dollars": "${", "speakers": "A (b) ", "sentences": "x. ",
}  # fmt: skip
# Those that are read by patterns before their length is checked.
FIELDS = ("prompt", "camera", "duration", "timecode", "time", "transition", "continuity", "dialogue", "characters", "id", "seed")


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_long_runs_take_no_longer_than_their_length(run):
    """Patterns that try every start against every end would take a minute for these, and hours for a megabyte."""
    long = "a" + run * ((50_000 if run.isascii() else 10_000) // len(run)) + "!"
    started = time.process_time()
    outcome(lambda: read({"title": long, "aspect_ratio": long, "fps": long, "shots": [shot(**{field: long}) for field in FIELDS]}))
    outcome(lambda: read({long: 1, "shots": [shot()]}))
    outcome(lambda: read(long * 3))
    assert time.process_time() - started < 4


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_long_prompts_are_compiled_in_time(run):
    text = ("a" + run * (10_000 // len(run)))[:10_000]
    cast = {f"c{n}": {"name": f"Anna{n}" if n else "Anna", "description": f"a tall woman, {run * 3}"} for n in range(3)}
    shots = [shot(prompt=text, negative_prompt=text, camera=text, lighting=text, characters=["c0", "c1"])]
    started = time.process_time()
    try:
        loaded = read({"style": text, "negative_prompt": text, "characters": cast, "shots": shots})
    except StoryvidError:
        return  # control characters and the like
    prepare_film(loaded, validate(composed_values("backend.prompts=wan")))
    assert time.process_time() - started < 15


def test_the_greatest_cast_is_compiled_in_time():
    cast = {f"c{n}": {"name": f"Person{n}", "description": f"a person in coat {n}"} for n in range(100)}
    shots = [shot(prompt="Person1 meets Person2. " * 50, characters=[f"c{n}" for n in range(k, k + 40)]) for k in range(0, 60, 4)]
    loaded = read({"characters": cast, "shots": shots})
    started = time.process_time()
    prepare_film(loaded, validate(composed_values()))
    assert time.process_time() - started < 10


def test_problems_are_printed_short_and_harmless():
    text = str(Problem("a\x1b[2Jb", "x" * 5000, "\u202eabc\ud800"))
    assert text.startswith("a\\u001b[2Jb: xxx")
    assert text.endswith("\\u202eabc\\ud800")
    assert len(text) < 1100
    assert printable("é 🎬 שלום\nzwei") == "é 🎬 שלום\nzwei"


def test_many_problems_are_counted():
    lines = tell([Problem(f"p{n}", "is wrong") for n in range(MOST_TOLD + 5)]).splitlines()
    assert lines[0] == "1. p0: is wrong"
    assert lines[-1] == "and 5 more; mend these first"
    assert tell([Problem("p", "is wrong")]) == "p: is wrong"


def test_a_suggestion_for_a_megabyte_is_quick():
    started = time.process_time()
    assert did_you_mean("steps" * 200_000, ["steps", "cfg"]) == ""
    assert time.process_time() - started < 1
