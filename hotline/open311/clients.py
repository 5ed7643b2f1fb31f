"""Programs that may read the open data; only the hash of a key is kept, so a lost one is made anew."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import ApiClient, Audit
from hotline.unit_of_work import UnitOfWork

SEEN_EVERY: Final = timedelta(minutes=10)
"""How exactly it is noted when a client was here last."""


class ClientError(Exception):
    """The client can't be added or ended; the message says why."""


def add_client(work: UnitOfWork, name: str) -> str:
    """The new client's key, which nobody sees again. Raises ClientError where the name is taken."""
    if work.session.scalars(select(ApiClient).where(ApiClient.name == name)).first() is not None:
        raise ClientError(f"there is a client called {name} already")
    key = secrets.token_urlsafe(32)
    work.session.add(ApiClient(name=name, key_hash=hash_of(key), made_at=work.now))
    work.session.add(Audit(at=work.now, act="client_added", subject=f"client {name}"[:60]))
    return key


def end_client(work: UnitOfWork, name: str) -> None:
    """Its key opens nothing any more. Raises ClientError where there is no such client."""
    found = work.session.scalars(select(ApiClient).where(ApiClient.name == name)).one_or_none()
    if found is None:
        raise ClientError(f"there is no client called {name}")
    if found.ended_at is None:
        found.ended_at = work.now
        work.session.add(Audit(at=work.now, act="client_ended", subject=f"client {name}"[:60]))


def clients(session: Session) -> list[ApiClient]:
    """All of them, in the order in which they came."""
    return list(session.scalars(select(ApiClient).order_by(ApiClient.id)))


def client_of(session: Session, key: str) -> ApiClient | None:
    """The client with this key, while it may read."""
    query = select(ApiClient).where(ApiClient.key_hash == hash_of(key), ApiClient.ended_at.is_(None))
    return session.scalars(query).one_or_none()


def hash_of(key: str) -> str:
    """What is kept of a key: it is random and long, so a plain hash is enough."""
    return sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
