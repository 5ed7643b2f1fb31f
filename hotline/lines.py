"""What the desk knows of its lines for texts: which are up, which is free, and what is wrong with one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.models import Line
from hotline.unit_of_work import UnitOfWork


def line_of(work: UnitOfWork, name: str) -> Line:
    """The line, locked for this transaction; from now on it is known."""
    query = select(Line).where(Line.name == name).with_for_update()
    query = query.execution_options(populate_existing=True)
    known = work.session.scalars(query).one_or_none()
    if known is None:
        insert = sqlite.insert if work.session.get_bind().dialect.name == "sqlite" else postgresql.insert
        row = {"name": name, "number": "", "network": "", "failures": 0, "credit": "", "restarts": 0,
               "canary_word": "", "problem": ""}  # fmt: skip
        work.session.execute(insert(Line).values(row).on_conflict_do_nothing(index_elements=["name"]))
        known = work.session.scalars(query).one()
    return known


def known_lines(session: Session) -> Sequence[Line]:
    """All lines that were ever used or watched, by name."""
    return session.scalars(select(Line).order_by(Line.name)).all()


def is_resting(line: Line, now: datetime) -> bool:
    """Whether it failed so often that it is left alone for a while."""
    return line.down_until is not None and line.down_until > now
