"""A text carrier in memory. It passes the same contract as the real one and does as a test tells it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.domain.delivery import DeliveryReport
from sms.gateway import (
    Accepted,
    Balance,
    CarrierReceipt,
    Fetch,
    Fetched,
    Inbound,
    NoAnswer,
    OptOut,
    Outcome,
)

JSON = "application/json"


@dataclass
class FakeSmsGateway:
    """Accepts every text unless `answers` holds another outcome for its number (the first of its list,
    once).
    """

    name: str = "fake"
    gives_receipts: bool = True
    most_numbers: int = 500
    lists_messages: bool = True
    tells_balance: bool = True
    sent: list[tuple[str, str]] = field(default_factory=list)
    """(number, words) of every attempt, whatever came of it."""
    answers: dict[str, list[Outcome]] = field(default_factory=dict)
    always: Outcome | None = None
    """What every text is answered that `answers` says nothing of."""
    requests: list[tuple[str, ...]] = field(default_factory=list)
    """The numbers that each request named."""
    listed: list[dict[str, Any]] = field(default_factory=list)
    """The carrier's own list of inbound texts: rows with a whole `id`, from, text and date."""
    money: Balance | NoAnswer = field(default_factory=lambda: Balance(1_000_000.0, "IDR"))
    silent: bool = False
    """The list can't be read."""

    def send(self, numbers: Sequence[str], words: str) -> dict[str, Outcome]:
        self.requests.append(tuple(numbers))
        return {number: self._send(number, words) for number in numbers}

    def _send(self, number: str, words: str) -> Outcome:
        self.sent.append((number, words))
        waiting = self.answers.get(number)
        return waiting.pop(0) if waiting else self.always or Accepted(f"fake-{len(self.sent)}")

    def fetch(self, after: str) -> Fetch | NoAnswer:
        if self.silent:
            return NoAnswer("silent")
        fresh = [row for row in self.listed if int(row["id"]) > int(after)]
        return Fetch(tuple(Fetched(str(row["id"]), json.dumps(row).encode()) for row in fresh[:100]))

    def read_fetched(self, row: bytes) -> Inbound:
        return self.read_inbound(row, JSON)

    def balance(self) -> Balance | NoAnswer:
        return self.money

    def read_inbound(self, body: bytes, content_type: str) -> Inbound:
        row = _row(body)
        carrier_id = row.get("id")
        words = _word(row, "text") or ""
        date = _word(row, "date")
        sent_at = datetime.fromisoformat(date) if date else None
        sender, told_id = _word(row, "from") or "", str(carrier_id) if carrier_id else None
        return Inbound(sender, words, told_id, sent_at)

    def read_receipt(self, body: bytes, content_type: str) -> CarrierReceipt | None:
        row = _row(body)
        carrier_id, status = _word(row, "id"), _word(row, "status") or ""
        if carrier_id is None:
            return None
        known = status in set(DeliveryReport)
        return CarrierReceipt(
            carrier_id[:120], DeliveryReport(status) if known else DeliveryReport.UNKNOWN, status[:60]
        )

    def read_opt_out(self, body: bytes, content_type: str) -> OptOut | None:
        number = _word(_row(body), "number")
        return OptOut(number) if number else None


def _row(body: bytes) -> Mapping[str, Any]:
    try:
        row = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def _word(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    return value.replace("\x00", "").encode("utf-8", "replace").decode() if isinstance(value, str) else None
