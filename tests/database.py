"""A tracking database made once for all tests of a run: loading MLflow and laying its tables out takes many seconds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from storyvid.record.database import database_path, database_uri
from storyvid.record.mlflow import open_store


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new database; copy it before writing into it. Under ``-n`` all workers share it."""
    base = tmp_path_factory.getbasetemp()
    mlruns = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "fresh" / "mlruns"
    with FileLock(mlruns.parent.with_suffix(".lock")):
        if not mlruns.exists():
            open_store(database_uri(database_path(mlruns)))
    return mlruns
