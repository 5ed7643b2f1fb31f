"""A few hundred requests that no carrier should send, to a running hotline: answered, kept, survived.
`make fuzz-webhooks` sends 100,000.
"""

import secrets

from tests.fuzz.run import fuzz, held_mib, tracebacks, until_read
from tests.stories.system import System

REQUESTS = 320
ROOM_MIB = 64.0
"""What caches may take at first; 100,000 requests show that it ends."""


def test_whatever_is_sent_no_byte_that_was_acknowledged_is_lost_and_nothing_breaks(house: System) -> None:
    seed = secrets.randbelow(1_000_000)
    held = held_mib(house)
    *_, seen = fuzz(house, REQUESTS, seed)
    until_read(house, within_s=60)
    assert seen.faults == [], f"seed {seed}"
    assert seen.lost(house) == [], f"seed {seed}"
    assert tracebacks(house) == 0, f"seed {seed}\n{house.said()[-6000:]}"
    assert sum(seen.statuses.values()) == REQUESTS
    assert len(seen.bodies) > REQUESTS / 3
    assert len(seen.steps) > REQUESTS / 8
    for name, mib in held_mib(house).items():
        assert mib < held[name] + ROOM_MIB, f"{name} grew, seed {seed}"
