"""What the desk knows of its carriers: whether they take texts, what is left to pay them, what is wrong."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline import outages, restoring
from hotline.asked_once import once
from hotline.domain.delivery import TextState
from hotline.domain.limits import Sending
from hotline.domain.money import money
from hotline.domain.pacing import Bucket, Held, Line, refill
from hotline.domain.rights import Act, Actor, require
from hotline.incidents import ConflictError
from hotline.lines import is_unwatched
from hotline.models import Audit, Carrier, TextMessage
from hotline.models import Line as SimLine
from hotline.named_rows import row_named
from hotline.outbox import Kind, Rank
from hotline.timers import hurry, tick
from hotline.unit_of_work import UnitOfWork


class Alarm(StrEnum):
    """What somebody at the desk must know of the line, the worst first."""

    RESTORED = "restored"
    """The database was put back: nothing leaves until somebody says so."""
    SILENT = "silent"
    """Nobody has spoken with the modem for a while."""
    NO_NETWORK = "no_network"
    NO_CREDIT = "no_credit"
    SPOOL_FULL = "spool_full"
    """Should the database go, the disk on which words wait has no room for them."""
    NOT_WORKING = "not_working"
    """What is due is not being done: no text is read or sent."""
    NO_MONEY = "no_money"
    NOT_CONFIGURED = "not_configured"
    ONLY_EMERGENCIES = "only_emergencies"
    LOW_BALANCE = "low_balance"
    CANARY_LOST = "canary_lost"
    NOT_FETCHED = "not_fetched"
    WEAK_SIGNAL = "weak_signal"
    STORAGE = "storage"
    """The SIM is nearly full: what it can't take is lost."""
    LOW_CREDIT = "low_credit"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One alarm of one carrier: since when, and the figure or reason to show with it."""

    alarm: Alarm
    carrier: str
    since: datetime | None
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the queue is held as a whole, so that somebody may let it go."""
        return self.alarm in (Alarm.RESTORED, Alarm.NO_MONEY, Alarm.NOT_CONFIGURED)

    @property
    def keeps_back(self) -> bool:
        """Whether letting the queue go sends only what is new."""
        return self.alarm is Alarm.RESTORED


def carrier_of(work: UnitOfWork, name: str) -> Carrier:
    """What is known of the carrier, locked for this transaction; from now on something is."""
    beginning = {
        "since": work.now, "held_reason": "", "tokens": float(work.playbook.sending.burst),
        "tokens_at": work.now, "currency": "", "changes": 0,
    }  # fmt: skip
    return row_named(work.session, Carrier, name, beginning)


def bucket_of(carrier: Carrier, now: datetime, rules: Sending) -> Bucket:
    """The carrier's tokens as they stand now."""
    kept = Bucket(carrier.tokens, carrier.tokens_at)
    return refill(kept, now, per_second=rules.texts_per_second, burst=rules.burst)


def pour(carrier: Carrier, bucket: Bucket) -> None:
    """Writes down what is left."""
    carrier.tokens, carrier.tokens_at = bucket.tokens, bucket.at


def line_of(carrier: Carrier, now: datetime, rules: Sending) -> Line:
    """What may leave over it now."""
    return Line(
        held=carrier.held_for is not None,
        may_try=carrier.try_at is not None and carrier.try_at <= now,
        only_emergencies=carrier.balance is not None and carrier.balance <= rules.reserve,
    )


def hold(work: UnitOfWork, carrier: Carrier, what: Held, reason: str) -> None:
    """The carrier takes no texts for now: the queue waits as a whole, and the desk is told."""
    if carrier.held_for is None:
        carrier.held_since = work.now
        carrier.changes += 1
        outages.begin(work, outages.OF_HELD[what])
        raise_alarm(work)
    carrier.held_for, carrier.held_reason = what, reason[:200]
    carrier.try_at = work.now + timedelta(seconds=work.playbook.sending.held_try_seconds)


def raise_alarm(work: UnitOfWork, *, anew: bool = True) -> None:
    """Something is wrong with the carrier: whoever is to know is mailed, since the line itself can't say so.
    Unless it is something `anew`, a mail that is promised for later stands.
    """
    tick(work.session, Kind.MAIL_ALARM, 0, work.now, at_once=anew)


def release(work: UnitOfWork, carrier: Carrier) -> None:
    """It takes texts again, or somebody says that it will."""
    if carrier.held_for is not None:
        outages.end(work, outages.OF_HELD[Held(carrier.held_for)])
        carrier.held_for = carrier.held_since = carrier.try_at = None
        carrier.held_reason = ""
        carrier.changes += 1


def let_go(work: UnitOfWork, name: str, by: Actor) -> None:
    """Somebody says that the carrier takes texts again: all that waited may leave at once, and the first that
    is refused holds the queue anew. Raises ConflictError where nothing is held.
    """
    require(by, Act.RELEASE_QUEUE)
    query = select(Carrier).where(Carrier.name == name).with_for_update()
    carrier = work.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if carrier is None or carrier.held_for is None:
        raise ConflictError("the queue is not held any more")
    work.session.add(
        Audit(at=work.now, operator_id=by.id, act="release_queue", subject=name, reason=carrier.held_reason)
    )
    release(work, carrier)
    # What was tried in vain for all of them counts as fresh, or it would be taken to be minded alone.
    waiting = (TextMessage.state == TextState.QUEUED, TextMessage.problem != "")
    work.session.execute(update(TextMessage).where(*waiting).values(problem=""))
    hurry(work.session, Kind.SEND_TEXT, work.now)


def leaving(session: Session, rules: Sending, lines: Collection[str]) -> Rank:
    """The last rank of texts that may leave now by one of the `lines`; what comes after it waits on
    purpose.
    """
    known = _known(session)
    return max((_leaving_by(known.get(name), rules) for name in lines), default=Rank.LATER)


def _known(session: Session) -> Mapping[str, Carrier]:
    """Name to what is known of each line there ever was."""
    return once(session, "carriers", lambda: {each.name: each for each in session.scalars(select(Carrier))})


def _leaving_by(carrier: Carrier | None, rules: Sending) -> Rank:
    if carrier is None:
        return Rank.LATER
    if carrier.held_for is not None:
        return Rank.DISPATCH
    low = carrier.balance is not None and carrier.balance <= rules.reserve
    return Rank.EMERGENCY if low else Rank.LATER


def note_balance(work: UnitOfWork, carrier: Carrier, amount: float, currency: str) -> None:
    """What the carrier says is left. Money that has come lets a queue go that waited for it."""
    rules = work.playbook.sending
    richer = carrier.balance is not None and amount > carrier.balance
    if carrier.balance is None or _step(carrier.balance, rules) != _step(amount, rules):
        carrier.changes += 1
    carrier.balance, carrier.currency, carrier.balance_at = amount, currency[:8], work.now
    if carrier.held_for == Held.MONEY and amount > rules.reserve:
        carrier.try_at = work.now
        if richer:
            release(work, carrier)


def note_cost(carrier: Carrier, cost: str, rules: Sending) -> None:
    """Counts down what a text cost ('IDR 350.0000'), so that the reserve holds between two looks."""
    amount = money(cost)
    if amount is None or carrier.balance is None or amount[1] != carrier.currency:
        return
    left = carrier.balance - amount[0]
    if _step(carrier.balance, rules) != _step(left, rules):
        carrier.changes += 1
    carrier.balance = left


def _step(balance: float, rules: Sending) -> int:
    return (balance <= rules.reserve) + (balance <= rules.low_balance)


def price_of_a_part(session: Session) -> tuple[float, str] | None:
    """What one part cost when a text was last paid for, and the currency; None where nobody has said so."""
    query = select(TextMessage.cost, TextMessage.parts).where(
        TextMessage.inbound.is_(False), TextMessage.cost != ""
    )
    row = session.execute(query.order_by(TextMessage.id.desc()).limit(1)).one_or_none()
    paid = money(row.cost) if row is not None else None
    return (paid[0] / max(row.parts, 1), paid[1]) if row is not None and paid is not None else None


def troubles(session: Session, rules: Sending, now: datetime, lines: Collection[str]) -> list[Trouble]:
    """Everything that is wrong with `lines` now, the worst first; of others nobody need know any more."""
    known = _known(session)
    carriers = [known[name] for name in sorted(lines) if name in known]
    sims = session.scalars(select(SimLine).where(SimLine.name.in_(lines)).order_by(SimLine.name))
    found = [trouble for carrier in carriers for trouble in _troubles(carrier, rules, now)]
    found += [trouble for line in sims for trouble in _of_a_sim(line, now)]
    if (put_back := restoring.held(session)) is not None:
        found.append(Trouble(Alarm.RESTORED, restoring.NAME, put_back.at))
    return sorted(found, key=lambda trouble: list(Alarm).index(trouble.alarm))


def _of_a_sim(line: SimLine, now: datetime) -> list[Trouble]:
    """What the watch of its modem says of it; where that says nothing any more, the modem is silent."""
    said, problems = f"{line.name} {line.number}", line.problem.split()
    found = [Trouble(Alarm(word), line.name, line.problem_since, said) for word in problems]
    if is_unwatched(line, now) and Alarm.SILENT not in problems:
        found.append(Trouble(Alarm.SILENT, line.name, line.seen_at, said))
    return found


def _troubles(carrier: Carrier, rules: Sending, now: datetime) -> list[Trouble]:
    found: list[Trouble] = []

    def note(alarm: Alarm, since: datetime | None, detail: str = "") -> None:
        found.append(Trouble(alarm, carrier.name, since, detail))

    if carrier.held_for is not None:
        alarm = Alarm.NO_MONEY if carrier.held_for == Held.MONEY else Alarm.NOT_CONFIGURED
        note(alarm, carrier.held_since, carrier.held_reason)
    if carrier.balance is not None and carrier.balance <= rules.low_balance:
        low = Alarm.ONLY_EMERGENCIES if carrier.balance <= rules.reserve else Alarm.LOW_BALANCE
        note(low, carrier.balance_at, f"{carrier.currency} {carrier.balance:.0f}")
    if carrier.canary_late_since is not None:
        note(Alarm.CANARY_LOST, carrier.canary_late_since)
    if is_unheard(carrier, rules, now):
        note(Alarm.NOT_FETCHED, carrier.fetched_at)
    return found


def is_unheard(carrier: Carrier, rules: Sending, now: datetime) -> bool:
    """Whether its list of texts, which it gave before, could not be read for too long."""
    blind = timedelta(minutes=3 * rules.fetch_every_minutes + 5)
    return carrier.fetched_at is not None and now - carrier.fetched_at > blind
