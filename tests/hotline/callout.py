"""Steps for tests about calling people out: many units, receipts, and what the clock brings."""

import json
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from hotline import closing, dispatch, verification
from hotline.domain.playbook import Priority
from hotline.domain.tasks import TaskKind
from hotline.escalating import Lines
from hotline.models import Climb, LoginSession, Promise, TextMessage, Unit
from hotline.verification import Findings
from tests.hotline.journey import closed
from tests.support.desk import OPERATOR, RESIDENT, Desk, keepers_of
from tests.support.fake_gateway import JSON
from workers.drain import Drain

ROBBED = "begal bawa parang di rt 5 eka jaya"


def enlist(
    desk: Desk, count: int, agency: str = "LINMAS", area: str | None = "EJ", *, on: bool | None = True
) -> list[str]:
    """`count` units of one agency with telephones of their own; returns these."""
    with desk.work() as work:
        first = len(list(work.session.scalars(select(Unit.id))))
        numbers = [f"+62813200{first + each:05d}" for each in range(count)]
        for number in numbers:
            work.session.add(
                Unit(name=f"{agency} {number[-3:]}", number=number, agency=agency, area_code=area, on_duty=on)
            )
    return numbers


def off_duty(desk: Desk) -> None:
    """The desk's two first units leave the field to the others."""
    with desk.work() as work:
        for unit in work.session.scalars(select(Unit)):
            unit.active = False


def emergency(desk: Desk, words: str = ROBBED) -> str:
    """A verified darurat; returns its number."""
    desk.text(RESIDENT, words)
    incident = desk.incidents()[-1]
    with desk.work() as work:
        verification.verify(work, incident.id, Findings(priority=Priority.DARURAT), OPERATOR)
    desk.settle()
    return incident.number or ""


def call_out(desk: Desk, number: str, phones: Sequence[str], **needs: int) -> None:
    """Sends these units, with places by role if any are named."""
    with desk.work() as work:
        ids = list(work.session.scalars(select(Unit.id).where(Unit.number.in_(phones))))
        dispatch.dispatch(work, desk.incident(number).id, ids, "", OPERATOR, needs=needs or None)
    desk.settle()


def pass_time(desk: Desk, seconds: float) -> None:
    """Lets the time pass as for a worker that is always there: it wakes at each moment something is due."""
    until = desk.clock.now() + timedelta(seconds=seconds)
    while desk.clock.now() < until:
        with desk.runtime.reading() as session:
            due = Promise.settled_at.is_(None), Promise.due_at > desk.clock.now(), Promise.due_at < until
            following = session.scalar(select(func.min(Promise.due_at)).where(*due))
        desk.clock.at = following or until
        desk.settle()


def receipt(desk: Desk, phone: str, status: str = "DELIVERED") -> None:
    """The carrier reports on the last text to this telephone."""
    with desk.runtime.reading() as session:
        query = select(TextMessage.carrier_id).where(
            TextMessage.number == phone, TextMessage.inbound.is_(False), TextMessage.carrier_id.is_not(None)
        )
        carrier_id = session.scalars(query.order_by(TextMessage.id.desc())).first()
    desk.callback("receipt", json.dumps({"id": carrier_id, "status": status}).encode(), JSON)


def empty_desk(desk: Desk) -> None:
    """The last page is closed, long ago."""
    with desk.work() as work:
        for login in work.session.scalars(select(LoginSession)):
            login.beat_at = desk.clock.now() - timedelta(hours=1)


def with_voice(desk: Desk) -> list[str]:
    """Gives the desk a voice line; returns the list of whom it telephones."""
    called: list[str] = []

    def dial(_work: object, assignment: object) -> bool:
        called.append(assignment.unit.number)  # type: ignore[attr-defined]
        return True

    desk.drain.close()
    lines = Lines(receipts=True, dial=dial)
    desk.drain = Drain(desk.runtime, keepers_of(desk.gateway, desk.readers, lines))
    return called


def kinds(desk: Desk) -> list[TaskKind]:
    """What the desk is asked to do now."""
    return [task.kind for task in desk.tasks()]


def climbs(desk: Desk) -> list[Climb]:
    with desk.runtime.reading() as session:
        return list(session.scalars(select(Climb).order_by(Climb.id)))


def ended(desk: Desk, number: str = "1007") -> None:
    """Closed by the coordinator, and confirmed by a second person where the type asks for two."""
    closed(desk, number)
    if desk.incident(number).disposition is None:
        with desk.work() as work:
            closing.confirm(work, desk.incident(number).id, OPERATOR)
        desk.settle()
