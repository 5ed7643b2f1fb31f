"""One HTTP exchange with a carrier, and what is certain afterwards: sent, refused, not sent or unknown.

A text or a call must never be repeated on a guess, so every way in which an exchange can fail is sorted here
by one question: can the carrier have received the request?
"""

import json
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from requests import PreparedRequest, Request, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectTimeout, InvalidSchema, InvalidURL, MissingSchema
from urllib3.exceptions import HTTPError, NewConnectionError

LONGEST_BODY: Final = 1 << 20
"""Bytes of an answer that are read; the carrier's own answers stay far below."""

EXCERPT: Final = 500
"""Characters of a refusal that are kept in its message."""


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
    """

    def __init__(self, connect_s: float, read_s: float, pool: int) -> None:
        self.connect_s = connect_s
        self.read_s = read_s
        self._adapter = HTTPAdapter(pool_connections=pool, pool_maxsize=pool)
        self._of_thread = threading.local()

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
        asked = Request(method, url, headers=dict(headers), data=data, params=params)
        response = self._send(self._prepare(asked))
        try:
            body = _read(response, time.monotonic() + self.read_s)
        finally:
            response.close()
        return _judge(response.status_code, body, response.headers.get("Content-Type", ""))

    def close(self) -> None:
        """Close the pooled connections."""
        self._adapter.close()

    def _prepare(self, request: Request) -> PreparedRequest:
        try:
            return self._session().prepare_request(request)
        except (InvalidURL, InvalidSchema, MissingSchema) as error:
            raise NotSentError(str(error)) from error

    def _send(self, prepared: PreparedRequest) -> Response:
        timeout = (self.connect_s, self.read_s)
        try:
            return self._session().send(prepared, timeout=timeout, allow_redirects=False, stream=True)
        except RequestException as error:
            raise _failure(error) from error

    def _session(self) -> Session:
        """This thread's session; the connections behind it are shared."""
        session: Session | None = getattr(self._of_thread, "session", None)
        if session is None:
            session = self._of_thread.session = Session()
            session.trust_env = False
            session.mount("http://", self._adapter)
            session.mount("https://", self._adapter)
        return session


def _read(response: Response, until: float) -> bytes:
    """The whole body; a timeout of the socket alone would let one byte at a time hold the line for ever."""
    body = bytearray()
    try:
        while chunk := response.raw.read1(LONGEST_BODY, decode_content=True):
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


def _failure(error: RequestException) -> CarrierHttpError:
    if isinstance(error, ConnectTimeout | InvalidURL | InvalidSchema) or _never_connected(error):
        return NotSentError(f"no connection to the carrier: {error}")
    return UnknownOutcomeError(f"no answer from the carrier: {error}")


def _never_connected(error: RequestException) -> bool:
    """Whether the pool's own reason says that no byte of the request can have left.

    A certificate is judged before the request is written; other TLS faults can come later and prove nothing.
    """
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    cause = reason.args[0] if isinstance(reason, HTTPError) and reason.args else None
    return isinstance(reason, NewConnectionError) or isinstance(cause, ssl.SSLCertVerificationError)
