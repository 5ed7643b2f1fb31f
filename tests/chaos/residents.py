"""People with numbered reports: each text and each call is sent until it is heard."""

import itertools
import random
import threading
import time
from typing import Final

from tests.chaos.callbacks import Sender

HOTLINE: Final = "+628117435000"
KELURAHAN: Final = (
    "eka jaya", "talang bakung", "payo selincah", "lingkar selatan", "paal merah", "bakung jaya",
)  # fmt: skip
EVENTS: Final = ("maling masuk rumah", "kebakaran rumah warga", "tawuran pemuda", "banjir setinggi lutut")
CALLS: Final = 0.1
"""The share of people who call instead, and hang up after the first announcement."""


class Residents:
    """`people` threads, each of which sends one report after the other, `per_second` in all."""

    def __init__(self, sender: Sender, token: str, *, people: int, per_second: float, seed: int) -> None:
        self.sender = sender
        self.token = token
        self.pause_s = people / per_second
        self.seed = seed
        self.enough = threading.Event()
        """Set when nobody shall begin another report."""
        self._serials = itertools.count(1)
        self._threads = [threading.Thread(target=self._live, args=(each,)) for each in range(people)]

    def start(self) -> None:
        """They begin."""
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Each is heard with what was begun, and begins nothing more."""
        self.enough.set()
        for thread in self._threads:
            thread.join()

    def _live(self, person: int) -> None:
        chance = random.Random(self.seed * 1000 + person)
        while not self.enough.is_set() and not self.sender.over.is_set():
            begun = time.monotonic()
            serial = next(self._serials)
            if chance.random() < CALLS:
                self._call(serial, chance)
            else:
                self._text(serial, chance)
            self.enough.wait(max(0.0, self.pause_s * chance.uniform(0.5, 1.5) - (time.monotonic() - begun)))

    def _text(self, serial: int, chance: random.Random) -> None:
        words = f"{chance.choice(EVENTS)} rt {chance.randint(1, 40)} {chance.choice(KELURAHAN)}"
        form = {"from": resident(serial), "to": HOTLINE, "text": words, "id": text_id(serial)}
        history = self.sender.history
        self.sender.until_heard(
            f"/sms/{self.token}/inbound", form, chance,
            lambda: history.acknowledge(history.acknowledged_texts, text_id(serial)),
        )  # fmt: skip

    def _call(self, serial: int, chance: random.Random) -> None:
        session = f"ATVId_chaos{serial:08d}"
        form = {"sessionId": session, "callerNumber": resident(serial), "destinationNumber": HOTLINE,
                "direction": "Inbound"}  # fmt: skip
        path = f"/ivr/{self.token}/call"
        history = self.sender.history
        if not self.sender.until_heard(path, {**form, "isActive": "1"}, chance, lambda: None):
            return
        over = {"isActive": "0", "durationInSeconds": "4", "hangupCause": "NORMAL_CLEARING"}
        self.sender.until_heard(
            path, {**form, **over}, chance, lambda: history.acknowledge(history.acknowledged_calls, session)
        )


def resident(serial: int) -> str:
    """The telephone of one report."""
    return f"+6281270{serial:06d}"


def text_id(serial: int) -> str:
    """The carrier's id of one report."""
    return f"chaos-{serial}"
