"""Dial, Enqueue, Dequeue and transfer: bringing a third telephone into a call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from hotline.pretend_carrier.call import Call, CallOverError, Cause, stamp
from hotline.pretend_carrier.exchange import Exchange
from hotline.pretend_carrier.line import FOREVER, Line
from hotline.pretend_carrier.phones import Input, InputKind, Leg, LegState
from hotline.pretend_carrier.queues import Queues
from hotline.pretend_carrier.recordings import Recordings
from hotline.pretend_carrier.script import Action, Dequeue, Dial, Enqueue, Play
from hotline.pretend_carrier.texts import now
from hotline.pretend_carrier.tone import join

RINGING: Final = frozenset({InputKind.ANSWER, InputKind.REJECT})
TALKING: Final = frozenset({InputKind.HANG_UP, InputKind.TRANSFER, InputKind.SPEECH})
Tell = Callable[[dict[str, str]], tuple[Action, ...]]


@dataclass(frozen=True, slots=True)
class Transfer:
    """Connect one leg of a talk (caller or callee) with another telephone; the other leg is released."""

    number: str
    leg: str


class TalkCutError(Exception):
    """The hotline answered the notice in the middle of a talk with actions, which cuts the talk."""

    def __init__(self, actions: tuple[Action, ...]) -> None:
        super().__init__("the talk was cut")
        self.actions = actions


@dataclass(frozen=True, slots=True)
class Operator:
    """Connects one call with other telephones; `tell` posts the extra callback in the middle of a call."""

    call: Call
    line: Line
    exchange: Exchange
    queues: Queues
    recordings: Recordings
    ring_seconds: float
    tell: Tell

    def dial(self, action: Dial) -> None:
        """Ring; returns if nobody answered; a talk ends in CallOverError."""
        groups = [(number,) for number in action.numbers] if action.sequential else [action.numbers]
        for group in groups:
            leg = self._ring(group, action.caller_id or self.call.number)
            if leg:
                self._talk(leg, action)
        self.line.note("tidak ada yang menjawab")

    def enqueue(self, action: Enqueue) -> None:
        """Wait until somebody takes this call; raises CallOverError when that talk or the waiting ends."""
        began, spot = now(), self.queues.join(self.call, action.name)
        self.line.note(f"menunggu di antrean {action.name or 'utama'}")
        agent: Call | None = None
        try:
            if action.hold_music:
                self.line.hear(Play(action.hold_music), until_key=True)
            entry = self.line.take(frozenset({InputKind.DEQUEUED}))
            agent = entry.value if entry else None
            if agent:
                self._taken(agent, round((now() - began).total_seconds()))
        finally:
            self.queues.leave(spot)
            if agent:
                agent.inputs.put(Input(InputKind.FREED))
        raise CallOverError(Cause.NORMAL_CLEARING)

    def dequeue(self, action: Dequeue) -> None:
        """Take the head of a queue; always ends in CallOverError, at once if nobody waits."""
        waiting = self.queues.next(action.number, action.name, self.call)
        if waiting is None:
            self.line.note("antrean kosong")
            raise CallOverError(Cause.NORMAL_CLEARING)
        self.line.note(f"tersambung dengan {waiting.number}")
        try:
            self.line.take(frozenset({InputKind.FREED}))
        finally:
            waiting.inputs.put(Input(InputKind.FREED))
        raise CallOverError(Cause.NORMAL_CLEARING)

    def _taken(self, agent: Call, waited: int) -> None:
        self.line.note(f"tersambung dengan {agent.number}")
        fields = {
            "dequeuedToPhoneNumber": agent.number,
            "dequeuedToSessionId": agent.session,
            "queueDurationInSeconds": str(waited),
            "dequeueTime": stamp(now()),
        }
        self.call.extra |= fields
        self.tell(fields)
        self.line.take(frozenset({InputKind.FREED}))

    def _ring(self, numbers: Iterable[str], shown: str) -> Leg | None:
        legs = [leg for number in numbers if (leg := self._free_leg(number, shown))]
        deadline = monotonic() + self.ring_seconds
        answered: Leg | None = None
        try:
            while answered is None and any(leg.state is LegState.RINGING for leg in legs):
                entry = self.line.take(RINGING, deadline - monotonic())
                if entry is None:
                    return None
                answered = self._picked_up(entry, legs)
            return answered
        finally:
            for leg in legs:
                if leg is not answered:
                    self.line.release(leg, "panggilan tak terjawab")

    def _picked_up(self, entry: Input, legs: list[Leg]) -> Leg | None:
        leg = next((leg for leg in legs if leg is entry.leg), None)
        if leg and entry.kind is InputKind.ANSWER:
            self.line.connect(leg)
            return leg
        if leg:
            self.line.release(leg, "ditolak")
        return None

    def _free_leg(self, number: str, shown: str) -> Leg | None:
        with self.exchange.lock:
            phone = self.exchange.phone(number)
            if phone is None or not phone.on or phone.is_busy:
                return None
            leg = phone.leg = Leg(self.call.session, number, shown, True, self.call.inputs)
        self.line.note(f"memanggil {number}")
        self.exchange.changed("line", number)
        return leg

    def _talk(self, leg: Leg, action: Dial) -> None:
        began = now()
        fields = {"dialDestinationNumber": leg.number, "dialStartTime": stamp(began)}
        self.line.note(f"tersambung dengan {leg.number}")
        parties, takes = [self.call.leg, leg], list[bytes]()
        self.call.extra |= fields
        try:
            if actions := self.tell(fields):
                self.line.note("jawaban di tengah sambungan tidak kosong: sambungan diputus")
                raise TalkCutError(actions)
            self._bridge(parties, action.max_duration or FOREVER, takes)
        finally:
            self._part(parties)
            lasted = round((now() - began).total_seconds())
            self.call.extra["dialDurationInSeconds"] = str(lasted)
            if action.record:
                self.call.recording_url = self.recordings.keep(join(takes)) if takes else ""
        raise CallOverError(Cause.NORMAL_CLEARING)

    def _bridge(self, parties: list[Leg], seconds: float, takes: list[bytes]) -> None:
        deadline = monotonic() + seconds
        while entry := self.line.take(TALKING, deadline - monotonic()):
            match entry.kind:
                case InputKind.HANG_UP if entry.leg in parties:
                    return
                case InputKind.SPEECH:
                    takes.append(entry.value)
                case InputKind.TRANSFER:
                    self._transfer(parties, entry.value)

    def _transfer(self, parties: list[Leg], wish: Transfer) -> None:
        leaves, stays = parties if wish.leg == "callee" else parties[::-1]
        fresh = self._ring((wish.number,), stays.number)
        if fresh:
            self.line.release(leaves, "dialihkan")
            self.line.note(f"dialihkan ke {wish.number}")
            parties[:] = [stays, fresh]

    def _part(self, parties: list[Leg]) -> None:
        for leg in parties:
            if leg is not self.call.leg:
                self.line.release(leg, "selesai")
