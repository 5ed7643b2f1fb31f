"""What was before: earlier cases of the same number, and of the same place."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hotline.console.case_values import History, ReportView
from hotline.console.queries import visible_to
from hotline.domain.rights import Act, Actor
from hotline.models import Incident, Report

SHOWN: Final = 5
LOOKED_AT: Final = 50
"""Of a number that reports without end only the newest are looked at."""


def history_of(
    session: Session, incident: Incident, family: Sequence[int], reports: Sequence[ReportView], by: Actor
) -> History:
    """The last few cases of its callers' numbers and of its place, without its own family's."""
    earlier = (
        Incident.received_at <= incident.received_at, Incident.id.not_in(family), Incident.drill.is_(False),
    )  # fmt: skip
    callers = {each.report.caller_id for each in reports if _is_known(each)}
    return History(
        _newest(session, *earlier, *_of_number(callers, by)) if callers and _may_link(incident, by) else (),
        _newest(session, *earlier, *there, visible_to(by)) if (there := _of_place(incident)) else (),
    )


def _newest(session: Session, *conditions: ColumnElement[bool]) -> tuple[Incident, ...]:
    query = select(Incident).where(*conditions).order_by(Incident.received_at.desc()).limit(SHOWN)
    return tuple(session.scalars(query))


def _is_known(view: ReportView) -> bool:
    """A number that was forgotten has no history: what is left of it must lead nowhere."""
    return view.report.caller is not None and not view.report.caller.number.startswith("#")


def _may_link(incident: Incident, by: Actor) -> bool:
    """Whom a confidential case comes from stays hidden: other cases of the number would say it."""
    return not incident.confidential or by.may(Act.SEE_CONFIDENTIAL)


def _of_number(callers: set[int | None], by: Actor) -> tuple[ColumnElement[bool], ...]:
    theirs = select(Report.incident_id).where(Report.caller_id.in_(callers))
    told = Incident.id.in_(theirs.order_by(Report.id.desc()).limit(LOOKED_AT))
    open_to_all = () if by.may(Act.SEE_CONFIDENTIAL) else (Incident.confidential.is_(False),)
    return (told, Incident.forgotten_at.is_(None), *open_to_all)


def _of_place(incident: Incident) -> tuple[ColumnElement[bool], ...]:
    """The same RT, or where none is known the same landmark; a kelurahan alone is no place."""
    here = Incident.area_code == incident.area_code
    if incident.area_code is None:
        return ()
    if incident.rt is not None:
        return (here, Incident.rt == incident.rt)
    return (here, Incident.place == incident.place) if incident.place else ()
