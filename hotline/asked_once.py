"""What one page asks of the same rows several times is asked once.

A case's page is put together by use cases that know nothing of each other, each of which looks up the
family, the units or the roster for itself. Only sessions that read one page and end remember; whoever writes
asks anew. A case took 37 statements instead of 64 with it, the queue 11 instead of 18 (docs/performance.md).
"""

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")

Known = dict[Hashable, Any]

_ASKED: Final = "asked"
_OF_ALL: Final = "asked of all"


def remember(session: Session, of_all: Known) -> None:
    """From now on this session asks each question once, and what is the same for every case (who there is, on
    duty, busy) only where that is not known to the others of this moment. Only for one that reads a page.
    """
    session.info[_ASKED], session.info[_OF_ALL] = {}, of_all


def remembers(session: Session) -> bool:
    """Whether this session reads a page, and so asks each question once."""
    return _ASKED in session.info


def once(session: Session, question: Hashable, ask: Callable[[], T], *, of_all: bool = False) -> T:
    """What `ask` finds, or found before; nobody may change it."""
    known: Known | None = session.info.get(_OF_ALL if of_all else _ASKED)
    if known is None:
        return ask()
    if question not in known:
        known[question] = ask()
    found: T = known[question]
    return found
