"""Callbacks as carriers send them, and what became of them in a database."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotline.models import Kept, Promise
from hotline.outbox import Kind
from hotline.spool import Incoming
from tests.support.still_clock import NOON

PROMISES: Final = {"sms.inbound": Kind.READ_TEXT, "sms.receipt": Kind.READ_RECEIPT}


def incoming(
    key: str, body: bytes = b"from=%2B6281200000001&text=maling", kind: str = "sms.inbound"
) -> Incoming:
    """One callback with the key under which it is known."""
    return Incoming(kind, key, body, "application/x-www-form-urlencoded", NOON)


def kept(engine: Engine) -> dict[str, int]:
    """Key to repeats of all that is kept."""
    with Session(engine) as session:
        return {row.key: row.repeats for row in session.scalars(select(Kept))}


def promised(engine: Engine) -> Sequence[Promise]:
    """All promises, in the order in which they were made."""
    with Session(engine) as session:
        return session.scalars(select(Promise).order_by(Promise.id)).all()
