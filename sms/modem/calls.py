"""A call to a SIM: nobody can answer it there, so that it is a missed call, and somebody calls back."""

import json
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from hotline.calls import finish
from hotline.domain.calls import CallEnd
from hotline.domain.phone import read_number
from hotline.models import Call, Kept
from hotline.unit_of_work import UnitOfWork

ONE_CALL: Final = timedelta(minutes=2)
"""Who rings again so soon was told of by the modem twice, or has not put the telephone down."""


def read_missed_call(work: UnitOfWork, kept_id: int) -> None:
    """Writes down who rang and that he should be called back; rings of one call count once."""
    kept = work.session.get_one(Kept, kept_id, with_for_update=True)
    told = json.loads(kept.body)
    caller = read_number(str(told.get("caller", "")), work.playbook.programme.region)
    session = f"{told['line']}-{told['id']}"[:120]
    lately = select(Call.id).where(
        Call.number == caller.address[:80], Call.inbound, Call.started_at > kept.received_at - ONE_CALL
    )
    if work.session.scalar(lately.limit(1)) is not None:
        kept.problem = "another ring of a call that is known"
        return
    call = Call(
        carrier=str(told["line"])[:40], session=session, number=caller.address[:80],
        started_at=kept.received_at, duration_s=0,
    )  # fmt: skip
    work.session.add(call)
    work.session.flush()
    finish(work, call, CallEnd.MISSED, "modem")
