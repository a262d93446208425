from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from storyvid.errors import ConfigError
from storyvid.record.compare.read import Column
from tests.record.compare.takes import SHOTS, change_record, compared, copied


def without_takes(manifest: dict[str, Any]) -> None:
    """As manifests were before there were takes."""
    for shot in manifest["shots"]:
        for key in ("take", "takes", "stale", "because"):
            shot.pop(key)
    for shot in manifest["recipe"]["shots"].values():
        shot.pop("take")


def test_rows_are_shots_and_columns_are_takes(run: Path):
    comparison = compared(run)
    assert comparison.title == "Test"
    assert comparison.columns == (Column(0, 1), Column(0, 2))
    assert [(row.shot_id, row.start_s, row.duration_s) for row in comparison.rows] == [
        ("S01", 0, Fraction(3, 4)),
        ("S02", Fraction(3, 4), Fraction(1, 2)),
    ]
    assert [row.prompt for row in comparison.rows] == [shot["prompt"] for shot in SHOTS]
    first, second = comparison.rows
    assert [(take.number, take.picked, take.status) for take in first.takes if take] == [(1, True, "done"), (2, False, "done")]
    assert [take.picked for take in second.takes if take] == [False, True]
    assert len({take.settings["seed"] for row in comparison.rows for take in row.takes if take}) == 4


def test_an_excerpt_is_the_programme_part_of_the_clip_that_the_manifest_names(run: Path):
    second = compared(run).rows[1]
    parts = [take.excerpt.segment for take in second.takes if take and take.excerpt]
    assert [part.path.name for part in parts] == ["S02.take1.mp4", "S02.mp4"]
    assert [(part.in_frame, part.num_frames, part.clip_frames) for part in parts] == [(3, 12, 15)] * 2
    assert len(compared(run).excerpts) == 4


def test_several_runs_stand_beside_each_other_and_equal_clips_are_shown_once(run: Path, tmp_path: Path):
    comparison = compared(run, copied(run, tmp_path / "other"))
    assert comparison.columns == (Column(0, 1), Column(0, 2), Column(1, 1), Column(1, 2))
    assert all(len(row.takes) == 4 for row in comparison.rows)
    assert len(comparison.excerpts) == 4


def test_runs_with_one_take_of_each_shot_have_one_column_whichever_take_it_is(run: Path, tmp_path: Path):
    def picked_only(manifest: dict[str, Any]) -> None:
        for shot in manifest["shots"]:
            shot["takes"] = [take for take in shot["takes"] if take["picked"]]

    comparison = compared(copied(run, tmp_path / "one", picked_only))
    assert comparison.columns == (Column(0, None),)
    assert [take.number for row in comparison.rows for take in row.takes if take] == [1, 2]


def test_runs_of_before_there_were_takes_can_be_shown(run: Path, tmp_path: Path):
    comparison = compared(copied(run, tmp_path / "old", without_takes))
    assert comparison.columns == (Column(0, None),)
    assert [take.number for row in comparison.rows for take in row.takes if take] == [1, 1]
    assert all(take.picked and take.excerpt for row in comparison.rows for take in row.takes if take)


def test_failed_left_out_stale_and_missing_takes(run: Path, tmp_path: Path):
    def spoil(manifest: dict[str, Any]) -> None:
        first, second = manifest["shots"]
        first["takes"][0] |= {"status": "failed", "file": None}
        second["takes"] = [second["takes"][0] | {"status": "left out", "file": None, "fingerprint": None}]

    spoilt = copied(run, tmp_path / "spoilt", spoil)
    change_record(spoilt, "S01", error="CUDA out of memory")
    change_record(spoilt, "S01.take2", stale="kept", because="seed 1 -> 2")
    first, second = compared(spoilt).rows
    failed, stale = first.takes
    assert failed
    assert stale
    assert (failed.error, failed.excerpt, failed.seconds) == ("CUDA out of memory", None, None)
    assert (stale.stale, stale.because) == (True, "seed 1 -> 2")
    left_out, missing = second.takes
    assert left_out
    assert (left_out.status, left_out.excerpt) == ("left out", None)
    assert missing is None


def test_what_is_gone_is_told_all_at_once_with_the_way_back(run: Path, tmp_path: Path):
    gone = copied(run, tmp_path / "gone")
    (gone / "shots" / "S01.take2.mp4").unlink()
    (gone / "metadata" / "shots" / "S02.json").unlink()
    with pytest.raises(ConfigError) as caught:
        compared(gone)
    first, second = caught.value.problems
    assert (first.where, first.what) == (str(gone / "shots" / "S01.take2.mp4"), "the clip of S01, take 2, is gone")
    assert first.fix == second.fix
    assert first.fix == f'make it again: python -m storyvid resume "{gone}" again=true, then compare the new run folder'
    assert second.where == str(gone / "metadata" / "shots" / "S02.json")


@pytest.mark.parametrize("key", ["file", "record"])
def test_a_manifest_may_not_name_what_lies_outside_its_folder(run: Path, tmp_path: Path, key: str):
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")

    def outside(manifest: dict[str, Any]) -> None:
        manifest["shots"][0]["takes"][0][key] = "../secret.json"

    with pytest.raises(ConfigError, match=r"names '\.\./secret\.json', which is outside the run folder"):
        compared(copied(run, tmp_path / "foreign", outside))


def test_a_manifest_that_lacks_something_is_told_in_words(run: Path, tmp_path: Path):
    broken = copied(run, tmp_path / "broken", lambda manifest: manifest["shots"][1].pop("programme"))
    with pytest.raises(ConfigError, match=r"manifest\.json, shots\[1\]\.programme: is missing"):
        compared(broken)


def test_the_film_may_not_show_more_frames_than_the_record_says(run: Path, tmp_path: Path):
    broken = copied(run, tmp_path / "broken")
    change_record(broken, "S01", num_frames=17)
    with pytest.raises(ConfigError, match=r"the film shows frames of S01, take 1, up to \d+, and its clip has 17"):
        compared(broken)
