"""The company's text-message HTTP: send, poll, balance; answers shaped as recorded from the real one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from hmac import compare_digest
from typing import Any, Final
from uuid import uuid4

from flask import Blueprint, Response, jsonify, request

from hotline.pretend_carrier.carrier import Carrier, here
from hotline.pretend_carrier.exchange import PRICE_PER_PART
from hotline.pretend_carrier.faults import RECIPIENT_CODES, RECIPIENT_FAULTS, REQUEST_FAULTS
from hotline.pretend_carrier.request_faults import answer, refuse_key
from hotline.pretend_carrier.texts import Text, TextState, count_parts, now

sms_api = Blueprint("sms_api", __name__)
INTERNATIONAL: Final = re.compile(r"\+[1-9][0-9]{6,14}")
INDONESIAN_LANDLINE: Final = re.compile(r"\+62[2-7][0-9]+")
ACCEPTED: Final = frozenset({100, 101, 102})


@dataclass(frozen=True, slots=True)
class Send:
    """What one request asks for: words to numbers, under a sender's name."""

    recipients: tuple[str, ...]
    words: str
    sender: str


def has_key(carrier: Carrier, username: str) -> bool:
    """True if the request carries the account's user name and its key in the apiKey header."""
    settings = carrier.settings
    given = f"{username}\n{request.headers.get('apiKey', '')}"
    return compare_digest(given.encode(), f"{settings.username}\n{settings.api_key}".encode())


@sms_api.post("/version1/messaging")
def send_form() -> Response:
    """POST /version1/messaging: form fields username, to, message, from."""
    form = request.form
    recipients = tuple(number.strip() for number in form.get("to", "").split(",") if number.strip())
    return _send(form.get("username", ""), Send(recipients, form.get("message", ""), form.get("from", "")))


@sms_api.post("/version1/messaging/bulk")
def send_json() -> Response:
    """POST /version1/messaging/bulk: JSON with username, phoneNumbers, message, senderId."""
    body = request.get_json(silent=True) or {}
    recipients = tuple(str(number) for number in body.get("phoneNumbers") or ())
    wish = Send(recipients, str(body.get("message", "")), str(body.get("senderId") or ""))
    return _send(str(body.get("username", "")), wish)


@sms_api.get("/version1/messaging")
def fetch_messages() -> Response:
    """GET /version1/messaging: inbound texts above lastReceivedId, also those never called back."""
    carrier = here()
    if not has_key(carrier, request.args.get("username", "")):
        return refuse_key()
    texts = carrier.exchange.polled(request.args.get("lastReceivedId", 0, type=int))
    return jsonify(SMSMessageData={"Messages": [_polled(text) for text in texts]})


@sms_api.get("/version1/user")
def account() -> Response:
    """GET /version1/user: what the account holds."""
    carrier = here()
    if not has_key(carrier, request.args.get("username", "")):
        return refuse_key()
    return jsonify(UserData={"balance": f"IDR {carrier.exchange.balance:.2f}"})


@sms_api.route("/elsewhere", methods=["GET", "POST"])
def elsewhere() -> Response:
    """Where the redirect fault points: whoever follows it has given its key to another address."""
    leaked = "apiKey" in request.headers
    here().exchange.changed("redirect_followed_with_key" if leaked else "redirect_followed", "")
    return Response("Gone", 410, mimetype="text/plain")


def _send(username: str, wish: Send) -> Response:
    carrier = here()
    if not has_key(carrier, username):
        return refuse_key()
    fault = carrier.faults.take("send", among=REQUEST_FAULTS)
    if fault == "no_sender" or not _may_use(carrier, wish.sender):
        return _answer("InvalidSenderId", [])
    return answer(carrier, fault, lambda: _accept(carrier, wish))


def _may_use(carrier: Carrier, sender: str) -> bool:
    settings = carrier.settings
    own = {"", "AFRICASTKNG", settings.number, settings.number.removeprefix("+"), *settings.sender_ids}
    return settings.username == "sandbox" or sender in own


def _accept(carrier: Carrier, wish: Send) -> Response:
    parts = count_parts(wish.words)
    cost = PRICE_PER_PART * parts
    rows = [_send_one(carrier, wish, number, cost, parts) for number in wish.recipients]
    taken = sum(row["statusCode"] in ACCEPTED for row in rows)
    summary = f"Sent to {taken}/{len(rows)} Total Cost: IDR {cost * taken:.4f} Message parts: {parts}"
    return _answer(summary, rows)


def _send_one(carrier: Carrier, wish: Send, number: str, cost: Decimal, parts: int) -> dict[str, Any]:
    code = _code(carrier, number, cost)
    if code not in ACCEPTED:
        return _row(code, number, "0", "None", 0)
    text = Text(
        id=f"ATXid_{uuid4().hex}",
        sender=wish.sender or carrier.settings.number,
        recipient=number,
        words=wish.words,
        state=TextState.ON_THE_WAY,
        at=now(),
    )
    carrier.exchange.deliver(text)
    carrier.receipts.begin(text, carrier.faults.take("receipt", number))
    return _row(code, number, f"IDR {cost:.4f}", text.id, parts)


def _code(carrier: Carrier, number: str, cost: Decimal) -> int:
    fault = carrier.faults.take("send", number, among=RECIPIENT_FAULTS)
    if fault:
        return int(fault.removeprefix("code_"))
    if not INTERNATIONAL.fullmatch(number):
        return 403
    if INDONESIAN_LANDLINE.fullmatch(number):
        return 404
    phone = carrier.exchange.phone(number)
    if phone and phone.opted_out:
        return 406
    return 101 if carrier.exchange.charge(cost) else 405


def _row(code: int, number: str, cost: str, message_id: str, parts: int) -> dict[str, Any]:
    return {
        "statusCode": code,
        "number": number,
        "status": RECIPIENT_CODES[code],
        "cost": cost,
        "messageId": message_id,
        "messageParts": parts,
    }


def _answer(summary: str, rows: list[dict[str, Any]]) -> Response:
    response = jsonify(SMSMessageData={"Message": summary, "Recipients": rows})
    response.status_code = 201
    return response


def _polled(text: Text) -> dict[str, Any]:
    return {
        "linkId": "",
        "text": text.words,
        "to": text.recipient,
        "id": text.serial,
        "date": text.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{text.at.microsecond // 1000:03d}Z",
        "from": text.sender,
    }
