"""A desk with its text line in one process: all real but the clock and the carrier."""

import json
from collections.abc import Iterator
from copy import copy
from datetime import timedelta
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from hotline.bundling import tell_officer
from hotline.dispatch import dispatch
from hotline.domain.rights import Actor, Role
from hotline.environment import read_settings
from hotline.escalating import Lines, keep_case, keep_unit, no_voice_line
from hotline.handoff import keep_leg
from hotline.incidents import find
from hotline.models import (
    Assignment,
    Incident,
    LogEntry,
    LoginSession,
    Operator,
    Promise,
    Task,
    TextMessage,
    Unit,
)
from hotline.outbox import Kind
from hotline.reminding import remind
from hotline.runtime import Runtime
from hotline.spool import Incoming
from hotline.storing import store
from hotline.unit_of_work import UnitOfWork
from hotline.verification import Findings, verify
from hotline.words_in_force import WordsInForce
from sms.alarming import MailingAlarm
from sms.canary import check_canary, send_canary
from sms.gateway import SmsGateway
from sms.learned import Readers
from sms.lines import TextLines
from sms.reading import read_fetched, read_text
from sms.receipts import read_opt_out, read_receipt
from sms.sending import Sending
from sms.understanding import WordsReader
from sms.watching import FetchingTexts, WatchingBalance
from sms.webhooks import PROMISES, SHELVES
from tests.support.clock import FrozenClock
from tests.support.engines import shared_engine
from tests.support.fake_gateway import JSON, FakeSmsGateway
from tests.support.playbooks import paal_merah
from workers.drain import Drain
from workers.keepers import Keepers

HOTLINE: Final = "+628117435000"
RESIDENT: Final = "+6281200000001"
NEIGHBOUR: Final = "+6281200000002"
GUARD: Final = "+6281300000001"
POLICE: Final = "+6281300000002"
OPERATOR: Final = Actor("operator", 1, "Dewi", Role.OPERATOR)
COORDINATOR: Final = Actor("operator", 2, "Pak Koordinator", Role.COORDINATOR)


@cache
def _untaught() -> Readers:
    return Readers(paal_merah())


def keepers_of(gateway: SmsGateway, readers: Readers, lines: Lines | None = None) -> Keepers:
    """Who keeps the promises of the text line and of the ladder."""
    return Keepers(
        inside={
            Kind.READ_TEXT: partial(read_text, gateway=gateway, readers=readers),
            Kind.READ_FETCHED: partial(read_fetched, gateway=gateway, readers=readers),
            Kind.READ_RECEIPT: partial(read_receipt, gateway=gateway),
            Kind.READ_OPT_OUT: partial(read_opt_out, gateway=gateway),
            Kind.SEND_CANARY: partial(send_canary, number=HOTLINE, carrier=gateway.name),
            Kind.CHECK_CANARY: check_canary,
            Kind.WATCH_UNIT: partial(keep_unit, lines=lines or Lines(True, no_voice_line)),
            Kind.WATCH_CASE: keep_case,
            Kind.WATCH_LEG: keep_leg,
            Kind.TELL_OFFICER: tell_officer,
            Kind.REMIND_SHIFTS: remind,
        },
        outside={
            Kind.FETCH_MESSAGES: FetchingTexts(gateway),
            Kind.ASK_BALANCE: WatchingBalance(gateway),
            Kind.MAIL_ALARM: MailingAlarm("", (), 6, gateway.name),
        },
        together={Kind.SEND_TEXT: Sending(TextLines([gateway]))},
    )


class Desk:
    """What tests do at a desk, and what they see there. Two people sit at it, two units stand by.

    `after` is a desk of which the database is a copy: this one goes on where that one was left.
    """

    def __init__(self, url: str, var: Path, after: "Desk | None" = None) -> None:
        self.clock = FrozenClock()
        self.gateway = FakeSmsGateway()
        self.readers = copy(_untaught())
        engine = shared_engine(url)
        words = WordsReader(self.readers, engine)
        self.runtime = Runtime(
            settings=read_settings({"HOTLINE_VAR": str(var), "DATABASE_URL": url}),
            engine=engine,
            words=WordsInForce(paal_merah()),
            read_words=words,
            unread_words=words.unread,
            clock=self.clock,
        )
        self.drain = Drain(self.runtime, keepers_of(self.gateway, self.readers))
        self._ids = count(1)
        if after is None:
            self._staff()
        else:
            self._go_on(after)

    def _go_on(self, after: "Desk") -> None:
        self.clock.at = after.clock.at
        self.gateway.sent.extend(after.gateway.sent)
        self._ids = copy(after._ids)

    def _staff(self) -> None:
        with self.work() as work:
            for actor in (OPERATOR, COORDINATOR):
                work.session.add(
                    Operator(
                        id=actor.id, username=actor.name, name=actor.name, role=actor.role, password_hash=""
                    )
                )
            # A page of the desk stays open, also when a test lets days pass.
            beat = self.clock.now() + timedelta(days=30)
            work.session.add(
                LoginSession(
                    token_hash="open page",
                    operator_id=OPERATOR.id,
                    started_at=beat,
                    seen_at=beat,
                    beat_at=beat,
                )
            )
            work.session.add(Unit(name="Arif", number=GUARD, agency="LINMAS", area_code="EJ"))
            work.session.add(Unit(name="Aipda Surya", number=POLICE, agency="BKTM", area_code="EJ"))

    def close(self) -> None:
        """Ends its threads and connections."""
        self.drain.close()
        self.runtime.engine.dispose()

    def work(self) -> UnitOfWork:
        """A transaction."""
        return self.runtime.work()

    def settle(self) -> None:
        """Keeps every promise that is due now."""
        self.drain.until_idle()

    def callback(self, address: str, body: bytes, content_type: str, *, settle: bool = True) -> None:
        """A carrier's callback, kept as the door keeps it and then handled."""
        shelf = SHELVES["sms", address]
        entry = Incoming(shelf.kind, shelf.key_of(body, content_type), body, content_type, self.clock.now())
        store(self.runtime.engine, [entry], PROMISES)
        if settle:
            self.settle()

    def text(self, number: str, words: str) -> None:
        """Somebody texts the hotline; all that follows at once has followed."""
        body = json.dumps({"from": number, "text": words, "id": f"text-{next(self._ids)}"}).encode()
        self.callback("inbound", body, JSON)

    def send(self, incident_id: int, unit_id: int) -> int:
        """Verifies the incident and alerts one unit; the assignment's row."""
        with self.work() as work:
            verify(work, incident_id, Findings(), OPERATOR)
            dispatch(work, incident_id, [unit_id], "", OPERATOR)
        with self.runtime.reading() as session:
            newest = select(Assignment.id).where(Assignment.unit_id == unit_id).order_by(Assignment.id.desc())
            return session.scalars(newest.limit(1)).one()

    def incidents(self) -> list[Incident]:
        """All of them, oldest first."""
        with self.runtime.reading() as session:
            return list(session.scalars(select(Incident).order_by(Incident.id)))

    def incident(self, number: str | None = None) -> Incident:
        """The one with this number, or whom it was merged into; without a number the only one there is."""
        if number is None:
            (only,) = self.incidents()
            return only
        with self.runtime.reading() as session:
            found = find(session, number)
        assert found is not None, f"there is no incident {number}"
        return found

    def texts(self, *, inbound: bool | None = None) -> list[TextMessage]:
        """All texts, or those of one direction, oldest first."""
        query = select(TextMessage).order_by(TextMessage.id)
        if inbound is not None:
            query = query.where(TextMessage.inbound.is_(inbound))
        with self.runtime.reading() as session:
            return list(session.scalars(query))

    def said_to(self, number: str) -> list[str]:
        """What the carrier was asked to send to this number."""
        return [words for sent_to, words in self.gateway.sent if sent_to == number]

    def log(self) -> list[LogEntry]:
        """Every line of every incident's log, in the order in which it was written."""
        with self.runtime.reading() as session:
            return list(session.scalars(select(LogEntry).order_by(LogEntry.id)))

    def tasks(self) -> list[Task]:
        """What the desk has to do, oldest first."""
        query = select(Task).where(Task.done_at.is_(None)).order_by(Task.id)
        with self.runtime.reading() as session:
            return list(session.scalars(query))

    def unkept(self) -> list[Promise]:
        """Promises with something in the way."""
        query = select(Promise).where(Promise.settled_at.is_(None), Promise.problem.is_not(None))
        with self.runtime.reading() as session:
            return list(session.scalars(query))


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk on SQLite."""
    desk = Desk(sqlite_url, tmp_path / "var")
    yield desk
    desk.close()


@pytest.fixture
def any_desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk on SQLite, and one on PostgreSQL."""
    desk = Desk(database_url, tmp_path / "var")
    yield desk
    desk.close()
