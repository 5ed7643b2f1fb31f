"""Turns a kept callback into a text in the archive, once, and hands it to whom it concerns."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from hotline.domain.delivery import TextState
from hotline.domain.phone import Sender, SenderKind, read_number
from hotline.models import Kept, TextMessage, Unit
from hotline.roster import unit_by_number
from hotline.turns import take_turn
from hotline.unit_of_work import UnitOfWork
from sms.from_residents import act_on_resident
from sms.from_units import act_on_unit
from sms.gateway import Inbound, SmsGateway
from sms.grammar import Reader

TWIN: Final = timedelta(minutes=1)
"""Texts without an id that are equal and closer than this are one text sent twice by a carrier."""
CLOCK_SLACK: Final = timedelta(minutes=10)
OLDEST: Final = timedelta(days=7)
"""A telephone that was off for longer gets its texts never; an older time is a clock that stands wrong."""


def read_text(work: UnitOfWork, kept_id: int, gateway: SmsGateway, reader: Reader) -> None:
    """Understands one kept text: exactly once, since the text and all it leads to are one transaction."""
    kept = work.session.get_one(Kept, kept_id, with_for_update=True)
    told = gateway.read_inbound(kept.body, kept.content_type)
    sender = read_number(told.sender, work.playbook.programme.region)
    take_turn(work.session, sender.address)
    if _is_repeat(work, kept, gateway.name, told, sender):
        kept.problem = "a repeat of a text that is known"
        return
    unit = unit_by_number(work.session, sender.address)
    message = _archive(work, kept, gateway.name, told, sender, unit=unit)
    if not message.words.strip():
        message.unread = True
    elif unit is not None:
        act_on_unit(work, message, unit, reader)
    elif sender.kind is SenderKind.MOBILE:
        act_on_resident(work, message, reader)
    else:
        # A landline, a name or a short number: somebody looks at it, nobody answers it.
        message.unread = True


def _is_repeat(work: UnitOfWork, kept: Kept, carrier: str, told: Inbound, sender: Sender) -> bool:
    query = select(TextMessage.id).where(
        TextMessage.inbound, TextMessage.number == sender.address[:80], TextMessage.words == told.words
    )
    if told.carrier_id is not None:
        query = query.where(TextMessage.carrier == carrier, TextMessage.carrier_id == told.carrier_id[:120])
    else:
        query = query.where(
            TextMessage.carrier_id.is_(None),
            TextMessage.at.between(kept.received_at - TWIN, kept.received_at + TWIN),
        )
    return work.session.scalar(query.limit(1)) is not None


def _archive(
    work: UnitOfWork, kept: Kept, carrier: str, told: Inbound, sender: Sender, *, unit: Unit | None
) -> TextMessage:
    carrier_id = told.carrier_id[:120] if told.carrier_id else None
    variant = _variant(work, carrier, carrier_id)
    message = TextMessage(
        inbound=True, carrier=carrier, carrier_id=carrier_id, variant=variant, number=sender.address[:80],
        words=told.words, at=kept.received_at, sent_at=_believable(told.sent_at, kept.received_at),
        state=TextState.RECEIVED, kept_id=kept.id, unit_id=unit.id if unit else None,
        flags=" ".join(_flags(kept, told, variant)),
    )  # fmt: skip
    if unit is not None:
        unit.heard_at = work.now
    work.session.add(message)
    work.session.flush()
    return message


def _variant(work: UnitOfWork, carrier: str, carrier_id: str | None) -> int:
    if carrier_id is None:
        return 0
    query = select(func.count()).where(TextMessage.carrier == carrier, TextMessage.carrier_id == carrier_id)
    return work.session.scalar(query) or 0


def _believable(sent_at: datetime | None, received_at: datetime) -> datetime:
    """The carrier's time where it can be true, which it can't in the future; ours otherwise."""
    if sent_at is None or not received_at - OLDEST <= sent_at <= received_at + CLOCK_SLACK:
        return received_at
    return sent_at


def _flags(kept: Kept, told: Inbound, variant: int) -> list[str]:
    """What the desk should know about how the text came."""
    flags = []
    if told.carrier_id is None:
        flags.append("without_id")
    if variant:
        flags.append("same_id_other_words")
    if kept.cut:
        flags.append("cut")
    if not told.words.strip():
        flags.append("empty")
    return flags
