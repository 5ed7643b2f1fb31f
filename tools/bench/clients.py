"""Clients on kept connections: one request at a time."""

import http.client
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
SHORT_TURN_S: Final = 0.0005
"""How long one thread of a process that measures keeps Python from another whose answer has come."""


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
