"""A run with takes, rendered once."""

from pathlib import Path

import pytest

from tests.record.compare.takes import render_takes


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with two takes of two shots; copy it before changing it."""
    return render_takes(tmp_path_factory.mktemp("takes"))
