"""Names that Windows reserves or can't store are refused on every system, so that a film can move between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from storyvid.errors import ConfigError, StoryboardError
from storyvid.storyboard.load import load_data
from storyvid.storyboard.schema import Audio, Character, StartImage, check_file_name
from tests.films import config

DEVICES = ["con", "prn", "aux", "nul", "conin$", "conout$", "com1", "com9", "lpt1", "lpt9", "com¹", "lpt³"]
WAYS = ["{}", "{}.txt", "{}.tar.gz", "{} .mp4"]
RESERVED = [way.format(name) for name in DEVICES for way in WAYS] + ["CON", "Nul.JSON", "cOm3"]
UNSTORABLE = ["a:b", "a?b", "a*b", 'a"b', "a<b", "a>b", "a|b", "a\\b", "a/b", "end.", "end ", " start", "..", ".", "tab\tbed"]
LOOK_ALIKE = ["console", "null", "com", "com10", "lpt", "auxiliary", "my.con", "con-1", "nul_"]


def refused(**board: Any) -> str:
    """What is said about a storyboard that can't be used."""
    with pytest.raises(StoryboardError) as caught:
        load_data({"shots": [{"prompt": "A boat."}], **board}, "my.json", Path())
    return str(caught.value)


@pytest.mark.parametrize("name", [*RESERVED, *UNSTORABLE])
def test_a_project_may_not_be_called_so_in_a_storyboard(name: str) -> None:
    assert "project" in refused(project=name)


@pytest.mark.parametrize("name", [*RESERVED[:8], *UNSTORABLE[:9]])
def test_a_project_may_not_be_called_so_on_the_command_line(name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    with pytest.raises(ConfigError, match="project"):
        config(f'project="{quoted}"')


@pytest.mark.parametrize("name", [name for name in RESERVED if name.isascii() and name.isalnum()])
def test_a_shot_may_not_be_called_so(name: str) -> None:
    assert "is a name that Windows reserves" in refused(shots=[{"id": name, "prompt": "A boat."}])


@pytest.mark.parametrize("name", RESERVED)
def test_a_picture_may_not_be_called_so(name: str) -> None:
    for path in ("{}", "pictures/{}", "{}/a.png", "pictures\\{}"):
        with pytest.raises(ValidationError, match="holds a name that Windows reserves"):
            StartImage(image=path.format(name))


ELSEWHERE = ["C:\\a.png", "C:a.png", "c:/a.png", "\\\\server\\share\\a.png", "//server/share/a.png", "\\\\?\\C:\\a.png"]
ELSEWHERE += ["\\a.png", "/a.png", "..\\a.png", "x\\..\\..\\a.png", "x/..\\../a.png"]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_a_file_may_not_lie_elsewhere(path: str, tmp_path: Path) -> None:
    for check in (lambda: StartImage(image=path), lambda: Audio(music=path), lambda: Character(name="Ivo", reference_image=path)):
        with pytest.raises(ValidationError, match="is not a path inside the storyboard's folder"):
            check()
    assert "my.json, " in refused(shots=[{"prompt": "A boat.", "continuity": {"image": path}}])


@pytest.mark.parametrize("name", LOOK_ALIKE)
def test_a_name_that_only_looks_reserved_is_fine(name: str) -> None:
    assert check_file_name(name) == name


def test_two_shots_may_not_share_a_file_on_windows() -> None:
    assert "are one file name on Windows" in refused(shots=[{"id": "Sea", "prompt": "A boat."}, {"id": "sEA", "prompt": "A gull."}])


def test_a_backslash_between_folders_is_read_as_a_slash(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").touch()
    board = {"shots": [{"prompt": "A boat.", "continuity": {"image": "pictures\\a.png"}}]}
    storyboard, warnings = load_data(board, "my.json", tmp_path)
    assert storyboard.as_json()["shots"][0]["continuity"] == {"image": "pictures/a.png"}
    assert "path-slashes" in {warning.code for warning in warnings}
