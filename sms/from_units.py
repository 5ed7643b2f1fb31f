"""Acts on a text from a unit: its status codes, its duty, and its words.

An uncertain code never acts: it goes to the tray and, where there is one open task, into that incident's log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select

from hotline import notify, tasks
from hotline.callers import alike
from hotline.dispatch import Answer, answer
from hotline.distress import call_for_help
from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import ACTIVE, IllegalTransitionError, StatusCode, UnitStatus
from hotline.domain.playbook import UNCLEAR
from hotline.domain.tasks import OF_SILENCE
from hotline.incidents import family, fetch, find, log, numbers, recompute, touch
from hotline.models import Assignment, Incident, TextMessage, Unit
from hotline.places import EnoughError
from hotline.roster import actor_of, open_assignments, report_for_duty
from hotline.unit_of_work import UnitOfWork
from sms.from_duty_officer import decide
from sms.from_residents import act_on_resident
from sms.grammar import Reader
from sms.grammar.meaning import Context, Intent, Meaning, Sender
from sms.reporting import named, report
from sms.understanding import LONGEST_READ, MOST_PEOPLE, reading_of
from sms.unit_questions import answer_unit
from sms.unit_words import in_distress, read_unit_word

MOST_LISTED: Final = 6
MOST_MINUTES: Final = 24 * 60
EXAMPLE: Final = "1041"
_OF_A_REPORTER: Final = frozenset(
    {Intent.STATUS_QUERY, Intent.MORE_INFO, Intent.CANCEL, Intent.RESPONDER_STATUS}
)
"""What somebody who reported may want; the last is how more of it sounds where it comes from a unit."""


@dataclass(frozen=True, slots=True)
class _Task:
    """An open assignment, the incident that it counts for by now, and the number that incident answers to."""

    assignment: Assignment
    incident: Incident

    @property
    def number(self) -> str:
        return self.incident.number or ""


def act_on_unit(work: UnitOfWork, message: TextMessage, unit: Unit, reader: Reader) -> None:
    """Understands the text with the unit's open tasks in mind and does what it says."""
    mine = _tasks(work, unit)
    known = _known_numbers(work, mine)
    asked = read_unit_word(message.words[:LONGEST_READ], reader.lexicon)
    told = answer_unit(work, unit, asked, message) if asked is not None else None
    if told is not None:
        about = find(work.session, asked.number) if asked is not None and asked.number else None
        _reply(work, message, unit, notify.marked(work, about, told))
        return
    meaning = reader.read(message.words[:LONGEST_READ], Sender.UNIT, Context(open_numbers=known))
    if _is_as_its_receipt_says(work, message, unit, meaning, known):
        act_on_resident(work, message, reader)
    else:
        _act_on_meaning(work, message, unit, meaning, mine)
    if in_distress(message.words[:LONGEST_READ], reader.lexicon):
        _alarm(work, unit, meaning, mine)


def _is_as_its_receipt_says(
    work: UnitOfWork, message: TextMessage, unit: Unit, meaning: Meaning, known: Sequence[str]
) -> bool:
    """Whether it asks about, or adds to, what this telephone reported itself and is not sent to."""
    if meaning.intent not in _OF_A_REPORTER or meaning.number is None or meaning.number.value in known:
        return False
    own = named(work, message, meaning)
    return own is not None and _by_number(work, unit, meaning.number.value) is None


def _act_on_meaning(
    work: UnitOfWork, message: TextMessage, unit: Unit, meaning: Meaning, mine: Sequence[_Task]
) -> None:
    match meaning.intent:
        case Intent.RESPONDER_STATUS:
            _status(work, message, unit, meaning, mine)
        case Intent.DUTY_ON | Intent.DUTY_OFF if not meaning.unsure:
            on = meaning.intent is Intent.DUTY_ON
            report_for_duty(unit, on=on)
            _reply(work, message, unit, work.playbook.say("duty_on" if on else "duty_off"))
        case Intent.DECIDE:
            _reply(work, message, unit, decide(work, message, unit, meaning))
        case Intent.HELP:
            _reply(work, message, unit, _help(work, mine))
        case Intent.THANKS:
            _attach(work, message, unit, _meant(work, unit, meaning, mine))
        case Intent.REPORT if _is_news(work, meaning, mine):
            report(work, message, meaning, Channel.OFFICER, actor_of(unit))
        case _:
            _file(work, message, unit, meaning, mine)


def _alarm(work: UnitOfWork, unit: Unit, meaning: Meaning, mine: Sequence[_Task]) -> None:
    """Words of distress from somebody who was sent: the desk at once, and more people, whatever else they
    say and however far the case is.
    """
    assignment = _meant(work, unit, meaning, mine)
    if assignment is None and mine:
        assignment = mine[-1].assignment
    if assignment is None:
        return
    incident = fetch(work, assignment.incident_id)
    work.session.refresh(assignment)
    call_for_help(work, incident, assignment)
    recompute(work, incident)


def _tasks(work: UnitOfWork, unit: Unit) -> list[_Task]:
    """What the unit still has to do, oldest first."""
    found = (
        (each, find(work.session, each.incident.number or ""))
        for each in open_assignments(work.session, unit)
    )
    return [_Task(assignment, incident) for assignment, incident in found if incident is not None]


def _known_numbers(work: UnitOfWork, mine: Sequence[_Task]) -> tuple[str, ...]:
    """The numbers that the unit may write: that of the event, and those merged into it."""
    roots = [task.incident.id for task in mine]
    known = [number for root in roots for number in numbers(work.session, family(work.session, root))]
    return tuple(dict.fromkeys([*(task.number for task in mine), *known]))


def _is_news(work: UnitOfWork, meaning: Meaning, mine: Sequence[_Task]) -> bool:
    """Whether the unit reports something else than what it was sent to; in doubt a person decides."""
    reading = reading_of(meaning, work.playbook)
    if not mine:
        return True
    sure = not meaning.unsure and reading.type_code != UNCLEAR
    return sure and not any(alike(task.incident, reading) for task in mine)


def _status(
    work: UnitOfWork, message: TextMessage, unit: Unit, meaning: Meaning, mine: Sequence[_Task]
) -> None:
    assignment = _meant(work, unit, meaning, mine)
    if meaning.status is None or meaning.unsure:
        _file(work, message, unit, meaning, mine)
        _reply(work, message, unit, _help(work, mine))
    elif assignment is None:
        message.unread = True
        _reply(work, message, unit, _which(work, mine))
    else:
        said = Answer(meaning.status.value, meaning.note, _minutes(meaning), _people(meaning))
        _act(work, message, unit, said, assignment)


def _minutes(meaning: Meaning) -> int | None:
    return meaning.minutes if meaning.minutes is not None and meaning.minutes <= MOST_MINUTES else None


def _people(meaning: Meaning) -> int | None:
    return meaning.people if meaning.people is not None and meaning.people <= MOST_PEOPLE else None


def _act(work: UnitOfWork, message: TextMessage, unit: Unit, said: Answer, assignment: Assignment) -> None:
    incident = _attach(work, message, unit, assignment)
    if incident is None:
        return
    if incident.disposition is not None:
        message.unread = True
        if said.code is StatusCode.NEED_BACKUP:
            call_for_help(work, incident, assignment)
        _reply(work, message, unit, work.playbook.say("unit_closed", number=incident.number or ""))
        return
    try:
        answer(work, assignment, said, actor_of(unit))
    except EnoughError:
        _reply(work, message, unit, work.playbook.say("stood_down", number=incident.number or ""))
    except IllegalTransitionError as error:
        message.unread = True
        _reply(work, message, unit, _not_possible(work, incident, said, error.present))


def _not_possible(work: UnitOfWork, incident: Incident, said: Answer, present: UnitStatus) -> str:
    number = incident.number or ""
    if present not in ACTIVE:
        return work.playbook.say("unit_closed", number=number)
    return work.playbook.say(
        "unit_not_possible",
        number=number,
        status=work.playbook.say(f"word_{said.code.name.lower()}"),
        present=work.playbook.say(f"word_{present.lower()}"),
    )


def _meant(work: UnitOfWork, unit: Unit, meaning: Meaning, mine: Sequence[_Task]) -> Assignment | None:
    """The task that the text speaks of: the one whose number it names, or the only open one."""
    if meaning.number is not None:
        return _by_number(work, unit, meaning.number.value) if meaning.number_valid else None
    events = {task.incident.id for task in mine}
    return mine[-1].assignment if len(events) == 1 else None


def _by_number(work: UnitOfWork, unit: Unit, number: str) -> Assignment | None:
    """The unit's own task of that number: an open one before one that has ended, the newest of them."""
    incident = find(work.session, number)
    if incident is None:
        return None
    # The number's own incident is named besides its family: they may be parted between the two looks.
    named = select(Incident.id).where(
        or_(Incident.id.in_(family(work.session, incident.id)), Incident.number == number)
    )
    query = (
        select(Assignment)
        .where(Assignment.unit_id == unit.id, Assignment.incident_id.in_(named))
        .order_by(Assignment.id.desc())
    )
    found = list(work.session.scalars(query))
    return next(iter([*(each for each in found if each.status in ACTIVE), *found]), None)


def _file(
    work: UnitOfWork, message: TextMessage, unit: Unit, meaning: Meaning, mine: Sequence[_Task]
) -> None:
    """Words without a sure code: into the tray, and to the incident they most likely speak of."""
    message.unread = True
    _attach(work, message, unit, _meant(work, unit, meaning, mine))


def _attach(
    work: UnitOfWork, message: TextMessage, unit: Unit, assignment: Assignment | None
) -> Incident | None:
    """Puts the text into the thread and log of the task's incident; returns that, locked."""
    if assignment is None:
        return None
    incident = fetch(work, assignment.incident_id)
    message.incident_id, message.assignment_id = incident.id, assignment.id
    assignment.heard_at = work.now
    tasks.settle(work, incident, *OF_SILENCE, assignment=assignment)
    log(
        work,
        incident,
        "text_in",
        actor_of(unit),
        message.words,
        text_id=message.id,
        assignment_id=assignment.id,
    )
    touch(work, incident)
    return incident


def _which(work: UnitOfWork, mine: Sequence[_Task]) -> str:
    """Lists the unit's open tasks, in one text; only its own, so that a stranger learns nothing."""
    open_numbers = list(dict.fromkeys(task.number for task in mine))[:MOST_LISTED]
    if not open_numbers:
        return work.playbook.say("unit_none")
    return work.playbook.say("unit_which", numbers=", ".join(open_numbers), example=open_numbers[0])


def _help(work: UnitOfWork, mine: Sequence[_Task]) -> str:
    return work.playbook.say("unit_help", example=mine[0].number if mine else EXAMPLE)


def _reply(work: UnitOfWork, message: TextMessage, unit: Unit, words: str) -> None:
    incident = fetch(work, message.incident_id) if message.incident_id else None
    said = notify.text(work, unit.number, words, Purpose.REPLY, incident=incident, unit=unit)
    message.unread = message.unread or said.state is TextState.WITHHELD
