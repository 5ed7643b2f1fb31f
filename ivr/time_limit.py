"""Cuts the connections of one request when its time is over, whatever the other side sends until then.

A socket's own timeout begins anew with every byte: a server that sends a header now and then, or never ends
its greeting, holds whoever listens for hours.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class Watch:
    """The lines of one attempt, and whether its time is over."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._lines: list[socket.socket] = []
        self.over = False

    def add(self, line: socket.socket) -> socket.socket:
        """One more line, cut at once where the time is over already."""
        with self._changing:
            # A second handle: TLS takes the first one away.
            self._lines.append(line.dup())
        if self.over:
            self.cut()
        return line

    def cut(self) -> None:
        """The time is over: whoever reads from these lines reads their end."""
        with self._changing:
            self.over = True
            for line in self._lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Gives the second handles back."""
        with self._changing:
            for line in self._lines:
                line.close()


@contextmanager
def within(session: requests.Session, seconds: float) -> Iterator[Watch]:
    """Whatever `session` connects to in here is cut off after `seconds`."""
    watch = Watch()
    for adapter in session.adapters.values():
        if not isinstance(adapter, HTTPAdapter):
            raise TypeError(f"{type(adapter).__name__} can't be watched")
        adapter.poolmanager.pool_classes_by_scheme = {"http": _plain(watch), "https": _by_tls(watch)}
    timer = threading.Timer(seconds, watch.cut)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        watch.close()


def _plain(watch: Watch) -> type[HTTPConnectionPool]:
    class Watched(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return watch.add(super()._new_conn())

    class Pool(HTTPConnectionPool):
        ConnectionCls = Watched

    return Pool


def _by_tls(watch: Watch) -> type[HTTPSConnectionPool]:
    class Watched(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return watch.add(super()._new_conn())

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Watched

    return Pool
