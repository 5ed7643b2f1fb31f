"""A breach: what was laid open, of whom, since when, and what is done about it (UU 27/2022, art. 46).

Subjects and the agency must be told in writing within 3 x 24 hours, so whoever answers for personal data can
export the list of what was laid open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.playbook import Playbook
from hotline.domain.rights import Act, Actor, require
from hotline.incidents import NoSuchIncidentError
from hotline.models import Audit, Breach, Caller, Incident, Recording, Report
from hotline.privacy.keyed import MARK
from hotline.unit_of_work import UnitOfWork

TERM: Final = timedelta(hours=72)
"""3 x 24 hours, from when it was noticed."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was noticed: `since` and `until` say when the reports came in whose data was laid open."""

    what: str
    how: str
    handling: str
    since: datetime
    until: datetime


def note_breach(work: UnitOfWork, noticed: Noticed, by: Actor) -> Breach:
    """Writes it down and begins the term. Raises NotAllowedError."""
    require(by, Act.GUARD_DATA)
    breach = Breach(
        noticed_at=work.now, what=noticed.what, how=noticed.how, handling=noticed.handling,
        since=noticed.since, until=noticed.until, noted_by=by.id or 0,
    )  # fmt: skip
    work.session.add(breach)
    work.session.flush()
    _audit(work, "breach_noted", breach, by)
    return breach


def told(work: UnitOfWork, breach_id: int, by: Actor) -> Breach:
    """Subjects and agency have been told; a second click changes nothing.

    Raises NoSuchIncidentError, NotAllowedError.
    """
    require(by, Act.GUARD_DATA)
    breach = _fetch(work, breach_id)
    if breach.told_at is None:
        breach.told_at = work.now
        _audit(work, "breach_told", breach, by)
    return breach


def breaches(session: Session) -> list[Breach]:
    """All of them, the newest first."""
    return list(session.scalars(select(Breach).order_by(Breach.id.desc())))


def list_of(work: UnitOfWork, breach_id: int, reason: str, by: Actor) -> Iterator[list[str]]:
    """The data laid open, a line for each report, with the number by which its subject can be told.

    It opens identities, so its reason is in the audit. Raises NoSuchIncidentError, NotAllowedError.
    """
    require(by, Act.GUARD_DATA)
    require(by, Act.SEE_IDENTITY)
    breach = _fetch(work, breach_id)
    _audit(work, "breach_list", breach, by, reason)
    return iter(_lines(work.session, breach, work.playbook))


def _lines(session: Session, breach: Breach, playbook: Playbook) -> list[list[str]]:
    query = (
        select(Report, Incident, Caller.number, Recording.id)
        .join(Incident, Incident.id == Report.incident_id)
        .outerjoin(Caller, Caller.id == Report.caller_id)
        .outerjoin(Recording, Recording.call_id == Report.call_id)
        .where(Report.received_at >= breach.since, Report.received_at < breach.until)
        .order_by(Report.id)
    )
    zone = playbook.programme.zone
    return [
        ["kasus", "diterima", "saluran", "jenis", "data yang terungkap", "data spesifik", "nomor subjek"],
        *(
            [
                incident.number or "", f"{report.received_at.astimezone(zone):%d/%m/%Y %H.%M}",
                report.channel, playbook.types[incident.type_code].name,
                ", ".join(_kinds(report, number, sound=recording is not None)),
                "ya" if playbook.types[incident.type_code].confidential else "", _known(number),
            ]
            for report, incident, number, recording in session.execute(query)
        ),
    ]  # fmt: skip


def _kinds(report: Report, number: str | None, *, sound: bool) -> Iterator[str]:
    if report.caller_name:
        yield "nama"
    if _known(number):
        yield "nomor"
    if report.words:
        yield "isi laporan"
    if sound:
        yield "suara"
    yield "lokasi"


def _known(number: str | None) -> str:
    """The number, unless only its mark is left."""
    return number if number and not number.startswith(MARK) else ""


def _fetch(work: UnitOfWork, breach_id: int) -> Breach:
    found = work.session.get(Breach, breach_id)
    if found is None:
        raise NoSuchIncidentError(f"breach {breach_id}")
    return found


def _audit(work: UnitOfWork, act: str, breach: Breach, by: Actor, reason: str = "") -> None:
    work.session.add(
        Audit(at=work.now, operator_id=by.id, act=act, subject=f"breach {breach.id}", reason=reason)
    )
