"""A text carrier in memory. It passes the same contract as the real one and does as a test tells it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.domain.delivery import DeliveryReport
from sms.gateway import Accepted, CarrierReceipt, Inbound, OptOut, Outcome

JSON = "application/json"


@dataclass
class FakeSmsGateway:
    """Accepts every text unless `answers` holds another outcome for its number (the first of its list,
    once).
    """

    name: str = "fake"
    gives_receipts: bool = True
    sent: list[tuple[str, str]] = field(default_factory=list)
    """(number, words) of every attempt, whatever came of it."""
    answers: dict[str, list[Outcome]] = field(default_factory=dict)

    def send(self, numbers: Sequence[str], words: str) -> dict[str, Outcome]:
        return {number: self._send(number, words) for number in numbers}

    def _send(self, number: str, words: str) -> Outcome:
        self.sent.append((number, words))
        waiting = self.answers.get(number)
        return waiting.pop(0) if waiting else Accepted(f"fake-{len(self.sent)}")

    def read_inbound(self, body: bytes, content_type: str) -> Inbound:
        row = _row(body)
        carrier_id = row.get("id")
        words = _word(row, "text") or ""
        return Inbound(_word(row, "from") or "", words, str(carrier_id) if carrier_id else None, None)

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
