"""The one door out: records a text and promises it, or records why it must not go.

Nothing else makes an outgoing text, so one guard (`hotline.domain.contact`) stands in front of every
word that
leaves. A withheld text is a row like any other, with its reason, so that the desk sees what was not said.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.domain.contact import BUDGETED, Facts, Purpose, refusal
from hotline.domain.delivery import TextState
from hotline.domain.phone import read_number
from hotline.domain.rights import SYSTEM, Actor
from hotline.domain.segments import measure, plain
from hotline.incidents import family, log
from hotline.models import Assignment, Caller, Incident, Report, TextMessage, Unit
from hotline.outbox import Kind, Rank
from hotline.unit_of_work import UnitOfWork

_RANKS: Final = {
    Purpose.DISPATCH: Rank.DISPATCH,
    Purpose.RECEIPT: Rank.RECEIPT,
    Purpose.PROGRESS: Rank.CONVERSATION,
    Purpose.QUESTION: Rank.CONVERSATION,
    Purpose.REPLY: Rank.CONVERSATION,
    Purpose.OPERATOR: Rank.CONVERSATION,
    Purpose.ANNOUNCEMENT: Rank.LATER,
}


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
    said = plain(words)
    refused = _refusal(work, number, purpose, is_unit=unit is not None)
    message = TextMessage(
        inbound=False, number=number, words=said, at=work.now, purpose=purpose, parts=measure(said).parts,
        state=TextState.WITHHELD if refused else TextState.QUEUED, problem=refused or "",
        incident_id=incident.id if incident else None, unit_id=unit.id if unit else None,
        assignment_id=assignment.id if assignment else None,
    )  # fmt: skip
    work.session.add(message)
    work.session.flush()
    if not refused:
        work.promise(Kind.SEND_TEXT, message.id, rank=_RANKS[purpose])
    if incident is not None:
        log(work, incident, "text_withheld" if refused else "text_out", by, said, text_id=message.id,
            assignment_id=message.assignment_id)  # fmt: skip
    return message


def text_callers(work: UnitOfWork, incident: Incident, words: str, purpose: Purpose) -> list[TextMessage]:
    """Texts every caller of the incident and of those merged into it, each number once."""
    return [
        text(work, number, words, purpose, incident=incident) for number in callers(work.session, incident.id)
    ]


def callers(session: Session, incident_id: int) -> list[str]:
    """The numbers of all who reported the incident, oldest first, each once."""
    query = (
        select(Caller.number)
        .join(Report, Report.caller_id == Caller.id)
        .where(Report.incident_id.in_(family(session, incident_id)))
        .order_by(Report.id)
    )
    return list(dict.fromkeys(session.scalars(query)))


def _refusal(work: UnitOfWork, number: str, purpose: Purpose, *, is_unit: bool) -> str | None:
    playbook = work.playbook
    caller = work.session.scalars(select(Caller).where(Caller.number == number)).one_or_none()
    facts = Facts(
        sender=read_number(number, playbook.programme.region),
        is_unit=is_unit,
        quiet=caller is not None and caller.quiet_since is not None,
        opted_out=caller is not None and caller.opted_out_at is not None,
        replies_in_the_hour=replies_in_the_hour(work, number) if purpose in BUDGETED else 0,
    )
    return refusal(
        purpose,
        facts,
        countries=playbook.programme.countries,
        replies_per_hour=playbook.limits.replies_per_hour,
    )


def replies_in_the_hour(work: UnitOfWork, number: str) -> int:
    """How many automatic replies went to this number in the last hour."""
    query = select(func.count()).where(
        TextMessage.number == number,
        TextMessage.inbound.is_(False),
        TextMessage.purpose.in_(BUDGETED),
        TextMessage.state != TextState.WITHHELD,
        TextMessage.at > work.now - timedelta(hours=1),
    )
    return work.session.scalar(query) or 0
