"""Many requests that no carrier should send, to a running hotline: answered, kept, survived.
`make fuzz-webhooks` sends 100,000.
"""

import re
import secrets
import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests

from tests.fuzz.memory import Memory
from tests.fuzz.run import fuzz, held_mib, tracebacks, until_out_of_the_spool, until_read
from tests.stories.system import System

REQUESTS = 160
ROOM_MIB = 64.0
"""What caches may take at first; 100,000 requests show that it ends."""


def test_whatever_is_sent_no_byte_that_was_acknowledged_is_lost_and_nothing_breaks(house: System) -> None:
    seed = secrets.randbelow(1_000_000)
    held = held_mib(house)
    *_, seen = fuzz(house, REQUESTS, seed)
    until_out_of_the_spool(house, within_s=60)
    until_read(house, within_s=60)
    assert seen.faults == [], f"seed {seed}"
    assert seen.lost(house) == [], f"seed {seed}"
    assert tracebacks(house) == 0, f"seed {seed}\n{house.said()[-6000:]}"
    assert sum(seen.statuses.values()) == REQUESTS
    assert len(seen.bodies) > REQUESTS / 3
    assert len(seen.steps) > REQUESTS / 10
    for name, mib in held_mib(house).items():
        assert mib < held[name] + ROOM_MIB, f"{name} grew, seed {seed}"


@pytest.mark.parametrize(
    ("worker", "grows"),
    [
        ([100, 120, 140, 150, 152, 155, 153, 154], False),
        ([100, 120, 140, 150, 170, 175, 178, 180], True),
        ([100, 100, 100, 100, 100, 300, 110, 110], False),
        ([30, 30, 30, 30, 45, 44, 44, 45], False),
        ([100], False),
    ],
)
def test_what_goes_on_growing_once_it_is_warm_is_named(
    house: System, worker: list[float], grows: bool
) -> None:
    memory = Memory(house)
    memory.held = [{"web": 180.0, "worker": mib} for mib in worker]
    assert memory.growth() == (["worker grew from 150 to 178 MiB"] if grows else [])


def test_strangers_who_never_finish_a_form_keep_neither_desk_nor_callback_waiting(house: System) -> None:
    """A hundred of them, and there are 64 threads."""
    place = urlsplit(house.web[0])
    kind = "application/x-www-form-urlencoded"
    head = f"POST /login HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: {kind}\r\n"
    with ExitStack() as held:
        for _ in range(100):
            line = held.enter_context(socket.create_connection((place.hostname or "", place.port or 80)))
            line.sendall(f"{head}Content-Length: 500\r\n\r\nusername=".encode())
        assert requests.get(f"{house.web[0]}/readyz", timeout=10).status_code == 200
        form = {"from": "+6281270999999", "id": "slow-1", "text": "apa kabar"}
        inbound = f"{house.hooks[0]}/sms/{house.token}/inbound"
        assert requests.post(inbound, data=form, timeout=10).status_code == 200


def test_no_process_writes_a_secret_a_number_or_a_word_of_anybody(house: System) -> None:
    """Whatever went wrong before: a canary of each is looked for in all that was ever written."""
    words, number, pin = "kenari kuning di rt 5 eka jaya maling", "+6281270424242", "97531"
    told = {"from": number, "text": words}
    requests.post(f"{house.hooks[0]}/sms/{house.token}/inbound", data=told, timeout=30)
    call = {"sessionId": "canary", "isActive": "1", "callerNumber": number, "dtmfDigits": pin}
    requests.post(f"{house.hooks[0]}/ivr/{house.token}/step/unit-pin-", data=call, timeout=30)
    visitor = house.sign_in("operator")
    visitor.open("/search").submit("/search", q=number)
    visitor.session.post(f"{house.web[0]}/nowhere/{house.token}", data={"x": words}, timeout=30)
    cookies = [cookie.value for cookie in visitor.session.cookies if len(cookie.value or "") > 16]
    until_read(house, within_s=60)
    names = ("SECRET_KEY", "HOTLINE_METRICS_TOKEN", "HOTLINE_WEBHOOK_TOKENS", "AFRICASTALKING_API_KEY")
    canaries = [*(house.environ[name] for name in names), *house.passwords.values(), *cookies,
                "kenari", "kuning", number[1:], pin]  # fmt: skip
    said = house.said()
    assert [canary for canary in canaries if canary and canary in said] == []
    assert not re.search(r"62(?:812|811743)\d{6,}", said), "no number of anybody, nor of ours"
