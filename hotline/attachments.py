"""Photographs and documents of a case: attached at the desk, or sent by a unit through a one-time link."""

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline import notify
from hotline.dispatch import find_assignment
from hotline.domain.contact import Purpose
from hotline.domain.rights import Act, Actor
from hotline.file_check import Checked
from hotline.incidents import ConflictError, NoSuchIncidentError, family, fetch, fetch_for, log, touch
from hotline.models import Assignment, Attachment, Incident, UploadLink
from hotline.roster import actor_of
from hotline.seldom import has_none
from hotline.unit_of_work import UnitOfWork

MOST_OF_A_CASE: Final = 60
MOST_AT_ONCE: Final = 6
LONGEST_TITLE: Final = 120


@dataclass(frozen=True, slots=True)
class File:
    """A checked file with the name that people know it by."""

    title: str
    checked: Checked


def folder_of(var: Path) -> Path:
    """Where the files lie: beside the database, out of every web server's reach."""
    return var / "attachments"


def attach(work: UnitOfWork, var: Path, incident_id: int, files: list[File], by: Actor) -> Incident:
    """The desk attaches files. Raises ConflictError for too many, NotAllowedError, NoSuchIncidentError."""
    incident = fetch_for(work, incident_id, by, Act.ATTACH)
    _keep(work, var, incident, files, by, by_id=by.id)
    return incident


def _keep(
    work: UnitOfWork, var: Path, incident: Incident, files: list[File], by: Actor, *,
    by_id: int | None = None, unit_id: int | None = None,
) -> None:  # fmt: skip
    held = select(func.count()).where(Attachment.incident_id == incident.id, Attachment.removed_at.is_(None))
    room = MOST_OF_A_CASE - (work.session.scalar(held) or 0)
    if not 0 < len(files) <= min(MOST_AT_ONCE, room):
        raise ConflictError("too many files, or none")
    for file in files:
        body = file.checked.body
        work.session.add(
            Attachment(
                incident_id=incident.id, unit_id=unit_id, by_id=by_id, at=work.now,
                title=file.title[:LONGEST_TITLE], content_type=file.checked.content_type, size=len(body),
                sha256=sha256(body).hexdigest(), file=_write(folder_of(var), body),
                place_kept=file.checked.place_kept,
            )
        )  # fmt: skip
    log(work, incident, "attached", by, ", ".join(file.title for file in files))
    touch(work, incident)


def _write(folder: Path, body: bytes) -> str:
    """On the disk before the row that names it is committed; a file without a row is swept at night."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(20)
    with (folder / name).open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return name


def attachments_of(session: Session, incident_id: int) -> list[Attachment]:
    """The files of a case and of what was merged into it."""
    members = family(session, incident_id)
    if has_none(session, Attachment, members):
        return []
    query = select(Attachment).where(Attachment.incident_id.in_(members), Attachment.removed_at.is_(None))
    return list(session.scalars(query.order_by(Attachment.id)))


def read_file(var: Path, attachment: Attachment) -> bytes:
    """The bytes. Raises NoSuchIncidentError where they are gone or are not what was stored."""
    try:
        body = (folder_of(var) / attachment.file).read_bytes()
    except OSError as error:
        raise NoSuchIncidentError(f"attachment {attachment.id}") from error
    if sha256(body).hexdigest() != attachment.sha256:
        raise NoSuchIncidentError(f"attachment {attachment.id} was changed on the disk")
    return body


def send_link(work: UnitOfWork, assignment_id: int, public_url: str, by: Actor) -> str:
    """Texts the unit a link for its photographs; the token, which is kept nowhere.

    Raises ConflictError once the incident is closed, NotAllowedError, NoSuchIncidentError.
    """
    assignment = find_assignment(work, assignment_id)
    incident = fetch_for(work, assignment.incident_id, by, Act.ATTACH)
    if incident.disposition is not None:
        raise ConflictError("the incident is closed")
    token = secrets.token_urlsafe(12)
    hours = work.playbook.limits.upload_expires_hours
    work.session.add(
        UploadLink(
            token_hash=_hash(token), assignment_id=assignment.id, made_at=work.now,
            expires_at=work.now + timedelta(hours=hours),
        )
    )  # fmt: skip
    words = work.playbook.say(
        "upload_link", number=incident.number or "", link=f"{public_url}/foto/{token}", hours=str(hours)
    )
    # The log names the sending, not the link: whoever reads the log must not be able to use it.
    notify.text(
        work, assignment.unit.number, words, Purpose.OPERATOR, unit=assignment.unit, assignment=assignment,
        by=by,
    )  # fmt: skip
    log(work, incident, "link_sent", by, assignment.unit.name, assignment_id=assignment.id)
    touch(work, incident)
    return token


def link_of(work: UnitOfWork, token: str) -> UploadLink | None:
    """The link with this token, locked, while it may be used."""
    query = select(UploadLink).where(UploadLink.token_hash == _hash(token)).with_for_update()
    found = work.session.scalars(query).one_or_none()
    if found is None or found.used_at is not None or found.expires_at <= work.now:
        return None
    return found


def attach_by_link(work: UnitOfWork, var: Path, token: str, files: list[File]) -> str:
    """A unit sends its files, once; the number of the case that has them now.

    Raises NoSuchIncidentError for a link that does not work (any more), ConflictError for too many files.
    """
    link = link_of(work, token)
    if link is None:
        raise NoSuchIncidentError("the link does not work any more")
    assignment = work.session.get_one(Assignment, link.assignment_id)
    incident = fetch(work, assignment.incident_id)
    _keep(work, var, incident, files, actor_of(assignment.unit), unit_id=assignment.unit_id)
    link.used_at = work.now
    return incident.number or ""


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
