"""A flood from one number stands behind the texts of everybody else, and is read to its end all the same."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hotline.floods import AT_ONCE, EACH_S, MOST, Floods
from hotline.keeping import Keeper
from hotline.models import Incident, Promise, TextMessage
from hotline.outbox import Kind, Rank
from hotline.spool import Incoming, Spool
from sms.ahead import ReadAhead
from sms.reading import read_texts
from sms.webhooks import INBOUND, PROMISES, SENDERS, sender_of
from tests.support.clock import FrozenClock
from tests.support.desk import NEIGHBOUR, RESIDENT, Desk, keepers_of
from tests.support.fake_gateway import JSON
from workers.drain import MANY, Drain
from workers.keepers import Keepers

FORM = "application/x-www-form-urlencoded"


def text(number: str, words: str, serial: int) -> Incoming:
    body = f'{{"from": "{number}", "text": "{words}", "id": "{serial}"}}'.encode()
    return Incoming(INBOUND, f"key-{serial}", body, JSON, FrozenClock().now())


@pytest.fixture
def keeper(any_desk: Desk, tmp_path: Path) -> Iterator[Keeper]:
    keeper = Keeper(
        any_desk.runtime.engine, Spool(tmp_path / "spool"), PROMISES, any_desk.clock, lambda: None,
        floods=Floods(SENDERS, lambda: 0.0),
    )  # fmt: skip
    yield keeper
    keeper.stop()


def test_a_call_for_help_in_the_middle_of_a_flood_is_read_in_the_next_batch(
    any_desk: Desk, keeper: Keeper
) -> None:
    flood = [text(RESIDENT, "apa kabar", serial) for serial in range(AT_ONCE + 2 * MANY)]
    for entry in (*flood[:-9], text(NEIGHBOUR, "tolong kebakaran rt 5 eka jaya", 9999), *flood[-9:]):
        keeper.keep(entry)
    plain = keepers_of(any_desk.gateway, any_desk.readers)
    reading = partial(read_texts, ahead=ReadAhead(lambda _: any_desk.gateway, any_desk.readers, "ID"))
    drain = Drain(any_desk.runtime, Keepers(plain.inside, {}, many={Kind.READ_TEXT: reading}))
    assert drain.step() >= MANY
    unread = select(func.count()).where(Promise.kind == Kind.READ_TEXT, Promise.settled_at.is_(None))
    with any_desk.runtime.reading() as session:
        assert session.scalars(select(Incident.type_code)).all() == ["API"]
        assert session.scalar(unread) == len(flood) - MANY - 3
        behind = unread.where(Promise.rank == Rank.LATER)
        assert session.scalar(behind) == session.scalar(unread)
    while drain.step():
        pass
    drain.close()
    with any_desk.runtime.reading() as session:
        read = select(func.count()).where(TextMessage.inbound)
        assert (session.scalar(unread), session.scalar(read)) == (0, len(flood) + 1)


def test_who_writes_on_at_a_persons_pace_keeps_his_place() -> None:
    now = [0.0]
    floods = Floods(SENDERS, lambda: now[0])
    for serial in range(10 * AT_ONCE):
        assert not floods.behind([text(RESIDENT, "tolong", serial)])
        now[0] += EACH_S
    burst = [text(RESIDENT, "tolong", serial) for serial in range(AT_ONCE + 9)]
    assert 0 < len(floods.behind(burst)) <= 9
    assert not floods.behind([text(NEIGHBOUR, "tolong", 1)])
    now[0] += 2 * EACH_S
    assert not floods.behind([text(RESIDENT, "tolong", 1)]), "once it is over, he is one among others"


def test_senders_of_long_ago_are_forgotten() -> None:
    now = [0.0]
    floods = Floods(SENDERS, lambda: now[0])
    for serial in range(2 * MOST):
        floods.behind([text(f"+62812{serial:08d}", "tolong", serial)])
        now[0] += EACH_S / 10
    assert len(floods._quiet_at) <= MOST + 1


@pytest.mark.parametrize(
    ("body", "sender"),
    [
        (b"from=%2B6281200000001&text=a", "%2B6281200000001"),
        (b"text=from%3Dx&from=TELKOMSEL", "TELKOMSEL"),
        (b'{"from": "+6281200000001", "text": "a"}', "+6281200000001"),
        (b"from=" + b"9" * 5000, "9" * 40),
        (b"from=&text=a", None),
        (b"xfrom=1", None),
        (b"\xff\x00", None),
        (b"", None),
    ],
)
def test_a_sender_is_found_where_he_stands_plainly(body: bytes, sender: str | None) -> None:
    assert sender_of(body, FORM) == sender
