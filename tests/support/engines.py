"""Engines that tests share.

An engine keeps the statements that it has compiled; with a new one for each test a third of a test's time
went into compiling the same statements again.
"""

from functools import cache
from typing import Any

from sqlalchemy import Engine, event

from hotline.database import open_engine


def shared_engine(url: str) -> Engine:
    """The engine of this process for a SQLite address, which every test's file has in turn; an engine of its
    own for a PostgreSQL database, whose name no other test uses. Whoever is done disposes of it, which closes
    its connections and keeps what it has compiled.
    """
    return _kept(url) if url.startswith("sqlite") else open_engine(url)


@cache
def _kept(url: str) -> Engine:
    """Its commits wait for no disk, as those of the tests' PostgreSQL: only who pulls the plug notices."""
    engine = open_engine(url)
    event.listen(engine, "connect", _do_not_wait_for_the_disk)
    return engine


def _do_not_wait_for_the_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
