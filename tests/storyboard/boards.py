"""Storyboards for tests: as short as they can be."""

import json
from pathlib import Path
from typing import Any

import pytest

from storyvid.errors import Problem, StoryboardError
from storyvid.storyboard.load import LoadedStoryboard, load_text
from storyvid.storyboard.schema import Shot

PROMPT = "A man walks along the beach"


def shot(**fields: Any) -> dict[str, Any]:
    return {"prompt": PROMPT, **fields}


def read(data: Any, folder: Path = Path("no-such-folder")) -> LoadedStoryboard:
    return load_text(data if isinstance(data, str) else json.dumps(data), "my.json", folder)


def read_shot(raw: dict[str, Any]) -> tuple[Shot, list[Problem]]:
    """The second of two shots, and the warnings."""
    loaded = read({"shots": [shot(), raw]})
    return loaded.storyboard.shots[1], list(loaded.warnings)


def problems_of(data: Any, folder: Path = Path("no-such-folder")) -> list[Problem]:
    with pytest.raises(StoryboardError) as caught:
        read(data, folder)
    return list(caught.value.problems)


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]
