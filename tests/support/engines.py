"""Engines that tests share.

An engine keeps the statements that it has compiled; with a new one for each test a third of a test's time
went into compiling the same statements again.
"""

from functools import cache

from sqlalchemy import Engine

from hotline.database import open_engine


def shared_engine(url: str) -> Engine:
    """The engine of this process for a SQLite address, which every test's file has in turn; an engine of its
    own for a PostgreSQL database, whose name no other test uses. Whoever is done disposes of it, which closes
    its connections and keeps what it has compiled.
    """
    return _kept(url) if url.startswith("sqlite") else open_engine(url)


@cache
def _kept(url: str) -> Engine:
    return open_engine(url)
