"""Sends a promised text: prepare in a transaction, perform with none open, record what came of it.

The text's state says how far it came: SENDING is committed before the carrier is asked, so a text found in it
by a later attempt was interrupted, may have gone out, and becomes UNKNOWN, which only a person or a rule
repeats.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, select, update

from hotline import notify
from hotline.among import among
from hotline.callers import caller_of
from hotline.carriers import bucket_of, carrier_of, hold, pour
from hotline.domain.contact import Purpose, Refusal
from hotline.domain.delivery import TextState, after_report
from hotline.domain.pacing import Bucket, Held
from hotline.domain.phone import masked
from hotline.domain.rights import SYSTEM
from hotline.incidents import fetch, log, touch
from hotline.models import Carrier, Promise, Receipt, TextMessage
from hotline.outbox import Claim, Kind, Later, Rank
from hotline.unit_of_work import UnitOfWork
from sms.accepting import accept, look_at_ladder
from sms.choosing import NotYet
from sms.gateway import Accepted, NotSent, Outcome, Refused, Unknown, Wait
from sms.lines import TextLines
from sms.lots import take, take_singly
from sms.share import Minute

BACK_OFF_S: Final = (5, 15, 45, 120, 300, 600)
GIVE_UP: Final = timedelta(hours=6)
"""After this a text that never left is too old to be of use; the desk sees it as not sent."""
LATER: Final = timedelta(minutes=1)
ALERT_AGAIN: Final = timedelta(seconds=20)
"""Alerts go on being tried while the queue is held: each may be the one that is taken."""
BUSY_S: Final = 5
"""For how many seconds' worth of texts the line rests when the carrier wants fewer."""

NotTaken = Refused | Unknown | NotSent

HOLDS: Final = {Wait.MONEY: Held.MONEY, Wait.CONFIGURATION: Held.CONFIGURATION}
"""Refusals that every other text would meet too: the queue waits as a whole."""

_TO_SEND: Final = frozenset({TextState.QUEUED, TextState.NOT_SENT})
_TAKEN: Final = (
    TextState.ACCEPTED, TextState.DELIVERED, TextState.EXPIRED, TextState.ABSENT, TextState.FAILED,
)  # fmt: skip
"""The carrier took the text, whatever became of it afterwards."""

_TOLD: Final = (
    select(TextMessage.id, TextMessage.carrier, TextMessage.carrier_id, TextMessage.variant,
           TextMessage.parts, TextMessage.purpose, TextMessage.incident_id, TextMessage.assignment_id)
    .where(among(TextMessage.id, "ids"))
    .order_by(TextMessage.id)
    .with_for_update(key_share=True)
)  # fmt: skip
_MOMENT: Final = bindparam("now", type_=TextMessage.at.type)
_LEAVING: Final = (
    update(TextMessage)
    .where(among(TextMessage.id, "ids"))
    .values(state=TextState.SENDING, carrier=bindparam("carrier"), sent_at=_MOMENT)
)
_THESE: Final = (
    select(TextMessage)
    .where(among(TextMessage.id, "ids"))
    .order_by(TextMessage.id)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
"""Built once: for a batch of sends, building them takes as long as asking them."""


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
        texts = held_all(work, text_ids)
        refused = notify.refusals_at_sending(work, texts)
        minute = Minute.of(work, {text.number for text in texts})
        alerts_first = sorted(texts, key=lambda text: text.purpose != Purpose.DISPATCH)
        prepared = {text.id: self._prepare(work, text, refused.get(text.id), minute) for text in alerts_first}
        if self.lines.rules is None:
            _leave(work, [each for each in prepared.values() if isinstance(each, Outgoing)])
        return prepared

    def _prepare(
        self, work: UnitOfWork, text: TextMessage, refused: Refusal | None, minute: Minute
    ) -> Outgoing | Later | None:
        if text.state is TextState.SENDING:
            _settle(work, text, TextState.UNKNOWN, "the sender was interrupted")
            return None
        if text.state not in _TO_SEND:
            return None
        if refused is not None:
            _settle(work, text, TextState.WITHHELD, refused)
            return None
        free_at = minute.free_at(text.number)
        if free_at is not None and text.purpose != Purpose.DISPATCH:
            return Later(free_at, "enough texts to this number for a minute")
        line = self.lines.choose(work, text)
        if isinstance(line, NotYet):
            _wait_for_a_turn(work, text, line)
            return None
        minute.count(text.number)
        outgoing = Outgoing(text.id, text.number, text.words, line.name)
        if self.lines.rules is not None:  # the next one's line depends on what this one's has sent
            _leave(work, [outgoing])
        return outgoing

    def perform(self, prepared: Sequence[Outgoing]) -> list[Outcome]:
        """Asks the carrier once for all of them: they say the same."""
        numbers = list(dict.fromkeys(outgoing.number for outgoing in prepared))
        line = self.lines.gateways[prepared[0].carrier]
        outcomes = line.send(numbers, prepared[0].words)
        return [outcomes[outgoing.number] for outgoing in prepared]

    def record(self, work: UnitOfWork, told: Sequence[tuple[int, Outcome, int]]) -> list[Later | None]:
        """Writes what came of each; Later where it should be tried again."""
        asked = {"ids": [text_id for text_id, _, _ in told]}
        rows = {row.id: row for row in work.session.connection().execute(_TOLD, asked)}
        for text_id, outcome, _ in sorted(told, key=lambda each: rows[each[0]].carrier):
            self.lines.settle(work, rows[text_id].carrier, outcome)
        accepted = [(rows[each], outcome) for each, outcome, _ in told if isinstance(outcome, Accepted)]
        for name in sorted({row.carrier for row, _ in accepted}):
            early = accept(work, name, [each for each in accepted if each[0].carrier == name])
            for text in held_all(work, early):
                apply_receipts(work, text)
        return self._not_taken(work, told)

    def _not_taken(self, work: UnitOfWork, told: Sequence[tuple[int, Outcome, int]]) -> list[Later | None]:
        """Writes what came of those that the carrier did not take."""
        others = [text_id for text_id, outcome, _ in told if not isinstance(outcome, Accepted)]
        texts = {text.id: text for text in held_all(work, others)}
        return [
            None if isinstance(outcome, Accepted) else self._elsewhere(work, texts[each], outcome, attempts)
            for each, outcome, attempts in told
        ]

    def _elsewhere(
        self, work: UnitOfWork, text: TextMessage, outcome: NotTaken, attempts: int
    ) -> Later | None:
        """Another line than the one that failed may take it: it tries each of them before it waits."""
        later = _not_taken(work, text, outcome, attempts)
        return replace(later, due_at=work.now) if later and attempts < len(self.lines.gateways) else later


def _not_taken(work: UnitOfWork, text: TextMessage, outcome: NotTaken, attempts: int) -> Later | None:
    match outcome:
        case Unknown(reason, carrier_id):
            text.carrier_id = carrier_id
            _settle(work, text, TextState.UNKNOWN, reason)
            return None
        case NotSent(reason):
            return _again(work, text, TextState.NOT_SENT, reason, _alone_for(attempts))
        case Refused():
            return _refused(work, text, outcome, attempts)


def _leave(work: UnitOfWork, texts: Sequence[Outgoing]) -> None:
    """Marks these as being sent, each by its line."""
    by_line = defaultdict[str, list[int]](list)
    for text in texts:
        by_line[text.carrier].append(text.text_id)
    for name, ids in sorted(by_line.items()):
        work.session.connection().execute(_LEAVING, {"ids": ids, "carrier": name, "now": work.now})


def held_all(work: UnitOfWork, text_ids: Collection[int]) -> list[TextMessage]:
    """The texts as they are now, locked in one order for everybody."""
    return list(work.session.scalars(_THESE, {"ids": list(text_ids)})) if text_ids else []


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
    look_at_ladder(work, text.purpose, text.assignment_id)


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
    apply(work, text, list(work.session.scalars(query)))


def apply(work: UnitOfWork, text: TextMessage, receipts: Iterable[Receipt]) -> None:
    """Has these delivery reports, in this order, move the text as far as they may."""
    for receipt in receipts:
        receipt.applied_at = work.now
        state = after_report(text.state, receipt.report)
        if state is not text.state:
            text.state, text.settled_at = state, receipt.at
            text.problem = receipt.reason
            log_outcome(work, text)
    show(work, text)
