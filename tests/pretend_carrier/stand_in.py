"""A hand-written hotline that answers XML, and hands that work the company's HTTP."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl

import requests
from flask import Flask, Response, request

from hotline.pretend_carrier import serve
from hotline.pretend_carrier.carrier import Carrier
from tests.support.eventually import eventually

KEY = {"apiKey": "pretend-key"}
SITI, RAHMAN, LINMAS = "+6281200000011", "+6281200000012", "+6281300000003"


@dataclass
class StandIn:
    """Remembers every callback; answers from `scripts` and `sounds`, and with `status`."""

    url: str = ""
    status: int = 200
    scripts: dict[str, str] = field(default_factory=dict)
    sounds: dict[str, bytes] = field(default_factory=dict)
    described: str = ""
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def answer(self, path: str) -> Response:
        body = request.get_data()
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        with self.lock:
            self.heard.append((f"/{path}", form, body))
        if request.method == "GET":
            sound = self.sounds.get(f"/{path}")
            headers = {"Content-Description": self.described} if self.described else {}
            return Response(sound or b"", 200 if sound else 404, headers)
        return Response(self.scripts.get(f"/{path}", ""), self.status, mimetype="text/plain")

    def forms(self, path: str) -> list[dict[str, str]]:
        """The forms posted to this path so far, oldest first."""
        with self.lock:
            return [form for heard, form, _ in self.heard if heard == path]

    def voice(self) -> list[dict[str, str]]:
        """All voice callbacks, each with its path as `path`, oldest first."""
        with self.lock:
            return [form | {"path": path} for path, form, _ in self.heard if path.startswith("/ivr/")]

    def script(self, body: str, path: str = "/ivr/pretend/call") -> None:
        """Answer voice callbacks to `path` with these elements."""
        self.scripts[path] = f'<?xml version="1.0" encoding="UTF-8"?><Response>{body}</Response>'


@dataclass
class Hands:
    """Works the company's HTTP as a browser, and as the hotline, would."""

    url: str
    carrier: Carrier

    def phone(self, number: str, what: str, body: Any = None, status: int = 200) -> dict[str, Any]:
        """Do `what` at a telephone."""
        answer = requests.post(f"{self.url}/phones/api/phones/{number}/{what}", json=body or {}, timeout=10)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    def look(self, number: str, until: str = "") -> dict[str, Any]:
        """A telephone as it is, or once its line is as far as `until`."""
        wait = {"until": until, "wait": "8"} if until else {}
        return dict(requests.get(f"{self.url}/phones/api/phones/{number}", params=wait, timeout=12).json())

    def heard(self, number: str = SITI) -> list[tuple[str, str]]:
        """What the person at this telephone heard in the last call, as (kind, words)."""
        return [(entry["kind"], entry["text"]) for entry in self.look(number)["call"]["heard"]]

    def dial(self, number: str) -> dict[str, Any]:
        """Call the hotline and let the call run by itself; the call as the company remembers it."""
        return self.finished(self.phone(number, "dial", status=201)["session"])

    def finished(self, session: str) -> dict[str, Any]:
        """The call, once its last callback was posted."""

        def probe() -> dict[str, Any] | None:
            found = requests.get(f"{self.url}/phones/api/calls?session={session}", timeout=10).json()["calls"]
            return found[0] if found and found[0]["finished"] else None

        return eventually(probe, f"the call {session} is over") or {}

    def send(self, to: str = SITI, message: str = "Halo", **more: str) -> requests.Response:
        """Send a text as the hotline does."""
        form = {"username": "sandbox", "to": to, "message": message} | more
        return requests.post(f"{self.url}/version1/messaging", data=form, headers=KEY, timeout=10)

    def rows(self, answer: requests.Response) -> list[dict[str, Any]]:
        """The recipients of an accepted send."""
        return list(answer.json()["SMSMessageData"]["Recipients"])

    def call(self, number: str, **more: str) -> dict[str, Any]:
        """Call a telephone as the hotline does."""
        form = {"username": "sandbox", "from": self.carrier.settings.number, "to": number} | more
        return dict(requests.post(f"{self.url}/call", data=form, headers=KEY, timeout=10).json())

    def arm(self, point: str, fault: str, times: int = 1, number: str = "") -> None:
        """Let a fault happen."""
        row: Any = {"point": point, "fault": fault, "times": times, "number": number}
        assert requests.post(f"{self.url}/faults", json=row, timeout=10).status_code == 201


def run_server(app: Flask, port: int = 0) -> tuple[int, Callable[[], None]]:
    """Serve an application on a thread; its port and how to end it."""
    server = serve(app, port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()

    def end() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    return server.port, end


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


Open = Callable[..., Hands]
