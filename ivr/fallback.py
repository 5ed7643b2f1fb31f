"""The line without a database: the menu goes on, since its state is in the URL; the callbacks wait in the
spool.

The caller hears that the report is kept, and no number, since none can be given. When the database is back,
the spooled callbacks are walked again in order, and the reports are filed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivr.gateway import CallEvent
from ivr.hearing import At, heard
from ivr.line import VoiceLine
from ivr.line_prompts import LINE_DOWN
from ivr.menu_events import Event, Filed, FileReport, FindOfficer, LookedUp, LookUp, Nobody, Wait
from ivr.menu_step import step
from ivr.speech import HangUp, Play

KIND: Final = "ivr.call"
PIN: Final = "unit-pin-"
"""The step at which a unit keys in its PIN, which is written nowhere, the spool included."""
OTHERS: Final = ("unit-", "dispatch-", "desk-", "bridge-")
"""Steps of those who are no callers: without the database they can be told nothing but that."""


def answer_without_database(line: VoiceLine, at: At, event: CallEvent) -> bytes:
    """The body that answers the callback, from the menu alone."""
    if not event.active or event.says_bridged:
        return line.render((HangUp(),) if not event.active else ())
    if at.segment.startswith(OTHERS):
        return line.render((Play(LINE_DOWN), HangUp()))
    turn = step(line.menu, at.progress, heard(line.menu, at, event))
    while not turn.speech and (answers := [found for effect in turn.effects if (found := _told(effect))]):
        turn = step(line.menu, turn.progress, answers[0])
    return line.render(turn.speech)


def _told(effect: object) -> Event | None:
    match effect:
        case FileReport():
            return Filed(None, texted=False)
        case LookUp(number):
            return LookedUp(number, None)
        case Wait() | FindOfficer():
            return Nobody()
    return None


@dataclass(frozen=True, slots=True)
class Spooled:
    """A callback with the step it came in at, as bytes that the spool keeps."""

    at: At
    form: Mapping[str, str]

    @classmethod
    def of(cls, at: At, form: Mapping[str, str]) -> "Spooled":
        """What is kept of a callback: all of it but a PIN."""
        secret = {"dtmfDigits"} if at.segment.startswith(PIN) else set()
        return cls(at, {name: value for name, value in form.items() if name not in secret})

    def to_bytes(self) -> bytes:
        """As kept."""
        return json.dumps([self.at.segment, self.at.silent, dict(self.form)]).encode()

    @property
    def key(self) -> str:
        """The same callback at the same step has the same key."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, body: bytes) -> "Spooled":
        """Back from the spool."""
        segment, silent, form = json.loads(body)
        return cls(At(segment, silent), form)
