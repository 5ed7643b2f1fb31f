"""One HTTP exchange with a carrier, and what is certain afterwards: sent, refused, not sent or unknown.

A text or a call must never be repeated on a guess, so every way in which an exchange can fail is sorted here
by one question: can the carrier have received the request?
"""

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import certifi
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, PoolManager, Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    SSLError,
)
from urllib3.util import parse_url

LONGEST_BODY: Final = 1 << 20
"""Bytes of an answer that are read; the carrier's own answers stay far below."""

EXCERPT: Final = 500
"""Characters of a refusal that are kept in its message."""

PLACES: Final = 32
"""Addresses that are remembered, and as many servers: a carrier has a few."""

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class CarrierHttpError(Exception):
    """The exchange brought no usable answer."""


class NotSentError(CarrierHttpError):
    """No connection was made, so the carrier has received nothing: it may be tried again."""


class UnknownOutcomeError(CarrierHttpError):
    """The request may have arrived, and no answer says what became of it: not to be repeated blindly."""


class CarrierRefusedError(CarrierHttpError):
    """The carrier answered with a status outside 200-299 and below 500: it did not take the request."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"the carrier answered {status}: {body[:EXCERPT]}")
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer, read whole."""

    status: int
    body: bytes
    content_type: str

    def json(self) -> object:
        """The body as JSON whatever its content type says. Raises UnknownOutcomeError if it is none."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise UnknownOutcomeError(f"the carrier answered {self.status} with no JSON: {error}") from error


class CarrierHttp:
    """Pooled connections to carriers with certain timeouts, no redirects, no repeats. For use by any thread.

    A redirect would hand the account's key to another host and a repeat would send twice: neither happens.
    Proxies and `.netrc` of the environment are left aside. Make one after a process has forked, not before.
    urllib3 alone, without `requests` above it: that takes as long again; and each address is taken apart
    once, which is a fifth of asking it (docs/performance.md).
    """

    def __init__(self, connect_s: float, read_s: float, pool: int) -> None:
        self.connect_s = connect_s
        self.read_s = read_s
        self._places: dict[str, tuple[HTTPConnectionPool, str]] = {}
        self._pools = PoolManager(
            PLACES, maxsize=pool, retries=False, timeout=Timeout(connect=connect_s, read=read_s),
            ssl_context=ssl.create_default_context(cafile=certifi.where()),
        )  # fmt: skip

    @property
    def longest_s(self) -> float:
        """Seconds that an exchange can take: connecting, waiting for the head, reading the body."""
        return self.connect_s + 2 * self.read_s

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: Mapping[str, str | int] | None = None,
        params: Mapping[str, str | int] | None = None,
    ) -> Answer:
        """Ask once and read the whole answer.

        Raises NotSentError, UnknownOutcomeError (also for 5xx) or CarrierRefusedError (any other but 2xx).
        """
        address = f"{url}?{_form(params)}" if params else url
        response = self._send(method, address, headers, None if data is None else _form(data))
        try:
            body = _read(response, time.monotonic() + self.read_s)
        finally:
            response.close()
        return _judge(response.status, body, response.headers.get("Content-Type", ""))

    def close(self) -> None:
        """Close the pooled connections."""
        self._places.clear()
        self._pools.clear()

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> BaseHTTPResponse:
        if not url.startswith(("http://", "https://")):
            raise NotSentError(f"no address: {url!r}")
        given = {**FORM, **headers} if body is not None else headers
        try:
            pool, path = self._place(url)
            return pool.urlopen(method, path, headers=given, body=body, redirect=False, preload_content=False)
        except (HTTPError, OSError, ValueError) as error:
            raise _failure(error) from error

    def _place(self, url: str) -> tuple[HTTPConnectionPool, str]:
        """The connections to the server of `url`, and what it is asked for. No pool that is remembered here
        is one that the manager has dropped: both hold as many.
        """
        known = self._places.get(url)
        if known is None:
            if len(self._places) >= PLACES:
                self._places.clear()
            parts = parse_url(url)
            pool = self._pools.connection_from_host(parts.host, parts.port, parts.scheme)
            known = self._places[url] = pool, parts.request_uri
        return known


def _form(fields: Mapping[str, str | int | None]) -> str:
    """Fields as a form has them; those without a value are left out."""
    return urlencode({name: value for name, value in fields.items() if value is not None}, doseq=True)


def _read(response: BaseHTTPResponse, until: float) -> bytes:
    """The whole body; a timeout of the socket alone would let one byte at a time hold the line for ever."""
    body = bytearray()
    try:
        while chunk := response.read1(LONGEST_BODY, decode_content=True):
            body += chunk
            if len(body) > LONGEST_BODY or time.monotonic() > until:
                raise UnknownOutcomeError("the carrier's answer is too long or too slow")
    except (HTTPError, OSError) as error:
        raise UnknownOutcomeError(f"the carrier's answer broke off: {error}") from error
    return bytes(body)


def _judge(status: int, body: bytes, content_type: str) -> Answer:
    if 200 <= status < 300:
        return Answer(status, body, content_type)
    words = body.decode(errors="replace")
    if status >= 500:
        raise UnknownOutcomeError(f"the carrier answered {status}: {words[:EXCERPT]}")
    raise CarrierRefusedError(status, words)


def _failure(error: Exception) -> CarrierHttpError:
    if _never_connected(error):
        return NotSentError(f"no connection to the carrier: {error}")
    return UnknownOutcomeError(f"no answer from the carrier: {error}")


def _never_connected(error: Exception) -> bool:
    """Whether the reason says that no byte of the request can have left: no connection, or an address that
    is none.

    A certificate is judged before the request is written; other TLS faults can come later and prove nothing.
    """
    match error:
        case ConnectTimeoutError() | NewConnectionError() | LocationValueError():
            return True
        case SSLError(args=(ssl.SSLCertVerificationError(), *_)):
            return True
    return False
