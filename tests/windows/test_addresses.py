"""Paths with drive letters and backslashes on their way through Hydra's grammar, SQLAlchemy's addresses and MLflow's."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import Any, cast
from urllib.parse import unquote, urlparse

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from sqlalchemy import make_url

from storyvid.cli.arguments import Arguments, parse, quote
from storyvid.cli.compose import search_path_words
from storyvid.record.database import database_path, database_uri
from storyvid.record.path_lengths import output_paths, tracked_picture
from storyvid.storyboard.schema import WINDOWS_RESERVED, check_file_name

FOLDERS = ["C:\\films", "D:\\", "C:\\Users\\O'Brien\\my films (1)", "\\\\server\\share\\films", "E:\\100% é 故事, a=b", "C:\\x'\\"]


class WindowsPath(PureWindowsPath):
    """A path of Windows that no disk is asked about."""

    def absolute(self) -> WindowsPath:
        return self


def windows_path(text: str) -> Path:
    return cast(Path, WindowsPath(text))


def value_of(word: str) -> Any:
    """What Hydra reads from an override."""
    return OverridesParser.create().parse_override(word).value()


@pytest.mark.parametrize("folder", FOLDERS)
def test_hydra_reads_a_quoted_path_as_it_is(folder: str) -> None:
    assert str(value_of(f"hydra.run.dir={quote(folder)}")) == folder


@pytest.mark.parametrize("key", ["storyboard", "paths.outputs", "paths.mlruns", "backend.model"])
@pytest.mark.parametrize(
    "path", ["C:\\films\\my story (1).json", "D:my.json", "..\\it's.json", "\\\\server\\share\\a,b.json", "C:/a/b.json"]
)
def test_a_typed_path_reaches_the_configuration_as_it_is(key: str, path: str) -> None:
    (word,) = parse([f"{key}={path}"]).overrides
    assert str(value_of(word)) == path


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_of_own_files_is_named_with_slashes(folder: str) -> None:
    (word,) = search_path_words(Arguments(config_dir=windows_path(folder)))
    assert [str(place) for place in value_of(word)] == [f"file://{PureWindowsPath(folder).as_posix()}"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_database_is_found_by_its_address(folder: str) -> None:
    uri = database_uri(database_path(windows_path(folder)))
    assert uri.startswith("sqlite:///")
    assert PureWindowsPath(str(make_url(uri).database)) == PureWindowsPath(folder, "mlflow.db")


@pytest.mark.parametrize("folder", FOLDERS)
def test_artifacts_have_an_address_that_leads_back(folder: str) -> None:
    address = urlparse(PureWindowsPath(folder, "artifacts", "film").as_uri())
    assert address.scheme == "file"
    assert "'" not in address.path
    share = f"//{address.netloc}" if address.netloc else ""
    assert PureWindowsPath(share + unquote(address.path).lstrip("" if share else "/")) == PureWindowsPath(
        folder, "artifacts", "film"
    )


def test_windows_itself_calls_the_same_names_reserved() -> None:
    unsaid = {"com0", "lpt0"}  # in Microsoft's list at times, in Python's never
    assert unsaid < WINDOWS_RESERVED
    for name in sorted(WINDOWS_RESERVED - unsaid):
        assert PureWindowsPath(name).is_reserved(), name
    for name in ("film", "console", "com", "com10", "lpt", "aux1", "nul_", "the-last-lamp"):
        assert not PureWindowsPath(name).is_reserved()
        assert check_file_name(name) == name


@pytest.mark.parametrize("folder", FOLDERS[:1])
def test_no_name_of_ours_is_refused_by_windows(folder: str) -> None:
    paths = [*output_paths(windows_path(folder), "the-last-lamp", ["S01"]), tracked_picture(windows_path(folder), "the-last-lamp")]
    for path in paths:
        assert not PureWindowsPath(path).is_reserved()
        for part in path.parts[1:]:
            assert not set(part) & set('<>:"/\\|?*')
            assert part[-1] not in ". "
