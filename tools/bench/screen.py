"""An operator's screen as its script makes it: asks every second, gets anew what changed, opens a page."""

import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Final
from urllib.parse import urlencode

from tools.bench.clients import Answered, Client
from tools.bench.results import insist

ASKS_EVERY_S: Final = 1.0
"""As desk.js does."""
FRAGMENT: Final = {"HX-Request": "true", "X-Background": "1"}
Ask = Callable[[Client], Answered]


class Screen:
    """One browser. `took`: milliseconds of each kind of question; `seen`: when words first stood on it."""

    def __init__(self, address: str, cookie: dict[str, str], pages: Mapping[str, Ask]) -> None:
        self.took: dict[str, list[float]] = defaultdict(list)
        self.seen: dict[str, float] = {}
        self._address, self._cookie, self._pages = address, cookie, pages
        self._mark = ""

    def sit(self, seconds: float, looked_for: re.Pattern[bytes], first: int = 0) -> None:
        """Polls once a second from a moment of its own, and opens the pages in turn, one after each poll,
        from the `first` one on: ten people don't open the same page in the same second.
        """
        begin = time.monotonic() + random.uniform(0, ASKS_EVERY_S)  # noqa: S311 - no secret  # nosec B311
        names = list(self._pages)
        with closing(Client(self._address, self._cookie)) as client:
            for turn in range(max(int(seconds / ASKS_EVERY_S), len(names))):
                time.sleep(max(0.0, begin + turn * ASKS_EVERY_S - time.monotonic()))
                self._poll(client, looked_for)
                name = names[(first + turn) % len(names)]
                self._note(name, self._pages[name](client))

    def _poll(self, client: Client, looked_for: re.Pattern[bytes]) -> None:
        poll = client.ask(f"/changes?{urlencode({'since': self._mark})}", headers={"X-Background": "1"})
        self.took["poll"].append(poll.ms)
        insist(poll.status in {200, 204}, f"a poll was answered {poll.status}")
        if poll.status == 204:
            return
        self._mark = poll.body.decode()
        self._note("renewed head", client.ask("/strip?at=/", headers=FRAGMENT))
        queue = client.ask("/", headers=FRAGMENT)
        self._note("renewed queue", queue)
        for words in looked_for.findall(queue.body):
            self.seen.setdefault(words.decode(), queue.at)

    def _note(self, name: str, answer: Answered) -> None:
        insist(answer.status == 200, f"{name} was answered {answer.status}")
        self.took[name].append(answer.ms)


def together(screens: Sequence[Screen]) -> dict[str, list[float]]:
    """What all of them took."""
    whole: dict[str, list[float]] = defaultdict(list)
    for screen in screens:
        for name, took in screen.took.items():
            whole[name] += took
    return whole
