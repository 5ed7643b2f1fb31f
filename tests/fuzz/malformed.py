"""Requests that no carrier should send, to every address that it knows; the same seed makes the same."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

FORM: Final = "application/x-www-form-urlencoded"
HOTLINE: Final = "+628117435000"
MEGABYTE: Final = 1024 * 1024
_TEXTS: Final = ("inbound",) * 5 + ("receipt",) * 2 + ("opt-out",)
_STEPS: Final = (
    "call", "step/kind-----0-0", "step/describe-1-3-5-0-0", "step/describe-1-3-5-0-0/silent",
    "step/nowhere-9", "step/unit-pin-", "step/dispatch-", "step/%00%ff", "step/" + "x" * 300,
)  # fmt: skip
_KINDS: Final = (
    FORM, "application/json", "", "multipart/form-data; boundary=x", f"{FORM}; charset=utf-16", "text/xml",
    "\xff\xfe", "a/" + "b" * 500, f"{FORM}; charset=../../etc/passwd",
)  # fmt: skip
_WORDS: Final = (
    "maling rt 5 eka jaya",
    "1041 3",
    "STOP",
    "BERHENTI",
    "tolong",
    "apa kabar",
    "1",
    "terima kasih",
)
_ODD: Final = (
    "", " ", "None", "null", "0", "-1", "1e309", "NaN", "9" * 40, "\x00", "a\x00b", "\u202e\u202c", "\ud7ff",
    "🔥" * 40, "İıſ\u0130\u0307", "'; DROP TABLE call;--", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}",
    "=cmd|' /C calc'!A0", "../../etc/passwd", "http://[::1/r.mp3", "http://169.254.169.254/",
    "file:///etc/passwd", "%s%n%d", "\r\nSet-Cookie: sid=x", "a" * 1600, "a " * 800, "1" * 1600, "rt " * 500,
    "+62" * 50, "2026-99-99", "0001-01-01T00:00:00", "9999-12-31 23:59:59",
    "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """One request. `door` is the address's name where its token and method are right, else empty."""

    method: str
    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    door: str = ""


def malformed(dice: random.Random, token: str, serial: int) -> Sent:
    """The request number `serial` of a run."""
    text = dice.random() < 0.65
    address = dice.choice(_TEXTS if text else _STEPS)
    kind = dice.choice(_KINDS) if dice.random() < 0.4 else FORM
    fields = _spoilt(_text(address, serial, dice) if text else _call(serial, dice), dice)
    body = _broken(_written(fields, kind, dice), dice)
    line = "sms" if text else "ivr"
    right = Sent("POST", f"/{line}/{token}/{address}", body, {"Content-Type": kind} if kind else {}, address)
    return dice.choice(_ASIDE)(right, dice) if dice.random() < 0.1 else right


def _number(dice: random.Random) -> str:
    return f"+62812{dice.randrange(5000):08d}"


def _text(address: str, serial: int, dice: random.Random) -> dict[str, str]:
    match address:
        case "inbound":
            words = dice.choice(_WORDS)
            return {"from": _number(dice), "to": HOTLINE, "text": words, "date": "2026-11-24 10:00:00",
                    "id": f"fuzz-{serial}", "linkId": "", "networkCode": "51010"}  # fmt: skip
        case "receipt":
            status = dice.choice(("Success", "Failed", "Rejected", "Buffered"))
            return {"id": f"ATXid_{serial}", "status": status, "phoneNumber": _number(dice),
                    "failureReason": "", "retryCount": "0", "networkCode": "51010"}  # fmt: skip
    return {"phoneNumber": _number(dice), "senderId": "ketimun", "serial": str(serial)}


def _call(serial: int, dice: random.Random) -> dict[str, str]:
    return {
        "sessionId": f"fuzz-{serial - dice.randrange(3)}", "callerNumber": _number(dice),
        "destinationNumber": HOTLINE, "direction": dice.choice(("Inbound", "Outbound")),
        "isActive": dice.choice("110"), "dtmfDigits": dice.choice(("", "1", "2", "9", "12345")),
        "recordingUrl": dice.choice(("", "", "https://recordings.example/a.mp3")), "durationInSeconds": "7",
        "callStartTime": "2026-11-24 10:00:00", "dialStatus": dice.choice(("", "", "", "NoAnswer")),
    }  # fmt: skip


def _spoilt(fields: dict[str, str], dice: random.Random) -> list[tuple[str, str]]:
    """Up to three of its fields dropped, doubled, renamed or filled with what is none."""
    pairs = list(fields.items())
    for _ in range(dice.randrange(4)):
        at = dice.randrange(len(pairs)) if pairs else 0
        name, value = pairs[at] if pairs else ("x", "")
        match dice.randrange(6):
            case 0:
                pairs[at : at + 1] = []
            case 1:
                pairs.insert(at, (name, dice.choice(_ODD)))
            case 2:
                pairs[at : at + 1] = [(dice.choice((name.upper(), f"{name}[]", f" {name}", "")), value)]
            case _:
                pairs[at : at + 1] = [(name, dice.choice(_ODD))]
    dice.shuffle(pairs)
    return pairs


def _written(pairs: list[tuple[str, str]], kind: str, dice: random.Random) -> bytes:
    if "json" in kind or dice.random() < 0.05:
        worth: dict[str, object] = dict(pairs)
        for name in dice.sample(sorted(worth), k=min(2, len(worth))):
            worth[name] = dice.choice((None, True, 7, 1e300, [1, [2]], {"a": {}}, worth[name]))
        return json.dumps(worth).encode()
    if "multipart" in kind:
        parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in pairs]
        return "".join([*parts, "--x--\r\n"]).encode("utf-8", "surrogatepass")
    return urlencode(pairs, errors="surrogatepass").encode()


def _broken(body: bytes, dice: random.Random) -> bytes:
    """One in three bodies is no longer what it was written as."""
    at = dice.randrange(len(body) + 1)
    match dice.randrange(18):
        case 0:
            return body[:at]
        case 1:
            return body[:at] + dice.randbytes(dice.randrange(1, 40)) + body[at:]
        case 2:
            return dice.randbytes(dice.randrange(300))
        case 3:
            return body[:at] + dice.choice((b"%", b"%zz", b"%u0041", b"&&&", b"=", b";", b"\x00", b"\xff"))
        case 4:
            return dice.choice((b"", b"[" * 5000, b"{" * 500, b'{"from":' + b"9" * 5000, b"&x=1" * 3000))
        case 5 if dice.random() < 0.02:
            return body + b"&pad=" + b"p" * dice.choice((MEGABYTE, 3 * MEGABYTE))
    return body


def _with_other_method(sent: Sent, dice: random.Random) -> Sent:
    return replace(sent, method=dice.choice(("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW")), door="")


def _with_other_token(sent: Sent, dice: random.Random) -> Sent:
    line, _, rest = sent.path[1:].partition("/")
    wrong = dice.choice(("x", "", "%00", "..", "%2e%2e", "a" * 2000, "%ff"))
    return replace(sent, path=f"/{line}/{wrong}/{rest.partition('/')[2]}", door="")


def _elsewhere(sent: Sent, dice: random.Random) -> Sent:
    return replace(sent, path=sent.path + dice.choice(("/x", "%2f..", "//", "?a=b#c", "/%00")), door="")


def _with_odd_headers(sent: Sent, dice: random.Random) -> Sent:
    names = ("X-Forwarded-For", "Cookie", "Expect", "Content-Encoding", "Authorization", "Range", "X")
    odd = dice.choice(("\xff", "a" * 4000, "sid=" + "x" * 99, "gzip"))
    return replace(sent, headers={**sent.headers, dice.choice(names): odd})


_ASIDE: Final[tuple[Callable[[Sent, random.Random], Sent], ...]] = (
    _with_other_method, _with_other_token, _elsewhere, _with_odd_headers,
)  # fmt: skip


def torn(dice: random.Random, token: str) -> bytes:
    """Bytes that are no request, or break off as one."""
    head = f"POST /sms/{token}/inbound HTTP/1.1\r\nHost: x\r\n".encode()
    chunked = head + b"Transfer-Encoding: chunked\r\n"
    return dice.choice((
        dice.randbytes(200),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + dice.randbytes(50),
        b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\n\r\n",
        head[: dice.randrange(len(head))],
        head.replace(b"HTTP/1.1", b"HTTP/9.9") + b"\r\n",
        head + b"\x00: \x01\r\n\r\n",
        head + b"X: y\r\n" * 2000 + b"\r\n",
        head + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
        head + b"Content-Length: -1\r\n\r\n",
        head + b"Content-Length: 99999999999999999999\r\n\r\n",
        head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        chunked + b"\r\nzz\r\nabc\r\n",
        chunked + b"Content-Length: 3\r\n\r\n0\r\n\r\n",
    ))  # fmt: skip
