"""Runs one call from ringing to its last callback, doing what the hotline's XML says."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

import requests

from hotline.pretend_carrier.asking import Goto, get_digits, record
from hotline.pretend_carrier.call import Call, CallOverError, Cause, Direction, final_form, step_form
from hotline.pretend_carrier.callbacks import NotLoopbackError, Postman
from hotline.pretend_carrier.connecting import Operator, TalkCutError, Tell
from hotline.pretend_carrier.exchange import Exchange
from hotline.pretend_carrier.faults import FaultBoard
from hotline.pretend_carrier.line import Line
from hotline.pretend_carrier.phones import InputKind
from hotline.pretend_carrier.recordings import Recordings
from hotline.pretend_carrier.script import (
    Action,
    Dequeue,
    Dial,
    Enqueue,
    GetDigits,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    ScriptError,
    Unknown,
    read_script,
)
from hotline.pretend_carrier.texts import now

log = logging.getLogger(__name__)
TRIES: Final = 2
PICKED_UP: Final = frozenset({InputKind.ANSWER})
STEP: Final = frozenset({"step_twice"})
FINAL: Final = frozenset({"final_twice", "final_never"})

ENDINGS: Final[dict[Cause, str]] = {
    Cause.NORMAL_CLEARING: "panggilan selesai",
    Cause.CALL_REJECTED: "panggilan ditolak",
    Cause.NORMAL_TEMPORARY_FAILURE: "tidak tersambung",
    Cause.NO_ANSWER: "tidak dijawab",
    Cause.USER_BUSY: "sedang sibuk",
    Cause.SUBSCRIBER_ABSENT: "di luar jangkauan",
}


@dataclass(frozen=True, slots=True)
class CallRun:
    """One call, its line, and what the company needs to carry it."""

    call: Call
    line: Line
    operator: Operator
    exchange: Exchange
    faults: FaultBoard
    postman: Postman
    recordings: Recordings
    ring_seconds: float

    def run(self) -> None:
        """Everything from the first ring to the last callback; returns when the call is over."""
        cause = Cause.NORMAL_CLEARING
        try:
            self._begin()
            self._follow()
        except CallOverError as over:
            cause = over.cause
        except Exception:
            log.exception("the call %s failed", self.call.session)
            cause = Cause.SERVICE_UNAVAILABLE
        finally:
            self._finish(cause)

    def _begin(self) -> None:
        if self.call.direction is Direction.OUTBOUND:
            self._ring()
        self.call.began = now()
        if self.call.direction is Direction.OUTBOUND:
            self._pick_up()

    def _ring(self) -> None:
        phone = self.exchange.phone(self.call.number)
        if phone is None:
            raise CallOverError(Cause.UNALLOCATED_NUMBER)
        with self.exchange.lock:
            if not phone.on:
                raise CallOverError(Cause.SUBSCRIBER_ABSENT)
            if phone.is_busy:
                raise CallOverError(Cause.USER_BUSY)
            phone.leg = self.call.leg
        self.exchange.changed("line", phone.number)
        if self.line.take(PICKED_UP, self.ring_seconds) is None:
            raise CallOverError(Cause.NO_ANSWER)

    def _follow(self) -> None:
        actions: tuple[Action, ...] | None = self._ask(Goto(self.call.default_url, {}))
        while actions is not None:
            try:
                actions = self._perform(actions)
            except TalkCutError as interrupted:
                actions = interrupted.actions

    def _perform(self, actions: tuple[Action, ...]) -> tuple[Action, ...] | None:
        """The next list of actions, or None when this one has come to its end."""
        for action in actions:
            self._log(type(action).__name__)
            if goto := self._do(action):
                return self._ask(goto)
        return None

    def _do(self, action: Action) -> Goto | None:
        """Do one action; a Goto when the hotline is to be asked what comes next."""
        if not isinstance(action, Reject | Redirect | Unknown):
            self._pick_up()
        match action:
            case Redirect(url=url):
                self.call.default_url = self.call.last_url = url
                return Goto(url, {})
            case GetDigits():
                return get_digits(self.call, self.line, action)
            case Record():
                return record(self.call, self.line, self.recordings, action)
        self._carry_out(action)
        return None

    def _carry_out(self, action: Action) -> None:
        match action:
            case Say() | Play():
                self.line.hear(action)
            case Dial():
                self.operator.dial(action)
            case Enqueue():
                self.operator.enqueue(action)
            case Dequeue():
                self.operator.dequeue(action)
            case Reject():
                self._reject()
            case Unknown(what=what):
                self.line.note(f"tidak dikenal, dilewati: {what}")

    def _reject(self) -> None:
        if not self.call.is_answered:
            raise CallOverError(Cause.CALL_REJECTED)
        self.line.note("Reject sesudah dijawab, dilewati")

    def _pick_up(self) -> None:
        if not self.call.is_answered:
            self.call.is_answered = True
            self.line.connect(self.call.leg)

    def _ask(self, goto: Goto) -> tuple[Action, ...]:
        """What the hotline answers to a callback; asked again if it answers badly, then the call is lost."""
        form = step_form(self.call) | goto.fields
        self.call.is_asked = True
        why = ""
        for _ in range(TRIES):
            try:
                return self._answer(goto.url, form)
            except (requests.RequestException, NotLoopbackError, ScriptError) as error:
                why = f"{type(error).__name__}: {error}"[:160]
        self._log(f"failed {why}")
        log.warning("the hotline gave no usable answer: %s", why)
        self.line.note("tidak tersambung: hotline tidak menjawab dengan benar")
        raise CallOverError(Cause.NORMAL_TEMPORARY_FAILURE)

    def _answer(self, url: str, form: dict[str, str]) -> tuple[Action, ...]:
        answer = self.postman.post_voice(url, form)
        self._log(f"post {answer.status_code}")
        if self.faults.take("voice", self.call.number, among=STEP):
            self.postman.post_voice(url, form)
        if not 200 <= answer.status_code < 300:
            raise ScriptError(f"answered {answer.status_code}")
        return read_script(answer.content)

    def _finish(self, cause: Cause) -> None:
        self.call.cause = cause
        self.line.release(self.call.leg, ENDINGS.get(cause, "panggilan gagal"))
        form = final_form(self.call, now())
        fault = self.faults.take("voice", self.call.number, among=FINAL)
        times = {"final_twice": 2, "final_never": 0}.get(fault or "", 1)
        for _ in range(times):
            self.postman.post_voice_final(self.call.last_url, form)
        self.call.is_finished = True
        self._log(f"over {cause.value}")
        self.exchange.changed("call", self.call.number)

    def _log(self, step: str) -> None:
        with self.exchange.lock:
            self.call.steps.append(step)


def mid_call_teller(call: Call, postman: Postman) -> Tell:
    """How the operator tells the hotline that a third telephone was connected."""

    def tell(fields: dict[str, str]) -> tuple[Action, ...]:
        try:
            return read_script(postman.post_voice(call.last_url, step_form(call) | fields).content)
        except (requests.RequestException, NotLoopbackError, ScriptError):
            return ()

    return tell
