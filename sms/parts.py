"""Finds the text that a further part belongs to, among what its sender wrote just before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy import select

from hotline.models import TextMessage
from hotline.unit_of_work import UnitOfWork
from sms.gathering import GAP_FLAG, LATE_FLAG, SAME_SET
from sms.joining import Part, counted, glued, is_full, is_torn, joined

MOST_PARTS: Final = 10


@dataclass(frozen=True, slots=True)
class Whole:
    """A text put together again: its parts as they stand in the archive, in order, and all their words."""

    parts: tuple[TextMessage, ...]
    words: str


def said(work: UnitOfWork, message: TextMessage) -> str:
    """The words of a text, without the sender's own count of its parts."""
    part = counted(message.words, _not_parts(work))
    return part.words if part else message.words


def is_counted(work: UnitOfWork, message: TextMessage) -> bool:
    """Whether its sender says that it is a part."""
    return counted(message.words, _not_parts(work)) is not None


def whole_of(work: UnitOfWork, message: TextMessage) -> Whole | None:
    """The text that this one completes, or goes on with; None where it stands alone."""
    rules = work.playbook.sending
    if LATE_FLAG in message.flags.split() and (gapped := _with_a_gap(work, message)) is not None:
        return Whole((gapped, message), f"{gapped.words} {message.words}")
    if (mine := counted(message.words, _not_parts(work))) is not None:
        return _by_count(work, message, mine, _before(work, message, rules.counted_within_seconds))
    return _by_length(work, message, _before(work, message, rules.parts_within_seconds))


def _with_a_gap(work: UnitOfWork, message: TextMessage) -> TextMessage | None:
    """The text in which this late piece was missing."""
    earlier = _before(work, message, int(SAME_SET.total_seconds()))
    return next((text for text in reversed(earlier) if GAP_FLAG in text.flags.split()), None)


def _not_parts(work: UnitOfWork) -> frozenset[str]:
    return frozenset(work.playbook.sending.not_parts)


def _before(work: UnitOfWork, message: TextMessage, seconds: int) -> list[TextMessage]:
    """What the same number wrote within these seconds before, oldest first."""
    within = timedelta(seconds=seconds)
    if (met := work.met.get(message.number)) is not None:
        earlier = [text for text in met.texts if text.id < message.id and text.at >= message.at - within]
        return earlier[-MOST_PARTS:]
    query = (
        select(TextMessage)
        .where(
            TextMessage.number == message.number, TextMessage.inbound, TextMessage.id < message.id,
            TextMessage.at >= message.at - within,
        )
        .order_by(TextMessage.id.desc())
        .limit(MOST_PARTS)
    )  # fmt: skip
    return list(reversed(list(work.session.scalars(query))))


def _by_count(
    work: UnitOfWork, message: TextMessage, mine: Part, earlier: Sequence[TextMessage]
) -> Whole | None:
    """The parts of the same count that are not whole yet; a count that comes again begins another text."""
    found: dict[int, tuple[Part, TextMessage]] = {}
    for text in earlier:
        part = counted(text.words, _not_parts(work))
        if part is None or part.of != mine.of:
            continue
        if part.part in found or len(found) == part.of:
            found = {}
        found[part.part] = (part, text)
    if not found or mine.part in found or len(found) == mine.of:
        return None
    found[mine.part] = (mine, message)
    ordered = [found[part] for part in sorted(found)]
    return Whole(tuple(text for _, text in ordered), joined([part for part, _ in ordered]))


def _is_rest(earlier: TextMessage, message: TextMessage) -> bool:
    """Whether `earlier` overtook the full part that it goes on with: nobody could read it alone, or that part
    was cut by a machine.
    """
    if earlier.unread:
        return is_full(message.words)
    return is_torn(message.words) and earlier.incident_id is not None


def _by_length(work: UnitOfWork, message: TextMessage, earlier: Sequence[TextMessage]) -> Whole | None:
    """A full text and what follows it; or, the wrong way round, a full one after a rest that nobody could
    read alone.
    """
    if not earlier or is_counted(work, earlier[-1]):
        return None
    chain = [earlier[-1]]
    for before, after in reversed(list(pairwise(earlier))):
        if not is_full(before.words) or after is not chain[0]:
            break
        chain.insert(0, before)
    if is_full(chain[-1].words):
        parts = [*chain, message]
    elif len(chain) == 1 and _is_rest(chain[0], message):
        parts = [message, *chain]
    else:
        return None
    words = parts[0].words
    for part in parts[1:]:
        words = glued(words, part.words)
    return Whole(tuple(parts), words)
