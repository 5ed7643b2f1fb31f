"""The telephone company of the chaos: takes texts, is unreliable by a seed, and reports their delivery; its
units answer the texts that send them.

What it took it remembers, also where the hotline never hears so.
"""

import json
import random
import re
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs

from tests.chaos.callbacks import Sender
from tests.chaos.history import Handed, History

MOODS: Final = {"well": 84, "cut": 4, "refuses": 4, "fails": 3, "garbles": 3, "dawdles": 2}
"""How a request ends, in per cent; but for `refuses` and `fails`, the text was taken."""
TASK: Final = re.compile(r"^TUGAS (\d{4,}) ")
DAWDLE_S: Final = 2.0
DECLINES: Final = 0.15
"""The share of tasks that a unit turns down, so that the next is asked."""
REPORTERS: Final = 24
AT_WORK_S: Final = 3.0
"""How long a unit's task takes at most: then it can be sent again."""
TAKEN, DECLINED, DONE = "1", "2", "6"


class Company:
    """Listens on a port of its own until `close`."""

    def __init__(self, history: History, seed: int) -> None:
        self.history = history
        self.down = threading.Event()
        """Set while every line to the company is cut."""
        self.calm = threading.Event()
        """Set when it shall do its work well."""
        self.sender: Sender | None = None
        self.token = ""
        self._chance = random.Random(seed)
        self._reports = ThreadPoolExecutor(REPORTERS, thread_name_prefix="reports")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Waits for what is under way."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
        self._reports.shutdown(wait=True, cancel_futures=True)

    def open_for(self, sender: Sender, token: str) -> None:
        """From now on it reports to the hotline behind `sender`."""
        self.sender, self.token = sender, token

    def asked(self, path: str, body: bytes) -> tuple[str, dict[str, Any]]:
        """The mood of the answer, and the answer."""
        mood = "well" if self.calm.is_set() else self._chance.choices(list(MOODS), list(MOODS.values()))[0]
        if path == "/call":
            return "well", {"entries": [], "errorMessage": "InvalidPhoneNumber"}
        numbers, words = _wish(path, body)
        if mood in ("refuses", "fails"):
            return mood, {}
        rows = [self._take(number, words) for number in numbers]
        return mood, {"SMSMessageData": {"Message": f"Sent to {len(rows)}", "Recipients": rows}}

    def _take(self, number: str, words: str) -> dict[str, Any]:
        carrier_id = f"ATXid_{self._chance.getrandbits(128):032x}"
        self.history.took(Handed(number, words, carrier_id))
        self._reports.submit(self._deliver, number, words, carrier_id, self._chance.getrandbits(32))
        return {
            "statusCode": 101, "number": number, "status": "Success", "cost": "IDR 350.0000",
            "messageId": carrier_id, "messageParts": 1,
        }  # fmt: skip

    def _deliver(self, number: str, words: str, carrier_id: str, seed: int) -> None:
        """A delivery report, mostly; and a unit that is sent accepts."""
        if self.sender is None:
            return
        chance = random.Random(seed)
        time.sleep(chance.random())
        if chance.random() < 0.95:
            report = {"id": carrier_id, "status": "Success", "phoneNumber": number}
            self._tell("receipt", report, carrier_id, self.history.acknowledged_receipts, chance)
        if task := TASK.match(words):
            self._work(number, task[1], carrier_id, chance)

    def _work(self, number: str, incident: str, carrier_id: str, chance: random.Random) -> None:
        """A unit takes its task and ends it, or turns it down."""
        codes = (DECLINED,) if chance.random() < DECLINES else (TAKEN, DONE)
        for code in codes:
            key = f"answer-{code}-{carrier_id}"
            answer = {"from": number, "to": "+628117435000", "text": f"{incident} {code}", "id": key}
            self._tell("inbound", answer, key, self.history.acknowledged_texts, chance)
            if code == TAKEN:
                time.sleep(chance.random() * AT_WORK_S)

    def _tell(
        self, address: str, form: Mapping[str, str], key: str, heard: set[str], chance: random.Random
    ) -> None:
        assert self.sender is not None
        path = f"/sms/{self.token}/{address}"
        self.sender.until_heard(path, form, chance, lambda: self.history.acknowledge(heard, key))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        company = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told: dict[str, Any] = (
                    {"UserData": {"balance": "IDR 90000000.00"}}
                    if self.path.startswith("/version1/user")
                    else {"SMSMessageData": {"Messages": []}}
                )
                company.answer(self, "well", told)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                if company.down.is_set():
                    self.close_connection = True
                    return
                company.answer(self, *company.asked(self.path, body))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
                """Says nothing."""

        return Handler

    def answer(self, request: BaseHTTPRequestHandler, mood: str, told: dict[str, Any]) -> None:
        """Puts the answer on the line as the mood is."""
        request.close_connection = True
        if mood == "cut":
            return
        if mood == "dawdles":
            time.sleep(DAWDLE_S)
        status = {"refuses": 429, "fails": 503}.get(mood, 201)
        content = b"<html>" if mood == "garbles" else json.dumps(told).encode()
        with suppress(OSError):
            request.send_response(status)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(content)))
            request.end_headers()
            request.wfile.write(content)


def _wish(path: str, body: bytes) -> tuple[list[str], str]:
    """To whom, and what."""
    if path.endswith("/bulk"):
        wish = json.loads(body)
        return [str(number) for number in wish["phoneNumbers"]], str(wish["message"])
    form = parse_qs(body.decode(), keep_blank_values=True)
    return form["to"][0].split(","), form["message"][0]
