"""Engine, playbook, clock and waker held together: what every part of a running process is given."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from hotline.clock import Clock, SystemClock
from hotline.database import HURRIED, one_question, read_only
from hotline.domain.playbook import Playbook
from hotline.intake import Reading
from hotline.settings import Settings
from hotline.snapshots import Snapshots
from hotline.unit_of_work import UnitOfWork
from hotline.words_in_force import WordsInForce


class Waker(Protocol):
    """Tells the workers that there is something to do; must return at once and never raise."""

    def ring(self) -> None:
        """There is work."""
        ...

    def answers(self) -> bool:
        """Whether they can hear it; asked by who may wait a moment. Never raises."""
        ...


class SilentWaker:
    """No bell: the workers wake by themselves every second."""

    def ring(self) -> None:
        """Nothing to ring."""

    def answers(self) -> bool:
        """Nobody misses anything."""
        return True


def _nothing(_words: str) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class Runtime:
    """One process's parts. `read_words` is the text line's grammar, which the desk must not import, and
    `unread_words` what of a text it does not know; without one nothing is taught.
    """

    settings: Settings
    engine: Engine
    words: WordsInForce
    read_words: Callable[[str], Reading]
    clock: Clock = field(default_factory=SystemClock)
    waker: Waker = field(default_factory=SilentWaker)
    unread_words: Callable[[str], Sequence[str]] = _nothing
    snapshots: Snapshots = field(default_factory=Snapshots)

    @property
    def playbook(self) -> Playbook:
        """The programme's words as they are in force."""
        return self.words.playbook

    def work(self, *, hurried: bool = False) -> UnitOfWork:
        """A transaction that writes, to be used in a with statement. `hurried`: somebody hears nothing until
        it is done. Words that were changed on the screen are looked for before it begins, now and then.
        """
        self.words.refresh(self.reading)
        engine = self.engine.execution_options(**HURRIED) if hurried else self.engine
        session = Session(engine, expire_on_commit=False)
        return UnitOfWork(session, self.playbook, self.clock, self.waker.ring)

    def reading(self) -> AbstractContextManager[Session]:
        """A session that only reads; on SQLite it never waits for a writer."""
        return read_only(self.engine)

    def asking(self) -> AbstractContextManager[Connection]:
        """A connection for one question: what every page and poll asks, at half of what a session costs."""
        return one_question(self.engine)
