"""Timers over the carrier: what is left on the account, and texts that it has and we never heard of."""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from hotline.carriers import carrier_of, is_unheard, note_balance, raise_alarm
from hotline.models import Kept
from hotline.outbox import Kind, Later, Rank
from hotline.timers import tick
from hotline.unit_of_work import UnitOfWork
from sms.confirming import doubt
from sms.gateway import Balance, Fetched, NoAnswer, SmsGateway

FETCHED: Final = "sms.fetched"
ONLY: Final = 0
"""The row that a timer is about: there is one line."""
LONGEST_S: Final = 80.0
"""After this long no further page is begun, so that even a slow list ends within the lease; what is left
comes a moment later."""
SETTLE: Final = timedelta(seconds=15)
"""How long a text's own callback may take before the list speaks for it."""


class WatchingBalance:
    """Keeps ASK_BALANCE: asks for the balance, and promises to ask again."""

    def __init__(self, gateway: SmsGateway) -> None:
        self.gateway = gateway

    def prepare(self, work: UnitOfWork, _subject: int) -> str:
        """The account's carrier."""
        return carrier_of(work, self.gateway.name).name

    def perform(self, _name: str) -> Balance | NoAnswer:
        """Asks once."""
        return self.gateway.balance()

    def record(
        self, work: UnitOfWork, _subject: int, told: Balance | NoAnswer, _attempts: int
    ) -> Later | None:
        """Writes down what is left, which may hold the queue or let it go."""
        if isinstance(told, Balance):
            note_balance(work, carrier_of(work, self.gateway.name), told.amount, told.currency)
        _again(work, Kind.ASK_BALANCE, timedelta(minutes=work.playbook.sending.balance_every_minutes))
        return None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the list held: `whole` where it was read to its end."""

    texts: tuple[Fetched, ...]
    whole: bool


class FetchingTexts:
    """Keeps FETCH_MESSAGES: reads the carrier's own list of inbound texts, from a while back, and keeps what
    it has not seen in it before; each is then understood, unless its callback came too.
    """

    def __init__(self, gateway: SmsGateway) -> None:
        self.gateway = gateway

    def prepare(self, work: UnitOfWork, _subject: int) -> str:
        """The id in the list after which is read: that of the newest text seen in it a while ago; where the
        list was not read to its end the last time, that of the newest at all.
        """
        read_to_its_end = carrier_of(work, self.gateway.name).fetched_at
        overlap = timedelta(minutes=work.playbook.sending.fetch_overlap_minutes)
        query = select(Kept.key).where(Kept.kind == FETCHED).order_by(Kept.id.desc()).limit(1)
        newest = work.session.scalar(query.with_only_columns(Kept.received_at))
        if newest is not None and read_to_its_end is not None and newest <= read_to_its_end:
            query = query.where(Kept.received_at <= work.now - overlap)
        key = work.session.scalar(query)
        return key.partition(":")[0] if key else "0"

    def perform(self, after: str) -> Seen:
        """Reads page after page."""
        texts: list[Fetched] = []
        until = time.monotonic() + LONGEST_S
        while time.monotonic() < until:
            page = self.gateway.fetch(texts[-1].id if texts else after)
            if isinstance(page, NoAnswer):
                return Seen(tuple(texts), whole=False)
            if not page.texts:
                return Seen(tuple(texts), whole=True)
            texts.extend(page.texts)
        return Seen(tuple(texts), whole=False)

    def record(self, work: UnitOfWork, _subject: int, seen: Seen, _attempts: int) -> Later | None:
        """Keeps what is new in the list, and promises to understand it and to read the list again."""
        known = set(work.session.scalars(select(Kept.key).where(Kept.kind == FETCHED, Kept.key.in_(
            [_key(text) for text in seen.texts]))))  # fmt: skip
        fresh = {_key(text): text for text in seen.texts if _key(text) not in known}
        for key, text in fresh.items():
            self._keep(work, key, text)
        carrier = carrier_of(work, self.gateway.name)
        if seen.whole:
            # What stood in the reading before has been understood by now, and so has found its callback.
            doubt(work, carrier, carrier.fetched_at)
            carrier.fetched_at = work.now
        elif is_unheard(carrier, work.playbook.sending, work.now):
            raise_alarm(work, anew=False)
        pause = timedelta(minutes=work.playbook.sending.fetch_every_minutes)
        _again(work, Kind.FETCH_MESSAGES, pause if seen.whole or not fresh else timedelta(seconds=1))
        return None

    def _keep(self, work: UnitOfWork, key: str, text: Fetched) -> None:
        kept = Kept(
            kind=FETCHED, key=key, body=text.row, content_type="application/json", received_at=work.now
        )
        work.session.add(kept)
        work.session.flush()
        sent_at = self.gateway.read_fetched(text.row).sent_at or work.now
        due_at = max(min(sent_at + SETTLE, work.now + SETTLE), work.now)
        work.promise(Kind.READ_FETCHED, kept.id, rank=Rank.INCOMING, due_at=due_at)


def _key(text: Fetched) -> str:
    return f"{text.id}:{hashlib.sha256(text.row).hexdigest()[:16]}"


def _again(work: UnitOfWork, kind: Kind, pause: timedelta) -> None:
    """The next round of a timer; the one that is being kept now is settled by whoever called."""
    work.promise(kind, ONLY, rank=Rank.LATER, due_at=work.now + pause)


def start_timers(work: UnitOfWork, gateway: SmsGateway, now: datetime) -> None:
    """Sees to it that every timer of the line runs, and that the carrier is asked at once what was missed:
    when a process starts, and after a time in which nothing could be heard.
    """
    carrier_of(work, gateway.name)
    if gateway.lists_messages:
        tick(work.session, Kind.FETCH_MESSAGES, ONLY, now, at_once=True)
    if gateway.tells_balance:
        tick(work.session, Kind.ASK_BALANCE, ONLY, now, at_once=True)
    if work.playbook.sending.canary_every_minutes:
        tick(work.session, Kind.SEND_CANARY, ONLY, now, at_once=False)
