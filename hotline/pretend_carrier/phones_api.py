"""What the telephones page and the tests do at the telephones, as JSON under /phones/api."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from flask import Blueprint, Response, abort, jsonify, request

from hotline.pretend_carrier.carrier import Carrier, here
from hotline.pretend_carrier.phones import InputKind, LegState, Phone
from hotline.pretend_carrier.recordings import NotSoundError, extension
from hotline.pretend_carrier.sms_api import INTERNATIONAL
from hotline.pretend_carrier.switchboard import Refused
from hotline.pretend_carrier.texts import Text, TextState, now
from hotline.pretend_carrier.tone import tone

phones_api = Blueprint("phones_api", __name__, url_prefix="/phones/api/phones")

WORDS: Final[dict[Refused, str]] = {
    Refused.OFF: "Telepon ini sedang mati.",
    Refused.NO_CREDIT: "Pulsa telepon ini habis.",
    Refused.BUSY: "Telepon ini sedang dipakai.",
    Refused.NO_CALL: "Tidak ada panggilan di telepon ini.",
    Refused.NOT_RINGING: "Telepon ini tidak sedang berdering.",
    Refused.TOO_MANY_CALLS: "Terlalu banyak panggilan.",
}
DIALLED: Final = frozenset("0123456789*#")
LONGEST_WAIT: Final = 25.0


@phones_api.get("")
def list_phones() -> Response:
    """GET: all telephones."""
    carrier = here()
    with carrier.exchange.lock:
        return jsonify(phones=[phone.as_json() for phone in carrier.exchange.phones()])


@phones_api.post("")
def add_phone() -> tuple[Response, int]:
    """POST {name, number, role}: put up one more telephone."""
    body = _body()
    number, name = str(body.get("number", "")).strip(), str(body.get("name", "")).strip()
    if not INTERNATIONAL.fullmatch(number):
        return _problem("bad_number", "Tulis nomor dengan +62 di depan.", 400)
    role = "unit" if body.get("role") == "unit" else "resident"
    if not here().exchange.add_phone(Phone(number, name or number, role)):
        return _problem("taken", "Nomor ini sudah ada.", 409)
    return _shown(_phone(number)), 201


@phones_api.get("/<number>")
def one_phone(number: str) -> Response:
    """GET ?until=keys|recording|ringing|connected|over&wait=s: a telephone, once its line is that far."""
    carrier, phone = here(), _phone(number)
    until = request.args.get("until")
    if until:
        _wait(carrier, phone, until, min(request.args.get("wait", 10.0, type=float), LONGEST_WAIT))
    return _shown(phone)


@phones_api.post("/<number>")
def set_phone(number: str) -> Response:
    """POST {on, credit}: switch a telephone on or off, fill or empty its credit."""
    carrier, phone, body = here(), _phone(number), _body()
    phone.credit = bool(body.get("credit", phone.credit))
    if "on" in body and bool(body["on"]) != phone.on:
        phone.on = bool(body["on"])
        _switched(carrier, phone)
    carrier.exchange.changed("phone", phone.number)
    return _shown(phone)


@phones_api.post("/<number>/texts")
def send_text(number: str) -> tuple[Response, int]:
    """POST {text}: the person sends a text to the hotline."""
    carrier, phone = here(), _phone(number)
    if not phone.on:
        return _refused(Refused.OFF)
    text = Text(
        id=f"ATXid_{uuid4().hex}",
        sender=phone.number,
        recipient=carrier.settings.number,
        words=str(_body().get("text", "")),
        state=TextState.SENDING if phone.credit else TextState.NO_CREDIT,
        at=now(),
    )
    if phone.credit:
        _carry(carrier, text)
    else:
        carrier.exchange.show_unsent(text)
    return jsonify(text.as_json()), 201


@phones_api.post("/<number>/opt-out")
def opt_out(number: str) -> Response:
    """POST {}: the subscriber asks the company for no more texts of the hotline; again {}: takes it back."""
    carrier, phone = here(), _phone(number)
    phone.opted_out = not phone.opted_out
    if phone.opted_out:
        carrier.postman.post_opt_out(phone.number)
    carrier.exchange.changed("phone", phone.number)
    return _shown(phone)


@phones_api.post("/<number>/dial")
def dial(number: str) -> tuple[Response, int]:
    """POST {withheld}: the person calls the hotline."""
    phone = _phone(number)
    call = here().switchboard.dial(phone, withheld=bool(_body().get("withheld")))
    if isinstance(call, Refused):
        return _refused(call)
    return jsonify(session=call.session), 201


@phones_api.post("/<number>/keys")
def press(number: str) -> tuple[Response, int]:
    """POST {keys}: press these keys one after the other, also ahead of the question."""
    phone, keys = _phone(number), str(_body().get("keys", ""))
    if not keys or not set(keys) <= DIALLED:
        return _problem("bad_keys", "Hanya angka, * dan #.", 400)
    for key in keys:
        if refusal := here().switchboard.pass_on(phone, InputKind.KEY, key):
            return _refused(refusal)
    return _shown(phone), 200


@phones_api.post("/<number>/speech")
def speak(number: str) -> tuple[Response, int]:
    """POST WAV or MP3 bytes, or {seconds} for a tone: say this into the telephone."""
    phone, sound = _phone(number), request.get_data()
    if request.is_json or not sound:
        sound = tone(min(float(_body().get("seconds", 3)), 60))
    try:
        extension(sound)
    except NotSoundError:
        return _problem("not_sound", "Suara harus WAV atau MP3.", 415)
    return _passed(phone, InputKind.SPEECH, sound)


@phones_api.post("/<number>/<any(silence, skip, answer, reject):what>")
def do(number: str, what: str) -> tuple[Response, int]:
    """POST: let the line's patience end, skip the prompt, pick up, or refuse."""
    return _passed(_phone(number), InputKind(what))


@phones_api.post("/<number>/hang-up")
def hang_up(number: str) -> tuple[Response, int]:
    """POST: put the receiver down; a ringing telephone refuses."""
    return _passed(_phone(number), InputKind.HANG_UP)


@phones_api.errorhandler(404)
def no_phone(_error: object) -> tuple[Response, int]:
    """No telephone has this number."""
    return _problem("no_phone", "Nomor ini tidak ada.", 404)


def _carry(carrier: Carrier, text: Text) -> None:
    fault = carrier.faults.take("inbound", text.sender)
    if fault == "lost":
        text.state = TextState.LOST
    carrier.exchange.keep_inbound(text)
    if fault != "lost":
        carrier.postman.post_inbound(text, fault)


def _switched(carrier: Carrier, phone: Phone) -> None:
    if phone.on:
        for text in carrier.exchange.waiting_texts(phone):
            carrier.receipts.resume(text)
    elif phone.is_busy:
        carrier.switchboard.pass_on(phone, InputKind.HANG_UP)


def _wait(carrier: Carrier, phone: Phone, until: str, seconds: float) -> None:
    events, waited = carrier.exchange.events, 0.0
    while not _is_at(phone, until) and waited < seconds:
        events.since(events.last, wait=0.1)
        waited += 0.1


def _is_at(phone: Phone, until: str) -> bool:
    leg = phone.leg
    if until == LegState.OVER:
        return leg is None or leg.state is LegState.OVER
    if leg is None:
        return False
    return until in {leg.state.value, leg.asking.kind if leg.asking else None}


def _phone(number: str) -> Phone:
    phone = here().exchange.phone(number if number.startswith("+") else f"+{number.strip()}")
    return phone or abort(404)


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _shown(phone: Phone) -> Response:
    with here().exchange.lock:
        return jsonify(phone.as_json())


def _passed(phone: Phone, kind: InputKind, value: object = None) -> tuple[Response, int]:
    refusal = here().switchboard.pass_on(phone, kind, value)
    return _refused(refusal) if refusal else (_shown(phone), 200)


def _refused(refusal: Refused) -> tuple[Response, int]:
    return _problem(refusal.value, WORDS[refusal], 409)


def _problem(error: str, words: str, status: int) -> tuple[Response, int]:
    return jsonify(error=error, words=words), status
