"""Which texts the carrier's own list does not know.

Whoever learns the token of our addresses can make a text up; what he can't do is put it into the carrier's
list. So a text that the list still lacks after five minutes is marked for the desk, and nothing else: it
stays a report, since a list may be late, and a report that is dropped may be a life.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from hotline.incidents import touch_all
from hotline.models import Carrier, TextMessage
from hotline.unit_of_work import UnitOfWork

UNCONFIRMED: Final = "unconfirmed"
"""The flag of a text of which only a callback has told."""
PATIENCE: Final = timedelta(minutes=5)
LAST: Final = 5000
"""Among so many texts it is looked for; a text that old has been looked at many times."""


def doubt(work: UnitOfWork, carrier: Carrier, read_at: datetime | None) -> None:
    """Marks what came five minutes before the list was read to its end at `read_at`, and stood not in it.

    A list that has confirmed no text lately is none that could miss one: then nothing is marked.
    """
    newest = select(func.max(TextMessage.id)).scalar_subquery()
    theirs = (TextMessage.id > newest - LAST, TextMessage.inbound, TextMessage.carrier == carrier.name)
    known = select(TextMessage.id).where(*theirs, TextMessage.fetched_id.is_not(None)).limit(1)
    if read_at is None or work.session.scalar(known) is None:
        return
    query = select(TextMessage).where(
        *theirs, TextMessage.fetched_id.is_(None), ~TextMessage.flags.contains(UNCONFIRMED),
        TextMessage.at.between(carrier.since, read_at - PATIENCE),
    )  # fmt: skip
    odd = list(work.session.scalars(query.order_by(TextMessage.id).with_for_update()))
    for text in odd:
        text.flags = f"{text.flags} {UNCONFIRMED}".strip()
    touch_all(work, {text.incident_id for text in odd if text.incident_id is not None})


def confirm(text: TextMessage) -> None:
    """The list has it after all."""
    text.flags = " ".join(flag for flag in text.flags.split() if flag != UNCONFIRMED)
