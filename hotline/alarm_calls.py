"""Officers are telephoned because no text can reach them, until each has pressed that it is understood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from hotline import notify
from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.models import Call, Unit
from hotline.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Rings:
    """How long after a call that nobody heard out the next one comes, and how many there are in all."""

    again: timedelta
    most: int


def ring(work: UnitOfWork, officers: Sequence[Unit], since: datetime, rings: Rings) -> None:
    """Promises a call to each who was not reached since then and whose turn it is."""
    for officer in officers:
        if _is_due(work, officer, since, rings):
            notify.call(work, officer.number, Errand.ALARM, notify.About(unit=officer))


def _is_due(work: UnitOfWork, officer: Unit, since: datetime, rings: Rings) -> bool:
    query = select(Call).where(
        Call.errand == Errand.ALARM, Call.number == officer.number, Call.started_at >= since
    )
    placed = list(work.session.scalars(query.order_by(Call.id)))
    if any(call.end is CallEnd.DONE or call.state is not CallState.OVER for call in placed):
        return False
    return not placed or (len(placed) < rings.most and work.now - placed[-1].started_at >= rings.again)
