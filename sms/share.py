"""How many texts a number gets in a minute: nobody's telephone is flooded, whatever goes wrong here."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from sqlalchemy import bindparam, func, select

from hotline.among import among
from hotline.domain.delivery import TextState
from hotline.models import TextMessage
from hotline.unit_of_work import UnitOfWork

MINUTE: Final = timedelta(minutes=1)
_NEVER_LEFT: Final = (TextState.QUEUED, TextState.NOT_SENT, TextState.WITHHELD)
_MOMENT: Final = TextMessage.at.type
_LATELY: Final = (
    select(TextMessage.number, func.count(), func.min(TextMessage.sent_at))
    .where(
        among(TextMessage.number, "numbers"), TextMessage.inbound.is_(False),
        TextMessage.state.not_in(_NEVER_LEFT), TextMessage.sent_at > bindparam("begins", type_=_MOMENT),
        # a clock that was put back silences nobody for an hour
        TextMessage.sent_at <= bindparam("now", type_=_MOMENT),
    )
    .group_by(TextMessage.number)
)  # fmt: skip


@dataclass
class Minute:
    """What some numbers got within the last minute, counted on while texts to them are prepared."""

    most: int
    begins: datetime
    counts: Counter[str]
    first: dict[str, datetime | None]

    @classmethod
    def of(cls, work: UnitOfWork, numbers: Collection[str]) -> Self:
        """The last minute of these numbers."""
        asked = {"numbers": list(numbers), "begins": work.now - MINUTE, "now": work.now}
        rows = work.session.execute(_LATELY, asked).all()
        return cls(
            work.playbook.sending.texts_per_number_per_minute, work.now,
            Counter({number: times for number, times, _ in rows}), {number: at for number, _, at in rows},
        )  # fmt: skip

    def free_at(self, number: str) -> datetime | None:
        """When a number that got its share may be texted again; None where it may be now."""
        if self.counts[number] < self.most:
            return None
        return (self.first.get(number) or self.begins) + MINUTE

    def count(self, number: str) -> None:
        """One more is on its way."""
        self.counts[number] += 1
