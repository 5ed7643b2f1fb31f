"""Sends a promised text: prepare in a transaction, perform with none open, record what came of it.

The text's state says how far it came: SENDING is committed before the carrier is asked, so a text found
in it by a
later attempt was interrupted, may have gone out, and becomes UNKNOWN, which only a person or a rule repeats.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from hotline import notify
from hotline.callers import caller_of
from hotline.carriers import bucket_of, carrier_of, hold, note_cost, pour, release
from hotline.domain.contact import Purpose, Refusal
from hotline.domain.delivery import TextState, after_report
from hotline.domain.lifecycle import UnitStatus
from hotline.domain.pacing import Bucket, Held
from hotline.domain.phone import masked
from hotline.domain.rights import SYSTEM
from hotline.incidents import fetch, log, touch
from hotline.models import Assignment, Carrier, Promise, Receipt, TextMessage
from hotline.outbox import Claim, Kind, Later, Rank
from hotline.unit_of_work import UnitOfWork
from hotline.watching import watch_unit
from sms.choosing import NotYet
from sms.gateway import Accepted, NotSent, Outcome, Refused, Unknown, Wait
from sms.lines import TextLines
from sms.lots import take, take_singly

BACK_OFF_S: Final = (5, 15, 45, 120, 300, 600)
GIVE_UP: Final = timedelta(hours=6)
"""After this a text that never left is too old to be of use; the desk sees it as not sent."""
LATER: Final = timedelta(minutes=1)
ALERT_AGAIN: Final = timedelta(seconds=20)
"""Alerts go on being tried while the queue is held: each may be the one that is taken."""
BUSY_S: Final = 5
"""For how many seconds' worth of texts the line rests when the carrier wants fewer."""
MINUTE: Final = timedelta(minutes=1)

HOLDS: Final = {Wait.MONEY: Held.MONEY, Wait.CONFIGURATION: Held.CONFIGURATION}
"""Refusals that every other text would meet too: the queue waits as a whole."""

_TO_SEND: Final = frozenset({TextState.QUEUED, TextState.NOT_SENT})
_TAKEN: Final = (
    TextState.ACCEPTED, TextState.DELIVERED, TextState.EXPIRED, TextState.ABSENT, TextState.FAILED,
)  # fmt: skip
"""The carrier took the text, whatever became of it afterwards."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What the carrier needs to know, out of the transaction."""

    text_id: int
    number: str
    words: str
    carrier: str


class Sending:
    """Keeps SEND_TEXT promises, each over the line that is chosen for it. Where there is one carrier only,
    equal words to several numbers go in one request.
    """

    def __init__(self, lines: TextLines) -> None:
        self.lines = lines

    def take(self, work: UnitOfWork, now: datetime, limit: int) -> list[list[Claim]]:
        """What may leave now: alerts at once, the rest as fast as the playbook and the carrier allow."""
        if self.lines.rules is None:
            return take(work, now, limit, self.lines.first)
        return take_singly(work, now, limit)

    def prepare(self, work: UnitOfWork, text_ids: Sequence[int]) -> dict[int, Outgoing | Later | None]:
        """Marks texts as being sent; None where there is nothing to send any more."""
        texts = _held_all(work, text_ids)
        refused = notify.refusals_at_sending(work, texts)
        free_at = _free_at(work, texts)
        return {text.id: self._prepare(work, text, refused.get(text.id), free_at) for text in texts}

    def _prepare(
        self, work: UnitOfWork, text: TextMessage, refused: Refusal | None, free_at: Mapping[str, datetime]
    ) -> Outgoing | Later | None:
        if text.state is TextState.SENDING:
            _settle(work, text, TextState.UNKNOWN, "the sender was interrupted")
            return None
        if text.state not in _TO_SEND:
            return None
        if refused is not None:
            _settle(work, text, TextState.WITHHELD, refused)
            return None
        if text.number in free_at and text.purpose != Purpose.DISPATCH:
            return Later(free_at[text.number], "enough texts to this number for a minute")
        line = self.lines.choose(work, text)
        if isinstance(line, NotYet):
            _wait_for_a_turn(work, text, line)
            return None
        text.state = TextState.SENDING
        text.carrier = line.name
        text.sent_at = work.now
        return Outgoing(text.id, text.number, text.words, line.name)

    def perform(self, prepared: Sequence[Outgoing]) -> list[Outcome]:
        """Asks the carrier once for all of them: they say the same."""
        numbers = list(dict.fromkeys(outgoing.number for outgoing in prepared))
        line = self.lines.gateways[prepared[0].carrier]
        outcomes = line.send(numbers, prepared[0].words)
        return [outcomes[outgoing.number] for outgoing in prepared]

    def lock(self, work: UnitOfWork, text_ids: Sequence[int]) -> None:
        """Locks the texts, before the incident of any of them."""
        _held_all(work, text_ids)

    def record(self, work: UnitOfWork, text_id: int, outcome: Outcome, attempts: int) -> Later | None:
        """Writes what came of it; Later where it should be tried again."""
        text = held(work, text_id)
        self.lines.settle(work, text.carrier, outcome)
        match outcome:
            case Accepted():
                _accepted(work, text, outcome)
            case Unknown(reason, carrier_id):
                text.carrier_id = carrier_id
                _settle(work, text, TextState.UNKNOWN, reason)
            case NotSent(reason):
                return _again(work, text, TextState.NOT_SENT, reason, _alone_for(attempts))
            case Refused():
                return _refused(work, text, outcome, attempts)
        return None


def _free_at(work: UnitOfWork, texts: Sequence[TextMessage]) -> dict[str, datetime]:
    """When numbers that got their share of this minute may be texted again; alerts have none."""
    most = work.playbook.sending.texts_per_number_per_minute
    query = (
        select(TextMessage.number, func.count(), func.min(TextMessage.sent_at))
        .where(
            TextMessage.number.in_({text.number for text in texts}),
            TextMessage.inbound.is_(False),
            TextMessage.state.not_in([*_TO_SEND, TextState.WITHHELD]),
            TextMessage.sent_at > work.now - MINUTE,
        )
        .group_by(TextMessage.number)
        .having(func.count() >= most)
    )
    rows = work.session.execute(query)
    return {number: first + MINUTE for number, _, first in rows if first is not None}


def _held_all(work: UnitOfWork, text_ids: Sequence[int]) -> list[TextMessage]:
    """The texts as they are now, locked in one order for everybody."""
    query = select(TextMessage).where(TextMessage.id.in_(text_ids)).order_by(TextMessage.id)
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(work.session.scalars(query))


def _wait_for_a_turn(work: UnitOfWork, text: TextMessage, wait: NotYet) -> None:
    """Promises the text anew: waiting for a line is no attempt that failed."""
    own = select(Promise.rank).where(
        Promise.kind == Kind.SEND_TEXT, Promise.subject_id == text.id, Promise.settled_at.is_(None)
    )
    rank = Rank(work.session.scalar(own.limit(1)) or Rank.CONVERSATION)
    if work.now - text.at > GIVE_UP:
        _settle(work, text, TextState.NOT_SENT, wait.reason)
        return
    text.problem = wait.reason
    work.promise(Kind.SEND_TEXT, text.id, rank=rank, due_at=wait.until)


def held(work: UnitOfWork, text_id: int) -> TextMessage:
    """The text as it is now, locked. Whoever needs its incident too locks that afterwards."""
    query = select(TextMessage).where(TextMessage.id == text_id).with_for_update(key_share=True)
    return work.session.scalars(query.execution_options(populate_existing=True)).one()


def _accepted(work: UnitOfWork, text: TextMessage, outcome: Accepted) -> None:
    if outcome.carrier_id is not None:
        # Carriers have been seen to give one id to two texts; the second must not break the first.
        same = select(func.count()).where(
            TextMessage.carrier == text.carrier, TextMessage.carrier_id == outcome.carrier_id
        )
        text.variant = work.session.scalar(same) or 0
        text.carrier_id = outcome.carrier_id
    text.cost = outcome.cost
    text.parts = outcome.parts or text.parts
    text.sent_at = work.now
    _settle(work, text, TextState.ACCEPTED, "")
    carrier = carrier_of(work, text.carrier)
    release(work, carrier)
    note_cost(carrier, outcome.cost, work.playbook.sending)
    apply_receipts(work, text)


def _refused(work: UnitOfWork, text: TextMessage, refused: Refused, attempts: int) -> Later | None:
    if refused.opted_out:
        caller_of(work, text.number).opted_out_at = work.now
    if refused.wait is Wait.FINAL:
        _settle(work, text, TextState.REFUSED, refused.reason)
        return None
    carrier = carrier_of(work, text.carrier)
    alone = _minded_alone(work, text, carrier)
    if refused.wait is Wait.BUSY:
        rest(work, carrier)
    elif refused.wait in HOLDS and not alone:
        hold(work, carrier, HOLDS[refused.wait], refused.reason)
    pause = _alone_for(attempts) if alone else _pause(work, text, refused.wait)
    return _again(work, text, TextState.QUEUED, refused.reason, pause)


def _minded_alone(work: UnitOfWork, text: TextMessage, carrier: Carrier) -> bool:
    """Whether the carrier minds this text and takes others. Answers are not written down in the order they
    came in, so a text that was taken while this one was asked about counts as well as one taken later.
    """
    if text.problem and carrier.held_for is None:
        return True
    taken = select(TextMessage.id).where(
        TextMessage.carrier == text.carrier,
        TextMessage.state.in_(_TAKEN),
        TextMessage.sent_at >= text.sent_at,
    )
    return work.session.scalar(select(taken.exists())) is True


def _pause(work: UnitOfWork, text: TextMessage, wait: Wait) -> timedelta:
    """How long this text is left alone. One of a held queue is due at once: the queue waits for it. One that
    tried for all of them in vain lets another try next.
    """
    if text.purpose == Purpose.DISPATCH:
        return ALERT_AGAIN
    if wait not in HOLDS:
        return LATER
    return timedelta(seconds=work.playbook.sending.held_try_seconds + 1 if text.problem else 0)


def _alone_for(attempts: int) -> timedelta:
    return timedelta(seconds=BACK_OFF_S[min(attempts, len(BACK_OFF_S)) - 1])


def rest(work: UnitOfWork, carrier: Carrier) -> None:
    """The carrier wants fewer texts: the line is as empty as after some seconds of full work."""
    rules = work.playbook.sending
    now = bucket_of(carrier, work.now, rules)
    pour(carrier, Bucket(min(now.tokens, -float(rules.texts_per_second * BUSY_S)), work.now))


def _again(
    work: UnitOfWork, text: TextMessage, state: TextState, reason: str, pause: timedelta
) -> Later | None:
    if work.now - text.at > GIVE_UP:
        _settle(work, text, TextState.NOT_SENT, reason)
        return None
    text.state, text.problem = state, reason[:500]
    show(work, text)
    return Later(work.now + pause, reason)


def _settle(work: UnitOfWork, text: TextMessage, state: TextState, problem: str) -> None:
    text.state, text.problem = state, problem[:500]
    text.settled_at = work.now
    if state is not TextState.ACCEPTED:
        log_outcome(work, text)
    show(work, text)


def log_outcome(work: UnitOfWork, text: TextMessage) -> None:
    """Stands in the incident's log: whether this text arrived, as far as anybody knows."""
    if text.incident_id is not None:
        words = " ".join(part for part in (masked(text.number), text.problem[:200]) if part)
        incident = fetch(work, text.incident_id)
        log(work, incident, f"text_{text.state.value.lower()}", SYSTEM, words, text_id=text.id)


def show(work: UnitOfWork, text: TextMessage) -> None:
    """Screens that show the text's incident are out of date now."""
    if text.incident_id is not None:
        touch(work, fetch(work, text.incident_id))
    _look_at_ladder(work, text)


def _look_at_ladder(work: UnitOfWork, text: TextMessage) -> None:
    """How an alert fares decides when its unit is telephoned."""
    if text.assignment_id is None or text.purpose != Purpose.DISPATCH:
        return
    assignment = work.session.get(Assignment, text.assignment_id)
    if assignment is not None and assignment.status is UnitStatus.ALERTED:
        watch_unit(work, assignment)


def apply_receipts(work: UnitOfWork, text: TextMessage) -> None:
    """Applies, in the order they came, all delivery reports that speak of this text and were not applied
    yet.
    """
    if text.carrier_id is None:
        return
    query = (
        select(Receipt)
        .where(
            Receipt.carrier == text.carrier,
            Receipt.carrier_id == text.carrier_id,
            Receipt.applied_at.is_(None),
        )
        .order_by(Receipt.id)
    )
    for receipt in work.session.scalars(query):
        receipt.applied_at = work.now
        state = after_report(text.state, receipt.report)
        if state is not text.state:
            text.state, text.settled_at = state, receipt.at
            text.problem = receipt.reason
            log_outcome(work, text)
    show(work, text)
