"""Legal hold: nothing of a case is forgotten while somebody may still have to prove something with it."""

from sqlalchemy import ColumnElement, Select, String, cast, literal, select, union_all
from sqlalchemy.orm import Session

from hotline.domain.rights import Act, Actor
from hotline.incidents import family, fetch_for, log, root_of, touch
from hotline.models import Audit, Call, Caller, CallEvent, Incident, Receipt, Report, TextMessage, TextPart
from hotline.unit_of_work import UnitOfWork


def hold(work: UnitOfWork, incident_id: int, reason: str, by: Actor, *, on: bool) -> Incident:
    """Begins or ends it; why is in the audit. Raises NotAllowedError, NoSuchIncidentError."""
    incident = fetch_for(work, incident_id, by, Act.GUARD_DATA)
    if incident.legal_hold is not on:
        incident.legal_hold = on
        act = "hold_begun" if on else "hold_ended"
        log(work, incident, act, by)
        work.session.add(
            Audit(at=work.now, operator_id=by.id, act=act, subject=f"incident {incident.id}", reason=reason)
        )
        touch(work, incident)
    return incident


def held_cases(session: Session) -> list[int]:
    """Every case under hold, with all that is told together with it: one family is held as a whole."""
    marked = session.scalars(select(Incident.id).where(Incident.legal_hold))
    roots = {root_of(session, case) for case in marked}
    return [member for root in sorted(roots) for member in family(session, root)]


def held_callbacks(cases: list[int]) -> Select[int]:
    """The raw callbacks of these cases."""
    return callbacks_of(TextMessage.incident_id.in_(cases), Call.incident_id.in_(cases))


def callbacks_of(texts: ColumnElement[bool], calls: ColumnElement[bool]) -> Select[int]:
    """The raw callbacks (`Kept.id`) of some texts and calls, with what the carrier said of the texts.

    Of a text that came in pieces they are all the pieces that ever came from its telephone.
    """
    words = select(TextMessage.kept_id.label("id")).where(texts, TextMessage.kept_id.is_not(None))
    of_text = (TextMessage.carrier == Receipt.carrier) & (TextMessage.carrier_id == Receipt.carrier_id)
    receipts = select(Receipt.kept_id).join(TextMessage, of_text).where(texts, Receipt.kept_id.is_not(None))
    steps = (
        select(CallEvent.kept_id)
        .join(Call, Call.id == CallEvent.call_id)
        .where(calls, CallEvent.kept_id.is_not(None))
    )
    same_telephone = (TextMessage.carrier == TextPart.carrier) & (TextMessage.number == TextPart.number)
    pieces = select(TextPart.kept_id).join(TextMessage, same_telephone).where(texts)
    return select(union_all(words, receipts, steps, pieces).subquery().c.id)


def held_numbers(cases: list[int]) -> Select[str]:
    """The telephones that these cases were reported from."""
    return (
        select(Caller.number).join(Report, Report.caller_id == Caller.id).where(Report.incident_id.in_(cases))
    )


def held_subjects(cases: list[int]) -> Select[str]:
    """What these cases and their reports are called in the audit."""
    reports = select((literal("report ") + cast(Report.id, String)).label("subject")).where(
        Report.incident_id.in_(cases)
    )
    incidents = select(literal("incident ") + cast(Incident.id, String)).where(Incident.id.in_(cases))
    return select(union_all(reports, incidents).subquery().c.subject)
