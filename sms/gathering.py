"""Puts long texts together that a line hands over piece by piece: late, out of order, and with a gap where a
piece never comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from hotline.models import Kept, TextPart
from hotline.outbox import Kind, Rank
from hotline.unit_of_work import UnitOfWork
from sms.gateway import Inbound, Part

GAP: Final = "[...]"
"""Stands where a piece is missing; within GSM-7, so that it can be said again in a text."""
SAME_SET: Final = timedelta(hours=24)
"""Senders count their texts in a circle: what is older belongs to another one."""
GAP_FLAG: Final = "gap"
"""Marks a text that was shown without all its pieces, and LATE_FLAG what came of it afterwards."""
LATE_FLAG: Final = "late_part"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent the pieces, and over which line."""

    carrier: str
    number: str


def gather(work: UnitOfWork, kept: Kept, sender: Sender, told: Inbound, wait: timedelta) -> Inbound | None:
    """The whole text once it is there, or with a gap after `wait`; None while it is waited for, and for what
    was handed on before. A piece that comes after the gap was shown is a text of its own, between gaps.

    Ids, time and all else are those of the piece that completed it. The caller has the sender's turn.
    """
    if told.part is None:
        return told
    mine = _stored(work, kept, sender, told.part)
    if mine.told_at is not None:
        return None
    pieces = _set(work, mine)
    before = _handed_on(pieces, mine)
    if any(_same(piece, mine) for piece in before):
        mine.told_at = work.now
        kept.problem = "a repeat of a piece that is known"
        return None
    fresh = [piece for piece in pieces if piece.told_at is None]
    whole = len({piece.place for piece in fresh}) == mine.parts
    waited = work.now - min(piece.received_at for piece in fresh) >= wait
    if not whole and not waited and not before:
        work.promise(Kind.READ_TEXT, kept.id, rank=Rank.INCOMING, due_at=mine.received_at + wait)
        return None
    for piece in fresh:
        piece.told_at = work.now
    flag = "" if whole else LATE_FLAG if before else GAP_FLAG
    return replace(told, words=_joined(fresh, mine.parts), part=None, flag=flag)


def _stored(work: UnitOfWork, kept: Kept, sender: Sender, part: Part) -> TextPart:
    known = work.session.scalars(select(TextPart).where(TextPart.kept_id == kept.id)).one_or_none()
    if known is None:
        known = TextPart(
            carrier=sender.carrier, number=sender.number[:80], reference=part.reference[:8], parts=part.parts,
            place=part.place, characters=part.characters, received_at=kept.received_at, kept_id=kept.id,
        )  # fmt: skip
        work.session.add(known)
        work.session.flush()
    return known


def _set(work: UnitOfWork, mine: TextPart) -> list[TextPart]:
    """The pieces with the same sender, reference and count, `mine` among them."""
    query = (
        select(TextPart)
        .where(
            TextPart.carrier == mine.carrier, TextPart.number == mine.number,
            TextPart.reference == mine.reference, TextPart.parts == mine.parts,
            TextPart.received_at.between(mine.received_at - SAME_SET, mine.received_at + SAME_SET),
        )
        .order_by(TextPart.id)
    )  # fmt: skip
    return list(work.session.scalars(query))


def _handed_on(pieces: Sequence[TextPart], mine: TextPart) -> list[TextPart]:
    """The pieces of this text that were shown with a gap, or of which `mine` is a repeat.

    A set that is whole, or that has another piece at the same place, is an older text with the same count.
    """
    told = [piece for piece in pieces if piece.told_at is not None]
    if any(_same(piece, mine) for piece in told):
        return told
    places = {piece.place for piece in told}
    return [] if len(places) == mine.parts or mine.place in places else told


def _same(piece: TextPart, mine: TextPart) -> bool:
    return piece.place == mine.place and piece.characters == mine.characters


def _joined(pieces: Sequence[TextPart], parts: int) -> str:
    """The words in order; one mark for each run of pieces that are missing.

    Joined as they came over the air, in UTF-16: a sign may have been torn between two pieces.
    """
    there = {piece.place: piece.characters for piece in pieces}
    gap = GAP.encode("utf-16-be").hex()
    row = [there.get(place) for place in range(1, parts + 1)]
    kept = [
        characters or gap
        for place, characters in enumerate(row)
        if characters is not None or place == 0 or row[place - 1] is not None
    ]
    return bytes.fromhex("".join(kept)).decode("utf-16-be", "replace").replace("\x00", "")
