"""Keeps raw callbacks: a plain WSGI callable around the rest of the application.

It checks the token, reads the bytes, and answers 200 when they are durable. It never interprets (but for the
carrier's id), never calls the queue and never refuses a report for looking wrong, so that nothing but the
disk can stand between a resident's words and us. Measured at more than twice what a view of a framework
reaches.
"""

import hmac
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hotline.keeping import Keeper, NotKeptError
from hotline.spool import Incoming

LIMIT: Final = 1024 * 1024
"""Bytes of a body that are kept; a longer one is cut and flagged, never refused."""
LONGEST: Final = 16 * LIMIT
"""Bytes that are read at all, so that the sender of a long body hears our answer; what is longer is no
callback.
"""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where callbacks of one address go: their kind, and how the key of one is found in its bytes."""

    kind: str
    key_of: Callable[[bytes, str], str]


@dataclass(frozen=True, slots=True)
class _Body:
    content: bytes
    cut: bool


class Door:
    """Stands before `inside`; callbacks to a known address are kept here, all else is passed on."""

    def __init__(
        self,
        inside: Application,
        keeper: Keeper,
        tokens: Sequence[str],
        shelves: Mapping[tuple[str, str], Shelf],
        now: Callable[[], datetime],
    ) -> None:
        self.inside = inside
        self.keeper = keeper
        self.tokens = [token.encode() for token in tokens]
        self.shelves = shelves
        self.now = now

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI: `/<line>/<token>/<address>` is kept where (line, address) has a shelf."""
        # With the first request of any kind: the spool of a process that died must not wait for a callback.
        self.keeper.start()
        parts = environ.get("PATH_INFO", "").rstrip("/").split("/")
        shelf = self.shelves.get((parts[1], parts[3])) if len(parts) == 4 else None
        if shelf is None:
            self.keeper.cores.leave()
            return self.inside(environ, start_response)
        if not is_known(parts[2], self.tokens):
            return _answer(start_response, "404 Not Found", b"")
        if environ["REQUEST_METHOD"] != "POST":
            return _answer(start_response, "405 Method Not Allowed", b"", ("Allow", "POST"))
        return self._keep(shelf, environ, start_response)

    def _keep(self, shelf: Shelf, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.keeper.cores.stay()
        body = _read(environ)
        content_type = environ.get("CONTENT_TYPE", "")
        key = _key(shelf, body.content, content_type)
        entry = Incoming(shelf.kind, key, body.content, content_type, self.now(), body.cut)
        try:
            self.keeper.keep(entry)
        except NotKeptError:
            return _answer(start_response, "503 Service Unavailable", b"", ("Retry-After", "5"))
        return _answer(start_response, "200 OK", b"OK")


def is_known(token: str, tokens: Iterable[bytes]) -> bool:
    """Whether `token` is one of ours; compares all of them, in constant time."""
    given = token.encode("utf-8", "surrogateescape")
    return sum(hmac.compare_digest(given, known) for known in tokens) > 0


def _key(shelf: Shelf, content: bytes, content_type: str) -> str:
    """The shelf's key; one of its own where a bug or the bytes keep the shelf from finding it."""
    try:
        return shelf.key_of(content, content_type)
    except Exception:
        _log.exception("no key was found in a callback of kind %s; it is kept all the same", shelf.kind)
        return uuid.uuid4().hex


def _read(environ: Environ) -> _Body:
    """The first LIMIT bytes of the body; cut where there were more, or where the sender broke off."""
    declared = _declared(environ)
    if declared is None and not environ.get("HTTP_TRANSFER_ENCODING"):
        return _Body(b"", cut=False)
    wanted = LONGEST if declared is None else min(declared, LONGEST)
    content, seen = bytearray(), 0
    try:
        while seen < wanted and (more := environ["wsgi.input"].read(min(wanted - seen, LIMIT))):
            seen += len(more)
            content += more[: LIMIT - len(content)]
    except OSError:
        return _Body(bytes(content), cut=True)
    broken_off = declared is not None and seen < declared
    return _Body(bytes(content), cut=broken_off or seen > LIMIT)


def _declared(environ: Environ) -> int | None:
    length = environ.get("CONTENT_LENGTH", "")
    return int(length) if length.isascii() and length.isdigit() else None


def _answer(
    start_response: StartResponse, status: str, body: bytes, *headers: tuple[str, str]
) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), *headers])
    return [body]
