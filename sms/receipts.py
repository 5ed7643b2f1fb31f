"""Acts on kept delivery reports and opt-outs."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from hotline.callers import TELEPHONES, caller_of
from hotline.domain.phone import read_number
from hotline.models import Kept, Receipt, TextMessage
from hotline.outbox import Kind, Rank
from hotline.unit_of_work import UnitOfWork
from sms.gateway import CarrierReceipt, SmsGateway
from sms.sending import apply_receipts, held

LOOK_AGAIN: Final = (timedelta(seconds=15), timedelta(minutes=2), timedelta(minutes=30))
"""Ages at which a report that matched nothing is looked at again.

The send that it speaks of may be recorded at this very moment by another worker, which sees as little of
the report as we see of its text; after the last look the report is of a text that is not ours.
"""


def read_receipt(work: UnitOfWork, kept_id: int, gateway: SmsGateway) -> None:
    """Stores the report; applies it if the text it speaks of is known, else when that becomes known."""
    kept = work.session.get_one(Kept, kept_id, with_for_update=True)
    told = gateway.read_receipt(kept.body, kept.content_type)
    if told is None:
        kept.problem = "the report names no text"
        return
    _store(work, kept, told, gateway.name)
    text_id = _text_of(work, told, gateway.name)
    if text_id is None:
        _look_again(work, kept)
        return
    text = held(work, text_id)
    apply_receipts(work, text)
    kept.problem = None
    if told.opted_out:
        caller_of(work, text.number).opted_out_at = work.now


def _store(work: UnitOfWork, kept: Kept, told: CarrierReceipt, carrier: str) -> None:
    known = select(Receipt.id).where(Receipt.kept_id == kept.id).limit(1)
    if work.session.scalar(known) is not None:
        return
    work.session.add(
        Receipt(
            carrier=carrier, carrier_id=told.carrier_id, report=told.report, status=told.status,
            reason=told.reason, at=kept.received_at, kept_id=kept.id,
        )
    )  # fmt: skip
    work.session.flush()


def _text_of(work: UnitOfWork, told: CarrierReceipt, carrier: str) -> int | None:
    """The text of this id; of several the one to this number, else the first."""
    query = (
        select(TextMessage.id, TextMessage.number)
        .where(
            TextMessage.carrier == carrier,
            TextMessage.carrier_id == told.carrier_id,
            TextMessage.inbound.is_(False),
        )
        .order_by(TextMessage.id)
    )
    rows = work.session.execute(query).all()
    number = read_number(told.number or "", work.playbook.programme.region).address
    same = [id_ for id_, address in rows if address == number]
    return next(iter([*same, *(id_ for id_, _ in rows)]), None)


def _look_again(work: UnitOfWork, kept: Kept) -> None:
    kept.problem = "the report names a text that is not known"
    age = work.now - kept.received_at
    wait = next((each for each in LOOK_AGAIN if age < each), None)
    if wait is not None:
        work.promise(Kind.READ_RECEIPT, kept.id, rank=Rank.LATER, due_at=kept.received_at + wait)


def read_opt_out(work: UnitOfWork, kept_id: int, gateway: SmsGateway) -> None:
    """The number wants no announcements any more."""
    kept = work.session.get_one(Kept, kept_id)
    told = gateway.read_opt_out(kept.body, kept.content_type)
    sender = read_number(told.number, work.playbook.programme.region) if told else None
    if sender is None or sender.kind not in TELEPHONES:
        kept.problem = "the opt-out names no number"
        return
    caller_of(work, sender.address).opted_out_at = work.now
