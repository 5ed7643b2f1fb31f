"""The audit's chain holds under many writers, and each way to break it is found."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hotline.audit_chain import GENESIS, digest_of, heads, link, verify
from hotline.models import Audit, AuditDay
from tests.support.desk import OPERATOR, Desk

DAYS = 3
ROWS = 4


def note(desk: Desk, *acts: str) -> None:
    with desk.work() as work:
        for act in acts:
            work.session.add(
                Audit(at=work.now, operator_id=OPERATOR.id, act=act, subject="report 1", reason=f"why {act}")
            )


@pytest.fixture
def chain(any_desk: Desk) -> Desk:
    """Three days of four rows."""
    for day in range(DAYS):
        for row in range(ROWS):
            note(any_desk, f"act-{day}-{row}")
            any_desk.clock.advance(minutes=1)
        any_desk.clock.advance(days=1)
    return any_desk


def breaks(desk: Desk, expected: dict[str, str] | None = None) -> list[str]:
    with desk.runtime.reading() as session:
        return [str(each) for each in verify(session, expected)]


def rows(session: Session, day: int) -> list[Audit]:
    name = sorted(session.scalars(select(Audit.day).distinct()))[day]
    return list(session.scalars(select(Audit).where(Audit.day == name).order_by(Audit.id)))


def break_it(desk: Desk, how: Callable[[Session], Any]) -> None:
    """By somebody who writes to the database itself."""
    with Session(desk.runtime.engine) as session:
        how(session)
        session.commit()


def test_an_untouched_chain_holds(chain: Desk) -> None:
    assert breaks(chain) == []
    with chain.runtime.reading() as session:
        days = heads(session)
        assert [day.rows for day in days] == [ROWS] * DAYS
        assert days[-1].began_from == GENESIS


def values(row: Audit) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in ("at", "operator_id", "act", "subject", "reason", "day", "seq", "digest", "hash")
    }


def change(**columns: Any) -> Callable[[Session], Any]:
    return lambda session: session.execute(
        update(Audit).where(Audit.id == rows(session, 1)[1].id).values(**columns)
    )


def remove(place: int) -> Callable[[Session], Any]:
    return lambda session: session.execute(delete(Audit).where(Audit.id == rows(session, 1)[place].id))


def swap(session: Session) -> None:
    """Two rows change places: each takes the other's contents, hash and all."""
    one, other = rows(session, 1)[1:3]
    first, second = values(one), values(other)
    session.execute(update(Audit).where(Audit.id == one.id).values(**second))
    session.execute(update(Audit).where(Audit.id == other.id).values(**first))


def add_between(session: Session) -> None:
    """A row more, linked properly to the one that it claims to follow."""
    last = rows(session, 1)[-1]
    forged = Audit(
        at=last.at, operator_id=last.operator_id, act="forged", subject="", reason="", day=last.day,
        seq=last.seq + 1, digest=digest_of(""),
    )  # fmt: skip
    forged.hash = link(last.hash, forged)
    session.execute(insert(Audit).values(**values(forged)))


def add_outside(session: Session) -> None:
    session.execute(
        insert(Audit).values(at=datetime.now(UTC), act="forged", subject="", reason="", operator_id=1)
    )


def remove_a_day(session: Session) -> None:
    name = rows(session, 1)[0].day
    session.execute(delete(Audit).where(Audit.day == name))
    session.execute(delete(AuditDay).where(AuditDay.day == name))


def relink(session: Session, day: int, first: int) -> str:
    """Makes one day's chain anew from a row on, and its head with it."""
    of = rows(session, day)
    name = of[0].day
    before = session.get_one(AuditDay, name).began_from if first == 0 else of[first - 1].hash
    for row in of[first:]:
        row.hash = before = link(before, row)
    session.execute(update(AuditDay).where(AuditDay.day == name).values(head=before))
    return before


def change_and_relink_the_day(session: Session) -> None:
    row = rows(session, 1)[1]
    row.act = "something harmless"
    session.flush()
    relink(session, 1, 1)


def cut_the_end_and_say_so(session: Session) -> None:
    """The last row of a day that others follow, with its count and head put right."""
    *_, before, last = rows(session, 1)
    name, head, count = last.day, before.hash, before.seq
    session.execute(delete(Audit).where(Audit.id == last.id))
    session.execute(update(AuditDay).where(AuditDay.day == name).values(head=head, rows=count))


WAYS: dict[str, Callable[[Session], Any]] = {
    "another act": change(act="login"),
    "another person": change(operator_id=2),
    "another time": change(at=datetime(2026, 1, 1, tzinfo=UTC)),
    "another subject": change(subject="report 2"),
    "another reason": change(reason="a better one"),
    "another reason with its digest": change(reason="a better one", digest=digest_of("a better one")),
    "a row removed from the middle": remove(1),
    "the first row of a day removed": remove(0),
    "the last row of a day removed": remove(ROWS - 1),
    "two rows swapped": swap,
    "a row added and linked": add_between,
    "a row added outside the chain": add_outside,
    "a whole day removed": remove_a_day,
    "a day changed and made anew": change_and_relink_the_day,
    "the end of a day cut off and said so": cut_the_end_and_say_so,
}


@pytest.mark.parametrize("how", WAYS.values(), ids=list(WAYS))
def test_each_way_to_break_it_is_found(chain: Desk, how: Callable[[Session], Any]) -> None:
    break_it(chain, how)
    assert breaks(chain) != []


def test_a_chain_made_anew_as_a_whole_is_found_by_a_head_that_was_kept(chain: Desk) -> None:
    with chain.runtime.reading() as session:
        kept = {day.day: day.head for day in heads(session)}

    def forge(session: Session) -> None:
        rows(session, 1)[1].act = "something harmless"
        session.flush()
        head = relink(session, 1, 1)
        for day in range(2, DAYS):
            name = rows(session, day)[0].day
            session.execute(update(AuditDay).where(AuditDay.day == name).values(began_from=head))
            session.flush()
            session.expire_all()
            head = relink(session, day, 0)
            session.flush()

    break_it(chain, forge)
    assert breaks(chain) == []
    assert len(breaks(chain, kept)) == DAYS - 1


def test_a_forgotten_reason_breaks_nothing(chain: Desk) -> None:
    break_it(chain, lambda session: session.execute(update(Audit).values(reason="")))
    assert breaks(chain) == []


def test_a_clock_that_runs_back_over_midnight_does_not_break_it(chain: Desk) -> None:
    chain.clock.at -= timedelta(days=2)
    note(chain, "late")
    assert breaks(chain) == []


def test_rows_from_before_the_chain_are_left_as_they_are(any_desk: Desk) -> None:
    break_it(any_desk, add_outside)
    note(any_desk, "first")
    assert breaks(any_desk) == []


def test_several_rows_of_one_transaction_and_many_writers_make_one_chain(any_desk: Desk) -> None:
    def write() -> None:
        for turn in range(5):
            note(any_desk, f"a{turn}", f"b{turn}")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert breaks(any_desk) == []
    with any_desk.runtime.reading() as session:
        assert [day.rows for day in heads(session)] == [40]


def test_what_was_rolled_back_leaves_no_gap(any_desk: Desk) -> None:
    def fail() -> None:
        with any_desk.work() as work:
            work.session.add(Audit(at=work.now, operator_id=1, act="lost", subject=""))
            work.session.flush()
            raise RuntimeError

    note(any_desk, "one")
    with pytest.raises(RuntimeError):
        fail()
    note(any_desk, "two")
    assert breaks(any_desk) == []
