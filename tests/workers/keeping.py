"""What tests of the drain need: promises, work that can't be done twice, and somebody outside."""

import threading
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from sqlalchemy import select

from hotline.models import Caller, Promise
from hotline.outbox import Kind, Later, Rank
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork
from tests.support.callbacks import promised
from workers.drain import Drain

INSIDE: Final = Kind.READ_TEXT
OUTSIDE: Final = Kind.SEND_TEXT

ON_SQLITE: Final = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What asks nothing of the database that one of the two would answer otherwise."""


@dataclass
class Carrier:
    """Stands for whoever is outside: notes who was asked for, and breaks where it is told to."""

    asked: list[int] = field(default_factory=list)
    recorded: dict[int, Any] = field(default_factory=dict)
    broken: dict[str, Exception] = field(default_factory=dict)
    hold: threading.Event | None = None
    later: Later | None = None

    def prepare(self, work: UnitOfWork, subject_id: int) -> int | None:
        self._break("prepare")
        return None if subject_id in self.recorded else subject_id

    def perform(self, prepared: int) -> str:
        self._break("perform")
        if self.hold is not None:
            self.hold.wait(20)
        self.asked.append(prepared)
        return "accepted"

    def record(self, work: UnitOfWork, subject_id: int, outcome: str, attempts: int) -> Later | None:
        self._break("record")
        self.recorded[subject_id] = outcome
        return self.later

    def _break(self, step: str) -> None:
        if step in self.broken:
            raise self.broken.pop(step)


def note(work: UnitOfWork, subject_id: int) -> None:
    """Inside work that can't be done twice: the number is unique."""
    work.session.add(Caller(number=f"+62812{subject_id:08d}", first_seen_at=work.now))
    work.session.flush()


def noted(runtime: Runtime) -> int:
    with runtime.reading() as session:
        return len(session.scalars(select(Caller)).all())


def promise(runtime: Runtime, kind: Kind, *subjects: int, rank: Rank = Rank.CONVERSATION) -> None:
    with runtime.work() as work:
        for subject in subjects:
            work.promise(kind, subject, rank=rank)


def row(runtime: Runtime, subject: int) -> Promise:
    return next(each for each in promised(runtime.engine) if each.subject_id == subject)


class Running:
    """A drain at work in a thread."""

    def __init__(self, drain: Drain, every_s: float) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=drain.run, args=(self.stop, every_s))
        self.bell = drain.bell
        self.thread.start()

    def end(self) -> None:
        self.stop.set()
        self.bell.set()
        self.thread.join()
