"""Which promised texts leave now, and which of them in one request."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import bindparam, select

from hotline.among import among
from hotline.carriers import bucket_of, carrier_of, line_of, pour
from hotline.domain.money import money
from hotline.domain.pacing import Allowance, allowance, spend
from hotline.models import Carrier, Promise, TextMessage
from hotline.outbox import Claim, Kind, Rank, claim, claim_about, in_hand, is_due
from hotline.unit_of_work import UnitOfWork
from sms.gateway import SmsGateway

URGENT: Final = 16
"""Alerts that are claimed at a time."""
UNBOUNDED: Final = 1_000_000
LATELY: Final = 1000
"""Texts among which is looked for what one costs."""
_TEXTS: Final = (Kind.SEND_TEXT,)
_SAYING: Final = select(TextMessage.id, TextMessage.words, TextMessage.number).where(
    among(TextMessage.id, "ids")
)
_OWN_PROMISE: Final = (Promise.subject_id == TextMessage.id) & (Promise.kind == Kind.SEND_TEXT)
_FREE: Final = (Promise.settled_at.is_(None), Promise.claimed_until.is_(None))
_AGAIN: Final = (
    select(Promise.rank, TextMessage.words)
    .join(TextMessage, _OWN_PROMISE)
    .where(
        *_FREE,
        Promise.due_at <= bindparam("now", type_=Promise.due_at.type),
        among(TextMessage.words, "words"),
    )
    .distinct()
)
_ALERTS: Final = (0, int(Rank.DISPATCH))
_EMERGENCIES: Final = (int(Rank.DISPATCH) + 1, int(Rank.EMERGENCY))
_OWN_WORDS: Final = frozenset({Rank.RECEIPT, Rank.EMERGENCY})
"""What is said at this rank names its case: nobody else is told the same."""
_ALL_ELSE: Final = (int(Rank.DISPATCH) + 1, 99)


def take(work: UnitOfWork, now: datetime, limit: int, gateway: SmsGateway) -> list[list[Claim]]:
    """Claims alerts, whatever else waits, and as much of the rest as may leave; in lots of equal words.

    The rate counts lots, since each is one request, and the carrier spreads what it names.
    """
    if not is_due(work.session, now, Kind.SEND_TEXT):
        return []
    rules = work.playbook.sending
    carrier = carrier_of(work, gateway.name)
    line = line_of(carrier, work.now, rules)
    alerts = _by_words(work, claim(work.session, now, kinds=_TEXTS, limit=URGENT, ranks=_ALERTS))
    bucket = spend(bucket_of(carrier, work.now, rules), len(alerts))
    allowed = allowance(bucket, line)
    room = UNBOUNDED if allowed.only_emergencies else _affordable(work, carrier, now)
    most = min(limit, room, allowed.texts)
    claimed = _others(work, now, allowed, most)
    others = _by_words(work, claimed)
    if len(claimed) == most and not line.held:
        others = _with_the_same_words(work, now, others, room, gateway.most_numbers)
    if alerts or others:
        pour(carrier, spend(bucket, len(others)))
    if line.held and others:
        carrier.try_at = work.now + timedelta(seconds=rules.held_try_seconds)
    return [part for lot in [*alerts, *others] for part in _cut(lot, gateway.most_numbers)]


def take_singly(work: UnitOfWork, now: datetime, limit: int) -> list[list[Claim]]:
    """Claims alerts and up to `limit` others, each a lot of its own: where there are several lines, or SIMs,
    each text has a line and a turn of its own.
    """
    if not is_due(work.session, now, Kind.SEND_TEXT):
        return []
    alerts = claim(work.session, now, kinds=_TEXTS, limit=URGENT, ranks=_ALERTS)
    others = claim(work.session, now, kinds=_TEXTS, limit=limit, ranks=_ALL_ELSE) if limit > 0 else []
    return [[held] for held in (*alerts, *others)]


def _affordable(work: UnitOfWork, carrier: Carrier, now: datetime) -> int:
    """How many texts the account pays for before only the reserve is left, by what the last one cost; those
    that are on their way at this moment are paid already.
    """
    if carrier.balance is None:
        return UNBOUNDED
    # Among the last ones only: where none has a cost, PostgreSQL goes through all that there ever were.
    lately = select(TextMessage).order_by(TextMessage.id.desc()).limit(LATELY).subquery()
    last = (
        select(lately.c.cost)
        .where(lately.c.carrier == carrier.name, lately.c.inbound.is_(False), lately.c.cost != "")
        .order_by(lately.c.id.desc())
        .limit(1)
    )
    cost = money(work.session.scalar(last) or "")
    if cost is None or cost[1] != carrier.currency or cost[0] <= 0:
        return UNBOUNDED
    on_their_way = in_hand(work.session, now, Kind.SEND_TEXT)
    paid_for = int((carrier.balance - work.playbook.sending.reserve) / cost[0]) - on_their_way
    return max(paid_for, 0 if on_their_way else 1)


def _others(work: UnitOfWork, now: datetime, allowed: Allowance, most: int) -> list[Claim]:
    if most <= 0:
        return []
    ranks = _EMERGENCIES if allowed.only_emergencies else _ALL_ELSE
    return claim(work.session, now, kinds=_TEXTS, limit=most, ranks=ranks)


def _by_words(work: UnitOfWork, claims: Sequence[Claim]) -> list[list[Claim]]:
    """The claims in lots that say the same, in the order of the first of each; no number twice in one."""
    if not claims:
        return []
    ids = [held.subject_id for held in claims]
    texts = {row.id: row for row in work.session.execute(_SAYING, {"ids": ids})}
    lots: dict[tuple[str, int], list[Claim]] = {}
    seen: dict[tuple[str, str], int] = {}
    for held in claims:
        text = texts[held.subject_id]
        again = seen[text.words, text.number] = seen.get((text.words, text.number), -1) + 1
        lots.setdefault((text.words, again), []).append(held)
    return list(lots.values())


def _with_the_same_words(
    work: UnitOfWork, now: datetime, lots: list[list[Claim]], room: int, most: int
) -> list[list[Claim]]:
    """The lots with what else is due and says the same: each up to `most`, all together up to `room`."""
    left = room - sum(len(lot) for lot in lots)
    said = _words_of(work, [lot[0] for lot in lots if lot[0].rank not in _OWN_WORDS])
    again = _said_again(work, now, set(said.values())) if said and most > 1 else frozenset()
    filled: list[list[Claim]] = []
    for lot in lots:
        words = said.get(lot[0].subject_id, "")
        wanted = min(most - len(lot), left) if (lot[0].rank, words) in again else 0
        ids = _like(work, now, lot[0].rank, words, wanted) if wanted > 0 else []
        more = claim_about(work.session, now, Kind.SEND_TEXT, ids) if ids else []
        left -= len(more)
        filled.extend(_by_words(work, [*lot, *more]) if more else [lot])
    return filled


def _words_of(work: UnitOfWork, claims: Sequence[Claim]) -> dict[int, str]:
    """What these texts say, by their rows."""
    rows = work.session.execute(_SAYING, {"ids": [held.subject_id for held in claims]}) if claims else ()
    return {row.id: row.words for row in rows}


def _said_again(work: UnitOfWork, now: datetime, words: Collection[str]) -> frozenset[tuple[int, str]]:
    """Which of these words other texts that are due say too, with their ranks: one question for all lots,
    of which each goes through all that waits.
    """
    rows = work.session.execute(_AGAIN, {"now": now, "words": list(words)})
    return frozenset((rank, said) for rank, said in rows)


def _like(work: UnitOfWork, now: datetime, rank: int, words: str, limit: int) -> list[int]:
    """Texts of this rank and these words that are due."""
    query = (
        select(TextMessage.id)
        .join(Promise, _OWN_PROMISE)
        .where(*_FREE, Promise.rank == rank, Promise.due_at <= now, TextMessage.words == words)
        .order_by(Promise.id)
        .limit(limit)
    )
    return list(work.session.scalars(query))


def _cut(lot: Sequence[Claim], most: int) -> list[list[Claim]]:
    return [[held for _, held in part] for _, part in groupby(enumerate(lot), lambda at: at[0] // most)]
