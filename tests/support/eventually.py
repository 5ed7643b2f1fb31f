"""Wait for something that another process or thread brings about, and fail in words if it does not come."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(probe: Callable[[], T], what: str, within: float = 20.0) -> T:
    """The first true answer of `probe`; AssertionError naming `what` if there is none `within` seconds."""
    deadline = time.monotonic() + within
    while not (answer := probe()):
        if time.monotonic() > deadline:
            raise AssertionError(f"after {within:g} s still not: {what}")
        time.sleep(0.02)
    return answer
