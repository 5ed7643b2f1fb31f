"""Legal hold: nothing of a case is forgotten while somebody may still have to prove something with it."""

from hotline.domain.rights import Act, Actor
from hotline.incidents import fetch_for, log, touch
from hotline.models import Audit, Incident
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
