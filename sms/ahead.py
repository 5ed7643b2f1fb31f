"""Reads texts before the transaction that writes them down.

Whoever understands texts on SQLite keeps everybody else out meanwhile: the door, callers, and who writes down
what was sent. Half of it is to read what the carrier told, numbers and words, which asks the database
nothing; so that is done before, as for strangers, which in a burst nearly all are. What turns out to be said
in a conversation is read once more in it. One text after the other the grammar is also faster than between
the rows of each: 694 texts a second on SQLite instead of 614 and 646 (docs/performance.md).
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.among import among
from hotline.correspondents import known_among
from hotline.domain.phone import SenderKind, read_number
from hotline.models import Kept
from sms.gateway import Inbound, SmsGateway
from sms.grammar.meaning import Context
from sms.learned import Readers
from sms.understanding import LONGEST_READ

_THESE: Final = select(Kept).where(among(Kept.id, "ids")).order_by(Kept.id)


class ReadAhead:
    """What was read of a batch; each part of it is given once. `heard` tells the line that a kept text came
    by, `region` how its numbers are read.
    """

    def __init__(self, heard: Callable[[Kept], SmsGateway], readers: Readers, region: str) -> None:
        self.heard = heard
        self.readers = readers
        self.region = region
        self.conversations: dict[str, str] = {}
        """Numbers that are known, and what each says first: to be read with all that is known of it."""
        self._told: dict[int, Inbound] = {}

    def look(self, session: Session, kept_ids: Sequence[int]) -> None:
        """Reads these, in place of what is left of those before them."""
        kept = session.scalars(_THESE, {"ids": list(kept_ids)}).all()
        self._told = {each.id: self.heard(each).read_inbound(each.body, each.content_type) for each in kept}
        words: dict[str, str] = {}
        for told in self._told.values():
            sender = read_number(told.sender, self.region)
            if sender.kind is SenderKind.MOBILE and not told.silent:
                # The first of a number alone is a stranger's: the others are said in its conversation.
                words.setdefault(sender.address, told.words[:LONGEST_READ])
        known = known_among(session, words)
        self.conversations = {number: said for number, said in words.items() if number in known}
        reader = self.readers.of(session)
        reader.forget()
        reader.read_ahead([(said, Context()) for number, said in words.items() if number not in known])

    def told(self, kept: Kept, line: SmsGateway) -> Inbound:
        """What the carrier told with this one."""
        told = self._told.pop(kept.id, None)
        return line.read_inbound(kept.body, kept.content_type) if told is None else told
