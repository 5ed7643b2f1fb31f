"""Who texts in a batch, and what is known of each number: asked once for all of them.

A dozen questions about each text are about its number, and have the same answers for all texts of a
batch: of a number that nobody knows, before they are asked (on the day when five thousand telephones text
at once, nearly all of them), of one that is known, until one of these very texts changes something. That
is written down here too, so that the next text finds it. A text of a caller who is known costs 9
statements instead of 55 (docs/performance.md); that each text does what it would do alone is held by
tests/sms/test_reading_many.py.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from hotline.among import among
from hotline.domain.contact import BUDGETED
from hotline.domain.delivery import TextState
from hotline.given import given, rows
from hotline.models import (
    REPLIED,
    SOLVED,
    Call,
    Caller,
    Contact,
    Incident,
    Question,
    Report,
    TextMessage,
    Unit,
)

MOST_OF_ONE: Final = 20
"""Incidents of one number that are looked at; nobody reports more in the time that matters."""
MOST_TEXTS: Final = 50
"""Texts of one number that are looked at."""
_HOUR: Final = timedelta(hours=1)
_TABLES: Final = (Caller, Unit, TextMessage, Contact, Question, Call)
# Built once: building them takes as long as asking them.
_KNOWN: Final = union(
    *(select(each.number).where(among(each.number, "numbers")).distinct() for each in _TABLES)
)
_CALLERS: Final = select(Caller).where(among(Caller.number, "numbers"))
_UNITS: Final = select(Unit).where(among(Unit.number, "numbers"), Unit.active)
_LAST_ASKED: Final = (
    select(func.max(Question.id))
    .where(
        among(Question.number, "numbers"),
        Question.expires_at > bindparam("now", type_=Question.expires_at.type),
    )
    .group_by(Question.number)
)
_QUESTIONS: Final = (
    select(Question)
    .where(
        among(Question.number, "numbers"),
        or_(
            Question.id.in_(_LAST_ASKED),
            and_(
                Question.kind == SOLVED, Question.answered_at.is_(None),
                Question.expires_at > bindparam("since", type_=Question.expires_at.type),
            ),
        ),
    )
    .order_by(Question.id)
)  # fmt: skip
_TOLD: Final = (
    select(Caller.number, Report.incident_id)
    .join(Report, Report.caller_id == Caller.id)
    .where(among(Caller.number, "numbers"))
    .distinct()
)
_TOLD_FOR: Final = (
    select(Contact.number, Contact.incident_id)
    .where(among(Contact.number, "numbers"), Contact.agreed_at.is_not(None))
    .distinct()
)
_FETCHED: Final = (
    select(TextMessage.number)
    .where(
        among(TextMessage.number, "numbers"),
        TextMessage.fetched_id.is_not(None),
        TextMessage.carrier_id.is_(None),
    )
    .distinct()
)
(_ASKED,) = given("asked", TextMessage.number)
_ANY: Final = aliased(TextMessage)
_OLDEST: Final = (
    select(_ANY.id)
    .where(_ANY.number == _ASKED, _ANY.inbound)
    .order_by(_ANY.id.desc())
    .offset(MOST_TEXTS - 1)
    .limit(1)
    .scalar_subquery()
)
"""Of the last of each number; of those that have fewer there is none."""
_TEXTS: Final = (
    select(TextMessage)
    .where(
        TextMessage.number == _ASKED,
        TextMessage.inbound,
        TextMessage.id >= func.coalesce(_OLDEST, 0),
    )
    .order_by(TextMessage.id)
)
_INCIDENTS: Final = select(Incident).where(among(Incident.id, "ids"))
_REPLIES: Final = (
    select(TextMessage.number, TextMessage.unit_id.is_(None), func.count())
    .where(REPLIED, TextMessage.at > bindparam("since", type_=TextMessage.at.type))
    .group_by(TextMessage.number, TextMessage.unit_id.is_(None))
)


@dataclass(slots=True)
class Correspondent:
    """What is known of a number, and what it has become in this transaction."""

    caller: Caller | None = None
    unit: Unit | None = None
    incidents: list[Incident] = field(default_factory=list)
    """What it reported, or what was reported for it, as it was filed, oldest first."""
    questions: list[Question] = field(default_factory=list)
    """What it was asked last, and what about an end it has not answered, oldest first."""
    texts: list[TextMessage] = field(default_factory=list)
    """Its last texts, oldest first."""
    replies: int = 0
    """How many automatic ones it got within the hour."""
    fetched: bool = False
    """Whether a text of it came by the carrier's own list only."""
    told: Counter[str] = field(default_factory=Counter)
    """How often it was told some words within the hour, for words of which that was asked."""


@dataclass(slots=True)
class Correspondents:
    """All who text in a batch; empty where each text is read alone."""

    by_number: dict[str, Correspondent] = field(default_factory=dict)
    replies: int = 0
    """How many automatic ones all residents got within the hour."""
    seen_ids: frozenset[str] = frozenset()
    """Of the carrier's ids in this batch those that were there before, or come twice."""

    def get(self, number: str | None) -> Correspondent | None:
        """The one with this number, if he is one of them."""
        return self.by_number.get(number or "")

    def note_opened(self, number: str | None, incident: Incident) -> None:
        """He told of something new."""
        if (known := self.get(number)) is not None:
            known.incidents.append(incident)

    def note_asked(self, question: Question) -> None:
        """He was asked something."""
        if (known := self.get(question.number)) is not None:
            known.questions.append(question)

    def note_text(self, text: TextMessage) -> None:
        """A text of his, or one to anybody."""
        known = self.get(text.number)
        if text.inbound:
            if known is not None:
                known.texts.append(text)
            return
        counts = text.purpose in BUDGETED and text.state is not TextState.WITHHELD
        self.replies += counts and text.unit_id is None
        if known is not None:
            known.replies += counts
            known.told.update([text.words] if text.words in known.told else [])


def known_among(session: Session, numbers: Collection[str]) -> set[str]:
    """Those of `numbers` of which anything is known."""
    return set(session.scalars(_KNOWN, {"numbers": list(numbers)}))


def correspondents(
    session: Session, numbers: Collection[str], now: datetime, questions_since: datetime
) -> Correspondents:
    """What is known of `numbers`, whose turns (`hotline.turns`) must be ours; of questions about an end those
    that ran out after `questions_since` too.
    """
    found = Correspondents({number: Correspondent() for number in numbers})
    for number, to_residents, replies in session.execute(_REPLIES, {"since": now - _HOUR}):
        found.replies += replies if to_residents else 0
        if (one := found.get(number)) is not None:
            one.replies += replies
    known = sorted(known_among(session, numbers))
    if known:
        _look_up(session, found.by_number, {"numbers": known, "now": now, "since": questions_since})
        _find_incidents(session, found.by_number, known)
    return found


def _look_up(session: Session, met: Mapping[str, Correspondent], asked: Mapping[str, Any]) -> None:
    for caller in session.scalars(_CALLERS, asked):
        met[caller.number].caller = caller
    for unit in session.scalars(_UNITS, asked):
        met[unit.number].unit = unit
    for question in session.scalars(_QUESTIONS, asked):
        met[question.number].questions.append(question)
    for number in session.scalars(_FETCHED, asked):
        met[number].fetched = True
    for text in session.scalars(_TEXTS, {"asked": rows([[number] for number in asked["numbers"]])}):
        met[text.number].texts.append(text)


def _find_incidents(session: Session, met: Mapping[str, Correspondent], known: Sequence[str]) -> None:
    """The last of each number, with one question for all of them."""
    ids = defaultdict[str, set[int]](set)
    for question in (_TOLD, _TOLD_FOR):
        for number, incident_id in session.execute(question, {"numbers": known}):
            ids[number].add(incident_id)
    last = {number: sorted(each)[-MOST_OF_ONE:] for number, each in ids.items()}
    found = session.scalars(_INCIDENTS, {"ids": {each for those in last.values() for each in those}})
    by_id = {row.id: row for row in found}
    for number, those in last.items():
        met[number].incidents = [by_id[each] for each in those]
