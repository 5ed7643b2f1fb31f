"""What most cases have nothing of is looked for in one question, and nothing that is there is missed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from hotline.asked_once import remember
from hotline.domain.escalation import CaseStep
from hotline.domain.tasks import TaskKind
from hotline.models import Attachment, Climb, Contact, FieldAnswer, Inquiry, Leg, Lesson, Need, Task
from hotline.seldom import Seldom, has_none
from tests.support.desk import RESIDENT, Desk
from tests.support.questions import questions
from tests.support.still_clock import NOON

Row = Attachment | Climb | Contact | FieldAnswer | Inquiry | Leg | Lesson | Need | Task
ROWS: dict[Seldom, Callable[[int], Row]] = {
    Attachment: lambda case: Attachment(
        incident_id=case, at=NOON, content_type="image/png", size=1, sha256="", file="a"
    ),
    Climb: lambda case: Climb(incident_id=case, step=CaseStep.TAKE_UP, at=NOON),
    Contact: lambda case: Contact(incident_id=case, number="+6281200000077", named_at=NOON),
    FieldAnswer: lambda case: FieldAnswer(incident_id=case, question="found", words="nihil", at=NOON),
    Inquiry: lambda case: Inquiry(incident_id=case, unit_id=1, asked_at=NOON),
    Leg: lambda case: Leg(incident_id=case, partner="DAMKAR", code="A1", offered_at=NOON, due_at=NOON),
    Lesson: lambda case: Lesson(incident_id=case, phrase="kolam", taught_at=NOON, taught_by=1),
    Need: lambda case: Need(incident_id=case, role="guard", wanted=1),
    Task: lambda case: Task(incident_id=case, kind=TaskKind.CALL_UNIT, raised_at=NOON, due_at=NOON),
}


@pytest.fixture
def case(desk: Desk) -> int:
    desk.text(RESIDENT, "ada maling di rt 5 eka jaya")
    return desk.incident().id


@contextmanager
def page(desk: Desk) -> Iterator[Session]:
    """A session that reads one page."""
    with desk.runtime.reading() as session:
        remember(session, {})
        yield session


def test_a_case_that_has_none_is_asked_once(desk: Desk, case: int) -> None:
    with page(desk) as session:
        session.connection()  # begins the transaction
        assert questions(desk.runtime.engine, lambda: [has_none(session, kind, [case]) for kind in ROWS]) == 1
        assert all(has_none(session, kind, [case]) for kind in ROWS)


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.__name__)
def test_what_there_is_is_found_and_nothing_else(desk: Desk, case: int, kind: Seldom) -> None:
    with desk.work() as work:
        work.session.add(ROWS[kind](case))
    with page(desk) as session:
        assert [each for each in ROWS if not has_none(session, each, [case])] == [kind]
        assert has_none(session, kind, [case + 1])
        assert not has_none(session, kind, [case + 1, case])


def test_for_whoever_writes_nothing_is_known(desk: Desk, case: int) -> None:
    with desk.work() as work:
        ask = questions(desk.runtime.engine, lambda: [has_none(work.session, kind, [case]) for kind in ROWS])
        assert ask == 0
        assert not any(has_none(work.session, kind, [case]) for kind in ROWS)
