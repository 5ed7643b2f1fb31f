"""Turns a kept callback, or a row of the carrier's own list, into a text in the archive, once, and hands it
to whom it concerns.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, func, select

from hotline.among import among
from hotline.carriers import carrier_of
from hotline.correspondents import Correspondents, correspondents
from hotline.database import is_hurried, is_wanted, was_hurried
from hotline.domain.delivery import TextState
from hotline.domain.phone import Sender, SenderKind, read_number
from hotline.models import Kept, TextMessage, Unit
from hotline.roster import unit_by_number
from hotline.turns import take_turn, take_turns
from hotline.unit_of_work import UnitOfWork
from sms.ahead import ReadAhead
from sms.canary import came_home
from sms.confirming import confirm
from sms.from_residents import act_on_resident, context_of
from sms.from_units import act_on_unit
from sms.gateway import NETWORK, SERVICE, Inbound, SmsGateway
from sms.gathering import Sender as Pieces
from sms.gathering import gather
from sms.grammar import Reader
from sms.learned import Readers
from sms.line_rules import LineRules

TWIN: Final = timedelta(minutes=1)
"""Texts without an id that are equal and closer than this are one text sent twice by a carrier."""
CLOCK_SLACK: Final = timedelta(minutes=10)
FEW: Final = 8
"""Texts that are understood in one transaction while somebody telephones: fewer would cost more than they
save.
"""
SOME: Final = 32
"""Whoever else waits to write waits for so many, some 30 ms: what a transaction costs whatever is in it is as
much as eight texts.
"""
OLDEST: Final = timedelta(days=7)
"""A telephone that was off for longer gets its texts never; an older time is a clock that stands wrong."""
SAME_TIME: Final = timedelta(minutes=10)
"""A text in the carrier's list and one that was called back are the same where words and number are, and
their times lie this close; each stands for one only."""

_THESE: Final = select(Kept).where(among(Kept.id, "ids")).order_by(Kept.id).with_for_update()
_SEEN: Final = select(TextMessage.carrier_id).where(
    among(TextMessage.carrier, "carriers"), among(TextMessage.carrier_id, "ids")
)


def read_text(
    work: UnitOfWork, kept_id: int, gateway: SmsGateway, readers: Readers, rules: LineRules | None = None
) -> None:
    """Understands one kept text: exactly once, since the text and all it leads to are one transaction.

    `rules` are those of lines that are SIMs: how long pieces are waited for, and who their networks are.
    """
    kept = work.session.get_one(Kept, kept_id, with_for_update=True)
    piece = gateway.read_inbound(kept.body, kept.content_type)
    sender = read_number(piece.sender, work.playbook.programme.region)
    take_turn(work.session, sender.address)
    told = _whole(work, kept, gateway.name, sender, piece, rules)
    if told is not None:
        _read(work, kept, told, sender, gateway.name, readers.of(work.session))


def read_texts(
    work: UnitOfWork, kept_ids: Sequence[int], ahead: ReadAhead, rules: LineRules | None = None
) -> int:
    """Understands several as `read_text` would one after the other, with one question for all of them, and as
    they were read `ahead`.

    How many it understood: where somebody else waits to write it stops after a few, for a caller at once.
    """
    connection = work.session.connection()
    if was_hurried(connection):
        kept_ids = kept_ids[:FEW]
    kept = {each.id: each for each in work.session.scalars(_THESE, {"ids": kept_ids})}
    line = {each: ahead.heard(kept[each]) for each in kept_ids}
    told = {each: ahead.told(kept[each], line[each]) for each in kept_ids}
    region = work.playbook.programme.region
    sender = {each: read_number(told[each].sender, region) for each in kept_ids}
    take_turns(work.session, [each.address for each in sender.values()])
    reader = ahead.readers.of(work.session)
    with work.many():
        names = {each.name for each in line.values()}
        work.met = _met(work, [(told[each], sender[each]) for each in kept_ids], names)
        _read_conversations(work, ahead, reader)
        for done, each in enumerate(kept_ids):
            if is_wanted(connection) if done >= SOME else done and is_hurried(connection):
                return done
            work.now = work.clock.now()
            whole = _whole(work, kept[each], line[each].name, sender[each], told[each], rules)
            if whole is not None:
                _read(work, kept[each], whole, sender[each], line[each].name, reader)
    return len(kept_ids)


def _read_conversations(work: UnitOfWork, ahead: ReadAhead, reader: Reader) -> None:
    """What numbers that are known say first, all at once: one text after the other the grammar needs half as
    long for each as between the rows of others.
    """
    residents = [number for number, met in work.met.by_number.items() if met.unit is None]
    reader.read_ahead(
        [
            (said, context_of(work, number))
            for number in residents
            if (said := ahead.conversations.pop(number, None)) is not None
        ]
    )


def _whole(  # noqa: PLR0917  a text and all that is known of its coming
    work: UnitOfWork, kept: Kept, carrier: str, sender: Sender, piece: Inbound, rules: LineRules | None
) -> Inbound | None:
    """The text that this piece completes; None where others are waited for."""
    wait = timedelta(minutes=rules.limits.gap_minutes) if rules else timedelta(0)
    told = gather(work, kept, Pieces(carrier, sender.address), piece, wait)
    if told is not None and rules is not None and rules.is_networks_own(told.sender):
        return replace(told, silent=NETWORK)
    return told


def _met(
    work: UnitOfWork, texts: Sequence[tuple[Inbound, Sender]], carriers: Collection[str]
) -> Correspondents:
    """What is known of all who sent these, and which of their ids."""
    ids = Counter(told.carrier_id[:120] for told, _ in texts if told.carrier_id)
    seen = {each for each, times in ids.items() if times > 1}
    before = work.session.scalars(_SEEN, {"carriers": list(carriers), "ids": list(ids)})
    seen.update(each for each in before if each)
    numbers = {sender.address for _, sender in texts if sender.kind is SenderKind.MOBILE}
    late = work.now - timedelta(days=work.playbook.limits.solved_late_days)
    met = correspondents(work.session, numbers, work.now, late)
    met.seen_ids = frozenset(seen)
    return met


def _read(  # noqa: PLR0917  a text and all that is known of its coming
    work: UnitOfWork, kept: Kept, told: Inbound, sender: Sender, carrier: str, reader: Reader
) -> None:
    if told.silent == SERVICE:
        kept.problem = "a service message: no words to anybody"
    elif came_home(work, told.words):
        kept.problem = "a canary came home"
    elif _is_repeat(work, kept, carrier, told, sender):
        kept.problem = "a repeat of a text that is known"
    elif (fetched := _fetched_before(work, told, sender)) is not None:
        fetched.carrier, fetched.carrier_id = carrier, told.carrier_id[:120] if told.carrier_id else None
        kept.problem = "known from the carrier's own list"
    else:
        _take_in(work, kept, told, carrier, sender, reader)


def read_fetched(work: UnitOfWork, kept_id: int, gateway: SmsGateway, readers: Readers) -> None:
    """Understands a text from the carrier's own list, unless its callback came too: never a second report."""
    kept = work.session.get_one(Kept, kept_id, with_for_update=True)
    told = gateway.read_fetched(kept.body)
    sender = read_number(told.sender, work.playbook.programme.region)
    take_turn(work.session, sender.address)
    if came_home(work, told.words):
        kept.problem = "a canary came home"
    elif (known := _called_back(work, kept, told, sender)) is not None:
        known.fetched_id = told.carrier_id[:120] if told.carrier_id else "-"
        confirm(known)
        kept.problem = "called back as well"
    elif told.sent_at is not None and told.sent_at < carrier_of(work, gateway.name).since - SAME_TIME:
        kept.problem = "from before this desk"
    else:
        fetched_id = told.carrier_id[:120] if told.carrier_id else "-"
        unknown = replace(told, carrier_id=None)
        reader = readers.of(work.session)
        _take_in(work, kept, unknown, gateway.name, sender, reader, fetched_id=fetched_id)


def _take_in(  # noqa: PLR0917  a text and all that is known of its coming
    work: UnitOfWork, kept: Kept, told: Inbound, carrier: str, sender: Sender, reader: Reader,
    fetched_id: str | None = None,
) -> None:  # fmt: skip
    """Archives the text and hands it to whom it concerns."""
    met = work.met.get(sender.address)
    unit = met.unit if met is not None else unit_by_number(work.session, sender.address)
    message = _archive(work, kept, carrier, told, sender, unit=unit, fetched_id=fetched_id)
    if told.silent == NETWORK:
        message.unread = False  # archived; its operator writes to the SIM, and not to the desk
    elif not message.words.strip() or told.silent:
        message.unread = True
    elif unit is not None:
        act_on_unit(work, message, unit, reader)
    elif sender.kind is SenderKind.MOBILE:
        act_on_resident(work, message, reader)
    else:
        # A landline, a name or a short number: somebody looks at it, nobody answers it.
        message.unread = True


def _fetched_before(work: UnitOfWork, told: Inbound, sender: Sender) -> TextMessage | None:
    """The text that was taken in from the carrier's list before this callback of it came."""
    if (met := work.met.get(sender.address)) is not None and not met.fetched:
        return None
    query = select(TextMessage).where(TextMessage.fetched_id.is_not(None), TextMessage.carrier_id.is_(None))
    return _nearest(work, query, told, sender)


def _called_back(work: UnitOfWork, kept: Kept, told: Inbound, sender: Sender) -> TextMessage | None:
    """The text that a callback brought, of this row: by the id, else by number, words and time."""
    query = select(TextMessage).where(TextMessage.fetched_id.is_(None))
    same_id = query.where(TextMessage.carrier_id == (told.carrier_id or "-")[:120])
    found = _nearest(work, same_id, told, sender) if told.carrier_id else None
    return found or _nearest(work, query, told, sender, kept.received_at)


def _nearest(
    work: UnitOfWork, query: Select[TextMessage], told: Inbound, sender: Sender,
    otherwise: datetime | None = None,
) -> TextMessage | None:  # fmt: skip
    """Of the texts with the same number and words, the one whose time is nearest."""
    at = told.sent_at or otherwise or work.now
    query = query.where(
        TextMessage.inbound, TextMessage.number == sender.address[:80], TextMessage.words == told.words,
        TextMessage.sent_at.between(at - SAME_TIME, at + SAME_TIME),
    )  # fmt: skip
    found = list(work.session.scalars(query.order_by(TextMessage.id)))
    return min(found, key=lambda text: abs((text.sent_at or text.at) - at), default=None)


def _is_repeat(work: UnitOfWork, kept: Kept, carrier: str, told: Inbound, sender: Sender) -> bool:
    if _is_new(work, told, sender):
        return False
    query = select(TextMessage.id).where(
        TextMessage.inbound, TextMessage.number == sender.address[:80], TextMessage.words == told.words
    )
    if told.carrier_id is not None:
        query = query.where(TextMessage.carrier == carrier, TextMessage.carrier_id == told.carrier_id[:120])
    else:
        query = query.where(
            TextMessage.carrier_id.is_(None),
            TextMessage.at.between(kept.received_at - TWIN, kept.received_at + TWIN),
        )
    return work.session.scalar(query.limit(1)) is not None


def _archive(
    work: UnitOfWork,
    kept: Kept,
    carrier: str,
    told: Inbound,
    sender: Sender,
    *,
    unit: Unit | None,
    fetched_id: str | None,
) -> TextMessage:
    carrier_id = told.carrier_id[:120] if told.carrier_id else None
    variant = 0 if _is_new(work, told, sender) else _variant(work, carrier, carrier_id)
    sent_at = _believable(told.sent_at, kept.received_at)
    late = kept.received_at - sent_at > timedelta(minutes=work.playbook.limits.late_minutes)
    message = TextMessage(
        inbound=True, carrier=carrier, carrier_id=carrier_id, variant=variant, number=sender.address[:80],
        words=told.words, at=kept.received_at, sent_at=sent_at,
        state=TextState.RECEIVED, kept_id=kept.id, unit_id=unit.id if unit else None,
        flags=" ".join(_flags(kept, told, variant, late=late, fetched=fetched_id is not None)),
        fetched_id=fetched_id,
    )  # fmt: skip
    if unit is not None:
        unit.heard_at = work.now
    work.add(message)
    work.met.note_text(message)
    return message


def _is_new(work: UnitOfWork, told: Inbound, sender: Sender) -> bool:
    """Whether no text with this id has been seen, as far as that is known without asking."""
    known = work.met.get(sender.address)
    return (
        known is not None and told.carrier_id is not None and told.carrier_id[:120] not in work.met.seen_ids
    )


def _variant(work: UnitOfWork, carrier: str, carrier_id: str | None) -> int:
    if carrier_id is None:
        return 0
    query = select(func.count()).where(TextMessage.carrier == carrier, TextMessage.carrier_id == carrier_id)
    return work.session.scalar(query) or 0


def _believable(sent_at: datetime | None, received_at: datetime) -> datetime:
    """The carrier's time where it can be true, which it can't in the future; ours otherwise."""
    if sent_at is None or not received_at - OLDEST <= sent_at <= received_at + CLOCK_SLACK:
        return received_at
    return sent_at


def _flags(kept: Kept, told: Inbound, variant: int, *, late: bool, fetched: bool) -> list[str]:
    """What the desk should know about how the text came."""
    flags = []
    if late:
        flags.append("late")
    if fetched:
        flags.append("fetched")
    elif told.carrier_id is None:
        flags.append("without_id")
    if variant:
        flags.append("same_id_other_words")
    if kept.cut:
        flags.append("cut")
    if not told.words.strip():
        flags.append("empty")
    return [*flags, *(flag for flag in (told.silent, told.flag) if flag)]
