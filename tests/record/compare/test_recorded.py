"""Manifests and records that no storyvid wrote: each ends in a page or in words."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storyvid.errors import ConfigError, StoryvidError
from storyvid.record.compare import preview, recorded
from storyvid.record.compare.page import page
from tests.record.compare.takes import change_record, compared, copied

TRIES = 60
DEEP = "[" * 100_000 + "]" * 100_000
ODD = (
    None, True, 0, -1, 1, 2, 3, 241, 10**18, 10**400, 0.5, -1e300, float("nan"), float("inf"), "", "1/0", "0", "24/7", "9" * 30,
    "\ud800", "\x1b[2J\x07", "$(reboot)", "a\nb", "a\x00b", "..", "../../etc/passwd", "/etc/passwd", "x" * 5000, "done", "failed",
    [], {}, [None], [[]], [{}], {"id": "S01"}, {"": None}, ["S01"],
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of all values in a JSON value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from places(inner, (*path, key))


def changed(text: str, dice: random.Random) -> tuple[str, object]:
    """A JSON text with one value replaced, and what was changed."""
    content = json.loads(text)
    # Most of a manifest is the configuration, which is not read here.
    path = dice.choice([path for path in places(content) if "environment" not in path and path[:2] != ("recipe", "config")])
    odd, inside = dice.choice(ODD), content
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = odd
    return json.dumps(content), (path, odd)


def test_odd_values_end_in_a_page_or_in_words(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    spoilt, made, dice = copied(run, tmp_path / "spoilt"), {}, random.Random(7)
    genuine = preview.make_preview

    def once(excerpt: Any, progress: Any) -> Any:
        made[excerpt.key] = made.get(excerpt.key) or genuine(excerpt, progress)
        return made[excerpt.key]

    monkeypatch.setattr(preview, "make_preview", once)
    files = [spoilt / "metadata" / "manifest.json", *sorted((spoilt / "metadata" / "shots").glob("*.json"))]
    for number in range(TRIES):
        path = files[0] if number % 2 else dice.choice(files[1:])
        before = path.read_text(encoding="utf-8")
        text, change = changed(before, dice)
        path.write_text(text, encoding="utf-8")
        said = ""
        try:
            comparison = compared(spoilt)
            page(comparison, preview.make_previews(comparison)).encode()
        except StoryvidError as error:
            said = str(error)
        except Exception as error:
            raise AssertionError(change) from error
        assert said.replace("\n", "").isprintable(), change
        path.write_text(before, encoding="utf-8")


@pytest.mark.parametrize("name", ["manifest.json", "shots/S01.json"])
def test_files_that_are_too_deep_or_too_large(run: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch):
    deep = copied(run, tmp_path / "deep")
    (deep / "metadata" / name).write_text(f'{{"a": {DEEP}}}', encoding="utf-8")
    with pytest.raises(ConfigError, match="can't be read"):
        compared(deep)
    large = copied(run, tmp_path / "large")
    monkeypatch.setattr(recorded, "MAX_BYTES", 1000)
    with pytest.raises(ConfigError, match=r"has more than 0 MB"):
        compared(large)


@pytest.mark.parametrize("shot_id", ["S01; reboot", "$(reboot)", "a b", "S\x1b[2J", "x" * 33, ""])
def test_no_shot_may_be_called_what_a_storyboard_may_not_call_it(run: Path, tmp_path: Path, shot_id: str):
    def rename(manifest: dict[str, Any]) -> None:
        manifest["shots"][0]["id"] = shot_id

    def pick(manifest: dict[str, Any]) -> None:
        manifest["recipe"]["shots"][shot_id] = {"take": 2}

    for number, change in enumerate((rename, pick)):
        with pytest.raises(ConfigError, match="can't be a shot id") as caught:
            compared(copied(run, tmp_path / str(number), change))
        assert "\x1b" not in str(caught.value)


BAD_FILM = ({"fps_exact": "1/0"}, {"fps_exact": "241"}, {"fps_exact": "1/2"}, {"height": 0}, {"width": 8194}, {"height": True})


@pytest.mark.parametrize("values", BAD_FILM, ids=str)
def test_sizes_and_rates_have_bounds(run: Path, tmp_path: Path, values: dict[str, Any]):
    with pytest.raises(ConfigError, match=rf"manifest\.json, film\.{next(iter(values))}: "):
        compared(copied(run, tmp_path / "film", lambda manifest: manifest["film"].update(values)))


def test_records_have_bounds_too(run: Path, tmp_path: Path):
    spoilt = copied(run, tmp_path / "spoilt")
    change_record(spoilt, "S01", num_frames=10**9, width=-1)
    with pytest.raises(ConfigError) as caught:
        compared(spoilt)
    assert [problem.where.rpartition(", ")[2] for problem in caught.value.problems] == ["width", "num_frames"]
