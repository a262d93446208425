"""Paths too long for Windows: told before anything is made, and computed from what a film really writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyvid.errors import PlanError
from storyvid.record import path_lengths
from storyvid.record.path_lengths import LONGEST, length, output_paths, output_problems, tracked_picture, tracking_warnings
from storyvid.record.run_folder import RunFolder
from storyvid.record.tracker import NoTracker
from storyvid.run import render_film
from tests.films import film, storyboard

ROOT = Path("/" + "r" * 119)  # as deep as a user's folder of 120 characters
PROJECT = "the-last-lamp"


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Windows without long paths."""
    monkeypatch.setattr(path_lengths, "paths_are_limited", lambda: True)


def test_nothing_is_said_where_long_paths_work() -> None:
    assert output_problems(Path("/" + "r" * 1000), PROJECT, ["S01"]) == []
    assert tracking_warnings(Path("/" + "r" * 1000), PROJECT) == []


@pytest.mark.usefixtures("limited")
def test_a_usual_film_fits_below_a_folder_of_120_characters() -> None:
    assert output_problems(ROOT / "outputs", PROJECT, ["S01", "harbour"]) == []


@pytest.mark.usefixtures("limited")
def test_mlflows_pictures_do_not_fit_there_which_is_a_warning() -> None:
    (problem,) = tracking_warnings(ROOT / "mlruns", PROJECT)
    assert f"paths of {length(tracked_picture(ROOT / 'mlruns', PROJECT))} characters, and Windows allows 259" in problem.what
    assert tracking_warnings(ROOT.parent / "films" / "mlruns", PROJECT) == []


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("spare", [0, -1])
def test_the_limit_is_exact(spare: int) -> None:
    longest = max(length(path) for path in output_paths(Path("/"), PROJECT, ["S01"]))
    outputs = Path("/" + "r" * (LONGEST - longest - spare - 1))
    problems = output_problems(outputs, PROJECT, ["S01"])
    assert len(problems) == (spare < 0)
    assert all(f"paths of {LONGEST + 1} characters" in problem.what and "STORYVID_ROOT" in problem.fix for problem in problems)


@pytest.mark.usefixtures("limited")
def test_a_film_whose_paths_are_too_long_is_refused_before_it_is_planned_in_vain() -> None:
    with pytest.raises(PlanError, match="STORYVID_ROOT"):
        film(storyboard({}), f"paths.outputs=/{'r' * 250}")


@pytest.mark.usefixtures("limited")
def test_tracking_elsewhere_has_no_pictures_here() -> None:
    paths = (f"paths.mlruns=/{'r' * 250}", "paths.outputs=/films")
    assert "path-long" in {warning.code for warning in film(storyboard({}), *paths).warnings}
    for choice in ("tracking=none", "tracking.uri=http://host:5000"):
        assert "path-long" not in {warning.code for warning in film(storyboard({}), *paths, choice).warnings}


def test_what_a_film_writes_is_not_longer_than_foreseen(tmp_path: Path) -> None:
    name, project = "a-very-long-name-of-a-shot-indeed", "test"
    board = storyboard({"id": name[:32], "duration": 0.5, "caption": "A boat."}, {"id": "S02", "duration": 0.5})
    outputs = tmp_path / "outputs"
    small = ("resolution.height=64", "resolution.width=96", "upscale=none", f"paths.outputs={outputs}")
    root = outputs / project / "sweeps" / "2026-11-22_10-30-00-999" / "999"
    root.mkdir(parents=True)
    assert render_film(film(board, *small, folder=tmp_path), root, NoTracker()) == 0
    written = [path for path in outputs.rglob("*") if path.is_file()]
    assert RunFolder(root).film in written
    assert max(map(length, written)) <= max(map(length, output_paths(outputs, project, [name[:32], "S02"])))


def test_characters_are_counted_as_windows_does() -> None:
    assert length(Path("a🎬é")) == 4
