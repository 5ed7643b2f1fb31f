"""A text that goes out to our own number and must come back: proof that both directions of the line work."""

import re
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from hotline import notify, outages
from hotline.carriers import carrier_of, raise_alarm
from hotline.domain.contact import Purpose
from hotline.models import Canary
from hotline.outbox import Kind, Rank
from hotline.unit_of_work import UnitOfWork
from sms.watching import ONLY

_WORD: Final = re.compile(r"\bK[0-9A-F]{8}\b")


def send_canary(work: UnitOfWork, _subject: int, *, number: str, carrier: str) -> None:
    """Lets one fly to `number`, our own, and promises to look for it and to send the next."""
    rules = work.playbook.sending
    if not rules.canary_every_minutes:
        return
    word = f"K{secrets.token_hex(4).upper()}"
    text = notify.text(work, number, work.playbook.say("canary", word=word), Purpose.CHECK)
    canary = Canary(carrier=carrier, word=word, text_id=text.id, sent_at=work.now)
    work.session.add(canary)
    work.session.flush()
    patience = timedelta(minutes=rules.canary_patience_minutes)
    work.promise(Kind.CHECK_CANARY, canary.id, rank=Rank.LATER, due_at=work.now + patience)
    every = timedelta(minutes=rules.canary_every_minutes)
    work.promise(Kind.SEND_CANARY, ONLY, rank=Rank.LATER, due_at=work.now + every)


def check_canary(work: UnitOfWork, canary_id: int) -> None:
    """Raises the alarm if it has not come back by now."""
    canary = work.session.get_one(Canary, canary_id)
    if canary.returned_at is None:
        carrier = carrier_of(work, canary.carrier)
        raise_alarm(work, anew=carrier.canary_late_since is None)
        carrier.canary_late_since = carrier.canary_late_since or canary.sent_at
        outages.begin(work, outages.CARRIER)
        carrier.changes += 1


def came_home(work: UnitOfWork, words: str) -> bool:
    """Whether this text is a canary of ours; then the line works, and nobody else need read it."""
    word = _WORD.search(words)
    if word is None:
        return False
    query = select(Canary).where(Canary.word == word.group()).with_for_update()
    canary = work.session.scalars(query).one_or_none()
    if canary is None:
        return False
    if canary.returned_at is None:
        canary.returned_at = work.now
        carrier = carrier_of(work, canary.carrier)
        if carrier.canary_late_since is not None:
            carrier.canary_late_since = None
            outages.end(work, outages.CARRIER)
            carrier.changes += 1
    return True
