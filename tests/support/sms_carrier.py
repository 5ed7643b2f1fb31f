"""A carrier's HTTP on loopback that answers with whatever bytes a test puts on the line."""

import json
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs

SILENCE: Final = b"silence"
HANG_UP: Final = b"hang up"


def recipient(number: str, code: object, status: str, carrier_id: str = "None") -> dict[str, object]:
    """One row of an answer, as the carrier writes it."""
    return {"number": number, "statusCode": code, "status": status, "messageId": carrier_id, "cost": "0"}


def accepted_row(number: str, carrier_id: str, code: int = 101) -> dict[str, object]:
    """One row that took the text."""
    return recipient(number, code, "Success", carrier_id)


def answer(
    *rows: Mapping[str, object], message: str = "Sent", content_type: str = "application/json"
) -> bytes:
    """The whole HTTP answer with these rows."""
    body = json.dumps({"SMSMessageData": {"Message": message, "Recipients": list(rows)}}).encode()
    return http(201, body, content_type)


def http(status: int, body: bytes, content_type: str = "application/json", *headers: str) -> bytes:
    """An HTTP answer, byte for byte."""
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


class CarrierServer:
    """Plays one answer for every request and remembers what it was asked."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.heads: list[dict[str, str]] = []
        self._answer = answer()
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def reply(self, raw: bytes) -> None:
        """What is answered from now on; SILENCE never answers, HANG_UP closes at once."""
        self._answer = raw

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.play(self)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                form = parse_qs(body.decode(), keep_blank_values=True)
                server.forms.append({name: values[0] for name, values in form.items()})
                server.heads.append({name.lower(): value for name, value in self.headers.items()})
                server.play(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
                """Says nothing."""

        return Handler

    def play(self, request: BaseHTTPRequestHandler) -> None:
        """Puts the answer on the line and closes it."""
        request.close_connection = True
        if self._answer == SILENCE:
            self._over.wait(30)
        elif self._answer != HANG_UP:
            request.wfile.write(self._answer)
        with suppress(OSError):
            request.connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stops listening; closing twice does no harm."""
        if self._over.is_set():
            return
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
