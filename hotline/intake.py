"""Step 1 and the first half of step 2 of the procedure: what people tell us becomes reports and incidents."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.domain.channels import Channel
from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.playbook import UNCLEAR, Priority
from hotline.domain.rights import Act, Actor, require
from hotline.incidents import family, find, give_number, log, recompute, touch
from hotline.models import Caller, Incident, Report
from hotline.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Underline:
    """A stretch of the words, and what was read from it."""

    start: int
    end: int
    what: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of somebody's words, in the desk's terms; empty where nothing was."""

    type_code: str = UNCLEAR
    priority: Priority = Priority.TINGGI
    reasons: tuple[str, ...] = ()
    area_code: str | None = None
    outside: str | None = None
    rt: int | None = None
    place: str = ""
    people: int | None = None
    do_not_call: bool = False
    underlines: tuple[Underline, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What one person told us once."""

    channel: Channel
    words: str
    made_at: datetime
    number: str | None = None
    name: str = ""
    call_id: int | None = None
    entered_by: int | None = None
    reading: Reading = field(default_factory=Reading)


def open_incident(work: UnitOfWork, told: Told, by: Actor) -> Incident:
    """A new incident with its first report and its number."""
    reading = told.reading
    kind = work.playbook.types[reading.type_code]
    incident = Incident(
        type_code=kind.code, priority=reading.priority, rank=reading.priority.rank,
        suggested_priority=reading.priority, reasons=", ".join(reading.reasons), area_code=reading.area_code,
        told_area_code=reading.area_code, outside=reading.outside, rt=reading.rt, place=reading.place,
        people=reading.people, confidential=kind.confidential, do_not_call=reading.do_not_call,
        status=IncidentStatus.RECEIVED, received_at=work.now, changed_at=work.now, version=1,
    )  # fmt: skip
    give_number(work, incident)
    add_report(work, incident, told, by)
    return incident


def add_report(work: UnitOfWork, incident: Incident, told: Told, by: Actor) -> Report:
    """One more report of the same event."""
    caller = caller_of(work, told.number) if told.number else None
    report = Report(
        incident_id=incident.id, channel=told.channel, caller_id=caller.id if caller else None, caller_name=told.name,
        words=told.words, spans=_spans(told.reading.underlines), made_at=told.made_at, received_at=work.now,
        call_id=told.call_id, entered_by=told.entered_by,
    )  # fmt: skip
    work.session.add(report)
    work.session.flush()
    log(work, incident, "report", by, told.words, call_id=told.call_id)
    _complete(incident, told.reading)
    recompute(work, incident)
    return report


def _spans(underlines: tuple[Underline, ...]) -> str:
    return "[" + ",".join(f'[{mark.start},{mark.end},"{mark.what}"]' for mark in underlines) + "]"


def _complete(incident: Incident, reading: Reading) -> None:
    """Fills what was not known yet; what is known is only changed by a person. A priority is only ever raised."""
    if incident.type_code == UNCLEAR and incident.verified_at is None and reading.type_code != UNCLEAR:
        incident.type_code = reading.type_code
    if incident.area_code is None and reading.area_code is not None:
        incident.area_code = incident.told_area_code = reading.area_code
    if incident.rt is None:
        incident.rt = reading.rt
    incident.place = incident.place or reading.place
    incident.outside = incident.outside or reading.outside
    incident.people = incident.people or reading.people
    incident.do_not_call = incident.do_not_call or reading.do_not_call
    if incident.verified_at is None and reading.type_code != UNCLEAR and reading.priority.rank < incident.priority.rank:
        incident.priority = incident.suggested_priority = reading.priority


def enter_report(work: UnitOfWork, told: Told, by: Actor, *, number: str = "") -> Incident:
    """A report that an operator types in: a walk-in, a telephone call, a post in the WhatsApp group.

    `number` adds it to that incident instead of opening one. Raises NotAllowedError.
    """
    require(by, Act.ENTER_REPORT)
    known = find(work.session, number) if number else None
    if known is None:
        return open_incident(work, told, by)
    add_report(work, known, told, by)
    return known


def caller_of(work: UnitOfWork, number: str) -> Caller:
    """The caller with this number, known from now on."""
    known = work.session.scalars(select(Caller).where(Caller.number == number)).one_or_none()
    if known is None:
        known = Caller(number=number, first_seen_at=work.now)
        work.session.add(known)
        work.session.flush()
    return known


def open_incidents_of(work: UnitOfWork, number: str) -> list[Incident]:
    """The open incidents that this number reported, newest first; a merged one is told by where it went."""
    query = (
        select(Incident)
        .join(Report, Report.incident_id == Incident.id)
        .join(Caller, Caller.id == Report.caller_id)
        .where(Caller.number == number)
        .order_by(Incident.id.desc())
        .limit(20)
    )
    roots = (find(work.session, incident.number or "") for incident in work.session.scalars(query))
    return list({root.id: root for root in roots if root and root.disposition is None}.values())


def reported_by(work: UnitOfWork, incident: Incident, number: str) -> bool:
    """Whether this number is one of the incident's callers."""
    query = (
        select(Report.id)
        .join(Caller, Caller.id == Report.caller_id)
        .where(Caller.number == number, Report.incident_id.in_(family(work.session, incident.id)))
        .limit(1)
    )
    return work.session.scalar(query) is not None


def same_event(work: UnitOfWork, number: str, reading: Reading) -> Incident | None:
    """The open incident that a further text from `number` most likely speaks of.

    Recent, and not of another named type or another named kelurahan: a new event opens a new incident.
    """
    since = work.now - timedelta(minutes=work.playbook.limits.same_event_minutes)
    for incident in open_incidents_of(work, number):
        if incident.received_at >= since and _alike(incident, reading):
            return incident
    return None


def _alike(incident: Incident, reading: Reading) -> bool:
    types = {incident.type_code, reading.type_code} - {UNCLEAR}
    areas = {incident.area_code, reading.area_code} - {None}
    places = {incident.rt, reading.rt} - {None}
    return len(types) <= 1 and len(areas) <= 1 and len(places) <= 1


def set_place(work: UnitOfWork, incident: Incident, by: Actor, *, area_code: str | None, rt: int | None) -> None:
    """Takes a caller's answer to the question where it is."""
    if area_code is not None:
        incident.area_code = area_code
        incident.told_area_code = incident.told_area_code or area_code
    if rt is not None:
        incident.rt = rt
    touch(work, incident)
    log(work, incident, "place", by, place_words(work, incident))


def place_words(work: UnitOfWork, incident: Incident) -> str:
    """Kelurahan and RT as people write them: 'Eka Jaya RT 5'; empty where neither is known."""
    area = work.playbook.areas[incident.area_code].name if incident.area_code else ""
    rt = f"RT {incident.rt}" if incident.rt is not None else ""
    return " ".join(part for part in (area, rt) if part)
