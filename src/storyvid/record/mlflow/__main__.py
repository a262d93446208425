"""``python -m storyvid.record.mlflow MLRUNS [URI]``, started by `storyvid.record.recording`."""

from __future__ import annotations

import sys
from pathlib import Path

from storyvid.record.mlflow.recording import record_queue
from storyvid.record.tracking_queue import Queue

if __name__ == "__main__":
    record_queue(Queue(Path(sys.argv[1]), sys.argv[2] if sys.argv[2:] else None))
