"""Steps that wait share one transaction; each is answered after its commit, and a broken one spoils none."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from sqlalchemy import Connection, event, text

from hotline.unit_of_work import UnitOfWork
from ivr.answering import answer
from ivr.gateway import CallEvent
from ivr.hearing import At
from ivr.together import Together
from tests.support.voice import Exchange

NOBODYS = "INSERT INTO call_event (call_id, mark, answer, at) VALUES (999, '', '', '2026-01-01')"
"""Refused at the commit only."""


def ringing(exchange: Exchange, serial: int) -> CallEvent:
    """The first callback of a call."""
    return exchange.gateway.read_event(
        {"sessionId": f"s{serial}", "callerNumber": f"+628120000{serial:04d}", "isActive": "1"}
    )


@pytest.fixture
def commits(exchange: Exchange) -> Iterator[list[int]]:
    """Commits of who writes, as they come."""
    seen: list[int] = []

    def note(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading"):
            seen.append(len(seen))

    event.listen(exchange.desk.runtime.engine, "commit", note)
    yield seen
    event.remove(exchange.desk.runtime.engine, "commit", note)


class Held:
    """Answers callbacks as the line does, once `go` is set; those of `broken` never."""

    def __init__(self, exchange: Exchange, broken: int | None = None) -> None:
        self.exchange, self.broken = exchange, broken
        self.go = threading.Event()
        self.begun = threading.Event()

    def __call__(self, work: UnitOfWork, at: At, event: CallEvent) -> bytes:
        self.begun.set()
        assert self.go.wait(10)
        said = answer(work, self.exchange.line, at, event)
        if event.session == f"s{self.broken}":
            raise LookupError(event.session)
        return said


def all_at_once(exchange: Exchange, held: Held, calls: int) -> "list[Future[bytes]]":
    """The first callbacks of so many calls; all but the first come while that is being answered."""
    together = Together(exchange.desk.runtime.work, held)
    said = [together.answer(At(), ringing(exchange, 0))]
    assert held.begun.wait(10)
    said += [together.answer(At(), ringing(exchange, serial)) for serial in range(1, calls)]
    held.go.set()
    return said


def test_who_waits_is_answered_in_one_transaction(
    exchange: Exchange, commits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.together.LONGEST_S", 60.0)
    said = all_at_once(exchange, Held(exchange), 6)
    assert all(b"<GetDigits" in each.result(10) for each in said)
    assert len(commits) == 1
    assert len(exchange.calls()) == 6


def test_a_transaction_that_took_long_takes_nobody_more(
    exchange: Exchange, commits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.together.LONGEST_S", 0.0)
    said = all_at_once(exchange, Held(exchange), 3)
    assert all(b"<GetDigits" in each.result(10) for each in said)
    assert len(commits) == 3


def test_a_step_that_breaks_leaves_nothing_and_spoils_no_other(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.together.LONGEST_S", 60.0)
    said = all_at_once(exchange, Held(exchange, broken=2), 4)
    with pytest.raises(LookupError):
        said[2].result(10)
    assert all(b"<GetDigits" in said[at].result(10) for at in (0, 1, 3))
    assert [call.session for call in exchange.calls()] == ["s0", "s1", "s3"]


def test_nobody_is_answered_where_the_commit_breaks(exchange: Exchange) -> None:
    def spoil(work: UnitOfWork, at: At, event: CallEvent) -> bytes:
        work.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        work.session.execute(text(NOBODYS))
        return b""

    with pytest.raises(Exception, match="FOREIGN KEY"):
        Together(exchange.desk.runtime.work, spoil).answer(At(), ringing(exchange, 0)).result(10)


def test_who_was_answered_without_the_database_meanwhile_is_left_out(exchange: Exchange) -> None:
    held = Held(exchange)
    together = Together(exchange.desk.runtime.work, held)
    first = together.answer(At(), ringing(exchange, 0))
    assert held.begun.wait(10)
    given_up = together.answer(At(), ringing(exchange, 1))
    assert given_up.cancel()
    held.go.set()
    assert first.result(10)
    last = together.answer(At(), ringing(exchange, 2))
    assert last.result(10)
    assert [call.session for call in exchange.calls()] == ["s0", "s2"]
