"""What the desk knows of its lines for texts: which are up, which is free, and what is wrong with one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Line
from hotline.named_rows import row_named
from hotline.unit_of_work import UnitOfWork

UNWATCHED: Final = timedelta(minutes=10)
"""A modem of which nothing was written down for so long has no process that runs it; as long as one runs,
that one says sooner that a modem is silent.
"""
_BEGINNING: Final = {
    "number": "", "network": "", "failures": 0, "credit": "", "restarts": 0, "canary_word": "", "problem": "",
}  # fmt: skip


def line_of(work: UnitOfWork, name: str) -> Line:
    """The line, locked for this transaction; from now on it is known."""
    return row_named(work.session, Line, name, _BEGINNING)


def known_lines(session: Session) -> Sequence[Line]:
    """All lines that were ever used or watched, by name."""
    return session.scalars(select(Line).order_by(Line.name)).all()


def is_unwatched(line: Line, now: datetime) -> bool:
    """Whether it is a SIM of which its modem's watch says nothing any more, good or bad."""
    return line.seen_at is not None and now - line.seen_at > UNWATCHED


def is_resting(line: Line, now: datetime) -> bool:
    """Whether it failed so often that it is left alone for a while."""
    return line.down_until is not None and line.down_until > now
