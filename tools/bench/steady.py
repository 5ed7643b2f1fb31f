"""Posts at a steady rate whatever the answers take, in a process of its own.

Threads of one process wait for each other to run Python: an answer would be counted as late where the thread
that waits for it stands behind those that post.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final, cast

from tools.bench.clients import FORM, SHORT_TURN_S, Client
from tools.bench.results import insist

_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_BEGUN: Final = "begun\n"
ENOUGH: Final = 0.95
"""Of the rate that was asked for: below it the figure stands for less work than its row names."""
LATE_S: Final = 0.02
"""The last post of a run may be as late as that: a short run is not slow for it."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One answer: its status, when it came (seconds since 1970) and how long it took."""

    status: int
    at: float
    ms: float


def insist_on_rate(posted: Sequence[Posted], per_second: float) -> None:
    """Raises DoesNotCountError where fewer arrived than were due: whoever waits for an answer posts nothing,
    so a door that slows down would be given less to do.
    """
    begun = [each.at - each.ms / 1000 for each in posted]
    seconds = max(begun) - min(begun) if begun else 0.0
    due = per_second * (seconds - LATE_S)
    insist(
        len(posted) > max(ENOUGH * due, 1),
        f"{len(posted)} texts arrived in {seconds:.1f} s instead of {per_second:g} a second",
    )


@dataclass(frozen=True, slots=True)
class _Job:
    base: str
    path: str
    bodies: Sequence[str]
    per_second: float
    lanes: int


class Steady:
    """Posts `bodies` at a rate; `lanes` of them wait for their answers at a time."""

    def __init__(
        self, base: str, path: str, bodies: Sequence[bytes], per_second: float, lanes: int = 4
    ) -> None:
        self._job = _Job(base, path, [body.decode("ascii") for body in bodies], per_second, lanes)

    def start(self) -> None:
        """Returns when it has begun."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.bench.steady"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT,
        )  # fmt: skip
        self._told, self._said = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)
        self._told.write(json.dumps(asdict(self._job)) + "\n")
        self._told.flush()
        insist(self._said.readline() == _BEGUN, "who should post does not begin")

    def stop(self) -> None:
        """Posts no more: it ends with what is under way."""
        self._told.close()

    def wait(self) -> list[Posted]:
        """All answers in the order of their bodies, once everything was posted or `stop` was called."""
        with self._process:
            said = json.loads(self._said.readline() or "null")
        insist(said is not None, "who should post broke off")
        return [Posted(*each) for each in said]


def main() -> None:
    """Takes a job from stdin and stops early where that ends; says what came of it."""
    sys.setswitchinterval(SHORT_TURN_S)
    job = _Job(**json.loads(sys.stdin.readline()))
    stop = threading.Event()
    answers: dict[int, Posted] = {}
    given = (job, time.perf_counter(), stop, answers)
    lanes = [threading.Thread(target=_post, args=(lane, *given)) for lane in range(job.lanes)]
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    for lane in lanes:
        lane.start()
    sys.stdout.write(_BEGUN)
    sys.stdout.flush()
    for lane in lanes:
        lane.join()
    sys.stdout.write(json.dumps([list(asdict(answers[at]).values()) for at in sorted(answers)]) + "\n")


def _listen(stop: threading.Event) -> None:
    os.read(sys.stdin.fileno(), 1)  # not through the buffer, whose lock Python wants at its end
    stop.set()


def _post(lane: int, job: _Job, began: float, stop: threading.Event, answers: dict[int, Posted]) -> None:
    with closing(Client(job.base, FORM)) as client:
        for at in range(lane, len(job.bodies), job.lanes):
            if stop.wait(max(0.0, began + at / job.per_second - time.perf_counter())):
                return
            answer = client.ask(job.path, job.bodies[at].encode())
            answers[at] = Posted(answer.status, answer.at, answer.ms)


if __name__ == "__main__":
    main()
