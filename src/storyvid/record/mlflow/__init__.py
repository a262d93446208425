"""A film as MLflow runs: one run per film, its shots nested under it. The only package that imports MLflow.

Run as ``python -m storyvid.record.mlflow`` by `storyvid.record.tracker`: JSON lines come in, one JSON line per finished
film goes out. Written against MlflowClient alone, which mlflow-skinny has too; the fluent API's global active run would
mix up the films of a sweep.
"""

from storyvid.record.mlflow.film import FilmLog, clean_key, flatten
from storyvid.record.mlflow.recorder import Recorder, serve
from storyvid.record.mlflow.store import close_dead_runs, connect, open_experiment, open_store

__all__ = [
    "FilmLog",
    "Recorder",
    "clean_key",
    "close_dead_runs",
    "connect",
    "flatten",
    "open_experiment",
    "open_store",
    "serve",
]
