"""Who was refused what, in the log: the route's name and never its address, which may hold a link's token."""

import logging
from typing import Final

from flask import Response, request

from hotline.web import visitor_or_none

_log = logging.getLogger(__name__)

REFUSED: Final = frozenset({400, 401, 403, 404, 413, 423, 503})
"""Forged or stale form, not signed in, not his, not there for him, too large, locked, too many at once."""
_QUIET: Final = "changes"
"""A screen whose session ended asks on every few seconds, and is told so every time."""


def note_refusal(response: Response) -> Response:
    """After each request of the desk. An address that is no route of ours says nothing and is not noted."""
    known = request.endpoint is not None and request.blueprint != _QUIET
    if known and response.status_code in REFUSED:
        visitor = visitor_or_none()
        by = f"operator {visitor.id}" if visitor else "nobody known"
        _log.warning("refused %s: %s %s to %s", response.status_code, request.method, request.endpoint, by)
    return response
