"""One call after the other, as a carrier tells of them: ringing, three keys, hanging up."""

import re
from contextlib import closing
from itertools import count
from typing import Final
from urllib.parse import urlencode, urlsplit

from tools.bench.clients import FORM, Client
from tools.bench.house import House
from tools.bench.results import insist

KEYS: Final = ("", "1", "3", "5")
"""Nothing yet; then danger, a kelurahan, an RT."""
_NEXT: Final = re.compile(r'callbackUrl="([^"]+)"')
_SESSIONS: Final = count(1)


def call(house: House) -> None:
    """A whole call by a number that has not called before. DoesNotCountError where a line is dead."""
    serial = next(_SESSIONS)
    fields = {
        "sessionId": f"bench-line-{serial}", "callerNumber": f"+62814{serial:08d}", "direction": "Inbound",
        "destinationNumber": "+628117435000", "isActive": "1",
    }  # fmt: skip
    path = house.inbound.replace("/sms/", "/ivr/").replace("/inbound", "/call")
    with closing(Client(house.hooks[0], FORM)) as client:
        for keys in KEYS:
            step = client.ask(path, urlencode({**fields, "dtmfDigits": keys}).encode())
            found = _NEXT.search(step.body.decode())
            insist(step.status == 200 and found is not None, f"a caller met a dead line after {keys!r}")
            path = urlsplit(found[1] if found else "").path
        ended = {**fields, "isActive": "0", "durationInSeconds": "31"}
        insist(client.ask(path, urlencode(ended).encode()).status == 200, "a call did not end")
