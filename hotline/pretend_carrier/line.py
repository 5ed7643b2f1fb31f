"""The line of one call: what the person hears, and what the person does, in the order it was done."""

from __future__ import annotations

from collections import deque
from queue import Empty
from time import monotonic
from typing import Final

from hotline.pretend_carrier.call import Call, CallOverError, Cause
from hotline.pretend_carrier.exchange import Exchange
from hotline.pretend_carrier.phones import Asking, Heard, Input, InputKind, Leg, LegState
from hotline.pretend_carrier.prompts import PromptError, Prompts
from hotline.pretend_carrier.script import Play, Prompt, Say
from hotline.pretend_carrier.tone import seconds_of

LETTERS_PER_SECOND: Final = 14
FOREVER: Final = 24 * 3600.0


class Line:
    """Speaks to a call's own leg and takes its inputs. What comes too early waits its turn."""

    def __init__(self, exchange: Exchange, call: Call, prompts: Prompts, pace: float) -> None:
        self._exchange = exchange
        self._call = call
        self._prompts = prompts
        self._pace = pace
        self._pending: deque[Input] = deque()

    def hear(self, prompt: Prompt, *, until_key: bool = False) -> None:
        """Let the person hear a prompt to its end or, `until_key`, to the first key; a hang-up raises."""
        deadline = monotonic() + self._sound(prompt) * self._pace
        stops = {InputKind.KEY, InputKind.SILENCE} if until_key else set[InputKind]()
        self._pump_all()
        while (left := deadline - monotonic()) > 0 and not self._has(stops):
            entry = self._pump(left)
            if entry and entry.kind is InputKind.SKIP:
                return

    def note(self, words: str, kind: str = "note") -> None:
        """Write on the screen what cannot be heard."""
        self._add(Heard(kind, words))

    def ask(self, asking: Asking | None) -> None:
        """Show what the line waits for now, or nothing any more."""
        with self._exchange.lock:
            self._call.leg.asking, self._call.leg.keys = asking, ""
        self._exchange.changed("line", self._call.number)

    def show_keys(self, keys: str) -> None:
        """Show the keys collected so far."""
        self._call.leg.keys = keys
        self._exchange.changed("line", self._call.number)

    def take(self, kinds: frozenset[InputKind], seconds: float = FOREVER) -> Input | None:
        """The first input of these kinds, or None after `seconds`; the own hang-up raises."""
        deadline = monotonic() + seconds
        while (entry := self._first(kinds)) is None:
            left = deadline - monotonic()
            if left <= 0:
                return None
            self._pump(left)
        return entry

    def connect(self, leg: Leg, peer: str = "") -> None:
        """A telephone is picked up."""
        with self._exchange.lock:
            leg.state, leg.peer = LegState.CONNECTED, peer or leg.peer
        self._exchange.changed("line", leg.number)

    def release(self, leg: Leg, why: str) -> None:
        """A telephone is out of the call; `why` is shown on it."""
        with self._exchange.lock:
            if leg.state is LegState.OVER:
                return
            leg.state, leg.ended, leg.asking = LegState.OVER, why, None
        self._exchange.changed("line", leg.number)

    def _sound(self, prompt: Prompt) -> float:
        match prompt:
            case Say(words=words, beep=beep):
                self._add(Heard("say", words))
                if beep:
                    self.note("bip", "beep")
                return len(words) / LETTERS_PER_SECOND
            case Play(url=url):
                return self._play(url)

    def _play(self, url: str) -> float:
        try:
            sound = self._prompts.fetch(url)
        except PromptError as missing:
            self.note(f"{missing}: {url.rsplit('/', 1)[-1]}")
            return 0.0
        self._add(Heard("play", sound.words, f"/phones/audio/{sound.name}"))
        return seconds_of(sound.content)

    def _add(self, heard: Heard) -> None:
        leg = self._call.leg
        with self._exchange.lock:
            leg.heard.append(heard)
            leg.heard_count += 1
            self._call.steps.append(f"{heard.kind} {heard.words}")
        self._exchange.changed("line", leg.number)

    def _has(self, kinds: set[InputKind]) -> bool:
        return any(entry.kind in kinds for entry in self._pending)

    def _first(self, kinds: frozenset[InputKind]) -> Input | None:
        for entry in self._pending:
            if entry.kind in kinds:
                self._pending.remove(entry)
                return entry
        return None

    def _pump_all(self) -> None:
        while self._pump(0):
            pass

    def _pump(self, seconds: float) -> Input | None:
        try:
            entry = self._call.inputs.get(timeout=seconds) if seconds > 0 else self._call.inputs.get_nowait()
        except Empty:
            return None
        if entry.leg is self._call.leg and entry.kind in {InputKind.HANG_UP, InputKind.REJECT}:
            self._end(entry.kind)
        if entry.kind is not InputKind.SKIP:
            self._pending.append(entry)
        return entry

    def _end(self, kind: InputKind) -> None:
        raise CallOverError(Cause.CALL_REJECTED if kind is InputKind.REJECT else Cause.NORMAL_CLEARING)
