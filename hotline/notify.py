"""The one door out: records a text or a call and promises it, or records why it must not go.

Nothing else makes an outgoing text or places a call, so one guard (`hotline.domain.contact`) stands in front
of every word that leaves and every telephone that rings: when it is promised, and for a text once more when
it is sent, since a number may have become quiet in between. What is withheld is a row like any other, with
its reason, so that the desk sees what was not said.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.among import among
from hotline.callers import known_caller
from hotline.correspondents import MOST_TEXTS
from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.domain.contact import (
    AUTOMATIC,
    BUDGETED,
    Bounds,
    Facts,
    Purpose,
    Refusal,
    call_refusal,
    lasting_refusal,
    refusal,
)
from hotline.domain.delivery import TextState
from hotline.domain.phone import masked, read_number
from hotline.domain.playbook import Priority
from hotline.domain.rights import SYSTEM, Actor
from hotline.domain.segments import measure, plain
from hotline.incidents import family, log
from hotline.models import REPLIED, Assignment, Call, Caller, Contact, Incident, Report, TextMessage, Unit
from hotline.outbox import Kind, Rank, cancel
from hotline.unit_of_work import UnitOfWork

_RANKS: Final = {
    Purpose.DISPATCH: Rank.DISPATCH,
    Purpose.RECEIPT: Rank.RECEIPT,
    Purpose.PROGRESS: Rank.CONVERSATION,
    Purpose.QUESTION: Rank.CONVERSATION,
    Purpose.REPLY: Rank.CONVERSATION,
    Purpose.OPERATOR: Rank.CONVERSATION,
    Purpose.ANNOUNCEMENT: Rank.LATER,
    Purpose.CHECK: Rank.LATER,
}
_HOUR: Final = timedelta(hours=1)
LAST_CALLS: Final = 2000
"""More than come in an hour."""
_FIGURES: Final = re.compile(r"\d+")
_CALLERS: Final = select(Caller).where(among(Caller.number, "numbers"))


def text(  # noqa: PLR0913  what the text is about is the caller's to say, each by its name
    work: UnitOfWork,
    number: str,
    words: str,
    purpose: Purpose,
    *,
    incident: Incident | None = None,
    unit: Unit | None = None,
    assignment: Assignment | None = None,
    by: Actor = SYSTEM,
) -> TextMessage:
    """Records a text to `number` and promises to send it, unless the guard refuses; either way it is in
    the log.
    """
    said = plain(marked(work, incident, words))
    refused = _refusal(work, number, purpose, is_unit=unit is not None)
    message = TextMessage(
        inbound=False, number=number, words=said, at=work.now, purpose=purpose, parts=measure(said).parts,
        state=TextState.WITHHELD if refused else TextState.QUEUED, problem=refused or "",
        incident_id=incident.id if incident else None, unit_id=unit.id if unit else None,
        assignment_id=assignment.id if assignment else None,
    )  # fmt: skip
    work.add(message)
    work.met.note_text(message)
    if not refused:
        work.promise(Kind.SEND_TEXT, message.id, rank=_rank(purpose, incident))
    if incident is not None:
        log(work, incident, "text_withheld" if refused else "text_out", by, said, text_id=message.id,
            assignment_id=message.assignment_id)  # fmt: skip
    return message


def _rank(purpose: Purpose, incident: Incident | None) -> Rank:
    """Its purpose's rank; what is said about an emergency goes before all other conversation."""
    rank = _RANKS[purpose]
    if incident is not None and incident.priority is Priority.DARURAT:
        return min(rank, Rank.EMERGENCY)
    return rank


def last_alert(session: Session, assignment: Assignment) -> TextMessage | None:
    """The text by which the unit was told of its task, the last one should it have been sent again."""
    query = select(TextMessage).where(
        TextMessage.assignment_id == assignment.id, TextMessage.purpose == Purpose.DISPATCH,
        TextMessage.inbound.is_(False),
    ).order_by(TextMessage.id.desc())  # fmt: skip
    return session.scalars(query.execution_options(populate_existing=True)).first()


def withdraw(work: UnitOfWork, ended: Sequence[Assignment]) -> set[int]:
    """Keeps back what was not handed over yet of tasks that are settled; those whose unit never heard of it,
    by their rows.

    A text that is being sent at this moment is left alone.
    """
    waiting = [TextState.QUEUED, TextState.NOT_SENT]
    query = (
        select(TextMessage)
        .where(TextMessage.assignment_id.in_([each.id for each in ended]), TextMessage.inbound.is_(False))
        .order_by(TextMessage.id)
        .with_for_update(key_share=True)
    )
    unaware: set[int] = set()
    heard: set[int] = set()
    for message in work.session.scalars(query.execution_options(populate_existing=True)):
        if message.state in waiting and message.settled_at is None:
            message.state, message.problem = TextState.WITHHELD, Refusal.SETTLED
            message.settled_at = work.now
            cancel(work.session, Kind.SEND_TEXT, message.id, work.now)
        reached = unaware if message.state is TextState.WITHHELD else heard
        reached.add(message.assignment_id or 0)
    return unaware - heard


def keep_back_calls(work: UnitOfWork, answered: Sequence[Assignment]) -> None:
    """Calls about tasks that were promised and not placed yet: the units have answered, or are not needed."""
    query = (
        select(Call)
        .where(Call.assignment_id.in_([each.id for each in answered]), Call.state == CallState.PLANNED)
        .order_by(Call.id)
        .with_for_update(key_share=True)
    )
    for planned in work.session.scalars(query.execution_options(populate_existing=True)):
        planned.state, planned.end, planned.problem = CallState.OVER, CallEnd.WITHHELD, Refusal.SETTLED
        planned.ended_at = work.now
        cancel(work.session, Kind.PLACE_CALL, planned.id, work.now)


def marked(work: UnitOfWork, incident: Incident | None, words: str) -> str:
    """Nobody must take an exercise for the real thing: LATIHAN stands first, in place of the programme's
    name.
    """
    mark = work.playbook.say("word_drill")
    if incident is None or not incident.drill or words.startswith(mark):
        return words
    return f"{mark} {words.removeprefix(work.playbook.programme.name).lstrip(': .')}"


def text_callers(work: UnitOfWork, incident: Incident, words: str, purpose: Purpose) -> list[TextMessage]:
    """Texts every caller of the incident and of those merged into it, each number once."""
    return [
        text(work, number, words, purpose, incident=incident) for number in callers(work.session, incident.id)
    ]


def callers(session: Session, incident_id: int) -> list[str]:
    """The numbers of all who reported the incident, oldest first, each once; and of those for whom somebody
    did, once the desk has agreed to it.
    """
    members = family(session, incident_id)
    reported = (
        select(Caller.number)
        .join(Report, Report.caller_id == Caller.id)
        .where(Report.incident_id.in_(members))
        .group_by(Caller.number)
        .order_by(func.min(Report.id))
    )
    agreed = (
        select(Contact.number)
        .where(Contact.incident_id.in_(members), Contact.agreed_at.is_not(None))
        .order_by(Contact.id)
    )
    return list(dict.fromkeys([*session.scalars(reported), *session.scalars(agreed)]))


def _refusal(work: UnitOfWork, number: str, purpose: Purpose, *, is_unit: bool) -> Refusal | None:
    limits = work.playbook.limits
    bounds = Bounds(
        countries=work.playbook.programme.countries,
        replies_per_hour=limits.replies_per_hour,
        unit_replies_per_hour=limits.unit_replies_per_hour,
        replies_in_all=limits.replies_per_hour_in_all,
    )
    return refusal(purpose, _facts(work, number, purpose, is_unit=is_unit), bounds)


def _facts(work: UnitOfWork, number: str, purpose: Purpose | None, *, is_unit: bool) -> Facts:
    caller = known_caller(work, number)
    budgeted = purpose in BUDGETED
    return replace(
        _basic_facts(work, number, caller, is_unit=is_unit),
        muted=caller is not None and caller.muted_until is not None and caller.muted_until > work.now,
        repeats_itself=purpose in AUTOMATIC and not is_unit and _repeats_itself(work, number),
        replies_in_the_hour=replies_in_the_hour(work, number) if budgeted else 0,
        replies_in_all=replies_in_the_hour(work) if budgeted else 0,
    )


def refusals_at_sending(work: UnitOfWork, messages: Sequence[TextMessage]) -> dict[int, Refusal]:
    """Why promised texts must not leave after all, by the id of each such text: its number has become quiet,
    or opted out.
    """
    numbers = {message.number for message in messages}
    known = {caller.number: caller for caller in work.session.scalars(_CALLERS, {"numbers": list(numbers)})}
    countries = work.playbook.programme.countries
    refused = {
        message.id: lasting_refusal(
            Purpose(message.purpose),
            _basic_facts(
                work, message.number, known.get(message.number), is_unit=message.unit_id is not None
            ),
            countries,
        )
        for message in messages
    }
    return {text_id: why for text_id, why in refused.items() if why is not None}


def _basic_facts(work: UnitOfWork, number: str, caller: Caller | None, *, is_unit: bool) -> Facts:
    """What holds for a number whatever is said to it."""
    return Facts(
        sender=read_number(number, work.playbook.programme.region),
        is_unit=is_unit,
        quiet=caller is not None and caller.quiet_since is not None,
        opted_out=caller is not None and caller.opted_out_at is not None,
    )


def replies_in_the_hour(work: UnitOfWork, number: str | None = None) -> int:
    """How many automatic replies went to this number in the last hour; without a number, to all residents."""
    if work.met.by_number and (met := work.met.get(number) if number else work.met) is not None:
        return met.replies
    query = select(func.count()).where(REPLIED, TextMessage.at > work.now - _HOUR)
    whose = TextMessage.unit_id.is_(None) if number is None else TextMessage.number == number
    return work.session.scalar(query.where(whose)) or 0


def _repeats_itself(work: UnitOfWork, number: str) -> bool:
    """Whether the last text of this number came so often in an hour that a machine must be writing; figures,
    in which machines count, left aside.
    """
    said = [_FIGURES.sub("#", words).split() for words in _said_within_the_hour(work, number)]
    return bool(said) and said.count(said[0]) >= work.playbook.limits.same_words_per_hour


def _said_within_the_hour(work: UnitOfWork, number: str) -> list[str]:
    """The last texts of this number, the newest first."""
    since = work.now - _HOUR
    if (met := work.met.get(number)) is not None:
        return [text.words for text in reversed(met.texts) if text.at > since]
    query = (
        select(TextMessage.words)
        .where(TextMessage.number == number, TextMessage.inbound, TextMessage.at > since)
        .order_by(TextMessage.id.desc())
        .limit(MOST_TEXTS)
    )
    return list(work.session.scalars(query))


class MayNotCallError(Exception):
    """This number must not be rung now; carries why."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class About:
    """What a call that we place is about, as far as it is about anything."""

    incident: Incident | None = None
    unit: Unit | None = None
    assignment: Assignment | None = None
    operator_id: int | None = None
    """Whose telephone is rung."""
    answers: Call | None = None
    """The call that it answers."""
    joins: str = ""
    """The reporter's number that it is joined to."""


def call(
    work: UnitOfWork,
    number: str,
    errand: Errand,
    about: About,
    *,
    by: Actor = SYSTEM,
    due_at: datetime | None = None,
) -> Call:
    """Records a call to `number` and promises to place it, unless the guard refuses; either is in the log."""
    is_ours = about.unit is not None or about.operator_id is not None
    refused = may_not_call(work, number, errand, is_ours=is_ours)
    if refused is None and about.joins:
        refused = may_not_call(work, about.joins, errand, is_ours=False)
    request_id = f"hotline-{secrets.token_hex(12)}"
    placed = Call(
        carrier="", session=request_id, request_id=request_id, inbound=False, errand=errand, number=number,
        state=CallState.OVER if refused else CallState.PLANNED, end=CallEnd.WITHHELD if refused else None,
        problem=refused or "", started_at=work.now, ended_at=work.now if refused else None,
        incident_id=about.incident.id if about.incident else None,
        unit_id=about.unit.id if about.unit else None,
        assignment_id=about.assignment.id if about.assignment else None, operator_id=about.operator_id,
        for_call_id=about.answers.id if about.answers else None, joins=about.joins,
    )  # fmt: skip
    work.session.add(placed)
    work.session.flush()
    if not refused:
        work.promise(Kind.PLACE_CALL, placed.id, rank=Rank.DISPATCH, due_at=due_at)
    if about.incident is not None:
        said = refused or about.joins or number
        log(work, about.incident, "call_withheld" if refused else f"call_{errand.value}", by,
            refused or masked(said), call_id=placed.id, assignment_id=placed.assignment_id)  # fmt: skip
    return placed


def must_not_ring(work: UnitOfWork, number: str) -> bool:
    """Whether this number has become quiet since a call to it was promised: asked again before it rings."""
    return _facts(work, number, None, is_unit=False).quiet


def may_not_call(work: UnitOfWork, number: str, errand: Errand, *, is_ours: bool) -> Refusal | None:
    """Why this number must not be rung now; `is_ours`: a unit's or an operator's telephone."""
    facts = replace(
        _facts(work, number, None, is_unit=is_ours),
        calls_in_the_hour=_calls_in_the_hour(work, number, errand),
        calls_in_all=_call_backs_in_the_hour(work) if errand is Errand.CALL_BACK else 0,
    )
    return call_refusal(
        errand,
        facts,
        countries=work.playbook.programme.countries,
        calls_per_hour=work.playbook.voice.call_backs_per_hour,
        calls_in_all=work.playbook.voice.call_backs_per_hour_in_all,
    )


def _calls_in_the_hour(work: UnitOfWork, number: str, errand: Errand) -> int:
    query = select(func.count()).where(
        Call.number == number,
        Call.errand == errand,
        Call.started_at > work.now - _HOUR,
        Call.end.is_distinct_from(CallEnd.WITHHELD),
    )
    return work.session.scalar(query) or 0


def _call_backs_in_the_hour(work: UnitOfWork) -> int:
    """Among the last calls only, by their ids: the caller waits for this."""
    last = (
        select(Call.errand, Call.started_at, Call.end).order_by(Call.id.desc()).limit(LAST_CALLS).subquery()
    )
    query = select(func.count()).where(
        last.c.errand == Errand.CALL_BACK,
        last.c.started_at > work.now - _HOUR,
        last.c.end.is_distinct_from(CallEnd.WITHHELD),
    )
    return work.session.scalar(query) or 0
