"""Numbers that nobody knows: on the day when five thousand telephones text at once, nearly all of them.

Of such a number there is no caller, no unit, no text, no question and no case, so that a dozen questions for
each text have the same answer before they are asked. One question for a whole batch finds out who is one
(what it buys is in docs/performance.md); whoever is known is asked about one by one, as ever.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import bindparam, select, union
from sqlalchemy.orm import Session

from hotline.models import Call, Caller, Contact, Incident, Question, TextMessage, Unit

_TABLES: Final = (Caller, Unit, TextMessage, Contact, Question, Call)
_KNOWN: Final = union(
    *(
        select(each.number).where(each.number.in_(bindparam("numbers", expanding=True))).distinct()
        for each in _TABLES
    )
)
"""Built once: building it takes as long as asking it."""


@dataclass(slots=True)
class Stranger:
    """What a number that was unknown has become in this transaction."""

    caller: Caller | None = None
    incidents: list[Incident] = field(default_factory=list)
    """What it opened, oldest first."""


def strangers(session: Session, numbers: Collection[str]) -> dict[str, Stranger]:
    """Those of `numbers` that stand nowhere. Their turns (`hotline.turns`) must be ours."""
    met = set(session.scalars(_KNOWN, {"numbers": list(numbers)}))
    return {number: Stranger() for number in numbers if number not in met}
