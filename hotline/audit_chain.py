"""The audit as a chain: each row carries the hash of the one before it, day by day.

Whoever changes, removes, adds or moves a row breaks the chain from there on. The head of a day, kept
elsewhere, shows even a chain that was made anew as a whole.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.models import Audit, AuditDay

GENESIS: Final = "0" * 64
"""What the very first row begins from."""


def digest_of(reason: str) -> str:
    """Stands for the reason in the chain, so that the words may be forgotten in their time."""
    return sha256(reason.encode()).hexdigest()


def link(before: str, row: Audit) -> str:
    """The hash of `row` after the row whose hash is `before`."""
    said = [
        before, row.day, row.seq, row.at.astimezone(UTC).isoformat(), row.operator_id, row.act, row.subject,
        row.digest,
    ]  # fmt: skip
    return sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def seal_new(session: Session, _context: Any, _instances: Any) -> None:
    """Before each flush: links the rows that are about to be written, one transaction at a time."""
    fresh = [each for each in session.new if isinstance(each, Audit) and not each.hash]
    for row in fresh:
        _seal(session, row)


def _seal(session: Session, row: Audit) -> None:
    """A clock that runs back over midnight does not reach back into a day that has ended."""
    connection, days = session.connection(), AuditDay.__table__
    latest = connection.execute(select(func.max(days.c.day))).scalar() or ""
    row.day = max(row.at.astimezone(UTC).date().isoformat(), latest)
    if row.day != latest:
        before = connection.execute(select(days.c.head).where(days.c.day == latest)).scalar() or GENESIS
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        begun = {"day": row.day, "began_from": before, "head": before, "rows": 0}
        connection.execute(insert(AuditDay).values(begun).on_conflict_do_nothing(index_elements=["day"]))
    head, count = connection.execute(
        select(days.c.head, days.c.rows).where(days.c.day == row.day).with_for_update()
    ).one()
    row.seq, row.digest = count + 1, digest_of(row.reason or "")
    row.subject = row.subject or ""
    row.hash = link(head, row)
    connection.execute(update(AuditDay).where(AuditDay.day == row.day).values(head=row.hash, rows=row.seq))


@dataclass(frozen=True, slots=True)
class Break:
    """One place at which the chain does not hold."""

    day: str
    row: int | None
    problem: str

    def __str__(self) -> str:
        return f"{self.day or '-'}{f' row {self.row}' if self.row else ''}: {self.problem}"


def verify(session: Session, expected: Mapping[str, str] | None = None) -> list[Break]:
    """Every break. `expected` are heads that were noted elsewhere, day to hash."""
    days = list(session.scalars(select(AuditDay).order_by(AuditDay.day)))
    rows: dict[str, list[Audit]] = defaultdict(list)
    for row in session.scalars(select(Audit).order_by(Audit.id)):
        rows[row.day].append(row)
    found = [*_strays(days, rows), *_days(days, rows)]
    heads = {day.day: day.head for day in days}
    for day, head in (expected or {}).items():
        if heads.get(day) != head:
            found.append(Break(day, None, "its head is not the one that was noted"))
    return found


def _strays(days: Sequence[AuditDay], rows: Mapping[str, Sequence[Audit]]) -> Iterator[Break]:
    """Rows without a day come from before there was a chain; after its first row none may."""
    known = {day.day for day in days}
    first = min((row.id for name, of in rows.items() if name in known for row in of), default=None)
    for name, of in rows.items():
        for row in of:
            if name not in known and (name or (first is not None and row.id > first)):
                yield Break(name, row.id, "stands outside the chain")


def _days(days: Sequence[AuditDay], rows: Mapping[str, Sequence[Audit]]) -> Iterator[Break]:
    head = GENESIS
    for day in days:
        if day.began_from != head:
            yield Break(day.day, None, "does not begin where the day before ended")
        mine = rows.get(day.day, ())
        if day.forgotten_at is None:
            yield from _one_day(day, mine)
        elif mine:
            yield Break(day.day, mine[0].id, "is there, though its day was deleted at its term")
        head = day.head


def _one_day(day: AuditDay, rows: Sequence[Audit]) -> Iterator[Break]:
    before = day.began_from
    for place, row in enumerate(rows, 1):
        if row.seq != place:
            yield Break(day.day, row.id, "is not in its place: a row is missing, added or moved")
        if row.reason and digest_of(row.reason) != row.digest:
            yield Break(day.day, row.id, "has another reason than when it was written")
        if link(before, row) != row.hash:
            yield Break(day.day, row.id, "was changed")
        before = row.hash
    if len(rows) != day.rows:
        yield Break(day.day, None, f"has {len(rows)} rows, not {day.rows}")
    if before != day.head:
        yield Break(day.day, None, "does not end where it said")


def heads(session: Session) -> list[AuditDay]:
    """The days with their heads, the newest first."""
    return list(session.scalars(select(AuditDay).order_by(AuditDay.day.desc())))
