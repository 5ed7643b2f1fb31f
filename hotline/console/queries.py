"""What the screens read besides the use cases: the queue, the badges, the mark that says what changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from hotline.domain.calls import IN_QUEUE
from hotline.domain.channels import Channel
from hotline.domain.delivery import TextState
from hotline.domain.handoff import RED
from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.playbook import Priority
from hotline.domain.rights import Act, Actor
from hotline.domain.tasks import LOUD, TaskKind
from hotline.models import (
    Base,
    Call,
    CallEvent,
    Carrier,
    Incident,
    Leg,
    LogEntry,
    LoginSession,
    Operator,
    Promise,
    Receipt,
    Report,
    Task,
    TextMessage,
    Unit,
)

QUEUE_LIMIT = 200
_OPEN = (Incident.disposition.is_(None), Incident.merged_into_id.is_(None))


class Band(StrEnum):
    """The three bands of the queue."""

    NEW = "new"
    IN_HAND = "in_hand"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    incident: Incident
    band: Band
    words: str
    channels: tuple[Channel, ...]
    reports: int
    delay: timedelta
    """The longest that a text of it was on its way from its telephone to us."""
    holder: str
    leg_back: bool = False
    """A partner did not take what was handed to him last: it is ours again."""
