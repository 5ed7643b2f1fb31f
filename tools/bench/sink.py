"""The application that a peer delivers to: counts what it gets, and tells on GET /count."""

import itertools
from collections.abc import Callable, Iterable
from typing import Any

_delivered = itertools.count()
_told = itertools.count()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI. Reading the count moves it too, by as much as was read: both counters are subtracted."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/count":
        return [str(next(_delivered) - next(_told)).encode()]
    next(_delivered)
    return [b""]
