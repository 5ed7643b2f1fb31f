"""A carrier that accepts every text after a fixed time, and remembers when it heard which number.

ASGI, so that a thousand requests may wait at once. `BENCH_CARRIER_DELAY` is in seconds. GET tells what it
heard as JSON: number to the moments (seconds since 1970).
"""

import asyncio
import itertools
import json
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

DELAY_S: Final = float(os.environ.get("BENCH_CARRIER_DELAY", "0"))
heard: dict[str, list[float]] = {}
_serial = itertools.count(1)


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """One HTTP request."""
    if scope["type"] != "http":
        return
    if scope["method"] == "GET":
        await _answer(send, 200, heard)
        return
    numbers = parse_qs(await _body(receive)).get("to", [""])[0].split(",")
    await asyncio.sleep(DELAY_S)
    moment = time.time()
    for number in numbers:
        heard.setdefault(number, []).append(moment)
    rows = [_accepted(number) for number in numbers]
    await _answer(send, 201, {"SMSMessageData": {"Message": f"Sent to {len(rows)}", "Recipients": rows}})


def _accepted(number: str) -> dict[str, Any]:
    return {
        "statusCode": 101, "number": number, "status": "Success", "cost": "IDR 350.0000",
        "messageId": f"ATXid_{next(_serial):032d}", "messageParts": 1,
    }  # fmt: skip


async def _body(receive: Receive) -> str:
    whole = b""
    while True:
        part = await receive()
        whole += bytes(part.get("body", b""))
        if not part.get("more_body"):
            return whole.decode()


async def _answer(send: Send, status: int, body: object) -> None:
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
