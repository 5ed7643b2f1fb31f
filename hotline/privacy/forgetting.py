"""The nightly job: deletes what has reached its term in the playbook, and says how much of what."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.attachments import folder_of
from hotline.database import begin_log_anew
from hotline.domain.playbook import Playbook
from hotline.incidents import family, root_of
from hotline.journal import Journal
from hotline.models import Attachment, Base, Call, Forgetting, Incident, TextMessage
from hotline.outbox import Kind, Later, Rank
from hotline.privacy.emptying import empty_cases
from hotline.privacy.holds import held_cases
from hotline.privacy.keyed import MARK, key_of
from hotline.privacy.old_rows import Terms, forget_old
from hotline.privacy.purging import purge
from hotline.runtime import Runtime
from hotline.spool import Spool
from hotline.timers import tick
from hotline.unit_of_work import UnitOfWork

AT: Final = time(3, 20)
"""Local time: the quietest hour."""
BATCH: Final = 20
"""Cases of one transaction: a case costs 0.6 ms, and somebody who calls at night waits for all of them."""
BREATH: Final = timedelta(seconds=0.5)
"""Between two batches of one night."""
FRESH_FILE: Final = timedelta(hours=1)
"""A file without a row that is younger may just be on its way into one."""
ONLY: Final = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction deleted; `files` are the names that rows still hold."""

    deleted: Mapping[str, int]
    files: frozenset[str]
    now: datetime
    is_last: bool = False
    """Nothing is left of this night, nor what the database held of it."""


def keep_forgetting(work: UnitOfWork) -> None:
    """Makes sure that the nightly job stands; asked by every worker that starts."""
    tick(work.session, Kind.FORGET, ONLY, work.now, at_once=False)


class Forget:
    """Keeps the nightly promise: rows first, then files, then whatever the database still holds of both."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.key = key_of(runtime.settings.secret_key)

    def prepare(self, work: UnitOfWork, _subject: int) -> Batch:
        """One batch, in one transaction."""
        deleted = Counter(forget_batch(work.session, work.playbook, self.key, work.now))
        if deleted:
            _write_down(work, deleted)
        held = select(Attachment.file).where(Attachment.removed_at.is_(None))
        return Batch(dict(deleted), frozenset(work.session.scalars(held)), work.now)

    def perform(self, prepared: Batch) -> Batch:
        """Files that no row holds any more; after the last batch the database's own leftovers."""
        settings = self.runtime.settings
        sweep(folder_of(settings.var), prepared.files, prepared.now)
        terms = self.runtime.playbook.retention
        spool, kept = Spool(settings.spool), timedelta(days=terms["spool"].days)
        sweep_damaged(spool, prepared.now - timedelta(days=terms["raw"].days))
        spool.tidy(prepared.now, kept)
        Journal(settings.spool / "journal").tidy(prepared.now, kept)
        done = not prepared.deleted
        return replace(
            prepared, is_last=done and (not settings.on_sqlite or begin_log_anew(self.runtime.engine))
        )

    def record(self, work: UnitOfWork, _subject: int, outcome: Batch, _attempts: int) -> Later | None:
        """The next batch in a moment, or the next night."""
        due = next_night(work.now, work.playbook) if outcome.is_last else work.now + BREATH
        work.promise(Kind.FORGET, ONLY, rank=Rank.LATER, due_at=due)
        return None


def forget_batch(session: Session, playbook: Playbook, key: bytes, now: datetime) -> dict[str, int]:
    """Deletes up to a batch of what has ended; how much of each kind, nothing where there is nothing left."""
    ends = {code: now - timedelta(days=each.days) for code, each in playbook.retention.items()}
    held = held_cases(session)
    found: Counter[str] = Counter()
    cases = _ended(session, ends["words"], held)
    if cases:
        found.update(empty_cases(session, key, cases))
        session.execute(update(Incident).where(Incident.id.in_(cases)).values(forgotten_at=now))
    found["attachments"] += _attachments(session, ends["attachments"], held, now)
    for model, ids in _facts(session, ends["facts"], held).items():
        found["facts"] += purge(session, model, ids)
    found.update(forget_old(session, Terms(key, ends, held, now)))
    return {name: n for name, n in found.items() if n}


def _ended(session: Session, end: datetime, held: list[int]) -> list[int]:
    """Cases that were closed before `end`, whole families; what is held is held with its family."""
    roots = session.scalars(
        select(Incident.id)
        .where(
            Incident.closed_at < end, Incident.merged_into_id.is_(None), Incident.forgotten_at.is_(None),
            Incident.disposition.is_not(None), Incident.id.not_in(held),
        )
        .order_by(Incident.id)
        .limit(BATCH)
    ).all()  # fmt: skip
    grown = set(session.scalars(select(Incident.merged_into_id).where(Incident.merged_into_id.in_(roots))))
    families = (family(session, root) if root in grown else [root] for root in roots)
    return [member for members in families for member in members]


def _attachments(session: Session, end: datetime, held: list[int], now: datetime) -> int:
    """Their bytes lie in files, which are swept once the rows say that they are gone.

    The term runs from the closing of what the case is told with, or from a later day on which they came.
    """
    old = select(Attachment).where(
        Attachment.removed_at.is_(None), Attachment.at < end, Attachment.incident_id.not_in(held)
    )
    over = (each for each in session.scalars(old) if _closed_before(session, each.incident_id, end))
    found = list(islice(over, BATCH))
    for each in found:
        each.removed_at, each.title = now, ""
    return len(found)


def _closed_before(session: Session, case: int, end: datetime) -> bool:
    closed_at = session.get_one(Incident, root_of(session, case)).closed_at
    return closed_at is not None and closed_at < end


def _facts(session: Session, end: datetime, held: list[int]) -> dict[type[Base], list[int]]:
    """Emptied cases, texts and calls whose facts have reached their term."""
    cases = select(Incident.id).where(
        Incident.forgotten_at.is_not(None), Incident.received_at < end, Incident.id.not_in(held)
    )
    texts = select(TextMessage.id).where(
        TextMessage.at < end, TextMessage.number.like(f"{MARK}%"), _of_none(TextMessage.incident_id, held)
    )
    calls = select(Call.id).where(
        Call.started_at < end, Call.number.like(f"{MARK}%"), _of_none(Call.incident_id, held)
    )
    wanted: dict[type[Base], Select[int]] = {Incident: cases, TextMessage: texts, Call: calls}
    return {model: list(session.scalars(query.limit(BATCH))) for model, query in wanted.items()}


def _of_none(case: InstrumentedAttribute[int | None], held: list[int]) -> ColumnElement[bool]:
    return or_(case.is_(None), case.not_in(held))


def sweep(folder: Path, held: frozenset[str], now: datetime) -> int:
    """Deletes the files that no row holds; how many."""
    gone = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in held and now.timestamp() - path.stat().st_mtime > FRESH_FILE.total_seconds():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def sweep_damaged(spool: Spool, end: datetime) -> None:
    """Callbacks that nobody could read end as those do that were read: whoever looks after them has had his
    time.
    """
    for path in spool.corrupt():
        if path.stat().st_mtime < end.timestamp():
            path.unlink(missing_ok=True)


def _write_down(work: UnitOfWork, deleted: Mapping[str, int]) -> None:
    """One row a day, which the batches of a night add up in."""
    today = work.now.astimezone(work.playbook.programme.zone).date()
    row = work.session.scalars(select(Forgetting).where(Forgetting.day == today)).one_or_none()
    before = Counter(json.loads(row.deleted)) if row is not None else Counter()
    whole = json.dumps(before + Counter(deleted), sort_keys=True)
    if row is None:
        work.session.add(Forgetting(day=today, at=work.now, deleted=whole))
    else:
        row.at, row.deleted = work.now, whole


def next_night(now: datetime, playbook: Playbook) -> datetime:
    """The next time at which it is `AT` in the programme's zone."""
    local = now.astimezone(playbook.programme.zone)
    tonight = datetime.combine(local.date(), AT, playbook.programme.zone)
    return tonight if tonight > local else _the_day_after(local.date(), playbook)


def _the_day_after(day: date, playbook: Playbook) -> datetime:
    return datetime.combine(day + timedelta(days=1), AT, playbook.programme.zone)


def told(session: Session, days: int = 30) -> list[tuple[Forgetting, dict[str, int]]]:
    """What the last nights deleted, the newest first."""
    query = select(Forgetting).order_by(Forgetting.day.desc()).limit(days)
    return [(row, json.loads(row.deleted)) for row in session.scalars(query)]
