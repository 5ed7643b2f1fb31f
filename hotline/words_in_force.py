"""The playbook with the words in force: those of its files, and in their place what was worded on the screen.

Every process keeps one and looks for changes as it works, so that a text is worded anew everywhere within
seconds. Words that the checks would refuse, since the files have changed, are not used and are named. Where
the database does not answer, what was known last goes on.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic
from types import MappingProxyType
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.domain.playbook import Fault, Playbook
from hotline.models import Wording
from hotline.playbook_texts import text_faults

LOOK_EVERY_S: Final = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unused:
    """Words of the screen that can't go out with the files as they are now."""

    key: str
    language: str
    faults: tuple[Fault, ...]
    """Empty where the files have no such text any more."""

    def __str__(self) -> str:
        """As a shell says it."""
        why = "; ".join(fault.problem for fault in self.faults) or "the files have no such text"
        return f"worded on the screen and not used: {self.key} ({self.language}): {why}"


def newest(session: Session) -> list[Wording]:
    """The version that counts of each text in each language, in the order in which they were made."""
    latest = select(func.max(Wording.id)).group_by(Wording.text_key, Wording.language)
    return list(session.scalars(select(Wording).where(Wording.id.in_(latest)).order_by(Wording.id)))


def worded(playbook: Playbook, key: str, language: str, words: str) -> Playbook:
    """The playbook with other words in one text. Raises KeyError for a text that it does not have."""
    text = playbook.texts[key]
    other = replace(text, words=MappingProxyType({**text.words, language: words}))
    return replace(playbook, texts=MappingProxyType({**playbook.texts, key: other}))


def in_force(written: Playbook, rows: Sequence[Wording]) -> tuple[Playbook, tuple[Unused, ...]]:
    """The playbook with all words that fit, and those that do not."""
    playbook, unused = written, []
    for row in rows:
        if row.words is None:
            continue
        if row.language not in getattr(written.texts.get(row.text_key), "words", ()):
            unused.append(Unused(row.text_key, row.language, ()))
            continue
        wanted = worded(playbook, row.text_key, row.language, row.words)
        if faults := tuple(text_faults(wanted)):
            unused.append(Unused(row.text_key, row.language, faults))
        else:
            playbook = wanted
    return playbook, tuple(unused)


@dataclass(frozen=True, slots=True)
class _Known:
    newest: int
    playbook: Playbook
    unused: tuple[Unused, ...] = ()


class WordsInForce:
    """What one process knows of them. `written` is the playbook as its files have it."""

    def __init__(self, written: Playbook) -> None:
        self.written = written
        self._known = _Known(0, written)
        self._look_at = 0.0
        self._looking = Lock()
        self._is_away = False

    @property
    def playbook(self) -> Playbook:
        """The programme's words of this moment; asks nobody."""
        return self._known.playbook

    @property
    def unused(self) -> tuple[Unused, ...]:
        """What was worded on the screen and can't go out."""
        return self._known.unused

    def refresh(self, reading: Callable[[], AbstractContextManager[Session]]) -> None:
        """Looks for changed words, at most once in LOOK_EVERY_S and one at a time. Never raises."""
        if monotonic() < self._look_at or not self._looking.acquire(blocking=False):
            return
        try:
            with reading() as session:
                self.look(session)
            self._is_away = False
        except SQLAlchemyError as error:
            if not self._is_away:
                _log.warning("the words of the screen can't be looked up: %s", type(error).__name__)
            self._is_away = True
        finally:
            self._look_at = monotonic() + LOOK_EVERY_S
            self._looking.release()

    def look(self, session: Session) -> None:
        """Looks now. Raises SQLAlchemyError."""
        last = session.scalar(select(func.max(Wording.id))) or 0
        if last != self._known.newest:
            self._known = _Known(last, *in_force(self.written, newest(session)))
            for each in self._known.unused:
                _log.error("%s", each)
