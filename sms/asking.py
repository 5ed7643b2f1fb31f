"""What we ask a number, and what becomes of its answer: the place of an incident, for now."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from hotline.domain.contact import Purpose
from hotline.incidents import find
from hotline.intake import place_words, set_place
from hotline.models import Incident, Question, TextMessage
from hotline.unit_of_work import UnitOfWork
from sms.grammar.meaning import Meaning
from sms.grammar.meaning import Question as Asked
from sms.saying import actor_of, attach, say, to_tray
from sms.understanding import MOST_PLACE

PLACES: Final = frozenset({Asked.PLACE, Asked.AREA_LIST, Asked.RT})


def ask(
    work: UnitOfWork, message: TextMessage, incident: Incident, question: Asked, text_key: str, **values: str
) -> None:
    """Says a text that asks something, and remembers what was asked until it expires."""
    expires = work.now + timedelta(minutes=work.playbook.limits.question_expires_minutes)
    asked = Question(
        number=message.number, kind=question, incident_id=incident.id, asked_at=work.now, expires_at=expires
    )
    work.add(asked)
    work.met.note_asked(asked)
    purpose = Purpose.RECEIPT if question is Asked.PLACE else Purpose.QUESTION
    say(work, message, text_key, purpose, incident, **values)


def open_question(work: UnitOfWork, number: str) -> Question | None:
    """The last thing that this number was asked and has not answered in time."""
    asked = last_question(work, number)
    return asked if asked is not None and asked.answered_at is None else None


def last_question(work: UnitOfWork, number: str) -> Question | None:
    """The last thing that this number was asked, answered or not, until it expires: an answer may be
    corrected.
    """
    if (met := work.met.get(number)) is not None:
        return next((each for each in reversed(met.questions) if each.expires_at > work.now), None)
    query = select(Question).where(Question.number == number, Question.expires_at > work.now)
    return work.session.scalars(query.order_by(Question.id.desc()).limit(1)).one_or_none()


def place_is_known(work: UnitOfWork, number: str) -> None:
    """The place was told in other words: a bare digit answers nothing any more."""
    work.session.execute(
        update(Question)
        .where(Question.number == number, Question.answered_at.is_(None), Question.kind.in_(PLACES))
        .values(answered_at=work.now)
    )


def take_answer(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    """A bare place, digit or yes: the answer to our last question, or a correction of the answer before."""
    asked = last_question(work, message.number)
    incident = _asked_about(work, asked)
    if asked is None or incident is None or asked.kind not in PLACES:
        to_tray(work, message)
        return
    known = attach(work, message, incident)
    if known.disposition is not None:
        message.unread = True
    elif not _says_where(meaning):
        _ask_again(work, message, known, asked)
    else:
        _take_place(work, message, meaning, known, asked)


def _asked_about(work: UnitOfWork, asked: Question | None) -> Incident | None:
    """The incident of the question, or the one that it was merged into."""
    found = work.session.get(Incident, asked.incident_id) if asked else None
    return find(work.session, found.number or "") if found else None


def _says_where(meaning: Meaning) -> bool:
    return meaning.area is not None or meaning.rt is not None or meaning.landmark is not None


def _ask_again(work: UnitOfWork, message: TextMessage, incident: Incident, asked: Question) -> None:
    """The list of kelurahan once, then a person."""
    if asked.kind == Asked.PLACE and asked.answered_at is None and incident.area_code is None:
        _send_list(work, message, incident, asked)
    else:
        message.unread = True


def _take_place(
    work: UnitOfWork, message: TextMessage, meaning: Meaning, incident: Incident, asked: Question
) -> None:
    taken = set_place(
        work, incident, actor_of(message), area_code=meaning.area.value if meaning.area else None,
        rt=meaning.rt.value if meaning.rt else None,
        place=meaning.landmark.value[:MOST_PLACE] if meaning.landmark else "",
    )  # fmt: skip
    if not taken:
        # The desk has settled the place; a person judges what the caller says now.
        message.unread = True
        say(work, message, "added", Purpose.QUESTION, incident)
    elif incident.area_code is not None:
        asked.answered_at = work.now
        say(work, message, "place_noted", Purpose.QUESTION, incident, place=place_words(work, incident))
    elif asked.kind != Asked.AREA_LIST:
        _send_list(work, message, incident, asked)
    else:
        message.unread = True


def _send_list(work: UnitOfWork, message: TextMessage, incident: Incident, asked: Question) -> None:
    asked.answered_at = work.now
    ask(work, message, incident, Asked.AREA_LIST, "ask_area")
