"""The process that tracks: on Windows, a library that looks at standard input would wait for the pipe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import storyvid

# Takes one message, and then looks at standard input as numpy does when it is loaded.
LOOKING = """
import os
import storyvid.record.mlflow.__main__ as process
def serve(messages, reply, background, load):
    message = next(iter(messages))
    reply({"message": message, "input": os.read(0, 10).decode()})
process.serve = serve
process.main()
"""


def test_a_library_may_look_at_standard_input_while_messages_are_awaited() -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(storyvid.__file__).parents[1])}
    running = subprocess.Popen([sys.executable, "-c", LOOKING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    guard = threading.Timer(30, running.kill)
    guard.start()
    assert running.stdin is not None
    assert running.stdout is not None
    with running.stdin as pipe, running.stdout as replies:
        pipe.write(b'{"do": "open"}\n')
        pipe.flush()
        reply = replies.readline()  # the pipe is still open
    guard.cancel()
    assert json.loads(reply) == {"message": {"do": "open"}, "input": ""}
    running.wait(timeout=30)
