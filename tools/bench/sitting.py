"""Screens that are open while something else goes on."""

import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from tools.bench.screen import Screen

NOTHING: Final = re.compile(rb"(?!)")
"""None of the words on the screen is looked for."""


@contextmanager
def sitting(screens: Sequence[Screen]) -> Iterator[None]:
    """All of them poll and open their pages in turn until the block ends, and each opens every page once at
    least. Raises what one of them met.
    """
    over = threading.Event()

    def sit(screen: Screen, turn: int) -> None:
        screen.sit(0, NOTHING, turn)  # each page once
        while not over.is_set():
            screen.sit(0, NOTHING, turn)

    with ThreadPoolExecutor(len(screens)) as pool:
        people = [pool.submit(sit, screen, first) for first, screen in enumerate(screens)]
        try:
            yield
        finally:
            over.set()
    for person in people:
        person.result()
