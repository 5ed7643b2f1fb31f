"""A SIM in a modem as a text carrier: hands texts to Gammu's outbox, waits for what becomes of them, and
reads what the pump has kept.

A text that the daemon has not taken up in time is withdrawn and certainly not sent; one that it has taken up
and of which nothing is heard may have gone out, and stays unknown until the store says more.
"""

import json
import secrets
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hotline.callback_fields import moment
from hotline.domain.delivery import DeliveryReport
from sms.gateway import (
    FLASH,
    SERVICE,
    Accepted,
    CarrierReceipt,
    Inbound,
    NoAnswer,
    NotSent,
    OptOut,
    Outcome,
    Part,
    Unknown,
)
from sms.modem.codes import NO_CODE, outcome_of
from sms.modem.cutting import cut
from sms.modem.headers import read_header
from sms.modem.store import Out, Store

CONTENT_TYPE: Final = "application/x-modem+json"
TAKE_S: Final = 8.0
"""How long a text may wait for the daemon to take it up: it looks every second."""
PART_S: Final = 21.0
"""How long the daemon waits for the network to take one part, and a moment more."""
LONGEST_S: Final = 28.0
"""In all; under half the lease of a promise to send."""
LOOK_S: Final = 0.1
_FLASH_CLASS: Final = 0
BINARY: Final = "8bit"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds, a text may wait to be taken up, and to be sent."""

    take_s: float = TAKE_S
    longest_s: float = LONGEST_S


class ModemSms:
    """The text line over one modem; `name` is the modem's."""

    gives_receipts = True
    most_numbers = 1
    lists_messages = False
    tells_balance = False
    """The watch asks the network for the credit; nothing is waited for with a text at hand."""

    def __init__(self, name: str, store: Store, patience: Patience | None = None) -> None:
        self.name = name
        self.store = store
        self.patience = patience or Patience()

    def send(self, numbers: Sequence[str], words: str) -> dict[str, Outcome]:
        """One attempt for each number, handed over together and waited for together."""
        outcomes: dict[str, Outcome] = {}
        asked: dict[str, str] = {}
        for number in numbers:
            creator = f"{self.name}-{secrets.token_hex(8)}"
            try:
                self.store.put(creator, number, cut(words, secrets.randbelow(256)))
            except sqlite3.Error as error:
                outcomes[number] = NotSent(f"the modem's outbox takes nothing ({error})")
            else:
                asked[number] = creator
        return outcomes | {number: self._await(asked[number], len(cut(words, 0)), began)
                           for began in [time.monotonic()] for number in asked}  # fmt: skip

    def _await(self, creator: str, parts: int, began: float) -> Outcome:
        while True:
            waited = time.monotonic() - began
            try:
                outcome = self._outcome(creator, parts, waited)
            except sqlite3.Error as error:
                outcome = None
                if waited > self.patience.longest_s:
                    return Unknown(f"the modem's outbox does not answer ({error})", creator)
            if outcome is not None:
                return outcome
            time.sleep(LOOK_S)

    def _outcome(self, creator: str, parts: int, waited: float) -> Outcome | None:
        """What became of it; None while it is still open."""
        out = self.store.out(creator)
        if out.waiting:
            late = waited > self.patience.take_s and self.store.withdraw(creator)
            return NotSent("the modem's daemon did not take it up") if late else None
        if out.sent >= parts:
            self.store.collect(creator)
            return Accepted(creator, parts=parts)
        if out.failed:
            return self._failed(creator, parts, out)
        if waited > self.patience.longest_s:
            return Unknown("the modem did not say in time whether it went out", creator)
        return None

    def _failed(self, creator: str, parts: int, out: Out) -> Outcome:
        if out.sent:
            return Unknown(f"{out.sent} of {parts} parts went out, then +CMS ERROR: {out.code}", creator)
        outcome = outcome_of(out.code)
        if out.code != NO_CODE:
            self.store.collect(creator)
        return Unknown(outcome.reason, creator) if isinstance(outcome, Unknown) else outcome

    def read_inbound(self, body: bytes, content_type: str) -> Inbound:  # noqa: ARG002  the Protocol's
        """What the pump has kept of a row of Gammu's inbox (`sms.modem.pump.body_of`)."""
        row = _row(body)
        header = read_header(_word(row, "udh"))
        binary = _word(row, "coding") == BINARY
        characters = _word(row, "text")
        long = header.parts > 1 and not binary and _text(characters) != ""
        flash = row.get("class") == _FLASH_CLASS
        return Inbound(
            sender=_word(row, "sender"),
            words="" if binary else _text(characters),
            carrier_id=_word(row, "id") or None,
            sent_at=moment(_word(row, "sent_at")),
            called=_word(row, "called") or None,
            part=Part(header.reference, header.parts, header.place, characters) if long else None,
            silent=SERVICE if binary or header.service else FLASH if flash else "",
        )

    def read_receipt(self, body: bytes, content_type: str) -> CarrierReceipt | None:  # noqa: ARG002
        """What the pump has kept of the network's reports, taken together for all parts of a text."""
        row = _row(body)
        carrier_id, told = _word(row, "id"), _word(row, "report")
        if not carrier_id:
            return None
        known = told in set(DeliveryReport)
        return CarrierReceipt(
            carrier_id[:120], DeliveryReport(told) if known else DeliveryReport.UNKNOWN,
            _word(row, "status")[:60], _word(row, "reason")[:120], number=_word(row, "number") or None,
        )  # fmt: skip

    def read_opt_out(self, body: bytes, content_type: str) -> OptOut | None:  # noqa: ARG002
        """Networks tell none; a STOP is a text like any other."""
        return None

    def fetch(self, after: str) -> NoAnswer:  # noqa: ARG002  the Protocol's
        """There is no list: what the SIM held the pump has brought."""
        return NoAnswer("a modem has no list of its texts")

    def read_fetched(self, row: bytes) -> Inbound:
        """As a text that the pump has kept."""
        return self.read_inbound(row, CONTENT_TYPE)

    def balance(self) -> NoAnswer:
        """The watch of the modem knows it."""
        return NoAnswer("the credit is asked for by the watch of the modem")


def _row(body: bytes) -> Mapping[str, Any]:
    try:
        row = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def _word(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value.replace("\x00", "").encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _text(characters: str) -> str:
    """Characters in UTF-16 as hexadecimal; half a character, as a torn part may end in, becomes a mark."""
    try:
        words = bytes.fromhex(characters).decode("utf-16-be", "replace")
    except ValueError:
        return ""
    return words.replace("\x00", "")
