"""Acts on kept delivery reports and opt-outs.

Carriers send one or two reports for each text: those that wait are read together, with one question for all
of them, by the same rules as one by one (what it buys is in docs/performance.md).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from hotline.callers import TELEPHONES, caller_of
from hotline.database import is_wanted
from hotline.domain.phone import read_number
from hotline.incidents import lock_roots
from hotline.models import Kept, Receipt, TextMessage
from hotline.outbox import Kind, Rank
from hotline.unit_of_work import UnitOfWork
from sms.gateway import CarrierReceipt, SmsGateway
from sms.sending import apply, held_all

LOOK_AGAIN: Final = (timedelta(seconds=15), timedelta(minutes=2), timedelta(minutes=30))
"""Ages at which a report that matched nothing is looked at again.

The send that it speaks of may be recorded at this very moment by another worker, which sees as little of
the report as we see of its text; after the last look the report is of a text that is not ours.
"""


FEW: Final = 16
"""Reports that are read in one transaction where somebody else waits to write."""

_Id = tuple[str, str]
"""A carrier's name, and its id of a text."""


def read_receipt(work: UnitOfWork, kept_id: int, gateway: SmsGateway) -> None:
    """Stores the report; applies it if the text it speaks of is known, else when that becomes known."""
    read_receipts(work, [kept_id], lambda _: gateway)


def read_receipts(work: UnitOfWork, kept_ids: Sequence[int], heard: Callable[[Kept], SmsGateway]) -> int:
    """Does so with several, one after the other; each by the line that it was `heard` on.

    How many it read: where somebody else waits to write it takes a few.
    """
    if is_wanted(work.session.connection()):
        kept_ids = kept_ids[:FEW]
    query = select(Kept).where(Kept.id.in_(kept_ids)).order_by(Kept.id).with_for_update()
    kept = {each.id: each for each in work.session.scalars(query)}
    told: dict[int, tuple[_Id, CarrierReceipt]] = {}
    for each in kept_ids:
        line = heard(kept[each])
        report = line.read_receipt(kept[each].body, kept[each].content_type)
        if report is None:
            kept[each].problem = "the report names no text"
        else:
            told[each] = (line.name, report.carrier_id), report
    if told:
        with work.many():
            _apply_all(work, [(kept[each], of, report) for each, (of, report) in told.items()])
    return len(kept_ids)


def _apply_all(work: UnitOfWork, told: Sequence[tuple[Kept, _Id, CarrierReceipt]]) -> None:
    """Each is stored and then moves its text, with those before it that found none. Texts are locked before
    their incidents, both by rising id.
    """
    ids = {of for _, of, _ in told}
    stored = _stored(work, [kept.id for kept, _, _ in told])
    waiting = _waiting(work, ids)
    text_of = _texts_of(work, ids)
    about = [_meant(work, report, text_of[of]) for _, of, report in told]
    texts = {text.id: text for text in held_all(work, {each for each in about if each is not None})}
    lock_roots(work, {text.incident_id for text in texts.values() if text.incident_id is not None})
    for (kept, of, report), text_id in zip(told, about, strict=True):
        if kept.id not in stored:
            waiting[of].append(_store(work, kept, of, report))
        if text_id is None:
            _look_again(work, kept)
            continue
        apply(work, texts[text_id], waiting.pop(of, []))
        kept.problem = None
        if report.opted_out:
            caller_of(work, texts[text_id].number).opted_out_at = work.now


def _stored(work: UnitOfWork, kept_ids: Sequence[int]) -> set[int | None]:
    """The callbacks that were looked at before."""
    return set(work.session.scalars(select(Receipt.kept_id).where(Receipt.kept_id.in_(kept_ids))))


def _waiting(work: UnitOfWork, ids: Iterable[_Id]) -> dict[_Id, list[Receipt]]:
    """The reports on these that were not applied yet, in the order they came."""
    query = select(Receipt).where(
        Receipt.carrier.in_({carrier for carrier, _ in ids}),
        Receipt.carrier_id.in_({carrier_id for _, carrier_id in ids}),
        Receipt.applied_at.is_(None),
    )
    found = defaultdict[_Id, list[Receipt]](list)
    for receipt in work.session.scalars(query.order_by(Receipt.id)):
        found[receipt.carrier, receipt.carrier_id].append(receipt)
    return found


def _store(work: UnitOfWork, kept: Kept, of: _Id, told: CarrierReceipt) -> Receipt:
    receipt = Receipt(
        carrier=of[0], carrier_id=of[1], report=told.report, status=told.status, reason=told.reason,
        at=kept.received_at, kept_id=kept.id,
    )  # fmt: skip
    work.add(receipt)
    return receipt


def _texts_of(work: UnitOfWork, ids: Iterable[_Id]) -> dict[_Id, list[tuple[int, str]]]:
    """The texts with these ids: row and number of each, the oldest first."""
    query = select(TextMessage.carrier, TextMessage.carrier_id, TextMessage.id, TextMessage.number).where(
        TextMessage.carrier.in_({carrier for carrier, _ in ids}),
        TextMessage.carrier_id.in_({carrier_id for _, carrier_id in ids}),
        TextMessage.inbound.is_(False),
    )
    found = defaultdict[_Id, list[tuple[int, str]]](list)
    for carrier, carrier_id, text_id, number in work.session.execute(query.order_by(TextMessage.id)):
        found[carrier, carrier_id or ""].append((text_id, number))
    return found


def _meant(work: UnitOfWork, told: CarrierReceipt, texts: Sequence[tuple[int, str]]) -> int | None:
    """The text that is meant: of several the one to this number, else the first."""
    number = read_number(told.number or "", work.playbook.programme.region).address
    same = [text_id for text_id, address in texts if address == number]
    return next(iter([*same, *(text_id for text_id, _ in texts)]), None)


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
