"""A callback that is sent until it is heard, and now and then once more: what an impatient carrier does."""

import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

import requests

from tests.chaos.history import History

PATIENCE_S: Final = 5.0
"""How long the company waits for an answer."""
PAUSE_S: Final = 0.3
AGAIN: Final = 0.1
"""The share of heard callbacks that are sent once more."""
HEARD: Final = 200
COME_AGAIN: Final = frozenset({502, 503})


class Sender:
    """Posts to the hotline; `base` says where it listens."""

    def __init__(self, base: str, history: History, over: threading.Event) -> None:
        self.base = base
        self.history = history
        self.over = over

    def until_heard(
        self, path: str, form: Mapping[str, str], chance: random.Random, heard: Callable[[], None]
    ) -> bool:
        """Whether it was answered with 200 before the end; `heard` is called once."""
        while not self.over.is_set():
            if self._once(path, form) == HEARD:
                heard()
                if chance.random() < AGAIN:
                    self._once(path, form)
                return True
            time.sleep(PAUSE_S)
        return False

    def _once(self, path: str, form: Mapping[str, str]) -> int:
        self.history.tried()
        try:
            with requests.Session() as session:
                session.trust_env = False
                status = session.post(f"{self.base}{path}", data=form, timeout=PATIENCE_S).status_code
        except requests.RequestException:
            return 0
        if status != HEARD and status not in COME_AGAIN:
            self.history.wonder(f"{path.rpartition('/')[2]} was answered with {status}")
        return status
