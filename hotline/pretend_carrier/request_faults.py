"""Spoils the answer to one request of the hotline, after or instead of doing what it asked."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Final

from flask import Response, jsonify, request

from hotline.pretend_carrier.carrier import Carrier

BAD_KEY: Final = "The supplied authentication is invalid"
STATUS_ONLY: Final[dict[str, tuple[int, str]]] = {
    "http_429": (429, "Too Many Requests"),
    "http_500": (500, "The server was not able to produce a timely response to your request."),
    "http_503": (503, "Service Unavailable"),
}


def refuse_key() -> Response:
    """The recorded answer to a wrong user name or key."""
    answer = Response(BAD_KEY, 401, content_type="text/plain; charset=UTF-8")
    answer.headers["WWW-Authenticate"] = 'Basic realm="api"'
    return answer


def answer(carrier: Carrier, fault: str | None, accept: Callable[[], Response]) -> Response:
    """The answer the hotline gets: `accept()` as it is, spoilt, or never called."""
    match fault:
        case None:
            return accept()
        case "http_401":
            return refuse_key()
        case "http_429" | "http_500" | "http_503":
            return _status(fault)
        case "late_lost":
            carrier.closing.wait(carrier.settings.late_seconds)
            return _status("http_503")
        case "cut_lost":
            return _cut()
        case "redirect":
            return Response(status=307, headers={"Location": f"{carrier.settings.public_url}/elsewhere"})
        case _:
            return _spoil(carrier, fault, accept())


def _spoil(carrier: Carrier, fault: str, accepted: Response) -> Response:
    match fault:
        case "http_500_done":
            return _status("http_500")
        case "late":
            carrier.closing.wait(carrier.settings.late_seconds)
        case "cut":
            return _cut()
        case "garbage":
            accepted.set_data(accepted.get_data()[:-20])
        case "html":
            page = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>"
            return Response(page, 200, mimetype="text/html")
    return accepted


def _status(fault: str) -> Response:
    code, words = STATUS_ONLY[fault]
    return Response(words, code, mimetype="text/plain")


def _cut() -> Response:
    """Break the connection under the server's hands: the peer sees it closed without an answer."""
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
    return jsonify(cut=True)
