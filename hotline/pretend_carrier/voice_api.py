"""The company's voice HTTP: place calls, count queues, transfer, take media, serve recordings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from hotline.pretend_carrier.carrier import Carrier, here
from hotline.pretend_carrier.connecting import Transfer
from hotline.pretend_carrier.faults import REQUEST_FAULTS
from hotline.pretend_carrier.loopback import is_loopback
from hotline.pretend_carrier.request_faults import answer, refuse_key
from hotline.pretend_carrier.sms_api import INTERNATIONAL, has_key

voice_api = Blueprint("voice_api", __name__)
HUGE_CHUNKS: Final = 1024
CHUNK: Final = bytes(65_536)


@voice_api.post("/call")
def call() -> Response:
    """POST /call: form (or JSON) fields username, from, to, clientRequestId."""
    carrier, fields = here(), _fields()
    if not has_key(carrier, fields.get("username", "")):
        return refuse_key()
    fault = carrier.faults.take("call", among=REQUEST_FAULTS)
    refusal = _refusal(carrier, fields, fault)
    if refusal:
        return jsonify(entries=[], errorMessage=refusal)
    return answer(carrier, fault, lambda: _place(carrier, fields))


@voice_api.post("/queueStatus")
def queue_status() -> Response:
    """POST /queueStatus: how many wait in each queue of these numbers."""
    carrier, fields = here(), _fields()
    if not has_key(carrier, fields.get("username", "")):
        return refuse_key()
    entries = [
        {"phoneNumber": number, "queueName": name, "numCalls": count}
        for number in _listed(fields.get("phoneNumbers", ""))
        for name, count in carrier.switchboard.queues.counts(number).items()
    ]
    return jsonify(entries=entries, errorMessage="None", status="Success")


@voice_api.post("/mediaUpload")
def media_upload() -> Response:
    """POST /mediaUpload: 201 for a .mp3 or .wav on this machine; nothing is fetched before it is played."""
    carrier, fields = here(), _fields()
    if not has_key(carrier, fields.get("username", "")):
        return refuse_key()
    url = fields.get("url", "")
    if not is_loopback(url) or not url.lower().endswith((".mp3", ".wav")):
        return Response("The supplied url is invalid", 400, mimetype="text/plain")
    return Response("The request has been fulfilled and resulted in a new resource being created.", 201)


@voice_api.post("/callTransfer")
def call_transfer() -> Response:
    """POST /callTransfer: sessionId, phoneNumber, callLeg (caller or callee)."""
    carrier, fields = here(), _fields()
    if not has_key(carrier, fields.get("username", "")):
        return refuse_key()
    wish = Transfer(fields.get("phoneNumber", ""), fields.get("callLeg", "callee"))
    if not carrier.switchboard.transfer(fields.get("sessionId", ""), wish):
        return jsonify(status="Aborted", errorMessage="The call has no second leg")
    return jsonify(status="Success", errorMessage="None")


@voice_api.get("/recordings/<name>")
def recording(name: str) -> Response:
    """What a caller said, under the URL that went to the hotline."""
    carrier = here()
    sound = carrier.recordings.get(name)
    kind = "audio/wav" if name.endswith(".wav") else "audio/mpeg"
    match carrier.faults.take("recording"):
        case "missing":
            return Response("Not Found", 404, mimetype="text/plain")
        case "http_500":
            return Response("Internal Server Error", 500, mimetype="text/plain")
        case "not_audio":
            return Response("<!doctype html><title>Login</title>", 200, mimetype=kind)
        case "huge":
            return Response(_endless(sound or b""), 200, mimetype=kind)
        case "late":
            carrier.closing.wait(carrier.settings.late_seconds)
    if sound is None:
        return Response("Not Found", 404, mimetype="text/plain")
    return Response(sound, 200, mimetype=kind)


def _fields() -> dict[str, str]:
    body: Any = request.get_json(silent=True) if request.is_json else request.form
    return {name: str(value) for name, value in body.items()} if hasattr(body, "items") else {}


def _listed(numbers: str) -> list[str]:
    return [number.strip() for number in numbers.split(",") if number.strip()]


def _refusal(carrier: Carrier, fields: dict[str, str], fault: str | None) -> str:
    if fault == "refused":
        return "Insufficient credit"
    if fields.get("from") != carrier.settings.number:
        return f"Invalid callerId: {fields.get('from', '')}"
    if "callActions" in fields:
        return "callActions are not supported by the pretend company"
    return "" if _listed(fields.get("to", "")) else "No phone numbers"


def _place(carrier: Carrier, fields: dict[str, str]) -> Response:
    request_id = fields.get("clientRequestId", "")
    entries = [_entry(carrier, number, request_id) for number in _listed(fields["to"])]
    response = jsonify(entries=entries, errorMessage="None")
    response.headers["X-Current-Queue-Size"] = str(carrier.switchboard.live_count())
    return response


def _entry(carrier: Carrier, number: str, request_id: str) -> dict[str, str]:
    if not INTERNATIONAL.fullmatch(number):
        return {"phoneNumber": number, "status": "InvalidPhoneNumber", "sessionId": "None"}
    placed = carrier.switchboard.place(number, request_id)
    if placed is None:
        return {"phoneNumber": number, "status": "InsufficientCredit", "sessionId": "None"}
    return {"phoneNumber": number, "status": "Queued", "sessionId": placed.session}


def _endless(start: bytes) -> Iterator[bytes]:
    yield start
    for _ in range(HUGE_CHUNKS):
        yield CHUNK
