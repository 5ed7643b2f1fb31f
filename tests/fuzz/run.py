"""Sends malformed requests to a running hotline and looks whether it keeps its promises.

No answer of 5xx; whatever was answered with 200 stands in the record, byte for byte; no process complains,
and none grows.
"""

import hashlib
import http.client
import random
import socket
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotline.callback_fields import fields
from hotline.door import LIMIT
from hotline.models import Call, CallEvent, Kept, Promise
from hotline.outbox import Kind
from ivr.africastalking_callback import read_callback
from ivr.fallback import KIND, Spooled
from ivr.hearing import At
from ivr.sessions import mark_of
from sms.receipts import LOOK_AGAIN
from sms.webhooks import INBOUND, OPT_OUT, RECEIPT
from tests.fuzz.malformed import Sent, malformed, torn
from tests.stories.system import System
from tests.support.eventually import eventually
from tools.bench.memory import pss_mib

CLIENTS: Final = 24
PATIENCE_S: Final = 60.0
KEPT: Final = {"inbound": INBOUND, "receipt": RECEIPT, "opt-out": OPT_OUT}
READING: Final = (Kind.READ_TEXT, Kind.READ_RECEIPT, Kind.READ_OPT_OUT, Kind.READ_CALL)
PARTS: Final = 10
TORN: Final = 0.01
"""The share of requests whose very head is broken."""


@dataclass
class Seen:
    """What came back, and what must stand in the record for it."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    bodies: set[tuple[str, str]] = field(default_factory=set)
    """Kind and hash of each text that was acknowledged."""
    steps: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    """For each step of a call that was answered: the session and mark by which it may stand there."""

    def note(self, sent: Sent, status: int) -> None:
        """One answer."""
        self.statuses[status] += 1
        if status >= 500 or (sent.door and status != 200):
            self.faults.append(f"{status} for {sent.method} {sent.path[-60:]} {sent.body[:200]!r}")
        elif sent.door in KEPT:
            self.bodies.add((KEPT[sent.door], _hash(sent.body)))
        elif sent.door and (step := _step(sent)):
            self.steps[f"{sent.path[-60:]} {sent.body[:200]!r}"] = step

    def lost(self, system: System) -> list[str]:
        """What was acknowledged and is not there."""
        with Session(system.engine()) as session:
            rows = session.execute(select(Kept.kind, Kept.body).execution_options(yield_per=1000))
            kept = {(kind, hashlib.sha256(body).hexdigest()) for kind, body in rows}
            walked = select(Call.session, CallEvent.mark).join(Call, Call.id == CallEvent.call_id)
            there = {(name, mark) for name, mark in session.execute(walked)}
            ends = session.scalars(select(Kept.body).where(Kept.kind == KIND))
            there |= {step for body in ends for step in _steps(Spooled.from_bytes(body))}
        texts = [f"a text of kind {kind}, {digest[:12]}" for kind, digest in self.bodies - kept]
        return texts + [what for what, either in self.steps.items() if not either & there]


def _hash(body: bytes) -> str:
    return hashlib.sha256(body[:LIMIT]).hexdigest()


def _step(sent: Sent) -> frozenset[tuple[str, str]]:
    """Nothing where it names no call."""
    words = sent.door.split("/")
    at = At(unquote(words[1])[:80], silent=len(words) > 2) if len(words) > 1 else At()
    return _steps(Spooled(at, fields(sent.body[:LIMIT], sent.headers.get("Content-Type", ""))))


def _steps(spooled: Spooled) -> frozenset[tuple[str, str]]:
    """Session and mark; also without its keys, since a PIN stands nowhere."""
    forms = (spooled.form, {**spooled.form, "dtmfDigits": "None"})
    events = [read_callback("africastalking", form, "ID") for form in forms]
    return frozenset((event.session[:120], mark_of(spooled.at, event)) for event in events if event.session)


def fuzz(system: System, requests: int, seed: int) -> Iterator[Seen]:
    """Sends them and gives what was seen after each tenth; the same requests for the same seed."""
    seen = Seen()
    tenth = max(requests // PARTS, 1)
    for part in range(PARTS):
        with ThreadPoolExecutor(CLIENTS) as clients:
            mine = [range(part * tenth + client, (part + 1) * tenth, CLIENTS) for client in range(CLIENTS)]
            for answers in clients.map(lambda serials: _client(system, serials, seed), mine):
                for sent, status in answers:
                    seen.note(sent, status)
        yield seen


def _client(system: System, serials: Iterable[int], seed: int) -> list[tuple[Sent, int]]:
    """One connection after the other, each for as long as the server likes."""
    place = urlsplit(system.hooks[0]).netloc
    line = http.client.HTTPConnection(place, timeout=PATIENCE_S)
    answers = []
    for serial in serials:
        dice = random.Random(f"{seed}-{serial}")
        if dice.random() < TORN:
            head = torn(dice, system.token)
            answers.append((Sent("?", "", head), _shout(place, head)))
            continue
        sent = malformed(dice, system.token, serial)
        answers.append((sent, _ask(line, sent)))
    line.close()
    return answers


def _ask(line: http.client.HTTPConnection, sent: Sent) -> int:
    for again in (True, False):
        try:
            line.request(sent.method, sent.path, sent.body, dict(sent.headers))
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            # The server may end a kept connection at any moment; a new one must be answered.
            line.close()
            if again and sent.door:
                continue
            return 0 if not sent.door else 599
        return answer.status
    return 599


def _shout(place: str, head: bytes) -> int:
    """The status that these bytes are answered with; 0 where the server only hangs up."""
    host, _, port = place.partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as line:
        try:
            line.sendall(head)
            line.shutdown(socket.SHUT_WR)
            words = line.recv(200).split()
        except OSError:
            return 0
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def until_out_of_the_spool(system: System, within_s: float) -> None:
    """What waited there for a busy database is in it."""
    spool = Path(system.environ["HOTLINE_VAR"]) / "spool"
    eventually(lambda: not list(spool.glob("*.spool")), "the spool is empty", within_s)


def until_read(system: System, within_s: float) -> None:
    """Everything that was kept has been understood. What follows from it goes on, as on any day."""
    engine = system.engine()
    unread = select(Promise.id).where(Promise.kind.in_(READING), Promise.settled_at.is_(None)).limit(1)

    def all_read() -> bool:
        # Receipts of texts that are not ours are looked at again later: they have been understood.
        with Session(engine) as session:
            return session.scalar(unread.where(Promise.due_at <= datetime.now(UTC))) is None

    eventually(all_read, "all that was kept is understood", within_s)


def unsettled(system: System) -> tuple[int, int]:
    """How many callbacks that were kept have not been understood: of those that are due, and in all."""
    open_ones = Promise.kind.in_(READING), Promise.settled_at.is_(None)
    due = func.count().filter(Promise.due_at <= datetime.now(UTC))
    with Session(system.engine()) as session:
        return session.execute(select(due, func.count()).where(*open_ones)).one()._tuple()


def let_time_pass(system: System) -> None:
    """Receipts of texts that are not ours are looked at once more half an hour later: it is later now."""
    now = datetime.now(UTC)
    waiting = Promise.kind == Kind.READ_RECEIPT, Promise.settled_at.is_(None), Promise.due_at > now
    with Session(system.engine()) as session, session.begin():
        subjects = select(Promise.subject_id).where(*waiting)
        session.execute(update(Kept).where(Kept.id.in_(subjects)).values(received_at=now - LOOK_AGAIN[-1]))
        session.execute(update(Promise).where(*waiting).values(due_at=now))


def tracebacks(system: System) -> int:
    """How many a process wrote; a step of a call that waits too long for a busy database is no fault."""
    said = system.said()
    return said.count("Traceback") - said.count("a step could not be kept (TimeoutError)")


def held_mib(system: System) -> dict[str, float]:
    """What the hotline's processes hold now."""
    return {
        "web": pss_mib(process.pid for process in system.servers),
        "worker": pss_mib(process.pid for process in system.workers),
    }
