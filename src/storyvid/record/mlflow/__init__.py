"""A film as MLflow runs: one run per film, its shots nested under it. The only package that imports MLflow.

Run as ``python -m storyvid.record.mlflow`` over the queue of `storyvid.record.tracking_queue`. Written against MlflowClient
alone, which mlflow-skinny has too; the fluent API's global active run would mix up films.
"""

from storyvid.record.mlflow.film import FilmLog, clean_key, flatten
from storyvid.record.mlflow.recorder import FilmRecorder, Store
from storyvid.record.mlflow.recording import Recording, record_queue
from storyvid.record.mlflow.store import connect, forget_film, open_experiment, open_store

__all__ = [
    "FilmLog",
    "FilmRecorder",
    "Recording",
    "Store",
    "clean_key",
    "connect",
    "flatten",
    "forget_film",
    "open_experiment",
    "open_store",
    "record_queue",
]
