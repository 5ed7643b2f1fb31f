"""The places of an incident ("2 guards, 1 police"): who fills them, what is open, who is not needed any more.

All of it is read and written under the lock of the incident's root, so that one row decides every race. The
places of merged incidents count together.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.asked_once import once
from hotline.domain.lifecycle import COMMITTED, UnitStatus
from hotline.incidents import ConflictError, assignments, family
from hotline.models import Assignment, Incident, Need
from hotline.seldom import has_none
from hotline.unit_of_work import UnitOfWork

FILLING: Final = COMMITTED | {UnitStatus.CLEAR}
"""Whoever came and has finished has filled his place."""


class EnoughError(ConflictError):
    """Others were quicker: every place of this kind is filled."""


@dataclass(frozen=True, slots=True)
class Places:
    """One role's places: how many are wanted, filled, and waited for."""

    wanted: int
    filled: int
    pending: int

    @property
    def open(self) -> int:
        """Places that nobody has taken yet."""
        return max(self.wanted - self.filled, 0)

    @property
    def missing(self) -> int:
        """Open places for which nobody has been asked who may still answer."""
        return max(self.open - self.pending, 0)


def places(work: UnitOfWork, incident: Incident) -> dict[str, Places]:
    """Role to its places, as they stand now."""
    work.session.flush()
    members = family(work.session, incident.id)
    wanted: Counter[str] = Counter()
    for need in once(work.session, ("needs", *members), lambda: _needs(work.session, members)):
        wanted[need.role] += need.wanted
    sent = assignments(work.session, members)
    filled = Counter(each.role for each in sent if each.status in FILLING)
    pending = Counter(each.role for each in sent if _waited_for(each))
    return {role: Places(count, filled[role], pending[role]) for role, count in wanted.items()}


def _needs(session: Session, members: list[int]) -> Sequence[Need]:
    if has_none(session, Need, members):
        return ()
    return session.scalars(select(Need).where(Need.incident_id.in_(members)).order_by(Need.id)).all()


def still_wanted(work: UnitOfWork, incident: Incident) -> dict[str, int] | None:
    """Role to how many people are wanted whom nobody was asked for yet; None before the first call-out, and
    after a reopening.
    """
    held = {role: each for role, each in places(work, incident).items() if each.wanted}
    return {role: each.missing for role, each in held.items()} if held else None


def _waited_for(assignment: Assignment) -> bool:
    return assignment.status is UnitStatus.ALERTED and assignment.passed_on_at is None


def ask_for(
    work: UnitOfWork, incident: Incident, chosen: Mapping[str, int], needs: Mapping[str, int] | None
) -> None:
    """Opens the places for a call-out: those that the desk named, or one for each unit that it chose.

    What is filled or waited for already keeps its place; whoever has finished is not one of those named now.
    """
    present = places(work, incident)
    finished = Counter(
        each.role for each in assignments(work.session, family(work.session, incident.id))
        if each.status is UnitStatus.CLEAR
    )  # fmt: skip
    for role in {*chosen, *(needs or {})}:
        held = present.get(role, Places(0, 0, 0))
        named = (needs or {}).get(role)
        each_his_own = max(held.wanted, held.filled + held.pending + chosen.get(role, 0))
        total = max(finished[role] + named, held.filled) if named is not None else each_his_own
        change(work, incident, role, total - held.wanted)


def change(work: UnitOfWork, incident: Incident, role: str, by: int) -> None:
    """More or fewer places of this role, never fewer than none."""
    members = family(work.session, incident.id)
    found = select(Need).where(Need.incident_id.in_(members), Need.role == role).order_by(Need.id)
    needs = list(work.session.scalars(found))
    own = next((need for need in needs if need.incident_id == incident.id), None)
    if own is None:
        own = Need(incident_id=incident.id, role=role, wanted=0)
        work.session.add(own)
        needs.append(own)
    if by >= 0:
        own.wanted += by
        return
    for need in sorted(needs, key=lambda each: each is not own):
        fewer = min(need.wanted, -by)
        need.wanted -= fewer
        by += fewer


def has_room(work: UnitOfWork, incident: Incident, assignment: Assignment) -> bool:
    """Whether somebody who was asked can still take a place; outside every quota there is always one."""
    held = places(work, incident).get(assignment.role)
    return held is None or held.open > 0


def superfluous(work: UnitOfWork, incident: Incident) -> list[Assignment]:
    """Who was alerted for places that are all filled by now, or closed."""
    full = {role for role, held in places(work, incident).items() if not held.open}
    sent = assignments(work.session, family(work.session, incident.id))
    return [each for each in sent if each.status is UnitStatus.ALERTED and each.role in full]


def somebody_needs_help(work: UnitOfWork, incident: Incident) -> bool:
    """Whether one of those who were sent has asked for more people and has not finished since."""
    sent = assignments(work.session, family(work.session, incident.id))
    return any(each.needs_backup for each in sent)


def was_done(work: UnitOfWork, incident: Incident, assignment: Assignment) -> bool:
    """Whether somebody has reported the work done since this one was sent, and nobody needs help: then
    nobody takes the place of whoever drops out.
    """
    sent = assignments(work.session, family(work.session, incident.id))
    return not somebody_needs_help(work, incident) and any(
        each.status is UnitStatus.CLEAR
        and each.ended_at is not None
        and each.ended_at >= assignment.alerted_at
        for each in sent
    )


def close_open(work: UnitOfWork, incident: Incident) -> None:
    """The work is reported done: nobody else is looked for, until somebody needs help or the desk sends."""
    for role, held in places(work, incident).items():
        change(work, incident, role, -held.open)


def open_one_more(work: UnitOfWork, incident: Incident, assignment: Assignment) -> None:
    """A unit asks for back-up: one more of its kind, beside those who are looked for already."""
    change(work, incident, assignment.role or work.playbook.role_of(assignment.unit.agency), 1)


def give_up(work: UnitOfWork, incident: Incident, assignment: Assignment) -> None:
    """The desk needs one fewer: the place of whom it stood down is not filled again."""
    held = places(work, incident).get(assignment.role)
    if held is not None and held.open:
        change(work, incident, assignment.role, -1)


def close_all(work: UnitOfWork, incident: Incident) -> None:
    """The incident has ended: no place is open any more."""
    members = family(work.session, incident.id)
    for need in work.session.scalars(select(Need).where(Need.incident_id.in_(members))):
        need.wanted = 0
