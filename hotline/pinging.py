"""Asks a connection that rested for a while whether its server is still there, before it is used.

A server that began anew leaves connections behind that are dead, and whoever gets one would show an error.
SQLAlchemy by itself asks each time one is taken out of the pool, which is a quarter of what a page's small
question costs. A server does not begin anew within `RESTED_S`, so what was used a moment ago is not asked.
"""

import time
from typing import Any, Final

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

RESTED_S: Final = 1.0
_SINCE: Final = "rested since"


def ping_what_rested(engine: Engine) -> None:
    """From now on; where one of its connections is dead, all of them are made anew."""
    dialect = engine.dialect

    def returned(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_SINCE] = time.monotonic()

    def taken(connection: object, record: ConnectionPoolEntry, _pooled: object) -> None:
        since = record.info.get(_SINCE)
        if since is not None and time.monotonic() - since >= RESTED_S:
            _ping(dialect, connection)

    event.listen(engine, "checkin", returned)
    event.listen(engine, "checkout", taken)


def _ping(dialect: Dialect, connection: Any) -> None:
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        if dialect.is_disconnect(error, connection, None):
            raise InvalidatePoolError from error
        raise
