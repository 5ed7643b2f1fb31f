import threading

import pytest
from sqlalchemy import Engine

from hotline.models import Kept
from hotline.outbox import Kind, Rank
from hotline.storing import store
from tests.support.callbacks import PROMISES, incoming, kept, promised
from tests.support.still_clock import NOON


def test_what_is_new_is_kept_and_promised_to_be_handled(engine: Engine) -> None:
    assert store(engine, [incoming("a"), incoming("b", kind="sms.receipt")], PROMISES)
    assert kept(engine) == {"a": 0, "b": 0}
    assert [(row.kind, row.rank, row.due_at) for row in promised(engine)] == [
        (Kind.READ_TEXT, Rank.INCOMING, NOON),
        (Kind.READ_RECEIPT, Rank.INCOMING, NOON),
    ]


def test_what_is_known_is_counted_and_not_promised_again(engine: Engine) -> None:
    store(engine, [incoming("a")], PROMISES)
    assert not store(engine, [incoming("a"), incoming("a")], PROMISES)
    assert store(engine, [incoming("a"), incoming("b")], PROMISES)
    assert kept(engine) == {"a": 3, "b": 0}
    assert len(promised(engine)) == 2


def test_of_repeats_in_one_commit_the_first_is_kept(engine: Engine) -> None:
    store(engine, [incoming("a", b"first"), incoming("b"), incoming("a", b"second")], PROMISES)
    assert kept(engine) == {"a": 1, "b": 0}
    with engine.begin() as connection:
        assert connection.execute(Kept.__table__.select().where(Kept.key == "a")).one().body == b"first"


def test_the_same_key_of_another_kind_is_another_callback(engine: Engine) -> None:
    store(engine, [incoming("a"), incoming("a", kind="sms.receipt")], PROMISES)
    assert len(promised(engine)) == 2


@pytest.mark.parametrize("known", [0, 1, 128, 256])
def test_a_full_batch_finds_its_way_whatever_of_it_is_known(engine: Engine, known: int) -> None:
    entries = [incoming(f"{number:03d}", bytes([number])) for number in range(256)]
    if known:
        store(engine, entries[:known], PROMISES)
    store(engine, entries, PROMISES)
    assert kept(engine) == {f"{number:03d}": int(number < known) for number in range(256)}
    with engine.begin() as connection:
        bodies = {row.id: row.body for row in connection.execute(Kept.__table__.select())}
    assert sorted(bodies[promise.subject_id] for promise in promised(engine)) == [
        bytes([number]) for number in range(256)
    ]


@pytest.mark.parametrize("body", [b"", b"\x00", b"\xff\xfe", b"x" * 1024 * 1024])
def test_any_bytes_are_kept_as_they_came(engine: Engine, body: bytes) -> None:
    store(engine, [incoming("a", body)], PROMISES)
    with engine.begin() as connection:
        assert connection.execute(Kept.__table__.select()).one().body == body


def test_a_kind_that_nobody_handles_is_not_kept_either(engine: Engine) -> None:
    with pytest.raises(LookupError):
        store(engine, [incoming("a"), incoming("b", kind="fax")], PROMISES)
    assert kept(engine) == {}


def test_two_writers_with_the_same_callbacks_in_any_order_keep_each_once(engine: Engine) -> None:
    entries = [incoming(f"{number}") for number in range(40)]
    ready = threading.Barrier(4)
    failed: list[Exception] = []

    def write(turn: int) -> None:
        ordered = entries if turn % 2 else entries[::-1]
        ready.wait()
        try:
            for _ in range(5):
                store(engine, ordered, PROMISES)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert kept(engine) == {entry.key: 19 for entry in entries}
    assert len(promised(engine)) == 40
