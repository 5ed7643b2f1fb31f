"""One callback of one call, with everything that answering it needs."""

from dataclasses import dataclass

from hotline.models import Call
from hotline.unit_of_work import UnitOfWork
from ivr.gateway import CallEvent
from ivr.hearing import At
from ivr.line import VoiceLine


@dataclass(frozen=True, slots=True)
class Moment:
    """The transaction, the line, the call (locked), where the callback came in and what it brings."""

    work: UnitOfWork
    line: VoiceLine
    call: Call
    at: At
    event: CallEvent
