"""What is written where a carrier took texts: for a whole batch at once, as nearly all that leaves is."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, select, update

from hotline.among import among
from hotline.carriers import carrier_of, note_cost, release
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import UnitStatus
from hotline.given import given, rows
from hotline.incidents import touch_all
from hotline.models import Assignment, Receipt, TextMessage
from hotline.unit_of_work import UnitOfWork
from hotline.watching import watch_unit
from sms.gateway import Accepted

Told = Sequence[tuple[Row[*tuple[Any, ...]], Accepted]]
"""Texts, of which the row has what is asked for here, with what the carrier said."""

_COLUMNS: Final = (
    TextMessage.id, TextMessage.carrier_id, TextMessage.variant, TextMessage.cost, TextMessage.parts,
)  # fmt: skip
_ID, _CARRIER_ID, _VARIANT, _COST, _PARTS = given("accepted", *_COLUMNS)
_MOMENT: Final = bindparam("now", type_=TextMessage.at.type)
_ACCEPTING: Final = (
    update(TextMessage)
    .where(TextMessage.id == _ID)
    .values(
        carrier_id=_CARRIER_ID, variant=_VARIANT, cost=_COST, parts=_PARTS, state=TextState.ACCEPTED,
        problem="", sent_at=_MOMENT, settled_at=_MOMENT,
    )
)  # fmt: skip
_SAME_ID: Final = (
    select(TextMessage.carrier_id, func.count())
    .where(
        TextMessage.carrier == bindparam("carrier"),
        among(TextMessage.carrier_id, "ids"),
    )
    .group_by(TextMessage.carrier_id)
)
_EARLY: Final = select(Receipt.carrier_id).where(
    Receipt.carrier == bindparam("carrier"),
    among(Receipt.carrier_id, "ids"),
    Receipt.applied_at.is_(None),
)
"""Built once: for a batch of sends, building them takes as long as asking them."""


def accept(work: UnitOfWork, name: str, told: Told) -> list[int]:
    """Writes that the carrier of this name took these texts; those that a delivery report speaks of which
    came before this answer was written down.
    """
    ids = {outcome.carrier_id for _, outcome in told if outcome.carrier_id is not None}
    _write(work, told, _times(work, name, ids))
    for text, _ in told:
        look_at_ladder(work, text.purpose, text.assignment_id)
    touch_all(work, {text.incident_id for text, _ in told if text.incident_id is not None})
    carrier = carrier_of(work, name)
    release(work, carrier)
    for _, outcome in told:
        note_cost(carrier, outcome.cost, work.playbook.sending)
    early = _reported_on(work, name, ids)
    return [text.id for text, outcome in told if outcome.carrier_id in early]


def _write(work: UnitOfWork, told: Told, known: Counter[str]) -> None:
    """Carriers have been seen to give one id to two texts, of which so many are `known`; the second must not
    break the first.
    """
    accepted: list[Sequence[int | str | None]] = []
    for text, outcome in told:
        named = text.carrier_id, text.variant
        if outcome.carrier_id is not None:
            named = outcome.carrier_id, known[outcome.carrier_id]
            known[outcome.carrier_id] += 1
        accepted.append((text.id, *named, outcome.cost, outcome.parts or text.parts))
    work.session.connection().execute(_ACCEPTING, {"accepted": rows(accepted), "now": work.now})


def _times(work: UnitOfWork, carrier: str, ids: Collection[str]) -> Counter[str]:
    """How many texts there are of each of these ids."""
    same = work.session.connection().execute(_SAME_ID, {"carrier": carrier, "ids": list(ids)})
    return Counter({carrier_id: times for carrier_id, times in same if carrier_id is not None})


def _reported_on(work: UnitOfWork, carrier: str, ids: Collection[str]) -> set[str]:
    """Of which ids there is a delivery report that was not applied yet."""
    return set(work.session.connection().scalars(_EARLY, {"carrier": carrier, "ids": list(ids)}))


def look_at_ladder(work: UnitOfWork, purpose: str, assignment_id: int | None) -> None:
    """How an alert fares decides when its unit is telephoned."""
    if assignment_id is None or purpose != Purpose.DISPATCH:
        return
    assignment = work.session.get(Assignment, assignment_id)
    if assignment is not None and assignment.status is UnitStatus.ALERTED:
        watch_unit(work, assignment)
