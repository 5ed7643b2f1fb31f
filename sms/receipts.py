"""Acts on kept delivery reports and opt-outs."""

from sqlalchemy import select

from hotline.domain.phone import read_number
from hotline.intake import caller_of
from hotline.models import Kept, Receipt, TextMessage
from hotline.unit_of_work import UnitOfWork
from sms.gateway import SmsGateway
from sms.sending import apply_receipts


def read_receipt(work: UnitOfWork, kept_id: int, gateway: SmsGateway) -> None:
    """Stores the report; applies it if the text it speaks of is known, else when that becomes known."""
    kept = work.session.get_one(Kept, kept_id)
    told = gateway.read_receipt(kept.body, kept.content_type)
    if told is None:
        kept.problem = "the report names no text"
        return
    work.session.add(
        Receipt(
            carrier=gateway.name, carrier_id=told.carrier_id, report=told.report, status=told.status,
            reason=told.reason, at=kept.received_at, kept_id=kept.id,
        )
    )  # fmt: skip
    work.session.flush()
    query = select(TextMessage).where(
        TextMessage.carrier == gateway.name,
        TextMessage.carrier_id == told.carrier_id,
        TextMessage.inbound.is_(False),
    )
    text = work.session.scalars(query.with_for_update()).one_or_none()
    if text is None:
        return
    apply_receipts(work, text)
    if told.opted_out:
        caller_of(work, text.number).opted_out_at = work.now


def read_opt_out(work: UnitOfWork, kept_id: int, gateway: SmsGateway) -> None:
    """The number wants no announcements any more."""
    kept = work.session.get_one(Kept, kept_id)
    told = gateway.read_opt_out(kept.body, kept.content_type)
    if told is None:
        kept.problem = "the opt-out names no number"
        return
    caller_of(work, read_number(told.number, work.playbook.programme.region).address).opted_out_at = work.now
