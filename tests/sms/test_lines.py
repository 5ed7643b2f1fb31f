"""Several lines: an answer by the one the word came in on, an alert by any that works, SIMs at their pace."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from hotline.carriers import Alarm, carrier_of, troubles
from hotline.domain.delivery import TextState
from hotline.lines import line_of
from hotline.models import Call
from sms.gateway import NotSent, Refused, Unknown, Wait
from tests.support.sims import CARRIER, ISAT, TSEL, Sims

OF_TSEL, OF_ISAT = "+6281200000001", "+6285600000001"
GUARD_ID = 1
"""Arif, whose number is one of Telkomsel's."""
FIRE = "ada kebakaran rumah di talang bakung rt 3"
REPORT = "maling di eka jaya rt 5 dekat masjid"
DOWN = NotSent("the modem's daemon did not take it up")


def trouble(sims: Sims, name: str, *alarms: Alarm) -> None:
    with sims.desk.work() as work:
        line_of(work, name).problem = " ".join(alarms)


@pytest.mark.parametrize("line", [TSEL, ISAT, CARRIER])
def test_an_answer_goes_by_the_line_that_the_word_came_in_on(sims: Sims, line: str) -> None:
    if line == CARRIER:
        sims.keep("sms.inbound", {"id": "1", "sender": OF_TSEL, "text": REPORT.encode("utf-16-be").hex()})
    else:
        sims.arrives(line, OF_TSEL, REPORT)
    (said,) = sims.sent()
    assert said[0] == line
    assert "Laporan" in said[1]


@pytest.mark.parametrize(("number", "line"), [(OF_TSEL, TSEL), (OF_ISAT, ISAT)])
def test_who_never_wrote_is_texted_from_his_own_network(sims: Sims, number: str, line: str) -> None:
    sims.say(number, "Pengumuman")
    sims.settle()
    assert sims.sent() == [(line, "Pengumuman")]


@pytest.mark.parametrize(
    "outcome", [DOWN, Refused("no credit", Wait.MONEY), Refused("no SIM", Wait.CONFIGURATION)]
)
def test_an_alert_fails_over_to_another_line_at_once(sims: Sims, outcome: NotSent | Refused) -> None:
    sims.gateways[TSEL].always = outcome
    sims.alert(GUARD_ID, "TUGAS 1041")
    sims.settle()
    assert sims.sent() == [(TSEL, "TUGAS 1041"), (ISAT, "TUGAS 1041")]
    assert [text.state for text in sims.desk.texts()] == [TextState.ACCEPTED]


def test_an_alert_that_may_have_gone_out_goes_nowhere_else_by_itself(any_sims: Sims) -> None:
    any_sims.gateways[TSEL].always = Unknown("the modem did not say", "tsel-1")
    any_sims.alert(GUARD_ID, "TUGAS 1041")
    any_sims.settle(seconds=60)
    assert any_sims.sent() == [(TSEL, "TUGAS 1041")]
    any_sims.receipt(TSEL, "tsel-1", "DELIVERED")
    assert [text.state for text in any_sims.desk.texts()] == [TextState.DELIVERED]


def test_a_modem_that_nobody_runs_is_passed_over_and_the_desk_is_told(sims: Sims) -> None:
    with sims.desk.work() as work:
        line_of(work, TSEL).seen_at = work.now
    sims.clock.advance(minutes=11)
    sims.alert(GUARD_ID, "TUGAS 1041")
    sims.settle()
    assert sims.sent() == [(ISAT, "TUGAS 1041")]
    with sims.desk.runtime.reading() as session:
        rules, now = sims.desk.runtime.playbook.sending, sims.clock.now()
        shown = troubles(session, rules, now, [TSEL, ISAT])
        assert [(each.alarm, each.carrier) for each in shown] == [(Alarm.SILENT, TSEL)]
        assert troubles(session, rules, now, [ISAT]) == []


def test_what_is_left_on_an_account_is_for_alerts_and_emergencies(sims: Sims) -> None:
    for name in (TSEL, ISAT):
        trouble(sims, name, Alarm.SILENT)
    with sims.desk.work() as work:
        carrier_of(work, CARRIER).balance = 1
    sims.say(OF_TSEL, "Pengumuman")
    sims.alert(GUARD_ID, "TUGAS 1041")
    sims.settle()
    assert sims.sent() == [(CARRIER, "TUGAS 1041")]
    sims.keep("sms.inbound", {"id": "1", "sender": OF_TSEL, "text": FIRE.encode("utf-16-be").hex()})
    assert [words[:30] for _, words in sims.sent()][1:] == ["SIGAP KETIMUN: Laporan DARURAT"]


@pytest.mark.parametrize("alarm", [Alarm.SILENT, Alarm.NO_NETWORK, Alarm.NO_CREDIT])
def test_a_modem_in_trouble_is_passed_over(sims: Sims, alarm: Alarm) -> None:
    trouble(sims, TSEL, alarm)
    sims.alert(GUARD_ID, "TUGAS 1041")
    sims.settle()
    assert sims.sent() == [(ISAT, "TUGAS 1041")]


def test_an_answer_waits_for_its_own_line_some_minutes_and_an_alert_does_not(sims: Sims) -> None:
    trouble(sims, TSEL, Alarm.SILENT)
    sims.arrives(TSEL, OF_TSEL, REPORT)
    assert sims.sent() == []
    for _ in range(sims.rules.limits.own_line_minutes * 2 - 1):
        sims.settle(seconds=30)
    assert sims.sent() == []
    sims.settle(seconds=30)
    assert [line for line, _ in sims.sent()] == [ISAT]


def test_a_line_that_fails_again_and_again_is_left_alone_for_a_while(any_sims: Sims) -> None:
    any_sims.gateways[TSEL].always = DOWN
    for n in range(4):
        any_sims.alert(GUARD_ID, f"TUGAS {n}")
        any_sims.settle(seconds=10)
    assert [line for line, _ in any_sims.sent()] == [TSEL] * 3 + [ISAT] * 4
    any_sims.gateways[TSEL].always = None
    any_sims.settle(seconds=300)
    any_sims.alert(GUARD_ID, "TUGAS 9")
    any_sims.settle()
    assert (TSEL, "TUGAS 9") in any_sims.sent()


def test_the_only_line_is_never_left_alone(sims: Sims) -> None:
    """A SIM whose daemon was killed a few times works a moment later; an alert must not wait minutes."""
    for name in (ISAT, CARRIER):
        trouble(sims, name, Alarm.SILENT)
    sims.gateways[TSEL].always = DOWN
    for n in range(4):
        sims.alert(GUARD_ID, f"TUGAS {n}")
        sims.settle(seconds=6)
    sims.gateways[TSEL].always = None
    sims.arrives(TSEL, OF_TSEL, REPORT)
    for _ in range(20):
        sims.settle(seconds=5)
    assert {text.state for text in sims.desk.texts(inbound=False)} == {TextState.ACCEPTED}
    assert {line for line, _ in sims.sent()} == {TSEL}


def test_where_every_line_is_down_a_text_waits_and_is_not_lost(sims: Sims) -> None:
    for line in sims.gateways.values():
        line.always = DOWN
    sims.alert(GUARD_ID, "TUGAS 1041")
    for _ in range(4):
        sims.settle(seconds=60)
    for line in sims.gateways.values():
        line.always = None
    for _ in range(5):
        sims.settle(seconds=120)
    assert [text.state for text in sims.desk.texts()] == [TextState.ACCEPTED]


def test_a_sim_sends_at_its_pace_and_alerts_first(any_sims: Sims) -> None:
    for name in (ISAT, CARRIER):
        trouble(any_sims, name, Alarm.SILENT)
    for n in range(4):
        any_sims.say(f"+62812000001{n:02}", f"Pengumuman {n}")
    any_sims.settle()
    assert any_sims.sent() == [(TSEL, "Pengumuman 0")]
    any_sims.alert(GUARD_ID, "TUGAS 1041")
    moments = [0]
    for _ in range(30):
        any_sims.settle(seconds=1)
        moments.append(len(any_sims.gateways[TSEL].sent))
    assert [words for _, words in any_sims.gateways[TSEL].sent][1] == "TUGAS 1041"
    assert moments[-1] == 5
    per_five_seconds = [late - early for early, late in zip(moments[1:], moments[5:], strict=False)]
    assert max(per_five_seconds) <= 1


@pytest.mark.parametrize(
    ("limit", "words"), [("texts_per_day", "Banjir {}"), ("same_words_per_hour", "Banjir")]
)
def test_the_networks_filters_are_not_provoked(sims: Sims, limit: str, words: str) -> None:
    """So many in a day, and fewer of the same words in an hour; an alert goes all the same."""
    sims.lines.rules = replace(sims.rules, limits=replace(sims.rules.limits, **{limit: 2}))
    for name in (ISAT, CARRIER):
        trouble(sims, name, Alarm.SILENT)
    for n in range(3):
        sims.say(f"+62812000001{n:02}", words.format(n))
    sims.alert(GUARD_ID, "TUGAS 1041")
    for _ in range(12):
        sims.settle(seconds=10)
    said = [words for _, words in sims.gateways[TSEL].sent]
    assert (said[0], len(said)) == ("TUGAS 1041", 2 if limit == "texts_per_day" else 3)
    waiting = [text for text in sims.desk.texts() if text.state is TextState.QUEUED]
    assert {text.problem for text in waiting} == {"the limit of every line is reached"}
    assert len(waiting) == 4 - len(said)


def test_a_missed_call_on_a_sim_is_a_task_to_call_back_however_often_it_rings(any_sims: Sims) -> None:
    for _ in range(4):
        any_sims.rings(TSEL, OF_TSEL)
        any_sims.clock.advance(seconds=5)
    with any_sims.desk.runtime.reading() as session:
        (call,) = session.scalars(select(Call)).all()
    assert (call.carrier, call.number, call.end) == (TSEL, OF_TSEL, "missed")
    assert len(any_sims.desk.tasks()) == 1


def test_an_alert_takes_the_line_whose_turn_it_is_rather_than_wait_for_its_network(sims: Sims) -> None:
    sims.say(OF_TSEL, "Pengumuman")
    sims.settle()
    sims.alert(GUARD_ID, "TUGAS 1041")
    sims.settle()
    assert sims.sent() == [(TSEL, "Pengumuman"), (ISAT, "TUGAS 1041")]
