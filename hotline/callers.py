"""Who reported what: callers by their numbers, their incidents, and whether a further word speaks of one
of them.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, Protocol

from sqlalchemy import select, union
from sqlalchemy.dialects import postgresql, sqlite

from hotline.correspondents import MOST_OF_ONE
from hotline.domain.phone import SenderKind
from hotline.domain.playbook import UNCLEAR
from hotline.incidents import standing_for
from hotline.models import Caller, Contact, Incident, Report
from hotline.unit_of_work import UnitOfWork

TELEPHONES: Final = frozenset({SenderKind.MOBILE, SenderKind.LANDLINE})
"""Addresses that belong to a caller; a name or a short number belongs to a machine."""


class Place(Protocol):
    """What tells one event from another: `hotline.intake.Reading` fits."""

    @property
    def type_code(self) -> str:
        """The type, or the unclear one."""
        ...

    @property
    def area_code(self) -> str | None:
        """The kelurahan."""
        ...

    @property
    def rt(self) -> int | None:
        """The RT."""
        ...


def caller_of(work: UnitOfWork, number: str) -> Caller:
    """The caller with this number, known from now on; `number` must be a telephone's address."""
    if (met := work.met.get(number)) is not None:
        met.caller = met.caller or _introduced(work, number)
        return met.caller
    by_number = select(Caller).where(Caller.number == number)
    known = work.session.scalars(by_number).one_or_none()
    if known is None:
        insert = sqlite.insert if work.session.get_bind().dialect.name == "sqlite" else postgresql.insert
        row = {"number": number, "first_seen_at": work.now}
        # Another process may hear of the same number at this moment; then its row is ours too.
        made = insert(Caller).values(row).on_conflict_do_nothing(index_elements=["number"]).returning(Caller)
        known = work.session.scalars(made).one_or_none() or work.session.scalars(by_number).one()
    return known


def _introduced(work: UnitOfWork, number: str) -> Caller:
    caller = Caller(number=number, first_seen_at=work.now)
    work.add(caller)
    return caller


def known_caller(work: UnitOfWork, number: str) -> Caller | None:
    """The caller with this number, if there is one."""
    if (met := work.met.get(number)) is not None:
        return met.caller
    return work.session.scalars(select(Caller).where(Caller.number == number)).one_or_none()


def open_incidents_of(work: UnitOfWork, number: str) -> list[Incident]:
    """The open incidents that this number reported, newest first; a merged one is told by where it went."""
    return [root for root in incidents_of(work, number) if root.disposition is None]


def incidents_of(work: UnitOfWork, number: str) -> list[Incident]:
    """The last incidents that this number reported, or that were reported for it, open or closed, newest
    first, each once.
    """
    if (met := work.met.get(number)) is not None:
        return _roots(work, met.incidents[: -MOST_OF_ONE - 1 : -1])
    mine = (
        select(Report.incident_id).join(Caller, Caller.id == Report.caller_id).where(Caller.number == number)
    )
    for_it = select(Contact.incident_id).where(Contact.number == number, Contact.agreed_at.is_not(None))
    query = (
        select(Incident)
        .where(Incident.id.in_(union(mine, for_it)))  # joined by OR, PostgreSQL reads all incidents
        .order_by(Incident.id.desc())
        .limit(MOST_OF_ONE)
    )
    return _roots(work, work.session.scalars(query))


def _roots(work: UnitOfWork, incidents: Iterable[Incident]) -> list[Incident]:
    roots = (standing_for(work.session, incident) for incident in incidents)
    return list({root.id: root for root in roots}.values())


def same_events(work: UnitOfWork, number: str, told: Place) -> list[Incident]:
    """The open incidents that a further text from `number` may speak of, newest first.

    Recent, and not of another named type or another named kelurahan: a new event opens a new incident. More
    than one: nobody but a person can tell.
    """
    since = work.now - timedelta(minutes=work.playbook.limits.same_event_minutes)
    mine = open_incidents_of(work, number)
    return [incident for incident in mine if incident.received_at >= since and alike(incident, told)]


def alike(incident: Incident, told: Place) -> bool:
    """Whether nothing that was told contradicts what is known of the incident."""
    types = {incident.type_code, told.type_code} - {UNCLEAR}
    areas = {incident.area_code, told.area_code} - {None}
    places = {incident.rt, told.rt} - {None}
    return len(types) <= 1 and len(areas) <= 1 and len(places) <= 1
