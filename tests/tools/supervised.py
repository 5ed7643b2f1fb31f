"""A supervisor over throw-away programs, run as a process: the argument is JSON with their Python sources.

Each source is a program named by its place: p0, p1, … What is said can be waited for in the output.
"""

import json
import os
import sys

from tools.log_stream import LogStream
from tools.program import Program, at_once
from tools.supervisor import Patience, Supervisor


def main() -> int:
    """The supervisor's exit code."""
    told = json.loads(sys.argv[1])
    programs = [
        Program(
            name=f"p{place}",
            command=(told.get("interpreter", sys.executable), "-c", source),
            ready=_never if told.get("never_ready") else at_once,
            ready_within=0.2,
            stop_within=told.get("stop_within", 15.0),
            heard=told.get("heard", True),
        )
        for place, source in enumerate(told["sources"])
    ]
    patience = Patience(first_wait=0.01, longest_wait=0.02)
    supervisor = Supervisor(programs, os.environ, LogStream(sys.stdout, colour=False), patience)
    return supervisor.run(lambda: print("all are ready", flush=True))


def _never() -> bool:
    return False


if __name__ == "__main__":
    sys.exit(main())
