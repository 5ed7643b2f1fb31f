"""Keeps raw callbacks: a plain WSGI callable around the rest of the application.

It checks the token, reads the bytes, and answers 200 when they are durable. It never interprets (but for the
carrier's id), never calls the queue and never refuses a report for looking wrong, so that nothing but the disk can
stand between a resident's words and us. Measured at three times what a view of a framework reaches.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hotline.keeping import Keeper, NotKeptError
from hotline.spool import Incoming

LIMIT: Final = 1024 * 1024
"""Bytes of a body that are kept; a longer one is cut and flagged, never refused."""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]



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
        parts = environ.get("PATH_INFO", "").split("/")
        shelf = self.shelves.get((parts[1], parts[3])) if len(parts) == 4 else None
        if shelf is None:
            return self.inside(environ, start_response)
        if not is_known(parts[2], self.tokens):
            return _answer(start_response, "404 Not Found", b"")
        if environ["REQUEST_METHOD"] != "POST":
            return _answer(start_response, "405 Method Not Allowed", b"", ("Allow", "POST"))
        return self._keep(shelf, environ, start_response)

    def _keep(self, shelf: Shelf, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = _read(environ)
        content_type = environ.get("CONTENT_TYPE", "")
        key = shelf.key_of(body.content, content_type)
        entry = Incoming(shelf.kind, key, body.content, content_type, self.now(), body.cut)
        try:
            self.keeper.keep(entry)
        except NotKeptError:
            return _answer(start_response, "503 Service Unavailable", b"", ("Retry-After", "5"))
        return _answer(start_response, "200 OK", b"OK")


def is_known(token: str, tokens: Iterable[bytes]) -> bool:
    """Whether `token` is one of ours; compares all of them, in constant time."""
    given = token.encode("utf-8", "surrogateescape")
    return any([hmac.compare_digest(given, known) for known in tokens])


def _read(environ: Environ) -> _Body:
    """The body, at most LIMIT bytes of it; the rest is read and dropped so that the sender hears our answer."""
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH", "")
    if not length.isdigit():
        content = stream.read(LIMIT + 1) if environ.get("HTTP_TRANSFER_ENCODING") else b""
        return _Body(content[:LIMIT], cut=len(content) > LIMIT)
    content = stream.read(min(int(length), LIMIT))
    left = int(length) - len(content)
    while left > 0 and (more := stream.read(min(left, LIMIT))):
        left -= len(more)
    return _Body(content, cut=int(length) > LIMIT)


def _answer(
    start_response: StartResponse, status: str, body: bytes, *headers: tuple[str, str]
) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), *headers])
    return [body]
