"""Clients on kept connections: one request at a time, or at a steady rate whatever the answers take."""

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: its status and body, when it came (seconds since 1970) and how long it took."""

    status: int
    body: bytes
    at: float
    ms: float


class Client:
    """One connection, opened again where the server closed it."""

    def __init__(self, base: str, headers: dict[str, str] | None = None, timeout_s: float = 30) -> None:
        parts = urlsplit(base)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
        self._headers = headers or {}

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def ask(
        self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None, method: str = ""
    ) -> Answered:
        """GET, or POST where there is a body."""
        began = time.perf_counter()
        verb = method or ("GET" if body is None else "POST")
        self._connection.request(verb, path, body, {**self._headers, **(headers or {})})
        answer = self._connection.getresponse()
        content = answer.read()
        return Answered(answer.status, content, time.time(), (time.perf_counter() - began) * 1000)


def at_once(people: int, act: Callable[[int], list[Answered]]) -> list[Answered]:
    """What `people` threads bring back together."""
    with ThreadPoolExecutor(people) as pool:
        return [answer for found in pool.map(act, range(people)) for answer in found]


class Steady:
    """Posts bodies at a rate in a thread of its own; `answers` are in their order."""

    def __init__(
        self, base: str, path: str, bodies: Sequence[bytes], per_second: float, lanes: int = 4
    ) -> None:
        self.answers: list[Answered] = []
        self._base, self._path, self._bodies, self._rate = base, path, bodies, per_second
        self._lanes = lanes
        self._threads = [threading.Thread(target=self._run, args=(lane,)) for lane in range(lanes)]
        self._stop = threading.Event()

    def start(self) -> None:
        """Begins."""
        self._began = time.perf_counter()
        for thread in self._threads:
            thread.start()

    def wait(self) -> list[Answered]:
        """All answers, once everything was posted or `stop` was called."""
        for thread in self._threads:
            thread.join()
        return self.answers

    def stop(self) -> None:
        """Posts no more."""
        self._stop.set()

    def _run(self, lane: int) -> None:
        with closing(Client(self._base, FORM)) as client:
            for at in range(lane, len(self._bodies), self._lanes):
                if self._stop.wait(max(0.0, self._began + at / self._rate - time.perf_counter())):
                    return
                self.answers.append(client.ask(self._path, self._bodies[at]))
