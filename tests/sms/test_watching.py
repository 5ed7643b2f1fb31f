"""Texts that the carrier has and we never heard of, and canaries: by number, words and time, never twice."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from hotline.carriers import Alarm, troubles
from hotline.models import Canary, Promise, Report, TextMessage
from hotline.outbox import Kind
from hotline.words_in_force import WordsInForce
from sms.watching import start_timers
from tests.support.desk import HOTLINE, NEIGHBOUR, RESIDENT, Desk
from tests.support.fake_gateway import JSON

REPORT = "maling rt 5 eka jaya"


def listed(desk: Desk, number: str, words: str, serial: int, ago: timedelta = timedelta(0)) -> None:
    date = (desk.clock.at - ago).isoformat()
    desk.gateway.listed.append({"id": serial, "from": number, "text": words, "date": date})


def called_back(desk: Desk, number: str, words: str, carrier_id: str, ago: timedelta = timedelta(0)) -> None:
    date = (desk.clock.at - ago).isoformat()
    body = json.dumps({"from": number, "text": words, "id": carrier_id, "date": date}).encode()
    desk.callback("inbound", body, JSON)


def start(desk: Desk) -> None:
    with desk.work() as work:
        start_timers(work, desk.gateway, desk.clock.at)
    desk.settle()


def go_on(desk: Desk, **by: float) -> None:
    desk.clock.advance(**by)
    desk.settle()


def reports(desk: Desk) -> int:
    with desk.runtime.reading() as session:
        return session.scalar(select(func.count()).select_from(Report)) or 0


def inbound(desk: Desk) -> list[TextMessage]:
    return desk.texts(inbound=True)


def test_a_text_whose_callback_was_lost_is_fetched_read_once_and_marked(any_desk: Desk) -> None:
    start(any_desk)
    go_on(any_desk, hours=1)
    listed(any_desk, RESIDENT, REPORT, 41, ago=timedelta(minutes=30))
    go_on(any_desk, minutes=1)
    for _ in range(5):
        go_on(any_desk, minutes=1)
    assert reports(any_desk) == 1
    assert inbound(any_desk)[0].flags == "late fetched"
    (text,) = inbound(any_desk)
    assert text.sent_at is not None
    assert text.at - text.sent_at > timedelta(minutes=25)
    assert len(any_desk.said_to(RESIDENT)) == 1


def test_what_was_called_back_is_known_though_the_list_gives_it_another_id(desk: Desk) -> None:
    start(desk)
    called_back(desk, RESIDENT, REPORT, "ATXid_1")
    listed(desk, RESIDENT, REPORT, 41)
    go_on(desk, minutes=2)
    go_on(desk, minutes=2)
    assert reports(desk) == 1
    assert inbound(desk)[0].fetched_id == "41"


def test_a_callback_that_comes_after_the_list_told_of_its_text_adds_nothing(desk: Desk) -> None:
    start(desk)
    listed(desk, RESIDENT, REPORT, 41)
    go_on(desk, minutes=2)
    called_back(desk, RESIDENT, REPORT, "ATXid_1", ago=timedelta(minutes=2))
    called_back(desk, RESIDENT, REPORT, "ATXid_1", ago=timedelta(minutes=2))
    assert reports(desk) == 1
    assert len(inbound(desk)) == 1


def test_the_same_words_twice_are_two_texts_and_each_is_matched_once(desk: Desk) -> None:
    start(desk)
    called_back(desk, RESIDENT, REPORT, "ATXid_1")
    listed(desk, RESIDENT, REPORT, 41)
    listed(desk, RESIDENT, REPORT, 42)
    go_on(desk, minutes=2)
    assert sorted(text.fetched_id or "" for text in inbound(desk)) == ["41", "42"]
    assert len(desk.incidents()) == 1


def test_what_the_carrier_has_from_before_this_desk_is_history(desk: Desk) -> None:
    listed(desk, RESIDENT, REPORT, 1, ago=timedelta(days=3))
    start(desk)
    go_on(desk, minutes=2)
    assert inbound(desk) == []


@pytest.mark.parametrize(
    ("minutes", "flags"), [(3, ""), (9, "unconfirmed")], ids=["a list may be late", "not for ever"]
)
def test_a_text_that_the_list_does_not_know_is_marked_and_stays_a_report(
    any_desk: Desk, minutes: int, flags: str
) -> None:
    start(any_desk)
    called_back(any_desk, NEIGHBOUR, "terima kasih", "ATXid_1")
    listed(any_desk, NEIGHBOUR, "terima kasih", 41)
    called_back(any_desk, RESIDENT, REPORT, "made-up-by-somebody")
    for _ in range(minutes):
        go_on(any_desk, minutes=1)
    assert [text.flags for text in inbound(any_desk)] == ["", flags]
    assert reports(any_desk) == 1


def test_a_list_that_knows_no_text_at_all_makes_none_suspect(desk: Desk) -> None:
    start(desk)
    called_back(desk, RESIDENT, REPORT, "ATXid_1")
    for _ in range(12):
        go_on(desk, minutes=1)
    assert [text.flags for text in inbound(desk)] == [""]


def test_a_text_that_the_list_knows_in_the_end_is_suspect_no_more(desk: Desk) -> None:
    start(desk)
    called_back(desk, NEIGHBOUR, "terima kasih", "ATXid_1")
    listed(desk, NEIGHBOUR, "terima kasih", 41)
    called_back(desk, RESIDENT, REPORT, "ATXid_2")
    for _ in range(9):
        go_on(desk, minutes=1)
    listed(desk, RESIDENT, REPORT, 42, ago=timedelta(minutes=9))
    go_on(desk, minutes=1)
    go_on(desk, minutes=1)
    assert [text.flags for text in inbound(desk)] == ["", ""]
    assert reports(desk) == 1


def test_a_long_list_is_read_to_its_end_in_pieces(desk: Desk) -> None:
    start(desk)
    for serial in range(1, 111):
        listed(desk, f"+628122{serial:06d}", "selamat malam", serial)
    go_on(desk, seconds=61)
    go_on(desk, seconds=16)
    assert len(inbound(desk)) == 110


def test_a_list_that_can_not_be_read_is_told_and_read_later(desk: Desk) -> None:
    start(desk)
    desk.gateway.silent = True
    listed(desk, RESIDENT, REPORT, 41)
    go_on(desk, minutes=5)
    go_on(desk, minutes=5)
    with desk.runtime.reading() as session:
        rules = desk.runtime.playbook.sending
        found = troubles(session, rules, desk.clock.at, [desk.gateway.name])
        assert [each.alarm for each in found] == [Alarm.NOT_FETCHED]
    desk.gateway.silent = False
    go_on(desk, minutes=2)
    go_on(desk, minutes=1)
    assert reports(desk) == 1


def test_a_timer_is_one_open_promise_however_often_a_process_starts(any_desk: Desk) -> None:
    for _ in range(3):
        start(any_desk)
    go_on(any_desk, minutes=5)
    start(any_desk)
    with any_desk.runtime.reading() as session:
        query = select(Promise.kind, func.count()).where(Promise.settled_at.is_(None)).group_by(Promise.kind)
        assert dict(iter(session.execute(query))) == {Kind.FETCH_MESSAGES: 1, Kind.ASK_BALANCE: 1}


WORDS = st.sampled_from(["maling rt 5 eka jaya", "terima kasih", "kebakaran rt 9 payo selincah"])
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([RESIDENT, NEIGHBOUR]), WORDS, st.none() | st.integers(0, 7), st.integers(0, 120)
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(
    max_examples=6, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(events=EVENTS)
def test_every_text_stands_there_once_whichever_way_it_came(desk: Desk, events: list[Any]) -> None:
    """Each is in the list; some were called back too, in any order and at any time around the fetch.

    All is drawn before anything happens: an example that is broken off would leave its texts to the next.
    """
    start(desk)
    before, serial = len(inbound(desk)), len(desk.gateway.listed) * 10 + 1
    late = []
    for number, words, turn, seconds in events:
        go_on(desk, seconds=seconds)
        listed(desk, number, words, serial)
        serial += 1
        if turn is not None:
            late.append((turn, number, words, desk.clock.at, f"id-{serial}"))
    for _, number, words, at, carrier_id in sorted(late):
        go_on(desk, seconds=7)
        called_back(desk, number, words, carrier_id, ago=desk.clock.at - at)
    for _ in range(3):
        go_on(desk, minutes=2)
    assert len(inbound(desk)) - before == len(events)


@pytest.fixture
def watched(desk: Desk) -> Desk:
    """A desk that sends canaries."""
    playbook = desk.runtime.playbook
    rules = replace(playbook.sending, canary_every_minutes=15, canary_patience_minutes=5)
    object.__setattr__(desk.runtime, "words", WordsInForce(replace(playbook, sending=rules)))
    return desk


def canaries(desk: Desk) -> list[Canary]:
    with desk.runtime.reading() as session:
        return list(session.scalars(select(Canary).order_by(Canary.id)))


def alarms(desk: Desk) -> list[Alarm]:
    with desk.runtime.reading() as session:
        found = troubles(session, desk.runtime.playbook.sending, desk.clock.at, [desk.gateway.name])
    return [each.alarm for each in found]


def test_a_canary_that_comes_back_is_nobodys_business(watched: Desk) -> None:
    start(watched)
    (words,) = watched.said_to(HOTLINE)
    watched.text(HOTLINE, words)
    go_on(watched, minutes=6)
    assert canaries(watched)[0].returned_at is not None
    assert (inbound(watched), watched.incidents(), alarms(watched)) == ([], [], [])
    go_on(watched, minutes=10)
    assert len(watched.said_to(HOTLINE)) == 2


def test_a_canary_that_does_not_come_back_raises_the_alarm_until_one_does(watched: Desk) -> None:
    start(watched)
    go_on(watched, minutes=6)
    assert alarms(watched)[:1] == [Alarm.CANARY_LOST]
    go_on(watched, minutes=10)
    watched.text(HOTLINE, watched.said_to(HOTLINE)[-1])
    assert Alarm.CANARY_LOST not in alarms(watched)


def test_no_canary_flies_unless_the_playbook_says_so(desk: Desk) -> None:
    start(desk)
    go_on(desk, minutes=60)
    assert desk.said_to(HOTLINE) == []
