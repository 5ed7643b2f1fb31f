"""The lines that texts go by and come by: one carrier, one SIM, or several of both.

A single carrier is a line like any other and needs none of the rules: it is used as it is.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from hotline.carriers import Alarm
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.playbook import Priority
from hotline.lines import is_resting, is_unwatched, line_of
from hotline.models import Carrier, Incident, Kept, Line, Promise, TextMessage
from hotline.outbox import Kind, Rank
from hotline.unit_of_work import UnitOfWork
from sms.choosing import Asked, Candidate, Go, NotYet, choose
from sms.gateway import NotSent, Outcome, Refused, SmsGateway, Unknown, Wait
from sms.line_rules import LineLimits, LineRules

AGAIN: Final = timedelta(seconds=15)
"""How soon is looked again whether a line is up."""
TURN: Final = timedelta(seconds=1)
"""How long a SIM's turn is left to an alert that is due."""
HEARD_FOR: Final = timedelta(days=30)
FULL_FOR: Final = timedelta(minutes=10)
"""How soon is looked again whether a SIM that reached a limit has room."""
KINDS_OF_MODEMS: Final = "modem."
STOPPING: Final = frozenset({Alarm.SILENT, Alarm.NO_NETWORK, Alarm.NO_CREDIT})
"""Problems of a modem under which it is not asked."""
_LEFT: Final = (TextState.QUEUED, TextState.NOT_SENT, TextState.WITHHELD)


class TextLines:
    """All lines of this hotline by name, the preferred one first. `rules` are the playbook's, needed where
    there is more than a carrier; `modems` are the names of those that are SIMs.
    """

    def __init__(
        self, gateways: Sequence[SmsGateway], rules: LineRules | None = None, modems: Sequence[str] = ()
    ) -> None:
        self.gateways: Mapping[str, SmsGateway] = {gateway.name: gateway for gateway in gateways}
        self.rules = rules
        self.modems = tuple(modems)

    @property
    def first(self) -> SmsGateway:
        """The preferred one."""
        return next(iter(self.gateways.values()))

    @property
    def carrier(self) -> SmsGateway | None:
        """The one that is no SIM; None where there is none."""
        return next((line for name, line in self.gateways.items() if name not in self.modems), None)

    @property
    def called(self) -> SmsGateway:
        """The one that callbacks over HTTP belong to."""
        return self.carrier or self.first

    @property
    def give_receipts(self) -> bool:
        """Whether every line tells what became of a text: silence means something only then."""
        return all(line.gives_receipts for line in self.gateways.values())

    def heard(self, kept: Kept) -> SmsGateway:
        """The line that a kept callback came by: the carrier, or the modem that it names. One of a modem that
        is gone is read by another.
        """
        if kept.kind.startswith(KINDS_OF_MODEMS):
            named = json.loads(kept.body)["line"]
            return self.gateways[named] if named in self.gateways else self.gateways[self.modems[0]]
        return self.called

    def choose(self, work: UnitOfWork, text: TextMessage) -> SmsGateway | NotYet:
        """The line for this text, and its turn on it; or until when it waits."""
        if self.rules is None or text.purpose == Purpose.CHECK:
            return self.called
        lines = {name: line_of(work, name) for name in sorted(self.gateways)}  # locked in one order for all
        candidates = [self._candidate(work, text, lines[name], self.rules.limits) for name in self.gateways]
        rule = self.rules.choice_for(text.purpose)
        chosen = choose(candidates, self._asked(work, text, self.rules), rule, work.now, work.now + AGAIN)
        if isinstance(chosen, Go) and not lines[chosen.line].network:
            return self.gateways[chosen.line]
        if isinstance(chosen, Go) and text.purpose != Purpose.DISPATCH and _alert_waits(work):
            return NotYet(work.now + TURN, "lets an alert go first")
        if isinstance(chosen, Go):
            lines[chosen.line].free_at = work.now + self._pace(text.parts)
            return self.gateways[chosen.line]
        if text.purpose == Purpose.DISPATCH:
            return chosen
        return NotYet(chosen.until + self._queue(work, text), chosen.reason)

    def settle(self, work: UnitOfWork, name: str, outcome: Outcome) -> None:
        """Notes how it went: a line that fails again and again is left alone for a while."""
        if self.rules is None:
            return
        line = line_of(work, name)
        match outcome:
            case NotSent() | Unknown() | Refused(wait=Wait.CONFIGURATION | Wait.MONEY | Wait.LATER):
                line.failures += 1
            case Refused():
                line.failures = 0
            case _:
                line.failures, line.down_until, line.sent_at = 0, None, work.now
        if line.failures >= self.rules.limits.failures_until_down:
            line.down_until = work.now + timedelta(minutes=self.rules.limits.down_minutes)

    def _pace(self, parts: int) -> timedelta:
        seconds = self.rules.limits.seconds_between_texts if self.rules else 0
        return timedelta(seconds=seconds * max(parts, 1))

    def _queue(self, work: UnitOfWork, text: TextMessage) -> timedelta:
        """The turns of those who wait before it, so that a crowd does not come back at one moment."""
        ahead = select(func.count()).where(
            Promise.kind == Kind.SEND_TEXT, Promise.settled_at.is_(None), Promise.subject_id < text.id,
            Promise.due_at <= work.now + AGAIN,
        )  # fmt: skip
        return self._pace(1) * min(work.session.scalar(ahead) or 0, 60) / len(self.gateways)

    @staticmethod
    def _candidate(work: UnitOfWork, text: TextMessage, line: Line, limits: LineLimits) -> Candidate:
        up = not _is_unwell(line, work.now) and not _is_held(work, line.name, text)
        resting = is_resting(line, work.now)
        full_until = _full_until(work, text, line, limits) if line.network and up else None
        return Candidate(line.name, line.network, up, resting, line.free_at, full_until)

    def _asked(self, work: UnitOfWork, text: TextMessage, rules: LineRules) -> Asked:
        network = rules.network_of(text.number)
        heard = (
            select(TextMessage.carrier)
            .where(
                TextMessage.inbound, TextMessage.number == text.number, TextMessage.at > work.now - HEARD_FOR,
                TextMessage.carrier.in_(self.gateways),
            )
            .order_by(TextMessage.id.desc())
            .limit(1)
        )  # fmt: skip
        return Asked(
            network=network.code if network else "",
            heard_on=work.session.scalar(heard),
            failed_on=text.carrier or None,
            own_until=text.at + timedelta(minutes=rules.limits.own_line_minutes),
        )


def _full_until(work: UnitOfWork, text: TextMessage, line: Line, limits: LineLimits) -> datetime | None:
    """When to look again whether the SIM has room; None where it has, as for an alert it always has."""
    if text.purpose == Purpose.DISPATCH:
        return None
    day, hour = work.now - timedelta(days=1), work.now - timedelta(hours=1)
    sent = (
        TextMessage.carrier == line.name, TextMessage.inbound.is_(False), TextMessage.state.not_in(_LEFT),
        TextMessage.sent_at > day,
    )  # fmt: skip
    parts = work.session.scalar(select(func.sum(TextMessage.parts)).where(*sent)) or 0
    alike = select(func.count()).where(*sent, TextMessage.sent_at > hour, TextMessage.words == text.words)
    same = work.session.scalar(alike) or 0
    full = parts >= limits.texts_per_day or same >= limits.same_words_per_hour
    return work.now + FULL_FOR if full else None


def by_line(
    lines: TextLines, read: Callable[[UnitOfWork, int, SmsGateway], None]
) -> Callable[[UnitOfWork, int], None]:
    """Has `read` act on a kept callback with the line that it came by."""

    def keep(work: UnitOfWork, kept_id: int) -> None:
        read(work, kept_id, lines.heard(work.session.get_one(Kept, kept_id)))

    return keep


def _is_unwell(line: Line, now: datetime) -> bool:
    """Whether the watch of modems says that nothing can go out by it, or says nothing any more."""
    return is_unwatched(line, now) or any(word in STOPPING for word in line.problem.split())


def _is_held(work: UnitOfWork, name: str, text: TextMessage) -> bool:
    """Whether it took no texts for want of money or settings, and it is not yet time to try again; or what
    is left on its account is kept for alerts and emergencies, and this text is neither.
    """
    known = work.session.get(Carrier, name)
    if known is None:
        return False
    if known.held_for is not None and known.try_at is not None:
        return known.try_at > work.now
    low = known.balance is not None and known.balance <= work.playbook.sending.reserve
    return low and not _is_urgent(work, text)


def _is_urgent(work: UnitOfWork, text: TextMessage) -> bool:
    """Whether it is an alert, or about an emergency."""
    if text.purpose == Purpose.DISPATCH:
        return True
    incident = work.session.get(Incident, text.incident_id) if text.incident_id is not None else None
    return incident is not None and incident.priority is Priority.DARURAT


def _alert_waits(work: UnitOfWork) -> bool:
    """Whether an alert to a unit is due and has no turn yet; also one that a sender has in hand."""
    query = (
        select(Promise.id)
        .join(TextMessage, TextMessage.id == Promise.subject_id)
        .where(
            Promise.kind == Kind.SEND_TEXT, Promise.settled_at.is_(None), Promise.rank == Rank.DISPATCH,
            Promise.due_at <= work.now, TextMessage.state.in_((TextState.QUEUED, TextState.NOT_SENT)),
        )
    )  # fmt: skip
    return work.session.scalar(query.limit(1)) is not None
