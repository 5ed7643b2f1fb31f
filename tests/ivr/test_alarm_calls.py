"""No line takes texts any more: who is on duty is telephoned until each has pressed the key."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from hotline.carriers import carrier_of, hold, release
from hotline.domain.calls import CallEnd, Errand
from hotline.domain.pacing import Held
from ivr.gateway import Refused
from sms.dead_lines import watch_lines
from sms.line_rules import line_rules_of
from sms.lines import TextLines
from tests.hotline.callout import enlist
from tests.support.voice import Exchange


@dataclass
class Watched:
    """A hotline with one carrier for texts, an officer and a coordinator."""

    exchange: Exchange
    officer: str
    coordinator: str

    def fails(self, *, fails: bool = True) -> None:
        """The carrier refuses the account, or takes it again."""
        desk = self.exchange.desk
        with desk.work() as work:
            carrier = carrier_of(work, desk.gateway.name)
            hold(work, carrier, Held.CONFIGURATION, "HTTP 401") if fails else release(work, carrier)

    def look(self, times: int, *, every: int = 1, speaks: bool = True) -> list[str]:
        """So many looks, so many minutes apart; who was rung in that time, in the order of their numbers: two
        who are rung at once are rung side by side.
        """
        exchange, desk = self.exchange, self.exchange.desk
        before, rules = len(exchange.gateway.placed), line_rules_of(desk.runtime.playbook)
        for _ in range(times):
            with desk.work() as work:
                watch_lines(work, 0, TextLines([desk.gateway]), rules, speaks=speaks)
            exchange.settle()
            desk.clock.advance(seconds=60 * every)
        return sorted(number for number, _ in exchange.gateway.placed[before:])


@pytest.fixture
def watched(exchange: Exchange) -> Watched:
    (officer,), (coordinator,) = (enlist(exchange.desk, 1, agency, None) for agency in ("PIKET", "TRANTIB"))
    return Watched(exchange, officer, coordinator)


def test_both_are_rung_once_it_lasts_and_again_until_each_has_pressed_the_key(watched: Watched) -> None:
    watched.fails()
    assert watched.look(3) == []
    assert watched.look(1) == [watched.officer, watched.coordinator]
    officer = watched.exchange.answered(watched.officer)
    assert officer.says == "texts_dead pause choice_heard press_1 pause repeat_task press_9"
    assert officer.press("9").says.startswith("texts_dead")
    assert officer.press("1").says.startswith("thanks")
    assert (officer.hang_up().call.end, officer.call.errand) == (CallEnd.DONE, Errand.ALARM)
    machine = watched.exchange.answered(watched.coordinator)
    for _ in range(3):
        assert machine.silent().says.startswith("texts_dead")
    assert machine.silent().says.startswith("thanks")
    assert machine.hang_up().call.end is CallEnd.UNANSWERED
    assert watched.look(3, every=3) == []
    assert watched.look(1) == [watched.coordinator]
    watched.exchange.answered(watched.coordinator).hang_up()
    watched.exchange.gateway.outcomes.append(Refused("no credit for calls either"))
    assert watched.look(5, every=10) == [watched.coordinator]


def test_nobody_is_rung_for_a_moment_nor_for_what_comes_and_goes_nor_without_a_voice_line(
    watched: Watched,
) -> None:
    watched.fails()
    assert watched.look(2) == []
    watched.fails(fails=False)
    assert watched.look(2) == []
    watched.fails()
    assert watched.look(3, every=5, speaks=False) == []
    assert len(watched.look(4)) == 2
    for minutes, rung in ((20, 0), (6 * 60, 2)):
        watched.fails(fails=False)
        watched.look(1)
        watched.exchange.desk.clock.at += timedelta(minutes=minutes)
        watched.fails()
        assert len(set(watched.look(5))) == rung
