"""What most cases have nothing of (a ladder, a partner's leg, a file, a lesson), looked for in one question.

A case's page is put together by use cases that each ask for rows of their own, and for most cases nine of
them find nothing. Here the first who wants to know asks for all of them. Only a session that reads one page
remembers the answer; for whoever writes nothing is known, and he asks for himself. A fresh case takes 14
statements on PostgreSQL instead of 22, and a fifth less CPU (docs/performance.md).
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import BindParameter, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from hotline.asked_once import once, remembers
from hotline.models import Attachment, Climb, Contact, FieldAnswer, Inquiry, Leg, Lesson, Need, Task

Seldom = type[Attachment | Climb | Contact | FieldAnswer | Inquiry | Leg | Lesson | Need | Task]

_ALL: Final[tuple[Seldom, ...]] = (
    Attachment, Climb, Contact, FieldAnswer, Inquiry, Leg, Lesson, Need, Task,
)  # fmt: skip


def _query() -> Select[*tuple[bool, ...]]:
    members: BindParameter[int] = bindparam("members", expanding=True)
    return select(*(exists().where(rows.incident_id.in_(members)).label(rows.__tablename__) for rows in _ALL))


_ASK: Final = _query()
"""Built once: to build it takes longer than to ask it."""


def has_none(session: Session, rows: Seldom, incident_ids: Sequence[int]) -> bool:
    """Whether it is known that no row of this kind belongs to any of these incidents."""
    if not remembers(session):
        return False

    def ask() -> frozenset[Seldom]:
        found = session.execute(_ASK, {"members": list(incident_ids)}).one()
        return frozenset(kind for kind, there_are in zip(_ALL, found, strict=True) if there_are)

    return rows not in once(session, ("seldom", *incident_ids), ask)
