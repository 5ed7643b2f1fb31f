"""A handle of libcurl that asks at most once: it repeats nothing, follows nothing, and comes to an end."""

import select
from collections.abc import Sequence
from typing import Final

import certifi
import pycurl

LONGEST_BODY: Final = 1 << 20
"""Bytes of an answer that are taken, unpacked; the carrier's own answers stay far below."""

Answered = tuple[int, bytes, str]
"""Status, body and content type."""

QUICK_EXIT: Final = 322
"""libcurl's number, for which pycurl has no name: closing doesn't wait for a name server that is silent."""

SETTINGS: Final[Sequence[tuple[int, int | str]]] = (
    (pycurl.NOSIGNAL, 1),
    (QUICK_EXIT, 1),
    (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
    (pycurl.FOLLOWLOCATION, 0),
    (pycurl.HTTPAUTH, pycurl.HTTPAUTH_NONE),
    (pycurl.NETRC, pycurl.NETRC_IGNORED),
    (pycurl.PROXY, ""),
    (pycurl.NOPROXY, "*"),
    (pycurl.USERAGENT, ""),
    (pycurl.CAINFO, certifi.where()),
    (pycurl.ACCEPT_ENCODING, "identity"),  # asks for a plain body, and unpacks one that comes packed
)


class _Exchange:
    """How far one exchange has come. Knows no handle: what refers to itself is freed late."""

    __slots__ = ("asked", "length", "parts")

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Nothing has been asked."""
        self.asked, self.length = False, 0
        self.parts: list[bytes] = []

    def may_ask(self, *_: object) -> int:
        """Called by libcurl when there is a connection, before a byte of the request leaves; and again when
        it is about to repeat the request, as it does where a kept connection ends without an answer.
        """
        again, self.asked = self.asked, True
        return int(pycurl.PREREQFUNC_ABORT if again else pycurl.PREREQFUNC_OK)

    def take(self, part: bytes) -> int:
        """Called by libcurl with each part of the body, unpacked. What is not taken ends the exchange."""
        self.length += len(part)
        if self.length > LONGEST_BODY:
            return 0
        self.parts.append(part)
        return len(part)


class CurlHandle:
    """Keeps its connection for the next exchange with the same server. For one thread at a time."""

    def __init__(self, connect_s: float, whole_s: float) -> None:
        self._exchange = _Exchange()
        self._server: Sequence[str] = ()
        self._curl = curl = pycurl.Curl()
        for option, value in SETTINGS:
            curl.setopt(option, value)
        curl.unsetopt(pycurl.CAPATH)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, round(connect_s * 1000))
        curl.setopt(pycurl.TIMEOUT_MS, round(whole_s * 1000))
        curl.setopt(pycurl.PREREQFUNCTION, self._exchange.may_ask)
        curl.setopt(pycurl.WRITEFUNCTION, self._exchange.take)

    @property
    def asked(self) -> bool:
        """Whether a byte of the last request can have left."""
        return self._exchange.asked

    def is_fit_for(self, url: str) -> bool:
        """Whether it speaks with the server of `url`, who has neither closed the kept connection meanwhile
        nor said on it what nobody asked for.

        libcurl looks too, but once a second: what it asks in between is lost, and whoever asked is left in
        doubt. With one server there is one connection, so that the one looked at is the one it asks on.
        """
        if self._server != _server(url):
            return False
        kept = self._curl.getinfo(pycurl.ACTIVESOCKET)
        if kept < 0:
            return True
        readable = select.poll()
        readable.register(kept, select.POLLIN)
        return not readable.poll(0)

    def ask(self, url: str, headers: Sequence[str], form: str | None) -> Answered:
        """POST `form`, or GET where there is none, and take the whole answer.

        Raises pycurl.error, and ValueError for words that can stand in no request; then `asked` says more,
        and the handle is of no further use.
        """
        curl, exchange = self._curl, self._exchange
        exchange.begin()
        self._server = _server(url)
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.HTTPHEADER, headers)
        if form is None:
            curl.setopt(pycurl.HTTPGET, 1)
        else:
            curl.setopt(pycurl.POSTFIELDS, form)
        curl.perform()
        content_type = curl.getinfo_raw(pycurl.CONTENT_TYPE) or b""
        return curl.getinfo(pycurl.RESPONSE_CODE), b"".join(exchange.parts), content_type.decode("latin-1")

    def close(self) -> None:
        """Close the kept connection."""
        self._curl.close()


def _server(url: str) -> Sequence[str]:
    """How it is spoken with, and who it is."""
    return url.split("/", 3)[:3]
