"""Africa's Talking: its field names, its codes and its states, in both directions.

The SDK builds the payloads; its transport is replaced by one with pooled connections, certain timeouts, no
redirects, and errors that tell 'not sent' from 'unknown' (see `hotline.carrier_http`).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from africastalking.Application import ApplicationService
from africastalking.SMS import SMSService

from hotline.callback_fields import clean, fields, moment, word
from hotline.carrier_http import (
    CarrierHttp,
    CarrierHttpError,
    CarrierRefusedError,
    NotSentError,
    UnknownOutcomeError,
)
from hotline.domain.delivery import DeliveryReport
from hotline.domain.money import money
from sms.gateway import (
    Accepted,
    Balance,
    CarrierReceipt,
    Fetch,
    Fetched,
    Inbound,
    NoAnswer,
    NotSent,
    OptOut,
    Outcome,
    Refused,
    Unknown,
    Wait,
)

NAME: Final = "africastalking"
BATCH: Final = 500
"""Numbers a request; no official limit is known, and 5,000 have been seen to work."""

ACCEPTED: Final = frozenset({100, 101, 102})
REFUSALS: Final[Mapping[int, Wait]] = {
    401: Wait.FINAL,
    402: Wait.CONFIGURATION,
    403: Wait.FINAL,
    404: Wait.FINAL,
    405: Wait.MONEY,
    406: Wait.FINAL,
    407: Wait.FINAL,
    409: Wait.LATER,
}
"""Recipient codes that say no. 500-502 say nothing certain and count as unknown."""
BLACKLISTED: Final = 406
TO_ANOTHER: Final = "to_another"
"""The flag of a text that was sent to a number that is not ours, as it says itself: kept, and marked."""
TELLING_DIGITS: Final = 8
"""Of a number, from its end: how its country and its zero are written differs."""

HTTP_WAITS: Final[Mapping[int, Wait]] = {
    401: Wait.CONFIGURATION,
    402: Wait.MONEY,
    403: Wait.CONFIGURATION,
    404: Wait.CONFIGURATION,
    405: Wait.CONFIGURATION,
    408: Wait.LATER,
    409: Wait.LATER,
    429: Wait.BUSY,
}
"""HTTP statuses that may pass; a redirect means a wrong base URL, and any other 4xx that this text never
will.
"""

STATES: Final[Mapping[str, DeliveryReport]] = {
    "sent": DeliveryReport.ON_ITS_WAY,
    "submitted": DeliveryReport.ON_ITS_WAY,
    "buffered": DeliveryReport.ON_ITS_WAY,
    "success": DeliveryReport.DELIVERED,
    "rejected": DeliveryReport.FAILED,
    "failed": DeliveryReport.FAILED,
    "expired": DeliveryReport.EXPIRED,
    "absentsubscriber": DeliveryReport.ABSENT,
}


class _OurTransport:
    """Replaces how an SDK service reaches the carrier; its payloads stay the SDK's own."""

    def __init__(self, username: str, api_key: str, api_url: str, http: CarrierHttp) -> None:
        self._api_url = api_url.rstrip("/") + "/version1"
        self._http = http
        super().__init__(username, api_key)  # type: ignore[call-arg]

    def _init_service(self) -> None:
        super()._init_service()  # type: ignore[misc]
        self._baseUrl = self._contentUrl = self._api_url

    def _make_request(  # noqa: PLR0917  the SDK's own signature, whose timeouts and threads we replace
        self,
        url: str,
        method: str,
        headers: Any,
        data: Any,
        params: Any,
        callback: Any = None,  # noqa: ARG002
        timeout: Any = None,  # noqa: ARG002
    ) -> Any:
        return self._http.request(method, url, headers, data, params).json()


class _SmsClient(_OurTransport, SMSService):
    """Texts."""


class _AccountClient(_OurTransport, ApplicationService):
    """The account's data."""


class AfricasTalkingSms:
    """The text line over Africa's Talking."""

    name = NAME
    gives_receipts = True
    most_numbers = BATCH
    lists_messages = True
    tells_balance = True

    def __init__(self, username: str, api_key: str, api_url: str, sender: str, http: CarrierHttp) -> None:
        self.sender = sender
        self._client = _SmsClient(username, api_key, api_url, http)
        self._account = _AccountClient(username, api_key, api_url, http)

    def send(self, numbers: Sequence[str], words: str) -> dict[str, Outcome]:
        """One attempt for each number, in requests of at most BATCH numbers."""
        outcomes: dict[str, Outcome] = {}
        for start in range(0, len(numbers), BATCH):
            batch = list(numbers[start : start + BATCH])
            outcomes.update(self._send_batch(batch, words))
        return outcomes

    def _send_batch(self, numbers: list[str], words: str) -> dict[str, Outcome]:
        try:
            answer = self._client.send(words, numbers, sender_id=self.sender)
        except NotSentError as error:
            return dict.fromkeys(numbers, NotSent(str(error)))
        except UnknownOutcomeError as error:
            return dict.fromkeys(numbers, Unknown(str(error)))
        except CarrierRefusedError as error:
            return dict.fromkeys(numbers, Refused(f"HTTP {error.status}", _wait(error.status)))
        return _outcomes(answer, numbers)

    def read_inbound(self, body: bytes, content_type: str) -> Inbound:
        """Fields `from`, `text`, `id`, `date`, `to`, `linkId`; the sender keeps a leading space, a lost
        plus. Where neither sender nor words nor id can be found, the bytes are the words: what nobody
        understands somebody must see, and two of them are not one text.
        """
        values = fields(body, content_type)
        sender, words, carrier_id = (word(values, name) for name in ("from", "text", "id"))
        if not (sender or words or carrier_id):
            words = body.replace(b"\x00", b"").decode("utf-8", "replace")
        return Inbound(
            sender=sender or "",
            words=words or "",
            carrier_id=carrier_id,
            sent_at=moment(word(values, "date")),
            called=word(values, "to"),
            link=word(values, "linkId"),
            flag="" if _is_ours(self.sender, word(values, "to")) else TO_ANOTHER,
        )

    def read_receipt(self, body: bytes, content_type: str) -> CarrierReceipt | None:
        """Fields `id`, `status`, `failureReason`; states not on the list are kept and change nothing."""
        values = fields(body, content_type)
        carrier_id = word(values, "id")
        if carrier_id is None:
            return None
        status = word(values, "status") or ""
        reason = word(values, "failureReason") or ""
        return CarrierReceipt(
            carrier_id=carrier_id[:120],
            report=STATES.get(status.strip().lower(), DeliveryReport.UNKNOWN),
            status=status[:60],
            reason=reason[:120],
            opted_out=reason.lower() == "userinblacklist",
            number=word(values, "phoneNumber"),
        )

    def read_opt_out(self, body: bytes, content_type: str) -> OptOut | None:
        """Fields `phoneNumber`, `senderId`."""
        number = word(fields(body, content_type), "phoneNumber")
        return OptOut(number) if number else None

    def fetch(self, after: str) -> Fetch | NoAnswer:
        """`GET messaging?lastReceivedId=…`; the answer's `Messages` with their integer ids."""
        try:
            answer = self._client.fetch_messages(after)
        except CarrierHttpError as error:
            return NoAnswer(str(error))
        data = answer.get("SMSMessageData") if isinstance(answer, dict) else None
        rows = data.get("Messages") if isinstance(data, dict) else None
        if not isinstance(rows, list):
            return NoAnswer(f"the carrier's answer is no list of messages: {str(answer)[:200]}")
        return Fetch(tuple(_fetched(row) for row in rows if isinstance(row, dict) and "id" in row))

    def read_fetched(self, row: bytes) -> Inbound:
        """The same fields as a callback, as JSON."""
        return self.read_inbound(row, "application/json")

    def balance(self) -> Balance | NoAnswer:
        """`GET user`; the answer's `balance`, as 'KES 1785.50'."""
        try:
            held = _told_balance(self._account)
        except CarrierHttpError as error:
            return NoAnswer(str(error))
        found = money(held)
        return Balance(*found) if found else NoAnswer(f"the carrier's balance is no amount: {held[:60]}")


def _is_ours(number: str, called: str | None) -> bool:
    """Whether a text was sent to our number, however it is written; one that does not say was."""
    ours, theirs = (
        "".join(filter(str.isdigit, each))[-TELLING_DIGITS:] for each in (number, called or "")
    )  # fmt: skip
    return ours == theirs or not theirs


def _fetched(row: Mapping[str, Any]) -> Fetched:
    return Fetched(str(row["id"])[:60], json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))


def _outcomes(answer: object, numbers: list[str]) -> dict[str, Outcome]:
    """What an answer says about each number. 201 with no recipients is a refusal of the whole request."""
    data = answer.get("SMSMessageData") if isinstance(answer, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("Recipients"), list):
        return dict.fromkeys(numbers, Unknown(f"the carrier's answer is not understood: {str(answer)[:200]}"))
    recipients = [row for row in data["Recipients"] if isinstance(row, dict)]
    if not recipients:
        return dict.fromkeys(numbers, _refused_whole(str(data.get("Message") or "no recipients")))
    told = {_digits(str(row.get("number", ""))): _outcome(row) for row in recipients}
    missing = Unknown("the carrier's answer does not name this number")
    return {number: told.get(_digits(number), missing) for number in numbers}


def _digits(number: str) -> str:
    """The number without its plus, which answers have been seen to drop."""
    return number.strip().lstrip("+")


def _wait(status: int) -> Wait:
    return Wait.CONFIGURATION if 300 <= status < 400 else HTTP_WAITS.get(status, Wait.FINAL)


def _refused_whole(message: str) -> Refused:
    wait = Wait.MONEY if "balance" in message.lower() or "credit" in message.lower() else Wait.CONFIGURATION
    return Refused(message[:200], wait)


def _outcome(row: Mapping[str, Any]) -> Outcome:
    code = _whole(row.get("statusCode"))
    status = str(row.get("status", ""))
    if code in ACCEPTED or (code is None and status == "Success"):
        carrier_id = clean(str(row.get("messageId", "")))
        known = carrier_id[:120] if carrier_id not in {"", "None"} else None
        return Accepted(known, clean(str(row.get("cost", "")))[:40], _whole(row.get("messageParts")))
    reason = f"{code or ''} {status}".strip() or "refused without a reason"
    if code is not None and code in REFUSALS:
        return Refused(reason, REFUSALS[code], opted_out=code == BLACKLISTED)
    return Unknown(reason)


def _whole(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _told_balance(account: _AccountClient) -> str:
    """What the account holds, as the carrier writes it. Raises CarrierHttpError."""
    answer = account.fetch_application_data()
    data = answer.get("UserData") or answer.get("userData") if isinstance(answer, dict) else None
    if not isinstance(data, dict) or "balance" not in data:
        raise UnknownOutcomeError(f"the carrier's answer names no balance: {str(answer)[:200]}")
    return str(data["balance"])
