"""What a card could not hold is written down for it alone, and read back by the next film."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storyvid.memory import remembered
from storyvid.memory.card import Card
from storyvid.memory.ladder import Stand
from storyvid.memory.remembered import NOTES, Fitting, card_of, find_fitting, fitting_key, keep_fitting
from tests.backends.pipelines import memory

CARD = "NVIDIA GeForce RTX 5070, 11.9 GiB"
FOUND = Fitting(Stand("cpu", "group", tile=128, on_processor=True), 81)


def key(**other: Any) -> str:
    keys = {"card": CARD, "backend": "wan", "height": 704, "width": 1280, "memory": memory("12gb")}
    return fitting_key(**(keys | other))


def test_what_was_found_out_is_read_back(tmp_path: Path) -> None:
    assert find_fitting(tmp_path, key()) is None
    keep_fitting(tmp_path / "outputs", key(), FOUND)
    keep_fitting(tmp_path / "outputs", key(backend="ltx"), replace(FOUND, frames=9))
    assert find_fitting(tmp_path / "outputs", key()) == FOUND
    assert [path.name for path in (tmp_path / "outputs").iterdir()] == [NOTES]


@pytest.mark.parametrize(
    "other",
    [
        {"card": "NVIDIA GeForce RTX 4090, 24.0 GiB"},
        {"backend": "ltx"},
        {"height": 480},
        {"width": 832},
        {"memory": memory("12gb", quantization="int8")},
        {"memory": memory("12gb", offload="group")},
        {"memory": memory("12gb", cap_gb=11.0)},
        {"weights": ["my/wan", "small.gguf"]},
    ],
)
def test_it_is_of_one_card_model_size_and_profile(tmp_path: Path, other: dict[str, Any]) -> None:
    keep_fitting(tmp_path, key(), FOUND)
    assert find_fitting(tmp_path, key(**other)) is None


@pytest.mark.parametrize("other", [{"name": "mine"}, {"budget_gb": 5.0}])
def test_what_takes_nothing_of_the_card_does_not_count(other: dict[str, Any]) -> None:
    assert key(memory=memory("12gb").model_copy(update=other)) == key()


def test_a_chunk_that_is_shorter_or_needs_more_is_added() -> None:
    added = FOUND.and_also(Stand("cpu", "group_leaf", tile=256), 49)
    assert added == Fitting(Stand("cpu", "group_leaf", tile=128, on_processor=True), 49)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"KEY": 7}',
        '{"KEY": {"frames": 81}}',
        '{"KEY": {"frames": 0, "stand": {"text_encoder": "cpu", "offload": "none"}}}',
        '{"KEY": {"frames": 81, "stand": {"text_encoder": "cpu", "offload": "disk"}}}',
        '{"KEY": {"frames": 81, "stand": {"text_encoder": "cpu", "offload": "none", "tile": -64}}}',
        '{"KEY": {"frames": 81, "stand": {"text_encoder": "cpu", "offload": "none", "tiles": 64}}}',
    ],
)
def test_what_is_none_of_ours_is_nothing_known(tmp_path: Path, text: str) -> None:
    import json

    (tmp_path / NOTES).write_text(text.replace('"KEY"', json.dumps(key())), encoding="utf-8")
    assert find_fitting(tmp_path, key()) is None
    keep_fitting(tmp_path, key(), FOUND)
    assert find_fitting(tmp_path, key()) == FOUND


def test_a_folder_that_takes_no_file_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("a file", encoding="utf-8")
    keep_fitting(tmp_path / "outputs", key(), FOUND)
    assert find_fitting(tmp_path / "outputs", key()) is None


def test_only_a_card_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    found: Card | None = Card("NVIDIA GeForce RTX 5070", (12, 0), "572.16", (12, 8), 11.94)
    monkeypatch.setattr(remembered, "find_card", lambda: found)
    assert card_of(memory("12gb")) == "NVIDIA GeForce RTX 5070, 11.9 GiB"
    assert card_of(memory("cpu")) is None
    found = None
    assert card_of(memory("12gb")) is None
