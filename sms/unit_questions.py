"""Answers what a unit asks by text, TUGAS, INFO 1041, SIAPA 1041, and takes its one-letter answers.

Only a verified number gets here, only its own tasks are told, and never who reported.
"""

from collections.abc import Sequence
from typing import Final

from hotline import drilling, handoff, inquiring, reminding
from hotline.climbing import climbs
from hotline.domain.lifecycle import ACTIVE, UnitStatus
from hotline.incidents import assignments, family, find
from hotline.intake import place_words
from hotline.models import Assignment, Incident, TextMessage, Unit
from hotline.roster import actor_of, open_assignments
from hotline.unit_of_work import UnitOfWork
from sms.unit_words import Asked, UnitWord

MOST_LISTED: Final = 4


def answer_unit(work: UnitOfWork, unit: Unit, asked: Asked, message: TextMessage) -> str | None:
    """The text to answer with, "" for none; None where the word fits nothing that this unit was asked or
    sent to, so that it must mean something else.
    """
    match asked.word:
        case UnitWord.TASKS:
            return _tasks(work, unit)
        case UnitWord.DETAILS:
            return _about(work, unit, asked.number or "", who=False)
        case UnitWord.COMING:
            return _about(work, unit, asked.number or "", who=True)
        case UnitWord.PRESENT:
            return work.playbook.say("drill_present") if drilling.present(work, unit) else None
        case UnitWord.ACCEPT_LEG:
            return handoff.answer_by_text(work, unit, asked.number or "", asked.code, actor_of(unit))
        case UnitWord.YES | UnitWord.NO:
            return _yes_or_no(work, unit, asked, message)


def _tasks(work: UnitOfWork, unit: Unit) -> str:
    found = {
        incident.number or "": "drill" if incident.drill else assignment.status.lower()
        for assignment in open_assignments(work.session, unit)
        if (incident := find(work.session, assignment.incident.number or "")) is not None
    }
    if not found:
        return work.playbook.say("tasks_none")
    newest = list(found.items())[-MOST_LISTED:]
    listed = [f"{number} {work.playbook.say(f'word_{word}')}" for number, word in newest]
    return work.playbook.say("tasks_open", tasks=", ".join(listed))


def _word(work: UnitOfWork, status: UnitStatus) -> str:
    return work.playbook.say(f"word_{status.lower()}")


def _about(work: UnitOfWork, unit: Unit, number: str, *, who: bool) -> str:
    """Only of an incident that the unit was sent to, or asked about as the desk's officer; of any other it
    learns nothing.
    """
    incident = find(work.session, number)
    sent = assignments(work.session, family(work.session, incident.id)) if incident is not None else []
    if incident is None or not (
        any(each.unit_id == unit.id for each in sent)
        or any(each.unit_id == unit.id for each in climbs(work, incident))
    ):
        return work.playbook.say("not_yours", number=number[:6])
    return _who(work, incident, sent) if who else _details(work, incident)


def _details(work: UnitOfWork, incident: Incident) -> str:
    kind = work.playbook.types[incident.type_code].name.split(",")[0]
    people = f"{incident.people} org" if incident.people else ""
    parts = [kind, place_words(work, incident), incident.place[:40], people]
    return work.playbook.say(
        "details",
        number=incident.number or "",
        priority=work.playbook.targets[incident.priority].name,
        details=", ".join(part for part in parts if part)[:90],
    )


def _who(work: UnitOfWork, incident: Incident, sent: Sequence[Assignment]) -> str:
    coming = [
        f"{each.unit.name[:20]} {_word(work, each.status)}"
        for each in sent
        if each.status in ACTIVE and each.status is not UnitStatus.ALERTED
    ]
    listed = ", ".join(coming[:3]) if coming else work.playbook.say("word_nobody")
    return work.playbook.say("coming", number=incident.number or "", people=listed)


def _yes_or_no(work: UnitOfWork, unit: Unit, asked: Asked, message: TextMessage) -> str | None:
    """The newest thing that was asked of this unit: a neighbour's word, a leg refused, a shift. What a
    neighbour says once the case is closed is for the tray: nobody looks at its page any more.
    """
    yes, by = asked.word is UnitWord.YES, actor_of(unit)
    about = inquiring.answered(work, unit, asked.number, message.words, by, yes=yes)
    if about is not None:
        if about.disposition is not None:
            message.incident_id, message.unread = about.id, True
        return work.playbook.say("neighbour_thanks")
    if asked.number is not None:
        return None if yes else handoff.answer_by_text(work, unit, asked.number, "", by)
    if open_assignments(work.session, unit):
        return None
    if reminding.answered_shift(work, unit, yes=yes):
        return work.playbook.say("shift_confirmed" if yes else "shift_refused")
    return None
