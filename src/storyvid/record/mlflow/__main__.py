"""``python -m storyvid.record.mlflow QUEUE``, started by `storyvid.record.recording`."""

from __future__ import annotations

import sys
from pathlib import Path

from storyvid.record.mlflow.recording import record_queue

if __name__ == "__main__":
    record_queue(Path(sys.argv[1]))
