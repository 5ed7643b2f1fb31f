"""A resident's digit after a closing: `1 benar, 2 belum`, then perhaps a mark from 1 to 5."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from hotline.domain.contact import Purpose
from hotline.incidents import find
from hotline.models import SOLVED, Incident, Question, TextMessage
from hotline.solved import MARKS, SATISFACTION, give_mark, say_solved, say_unsolved
from hotline.unit_of_work import UnitOfWork
from sms.asking import last_question
from sms.grammar.answers import NO, YES
from sms.grammar.meaning import Meaning
from sms.saying import actor_of, attach, say, to_tray

KINDS: Final = frozenset({SOLVED, SATISFACTION})
_YES: Final = frozenset({"1", YES})
_NO: Final = frozenset({"2", NO})


def in_mind(work: UnitOfWork, number: str) -> Question | None:
    """What the sender most likely answers: an open question, or one about an end, whose answer may change."""
    asked = last_question(work, number)
    if asked is None:
        return _asked_lately(work, number)
    return asked if asked.answered_at is None or asked.kind in KINDS else None


def _asked_lately(work: UnitOfWork, number: str) -> Question | None:
    """The question about an end that was not answered in time: most likely a late word answers it."""
    lately = work.now - timedelta(days=work.playbook.limits.solved_late_days)
    if (met := work.met.get(number)) is not None:
        late = [each for each in met.questions if each.kind == SOLVED and each.answered_at is None]
        return next((each for each in reversed(late) if each.expires_at > lately), None)
    query = select(Question).where(
        Question.number == number, Question.kind == SOLVED, Question.answered_at.is_(None),
        Question.expires_at > lately,
    )  # fmt: skip
    return work.session.scalars(query.order_by(Question.id.desc()).limit(1)).one_or_none()


def take_word(work: UnitOfWork, message: TextMessage, meaning: Meaning, asked: Question) -> None:
    """The answer to our last question about a closed case; anything but a sure answer goes to a person."""
    about = work.session.get(Incident, asked.incident_id)
    incident = find(work.session, about.number or "") if about else None
    if incident is None or meaning.choice is None or meaning.unsure:
        to_tray(work, message)
        return
    known = attach(work, message, incident)
    if asked.expires_at <= work.now:
        _late(work, message, known)
    elif asked.kind == SATISFACTION:
        _mark(work, message, known, asked, meaning.choice)
    elif meaning.choice in _YES:
        _yes(work, message, known, asked)
    elif meaning.choice in _NO:
        say_unsolved(work, known, asked, actor_of(message))
    else:
        message.unread = True


def _late(work: UnitOfWork, message: TextMessage, incident: Incident) -> None:
    """Too late to open or to confirm anything by itself: a person reads it beside its case, and says on."""
    message.unread = True
    say(work, message, "added_closed", Purpose.REPLY, incident)


def _yes(work: UnitOfWork, message: TextMessage, incident: Incident, asked: Question) -> None:
    """A yes to a case that another caller has had opened again is noted, and decides nothing."""
    if say_solved(work, incident, asked, actor_of(message)):
        say(work, message, "ask_satisfaction", Purpose.QUESTION, incident)
    else:
        say(work, message, "solved_thanks", Purpose.QUESTION, incident)


def _mark(work: UnitOfWork, message: TextMessage, incident: Incident, asked: Question, choice: str) -> None:
    if choice.isdigit() and int(choice) in MARKS:
        give_mark(work, incident, asked, int(choice), actor_of(message))
        say(work, message, "solved_thanks", Purpose.QUESTION, incident)
    else:
        message.unread = True
