"""The chaos's judge is judged: of a history without a fault it says nothing, and each fault that is planted
into one it names.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Delete, Engine, NullPool, Update, create_engine, delete, select, update
from sqlalchemy.orm import Session

from hotline.dispatch import dispatch
from hotline.domain.delivery import TextState
from hotline.domain.playbook import Priority
from hotline.domain.rights import Actor, Role
from hotline.environment import demo_environment, read_settings
from hotline.models import (
    Assignment,
    Audit,
    Call,
    Incident,
    Kept,
    LogEntry,
    Operator,
    Promise,
    Receipt,
    Report,
    Restoration,
    Task,
    TextMessage,
    Unit,
)
from hotline.outbox import Kind
from hotline.spool import Spool
from hotline.verification import Findings, verify
from tests.chaos.company import Company
from tests.chaos.history import History
from tests.chaos.residents import HOTLINE, resident, text_id
from tests.chaos.verdict import UNDER_WAY, judge
from tests.support.callbacks import incoming
from tests.support.databases import put_in_place
from workers.assembly import Assembly, assemble, keepers
from workers.drain import Drain
from wsgi import build

GUARD: Final = "+6281300000001"
SESSION: Final = "ATVId_chaos1"


@dataclass(frozen=True, slots=True)
class Course:
    """What happened, as both ends remember it."""

    database: Path
    spool: Path
    history: History
    number: str

    def engine(self) -> Engine:
        """The database without its own checks, which would keep some faults out."""
        return create_engine(f"sqlite:///{self.database}", poolclass=NullPool)

    def judged(self, quiet_after: timedelta = UNDER_WAY) -> list[str]:
        """What is wrong with it, where all was quiet so much later."""
        quiet_at = datetime.now(UTC) + quiet_after
        return judge(self.engine(), self.history, self.spool, frozenset({self.number}), quiet_at)


class _Life:
    """A resident writes, another calls and hangs up, a guard is sent, takes the task and ends it."""

    def __init__(self, assembly: Assembly, history: History) -> None:
        self.runtime, self.history = assembly.runtime, history
        self.client = build(assembly).test_client()
        self.drain = Drain(assembly.runtime, keepers(assembly))
        self.token = assembly.runtime.settings.webhook_tokens[0]

    def live(self) -> str:
        """The number of the case."""
        self.text(text_id(1), resident(1), "kebakaran rumah warga rt 5 eka jaya")
        form = {"sessionId": SESSION, "callerNumber": resident(2), "destinationNumber": HOTLINE,
                "direction": "Inbound"}  # fmt: skip
        self.tell("/ivr/{}/call", {**form, "isActive": "1"}, set(), "")
        over = {"isActive": "0", "durationInSeconds": "4", "hangupCause": "NORMAL_CLEARING"}
        self.tell("/ivr/{}/call", {**form, **over}, self.history.acknowledged_calls, SESSION)
        number = self.send_a_guard()
        for code in "16":
            self.text(f"answer-{code}", GUARD, f"{number} {code}")
        for handed in list(self.history.handed):
            self.tell("/sms/{}/receipt", {"id": handed.carrier_id, "status": "Success"},
                      self.history.acknowledged_receipts, handed.carrier_id)  # fmt: skip
        return number

    def text(self, key: str, number: str, words: str) -> None:
        form = {"from": number, "to": HOTLINE, "text": words, "id": key}
        self.tell("/sms/{}/inbound", form, self.history.acknowledged_texts, key)

    def tell(self, address: str, form: dict[str, str], heard: set[str], key: str) -> None:
        assert self.client.post(address.format(self.token), data=form).status_code == 200
        heard.add(key)
        self.drain.until_idle()

    def send_a_guard(self) -> str:
        with self.runtime.work() as work:
            person = Operator(username="o", name="Dewi", role=Role.OPERATOR, password_hash="")
            guard = Unit(name="Arif", number=GUARD, agency="LINMAS", area_code="EJ")
            work.session.add_all([person, guard])
            work.session.flush()
            by = Actor("operator", person.id, person.name, person.role)
            incident = work.session.scalars(select(Incident).where(Incident.number.is_not(None))).first()
            assert incident is not None
            verify(work, incident.id, Findings(), by)
            dispatch(work, incident.id, [guard.id], "", by)
            work.session.add(Audit(at=work.now, operator_id=person.id, act="look", subject="case"))
        self.drain.until_idle()
        return incident.number or ""


@pytest.fixture(scope="module")
def _lived(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """One course of events without any fault, told to the real doors and kept by the real workers."""
    folder = tmp_path_factory.mktemp("course")
    database = folder / "hotline.sqlite3"
    put_in_place(_sqlite_template, database)
    history = History()
    with closing(Company(history, seed=1)) as company:
        company.calm.set()
        given = {"DATABASE_URL": f"sqlite:///{database}", "REDIS_URL": "", "HOTLINE_NUMBER": HOTLINE,
                 "CARRIER_PORT": company.url.rpartition(":")[2]}  # fmt: skip
        settings = read_settings(demo_environment(given, folder / "var"))
        life = _Life(assemble(settings), history)
        number = life.live()
        life.drain.close()
        life.runtime.engine.dispose()
    return Course(database, settings.spool, history, number)


@pytest.fixture
def course(_lived: Course, tmp_path: Path) -> Course:
    """A copy, to be spoilt."""
    database, spool, history = tmp_path / "hotline.sqlite3", tmp_path / "spool", _lived.history
    put_in_place(_lived.database, database)
    copied = History(
        set(history.acknowledged_texts), set(history.acknowledged_receipts),
        set(history.acknowledged_calls), list(history.handed),
    )  # fmt: skip
    return replace(_lived, database=database, spool=spool, history=copied)


def test_of_a_course_without_a_fault_nothing_is_said(course: Course) -> None:
    assert course.judged() == []
    heard = course.history
    assert len(heard.acknowledged_texts) == 3
    assert len(heard.acknowledged_calls) == 1
    assert len(heard.handed) == len(heard.acknowledged_receipts) >= 2


REPORTED: Final = TextMessage.carrier_id == text_id(1)
SENT: Final = TextMessage.assignment_id.is_not(None) & ~TextMessage.inbound
READING: Final = Promise.kind == Kind.READ_TEXT

IN_THE_DATABASE: Final[dict[str, tuple[Delete | Update, str]]] = {
    "an acknowledged word is dropped": (delete(TextMessage).where(REPORTED), "lost: text chaos-1"),
    "an acknowledged word is nowhere": (
        update(TextMessage).where(REPORTED).values(incident_id=None), "nowhere: text chaos-1",
    ),
    "a report of delivery is dropped": (delete(Kept).where(Kept.kind == "sms.receipt"), "lost: receipt"),
    "a report of delivery is not read": (delete(Receipt), "not understood: receipt"),
    "a call is forgotten": (delete(Call), f"lost: call {SESSION}"),
    "a call never ends": (update(Call).values(ended_at=None), f"call {SESSION} goes on"),
    "work is left undone": (update(Promise).where(READING).values(settled_at=None), "undone: read_text"),
    "a text of ours stays under way": (
        update(TextMessage).where(SENT).values(state=TextState.SENDING), "still SENDING",
    ),
    "a text is said to have gone that never did": (
        update(TextMessage).where(SENT).values(words="never handed over"), "was never taken",
    ),
    "a case is forgotten": (delete(Incident), "is gone"),
    "a case is forgotten with its texts left": (
        update(TextMessage).where(TextMessage.inbound).values(incident_id=None), "nowhere",
    ),
    "nobody was sent though the screen said so": (delete(Assignment), "nobody was sent to"),
    "a report has no line in the log": (
        delete(LogEntry).where(LogEntry.kind == "report"), "has no report in its log",
    ),
    "the alert has no line in the log": (
        delete(LogEntry).where(LogEntry.kind == "text_out"), "of a case is not in its log",
    ),
    "a unit's answers have no line in the log": (
        delete(LogEntry).where(LogEntry.kind.like("unit_%")), "the answer of sending",
    ),
    "a line of the audit is dropped": (delete(Audit), "audit:"),
    "a line of the audit is changed": (update(Audit).values(subject="another"), "was changed"),
}  # fmt: skip


@pytest.mark.parametrize("planted", IN_THE_DATABASE)
def test_what_is_lost_or_wrong_in_the_database_is_named(course: Course, planted: str) -> None:
    statement, named = IN_THE_DATABASE[planted]
    with course.engine().begin() as connection:
        assert connection.execute(statement).rowcount > 0, "nothing was planted"
    assert any(named in problem for problem in course.judged()), course.judged()


@pytest.mark.parametrize("planted", ["work is left undone", "a text of ours stays under way"])
def test_what_came_up_after_all_was_quiet_is_no_fault(course: Course, planted: str) -> None:
    """A ladder climbs also between the last look and the verdict."""
    with course.engine().begin() as connection:
        connection.execute(IN_THE_DATABASE[planted][0])
    assert course.judged(quiet_after=-timedelta(minutes=5)) == []


def _handed_twice(course: Course, _: Session) -> str:
    course.history.took(course.history.handed[-1])
    return "doubled: "


def _repeated_twice(_: Course, session: Session) -> str:
    for _time in range(2):
        _repeat(session)
    return "was repeated 2 times"


def _repeated_for_no_emergency(_: Course, session: Session) -> str:
    first = _repeat(session)
    session.get_one(Incident, first.incident_id).priority = Priority.RENDAH
    return f"text {first.id} was repeated as"


def _repeat(session: Session) -> TextMessage:
    first = session.scalars(select(TextMessage).where(SENT).order_by(TextMessage.id).limit(1)).one()
    again = TextMessage(
        inbound=False, carrier=first.carrier, number=first.number, words=first.words, at=first.at,
        state=TextState.UNKNOWN, resend_of=first.id,
    )  # fmt: skip
    session.add(again)
    return first


def _stored_twice(_: Course, session: Session) -> str:
    first = session.scalars(select(TextMessage).where(REPORTED)).one()
    session.add(
        TextMessage(
            inbound=True, carrier="another", carrier_id=first.carrier_id, number=first.number,
            words=first.words, at=first.at, state=first.state, unread=True,
        )
    )  # fmt: skip
    return "twice: text chaos-1"


def _reported_twice(_: Course, session: Session) -> str:
    first = session.scalars(select(Report).where(Report.call_id.is_(None))).one()
    session.add(
        Report(
            incident_id=first.incident_id, channel=first.channel, caller_id=first.caller_id,
            made_at=first.made_at, received_at=first.received_at,
        )
    )  # fmt: skip
    return "reported 2 times"


def _nobody_learns_of_a_call(_: Course, session: Session) -> str:
    session.execute(delete(Task).where(Task.call_id.is_not(None)))
    session.execute(update(Call).values(incident_id=None, end=None))
    return f"nothing came of call {SESSION}"


def _held_for_nothing(_: Course, session: Session) -> str:
    now = datetime.now(UTC)
    session.add(Restoration(at=now, backup_at=now, replayed=0))
    return "as if the database had been put back"


def _left_in_the_spool(course: Course, _: Session) -> str:
    Spool(course.spool).write([incoming("left")])
    return "spool: "


def _damaged_in_the_spool(course: Course, _: Session) -> str:
    spool = Spool(course.spool)
    spool.write([incoming("left")])
    spool.put_away(spool.waiting()[0], corrupt=True)
    return "damaged: "


def _answered_with_400(course: Course, _: Session) -> str:
    course.history.wonder("inbound was answered with 400")
    return "answered with 400"


@pytest.mark.parametrize(
    "plant",
    [
        _handed_twice, _repeated_twice, _repeated_for_no_emergency, _stored_twice, _reported_twice,
        _nobody_learns_of_a_call, _held_for_nothing, _left_in_the_spool, _damaged_in_the_spool,
        _answered_with_400,
    ],
)  # fmt: skip
def test_what_is_doubled_or_left_over_is_named(
    course: Course, plant: Callable[[Course, Session], str]
) -> None:
    with Session(course.engine()) as session, session.begin():
        named = plant(course, session)
    assert any(named in problem for problem in course.judged()), course.judged()
