"""Acts on a text from a unit: its status codes, its duty, and its words.

An uncertain code never acts: it goes to the tray and, where there is one open task, into that incident's log.
"""

from typing import Final

from sqlalchemy import select

from hotline import notify
from hotline.dispatch import Answer, answer
from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose
from hotline.domain.lifecycle import ACTIVE, IllegalTransitionError
from hotline.incidents import family, fetch, find, log, touch
from hotline.models import Assignment, TextMessage, Unit
from hotline.roster import actor_of, open_assignments, report_for_duty
from hotline.unit_of_work import UnitOfWork
from sms.from_residents import report
from sms.grammar import Reader
from sms.grammar.meaning import Context, Intent, Meaning, Sender

MOST_LISTED: Final = 6


def act_on_unit(work: UnitOfWork, message: TextMessage, unit: Unit, reader: Reader) -> None:
    """Understands the text with the unit's open tasks in mind and does what it says."""
    mine = open_assignments(work.session, unit)
    numbers = tuple(dict.fromkeys(_number(work, each) for each in mine))
    meaning = reader.read(message.words, Sender.UNIT, Context(open_numbers=numbers))
    match meaning.intent:
        case Intent.RESPONDER_STATUS:
            _status(work, message, unit, meaning, mine)
        case Intent.DUTY_ON | Intent.DUTY_OFF:
            on = meaning.intent is Intent.DUTY_ON
            report_for_duty(unit, on=on)
            _reply(work, message, unit, work.playbook.say("duty_on" if on else "duty_off"))
        case Intent.HELP:
            _reply(work, message, unit, _help(work, mine))
        case Intent.REPORT if not mine:
            report(work, message, meaning, Channel.OFFICER)
        case _:
            _file(work, message, unit, meaning, mine)


def _status(
    work: UnitOfWork, message: TextMessage, unit: Unit, meaning: Meaning, mine: list[Assignment]
) -> None:
    assignment = _meant(work, unit, meaning, mine)
    if meaning.status is None or meaning.unsure:
        _file(work, message, unit, meaning, mine)
        _reply(work, message, unit, _help(work, mine))
    elif assignment is None:
        message.unread = True
        _reply(work, message, unit, _which(work, mine))
    else:
        _act(work, message, unit, meaning, assignment)


def _act(work: UnitOfWork, message: TextMessage, unit: Unit, meaning: Meaning, assignment: Assignment) -> None:
    if meaning.status is None:
        return
    incident = fetch(work, assignment.incident_id)
    message.incident_id, message.assignment_id = incident.id, assignment.id
    log(work, incident, "text_in", actor_of(unit), message.words, text_id=message.id, assignment_id=assignment.id)
    said = Answer(meaning.status.value, meaning.note, meaning.minutes, meaning.people)
    try:
        answer(work, assignment, said, actor_of(unit))
    except IllegalTransitionError as error:
        message.unread = True
        touch(work, incident)
        _reply(work, message, unit, _not_possible(work, incident.number or "", meaning, error))
    else:
        if incident.disposition is not None:
            _reply(work, message, unit, work.playbook.say("unit_closed", number=incident.number or ""))


def _not_possible(work: UnitOfWork, number: str, meaning: Meaning, error: IllegalTransitionError) -> str:
    if error.present not in ACTIVE:
        return work.playbook.say("unit_closed", number=number)
    status = meaning.status.value.name.lower() if meaning.status else "accept"
    return work.playbook.say(
        "unit_not_possible",
        number=number,
        status=work.playbook.say(f"word_{status}"),
        present=work.playbook.say(f"word_{error.present.lower()}"),
    )


def _meant(
    work: UnitOfWork, unit: Unit, meaning: Meaning, mine: list[Assignment]
) -> Assignment | None:
    """The task that the text speaks of: the one whose number it names, or the only open one."""
    if meaning.number is not None:
        return _by_number(work, unit, meaning.number.value) if meaning.number_valid else None
    return mine[0] if len(mine) == 1 else None


def _by_number(work: UnitOfWork, unit: Unit, number: str) -> Assignment | None:
    """The unit's own task of that number, the newest if it was sent more than once; also one that has ended."""
    incident = find(work.session, number)
    if incident is None:
        return None
    query = (
        select(Assignment)
        .where(Assignment.unit_id == unit.id, Assignment.incident_id.in_(family(work.session, incident.id)))
        .order_by(Assignment.id.desc())
        .limit(1)
    )
    return work.session.scalars(query).one_or_none()


def _file(work: UnitOfWork, message: TextMessage, unit: Unit, meaning: Meaning, mine: list[Assignment]) -> None:
    """Words without a sure code: into the tray, and to the incident they most likely speak of."""
    message.unread = True
    assignment = _meant(work, unit, meaning, mine)
    if assignment is not None:
        incident = fetch(work, assignment.incident_id)
        message.incident_id, message.assignment_id = incident.id, assignment.id
        log(work, incident, "text_in", actor_of(unit), message.words, text_id=message.id, assignment_id=assignment.id)
        touch(work, incident)


def _number(work: UnitOfWork, assignment: Assignment) -> str:
    return fetch(work, assignment.incident_id).number or ""


def _which(work: UnitOfWork, mine: list[Assignment]) -> str:
    """Lists the unit's open tasks, in one text; only its own, so that a stranger learns nothing."""
    numbers = list(dict.fromkeys(_number(work, each) for each in mine))[:MOST_LISTED]
    if not numbers:
        return work.playbook.say("unit_none")
    return work.playbook.say("unit_which", numbers=", ".join(numbers), example=numbers[0])


def _help(work: UnitOfWork, mine: list[Assignment]) -> str:
    example = _number(work, mine[0]) if mine else "1041"
    return work.playbook.say("unit_help", example=example)


def _reply(work: UnitOfWork, message: TextMessage, unit: Unit, words: str) -> None:
    incident = fetch(work, message.incident_id) if message.incident_id else None
    notify.text(work, unit.number, words, Purpose.REPLY, incident=incident, unit=unit)
