"""A batch of texts, or of reports on them, leaves exactly the rows that each leaves when it is read alone."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.callers import caller_of
from hotline.closing import Closing, close
from hotline.database import is_hurried
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import Disposition
from hotline.incidents import find
from hotline.merging import merge
from hotline.models import Contact, Incident, Kept, Promise, TextMessage, UnreadWord
from hotline.models.base import Base
from hotline.outbox import Kind
from hotline.spool import Incoming
from hotline.storing import store
from hotline.verification import Findings, verify
from sms.ahead import ReadAhead
from sms.reading import FEW, read_text, read_texts
from sms.receipts import read_receipt, read_receipts
from sms.webhooks import INBOUND, PROMISES, RECEIPT
from tests.support.databases import put_in_place
from tests.support.desk import COORDINATOR, GUARD, OPERATOR, Desk
from tests.support.eventually import eventually
from tests.support.fake_gateway import JSON

SAMPLES = Path(__file__).parents[1] / "data" / "messages.jsonl"
OF_SEQUENCES = frozenset(
    {"id", "number", "words", "subject_id"}
    | {each.parent.name for table in Base.metadata.sorted_tables for each in table.foreign_keys}
)
"""Columns that tell a row's id, or an incident's number: on PostgreSQL a sequence leaves gaps."""


@pytest.fixture
def alone(sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    """Where each text is read by itself."""
    desk = Desk(sqlite_url, tmp_path / "alone")
    yield desk
    desk.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def batched(request: pytest.FixtureRequest, _sqlite_template: Path, tmp_path: Path) -> Iterator[Desk]:
    """Where several are read at once."""
    if request.param == "sqlite":
        put_in_place(_sqlite_template, tmp_path / "batched.sqlite3")
        url = f"sqlite:///{tmp_path / 'batched.sqlite3'}"
    else:
        url = request.getfixturevalue("postgresql_url")
    desk = Desk(url, tmp_path / "batched")
    yield desk
    desk.close()


def kept(desk: Desk, bodies: Sequence[dict[str, str]], kind: str = INBOUND) -> list[int]:
    """The callbacks as the door keeps them, one after the other."""
    with desk.runtime.reading() as session:
        before = session.scalar(select(func.count()).select_from(Kept)) or 0
    for at, body in enumerate(bodies, start=before):
        entry = Incoming(kind, f"key-{at}", json.dumps(body).encode(), JSON, desk.clock.now())
        store(desk.runtime.engine, [entry], PROMISES)
    with desk.runtime.reading() as session:
        fresh = select(Kept.id).where(Kept.kind == kind).order_by(Kept.id.desc()).limit(len(bodies))
        return list(session.scalars(fresh))[::-1]


def read_alone(desk: Desk, bodies: Sequence[dict[str, str]]) -> None:
    for kept_id in kept(desk, bodies):
        with desk.work() as work:
            read_text(work, kept_id, desk.gateway, desk.readers)


def read_batched(desk: Desk, bodies: Sequence[dict[str, str]], size: int) -> None:
    ids, ahead = kept(desk, bodies), ahead_of(desk)
    for start in range(0, len(ids), size):
        with desk.runtime.reading() as session:
            ahead.look(session, ids[start : start + size])
        with desk.work() as work:
            read_texts(work, ids[start : start + size], ahead)


def ahead_of(desk: Desk) -> ReadAhead:
    return ReadAhead(lambda _: desk.gateway, desk.readers, "ID")


def number(at: int) -> str:
    return f"+6281290{at:06d}"


def become_known(desk: Desk) -> None:
    """Numbers of every kind: with an open case, with several, with one that was told together with another,
    asked for the place, asked whether it is solved and how well, opted out, quiet, muted, agreed to by the
    desk, heard of by the carrier's list only, and a machine that repeats itself.
    """
    said = [
        "maling rt 5 eka jaya", "kebakaran di talang bakung rt 3", "tolong ada orang berkelahi",
        "STOP", "DIAM", "maling rt 7 eka jaya", "banjir di lingkar selatan rt 8", "apa kabar",
        "terima kasih", "BANTUAN",
    ]  # fmt: skip
    told = [{"from": number(at), "text": words, "id": f"early-{at}"} for at, words in enumerate(said)]
    told += [{"from": number(0), "text": "kebakaran di talang bakung rt 9", "id": "early-more"}]
    told += [{"from": number(9), "text": "BANTUAN", "id": f"again-{at}"} for at in range(6)]
    read_alone(desk, told)
    with desk.runtime.reading() as session:
        theft, fire, _, *ended, _ = session.scalars(select(Incident.number).order_by(Incident.id))
    for each in ended:
        with desk.work() as work:
            incident = find(work.session, each or "")
            assert incident is not None
            verify(work, incident.id, Findings(), OPERATOR)
            close(work, incident.id, Closing(Disposition.RESOLVED), COORDINATOR)
    read_alone(desk, [{"from": number(6), "text": "1", "id": "early-yes"}])
    with desk.work() as work:
        first, second = find(work.session, theft or ""), find(work.session, fire or "")
        assert first is not None
        assert second is not None
        merge(work, second.id, first.number or "", OPERATOR)
        agreed = Contact(incident_id=first.id, number=number(7), named_at=work.now, agreed_at=work.now)
        listed = TextMessage(
            inbound=True, carrier=desk.gateway.name, fetched_id="list-1", number=number(2), words="halo pak",
            at=work.now, sent_at=work.now, state=TextState.RECEIVED,
        )  # fmt: skip
        work.session.add_all([agreed, listed])
        caller_of(work, number(8)).muted_until = work.now + timedelta(hours=6)


def later() -> list[dict[str, str]]:
    """What they write then, mixed up: some of it twice, without an id, or in parts."""
    said = [
        "maling lagi rt 5 eka jaya", "rt 4", "eka jaya rt 2", "1", "2", "5", "STATUS", "BATAL", "STOP",
        "1007 tambah dua", "tolong", "apa kabar", "terima kasih", "MULAI", "BANTUAN", "HAPUS",
        "kebakaran di talang bakung rt 3", "ada yang luka parah di rt 5 eka jaya",
        "untuk ibu saya 081290999999", "(1/2) ada orang dibacok di eka jaya",
        "(2/2) rt 6 dekat masjid", "a" * 160, "sambungan rt 5 maling",
    ]  # fmt: skip
    told = [
        {"from": number(at), "text": words, "id": f"late-{at}-{place}"}
        for place, words in enumerate(said)
        for at in range(12)
    ]
    told = Random(7).sample(told, 45)
    for body in told[::9]:
        del body["id"]
    asked = [(30, "tolong ada orang berkelahi"), (30, "eka jaya rt 2"), (5, "1"), (5, "4"), (2, "halo pak")]
    sure = [{"from": number(at), "text": words, "id": f"sure-{at}-{words}"} for at, words in asked]
    return [*sure, *told, *told[:40:5], {"from": GUARD, "text": "1007 1", "id": "guard-1"}]


def reports(desk: Desk) -> list[dict[str, str]]:
    """The carrier took what was said, two texts under one id, and reports on it as carriers do: more than
    once, in contradiction, on nothing that is known, and without an id.
    """
    with desk.work() as work:
        told = work.session.scalars(select(TextMessage).where(~TextMessage.inbound).order_by(TextMessage.id))
        for at, text in enumerate(told):
            text.carrier, text.carrier_id = desk.gateway.name, f"c-{max(at, 1)}"
            text.variant, text.state = int(at == 1), TextState.ACCEPTED
    first, then = [("DELIVERED", "EXPIRED", "FAILED", "ON_ITS_WAY")[at % 4] for at in range(60)], "DELIVERED"
    told_first = [{"id": f"c-{at}", "status": status} for at, status in enumerate(first)]
    again = [{"id": f"c-{at}", "status": then, "again": str(at)} for at in range(0, 60, 3)]
    return [*told_first[:20], *again[:10], *told_first[20:], *again[10:], {"status": then}]


def rows(session: Session, without: frozenset[str]) -> dict[str, list[dict[str, Any]]]:
    """Everything there is, table by table, in the order of its coming; but for words that nobody could read,
    which a batch counts together.
    """
    found = {
        table.name: [
            {name: value for name, value in row._mapping.items() if name not in without}
            for row in session.execute(select(table).order_by(*table.primary_key.columns))
        ]
        for table in Base.metadata.sorted_tables
        if table is not UnreadWord.__table__
    }
    counted = select(UnreadWord.week, UnreadWord.word, UnreadWord.times).order_by(UnreadWord.word)
    return {**found, "unread_word": [dict(row._mapping) for row in session.execute(counted)]}


def texts() -> list[dict[str, str]]:
    """Residents and a unit: each sample, numbers that come again, an id that comes twice, one without."""
    lines = SAMPLES.read_text(encoding="utf-8").splitlines()[::7]
    told = [
        {"from": f"+62812{at % 31:08d}", "text": json.loads(line)["text"], "id": f"text-{at}"}
        for at, line in enumerate(lines)
    ]
    first = told[0]
    extra = [
        first,
        {**first, "text": "kebakaran di talang bakung rt 3"},
        {"from": "+6281299999999", "text": "banjir di lingkar selatan rt 8"},
        {"from": GUARD, "text": "SIAP", "id": "unit-1"},
        {"from": "TELKOMSEL", "text": "promo", "id": "noise-1"},
    ]
    return [*told, *extra, *extra]


def test_a_batch_leaves_what_each_alone_leaves(alone: Desk, batched: Desk) -> None:
    for desk in (alone, batched):
        become_known(desk)
    for told, size in ((later(), 64), (texts(), 16)):
        read_alone(alone, told)
        read_batched(batched, told, size)
    for kept_id in kept(alone, reports(alone), RECEIPT):
        with alone.work() as work:
            read_receipt(work, kept_id, alone.gateway)
    ids = kept(batched, reports(batched), RECEIPT)
    for start in range(0, len(ids), 16):
        with batched.work() as work:
            read_receipts(work, ids[start : start + 16], lambda _: batched.gateway)
    with alone.runtime.reading() as one, batched.runtime.reading() as many:
        without = OF_SEQUENCES if many.get_bind().dialect.name == "postgresql" else frozenset[str]()
        assert rows(many, without) == rows(one, without)
        answers = select(func.count()).where(Promise.kind == Kind.SEND_TEXT)
        assert (many.scalar(answers) or 0) > 20
        arrived = select(func.count()).where(TextMessage.state == TextState.DELIVERED)
        assert (many.scalar(arrived) or 0) > 5


def test_while_somebody_is_on_the_telephone_few_are_understood_at_a_time(alone: Desk) -> None:
    """He hears nothing until he has written: one text more at most, and no long batch between his steps."""
    ids = kept(alone, [{"from": f"+62812{at:08d}", "text": "maling"} for at in range(FEW + 3)])

    def caller() -> None:
        with alone.runtime.work(hurried=True) as work:
            work.session.execute(select(Kept.id).limit(1))

    def understood(of: Sequence[int], *, while_he_waits: bool = False) -> int:
        with ThreadPoolExecutor(1) as pool, alone.work() as work:
            connection = work.session.connection()
            if while_he_waits:
                pool.submit(caller)
                eventually(lambda: is_hurried(connection), "a caller waits")
            return read_texts(work, of, ahead_of(alone))

    assert understood(ids) == FEW + 3
    assert understood(ids, while_he_waits=True) == 1
    assert understood(ids) == FEW
