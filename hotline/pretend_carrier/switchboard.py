"""The switchboard: starts calls, each on its own thread, and passes on what people do at their telephones."""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from threading import Thread
from typing import Final

from hotline.pretend_carrier.call import Call, Direction
from hotline.pretend_carrier.call_run import CallRun, mid_call_teller
from hotline.pretend_carrier.callbacks import Postman
from hotline.pretend_carrier.connecting import Operator, Transfer
from hotline.pretend_carrier.exchange import Exchange
from hotline.pretend_carrier.faults import FaultBoard
from hotline.pretend_carrier.line import Line
from hotline.pretend_carrier.phones import Input, InputKind, Leg, LegState, Phone
from hotline.pretend_carrier.prompts import Prompts
from hotline.pretend_carrier.queues import Queues
from hotline.pretend_carrier.recordings import Recordings
from hotline.pretend_carrier.settings import Settings

MOST: Final = 300


class Refused(StrEnum):
    """Why something cannot be done at a telephone just now."""

    OFF = "off"
    NO_CREDIT = "no_credit"
    BUSY = "busy"
    NO_CALL = "no_call"
    NOT_RINGING = "not_ringing"
    TOO_MANY_CALLS = "too_many_calls"


class Switchboard:
    """All calls of the company, the newest first remembered."""

    def __init__(
        self,
        settings: Settings,
        exchange: Exchange,
        *,
        faults: FaultBoard,
        postman: Postman,
        prompts: Prompts,
        recordings: Recordings,
    ) -> None:
        self.queues: Final = Queues()
        self._settings = settings
        self._exchange = exchange
        self._faults = faults
        self._postman = postman
        self.prompts: Final = prompts
        self._recordings = recordings
        self._calls: deque[Call] = deque(maxlen=2 * MOST)

    def dial(self, phone: Phone, *, withheld: bool = False) -> Call | Refused:
        """The person at this telephone calls the hotline."""
        call = self._new(phone.number, Direction.INBOUND)
        call.withheld = withheld
        with self._exchange.lock:
            if refusal := self._refusal(phone):
                return refusal
            phone.leg = call.leg
            self._calls.append(call)
        self._exchange.changed("line", phone.number)
        self._start(call)
        return call

    def place(self, number: str, client_request_id: str = "") -> Call | None:
        """The hotline calls this number; None if the company carries too many calls already."""
        call = self._new(number, Direction.OUTBOUND)
        call.client_request_id = client_request_id
        with self._exchange.lock:
            if self.live_count() >= MOST:
                return None
            self._calls.append(call)
        self._start(call)
        return call

    def pass_on(self, phone: Phone, kind: InputKind, value: object = None) -> Refused | None:
        """Something was done at this telephone: a key, a word, a hang-up; or why it cannot be."""
        with self._exchange.lock:
            leg = phone.leg
            if leg is None or leg.state is LegState.OVER:
                return Refused.NO_CALL
            if kind in {InputKind.ANSWER, InputKind.REJECT} and not _may_be_answered(leg):
                return Refused.NOT_RINGING
        if kind is InputKind.HANG_UP and _may_be_answered(leg):
            kind = InputKind.REJECT
        leg.inputs.put(Input(kind, leg, value))
        return None

    def transfer(self, session: str, wish: Transfer) -> bool:
        """Transfer one leg of a talk; False without such a call or without a second leg."""
        call = self.find(session)
        if call is None or call.is_finished or "dialDestinationNumber" not in call.extra:
            return False
        call.inputs.put(Input(InputKind.TRANSFER, value=wish))
        return True

    def find(self, session: str) -> Call | None:
        """A remembered call."""
        return next((call for call in self.calls() if call.session == session), None)

    def calls(self) -> list[Call]:
        """All remembered calls, newest first."""
        with self._exchange.lock:
            return list(self._calls)[::-1]

    def live_count(self) -> int:
        """How many calls go on now."""
        return sum(not call.is_finished for call in self._calls)

    def close(self) -> None:
        """Hang up everywhere."""
        for call in self.calls():
            if not call.is_finished:
                call.inputs.put(Input(InputKind.HANG_UP, call.leg))

    def _refusal(self, phone: Phone) -> Refused | None:
        if not phone.on:
            return Refused.OFF
        if not phone.credit:
            return Refused.NO_CREDIT
        if phone.is_busy:
            return Refused.BUSY
        return Refused.TOO_MANY_CALLS if self.live_count() >= MOST else None

    def _new(self, number: str, direction: Direction) -> Call:
        url = self._settings.hook("ivr/{token}/call")
        return Call(number, self._settings.number, direction, url)

    def _start(self, call: Call) -> None:
        line = Line(self._exchange, call, self.prompts, self._settings.pace)
        tell = mid_call_teller(call, self._postman)
        ring = self._settings.ring_seconds
        operator = Operator(call, line, self._exchange, self.queues, self._recordings, ring, tell)
        run = CallRun(
            call, line, operator, self._exchange, self._faults, self._postman, self._recordings, ring
        )
        Thread(target=run.run, name=f"call-{call.session[-6:]}", daemon=True).start()


def _may_be_answered(leg: Leg) -> bool:
    return leg.incoming and leg.state is LegState.RINGING
