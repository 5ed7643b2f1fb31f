"""One call after the other, as a carrier tells of them: ringing, three keys, hanging up."""

import re
import time
from collections.abc import Callable
from contextlib import closing
from itertools import count
from typing import Final
from urllib.parse import urlencode, urlsplit

from tools.bench.clients import FORM, Answered, Client
from tools.bench.house import House
from tools.bench.results import insist

KEYS: Final = ("", "1", "3", "5")
"""Nothing yet; then danger, a kelurahan, an RT; then the caller speaks, and hangs up."""
_NEXT: Final = re.compile(r'callbackUrl="([^"]+)"')
_SESSIONS: Final = count(1)

Pause = Callable[[], float]


def in_a_hurry() -> float:
    """Nobody listens: each key is pressed as soon as the last one is answered."""
    return 0.0


def call(house: House, pause: Pause = in_a_hurry) -> list[Answered]:
    """A whole call by a number that has not called before; what each step took. `pause` says how long the
    caller listens before each (seconds). DoesNotCountError where a line is dead.
    """
    serial = next(_SESSIONS)
    fields = {
        "sessionId": f"bench-call-{serial}", "callerNumber": f"+62813{serial:08d}", "direction": "Inbound",
        "destinationNumber": "+628117435000", "isActive": "1",
    }  # fmt: skip
    path = house.inbound.replace("/sms/", "/ivr/").replace("/inbound", "/call")
    steps = []
    time.sleep(pause())
    with closing(Client(house.hooks[0], FORM)) as client:
        for keys in KEYS:
            steps.append(client.ask(path, urlencode({**fields, "dtmfDigits": keys}).encode()))
            found = _NEXT.search(steps[-1].body.decode())
            insist(found is not None, f"no next step after {keys!r}: {steps[-1].body[:200]!r}")
            path = urlsplit(found[1] if found else "").path
            time.sleep(pause())
        ended = {**fields, "isActive": "0", "durationInSeconds": "31"}
        steps.append(client.ask(path, urlencode(ended).encode()))
    insist(all(step.status == 200 for step in steps), "a caller met a dead line")
    return steps
