"""Steps that many tests take on the way to what they are about."""

from collections.abc import Sequence

from sqlalchemy import select

from hotline import closing, dispatch, verification
from hotline.closing import Closing
from hotline.domain.lifecycle import Disposition
from hotline.models import Assignment, Incident, Unit
from hotline.verification import Findings
from tests.support.desk import COORDINATOR, OPERATOR, Desk

THEFT = "maling rt 5 eka jaya"
BEATEN = "suami saya memukuli saya di rt 5 eka jaya"


def verified(desk: Desk, number: str = "1007", findings: Findings | None = None) -> Incident:
    with desk.work() as work:
        return verification.verify(work, desk.incident(number).id, findings or Findings(), OPERATOR)


def sent(desk: Desk, units: Sequence[str], number: str = "1007") -> None:
    """Verified, and the units with these telephones alerted."""
    incident = verified(desk, number)
    with desk.work() as work:
        ids = list(work.session.scalars(select(Unit.id).where(Unit.number.in_(units))))
        dispatch.dispatch(work, incident.id, ids, "", OPERATOR)
    desk.settle()


def closed(desk: Desk, number: str = "1007", disposition: Disposition = Disposition.RESOLVED) -> None:
    with desk.work() as work:
        closing.close(work, desk.incident(number).id, Closing(disposition), COORDINATOR)
    desk.settle()


def tasks(desk: Desk) -> list[Assignment]:
    with desk.runtime.reading() as session:
        return list(session.scalars(select(Assignment).order_by(Assignment.id)))


def kinds_of_log(desk: Desk) -> list[str]:
    return [entry.kind for entry in desk.log()]
