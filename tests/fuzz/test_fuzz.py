"""The fuzzer for a few seconds on every run of the tests, and whether it would notice."""

from __future__ import annotations

import pytest

from storyvid.errors import Problem, StoryvidError
from tests.fuzz import fuzz
from tests.fuzz.targets import Mistake, Target, outcome


def test_a_few_seconds_find_nothing(tmp_path, capsys):
    seconds = 2.0 * 3
    tallies = fuzz.fuzz([*fuzz.OWN_BOARDS], seconds=seconds, seed=1, keep=tmp_path)
    assert {name: tally.failures for name, tally in tallies.items()} == {"loader": [], "preflight": [], "planner": []}, (
        capsys.readouterr().out
    )
    assert all(tally.inputs for tally in tallies.values())
    assert any("StoryboardError" in kind for kind in tallies["loader"].kinds)


def test_what_goes_wrong_is_kept_and_told(tmp_path, monkeypatch, capsys):
    broken = Target("loader", lambda: b"\xff{", lambda data: str(1 / 0))
    monkeypatch.setattr(fuzz, "targets", lambda *args: [broken])
    (tally,) = fuzz.fuzz([], seconds=0.05, seed=1, keep=tmp_path / "kept").values()
    assert "FAILED ZeroDivisionError" in tally.failures[0]
    assert (tmp_path / "kept" / "loader-0.txt").read_bytes() == b"\xff{"
    assert "division by zero" in capsys.readouterr().out


def test_what_takes_too_long_is_a_failure(tmp_path, monkeypatch):
    if not hasattr(fuzz.signal, "setitimer"):
        pytest.skip("this system has no such alarm; the slowest input is reported instead")

    def spin(_: object) -> str:
        while True:
            pass

    monkeypatch.setattr(fuzz, "LONGEST_S", 0.05)
    monkeypatch.setattr(fuzz, "targets", lambda *args: [Target("loader", lambda: b"x", spin)])
    (tally,) = fuzz.fuzz([], seconds=0.05, seed=1, keep=tmp_path).values()
    assert "FAILED TooSlowError" in tally.failures[0]


def refuse(*problems: Problem) -> None:
    raise StoryvidError(problems)


@pytest.mark.parametrize(
    "run",
    [
        refuse,
        lambda: refuse(Problem("my.json", " ")),
        lambda: refuse(Problem("my.json", *["x" * 900] * 2), Problem("x", "")),
    ],
)
def test_an_error_that_says_nothing_is_a_mistake(run):
    with pytest.raises(Mistake):
        outcome(run)


def test_the_same_seed_makes_the_same_inputs(tmp_path):
    made = []
    for _ in range(2):
        targets = fuzz.targets(7, [*fuzz.OWN_BOARDS], tmp_path)
        made.append([repr(target.make()) for target in targets for _ in range(20)])
    assert made[0] == made[1]


def test_the_command_reports_and_exits(tmp_path, monkeypatch, capsys):
    (tmp_path / "more.json").write_text('{"shots": ["A boat."]}', encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    fine = Target("loader", lambda: b"x", lambda data: "loaded")
    monkeypatch.setattr(fuzz, "targets", lambda *args: [fine])
    assert fuzz.main(["--minutes", "0.001", "--seeds", str(tmp_path), "--keep", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "broken.json is not JSON and is left out" in printed
    assert "loader: " in printed
