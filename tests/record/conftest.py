"""A tracking database made once: it takes seconds."""

from pathlib import Path

import pytest

from storyvid.record.database import database_path, database_uri
from storyvid.record.mlflow import open_store


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new database; copy it before writing into it."""
    mlruns = tmp_path_factory.mktemp("fresh") / "mlruns"
    open_store(database_uri(database_path(mlruns)))
    return mlruns
