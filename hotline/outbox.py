"""Promises not yet kept: due, claim, settle, put off.

The database is the queue. A claim is one guarded UPDATE, committed by itself, so that a bug in the work can't
roll the count of attempts back; the attempt number is the fencing token: whoever comes back late with another
one changes nothing.

What a worker asks for each batch goes to the session's connection: a session copies the statement first, so
that it is taken apart anew, which takes twice as long as all else. What is not flushed then is not seen.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from hotline.among import among
from hotline.models import Promise, Restoration


class Kind(StrEnum):
    """What can be promised; `workers.keepers` has one keeper for each."""

    READ_TEXT = "read_text"
    READ_RECEIPT = "read_receipt"
    READ_OPT_OUT = "read_opt_out"
    READ_CALL = "read_call"
    SEND_TEXT = "send_text"
    FETCH_RECORDING = "fetch_recording"
    CLOSE_SILENT_CALL = "close_silent_call"
    PLACE_CALL = "place_call"
    FORGET_RECORDING = "forget_recording"
    READ_FETCHED = "read_fetched"
    FETCH_MESSAGES = "fetch_messages"
    ASK_BALANCE = "ask_balance"
    SEND_CANARY = "send_canary"
    CHECK_CANARY = "check_canary"
    WATCH_UNIT = "watch_unit"
    WATCH_CASE = "watch_case"
    WATCH_LEG = "watch_leg"
    TELL_OFFICER = "tell_officer"
    REMIND_SHIFTS = "remind_shifts"
    MAKE_REPORT = "make_report"
    MAIL_REPORT = "mail_report"
    MAIL_ALARM = "mail_alarm"
    BEGIN_MONTH = "begin_month"
    FORGET = "forget"
    READ_MISSED_CALL = "read_missed_call"
    WATCH_LINES = "watch_lines"


class Rank(IntEnum):
    """Which promise goes first: dispatch before conversation before announcement."""

    DISPATCH = 1
    EMERGENCY = 2
    """What is said about an emergency."""
    INCOMING = 3
    RECEIPT = 4
    CONVERSATION = 5
    LATER = 7


ALL: Final = (0, 99)
"""From the first rank to the last."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A promise that this process holds until its lease ends."""

    id: int
    kind: Kind
    subject_id: int
    attempts: int
    rank: int = Rank.CONVERSATION


@dataclass(frozen=True, slots=True)
class Later:
    """What was tried is to be tried again at `due_at`; `problem` says what is in the way."""

    due_at: datetime
    problem: str


class LostClaimError(Exception):
    """The lease ran out and another process holds the promise now."""


LEASES: Final[Mapping[Kind, timedelta]] = {
    Kind.READ_TEXT: timedelta(seconds=20),
    Kind.READ_RECEIPT: timedelta(seconds=20),
    Kind.READ_OPT_OUT: timedelta(seconds=20),
    Kind.READ_CALL: timedelta(seconds=20),
    Kind.SEND_TEXT: timedelta(seconds=60),
    Kind.FETCH_RECORDING: timedelta(seconds=90),
    Kind.CLOSE_SILENT_CALL: timedelta(seconds=20),
    Kind.PLACE_CALL: timedelta(seconds=60),
    Kind.FORGET_RECORDING: timedelta(seconds=20),
    Kind.READ_FETCHED: timedelta(seconds=20),
    Kind.FETCH_MESSAGES: timedelta(seconds=120),
    Kind.ASK_BALANCE: timedelta(seconds=60),
    Kind.SEND_CANARY: timedelta(seconds=20),
    Kind.CHECK_CANARY: timedelta(seconds=20),
    Kind.WATCH_UNIT: timedelta(seconds=20),
    Kind.WATCH_CASE: timedelta(seconds=20),
    Kind.WATCH_LEG: timedelta(seconds=20),
    Kind.TELL_OFFICER: timedelta(seconds=60),
    Kind.REMIND_SHIFTS: timedelta(seconds=60),
    Kind.MAKE_REPORT: timedelta(seconds=600),
    Kind.MAIL_REPORT: timedelta(seconds=300),
    Kind.MAIL_ALARM: timedelta(seconds=300),
    Kind.BEGIN_MONTH: timedelta(seconds=120),
    Kind.FORGET: timedelta(seconds=300),
    Kind.READ_MISSED_CALL: timedelta(seconds=20),
    Kind.WATCH_LINES: timedelta(seconds=20),
}

OUTWARD: Final = frozenset({Kind.SEND_TEXT, Kind.PLACE_CALL, Kind.MAIL_REPORT})
"""What leaves for somebody outside: held while the database is one that was put back."""
SUSPECT: Final = 5
"""A promise that failed this often goes last, and alone (`workers.suspects`): should it end the process, the
others were kept before.
"""


def claim(
    session: Session, now: datetime, *, kinds: Sequence[Kind], limit: int, ranks: tuple[int, int] = ALL
) -> list[Claim]:
    """Up to `limit` due promises of `kinds` and of ranks from one to the other, most urgent first, claimed
    for their kind's lease.
    """
    found = {"now": now, "most": limit, "first": ranks[0], "last": ranks[1]}
    return _hold(session, now, _claiming(tuple(kinds)), tuple(kinds), found)


def claim_about(session: Session, now: datetime, kind: Kind, subject_ids: Sequence[int]) -> list[Claim]:
    """The due promises of `kind` about these very rows, claimed; what another process holds is left out."""
    return _hold(session, now, _claiming_about(kind), (kind,), {"now": now, "subjects": list(subject_ids)})


_NOW: Final = bindparam("now", type_=Promise.due_at.type)


@cache
def _claiming(kinds: tuple[Kind, ...]) -> ReturningUpdate[*tuple[Any, ...]]:
    """Built once: a worker claims several times a second, and building this takes longer than running it."""
    suspect = Promise.attempts >= SUSPECT
    due = (
        select(Promise.id, suspect.label("suspect"))
        .where(*_due(kinds), Promise.rank.between(bindparam("first"), bindparam("last")))
        .order_by(suspect, Promise.rank, Promise.due_at, Promise.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte(
            "due"
        )  # chosen once: PostgreSQL may run a subquery of an UPDATE again and claim beyond the limit
    )
    return _holding(kinds, Promise.id.in_(select(due.c.id)))


@cache
def _claiming_about(kind: Kind) -> ReturningUpdate[*tuple[Any, ...]]:
    chosen = (
        select(Promise.id)
        .where(*_due((kind,)), among(Promise.subject_id, "subjects"))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return _holding((kind,), Promise.id.in_(select(chosen.c.id)))


def _holding(kinds: tuple[Kind, ...], chosen: ColumnElement[bool]) -> ReturningUpdate[*tuple[Any, ...]]:
    until = {kind: bindparam(f"until_{kind}", type_=Promise.due_at.type) for kind in kinds}
    return (
        update(Promise)
        .where(chosen)
        .values(claimed_until=case(until, value=Promise.kind), attempts=Promise.attempts + 1)
        .returning(
            Promise.rank, Promise.due_at, Promise.id, Promise.kind, Promise.subject_id, Promise.attempts
        )
        .execution_options(synchronize_session=False)
    )


def is_due(session: Session, now: datetime, kind: Kind) -> bool:
    """Whether there is anything of `kind` to do that nobody holds."""
    return session.connection().scalar(_looking(kind), {"now": now}) is not None


@cache
def _looking(kind: Kind) -> Select[int]:
    return select(Promise.id).where(*_due((kind,))).limit(1)


def due_kinds(session: Session, now: datetime, kinds: Collection[Kind]) -> set[Kind]:
    """Of which of these kinds something is to do that nobody holds: one question that writes nothing."""
    row = session.connection().execute(_looking_for(tuple(kinds)), {"now": now}).one()
    return {kind for kind, due in zip(kinds, row, strict=True) if due}


@cache
def _looking_for(kinds: tuple[Kind, ...]) -> Select[*tuple[Any, ...]]:
    return select(*(select(Promise.id).where(*_due((kind,))).exists() for kind in kinds))


def in_hand(session: Session, now: datetime, kind: Kind) -> int:
    """How many promises of `kind` somebody holds and has not settled."""
    query = select(func.count()).where(
        Promise.settled_at.is_(None), Promise.kind == kind, Promise.claimed_until >= now
    )
    return session.scalar(query) or 0


def _due(kinds: Sequence[Kind]) -> tuple[ColumnElement[bool], ...]:
    return (
        Promise.settled_at.is_(None),
        Promise.kind.in_(_listed(kinds)),
        Promise.due_at <= _NOW,
        or_(Promise.claimed_until.is_(None), Promise.claimed_until < _NOW),
        *(() if OUTWARD.isdisjoint(kinds) else (may_leave(),)),
    )


def may_leave() -> ColumnElement[bool]:
    """A database that was put back does not know what has left since: until a person releases it, nothing
    does.
    """
    held = select(Restoration.id).where(Restoration.released_at.is_(None)).exists()
    return or_(Promise.kind.not_in(_listed(sorted(OUTWARD))), ~held)


def _listed(kinds: Sequence[Kind]) -> list[ColumnElement[str]]:
    """Each a parameter of its own: a list as one would be taken apart anew each time it is asked with."""
    return [literal(kind) for kind in kinds]


def _hold(
    session: Session, now: datetime, claiming: ReturningUpdate[*tuple[Any, ...]], kinds: Sequence[Kind],
    found: Mapping[str, object],
) -> list[Claim]:  # fmt: skip
    until = {f"until_{kind}": now + LEASES[kind] for kind in kinds}
    rows = session.connection().execute(claiming, {**found, **until})
    ordered = sorted(rows, key=lambda row: (row.attempts > SUSPECT, row.rank, row.due_at, row.id))
    return [Claim(row.id, Kind(row.kind), row.subject_id, row.attempts, row.rank) for row in ordered]


def renew(session: Session, held: Claim, now: datetime) -> None:
    """Begins the lease anew where work that leaves the database starts. Raises LostClaimError."""
    _change(session, held, claimed_until=now + LEASES[held.kind])


def renew_all(session: Session, claims: Sequence[Claim], now: datetime) -> list[Claim]:
    """Begins the leases of several of one kind anew; those that this process still holds, in their order."""
    if not claims:
        return []
    ids = _change_all(session, _RENEWING, claims, {"until": now + LEASES[claims[0].kind]})
    return [claim for claim in claims if claim.id in ids]


def _change_all(
    session: Session, changing: ReturningUpdate[int], claims: Sequence[Claim], values: Mapping[str, Any]
) -> set[int]:
    """Which of these claims were still ours, and are changed. One statement for those of one attempt, which
    nearly all are: for pairs of id and attempt SQLite reads every open promise there is.
    """
    ids = defaultdict[int, list[int]](list)
    for each in claims:
        ids[each.attempts].append(each.id)
    return {
        changed
        for attempt, ours in sorted(ids.items())
        for changed in session.connection().scalars(changing, {"ours": ours, "attempt": attempt, **values})
    }


_STILL_OPEN: Final = Promise.settled_at.is_(None).is_not(False)
"""Said so that no index of open promises fits: PostgreSQL would go through all of it for a few ids, since it
believes that hardly any are open. With 20,000 open cases that took 5 ms for 64 of them.
"""
_OPEN_AND_OURS: Final = (
    among(Promise.id, "ours"),
    Promise.attempts == bindparam("attempt"),
    _STILL_OPEN,
)
_CHANGING: Final = (
    update(Promise).where(*_OPEN_AND_OURS).returning(Promise.id).execution_options(synchronize_session=False)
)
_RENEWING: Final = _CHANGING.values(claimed_until=bindparam("until", type_=Promise.due_at.type))
_SETTLING: Final = _CHANGING.values(settled_at=_NOW, claimed_until=None, outcome="kept")
_HANDING_BACK: Final = _CHANGING.values(claimed_until=None)
"""Built once: building a statement about many claims takes as long as running it."""


def settle(session: Session, held: Claim, now: datetime, outcome: str = "kept") -> None:
    """Marks the promise as kept (or given up). Raises LostClaimError if another process holds it."""
    _change(session, held, settled_at=now, claimed_until=None, outcome=outcome)


def settle_all(session: Session, claims: Sequence[Claim], now: datetime) -> None:
    """Marks all of these promises as kept. Raises LostClaimError if another process holds one of them."""
    settled = _change_all(session, _SETTLING, claims, {"now": now})
    if len(settled) < len(claims):
        raise LostClaimError(f"one of {len(claims)}")


def put_off(session: Session, held: Claim, due_at: datetime, problem: str) -> None:
    """Leaves the promise for later, with what was in the way. Raises LostClaimError."""
    words = problem.replace("\x00", "").encode("utf-8", "replace").decode()
    _change(session, held, due_at=due_at, claimed_until=None, problem=words[:2000])


def hand_back(session: Session, held: Claim) -> None:
    """Gives up a claim that was never worked on, for whoever comes next. Raises LostClaimError."""
    _change(session, held, claimed_until=None)


def hand_back_all(session: Session, claims: Sequence[Claim]) -> None:
    """Gives up all of these that this process still holds."""
    _change_all(session, _HANDING_BACK, claims, {})


def _change(session: Session, held: Claim, **values: object) -> None:
    changed = session.execute(
        update(Promise)
        .where(Promise.id == held.id, Promise.attempts == held.attempts, _STILL_OPEN)
        .values(**values)
        .returning(Promise.id)
    ).one_or_none()
    if changed is None:
        raise LostClaimError(f"{held.kind} {held.subject_id}, attempt {held.attempts}")


def cancel(session: Session, kind: Kind, subject_id: int, now: datetime) -> None:
    """Drops open promises of one kind about one row: what they were for is settled."""
    session.execute(
        update(Promise)
        .where(Promise.kind == kind, Promise.subject_id == subject_id, Promise.settled_at.is_(None))
        .values(settled_at=now, outcome="cancelled")
    )
