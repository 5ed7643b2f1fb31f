"""A unit is alerted for an incident, moved along by its answers, and released again."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from itertools import chain

from sqlalchemy import func, select

from hotline import notify, tasks
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import ACTIVE, COMMITTED, UnitStatus, advance
from hotline.domain.rights import Actor
from hotline.domain.segments import measure
from hotline.incidents import log
from hotline.intake import place_words
from hotline.models import Assignment, Incident, TextMessage, Unit
from hotline.unit_of_work import UnitOfWork
from hotline.watching import unwatch_units, watch_new


def summary_of(work: UnitOfWork, incident: Incident) -> str:
    """A neutral line for the units, made of type, place and counts; never the caller's own words.

    Where it would not fit one text, the landmark is cut, then left out, then the counts, and last the
    by-names of the type.
    """
    kind = work.playbook.types[incident.type_code].name
    people = f"{incident.people} org" if incident.people else ""
    where = place_words(work, incident)
    landmarks = (incident.place[:length].rstrip(" ,") for length in range(len(incident.place), -1, -1))
    shorter = [_joined(kind, where), _joined(kind.split(",")[0], where)]
    lines = chain((_joined(kind, where, landmark, people) for landmark in landmarks), shorter)
    return next(
        (line for line in lines if measure(dispatch_text(work, incident, line)).parts == 1), shorter[-1]
    )


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def dispatch_text(work: UnitOfWork, incident: Incident, summary: str) -> str:
    """Exactly what the units get; the safety hint is left out where it would take a second part."""
    values = {
        "number": incident.number or "",
        "priority": work.playbook.targets[incident.priority].name,
        "summary": summary.rstrip(". "),
    }
    hint = work.playbook.types[incident.type_code].dispatch_hint
    full = notify.marked(work, incident, work.playbook.say("dispatch", hint=hint, **values))
    if hint and measure(full).parts == 1:
        return full
    bare = work.playbook.say("dispatch", hint="", **values).replace(". . ", ". ")
    return notify.marked(work, incident, bare)


def group_note(work: UnitOfWork, incident: Incident) -> str:
    """What may stand in the programme's group chat: type, kelurahan, RT and state, never a word or a number
    of anybody. Empty for a confidential incident, of which nothing is told there.
    """
    if incident.confidential:
        return ""
    zone = work.playbook.programme.zone
    told = incident.received_at.astimezone(zone).strftime("%H.%M")
    changed = incident.changed_at.astimezone(zone).strftime("%H.%M")
    state = work.playbook.say(f"state_{incident.status.value.lower()}", time=changed)
    return work.playbook.say(
        "group_note", number=incident.number or "", kind=work.playbook.types[incident.type_code].name,
        place=place_words(work, incident) or work.playbook.programme.district, time=told, state=state,
    )  # fmt: skip


def alert(
    work: UnitOfWork, incident: Incident, unit: Unit, words: str, by: Actor, *, role: str = ""
) -> TextMessage:
    """Texts the unit its task and promises to look whether it answers. The incident must be locked."""
    last = select(func.max(Assignment.wave)).where(
        Assignment.incident_id == incident.id, Assignment.unit_id == unit.id
    )
    assignment = Assignment(
        incident_id=incident.id,
        unit_id=unit.id,
        wave=(work.session.scalar(last) or 0) + 1,
        status=UnitStatus.ALERTED,
        challenge=f"{secrets.randbelow(10_000):04d}",
        alerted_at=work.now,
        role=role,
        version=1,
    )
    work.session.add(assignment)
    work.session.flush()
    text = notify.text(
        work, unit.number, words, Purpose.DISPATCH, incident=incident, unit=unit, assignment=assignment, by=by
    )
    ladder = work.playbook.ladders[incident.priority]
    first = min(ladder.unsent_seconds, ladder.receipt_seconds, ladder.silent_seconds)
    pause = 0 if text.state is TextState.WITHHELD or unit.call_first else first
    watch_new(work, assignment, work.now + timedelta(seconds=pause))
    return text


def move(work: UnitOfWork, assignment: Assignment, wanted: UnitStatus) -> None:
    """Writes a status that the transition table allows, and when it was reached."""
    notify.keep_back_calls(work, [assignment])
    _write(work, assignment, wanted)


def _write(work: UnitOfWork, assignment: Assignment, wanted: UnitStatus) -> None:
    now = work.now
    assignment.status = wanted
    assignment.version += 1
    assignment.answered_at = assignment.answered_at or now
    assignment.heard_at = now
    if wanted in COMMITTED:
        assignment.accepted_at = assignment.accepted_at or now
    match wanted:
        case UnitStatus.EN_ROUTE:
            assignment.en_route_at = now
        case UnitStatus.ON_SCENE:
            assignment.on_scene_at = now
    if wanted not in ACTIVE:
        assignment.ended_at = now
        assignment.needs_backup = False


def release(work: UnitOfWork, incident: Incident, those: Sequence[Assignment], by: Actor) -> None:
    """Stands these down together and says so by text, but not to whom whose alert never left. The incident
    must be locked. Raises IllegalTransitionError where one of them has ended otherwise.
    """
    going = [each for each in those if advance(each.status, UnitStatus.STOOD_DOWN)]
    if not going:
        return
    units = {unit.id: unit for unit in _units_of(work, going)}
    notify.keep_back_calls(work, going)
    for each in going:
        _write(work, each, UnitStatus.STOOD_DOWN)
        log(work, incident, "stood_down", by, units[each.unit_id].name, assignment_id=each.id)
    unwatch_units(work, going)
    tasks.settle_of(work, going)
    unaware = notify.withdraw(work, going)
    words = work.playbook.say("stood_down", number=incident.number or "")
    for each in going:
        if each.id not in unaware:
            unit = units[each.unit_id]
            notify.text(
                work, unit.number, words, Purpose.DISPATCH, incident=incident, unit=unit, assignment=each,
                by=by,
            )  # fmt: skip


def _units_of(work: UnitOfWork, those: Sequence[Assignment]) -> Sequence[Unit]:
    """Asked for at once: in a large call-out each question of its own delays the last stand-down."""
    return work.session.scalars(select(Unit).where(Unit.id.in_([each.unit_id for each in those]))).all()
