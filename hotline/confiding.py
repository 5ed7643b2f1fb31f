"""A case is hidden from all but the coordinator because of whom it is about, and given back."""

from hotline.domain.rights import Act, Actor, require
from hotline.incidents import family, fetch_for, log, may_see, recompute, signs_in
from hotline.models import Incident
from hotline.unit_of_work import UnitOfWork


def confide(work: UnitOfWork, incident_id: int, sign: str, by: Actor) -> Incident:
    """Marks the case with a sign of the playbook's list, as if it had been read in a text.

    Whoever may not see it any more holds it no longer, so that its ladder looks for somebody who may. Raises
    KeyError for a sign that is not on the list.
    """
    name = work.playbook.confidential_signs[sign].name
    incident = fetch_for(work, incident_id, by, Act.CORRECT)
    signs = signs_in(incident.reasons)
    if sign in signs:
        return incident
    incident.reasons = f"{incident.reasons}, {sign}" if signs else sign
    log(work, incident, "confided", by, name)
    recompute(work, incident)
    if not may_see(by, incident):
        incident.claimed_by = incident.claimed_until = None
    return incident


def open_up(work: UnitOfWork, incident_id: int, sign: str, by: Actor) -> Incident:
    """Takes the sign from the case and from what was merged into it: the machine had misread, or the caller
    had. Only who sees what is confidential says so. Raises KeyError for a sign that is not on the list.
    """
    name = work.playbook.confidential_signs[sign].name
    require(by, Act.SEE_CONFIDENTIAL)
    incident = fetch_for(work, incident_id, by, Act.CORRECT)
    told = [work.session.get_one(Incident, member) for member in family(work.session, incident.id)]
    marked = [each for each in told if sign in signs_in(each.reasons)]
    for each in marked:
        each.reasons = ", ".join(kept for kept in each.reasons.split(", ") if kept != sign)
    if marked:
        log(work, incident, "opened_up", by, name)
        recompute(work, incident)
    return incident
