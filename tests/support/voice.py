"""The voice line in one process, and the telephones at its other end: all real but the carrier, which is
written here as callbacks and a list of calls that we asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from hotline.carrier_http import CarrierHttp
from hotline.domain.calls import CallState
from hotline.domain.limits import Voice
from hotline.models import Call, Operator, Task, Unit
from hotline.outbox import Kind
from hotline.runtime import Runtime
from hotline.words_in_force import WordsInForce
from ivr.africastalking import AfricasTalkingVoice
from ivr.answering import answer, close_silent
from ivr.current_sounds import CurrentSounds
from ivr.dialling import Dialling
from ivr.fallback import answer_without_database
from ivr.gateway import Accepted, CallOutcome
from ivr.hearing import At
from ivr.line import VoiceLine
from ivr.menu_reader import menu_of
from ivr.recordings import forget_recording
from ivr.sounds import read_clips
from ivr.webhooks import read_call
from tests.support.desk import GUARD, Desk, keepers_of
from workers.drain import Drain
from workers.keepers import Keepers

OURS: Final = "+628117435000"
DESK_PHONE: Final = "+6281200000099"


@dataclass
class Gateway(AfricasTalkingVoice):
    """Africa's Talking's words, over a carrier that is a list."""

    placed: list[tuple[str, str]] = field(default_factory=list)
    outcomes: list[CallOutcome] = field(default_factory=list)

    def __init__(self) -> None:
        super().__init__(
            username="demo", api_key="key", number=OURS, region="ID", voice_url="http://127.0.0.1:1",
            http=CarrierHttp(1, 1, 1),
        )  # fmt: skip
        self.placed, self.outcomes = [], []

    def place_call(self, to: str, request_id: str) -> CallOutcome:
        """Writes it down; accepted unless a test has put another outcome first."""
        self.placed.append((to, request_id))
        return self.outcomes.pop(0) if self.outcomes else Accepted(f"session-{request_id}")


@cache
def _clips(folder: str) -> dict[str, bytes]:
    return read_clips(Path(folder) / "prompts")


class Exchange:
    """The line and its desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.gateway = Gateway()
        self.line = self._line(desk.runtime)
        texts = keepers_of(desk.gateway, desk.readers)
        inside = {
            **texts.inside,
            Kind.CLOSE_SILENT_CALL: lambda work, row: close_silent(work, row, self.line),
            Kind.FORGET_RECORDING: forget_recording,
            Kind.READ_CALL: lambda work, row: read_call(work, row, self.line),
        }
        outside = {**texts.outside, Kind.PLACE_CALL: Dialling(self.gateway)}
        self.drain = Drain(desk.runtime, Keepers(inside, outside))
        self._sessions = count(1)

    def _line(self, runtime: Runtime) -> VoiceLine:
        folder = runtime.playbook.folder
        return VoiceLine(
            runtime, self.gateway, menu_of(runtime.playbook), CurrentSounds(runtime, _clips(folder))
        )

    def close(self) -> None:
        """Ends its threads."""
        self.drain.close()

    def with_voice(self, **changes: Any) -> None:
        """Another programme: the same playbook with other figures of the line."""
        voice: Voice = replace(self.desk.runtime.playbook.voice, **changes)
        playbook = replace(self.desk.runtime.playbook, voice=voice)
        self.desk.runtime = replace(self.desk.runtime, words=WordsInForce(playbook))
        self.line = self._line(self.desk.runtime)
        self.drain.runtime = self.desk.runtime

    def dial(self, number: str = "+6281200000001") -> "Telephone":
        """Somebody calls us."""
        return Telephone(self, number, f"ATVId_{next(self._sessions)}").ring()

    def settle(self) -> None:
        """Keeps every promise that is due now, but for deliveries that need somebody outside."""
        self.drain.until_idle()

    def answered(self, number: str, *, with_mark: bool = True) -> "Telephone":
        """The telephone that we rang last with this number is picked up."""
        self.settle()
        request_id = next(mark for to, mark in reversed(self.gateway.placed) if to == number)
        phone = Telephone(self, number, f"session-{request_id}", direction="Outbound")
        phone.mark = request_id if with_mark else ""
        return phone.ring()

    def calls(self) -> list[Call]:
        """All of them, oldest first."""
        return self.rows(Call)

    def owed(self) -> list[Task]:
        """Calls that somebody still owes."""
        return [task for task in self.rows(Task) if task.done_at is None]

    def rows(self, kind: type[Any]) -> list[Any]:
        """All rows of a table."""
        with self.desk.runtime.reading() as session:
            return list(session.scalars(select(kind).order_by(*kind.__mapper__.primary_key)))

    def at_the_desk(self, number: str = DESK_PHONE) -> None:
        """The operator says where he can be rung."""
        with self.desk.work() as work:
            work.session.get_one(Operator, 1).telephone = number

    def unit(self, number: str = GUARD) -> Unit:
        """A unit by its telephone."""
        found: Unit = next(unit for unit in self.rows(Unit) if unit.number == number)
        return found


@dataclass
class Telephone:
    """One call, as the carrier runs it: what was answered last, and what happens next."""

    exchange: Exchange
    number: str
    session: str
    direction: str = "Inbound"
    mark: str = ""
    url: str = ""
    heard: list[str] = field(default_factory=list)
    actions: list[ET.Element] = field(default_factory=list)
    body: bytes = b""
    sent: list[tuple[At, dict[str, str]]] = field(default_factory=list)

    def ring(self) -> "Telephone":
        """The first callback."""
        return self._post("", {})

    def press(self, keys: str) -> "Telephone":
        """Keys at the question that was asked; the finish key is part of them."""
        return self._post(self._then(), {"dtmfDigits": keys})

    def silent(self) -> "Telephone":
        """No key: the list falls through to its redirect."""
        (redirect,) = [action for action in self.actions if action.tag == "Redirect"]
        return self._post(redirect.text or "", {})

    def record(self, url: str = "https://voice.example/rec/1.mp3") -> "Telephone":
        """Words after the tone."""
        return self._post(self._then(), {"recordingUrl": url})

    def joined(self, **fields: str) -> "Telephone":
        """The carrier tells that the other party picked up, at the last address in force."""
        return self._post(self.url, fields or {"dialDestinationNumber": "+6281300000099"})

    def hang_up(self, seconds: int = 12, **fields: str) -> "Telephone":
        """The final callback."""
        ended = {"durationInSeconds": str(seconds), "hangupCause": "NORMAL_CLEARING", **fields}
        return self._post(self.url, ended, active=False)

    def again(self, which: int = -1) -> bytes:
        """The same callback once more; its answer."""
        return self.exchange_answer(*self.sent[which])

    def exchange_answer(self, at: At, form: dict[str, str]) -> bytes:
        """What the line answers to this callback."""
        line = self.exchange.line
        with line.runtime.work() as work:
            return answer(work, line, at, line.gateway.read_event(form))

    def without_database(self, at: At, form: dict[str, str]) -> bytes:
        """What the line answers while the database is down."""
        line = self.exchange.line
        return answer_without_database(line, at, line.gateway.read_event(form))

    @property
    def says(self) -> str:
        """The clips of the last answer, joined by spaces."""
        return " ".join(_clips_in(self.actions))

    @property
    def tags(self) -> list[str]:
        """The elements of the last answer."""
        return [action.tag for action in self.actions]

    @property
    def call(self) -> Call:
        """Its row."""
        return next(call for call in self.exchange.calls() if call.session == self.session)

    def is_(self, state: CallState) -> bool:
        """Whether it is that far by now."""
        return self.call.state is state

    def _then(self) -> str:
        (asked,) = [action for action in self.actions if action.tag in ("GetDigits", "Record")]
        return asked.attrib["callbackUrl"]

    def _post(self, url: str, fields: dict[str, str], *, active: bool = True) -> "Telephone":
        self.url = url
        at = at_of(url)
        form = {
            "sessionId": self.session, "callerNumber": self.number, "destinationNumber": OURS,
            "direction": self.direction, "isActive": "1" if active else "0", **fields,
        }  # fmt: skip
        if self.mark:
            form["clientRequestId"] = self.mark
        self.sent.append((at, form))
        self.body = self.exchange_answer(at, form)
        self.actions = list(ET.fromstring(self.body))  # noqa: S314  our own words
        asked = [action.attrib["callbackUrl"] for action in self.actions if "callbackUrl" in action.attrib]
        self.url = asked[0] if asked else url
        self.heard.append(self.says)
        return self


def at_of(url: str) -> At:
    """The step behind one of our addresses."""
    parts = urlsplit(url).path.split("/")
    if "step" not in parts:
        return At()
    place = parts.index("step")
    return At(parts[place + 1], silent=parts[-1] == "silent")


def _clips_in(actions: Sequence[ET.Element]) -> Iterator[str]:
    for action in actions:
        for played in (action, *action):
            url = played.attrib.get("url") or played.attrib.get("holdMusic")
            if url:
                yield from url.rsplit("/", 1)[-1].removesuffix(".wav").split(".")


@pytest.fixture
def exchange(desk: Desk) -> Iterator[Exchange]:
    """The line on SQLite."""
    found = Exchange(desk)
    yield found
    found.close()


@pytest.fixture
def any_exchange(any_desk: Desk) -> Iterator[Exchange]:
    """The line on SQLite, and on PostgreSQL."""
    found = Exchange(any_desk)
    yield found
    found.close()
