"""One HTTP exchange with a carrier, and what is certain afterwards: sent, refused, not sent or unknown.

A text or a call must never be repeated on a guess, so every way in which an exchange can fail is sorted here
by one question: can the carrier have received the request?
"""

import json
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final
from urllib.parse import urlencode

import pycurl

from hotline.curl_handle import Answered, CurlHandle

EXCERPT: Final = 500
"""Characters of a refusal that are kept in its message."""

IDLE_S: Final = 100.0
"""Seconds after which a connection that nobody needed is closed; libcurl would open it anew after 118."""

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "Expect": ""}
"""Of whatever is posted. Without `Expect`, libcurl would first ask whether it may send a long form."""

NEVER_CONNECTED: Final = frozenset({
    pycurl.E_UNSUPPORTED_PROTOCOL, pycurl.E_URL_MALFORMAT,
    pycurl.E_COULDNT_RESOLVE_HOST, pycurl.E_COULDNT_CONNECT, pycurl.E_OPERATION_TIMEDOUT,
    pycurl.E_PEER_FAILED_VERIFICATION,
})  # fmt: skip
"""Reasons that say, where nothing was asked yet, that nothing will have been received: an address that is
none, no connection, a certificate of somebody else. Other TLS faults are left a doubt.
"""


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
    """Kept connections to carriers with certain timeouts, no redirects, no repeats. For use by any thread.

    A redirect would hand the account's key to another host and a repeat would send twice: neither happens.
    Proxies and `.netrc` of the environment are left aside. Make one after a process has forked, not before.
    As many connections as threads ask at once, of which `pool` are kept, all with the server that was asked
    last. The one used last is used next, so that those of a busy hour are closed after it.
    """

    def __init__(self, connect_s: float, read_s: float, pool: int) -> None:
        self.connect_s = connect_s
        self.read_s = read_s
        self._pool = pool
        self._kept: deque[tuple[float, CurlHandle]] = deque()
        """Handles at rest and the moment since when, the longest first."""
        self._lock = Lock()

    @property
    def longest_s(self) -> float:
        """Seconds after which an exchange is given up. Connecting may take `connect_s` of them, so there are
        at least `read_s` for the whole answer.
        """
        return self.connect_s + self.read_s

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: Mapping[str, str | int] | None = None,
        params: Mapping[str, str | int] | None = None,
    ) -> Answer:
        """POST `data` as a form, or GET, once, and read the whole answer.

        Raises NotSentError, UnknownOutcomeError (also for 5xx) or CarrierRefusedError (any other but 2xx).
        """
        if not url.startswith(("http://", "https://")):
            raise NotSentError(f"no address: {url!r}")
        address = f"{url}?{_form(params)}" if params else url
        form = {"GET": None, "POST": _form(data or {})}[method]
        return _judge(*self._ask(address, headers if form is None else {**FORM, **headers}, form))

    def close(self) -> None:
        """Close the kept connections."""
        with self._lock:
            while self._kept:
                self._kept.pop()[1].close()

    def _ask(self, url: str, headers: Mapping[str, str], form: str | None) -> Answered:
        handle = self._a_handle(url)
        try:
            answered = handle.ask(url, _lines(headers), form)
        except (pycurl.error, ValueError) as error:
            handle.close()
            raise _failure(error, handle.asked) from error
        self._keep(handle)
        return answered

    def _a_handle(self, url: str) -> CurlHandle:
        while handle := self._one_at_rest():
            if handle.is_fit_for(url):
                return handle
            handle.close()
        return CurlHandle(self.connect_s, self.longest_s)

    def _one_at_rest(self) -> CurlHandle | None:
        with self._lock:
            return self._kept.pop()[1] if self._kept else None

    def _keep(self, handle: CurlHandle) -> None:
        now = time.monotonic()
        with self._lock:
            self._kept.append((now, handle))
            while len(self._kept) > self._pool or now - self._kept[0][0] > IDLE_S:
                self._kept.popleft()[1].close()


def _form(fields: Mapping[str, str | int | None]) -> str:
    """Fields as a form has them; those without a value are left out."""
    return urlencode({name: value for name, value in fields.items() if value is not None})


def _lines(headers: Mapping[str, str]) -> Sequence[str]:
    """Headers as libcurl takes them, which would send a line break within one as it stands.

    Raises ValueError.
    """
    lines = [f"{name}: {value}" for name, value in headers.items()]
    whole = "".join(lines)
    if "\r" in whole or "\n" in whole:
        raise ValueError("a header with a line break")
    return lines


def _judge(status: int, body: bytes, content_type: str) -> Answer:
    if 200 <= status < 300:
        return Answer(status, body, content_type)
    words = body.decode(errors="replace")
    if status >= 500:
        raise UnknownOutcomeError(f"the carrier answered {status}: {words[:EXCERPT]}")
    raise CarrierRefusedError(status, words)


def _failure(error: Exception, asked: bool) -> CarrierHttpError:
    """What an error leaves certain. libcurl's own reason can be of a second try, which it was denied."""
    reason, words = error.args[0], error.args[-1]
    if not asked and (isinstance(error, ValueError) or reason in NEVER_CONNECTED):
        return NotSentError(f"no connection to the carrier: {words}")
    if reason == pycurl.E_ABORTED_BY_CALLBACK:
        words = "it closed the connection"
    return UnknownOutcomeError(f"no answer from the carrier: {words}")
