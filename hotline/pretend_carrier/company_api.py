"""The company as a whole, as JSON: everything at once, what changed, its calls, traffic, money and faults."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, jsonify, request

from hotline.pretend_carrier.carrier import here
from hotline.pretend_carrier.faults import CATALOGUE, UnknownFaultError
from hotline.pretend_carrier.phones_api import LONGEST_WAIT

company_api = Blueprint("company_api", __name__)


@company_api.get("/phones/api/state")
def state() -> Response:
    """GET: everything the page shows when it opens."""
    carrier = here()
    with carrier.exchange.lock:
        return jsonify(
            boot=carrier.exchange.events.boot,
            last=carrier.exchange.events.last,
            number=carrier.settings.number,
            balance=str(carrier.exchange.balance),
            phones=[phone.as_json() for phone in carrier.exchange.phones()],
            elsewhere=[text.as_json() for text in carrier.exchange.elsewhere()],
            faults=carrier.faults.as_json(),
        )


@company_api.get("/phones/api/events")
def events() -> Response:
    """GET ?since=id&wait=s: what changed after `since`; reset=true means read the state again."""
    log = here().exchange.events
    since = request.args.get("since", 0, type=int)
    fresh = log.since(since, min(request.args.get("wait", 0.0, type=float), LONGEST_WAIT))
    rows = [{"id": event.id, "kind": event.kind, "number": event.number} for event in fresh or ()]
    last = rows[-1]["id"] if rows else (since if fresh is not None else log.last)
    return jsonify(boot=log.boot, last=last, reset=fresh is None, events=rows)


@company_api.get("/phones/api/calls")
def calls() -> Response:
    """GET ?session=id: remembered calls with their steps, newest first."""
    session, carrier = request.args.get("session"), here()
    with carrier.exchange.lock:
        shown = [call.as_json() for call in carrier.switchboard.calls()]
    return jsonify(calls=[call for call in shown if session in {None, call["session"]}])


@company_api.get("/phones/api/traffic")
def traffic() -> Response:
    """GET ?most=50: the newest callbacks to the hotline and how it answered, and texts to other numbers."""
    exchange, most = here().exchange, max(request.args.get("most", 50, type=int), 1)
    return jsonify(
        callbacks=[note.as_json() for note in exchange.notes()],
        elsewhere=[text.as_json() for text in exchange.elsewhere(most)],
    )


@company_api.post("/phones/api/inbound")
def raw_inbound() -> tuple[Response, int]:
    """POST {from, text, …}: bring a text of any sender to the hotline; fields replace the usual ones."""
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict):
        return jsonify(error="bad_body", words="Kirim objek JSON."), 400
    fields: dict[str, Any] = {"id": f"ATXid_{uuid4().hex}", "to": here().settings.number} | body
    fields = {name: value for name, value in fields.items() if value is not None}
    here().postman.post_raw_inbound({name: str(value) for name, value in fields.items()})
    return jsonify(fields), 202


@company_api.get("/faults")
def list_faults() -> Response:
    """GET: what is armed, what can be, and the balance."""
    carrier = here()
    return jsonify(armed=carrier.faults.as_json(), catalogue=CATALOGUE, balance=str(carrier.exchange.balance))


@company_api.post("/faults")
def arm_faults() -> tuple[Response, int]:
    """POST {point, fault, times=1, number=""} or a list of them; or {balance} in rupiah."""
    body: Any = request.get_json(silent=True)
    try:
        for row in body if isinstance(body, list) else [body]:
            _arm(row)
    except (UnknownFaultError, InvalidOperation, KeyError, TypeError, ValueError) as error:
        return jsonify(error="bad_fault", words=str(error)), 400
    here().exchange.changed("faults", "")
    return list_faults(), 201


@company_api.delete("/faults")
def clear_faults() -> Response:
    """DELETE: everything goes right again."""
    here().faults.clear()
    here().exchange.changed("faults", "")
    return list_faults()


def _arm(row: dict[str, Any]) -> None:
    carrier = here()
    if "balance" in row:
        balance = Decimal(str(row["balance"]))
        if not balance.is_finite():
            raise ValueError("the balance is not a number")
        carrier.exchange.set_balance(balance)
    if "fault" in row or "balance" not in row:
        carrier.faults.arm(row["point"], row["fault"], int(row.get("times", 1)), str(row.get("number", "")))
