"""Step 1 and the first half of step 2 of the procedure: what people tell us becomes reports and incidents."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select

from hotline.callers import TELEPHONES, caller_of
from hotline.domain.channels import Channel
from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.phone import read_number
from hotline.domain.playbook import UNCLEAR, Priority
from hotline.domain.rights import Act, Actor, require
from hotline.incidents import begin, family, fetch, find_for, give_number, log, recompute, touch
from hotline.models import Caller, Incident, LogEntry, Report
from hotline.unit_of_work import UnitOfWork

LONGEST_PLACE: Final = 200
_TERSE: Final = json.JSONEncoder(separators=(",", ":")).encode
"""`json.dumps` would make such an encoder for each report."""


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
    text_id: int | None = None
    """The text that it was told by, so that the incident's log shows how that came and went."""


def open_incident(work: UnitOfWork, told: Told, by: Actor) -> Incident:
    """A new incident with its first report and its number."""
    reading = told.reading
    kind = work.playbook.types[reading.type_code]
    incident = Incident(
        type_code=kind.code,
        priority=reading.priority,
        rank=reading.priority.rank,
        suggested_priority=reading.priority,
        reasons=", ".join(reading.reasons),
        area_code=reading.area_code,
        told_area_code=reading.area_code,
        outside=_fitting(reading.outside, 80),
        rt=reading.rt,
        place=reading.place[:LONGEST_PLACE],
        people=reading.people,
        confidential=kind.confidential,
        do_not_call=False,
        status=IncidentStatus.RECEIVED,
        received_at=work.now,
        changed_at=work.now,
        alerts=0,
        changes=1,
    )
    give_number(work, incident)
    with work.session.no_autoflush:  # nothing that is asked in here is about what is written in here
        _note(work, incident, told, by, first=True)
        begin(work, incident)
    work.met.note_opened(told.number, incident)
    return incident


def _fitting(words: str | None, longest: int) -> str | None:
    return words[:longest] if words else None


def add_report(work: UnitOfWork, incident: Incident, told: Told, by: Actor) -> Incident:
    """One more report of the same event; a plea not to be called holds from here on.

    Returns the incident that it was filed under, locked.
    """
    known = fetch(work, incident.id)
    _note(work, known, told, by, first=_has_none(work, known))
    recompute(work, known)
    return known


def _has_none(work: UnitOfWork, incident: Incident) -> bool:
    return work.session.scalar(select(Report.id).where(Report.incident_id == incident.id).limit(1)) is None


def _note(work: UnitOfWork, incident: Incident, told: Told, by: Actor, *, first: bool) -> None:
    """Writes the report down; the incident must be locked or new."""
    caller = _caller_of(work, told)
    incident.doubted = _is_doubted(work, incident, caller, first=first)
    work.note(
        Report,
        incident_id=incident.id,
        channel=told.channel,
        caller_id=caller.id if caller else None,
        caller_name=_name(told, caller),
        words=told.words,
        spans=_spans(told.reading.underlines),
        made_at=min(told.made_at, work.now),
        received_at=work.now,
        call_id=told.call_id,
        entered_by=told.entered_by,
    )
    log(work, incident, "report", by, told.words, text_id=told.text_id, call_id=told.call_id)
    if told.reading.do_not_call and not incident.do_not_call:
        log(work, incident, "quiet", by)
    if told.reading.do_not_call and caller is not None:
        caller.quiet_since = caller.quiet_since or work.now
    _complete(incident, told.reading)


def read_anew(work: UnitOfWork, incident: Incident, reading: Reading, text_ids: Sequence[int]) -> None:
    """All that is known of the incident came in these texts, which are parts of one, it turns out: the whole
    says what type it is, unless the desk has said so already. What is confidential stays so.
    """
    known = fetch(work, incident.id)
    members = family(work.session, known.id)
    lines = select(LogEntry.kind, LogEntry.text_id).where(
        LogEntry.incident_id.in_(members), LogEntry.kind.in_(["report", "corrected"])
    )
    rows = work.session.execute(lines)
    only_parts = all(row.kind == "report" and row.text_id in text_ids for row in rows)
    open_to_it = known.verified_at is None and not work.playbook.types[known.type_code].confidential
    if only_parts and open_to_it and reading.type_code != UNCLEAR:
        known.type_code = reading.type_code


def _caller_of(work: UnitOfWork, told: Told) -> Caller | None:
    """Somebody with a telephone number; a name or a short number is nobody whom we could ever tell
    anything.
    """
    if not told.number:
        return None
    sender = read_number(told.number, work.playbook.programme.region)
    return caller_of(work, sender.address) if sender.kind in TELEPHONES else None


def _is_doubted(work: UnitOfWork, incident: Incident, caller: Caller | None, *, first: bool) -> bool:
    """Whether all who told of it misused the line lately; one who did not settles the doubt."""
    muted = caller is not None and caller.muted_until is not None and caller.muted_until > work.now
    return muted and (first or incident.doubted)


def _name(told: Told, caller: Caller | None) -> str:
    return (told.name or ("" if caller else told.number or ""))[:120]


def _spans(underlines: tuple[Underline, ...]) -> str:
    return _TERSE([[mark.start, mark.end, mark.what] for mark in underlines])


def _complete(incident: Incident, reading: Reading) -> None:
    """Fills what was not known yet; what is known is only changed by a person. A priority is only ever
    raised.
    """
    if incident.type_code == UNCLEAR and incident.verified_at is None and reading.type_code != UNCLEAR:
        incident.type_code = reading.type_code
    if incident.area_code is None and reading.area_code is not None:
        incident.area_code = incident.told_area_code = reading.area_code
    if incident.rt is None:
        incident.rt = reading.rt
    incident.place = incident.place or reading.place[:LONGEST_PLACE]
    incident.outside = incident.outside or _fitting(reading.outside, 80)
    incident.people = incident.people or reading.people
    incident.do_not_call = incident.do_not_call or reading.do_not_call
    _raise_priority(incident, reading)


def _raise_priority(incident: Incident, reading: Reading) -> None:
    """A named type or a sign of danger raises what the hotline proposes, and until verification what holds.

    An unclear text without any sign carries only the cautious default, which raises nothing.
    """
    known = [reason for reason in incident.reasons.split(", ") if reason]
    incident.reasons = ", ".join(dict.fromkeys([*known, *reading.reasons]))
    if reading.type_code == UNCLEAR and not reading.reasons:
        return
    if reading.priority.rank < incident.suggested_priority.rank:
        incident.suggested_priority = reading.priority
    if incident.verified_at is None and reading.priority.rank < incident.priority.rank:
        incident.priority = reading.priority


def enter_report(work: UnitOfWork, told: Told, by: Actor, *, number: str = "") -> Incident:
    """A report that an operator types in: a walk-in, a telephone call, a post in the WhatsApp group.

    `number` adds it to that incident instead of opening one. Raises NotAllowedError, and NoSuchIncidentError
    for a number that is none, or not for `by`: a slip of the finger must not open an incident in silence.
    """
    require(by, Act.ENTER_REPORT)
    if not number:
        return open_incident(work, told, by)
    known = find_for(work, number, by)
    add_report(work, known, told, by)
    return known


def set_place(
    work: UnitOfWork, incident: Incident, by: Actor, *, area_code: str | None, rt: int | None, place: str = ""
) -> bool:
    """Takes a caller's word where it is; False where the desk has settled that already.

    Once the desk has verified an incident, what a caller says fills holes and changes nothing.
    """
    known = fetch(work, incident.id)
    settled = known.verified_at is not None
    new_area = area_code if known.area_code is None or not settled else None
    new_rt = rt if known.rt is None or not settled else None
    if new_area is None and new_rt is None and not place:
        return False
    known.area_code = new_area or known.area_code
    known.told_area_code = known.told_area_code or new_area
    known.rt = new_rt if new_rt is not None else known.rt
    known.place = known.place or place[:LONGEST_PLACE]
    touch(work, known)
    log(work, known, "place", by, place_words(work, known))
    return True


def place_words(work: UnitOfWork, incident: Incident) -> str:
    """Kelurahan and RT as people write them: 'Eka Jaya RT 5'; empty where neither is known."""
    area = work.playbook.areas[incident.area_code].name if incident.area_code else ""
    rt = f"RT {incident.rt}" if incident.rt is not None else ""
    return " ".join(part for part in (area, rt) if part)
