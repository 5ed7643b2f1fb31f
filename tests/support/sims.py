"""A desk with two SIMs and a carrier: all real but the clock, the modems and the carrier."""

import json
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.lines import line_of
from hotline.models import Unit
from hotline.outbox import Kind
from hotline.spool import Incoming
from hotline.storing import store
from sms.ahead import ReadAhead
from sms.dead_lines import watch_lines
from sms.gateway import Inbound
from sms.line_rules import line_rules_of
from sms.lines import TextLines, by_line
from sms.modem.calls import read_missed_call
from sms.modem.gateway import CONTENT_TYPE, ModemSms
from sms.modem.pump import CALL, INBOUND, RECEIPT
from sms.modem.store import Store
from sms.reading import read_text, read_texts
from sms.receipts import read_receipt
from sms.sending import Sending
from tests.support.desk import Desk
from tests.support.fake_gateway import FakeSmsGateway
from workers.drain import Drain
from workers.keepers import Keepers
from workers.modems import PROMISES

TSEL, ISAT, CARRIER = "tsel", "isat", "africastalking"
NUMBERS: Final = {TSEL: ("+6281174300001", "TELKOMSEL"), ISAT: ("+6285674300001", "INDOSAT")}
"""Invented."""


class FakeModem(FakeSmsGateway):
    """Sends as a test tells it, and reads what the pump of a modem keeps."""

    def read_inbound(self, body: bytes, content_type: str) -> Inbound:
        return ModemSms(self.name, Store(Path())).read_inbound(body, content_type)


class Sims:
    """The desk with its lines, SIMs first. `drain` keeps what is due."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.clock = desk, desk.clock
        self.gateways = {name: FakeModem(name=name, most_numbers=1) for name in NUMBERS}
        self.gateways[CARRIER] = FakeModem(CARRIER)
        self.rules = line_rules_of(desk.runtime.playbook)
        self.lines = lines = TextLines(list(self.gateways.values()), self.rules, tuple(NUMBERS))
        read = partial(read_text, readers=desk.readers, rules=self.rules)
        ahead = ReadAhead(lines.heard, desk.readers, desk.runtime.playbook.programme.region)
        watch = partial(watch_lines, lines=lines, rules=self.rules, speaks=False)
        self.drain = Drain(desk.runtime, Keepers(
            inside={
                Kind.READ_TEXT: by_line(lines, read), Kind.READ_RECEIPT: by_line(lines, read_receipt),
                Kind.READ_MISSED_CALL: read_missed_call, Kind.WATCH_LINES: watch,
            },
            outside={}, together={Kind.SEND_TEXT: Sending(lines)},
            many={Kind.READ_TEXT: partial(read_texts, ahead=ahead, rules=self.rules)},
            ahead={Kind.READ_TEXT: ahead.look},
        ))  # fmt: skip
        self._ids = count(1)
        with desk.work() as work:
            for name, (number, network) in NUMBERS.items():
                line = line_of(work, name)
                line.number, line.network = number, network

    def settle(self, *, seconds: float = 0) -> None:
        """Keeps what is due now, after so many seconds."""
        self.clock.advance(seconds=seconds)
        self.drain.until_idle()

    def arrives(self, line: str, sender: str, words: str, *, read: bool = True, **row: Any) -> None:
        """A text, or a part of one, as the pump of that SIM keeps it; it is read at once, or with others."""
        body = {
            "line": line, "id": f"{line}-{next(self._ids)}", "sender": sender, "coding": "Unicode",
            "text": words.encode("utf-16-be", "surrogatepass").hex(), "udh": "", "class": -1, **row,
        }  # fmt: skip
        self.keep(INBOUND, body, read=read)

    def rings(self, line: str, caller: str) -> None:
        """A call to that SIM."""
        self.keep(CALL, {"line": line, "id": f"ring-{next(self._ids)}", "caller": caller})

    def receipt(self, line: str, carrier_id: str, report: str) -> None:
        """What the network told of a text."""
        self.keep(RECEIPT, {"line": line, "id": carrier_id, "report": report, "status": report})

    def keep(self, kind: str, body: dict[str, Any], *, read: bool = True) -> None:
        """As the Keeper does; unless nobody is to `read` it yet, all that follows at once has followed."""
        key = f"{body['id']}-{next(self._ids)}"
        entry = Incoming(kind, key, json.dumps(body).encode(), CONTENT_TYPE, self.clock.now())
        store(self.desk.runtime.engine, [entry], PROMISES)
        if read:
            self.settle()

    def say(self, number: str, words: str, purpose: Purpose = Purpose.ANNOUNCEMENT) -> None:
        """The desk promises a text; it is not sent yet."""
        with self.desk.work() as work:
            notify.text(work, number, words, purpose)

    def alert(self, unit_id: int, words: str) -> None:
        """The desk promises an alert to a unit."""
        with self.desk.work() as work:
            unit = work.session.get_one(Unit, unit_id)
            notify.text(work, unit.number, words, Purpose.DISPATCH, unit=unit)

    def sent(self) -> list[tuple[str, str]]:
        """(line, words) of every attempt, line by line."""
        return [(name, words) for name, line in self.gateways.items() for _, words in line.sent]


@pytest.fixture
def sims(desk: Desk) -> Iterator[Sims]:
    """On SQLite."""
    made = Sims(desk)
    yield made
    made.drain.close()


@pytest.fixture
def any_sims(any_desk: Desk) -> Iterator[Sims]:
    """On SQLite, and on PostgreSQL."""
    made = Sims(any_desk)
    yield made
    made.drain.close()
