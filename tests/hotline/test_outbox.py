import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from hotline.backlog import backlog
from hotline.models import Promise
from hotline.outbox import (
    LEASES,
    SUSPECT,
    Claim,
    Kind,
    LostClaimError,
    Rank,
    cancel,
    claim,
    hand_back,
    put_off,
    renew,
    settle,
    settle_all,
)
from tests.support.callbacks import promised
from tests.support.engines import shared_engine
from tests.support.still_clock import NOON

LATER = NOON + timedelta(seconds=61)


def promise(
    engine: Engine,
    subject: int,
    *,
    kind: Kind = Kind.SEND_TEXT,
    rank: Rank = Rank.CONVERSATION,
    due_at: datetime = NOON,
    attempts: int = 0,
) -> None:
    with Session(engine) as session:
        session.add(Promise(kind=kind, subject_id=subject, rank=rank, due_at=due_at, attempts=attempts))
        session.commit()


def take(
    engine: Engine, now: datetime = NOON, *, kinds: tuple[Kind, ...] = tuple(Kind), limit: int = 50
) -> list[Claim]:
    with Session(engine) as session:
        found = claim(session, now, kinds=kinds, limit=limit)
        session.commit()
    return found


def subjects(claims: list[Claim]) -> list[int]:
    return [held.subject_id for held in claims]


def test_every_kind_has_a_lease() -> None:
    assert set(LEASES) == set(Kind)


def test_the_most_urgent_goes_first_then_the_oldest(engine: Engine) -> None:
    promise(engine, 1, rank=Rank.LATER)
    promise(engine, 2, rank=Rank.CONVERSATION)
    promise(engine, 3, rank=Rank.CONVERSATION, due_at=NOON - timedelta(seconds=1))
    promise(engine, 4, rank=Rank.DISPATCH)
    promise(engine, 5, rank=Rank.CONVERSATION)
    assert subjects(take(engine)) == [4, 3, 2, 5, 1]


def test_no_more_are_taken_than_asked_for(engine: Engine) -> None:
    for subject in range(10):
        promise(engine, subject)
    assert subjects(take(engine, limit=3)) == [0, 1, 2]
    assert subjects(take(engine, limit=3)) == [3, 4, 5]


def test_what_is_not_due_waits(engine: Engine) -> None:
    promise(engine, 1, due_at=NOON + timedelta(seconds=1))
    assert take(engine) == []
    assert subjects(take(engine, NOON + timedelta(seconds=1))) == [1]


def test_only_the_kinds_asked_for_are_taken(engine: Engine) -> None:
    promise(engine, 1, kind=Kind.READ_TEXT)
    promise(engine, 2, kind=Kind.SEND_TEXT)
    assert subjects(take(engine, kinds=(Kind.READ_TEXT,))) == [1]


def test_what_is_claimed_is_left_alone_until_its_kinds_lease_ends(engine: Engine) -> None:
    for subject, kind in enumerate(Kind):
        promise(engine, subject, kind=kind)
        assert [held.attempts for held in take(engine, kinds=(kind,))] == [1]
        assert take(engine, NOON + LEASES[kind], kinds=(kind,)) == []
        ended = NOON + LEASES[kind] + timedelta(seconds=1)
        assert [held.attempts for held in take(engine, ended, kinds=(kind,))] == [2]


def test_what_is_settled_is_never_taken_again(engine: Engine) -> None:
    promise(engine, 1)
    held = take(engine)[0]
    with Session(engine) as session:
        settle(session, held, NOON)
        session.commit()
    assert take(engine, NOON + timedelta(days=1)) == []
    assert promised(engine)[0].outcome == "kept"


def test_what_is_put_off_comes_back_when_it_is_due(engine: Engine) -> None:
    promise(engine, 1)
    held = take(engine)[0]
    with Session(engine) as session:
        put_off(session, held, NOON + timedelta(seconds=5), "no connection\x00 \ud83d" + "x" * 5000)
        session.commit()
    assert take(engine, NOON + timedelta(seconds=4)) == []
    assert take(engine, NOON + timedelta(seconds=5))[0].attempts == 2
    problem = promised(engine)[0].problem
    assert problem is not None
    assert problem.startswith("no connection ?")
    assert len(problem) == 2000


def test_what_is_handed_back_is_taken_at_once(engine: Engine) -> None:
    promise(engine, 1)
    held = take(engine)[0]
    with Session(engine) as session:
        hand_back(session, held)
        session.commit()
    assert take(engine)[0].attempts == 2


def test_a_renewed_lease_begins_anew(engine: Engine) -> None:
    promise(engine, 1)
    held = take(engine)[0]
    with Session(engine) as session:
        renew(session, held, NOON + timedelta(seconds=50))
        session.commit()
    assert take(engine, LATER) == []


CHANGES = [
    lambda session, held: settle(session, held, LATER),
    lambda session, held: put_off(session, held, LATER, ""),
    lambda session, held: renew(session, held, LATER),
    hand_back,
]


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_comes_back_late_changes_nothing(
    engine: Engine, change: Callable[[Session, Claim], None]
) -> None:
    promise(engine, 1)
    late = take(engine)[0]
    take(engine, LATER)
    before = promised(engine)[0]
    with Session(engine) as session, pytest.raises(LostClaimError):
        change(session, late)
    after = promised(engine)[0]
    assert (after.attempts, after.claimed_until, after.settled_at) == (2, before.claimed_until, None)


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_settled_does_not_change_any_more(
    engine: Engine, change: Callable[[Session, Claim], None]
) -> None:
    promise(engine, 1)
    held = take(engine)[0]
    with Session(engine) as session:
        settle(session, held, NOON)
        session.commit()
        with pytest.raises(LostClaimError):
            change(session, held)


def test_several_are_settled_together_whatever_attempt_each_is(engine: Engine) -> None:
    for subject, attempts in enumerate((0, 0, 3)):
        promise(engine, subject, attempts=attempts)
    held = take(engine)
    with Session(engine) as session:
        settle_all(session, held, NOON)
        session.commit()
    assert all(each.settled_at == NOON for each in promised(engine))


def test_one_that_was_lost_leaves_none_of_several_settled(engine: Engine) -> None:
    promise(engine, 1)
    late = take(engine)
    take(engine, LATER)
    promise(engine, 2)
    with Session(engine) as session, pytest.raises(LostClaimError):
        settle_all(session, [*take(engine), *late], NOON)
    assert [each.settled_at for each in promised(engine)] == [None, None]


def test_several_are_settled_without_reading_all_that_is_open(engine: Engine) -> None:
    """SQLite read every open promise for pairs of id and attempt, 4 ms a batch where 5,000 are open; and
    PostgreSQL its whole index of them, as long as nobody has told it how many there are.
    """
    asked: list[tuple[str, Any]] = []
    for subject in range(3):
        promise(engine, subject)
    held = take(engine)
    with Session(engine) as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
        settle_all(session, held, NOON)
        assert len(asked) == 1
        words, values = asked[0]
        if engine.dialect.name == "sqlite":
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)]
            assert any(line.startswith("SEARCH promise") for line in plan), plan
        else:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # of three rows it would read all
            told = connection.exec_driver_sql(f"EXPLAIN {words}", values)
            assert "pk_promise" in "".join(row[0] for row in told)


def test_postgresql_has_room_for_a_claim_on_the_page_of_its_promise(postgresql_url: str) -> None:
    """With full pages each of a text's four claims is written into every index, as a few are here."""
    engine = shared_engine(postgresql_url)
    with Session(engine) as session:
        session.add_all(
            Promise(kind=Kind.SEND_TEXT, subject_id=each, rank=1, due_at=NOON, attempts=0)
            for each in range(300)
        )
        session.commit()
        assert len(claim(session, NOON, kinds=(Kind.SEND_TEXT,), limit=100)) == 100
        counted = "SELECT pg_stat_get_xact_tuples_hot_updated('promise'::regclass)"
        assert session.connection().exec_driver_sql(counted).scalar_one() > 80
    engine.dispose()


def test_a_claim_that_was_not_committed_is_none(engine: Engine) -> None:
    promise(engine, 1)
    with Session(engine) as session:
        assert len(claim(session, NOON, kinds=tuple(Kind), limit=1)) == 1
    assert take(engine)[0].attempts == 1


def test_a_promise_that_failed_often_goes_behind_all_others(engine: Engine) -> None:
    promise(engine, 1, rank=Rank.DISPATCH, attempts=SUSPECT)
    promise(engine, 2, rank=Rank.DISPATCH, attempts=SUSPECT - 1)
    promise(engine, 3, rank=Rank.LATER)
    assert subjects(take(engine)) == [2, 3, 1]
    promise(engine, 4, rank=Rank.LATER)
    assert subjects(take(engine, LATER, limit=3)) == [3, 4, 1]  # the second has failed often too by now


def test_cancelling_drops_what_is_open_about_one_row(engine: Engine) -> None:
    promise(engine, 1)
    promise(engine, 2)
    promise(engine, 1, kind=Kind.READ_TEXT)
    with Session(engine) as session:
        cancel(session, Kind.SEND_TEXT, 1, NOON)
        session.commit()
    assert [row.outcome for row in promised(engine)] == ["cancelled", None, None]
    assert subjects(take(engine)) == [2, 1]


def test_the_backlog_counts_what_should_have_been_done(engine: Engine) -> None:
    with Session(engine) as session:
        assert backlog(session, NOON).due == 0
        assert backlog(session, NOON).oldest is None
    promise(engine, 1, due_at=NOON - timedelta(minutes=3))
    promise(engine, 2)
    promise(engine, 3, due_at=NOON + timedelta(seconds=1))
    promise(engine, 4, kind=Kind.READ_TEXT, rank=Rank.LATER, due_at=NOON - timedelta(minutes=9))
    with Session(engine) as session:
        found = backlog(session, NOON)
    assert (found.due, found.oldest) == (3, NOON - timedelta(minutes=3)), "a flood waits, and nobody is late"


def test_eight_claimers_take_each_promise_once(engine: Engine) -> None:
    for subject in range(200):
        promise(engine, subject)
    ready = threading.Barrier(8)
    taken: list[list[Claim]] = []

    def work() -> None:
        ready.wait()
        while claims := take(engine, limit=7):
            assert len(claims) <= 7
            taken.append(claims)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(held.subject_id for claims in taken for held in claims) == list(range(200))
    assert {row.attempts for row in promised(engine)} == {1}
