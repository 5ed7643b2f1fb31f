"""What one page asks of the same rows several times is asked once.

A case's page is put together by use cases that know nothing of each other, each of which looks up the
family, the units or the roster for itself. Only sessions that read one page and end remember; whoever writes
asks anew.
"""

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")

_ASKED: Final = "asked"


def remember(session: Session) -> None:
    """From now on this session asks each question once. Only for one that reads a page and ends."""
    session.info[_ASKED] = {}


def once(session: Session, question: Hashable, ask: Callable[[], T]) -> T:
    """What `ask` finds, or found before; nobody may change it."""
    known: dict[Hashable, Any] | None = session.info.get(_ASKED)
    if known is None:
        return ask()
    if question not in known:
        known[question] = ask()
    found: T = known[question]
    return found
